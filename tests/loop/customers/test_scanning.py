"""The scan for duplicates: what it finds, what it leaves alone, and that it can be stopped, gone on with and repeated."""

from __future__ import annotations

from itertools import combinations
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.customers import make_customer

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import Job, State
from kexin.loop.customers import actions
from kexin.loop.customers.actions import scanning
from kexin.loop.customers.choices import PairState
from kexin.loop.customers.models import Asset, Contact, ContactPoint, Customer, DuplicatePair
from kexin.loop.customers.queries import scanning as reading
from kexin.loop.customers.rules import duplicates, names, neighbours
from kexin.loop.customers.rules.duplicates import Marks

BY = Actor.system("cli")
SUZHOU = "江苏 / 苏州 / 园区"


def file(name: str, *phones: str, contact: str = "", **fields: Any) -> Customer:
    customer = make_customer(name=name, **{"region": SUZHOU, **fields})
    person = Contact.objects.create(customer=customer, name=contact) if contact else None
    for phone in phones:
        ContactPoint.objects.create(customer=customer, contact=person, kind="phone", value=phone, key=phone)
    return customer


def scan(**more: Any) -> Job:
    job = jobs.run_here(actions.start_scan(by=BY, here=True, **more).pk)
    assert job.state == State.DONE, job.error
    return job


def listed() -> list[tuple[str, str, str]]:
    rows = DuplicatePair.objects.order_by("smaller", "larger")
    return [(pair.smaller.name, pair.larger.name, pair.reasons) for pair in rows.select_related("smaller", "larger")]


@pytest.mark.parametrize(
    ("one", "other", "reasons"),
    [
        ({"name": "王建国", "phones": {"1"}}, {"name": "王先生", "phones": {"1"}}, ["phone"]),
        ({"name": "王建国", "phones": {"1"}}, {"name": "王建园", "phones": {"1"}}, ["phone", "alike_name"]),
        ({"name": "王建国", "phones": {"1"}}, {"name": "李芳", "phones": {"1"}}, ["phone", "other_name"]),
        ({"name": "張偉", "phones": {"15400000001"}}, {"name": "张伟", "phones": {"15400000002"}}, ["near_phone", "name_and_region"]),
        ({"name": "张伟"}, {"name": "张伟"}, ["name_and_region"]),
        ({"name": "张伟", "address": "中山路 5 号"}, {"name": "章伟", "address": "中山路5号"}, ["address_and_name", "alike_name"]),
        ({"name": "苏州锦程物流有限公司"}, {"name": "锦程物流（集团）股份有限公司"}, ["firm_and_region"]),
        ({"name": "苏州锦程物流有限公司"}, {"name": "苏州锦城物流有限公司"}, ["alike_firm_and_region"]),
        ({"name": "苏州锦程物流有限公司"}, {"name": "苏州锦程食品有限公司"}, []),
        (
            {"name": "锦程物流有限公司", "tax_number": "A", "phones": {"1"}},
            {"name": "锦程物流有限公司", "tax_number": "B", "phones": {"1"}},
            ["phone", "firm_and_region", "other_tax_number"],
        ),
        (
            {"name": "锦程物流有限公司", "contacts": {"王伟"}, "phones": {"1"}},
            {"name": "王伟", "phones": {"1"}},
            ["phone", "contact"],
        ),
    ],
)
def test_what_two_files_share_is_said_and_weighed(one: dict[str, Any], other: dict[str, Any], reasons: list[str]) -> None:
    first, second = (
        Marks(**{"region": SUZHOU, **{name: frozenset(value) if isinstance(value, set) else value for name, value in marks.items()}})
        for marks in (one, other)
    )
    assert duplicates.shared(first, second) == reasons


@given(st.text(max_size=12), st.text(max_size=12))
def test_names_are_compared_alike_from_both_sides(one: str, other: str) -> None:
    for firms in (True, False):
        assert names.compare(one, other, firms=firms) == names.compare(other, one, firms=firms)
    assert names.one_apart(one, other) == names.one_apart(other, one)
    assert 0 <= names.likeness(one, other) == names.likeness(other, one) <= 1


@given(st.lists(st.tuples(st.integers(1, 30), st.text("01", min_size=2, max_size=5)), max_size=20))
def test_near_numbers_are_those_of_which_at_most_one_digit_differs(rows: list[tuple[int, str]]) -> None:
    def near(one: str, other: str) -> bool:
        return len(one) == len(other) and sum(a != b for a, b in zip(one, other, strict=True)) <= 1

    found = set(neighbours.near_numbers((pk, [number]) for pk, number in rows))
    every = {neighbours.ordered(one, other) for (one, a), (other, b) in combinations(rows, 2) if one != other and near(a, b)}

    assert found <= every
    if len(rows) <= neighbours.WINDOW + 1:  # of more, each is compared with the first so many
        assert found == every


