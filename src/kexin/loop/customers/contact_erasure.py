"""What the file forgets when one of its contacts is erased: a person who is no customer, named here and there on the file."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import QuerySet

from kexin.ground.imports.models import Change
from kexin.loop.customers.models import Contact, ContactPoint, Customer, Occasion

WORDS = (models.CharField, models.TextField, models.JSONField)


def values_of(contact: Contact) -> set[str]:
    """Every value that names this person."""
    found = {contact.name}
    for value, key in ContactPoint.objects.filter(contact=contact).values_list("value", "key"):
        found |= {value, key}
    return {value for value in found if value}


def journalled(contact: Contact) -> dict[str, list[int]]:
    """The numbers of this person's rows, by what an import's journal calls them."""
    return {
        "contact": [contact.pk],
        "contact_point": list(ContactPoint.objects.filter(contact=contact).values_list("pk", flat=True)),
        "occasion": list(Occasion.objects.filter(contact=contact).values_list("pk", flat=True)),
    }


def runs_of(contact: Contact) -> list[int]:
    """Imports that added or changed this person."""
    found: set[int] = set()
    for kind, ids in journalled(contact).items():
        for pk in ids:
            rows = Change.objects.filter(kind=kind, record_id__lte=pk, through_id__gte=pk)
            found |= set(rows.values_list("run_id", flat=True))
    return sorted(found)


def remove(contact: Contact) -> int:
    """The person's own rows: name, numbers, days."""
    gone = Occasion.objects.filter(contact=contact).delete()[0] + ContactPoint.objects.filter(contact=contact).delete()[0]
    return gone + contact.delete()[0]


def forget_mentions(customer: Customer, forget: Callable[[Any], Any]) -> int:
    """Take the person out of every text on the file: notes, entries, reasons, to-dos. The rows stay and are counted. How many changed."""
    changed = 0
    for rows, names in _rows_of(customer):
        for row in rows:
            fresh = {name: forget(getattr(row, name)) for name in names}
            said = [name for name, value in fresh.items() if value != getattr(row, name)]
            if said:
                rows.filter(pk=row.pk).update(**{name: fresh[name] for name in said})
                changed += 1
    return changed


def _rows_of(customer: Customer) -> Iterator[tuple[QuerySet[Any], list[str]]]:
    """Rows of every table that refers to a customer, or to a row that does, with the columns that hold words."""
    for model in apps.get_models():
        names = [
            field.name for field in model._meta.local_concrete_fields  # noqa: SLF001 -- Django's documented model interface
            if isinstance(field, WORDS) and not field.choices
        ]  # fmt: skip
        path = _path_to_customer(model) if names and model is not Customer else ""
        if path:
            yield model._default_manager.filter(**{path: customer.pk}), names  # noqa: SLF001 -- as above


def _path_to_customer(model: type[models.Model], depth: int = 2) -> str:
    """As "customer" or "order__customer"; empty where the table is about nobody."""
    links = [field for field in model._meta.local_concrete_fields if isinstance(field, models.ForeignKey)]  # noqa: SLF001 -- as above
    for field in links:
        if field.related_model is Customer:
            return field.name
    for field in links if depth > 1 else ():
        further: Any = field.related_model
        if further is not model and (rest := _path_to_customer(further, depth - 1)):
            return f"{field.name}__{rest}"
    return ""
