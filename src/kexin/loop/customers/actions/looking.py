"""What is masked is shown on purpose: whole, to whoever says what for, with a trace of who, what, when and why."""

from __future__ import annotations

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit import looks
from kexin.ground.audit.actor import Actor
from kexin.kit import text as plain_text
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking
from kexin.loop.customers.actions.reach import masked
from kexin.loop.customers.choices import LookPurpose
from kexin.loop.customers.models import Asset, ContactPoint, Customer, Occasion

REVEALED = frozenset({"address", "tax_number"})  # fields of the file shown on purpose only


@transaction.atomic
def reveal_point(*, point_id: int, by: Actor, purpose: str = "", words: str = "") -> str:
    """The whole number."""
    point = ContactPoint.objects.select_related("customer").filter(pk=point_id).first()
    if point is None:
        raise errors.CustomerNotFound
    _looked(point.customer, point.kind, masked(point.kind, point.value), purpose, words, by)
    return point.value


@transaction.atomic
def reveal_field(*, customer_id: int, field: str, by: Actor, purpose: str = "", words: str = "") -> str:
    """The whole address or tax number."""
    if field not in REVEALED:
        raise TypeError(f"{field} is not masked")
    customer = checking.locked(customer_id)
    _looked(customer, field, "••••", purpose, words, by)
    value: str = getattr(customer, field)
    return value


@transaction.atomic
def reveal_occasion(*, occasion_id: int, by: Actor, purpose: str = "", words: str = "") -> Occasion:
    """The whole date with its year."""
    occasion = Occasion.objects.select_related("customer").filter(pk=occasion_id).first()
    if occasion is None:
        raise errors.CustomerNotFound
    _looked(occasion.customer, "occasion", occasion.label, purpose, words, by)
    return occasion


@transaction.atomic
def reveal_asset(*, asset_id: int, by: Actor, purpose: str = "", words: str = "") -> Asset:
    """Plate and VIN."""
    asset = Asset.objects.select_related("customer").filter(pk=asset_id).first()
    if asset is None:
        raise errors.CustomerNotFound
    _looked(asset.customer, "plate", asset.masked_plate or asset.masked_vin, purpose, words, by)
    return asset


def _looked(customer: Customer, what: str, shown: str, purpose: str, words: str, by: Actor) -> None:
    """Refused where nobody may look, or nobody says what for; else counted, and written into the trail."""
    if customer.is_pooled:
        raise errors.InPool
    words = plain_text.tidy(words)[: looks.LONGEST_WORDS]
    if purpose and purpose not in LookPurpose.values:
        raise errors.LookPurposeUnknown
    if purpose == LookPurpose.OTHER and not words:
        raise errors.LookPurposeMissing
    looks.note(by=by, what=what, subject=customer.pk, purpose=purpose, words=words)
    changes: dict[str, list[str | None]] = {what: [None, shown]}
    if purpose:
        changes["purpose"] = [None, f"{purpose}: {words}" if words else purpose]
    audit.record(action="customer.reveal", kind="customer", record_id=customer.pk, label=customer.name, by=by, changes=changes)
