"""The way back of a customer or contact file, and what stands in it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.utils.translation import gettext as _

from kexin.ground.imports import undoing
from kexin.ground.imports.loaders import Text, Undo
from kexin.ground.search import actions as search
from kexin.loop.customers.actions import learnt
from kexin.loop.customers.actions.finding import index_customers
from kexin.loop.customers.actions.locating import locate
from kexin.loop.customers.models import (
    Asset,
    AssetEvent,
    Contact,
    ContactPoint,
    Coordinates,
    Credit,
    Customer,
    CustomPick,
    CustomValue,
    FileEntry,
    Occasion,
    OccasionBefore,
)

TABLES: dict[str, Any] = {
    "customer": Customer,
    "contact": Contact,
    "contact_point": ContactPoint,
    "asset": Asset,
    "occasion": Occasion,
    "occasion_before": OccasionBefore,
    "file_entry": FileEntry,
    "credit": Credit,
    "coordinates": Coordinates,
    "asset_event": AssetEvent,
    "custom_value": CustomValue,
    "custom_pick": CustomPick,
}
# Written by the import itself, and guarded by the customer's own change number.
OWN = frozenset({Contact, ContactPoint, Asset, Occasion, FileEntry, Credit, AssetEvent, CustomValue, Coordinates})
# Computed from what is there: gone with the customer, and computed anew without it.
COMPUTED = frozenset({"customers.Place", "customers.Whereabouts", "customers.NameKey", "customers.DuplicatePair", "standing.Transition"})
PIECE = 500


def blockers(steps: Sequence[Undo], run_id: int) -> list[Text]:
    """Customers somebody edited since, and records that hang on customers this run added."""
    found: list[Text] = []
    touched = [*undoing.ids_of(steps, "customer", added=True), *undoing.ids_of(steps, "customer", added=False)]
    found += [
        _("customer %(code)s was changed since") % {"code": customer.code}
        for customer in undoing.foreign_changes(Customer, touched, run_id)
    ]
    added = undoing.ids_of(steps, "customer", added=True)
    if added:
        found += hanging_on(added, run_id)
    return found


def hanging_on(customers: Sequence[int], run_id: int) -> list[Text]:
    """What other domains, and other acts, have written about these customers."""
    found: list[Text] = []
    # Hidden relations too: most of ours have no name on this side.
    relation: Any
    for relation in Customer._meta.get_fields(include_hidden=True):  # noqa: SLF001 -- Django's documented way to what refers to a model
        if not relation.auto_created or relation.concrete or not relation.is_relation:
            continue
        model: Any = relation.related_model
        if model in OWN or model._meta.label in COMPUTED:  # noqa: SLF001 -- as above
            continue
        rows = model.objects.filter(**{f"{relation.field.name}__in": list(customers)})
        if any(field.name == "change" for field in model._meta.concrete_fields):  # noqa: SLF001 -- as above
            rows = rows.exclude(change__in=undoing.changes_of(run_id))
        row = rows.select_related(relation.field.name).first()
        if row is not None:
            code = getattr(row, relation.field.name).code
            found.append(_("%(what)s of customer %(code)s") % {"what": model._meta.verbose_name, "code": code})  # noqa: SLF001 -- as above
    return found


def undo(steps: Sequence[Undo], change: int) -> None:
    """Customers that were added go with what was computed of them; the others get back what stood there."""
    touched = set(undoing.ids_of(steps, "customer", added=False))
    values = CustomValue.objects.filter(pk__in=undoing.ids_of(steps, "custom_value", added=True))
    valued = set(values.values_list("customer_id", "field_id"))
    owing = set(Credit.objects.filter(pk__in=undoing.ids_of(steps, "credit", added=True)).values_list("customer_id", flat=True))
    places = Coordinates.objects.filter(pk__in=undoing.ids_of(steps, "coordinates", added=True))
    placed = set(places.values_list("customer_id", flat=True))
    for kind in ("contact", "contact_point", "asset", "occasion", "file_entry", "credit", "asset_event", "custom_value", "coordinates"):
        model = TABLES[kind]
        ids = [*undoing.ids_of(steps, kind, added=True), *undoing.ids_of(steps, kind, added=False)]
        touched |= set(model.objects.filter(pk__in=ids).values_list("customer_id", flat=True))
    for step in steps:
        if step.kind == "customer" and step.old is None:
            remove_customers(list(range(step.first, step.last + 1)))
        else:
            undoing.take_back([step], TABLES, change)
    for customer, field in valued:
        learnt.settle(CustomValue.objects.filter(customer=customer, field=field))
    for customer in owing:
        learnt.settle(Credit.objects.filter(customer=customer))
    for customer in placed:
        learnt.settle(Coordinates.objects.filter(customer=customer))
    locate(touched)
    Customer.objects.filter(pk__in=touched).update(change=change)
    index_customers(Customer.objects.filter(pk__in=touched).values_list("pk", flat=True))


def remove_customers(ids: Sequence[int]) -> None:
    search.forget("customer", ids)
    for start in range(0, len(ids), PIECE):
        Customer.objects.filter(pk__in=ids[start : start + PIECE]).delete()
