"""Relations both ways, no circles, imported by code, and what becomes of them when files become one."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.factories.customers import make_customer
from tests.factories.imports import counts, load_csv, undo
from tests.factories.staff import make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.staff.choices import Role, Sees
from kexin.loop.customers import actions, errors, parts, queries
from kexin.loop.customers.models import Relation
from kexin.loop.customers.rules.relations import closes_circle

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")


def relate(kind: str, one: int, other: int) -> None:
    actions.add_relation(customer_id=one, kind=kind, other_id=other, by=BY)


def test_each_side_reads_its_own_word_and_counts() -> None:
    boss = make_user(role=Role.MANAGER, sees=Sees.ALL)
    group, branch, plant = (make_customer(name=name) for name in ("集团", "分公司", "工厂"))
    relate("parent", branch.pk, group.pk)
    relate("parent", plant.pk, group.pk)
    relate("partner", group.pk, plant.pk)

    seen = queries.relations_of(group, boss)

    assert [(str(one.word), one.other.name) for one in seen.standing] == [
        ("下属单位", "分公司"),
        ("下属单位", "工厂"),
        ("合作伙伴", "工厂"),
    ]
    assert [(str(word), count) for word, count in seen.counts] == [("下属单位", 2), ("合作伙伴", 1)]
    assert [(str(one.word), one.other.name) for one in queries.relations_of(branch, boss).standing] == [("上级单位", "集团")]


@pytest.mark.parametrize(
    ("there", "new", "refusal"),
    [
        ([], ("parent", 0, 0), errors.RelationToItself),
        ([("parent", 0, 1)], ("parent", 0, 1), errors.RelationThere),
        ([("household", 0, 1)], ("household", 1, 0), errors.RelationThere),
        ([("parent", 0, 1)], ("parent", 0, 2), errors.RelationAboveThere),
        ([("parent", 0, 1), ("parent", 1, 2)], ("parent", 2, 0), errors.RelationCircle),
        ([("referrer", 0, 1)], ("referrer", 1, 0), errors.RelationCircle),
    ],
)
def test_what_cannot_be_is_refused(there: list[tuple[str, int, int]], new: tuple[str, int, int], refusal: type[KexinError]) -> None:
    files = [make_customer().pk for _ in range(3)]
    for kind, one, other in there:
        relate(kind, files[one], files[other])
    with pytest.raises(refusal):
        relate(new[0], files[new[1]], files[new[2]])
    assert Relation.objects.count() == len(there)


def test_a_relation_that_ended_stays_and_makes_room() -> None:
    child, old, new = (make_customer() for _ in range(3))
    relate("parent", child.pk, old.pk)
    relation = Relation.objects.get()
    with pytest.raises(errors.DayInFuture):
        actions.end_relation(relation_id=relation.pk, ended_on=dt.date(2999, 1, 1), by=BY)
    actions.end_relation(relation_id=relation.pk, by=BY)
    relate("parent", child.pk, new.pk)
    seen = queries.relations_of(child, make_user(role=Role.MANAGER, sees=Sees.ALL))
    assert [len(seen.standing), len(seen.ended)] == [1, 1]


@given(st.dictionaries(st.integers(0, 8), st.integers(0, 8), max_size=9), st.integers(0, 8), st.integers(0, 8))
def test_refusing_what_closes_a_circle_keeps_every_way_up_finite(given_: dict[int, int], child: int, parent: int) -> None:
    above: dict[int, int] = {}
    for one, other in [*given_.items(), (child, parent)]:
        if one not in above and not closes_circle(one, other, above.get):
            above[one] = other
    for start in above:
        steps, now = 0, start
        while now in above:
            now, steps = above[now], steps + 1
            assert steps <= len(above)


PAIRS = st.lists(
    st.tuples(st.sampled_from(["parent", "referrer", "household", "partner"]), st.integers(0, 4), st.integers(0, 4)), max_size=10
)


class Laws(TestCase):
    @settings(max_examples=40, deadline=None)
    @given(PAIRS)
    def test_merging_leaves_relations_possible_and_parting_puts_them_back(self, wanted: list[tuple[str, int, int]]) -> None:
        files = [make_customer() for _ in range(5)]
        for kind, one, other in wanted:
            try:
                relate(kind, files[one].pk, files[other].pk)
            except KexinError:
                continue
        stood = sorted(Relation.objects.values_list("pk", "customer_id", "other_id"))
        part = parts.named("customers.relations")
        assert part.move is not None
        assert part.move_back is not None

        moved = part.move(files[1], files[0])

        for kind in ("parent", "referrer"):
            above = dict(
                Relation.objects.filter(kind=kind).exclude(customer=files[1]).exclude(other=files[1]).values_list("customer_id", "other_id")
            )
            for start in above:
                seen, now = {start}, above.get(start)
                while now is not None:
                    assert now not in seen
                    seen.add(now)
                    now = above.get(now)
        part.move_back(files[1], files[0], moved)
        assert sorted(Relation.objects.values_list("pk", "customer_id", "other_id")) == stood


def test_a_file_of_relations_twice_changes_nothing_and_is_taken_back() -> None:
    for code in ("K1", "K2", "K3"):
        make_customer(code=code)
    headings = ["客户编号", "关系", "对方编号", "起始日期", "备注"]
    rows = [
        ["K1", "母公司", "K2", "2024-01-01", "控股"],
        ["K2", "母公司", "K3", "", ""],
        ["K3", "母公司", "K1", "", ""],  # a circle within the file
        ["K1", "合作", "K3", "", ""],
        ["K3", "合作", "K1", "", ""],  # the same again, from the other side
        ["K1", "同桌", "K2", "", ""],
        ["K9", "合作", "K2", "", ""],
        ["K1", "介绍人", "K1", "", ""],
    ]
    run = load_csv("relations", headings, rows)
    assert counts(run) == ("done", 8, 3, 0, 1, 4)
    again = load_csv("relations", headings, rows)
    assert counts(again) == ("done", 8, 0, 0, 4, 4)
    assert Relation.objects.get(kind="parent", customer__code="K1").since == dt.date(2024, 1, 1)
    undo(run)
    assert Relation.objects.count() == 0
