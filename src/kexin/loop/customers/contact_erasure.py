"""What the file forgets when one of its contacts is erased: a person who is no customer, named here and there on the file."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

from django.apps import apps
from django.db import models
from django.db.models import Q, QuerySet

from kexin.loop.customers import own_erasure
from kexin.loop.customers.models import Contact, ContactPoint, Customer, Merge, Occasion

WORDS = (models.CharField, models.TextField, models.JSONField)
# Who somebody else is and how they are reached: it is theirs, even where it is alike.
OF_OTHERS: dict[type[models.Model], frozenset[str]] = {Contact: frozenset({"name"}), ContactPoint: frozenset({"value"})}


def along(contact: Contact, files: Sequence[Customer]) -> list[Contact]:
    """The contact, and the same person on files that were merged: whom both files had stayed behind on the one that closed."""
    others = Contact.objects.filter(customer__in=[file.pk for file in files]).exclude(customer=contact.customer_id).order_by("pk")
    return [contact, *(one for one in others if one.name.casefold() == contact.name.casefold())]


def values_of(people: Iterable[Contact]) -> set[str]:
    """Every value that names this person."""
    contacts = list(people)
    found = {contact.name for contact in contacts}
    for value, key in ContactPoint.objects.filter(contact__in=contacts).values_list("value", "key"):
        found |= {value, key}
    return {value for value in found if value}


def journalled(people: Iterable[Contact]) -> dict[str, list[int]]:
    """The numbers of this person's rows, by what an import's journal calls them."""
    contacts = list(people)
    return {
        "contact": sorted(contact.pk for contact in contacts),
        "contact_point": list(ContactPoint.objects.filter(contact__in=contacts).order_by("pk").values_list("pk", flat=True)),
        "occasion": list(Occasion.objects.filter(contact__in=contacts).order_by("pk").values_list("pk", flat=True)),
    }


def remove(people: Iterable[Contact], files: Sequence[Customer]) -> int:
    """The person's own rows: name, numbers, days; and what merges of the file kept of them to be taken back."""
    contacts = list(people)
    rows = journalled(contacts)
    gone = {(name, pk) for name, kind in (("Contact", "contact"), ("ContactPoint", "contact_point"), ("Occasion", "occasion"))
            for pk in rows[kind]}  # fmt: skip
    for merge in Merge.objects.filter(Q(survivor__in=files) | Q(merged__in=files), forgotten_at=None):
        moved = merge.moved.get("customers", {})
        kept = [line for line in moved.get("set", ()) if (line[0], line[1]) not in gone]
        if len(kept) != len(moved.get("set", ())):
            moved["set"] = kept
            merge.save(update_fields=["moved"])
    count = Occasion.objects.filter(contact__in=contacts).delete()[0] + ContactPoint.objects.filter(contact__in=contacts).delete()[0]
    return count + Contact.objects.filter(pk__in=[contact.pk for contact in contacts]).delete()[0]


def only_theirs(values: set[str], files: Iterable[Customer]) -> set[str]:
    """Without what the file itself or another of its contacts goes by: a switchboard, a daughter of the same name."""
    return values.difference(*(own_erasure.values_of(file) for file in files))


def forget_mentions(files: Iterable[Customer], forget: Callable[[Any], Any]) -> int:
    """Take the person out of every text on the file: notes, entries, reasons, to-dos. The rows stay and are counted. How many changed."""
    changed = 0
    for rows, names in _rows_of([file.pk for file in files]):
        for row in rows:
            fresh = {name: forget(getattr(row, name)) for name in names}
            said = [name for name, value in fresh.items() if value != getattr(row, name)]
            if said:
                type(row)._default_manager.filter(pk=row.pk).update(**{name: fresh[name] for name in said})  # noqa: SLF001 -- Django's own name
                changed += 1
    return changed


def _rows_of(files: Sequence[int]) -> Iterator[tuple[QuerySet[Any], list[str]]]:
    """Rows of every table that refers to a customer, by whichever column, or to a row that does; with the columns that hold words."""
    for model in apps.get_models():
        if model is Customer:
            continue
        names = _columns_of_words(model)
        about = Q()
        for path in _paths_to_customer(model) if names else ():
            about |= Q(**{f"{path}__in": files})
        if about:
            yield model._default_manager.filter(about), names  # noqa: SLF001 -- as above


def _columns_of_words(model: type[models.Model]) -> list[str]:
    """Not those by which a row is told from others: a dot would stand there twice."""
    keys = {name for one in model._meta.constraints if isinstance(one, models.UniqueConstraint) for name in one.fields}  # noqa: SLF001 -- Django's documented model interface
    return [
        field.name for field in model._meta.local_concrete_fields  # noqa: SLF001 -- as above
        if isinstance(field, WORDS) and not field.choices and not field.unique
        and field.name not in keys and field.name not in OF_OTHERS.get(model, ())
    ]  # fmt: skip


def _paths_to_customer(model: type[models.Model], depth: int = 2) -> list[str]:
    """As ["customer"], ["smaller", "larger"] or ["order__customer"]; empty where the table is about nobody."""
    links = [field for field in model._meta.local_concrete_fields if isinstance(field, models.ForeignKey)]  # noqa: SLF001 -- as above
    direct = [field.name for field in links if field.related_model is Customer]
    if direct or depth == 1:
        return direct
    found = []
    for field in links:
        further: Any = field.related_model
        if further is not model:
            found += [f"{field.name}__{rest}" for rest in _paths_to_customer(further, depth - 1)]
    return found
