"""Credit: dated entries of which the newest counts, imported, moved with a merge, seen only by those who may."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.factories.customers import make_customer
from tests.factories.imports import counts, load_csv, undo
from tests.factories.staff import make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import Invalid
from kexin.ground.lists import reading
from kexin.ground.lists.errors import ConditionNotYours
from kexin.ground.staff.choices import Role, Sees
from kexin.loop.customers import actions, errors, parts, queries
from kexin.loop.customers.listing import CUSTOMERS
from kexin.loop.customers.models import Credit

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")


def day(number: int) -> dt.date:
    return dt.date(2026, 1, 1) + dt.timedelta(days=number)


def test_a_newer_entry_counts_and_the_older_is_kept() -> None:
    customer = make_customer()
    actions.add_credit(customer_id=customer.pk, limit=Decimal(500000), payment_days=30, collected_on=day(10), by=BY)
    actions.add_credit(customer_id=customer.pk, overdue_amount=Decimal("1.5"), overdue_days=12, collected_on=day(20), by=BY)
    actions.add_credit(customer_id=customer.pk, rating="AA", collected_on=day(1), by=BY)  # learnt late, about an earlier day

    now = queries.credit_of(customer)

    assert now is not None
    assert (now.collected_on, now.overdue_days, now.currency) == (day(20), 12, "CNY")
    assert [row.collected_on for row in queries.credit_history(customer)] == [day(20), day(10), day(1)]


@pytest.mark.parametrize(
    ("given_", "field"),
    [
        ({}, "limit"),
        ({"limit": Decimal(-1)}, "limit"),
        ({"overdue_amount": Decimal(10) ** 14}, "overdue_amount"),
        ({"payment_days": -1}, "payment_days"),
        ({"overdue_days": 99_999}, "overdue_days"),
        ({"rating": "A" * 11}, "rating"),
        ({"rating": "A", "currency": "¥"}, "currency"),
        ({"rating": "A", "collected_on": dt.date(2999, 1, 1)}, "collected_on"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(given_: dict[str, object], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.add_credit(customer_id=make_customer().pk, by=BY, **given_)  # type: ignore[arg-type]  # bad input on purpose
    assert field in (set(refused.value.fields()) or {refused.value.field})
    assert not Credit.objects.exists()


def test_nothing_is_added_to_a_closed_file() -> None:
    with pytest.raises(errors.FileClosed):
        actions.add_credit(customer_id=make_customer(is_active=False).pk, rating="A", by=BY)


class Laws(TestCase):
    @settings(max_examples=25, deadline=None)
    @given(st.lists(st.integers(0, 40), min_size=1, max_size=6), st.lists(st.integers(0, 40), max_size=6))
    def test_merging_and_parting_again_changes_nothing(self, ours: list[int], theirs: list[int]) -> None:
        one, two = make_customer(), make_customer()
        for customer, days in ((one, ours), (two, theirs)):
            for number in days:
                actions.add_credit(customer_id=customer.pk, payment_days=number, collected_on=day(number), by=BY)
        stood = sorted(Credit.objects.values_list("pk", "customer_id", "is_current"))
        part = parts.named("customers.credit")
        assert part.move is not None
        assert part.move_back is not None

        moved = part.move(two, one)

        assert Credit.objects.filter(customer=two).count() == 0
        current = Credit.objects.get(customer=one, is_current=True)
        assert current.collected_on == day(max(ours + theirs))
        part.move_back(two, one, moved)
        assert sorted(Credit.objects.values_list("pk", "customer_id", "is_current")) == stood


def test_a_file_brings_credit_twice_changes_nothing_and_takes_it_back() -> None:
    headings = ["客户编号", "客户名称", "信用额度", "账期", "信用等级", "逾期金额", "逾期天数"]
    known = make_customer(code="K1", name="甲")
    actions.add_credit(customer_id=known.pk, limit=Decimal(100), note="老额度", collected_on=day(0), by=BY)
    rows = [["K1", "甲", "500,000", "30", "AA", "1200.5", "7"], ["K2", "乙", "", "0", "", "", ""]]

    run = load_csv("customers", headings, rows)

    assert counts(run) == ("done", 2, 1, 1, 0, 0)
    now = queries.credit_of(known)
    assert now is not None
    assert (now.limit, now.payment_days, now.rating, now.overdue_amount, now.overdue_days, now.note, now.source) == (
        Decimal(500000), 30, "AA", Decimal("1200.5"), 7, "老额度", "import",
    )  # fmt: skip
    assert counts(load_csv("customers", headings, rows)) == ("done", 2, 0, 0, 2, 0)
    undo(run)
    now = queries.credit_of(known)
    assert now is not None
    assert now.limit == Decimal(100)
    assert Credit.objects.count() == 1


def test_bad_cells_are_refused_by_name() -> None:
    rows = [["K1", "甲", "-5", ""], ["K2", "乙", "", "三十天"], ["K3", "丙", "", "1.5"]]
    run = load_csv("customers", ["客户编号", "客户名称", "信用额度", "账期"], rows)
    assert counts(run) == ("done", 3, 0, 0, 0, 3)


def test_the_list_shows_and_filters_credit_only_for_those_who_may() -> None:
    boss, front = make_user(role=Role.MANAGER, sees=Sees.ALL), make_user(role=Role.FRONT_LINE, sees=Sees.ALL)
    late, fine = make_customer(name="迟"), make_customer(name="好")
    actions.add_credit(customer_id=late.pk, overdue_amount=Decimal(100), overdue_days=40, by=BY)
    actions.add_credit(customer_id=fine.pk, overdue_amount=Decimal(0), by=BY)

    page = reading.read(CUSTOMERS, {"overdue_min": "1", "cols": "overdue,overdue_days"}, boss)

    assert [(row.name, row.credit_now.overdue_days) for row in page.rows] == [("迟", 40)]
    for asked in ({"overdue_min": "1"}, {"cols": "overdue"}):
        with pytest.raises(ConditionNotYours):
            reading.read(CUSTOMERS, asked, front)
    assert "overdue" not in [column.name for column in reading.read(CUSTOMERS, {}, front).listing.columns]


def test_a_copy_and_erasure_take_all_of_it() -> None:
    customer, part = make_customer(), parts.named("customers.credit")
    actions.add_credit(customer_id=customer.pk, rating="B", note="慢", by=BY)
    assert part.export is not None
    assert part.erase is not None
    assert [row["note"] for row in part.export(customer)] == ["慢"]
    assert part.erase(customer) == 1
    assert not Credit.objects.exists()
