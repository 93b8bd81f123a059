"""Assessments, from orders in the database to places on the file. Columns are read by another connection: real transactions."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.standing import BY, assessed
from tests.loop.standing.recount import Counted, recount

from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs import kinds
from kexin.ground.jobs.models import Announcement, Job, State
from kexin.ground.staff.queries import company
from kexin.loop.customers.models import Customer, Place
from kexin.loop.orders.models import Order
from kexin.loop.standing import actions, queries
from kexin.loop.standing.actions import assessing
from kexin.loop.standing.errors import AsOfInFuture, AssessmentRunning
from kexin.loop.standing.models import Run, RunState, Transition
from kexin.loop.standing.rules import DELIVERED, Definition
from kexin.loop.todo.models import ToDo

pytestmark = pytest.mark.django_db(transaction=True)
DAY = dt.date(2025, 6, 30)


@pytest.fixture(autouse=True)
def _in_yuan() -> None:
    one = company()
    one.currency, one.zone = "CNY", "Asia/Shanghai"
    one.save()


def places() -> dict[int, Place]:
    return {place.customer_id: place for place in Place.objects.all()}


def assert_places_match(as_of: dt.date) -> None:
    counted, found = recount(as_of, "CNY"), places()
    assert set(found) == set(Customer.objects.filter(is_active=True, merged_into=None).values_list("pk", flat=True))
    for pk, place in found.items():
        one = counted.get(pk, Counted())
        assert (
            place.orders,
            place.recency_days,
            place.first_order_on,
            place.last_order_on,
            place.gross_amount,
            place.returned_amount,
            place.net_amount,
            place.margin_amount,
        ) == (
            one.orders,
            (as_of - one.last).days if one.last else None,
            one.first,
            one.last,
            one.gross,
            one.returned,
            one.net,
            one.margin,
        )
        assert place.margin_known == pytest.approx(float(one.known / one.gross) if one.gross else None)


quantities = st.sampled_from(["1", "2", "12", "0.5", "-1", "-3", "0", "0.3333"])
prices = st.sampled_from(["0", "2.55", "10", "99.99", "-5.5", "1234567.8901", "0.0001"])
costs = st.sampled_from([None, "0", "1.2345", "80", "0.0003"])
orders = st.fixed_dictionaries(
    {
        "who": st.integers(0, 4),
        "days_ago": st.integers(-20, 800),
        "kind": st.sampled_from(["sale", "sale", "sale", "cancellation", "return"]),
        "currency": st.sampled_from(["CNY", "CNY", "CNY", "USD"]),
        "called_off": st.sampled_from([None, None, None, 0, 30]),
        "lines": st.lists(st.tuples(quantities, prices, costs), max_size=4),
    }
)


# Each example is a whole assessment: a failing one is shown as it is, not shrunk.
@settings(
    max_examples=12,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    deadline=None,
)
@given(st.lists(orders, max_size=14))
def test_every_number_is_what_a_recount_by_hand_gives(rows: list[dict[str, Any]]) -> None:
    Transition.objects.all().delete()
    Run.objects.update(previous=None)
    Run.objects.all().delete()
    Place.objects.all().delete()
    Order.objects.all().delete()
    Customer.objects.all().delete()
    known = [make_customer() for _ in range(4)]
    for row in rows:
        on = DAY - dt.timedelta(days=row["days_ago"])
        off = on + dt.timedelta(days=row["called_off"]) if row["called_off"] is not None and row["kind"] == "sale" else None
        customer = known[row["who"]] if row["who"] < 4 else None
        make_order(customer=customer, on=on, kind=row["kind"], currency=row["currency"], cancelled_on=off, lines=row["lines"])

    run = assessed(DAY)

    assert_places_match(DAY)
    told = {warning["code"]: warning["data"] for warning in run.warnings}
    assert told.get("future_orders", {}).get("orders", 0) == sum(row["days_ago"] < 0 for row in rows)
    assert told.get("unknown_customers", {}).get("orders", 0) == sum(row["who"] == 4 and row["days_ago"] >= 0 for row in rows)


def test_customers_without_any_order_have_a_place_too() -> None:
    buyer, nobody, only_gave_back = make_customer(), make_customer(), make_customer()
    make_order(customer=buyer, on=dt.date(2025, 6, 1), lines=[(2, "10")])
    make_order(customer=only_gave_back, on=dt.date(2025, 6, 2), kind="cancellation", lines=[(-1, "10")])

    assessed(DAY)

    found = places()
    assert (found[nobody.pk].tier, found[nobody.pk].recency_days, found[nobody.pk].rfm, found[nobody.pk].abc) == ("E", None, "", "")
    assert (found[only_gave_back.pk].tier, found[only_gave_back.pk].net_amount, found[only_gave_back.pk].abc) == ("E", Decimal(-10), "C")
    assert (found[buyer.pk].orders, found[buyer.pk].recency_days, found[buyer.pk].net_amount) == (1, 29, Decimal(20))
    assert {place.as_of for place in found.values()} == {DAY}


def test_closed_files_are_left_out_and_counted() -> None:
    gone = make_customer(is_active=False)
    make_order(customer=gone, on=dt.date(2025, 6, 1), lines=[(1, "10")])

    run = assessed(DAY)

    assert run.customers == 0
    assert {"code": "closed_files", "data": {"customers": 1}} in run.warnings


def test_old_orders_are_called_stale_and_other_currencies_named() -> None:
    customer = make_customer()
    make_order(customer=customer, on=dt.date(2025, 1, 1), currency="USD", lines=[(1, "10")])

    run = assessed(DAY)

    assert {"code": "stale", "data": {"newest": "2025-01-01", "days": 180}} in run.warnings
    assert {"code": "other_currencies", "data": {"currency": "CNY", "orders": {"USD": 1}}} in run.warnings
    assert (places()[customer.pk].orders, places()[customer.pk].gross_amount) == (1, 0)


def a_slip() -> tuple[Customer, Customer]:
    """One customer who was the best and stopped, one who took over."""
    former, rising = make_customer(name="范静姝"), make_customer(name="曾令仪")
    for month in (1, 2, 3):
        make_order(customer=former, on=dt.date(2024, month, 10), lines=[(1, "1000", "600")])
    make_order(customer=rising, on=dt.date(2024, 3, 1), lines=[(1, "10", "6")])
    assessed(dt.date(2024, 4, 1))
    for month in (1, 2, 3):
        make_order(customer=rising, on=dt.date(2025, month, 10), lines=[(1, "5000", "3000")])
    return former, rising


def test_a_change_is_dated_explained_announced_and_on_the_file() -> None:
    former, rising = a_slip()

    run = assessed(dt.date(2025, 4, 1))

    moves = {(move.customer_id, move.field): move for move in Transition.objects.filter(run=run)}
    slip = moves[former.pk, "tier"]
    assert (slip.old, slip.new, slip.on, slip.was_key, slip.impact) == ("A", "D", dt.date(2025, 4, 1), True, Decimal(-1200))
    assert slip.reason["code"] == "slipped"
    assert (slip.reason["data"]["metric"], slip.reason["data"]["old"]) == ("sales_share", 0.0)
    assert (moves[rising.pk, "tier"].old, moves[rising.pk, "tier"].new) == ("D", "A") or moves[rising.pk, "tier"].new == "A"
    place = places()[former.pk]
    assert (place.tier, place.previous_tier, place.tier_since, place.run_id) == ("D", "A", dt.date(2025, 4, 1), run.pk)
    told = [row.payload["transition_ids"] for row in Announcement.objects.filter(name="standing.tiers_changed")]
    assert {pk for ids in told for pk in ids} >= {slip.pk}


def test_a_key_customer_that_slips_is_one_open_to_do() -> None:
    former, _rising = a_slip()
    assessed(dt.date(2025, 4, 1))

    while jobs.deliver_announcements(limit=100):
        pass

    (todo,) = ToDo.objects.filter(customer=former)
    assert (todo.cause, todo.origin_kind, todo.state) == ("standing.tier", "standing_transition", "open")


def test_the_same_day_again_changes_nothing_and_announces_nothing() -> None:
    a_slip()
    first = assessed(dt.date(2025, 4, 1))
    before = {pk: (place.tier, place.previous_tier, place.tier_since) for pk, place in places().items()}
    told = Announcement.objects.filter(name="standing.tiers_changed").count()

    second = assessed(dt.date(2025, 4, 1))

    first.refresh_from_db()
    assert first.state == RunState.REPLACED
    assert (second.previous_id, second.moved, second.fingerprint) == (first.previous_id, first.moved, first.fingerprint)
    assert second.distributions == first.distributions
    assert {pk: (place.tier, place.previous_tier, place.tier_since) for pk, place in places().items()} == before
    assert Announcement.objects.filter(name="standing.tiers_changed").count() == told
    shown = Transition.objects.filter(run__state=RunState.DONE)
    assert shown.count() == Transition.objects.filter(run=second).count() == Transition.objects.filter(run=first).count()


def test_a_later_day_without_news_moves_nobody() -> None:
    a_slip()
    assessed(dt.date(2025, 4, 1))

    run = assessed(dt.date(2025, 4, 2))

    assert (run.moved, Transition.objects.filter(run=run).count()) == (0, 0)
    assert {place.tier_since for place in places().values()} == {dt.date(2025, 4, 1)}


def test_an_earlier_day_looks_back_and_touches_no_file() -> None:
    former, _rising = a_slip()
    newest = assessed(dt.date(2025, 4, 1))

    back = assessed(dt.date(2024, 12, 31))

    assert (back.is_present, queries.latest_run()) == (False, newest)
    assert Transition.objects.filter(run=back).count() == 0
    assert places()[former.pk].as_of == dt.date(2025, 4, 1)
    assert back.distributions["tiers"]["A"]["customers"] == 1


def test_a_day_to_come_cannot_be_assessed() -> None:
    with pytest.raises(AsOfInFuture):
        actions.assess(as_of=queries.today() + dt.timedelta(days=1), by=BY)


def test_there_is_one_assessment_at_a_time() -> None:
    actions.assess(by=BY, here=True)
    with pytest.raises(AssessmentRunning):
        actions.assess(by=BY)


def test_a_cancelled_assessment_leaves_the_way_free() -> None:
    run = actions.assess(by=BY, here=True)
    jobs.cancel(job_id=run.job_id, by=BY)
    run.refresh_from_db()
    assert run.state == RunState.FAILED

    assert assessed(queries.today()).state == RunState.DONE


class _Killed(BaseException):
    pass


@pytest.mark.parametrize("dies_at", range(1, 14))
def test_killed_anywhere_it_goes_on_and_doubles_nothing(dies_at: int, monkeypatch: pytest.MonkeyPatch) -> None:
    a_slip()
    for _ in range(12):
        make_customer()
    monkeypatch.setattr(assessing, "BATCH", 4)
    run = actions.assess(as_of=dt.date(2025, 4, 1), by=BY, here=True)
    job = Job.objects.get(pk=run.job_id)
    calls = 0

    def kept(**said: Any) -> None:
        nonlocal calls
        calls += 1
        if said.get("checkpoint") is not None:
            Job.objects.filter(pk=job.pk).update(checkpoint=said["checkpoint"])
        if calls == dies_at:
            raise _Killed

    def part() -> kinds.Slice:
        job.refresh_from_db()
        return kinds.Slice(
            job_id=job.pk, arguments=job.arguments, checkpoint=job.checkpoint, by=BY, link="", deadline=float("inf"), keep=kept
        )

    try:
        outcome = actions.go_on(run.pk, part())
    except _Killed:
        outcome = actions.go_on(run.pk, part())

    assert isinstance(outcome, kinds.Finished)
    run.refresh_from_db()
    assert (run.state, run.moved) == (RunState.DONE, 2)
    assert Transition.objects.filter(run=run, field="tier").count() == 2
    assert Place.objects.filter(run_id=run.pk).count() == 14
    told = [pk for row in Announcement.objects.filter(name="standing.tiers_changed") for pk in row.payload["transition_ids"]]
    assert sorted(told) == sorted(Transition.objects.filter(run=run).values_list("pk", flat=True))
    assert Announcement.objects.filter(name="standing.assessed", payload__run_id=run.pk).count() == 1
    Job.objects.filter(pk=job.pk).update(state=State.DONE)


def test_what_is_simulated_is_what_applying_does() -> None:
    a_slip()
    for amount in (300, 200, 100):
        make_order(customer=make_customer(), on=dt.date(2025, 2, 1), lines=[(1, str(amount))])
    assessed(dt.date(2025, 4, 1))
    draft = actions.new_draft(by=BY)
    plain = DELIVERED.as_json()
    plain["tiers"]["A"] = [["orders_year", ">=", 99.0]]
    plain["tiers"]["C"] = [["net_year", ">=", 150.0]]
    draft = actions.edit(rules_id=draft.pk, version=draft.version, definition=plain, by=BY)
    draft = actions.simulate(rules_id=draft.pk, by=BY)
    now = {pk: place.tier for pk, place in places().items()}
    if draft.simulation["key_slips"]:
        actions.note_looked(rules_id=draft.pk, by=BY)
    draft = actions.apply(rules_id=draft.pk, version=draft.version, by=BY)

    run = assessed(dt.date(2025, 4, 1))

    then = {pk: place.tier for pk, place in places().items()}
    assert run.rules == draft
    assert {row["customer"]: (row["old"], row["new"]) for row in draft.simulation["affected"] if row["old"] != row["new"]} == {
        pk: (now[pk], tier) for pk, tier in then.items() if tier != now[pk]
    }
    assert {name: row["then"] for name, row in draft.simulation["tiers"].items()} == {
        name: row["customers"] for name, row in run.distributions["tiers"].items()
    }
    assert Definition.from_json(run.rules.definition) == Definition.from_json(plain)
