"""In every column that may hold something of a person a mark is planted; after the erasure none is found, in no byte.

Which columns: kexin.project.text_columns. A table without a row gets the least that it takes; where that does not fit, make one
in `something_everywhere`.
"""

from __future__ import annotations

import datetime as dt
import itertools
import json
from decimal import Decimal
from io import BytesIO
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.privacy import VALUES, make_person
from tests.factories.staff import make_user
from tests.loop.privacy.test_erasing import _empty_folder, clear_up, erase, every_byte  # noqa: F401 -- a fixture among them

from kexin.ground.audit import looks
from kexin.ground.audit.actor import Actor
from kexin.ground.files import actions as files
from kexin.ground.hooks.models import Attempt, Delivery, Hook
from kexin.ground.imports.models import Change, Mapping, Refusal, Run
from kexin.ground.jobs.models import Announcement, Hearing, Job
from kexin.ground.lists.models import BulkEdit, EditedRow, SavedView, Tag
from kexin.loop.customers import actions
from kexin.loop.customers.models import (
    AssetEvent,
    Coordinates,
    Credit,
    Customer,
    CustomField,
    CustomValue,
    DuplicatePair,
    HandOver,
    Merge,
    NameKey,
)
from kexin.loop.orders.models import OrderLine
from kexin.loop.partners.models import Incident, PracticeKind
from kexin.loop.pool.models import Hold, Stay
from kexin.project import text_columns
from kexin.project.text_columns import Cleared, Erased

BY = Actor(id=None, name="杜林")
NOW = dt.datetime(2026, 11, 20, 3, tzinfo=dt.UTC)


def something_everywhere(person: Customer, other: Customer) -> None:
    """Rows of the person in tables an erasure must reach, where the least row would not do."""
    learnt = {"customer": person, "source": "customer", "collected_on": NOW.date()}
    Credit.objects.create(currency="CNY", note="x", **learnt)
    CustomValue.objects.create(field=CustomField.objects.create(label_zh="车库", kind="text"), text="x", **learnt)
    AssetEvent.objects.create(asset=person.assets.get(), customer=person, act="plate", occurred_on=NOW.date())
    HandOver.objects.update(note="x")
    actions.start_project(customer_id=person.pk, name="换车", by=BY)
    actions.add_relation(customer_id=person.pk, other_id=other.pk, kind="household", by=BY)
    files.store(content=BytesIO(b"x"), name="x.txt", purpose="attachment", by=BY)
    twin = actions.create_customer(name=VALUES["name"], by=BY)
    merge = actions.merge_customers(survivor_id=person.pk, merged_id=twin.pk, by=BY)
    assert Merge.objects.get() == merge
    NameKey.objects.get_or_create(customer=person, defaults={"key": "x"})
    Incident.objects.create(
        customer=person, kind=PracticeKind.objects.all()[0], what="x", happened_on=NOW.date(), learnt_on=NOW.date(), told_by="x"
    )
    Stay.objects.create(customer=person, cause="by_hand", reason="x", began_at=NOW, ended_at=NOW, ending="claimed")
    Hold.objects.create(customer=person, until=NOW.date(), reason="x", lifted_at=NOW)
    make_order(customer=person, amount=Decimal(100))
    OrderLine.objects.update(description="x")
    run = Run.objects.create(kind="customers", file_name="x", state="done")
    Change.objects.create(
        run=run, kind="contact", record_id=person.contacts.get().pk, through_id=person.contacts.get().pk, old={}, change=1
    )
    Refusal.objects.create(run=run, row_number=1, code="x")
    Mapping.objects.create(name="x", kind="customers", columns={})
    SavedView.objects.create(listing="customers", name="x", owner_id=1)
    actions.change_occasion(occasion_id=person.occasions.get().pk, version=None, fields={"day": 21}, by=BY)
    edit = BulkEdit.objects.create(listing="customers", field="region", slot="region", value="x", user_id=1, by_name="x", state="done")
    EditedRow.objects.create(edit=edit, record_id=person.pk, old="x", new="x")
    actions.change_occasion(occasion_id=person.occasions.get().pk, version=None, fields={"day": 21}, by=BY)
    DuplicatePair.objects.create(
        smaller=other if other.pk < person.pk else person, larger=person if other.pk < person.pk else other, score=50
    )
    Coordinates.objects.create(latitude=30.1, longitude=120.1, **learnt)
    looks.note(by=BY, what="phone", subject=person.pk, purpose="other", words="x")
    hook = Hook.objects.create(name="x", url="https://example.com/x", secret="x")
    delivery = Delivery.objects.create(public_id="x", hook=hook, kind="x", body="{}", occurred_at=NOW, state="delivered")
    Attempt.objects.create(delivery=delivery, answer="x")
    Tag.objects.create(kind="customer", name="x")
    heard = Announcement.objects.create(name="todo.done", payload={"customer_id": person.pk, "outcome": "x"}, heard_at=timezone.now())
    unheard = Announcement.objects.create(name="todo.done", payload={"customer_id": person.pk, "outcome": "x"})
    for one in (heard, unheard):
        Hearing.objects.create(announcement=one, receiver=f"x{one.pk}")
    Job.objects.create(kind="lists.export", state="done")


