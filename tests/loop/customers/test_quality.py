"""How complete files are, what to ask next, what rules conclude, which days come up."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.staff.choices import Role, Sees
from kexin.loop.customers import actions, errors, queries
from kexin.loop.customers.actions.inferences import Conclusion
from kexin.loop.customers.actions.quality import ITEMS, count_item
from kexin.loop.customers.models import Customer, FileEntry
from kexin.loop.customers.rules import asking, freshness, occasions
from kexin.loop.orders.rhythm import rhythm_of

BY = Actor.system("cli")
TODAY = dt.date(2026, 5, 20)


def counted(today: dt.date = TODAY) -> None:
    for item in ITEMS:
        count_item(item=item, today=today)


@pytest.mark.django_db
def test_counts_agree_with_the_file_and_are_seen_by_branch() -> None:
    north, south = make_branch(name="北店"), make_branch(name="南店")
    boss, local = make_user(role=Role.MANAGER, sees=Sees.ALL), make_user(role=Role.MANAGER, branch=north)
    full = make_customer(branch=north, region="江苏")
    actions.add_point(customer_id=full.pk, kind="phone", value="13800138000", by=BY)
    actions.add_entry(customer_id=full.pk, topic="wish", value="换车", source="customer", collected_on=dt.date(2024, 1, 1), by=BY)
    make_customer(branch=north)
    make_customer(branch=south, kind="organisation")
    make_customer(branch=south, is_active=False)

    counted()
    counted()  # the same month again takes the place of the first

    seen = queries.file_quality(boss)
    assert [(line.name, line.files) for line in seen.branches] == [("北店", 2), ("南店", 1)]
    assert seen.branches[0].of("phone") == 0.5
    assert (seen.whole.ageing, seen.whole.stale) == (1, 1)
    expected = sum(queries.customer_page(one, boss).completeness.share for one in (full,)) * 9
    assert sum(have for have, _of in seen.branches[0].have.values()) == round(expected)
    assert [line.name for line in queries.file_quality(local).branches] == ["北店"]
    counted(dt.date(2026, 6, 1))
    assert [month for month, _line in queries.file_quality(boss).months] == [dt.date(2026, 5, 1), dt.date(2026, 6, 1)]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", ["person", "organisation"])
def test_beside_a_note_the_same_is_asked_as_on_the_page(kind: str, django_assert_num_queries: Any) -> None:
    boss = make_user(role=Role.MANAGER, sees=Sees.ALL)
    customer = make_customer(branch=make_branch(), kind=kind)
    first = queries.asks_for(customer)
    assert first == queries.customer_page(customer, boss).asks

    actions.add_point(customer_id=customer.pk, kind="phone", value="13800138000", by=BY)
    actions.add_occasion(customer_id=customer.pk, label="生日", calendar="solar", month=5, day=20, by=BY)
    for topic in ("wish", "credit", "family"):
        actions.add_entry(customer_id=customer.pk, topic=topic, value="…", source="customer", collected_on=dt.date(2024, 1, 1), by=BY)
    customer = Customer.objects.select_related("branch", "place").get(pk=customer.pk)

    with django_assert_num_queries(6):
        after = queries.asks_for(customer)
    assert after == queries.customer_page(customer, boss).asks
    assert after != first


@given(st.sampled_from(["person", "organisation"]), st.sampled_from(["", "A", "B", "E"]), st.data())
def test_what_to_ask_is_missing_or_old_and_never_more_than_four(kind: str, tier: str, data: st.DataObject) -> None:
    items = freshness.EXPECTED[kind]
    missing = data.draw(st.sets(st.sampled_from(items)))
    stale = data.draw(st.sets(st.sampled_from(items)))
    asks = asking.ask_next(kind, tier, missing=missing, stale=stale)
    assert len(asks) == min(asking.MOST, len(missing | stale))
    assert [ask.worth for ask in asks] == sorted((ask.worth for ask in asks), reverse=True)
    assert all(ask.is_stale == (ask.item not in missing) for ask in asks)


def test_a_table_of_worth_knows_everything_a_file_should_hold() -> None:
    assert {kind: set(items) for kind, items in asking.WORTH.items()} == {kind: set(items) for kind, items in freshness.EXPECTED.items()}


def conclusion(customer_id: int, value: str = "机油 · 2026-06-01") -> Conclusion:
    return Conclusion(customer_id, "rhythm", "OIL", value, 80, "5 × · ~30 d · 2026-05-01 A5", TODAY)


@pytest.mark.django_db
def test_a_conclusion_is_said_once_confirmed_or_rejected_and_never_again() -> None:
    one, two = make_customer(), make_customer()
    assert actions.conclude(rows=[conclusion(one.pk), conclusion(two.pk)], by=BY) == 2
    assert actions.conclude(rows=[conclusion(one.pk), conclusion(two.pk)], by=BY) == 0
    assert actions.conclude(rows=[conclusion(two.pk, "机油 · 2026-07-01")], by=BY) == 1
    standing = FileEntry.objects.get(customer=two, superseded_by=None)
    assert FileEntry.objects.filter(customer=two).count() == 2

    said = actions.confirm_inference(entry_id=standing.pk, by=BY)
    assert (said.is_inference, said.source, said.value) == (False, "customer", "机油 · 2026-07-01")
    with pytest.raises(errors.EntryAlreadySuperseded):
        actions.reject_inference(entry_id=standing.pk, by=BY)
    actions.reject_inference(entry_id=FileEntry.objects.get(customer=one).pk, by=BY)
    assert actions.conclude(rows=[conclusion(one.pk, "机油 · 2026-08-01")], by=BY) == 0
    assert queries.customer_page(one, make_user(role=Role.MANAGER, sees=Sees.ALL)).entries == []


def test_a_rhythm_needs_four_even_purchases_and_a_next_one_that_is_near() -> None:
    def monthly(count: int, last: dt.date = dt.date(2026, 5, 1)) -> list[dt.date]:
        return [last - dt.timedelta(days=30 * number) for number in range(count)]

    found = rhythm_of(monthly(6), today=TODAY)
    assert found is not None
    assert (found.gap, found.due_on, found.certainty) == (30, dt.date(2026, 5, 31), 86)
    assert rhythm_of(monthly(3), today=TODAY) is None
    assert rhythm_of(monthly(6, dt.date(2025, 12, 1)), today=TODAY) is None  # it is over
    uneven = [dt.date(2026, 5, 1) - dt.timedelta(days=days) for days in (0, 3, 90, 95, 300)]
    assert rhythm_of(uneven, today=TODAY) is None


@settings(max_examples=300, deadline=None)
@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 12, 31)))
def test_what_falls_on_a_day_is_what_comes_round_on_it(day: dt.date) -> None:
    for calendar, month, number, leap in occasions.falling_on(day):
        assert occasions.next_date(calendar, month, number, leap=leap, today=day) == day


@settings(max_examples=200, deadline=None)
@given(st.dates(dt.date(2020, 1, 1), dt.date(2040, 1, 1)), st.integers(1, 12), st.integers(1, 30), st.booleans())
def test_every_lunar_day_is_found_on_the_day_it_comes_round(today: dt.date, month: int, day: int, leap: bool) -> None:  # noqa: FBT001 -- given by name
    on = occasions.next_date("lunar", month, day, leap=leap, today=today)
    assert ("lunar", month, day, leap) in occasions.falling_on(on)


@pytest.mark.django_db
def test_days_coming_up_are_found_in_one_statement(django_assert_num_queries: Any) -> None:
    boss = make_user(role=Role.MANAGER, sees=Sees.ALL)
    lunar = occasions.next_date("lunar", 4, 8, today=TODAY)
    for label, calendar, month, day in (
        ("今天", "solar", 5, 20),
        ("后天", "solar", 5, 22),
        ("浴佛", "lunar", 4, 8),
        ("远", "solar", 12, 1),
    ):
        actions.add_occasion(customer_id=make_customer().pk, label=label, calendar=calendar, month=month, day=day, by=BY)
    with django_assert_num_queries(1):
        found = queries.days_coming_up(boss, today=TODAY, days=7)
    within = ["浴佛"] if 0 <= (lunar - TODAY).days < 7 else []
    assert sorted(one.occasion.label for one in found) == sorted(["今天", "后天", *within])
    assert found[0].in_days == 0