@given(st.lists(st.tuples(st.sampled_from("abcd"), st.integers(1, 300)), max_size=300))
def test_a_large_block_is_compared_with_neighbours_only(files: list[tuple[str, int]]) -> None:
    found = set(neighbours.within(files))

    ids = {pk for _name, pk in files}
    assert all(one < other for one, other in found)
    assert len(found) <= len({*files}) * max(neighbours.WINDOW, neighbours.LARGEST_BLOCK)
    if len({*files}) <= neighbours.LARGEST_BLOCK:
        assert found == {neighbours.ordered(one, other) for one, other in combinations(sorted(ids), 2)}


@pytest.mark.django_db
def test_a_scan_finds_pairs_once_and_leaves_families_alone() -> None:
    file("王建国", "15400000001")
    file("王先生", "15400000001")
    file("李芳", "15400000001")
    file("苏州锦程物流有限公司", "15400000003")
    file("锦程物流", "15400009999", kind="organisation")
    file("张伟", "15400000005")
    file("张伟", "15499999999")
    car = file("陈静", "15400000007")
    sold = file("郭强", "15400000008")
    for owner in (car, sold):
        Asset.objects.create(customer=owner, name="云岫", vin="LCH1")
    file("赵云", "15400000009", is_active=False)
    file("赵云", "15400000009")

    job = scan()
    scan()

    assert listed() == [("王建国", "王先生", "phone"), ("苏州锦程物流有限公司", "锦程物流", "firm_and_region")]
    assert job.result["found"] == 2


@pytest.mark.django_db
def test_a_decision_is_not_asked_again_also_after_a_merge() -> None:
    one, other = file("王建国", "15400000001"), file("王建国", "15400000001")
    third = file("王建国", "15400000002", "15400000001")
    scan()
    assert DuplicatePair.objects.count() == 3
    pair = DuplicatePair.objects.get(smaller=other, larger=third)
    actions.decide_different(pair_id=pair.pk, by=BY)
    DuplicatePair.objects.filter(smaller=one, larger=third).delete()

    actions.merge_customers(survivor_id=one.pk, merged_id=other.pk, by=BY)
    scan()

    assert sorted(DuplicatePair.objects.values_list("state", flat=True)) == [PairState.DIFFERENT, PairState.MERGED]


@pytest.mark.django_db
def test_files_that_changed_are_compared_at_once() -> None:
    one = actions.create_customer(name="王建国", phones=["15400000001"], by=BY)
    other = actions.create_customer(name="王建国", phones=["15400000009"], by=BY)
    jobs.deliver_announcements()
    assert listed() == [("王建国", "王建国", "near_phone,name")] or listed() == []
    point = actions.add_point(customer_id=other.pk, kind="phone", value="15400000001", by=BY)
    jobs.deliver_announcements()
    assert [row[2].split(",")[0] for row in listed()] == ["phone"]
    actions.remove_point(point_id=point.pk, by=BY)
    actions.change_customer(customer_id=one.pk, version=None, fields={"name": "李娜"}, by=BY)
    jobs.deliver_announcements()
    assert listed() == []


@pytest.mark.django_db
def test_only_what_changed_is_compared_after_the_first_scan() -> None:
    file("王建国", "15400000001")
    scan()
    fresh = actions.create_customer(name="王建国", phones=["15400000001"], by=BY)

    job = scan(everything=False)

    assert job.total == 1
    assert [(pair.larger_id, pair.score > 70) for pair in DuplicatePair.objects.all()] == [(fresh.pk, True)]


@pytest.mark.django_db
def test_small_pages_find_what_large_pages_find(monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        file("王建国" if number % 3 else "王先生", f"1540000000{number % 7}", address=f"中山路 {number % 5} 号")
    scan()
    whole = set(DuplicatePair.objects.values_list("smaller", "larger", "score"))
    DuplicatePair.objects.all().delete()

    monkeypatch.setattr(reading, "PAGE", 45)
    monkeypatch.setattr(scanning, "KEYS_AT_ONCE", 7)
    monkeypatch.setattr("kexin.ground.jobs.kinds.SLICE_SECONDS", 0)
    scan()

    assert set(DuplicatePair.objects.values_list("smaller", "larger", "score")) == whole


@pytest.mark.django_db
def test_one_scan_at_a_time() -> None:
    first = actions.start_scan(by=BY, here=True)

    assert actions.start_scan(by=BY) == first
