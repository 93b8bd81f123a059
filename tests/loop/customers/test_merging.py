"""Merging two files, and taking it back: everything moves, nothing stands twice, and back is exactly back."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.customers import make_customer
from tests.factories.imports import counts, load_csv
from tests.factories.orders import make_order
from tests.factories.staff import make_user
from tests.factories.todo import make_todo

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry
from kexin.ground.jobs.models import Announcement
from kexin.ground.lists import actions as lists
from kexin.ground.search import queries as search
from kexin.loop.customers import actions, errors, parts, queries
from kexin.loop.customers.choices import PairState
from kexin.loop.customers.models import Asset, Contact, ContactPoint, Customer, DuplicatePair, FileEntry, Interaction, Merge, Occasion
from kexin.loop.orders.models import Order

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")
NOT_COMPARED = {"version", "change", "updated_at"}  # they only ever grow
LEFT_OUT = {"audit", "jobs"}  # what happened stays happened


def contents() -> dict[str, list[tuple[Any, ...]]]:
    """Every row of every table of ours, the search index too."""
    found: dict[str, list[tuple[Any, ...]]] = {}
    for model in apps.get_models():
        if not model.__module__.startswith("kexin.") or model._meta.app_label in LEFT_OUT or model is Merge:
            continue
        names = [field.attname for field in model._meta.concrete_fields if field.name not in NOT_COMPARED]
        found[model._meta.label] = list(model._default_manager.order_by("pk").values_list(*names))
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {'rowid, ' if connection.vendor == 'sqlite' else ''}* FROM search_text")  # noqa: S608 -- no values
        found["search"] = sorted(tuple(map(str, row)) for row in cursor.fetchall())
    return found


@contextmanager
def undone() -> Iterator[None]:
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


def merged(one: Customer, other: Customer, **more: Any) -> Merge:
    return actions.merge_customers(survivor_id=one.pk, merged_id=other.pk, by=BY, **more)


def point(customer: Customer, number: str, *, contact: Contact | None = None, first: bool = False) -> ContactPoint:
    return ContactPoint.objects.create(customer=customer, contact=contact, kind="phone", value=number, key=number, is_primary=first)


# Laws

NAMES = st.sampled_from(["王伟", "王芳", "李娜"])
NUMBERS = st.sampled_from(["15400000001", "15400000002", "15400000003", "15400000004"])


@st.composite
def files(draw: st.DrawFn) -> dict[str, Any]:
    """A file as people write it: one first number of each group, one main contact, whatever else."""
    return {
        "fields": draw(st.fixed_dictionaries({name: st.sampled_from(["", "甲", "乙"]) for name in ("region", "address", "salutation")})),
        "points": draw(st.lists(NUMBERS, unique=True, max_size=3)),
        "contacts": draw(st.lists(st.tuples(NAMES, st.lists(NUMBERS, unique=True, max_size=2)), unique_by=lambda c: c[0], max_size=3)),
        "assets": draw(st.lists(st.tuples(st.sampled_from(["", "苏E1", "苏E2"]), st.sampled_from(["", "V1", "V2"])), max_size=3)),
        "days": draw(st.lists(st.tuples(st.integers(1, 3), st.sampled_from([None, 1980])), max_size=2)),
        "entries": draw(st.lists(st.tuples(st.sampled_from(["hobby", "note"]), st.sampled_from(["钓鱼", "书法"])), max_size=4)),
        "talks": draw(st.integers(0, 3)),
        "orders": draw(st.integers(0, 2)),
        "causes": draw(st.lists(st.sampled_from(["", "x", "y"]), max_size=3, unique=True)),
        "tags": draw(st.lists(st.sampled_from(["甲", "乙"]), unique=True, max_size=2)),
    }


def write(name: str, plan: dict[str, Any]) -> Customer:  # noqa: C901 -- one table after the other
    customer = make_customer(name=name, **plan["fields"])
    for number, key in enumerate(plan["points"]):
        point(customer, key, first=number == 0)
    for number, (person, keys) in enumerate(plan["contacts"]):
        contact = Contact.objects.create(customer=customer, name=person, is_primary=number == 0)
        for at, key in enumerate(keys):
            point(customer, key, contact=contact, first=at == 0)
    for plate, vin in plan["assets"]:
        Asset.objects.create(customer=customer, name="车", plate=plate, vin=vin)
    for day, year in plan["days"]:
        Occasion.objects.create(customer=customer, label="生日", month=9, day=day, year=year)
    for topic, value in plan["entries"]:
        FileEntry.objects.create(customer=customer, topic=topic, value=value, source="dealings", collected_on=dt.date(2026, 1, 1))
    for _ in range(plan["talks"]):
        Interaction.objects.create(customer=customer, kind="call", occurred_at=timezone.now(), text="喂")
    for _ in range(plan["orders"]):
        make_order(customer=customer)
    for cause in plan["causes"]:
        make_todo(customer=customer, cause=cause)
    for tag in plan["tags"]:
        lists.add_tag(kind="customer", name=tag, record_ids=[customer.pk], by=BY)
    actions.index_customers([customer.pk])
    return customer


@given(one=files(), other=files(), theirs=st.lists(st.sampled_from(["name", "region", "address", "salutation"]), unique=True))
@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_merge_then_undo_is_the_identity(one: dict[str, Any], other: dict[str, Any], theirs: list[str]) -> None:
    with undone():
        survivor, second = write("王伟", one), write("王小伟", other)
        before = contents()

        merge = merged(survivor, second, theirs=theirs)
        between = contents()
        actions.unmerge_customers(merge_id=merge.pk, by=BY)

        assert contents() == before
        assert between["customers.Customer"] != before["customers.Customer"]


@given(plans=st.tuples(files(), files(), files()))
@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_a_chain_taken_back_in_turn_is_the_identity(plans: tuple[dict[str, Any], ...]) -> None:
    with undone():
        first, second, third = (write(f"王伟{number}", plan) for number, plan in enumerate(plans))
        before = contents()

        early = merged(second, third)
        late = merged(first, second)
        assert Customer.objects.get(pk=third.pk).merged_into_id == first.pk
        with pytest.raises(errors.MergeUndoneInTurn):
            actions.unmerge_customers(merge_id=early.pk, by=BY)
        actions.unmerge_customers(merge_id=late.pk, by=BY)
        actions.unmerge_customers(merge_id=early.pk, by=BY)

        assert contents() == before


@given(one=files(), other=files())
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_nothing_is_lost_and_nothing_stands_twice(one: dict[str, Any], other: dict[str, Any]) -> None:
    with undone():
        survivor, second = write("王伟", one), write("王小伟", other)

        merged(survivor, second)

        own = ContactPoint.objects.filter(customer=survivor, contact=None).values_list("key", flat=True)
        assert sorted(own) == sorted({*one["points"], *other["points"]})
        assert sorted(Contact.objects.filter(customer=survivor).values_list("name", flat=True)) == sorted(
            {name for plan in (one, other) for name, _keys in plan["contacts"]}
        )
        numbers = {(name, key) for plan in (one, other) for name, keys in plan["contacts"] for key in keys}
        assert set(ContactPoint.objects.filter(customer=survivor).exclude(contact=None).values_list("contact__name", "key")) == numbers
        assert Interaction.objects.filter(customer=survivor).count() == one["talks"] + other["talks"]
        assert Order.objects.filter(customer=survivor).count() == one["orders"] + other["orders"]


def test_every_table_that_knows_a_customer_moves_with_it() -> None:
    """A new table with a customer in it must follow a merged file: through a part of its own, or by saying why not."""
    stays = {
        "customers.Customer": "leads to the survivor",
        "customers.Place": "is computed anew by the next assessment",
        "customers.NameKey": "is computed anew",
        "customers.Whereabouts": "is measured anew by the merge itself",
        "customers.DuplicatePair": "is shown for open files only",
        "customers.Merge": "says what became of both files",
        "pool.Warned": "is written anew with the next look at the pool",
    }
    missing = []
    for relation in Customer._meta.get_fields(include_hidden=True):
        if not relation.auto_created or relation.concrete or relation.related_model._meta.label in stays:
            continue
        model = relation.related_model
        with undone():
            if not _moves(model):
                missing.append(model._meta.label)
    assert missing == [], "register a Part with `move` and `move_back` for these (kexin.loop.customers.parts)"


def _moves(model: Any) -> bool:
    """Whether some part's move writes to this model's table: asked of the statements a merge makes."""
    one, other = make_customer(name="甲"), make_customer(name="乙")
    with CaptureQueriesContext(connection) as caught:
        for part in parts.registered():
            if part.move is not None:
                part.move(other, one)
    table = f'"{model._meta.db_table}"'
    return any(table in query["sql"] for query in caught.captured_queries)


# Merging


def test_the_chosen_value_of_each_field_is_kept() -> None:
    old = timezone.now() - dt.timedelta(days=400)
    survivor = make_customer(name="王伟", region="江苏 / 苏州", address="中山路 1 号")
    second = make_customer(name="王小伟", region="江苏 / 无锡", salutation="先生", created_at=old)

    merge = merged(survivor, second, theirs=["name", "salutation"])

    survivor.refresh_from_db()
    assert (survivor.name, survivor.region, survivor.salutation, survivor.created_at) == ("王小伟", "江苏 / 苏州", "先生", old)
    assert merge.fields["name"] == ["王伟", "王小伟"]
    entry = Entry.objects.get(action="customer.merge")
    assert entry.changes["name"] == ["王伟", "王小伟"]
    assert Announcement.objects.filter(name="customers.merged").count() == 1


def test_the_old_code_leads_to_the_survivor() -> None:
    survivor, second = make_customer(name="王伟", code="A-1"), make_customer(name="李四", code="ZZ-77")
    actions.index_customers([survivor.pk, second.pk])

    merged(survivor, second)

    assert list(search.matching(Customer.objects.all(), "customer", "ZZ-77")) == [survivor]
    assert queries.survivor_of(second.pk) == survivor


def test_orders_carry_the_change_number_of_the_merge() -> None:
    survivor, second = make_customer(), make_customer()
    order = make_order(customer=second)

    merge = merged(survivor, second)

    order.refresh_from_db()
    assert (order.customer_id, order.change) == (survivor.pk, merge.change)


def test_a_blank_is_filled_from_the_other_file_and_emptied_again() -> None:
    survivor, second = make_customer(), make_customer()
    car = Asset.objects.create(customer=survivor, name="云岫", plate="苏E1")
    Asset.objects.create(customer=second, name="云岫", plate="苏E1", vin="LCH1")

    merge = merged(survivor, second)
    car.refresh_from_db()
    assert (car.vin, Asset.objects.filter(customer=survivor).count()) == ("LCH1", 1)

    actions.unmerge_customers(merge_id=merge.pk, by=BY)
    car.refresh_from_db()
    assert car.vin == ""


# Undo after later edits


def test_what_was_edited_since_goes_back_edited_and_what_is_new_stays() -> None:
    survivor, second = make_customer(name="王伟"), make_customer(name="王小伟", region="苏州")
    theirs = point(second, "15400000009", first=True)
    contact = Contact.objects.create(customer=second, name="李娜")
    merge = merged(survivor, second, theirs=["region"])

    actions.change_point(point_id=theirs.pk, version=None, value="15400000010", by=BY)
    fresh = actions.add_point(customer_id=survivor.pk, kind="phone", value="15400000011", by=BY)
    of_contact = actions.add_point(customer_id=survivor.pk, kind="phone", value="15400000012", contact_id=contact.pk, by=BY)
    talk = actions.note_interaction(customer_id=survivor.pk, kind="call", text="新的", by=BY)
    given_along = actions.note_interaction(customer_id=survivor.pk, kind="call", text="是他的", by=BY)
    actions.change_customer(customer_id=survivor.pk, version=None, fields={"region": "无锡"}, by=BY)
    outlook = queries.undo_outlook(merge)
    actions.unmerge_customers(merge_id=merge.pk, by=BY, along={"customers": {"Interaction": [given_along.pk]}})

    for row, owner in ((theirs, second), (fresh, survivor), (of_contact, second), (talk, survivor), (given_along, second)):
        row.refresh_from_db()
        assert row.customer_id == owner.pk
    assert theirs.key == "15400000010"
    assert outlook.kept == ["region"]
    assert [row.pk for new in outlook.new for row in new.rows] == [given_along.pk, talk.pk]
    survivor.refresh_from_db()
    assert survivor.region == "无锡"


def test_a_number_made_first_since_is_not_first_twice() -> None:
    survivor, second = make_customer(), make_customer()
    ours, theirs = point(survivor, "15400000001", first=True), point(second, "15400000002", first=True)
    merge = merged(survivor, second)
    actions.make_point_primary(point_id=theirs.pk, by=BY)

    actions.unmerge_customers(merge_id=merge.pk, by=BY)

    assert set(ContactPoint.objects.filter(is_primary=True)) == {ours, theirs}


def test_rows_removed_since_stay_removed() -> None:
    survivor, second = make_customer(), make_customer()
    theirs = point(second, "15400000002", first=True)
    merge = merged(survivor, second)
    actions.remove_point(point_id=theirs.pk, by=BY)

    actions.unmerge_customers(merge_id=merge.pk, by=BY)

    assert ContactPoint.objects.count() == 0


# Imports


def test_rows_under_the_old_code_land_on_the_survivor() -> None:
    survivor, second = make_customer(name="王伟", code="A-1", region="苏州"), make_customer(name="王小伟", code="A-2")
    headings = ["客户编号", "客户名称", "手机", "地区", "联系人"]
    rows = [["A-1", "王伟", "15400000001", "苏州", ""], ["A-2", "王小伟", "15400000002", "无锡", "李娜"]]
    merged(survivor, second)

    load_csv("customers", headings, rows)
    again = load_csv("customers", headings, rows)

    survivor.refresh_from_db()
    assert (survivor.name, survivor.region) == ("王伟", "苏州")
    assert sorted(ContactPoint.objects.values_list("customer", "key")) == [(survivor.pk, "15400000001"), (survivor.pk, "15400000002")]
    assert list(Contact.objects.values_list("customer", "name")) == [(survivor.pk, "李娜")]
    assert counts(again) == ("done", 2, 0, 0, 2, 0)


# Refusals


def test_refusals_have_words() -> None:
    one, other, closed = make_customer(name="甲"), make_customer(name="乙"), make_customer(name="丙", is_active=False)
    with pytest.raises(errors.MergeOfOne):
        merged(one, one)
    with pytest.raises(errors.MergeOfClosed):
        merged(one, closed)
    with pytest.raises(errors.MergeOfClosed):
        merged(closed, one)
    with pytest.raises(errors.CustomerNotFound):
        actions.merge_customers(survivor_id=one.pk, merged_id=999_999, by=BY)
    with pytest.raises(TypeError):
        merged(one, other, theirs=["code"])
    merge = merged(one, other)
    with pytest.raises(errors.FileMerged, match="甲"):  # in a circle
        merged(other, one)
    with pytest.raises(errors.FileMerged):  # what was merged already
        merged(one, other)
    with pytest.raises(errors.FileMerged):
        actions.change_customer(customer_id=other.pk, version=None, fields={"name": "丁"}, by=BY)
    with pytest.raises(errors.FileMerged):
        actions.reactivate_customer(customer_id=other.pk, by=BY)
    actions.unmerge_customers(merge_id=merge.pk, by=BY)
    with pytest.raises(errors.MergeUndone):
        actions.unmerge_customers(merge_id=merge.pk, by=BY)
    with pytest.raises(errors.MergeNotFound):
        actions.unmerge_customers(merge_id=999_999, by=BY)


def test_a_file_edited_meanwhile_is_refused() -> None:
    one, other = make_customer(name="甲"), make_customer(name="乙")
    actions.change_customer(customer_id=other.pk, version=1, fields={"name": "丁"}, by=BY)

    with pytest.raises(errors.EditedMeanwhile):
        merged(one, other, versions={one.pk: 1, other.pk: 1})

    assert Merge.objects.count() == 0


def test_a_merge_of_somebody_erased_cannot_be_taken_back() -> None:
    one, other = make_customer(), make_customer()
    merge = merged(one, other)
    erase = parts.named("merges").erase
    assert erase is not None
    erase(one)

    with pytest.raises(errors.MergeForgotten):
        actions.unmerge_customers(merge_id=merge.pk, by=BY)


def test_somebody_erased_is_not_merged() -> None:
    one, gone = make_customer(), make_customer(erased_at=timezone.now())

    with pytest.raises(errors.MergeOfErased):
        merged(one, gone)


@pytest.mark.django_db(transaction=True)
@pytest.mark.postgresql
def test_of_two_merges_at_once_the_second_is_told() -> None:
    """In a circle, by two people in the same moment: one goes through, the other hears where the file went."""
    one, other = make_customer(name="甲"), make_customer(name="乙")
    ready = threading.Barrier(2)

    def act(survivor: Customer, gone: Customer) -> str:
        try:
            ready.wait(timeout=10)
            merged(survivor, gone)
        except errors.FileMerged:
            return "told"
        finally:
            connection.close()
        return "merged"

    with ThreadPoolExecutor(2) as pool:
        outcomes = [pool.submit(act, *pair) for pair in ((one, other), (other, one))]
        assert sorted(outcome.result(timeout=30) for outcome in outcomes) == ["merged", "told"]
    assert Merge.objects.count() == 1


def test_two_that_are_not_the_same_stay_decided() -> None:
    one, other = make_customer(), make_customer()
    pair = DuplicatePair.objects.create(smaller=one, larger=other, score=90, reasons="phone")
    user = make_user()

    actions.decide_different(pair_id=pair.pk, by=user.actor)
    again = actions.decide_different(pair_id=pair.pk, by=BY)
    assert (again.state, again.decided_by) == (PairState.DIFFERENT, user)

    merge = merged(one, other)
    pair.refresh_from_db()
    assert pair.state == PairState.MERGED
    with pytest.raises(errors.PairNotFound):
        actions.decide_different(pair_id=pair.pk, by=BY)
    actions.unmerge_customers(merge_id=merge.pk, by=BY)
    pair.refresh_from_db()
    assert (pair.state, pair.decided_by) == (PairState.DIFFERENT, user)
    assert actions.reopen_pair(pair_id=pair.pk, by=BY).state == PairState.OPEN
