"""Possible duplicates: files that share something with the one being written, found by exact keys, never by reading all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from kexin.kit import text as plain_text
from kexin.loop.customers.choices import PointKind, Reason
from kexin.loop.customers.models import Asset, Contact, ContactPoint, Customer
from kexin.loop.customers.queries.visible import customers_visible_to
from kexin.loop.customers.rules import duplicates, identity

MOST_CANDIDATES = 60  # a phone on more files than this is a front desk, not a person
MOST_SHOWN = 8


@dataclass(frozen=True)
class Duplicate:
    """One file that may be the same customer. What this person may not see is masked, and `customer_id` is empty."""

    customer_id: int | None
    code: str
    name: str
    branch: str
    owner: str
    phone: str
    score: int  # percent
    reasons: tuple[str, ...]  # keys of rules.duplicates.WEIGHTS, the most telling first, then of DOUBTS
    is_active: bool = True

    @property
    def words(self) -> list[str]:
        return [str(Reason(reason).label) for reason in self.reasons]

    @property
    def is_visible(self) -> bool:
        return self.customer_id is not None


def possible_duplicates(  # noqa: PLR0913 -- everything that may identify somebody
    name: str = "",
    phones: Sequence[str] = (),
    emails: Sequence[str] = (),
    wecom: Sequence[str] | str = (),
    tax_number: str = "",
    user: Any = None,
    *,
    region: str = "",
    branch_id: int | None = None,
    plates: Sequence[str] = (),
    vins: Sequence[str] = (),
    leave_out: int | None = None,
) -> list[Duplicate]:
    """The likeliest first. At most six statements, each by an indexed key."""
    asked = duplicates.Marks(
        name=plain_text.normalise(name),
        region=plain_text.normalise(region),
        branch_id=branch_id,
        tax_number=identity.tax_key(tax_number),
        phones=frozenset(identity.phone_key(value) for value in phones if identity.is_phone(value)),
        emails=frozenset(identity.email_key(value) for value in emails if identity.is_email(value)),
        wecom=frozenset(identity.wecom_key(value) for value in ([wecom] if isinstance(wecom, str) else wecom) if value.strip()),
        plates=frozenset(filter(None, map(identity.plate_key, plates))),
        vins=frozenset(filter(None, map(identity.vin_key, vins))),
    )
    candidates = candidates_of(asked) - {leave_out}
    if not candidates:
        return []
    found = _customers(candidates)
    marks = marks_of(found)
    scored = []
    for customer in found:
        reasons = duplicates.shared(asked, marks[customer.pk])
        likely = duplicates.score(reasons)
        if likely >= duplicates.TELL_FROM:
            scored.append((likely, customer, reasons))
    scored.sort(key=lambda entry: (-entry[0], entry[1].pk))
    shown = scored[:MOST_SHOWN]
    visible = set(
        customers_visible_to(user, closed=True).filter(pk__in=[customer.pk for _, customer, _ in shown]).values_list("pk", flat=True)
    )
    return [_shown(customer, marks[customer.pk], likely, reasons, visible=customer.pk in visible) for likely, customer, reasons in shown]


def candidates_of(asked: duplicates.Marks) -> set[int]:
    found: set[int] = set()
    points = Q()
    for kind, keys in ((PointKind.PHONE, asked.phones), (PointKind.EMAIL, asked.emails), (PointKind.WECOM, asked.wecom)):
        if keys:
            points |= Q(kind=kind, key__in=keys)
    if points:
        found |= set(ContactPoint.objects.filter(points).values_list("customer_id", flat=True)[:MOST_CANDIDATES])
    owned = Q()
    if asked.plates:
        owned |= Q(plate__in=asked.plates)
    if asked.vins:
        owned |= Q(vin__in=asked.vins)
    if owned:
        found |= set(Asset.objects.filter(owned).values_list("customer_id", flat=True)[:MOST_CANDIDATES])
    if asked.tax_number:
        found |= set(Customer.objects.filter(tax_number=asked.tax_number).values_list("pk", flat=True)[:MOST_CANDIDATES])
    if asked.name:
        found |= set(Customer.objects.filter(name=asked.name).values_list("pk", flat=True)[:MOST_CANDIDATES])
    return found


def _customers(ids: Iterable[int]) -> list[Customer]:
    return list(Customer.objects.filter(pk__in=ids, merged_into=None).select_related("branch", "owner"))


def marks_of(customers: Sequence[Customer]) -> dict[int, duplicates.Marks]:
    """Four statements, whatever the number."""
    ids = [customer.pk for customer in customers]
    points: dict[tuple[int, str], set[str]] = defaultdict(set)
    for pk, kind, key in ContactPoint.objects.filter(customer__in=ids).values_list("customer_id", "kind", "key"):
        points[pk, kind].add(key)
    people: dict[int, set[str]] = defaultdict(set)
    for pk, name in Contact.objects.filter(customer__in=ids).values_list("customer_id", "name"):
        people[pk].add(name)
    plates: dict[int, set[str]] = defaultdict(set)
    vins: dict[int, set[str]] = defaultdict(set)
    for pk, plate, vin in Asset.objects.filter(customer__in=ids).values_list("customer_id", "plate", "vin"):
        if plate:
            plates[pk].add(plate)
        if vin:
            vins[pk].add(vin)
    return {
        customer.pk: duplicates.Marks(
            name=customer.name,
            region=customer.region,
            branch_id=customer.branch_id,
            tax_number=customer.tax_number,
            phones=frozenset(points[customer.pk, PointKind.PHONE]),
            emails=frozenset(points[customer.pk, PointKind.EMAIL]),
            wecom=frozenset(points[customer.pk, PointKind.WECOM]),
            plates=frozenset(plates[customer.pk]),
            vins=frozenset(vins[customer.pk]),
            kind=customer.kind,
            address=customer.address,
            contacts=frozenset(people[customer.pk]),
        )
        for customer in customers
    }


def _shown(customer: Customer, marks: duplicates.Marks, likely: int, reasons: list[str], *, visible: bool) -> Duplicate:
    phone = plain_text.mask_phone(min(marks.phones)) if marks.phones else ""
    branch = str(customer.branch) if customer.branch else ""
    if visible:
        owner = str(customer.owner) if customer.owner else ""
        return Duplicate(customer.pk, customer.code, customer.name, branch, owner, phone, likely, tuple(reasons), customer.is_active)
    # Enough to ask the other branch about it, nothing that tells who the person is.
    return Duplicate(None, "", customer.name[:1] + "••", branch, "", "", likely, tuple(reasons), customer.is_active)