def least_row(model: type[models.Model], person: Customer) -> models.Model:
    """The least that a table takes: what has no default, of any value that fits; whatever refers to a customer, to this person."""
    given: dict[str, Any] = {}
    for field in model._meta.concrete_fields:
        if field.primary_key and not isinstance(field, models.ForeignKey):
            continue
        if isinstance(field, models.ForeignKey) and field.related_model is Customer:
            given[field.name] = person
        elif not field.null and not field.blank and not field.has_default() and not getattr(field, "auto_now_add", False):
            given[field.name] = fitting(field, person)
    return model._default_manager.create(**given)


def fitting(field: models.Field[Any, Any], person: Customer) -> Any:
    if isinstance(field, models.ForeignKey):
        related: Any = field.related_model
        return related._default_manager.first() or least_row(related, person)
    if field.choices:
        return next(value for value, _label in field.flatchoices if value != "")
    return next(value for kind, value in FITTING if isinstance(field, kind))


FITTING: tuple[tuple[type[models.Field[Any, Any]], Any], ...] = (
    (models.DateTimeField, NOW),
    (models.DateField, NOW.date()),
    (models.BooleanField, False),
    (models.IntegerField, 1),
    (models.FloatField, 1.0),
    (models.DecimalField, Decimal(1)),
    (models.JSONField, {}),
    (models.CharField, "x"),
    (models.TextField, "x"),
    (models.BinaryField, b"x"),
)


class Marks:
    """Plants values that occur nowhere else, short enough for every column, unlike each other."""

    def __init__(self) -> None:
        self.numbers = itertools.count(1)
        self.planted: dict[str, str] = {}

    def arbitrary(self, where: str) -> str:
        mark = f"zq{next(self.numbers):04d}"
        self.planted[mark] = where
        return mark

    def mention(self, where: str) -> str:  # noqa: ARG002 -- the same way as above
        return f"{VALUES['name']}{next(self.numbers)}"


def planted_in(field: models.Field[Any, Any], old: Any, mark: str) -> Any:
    if isinstance(field, models.JSONField):
        return {**(old if isinstance(old, dict) else {}), "outcome": mark}
    if isinstance(field, models.BinaryField):
        return mark.encode()
    return mark


def rows_of(model: type[models.Model], person: Customer) -> Any:
    if model is Customer:
        return Customer.objects.filter(pk=person.pk)
    return model._default_manager.filter(**({"is_builtin": False} if model is Mapping else {}))


def plant(person: Customer) -> Marks:
    marks = Marks()
    declared = text_columns.declared()
    for model, field in text_columns.text_columns():
        says = declared[model._meta.label, field.name]
        if not isinstance(says, Erased | Cleared) or (model is Customer and field.name == "name"):
            continue
        where = f"{model._meta.label}.{field.name}"
        of = marks.arbitrary if isinstance(says, Erased) else marks.mention
        rows = list(rows_of(model, person)) or [least_row(model, person)]
        for row in rows:
            fresh = planted_in(field, getattr(row, field.name), of(where))
            rows_of(model, person).filter(pk=row.pk).update(**{field.name: fresh})
    return marks


def left_over(marks: Marks) -> list[str]:
    """Where a mark, or the person's name, is still written: in rows as they are read, and in the bytes themselves."""
    found = []
    for (label, column), says in text_columns.declared().items():
        if isinstance(says, Erased | Cleared):
            for value in apps.get_model(label)._default_manager.values_list(column, flat=True):
                words = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False, default=str)
                if VALUES["name"] in words:
                    found.append(f"{label}.{column}")
    everything = every_byte()
    for mark, where in marks.planted.items():
        found += [f"{where} in {place}" for place, content in everything.items() if mark.encode() in content]
    return found


# Tables with a customer that keep rows of an erased person, because they are counted or must be kept. Their words are blanked.
STAY = {
    "choosing.Answer",
    "choosing.Grant",
    "choosing.Mark",
    "customers.Merge",
    "customers.Place",
    "orders.Order",
    "pool.Hold",
    "pool.Stay",
    "standing.Transition",
    "todo.ToDo",
    "partners.Incident",
}


def rows_left(person: Customer) -> set[str]:
    """Tables with a column for a customer that still have a row of this one: numbers and days count as well as words."""
    found = set()
    for model in apps.get_models():
        for field in model._meta.local_concrete_fields:
            is_customer = isinstance(field, models.ForeignKey) and field.related_model is Customer and model is not Customer
            if is_customer and model._default_manager.filter(**{field.name: person.pk}).exists():
                found.add(model._meta.label)
    return found


@pytest.mark.django_db(transaction=True)
def test_a_mark_in_any_column_of_a_person_is_gone_after_the_erasure() -> None:
    owner = make_user(role="administrator")
    other = make_customer(name="李娜")
    person = make_person(BY, owner)
    something_everywhere(person, other)
    marks = plant(person)
    assert len(left_over(marks)) >= len(marks.planted)
    person.refresh_from_db()

    clear_up(erase(person))

    assert left_over(marks) == []
    assert rows_left(person) - STAY == set()
    other.refresh_from_db()
    assert other.name == "李娜"
