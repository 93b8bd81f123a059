"""Team, cover while away, hand-overs with a note: who sees what because of them, and that nothing is lost."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user
from tests.factories.todo import make_todo

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry
from kexin.ground.errors import KexinError
from kexin.ground.jobs import actions as jobs
from kexin.ground.staff import errors as staff_errors
from kexin.ground.staff import queries as staff
from kexin.ground.staff.actions import covers
from kexin.ground.staff.choices import Sees
from kexin.loop.customers import actions, errors, parts, queries
from kexin.loop.customers.models import HandOver, TeamMember
from kexin.loop.todo import queries as todos
from kexin.loop.todo.models import ToDo

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")
TODAY = timezone.localdate()


def day(n: int) -> dt.date:
    return TODAY + dt.timedelta(days=n)


def test_a_team_member_sees_the_file_until_they_leave() -> None:
    here, elsewhere = make_branch(), make_branch()
    customer = make_customer(branch=here, owner=make_user(branch=here))
    finance = make_user(branch=elsewhere, sees=Sees.OWN)
    assert not queries.customers_visible_to(finance).exists()

    member = actions.join_team(customer_id=customer.pk, person=finance, role="finance", by=BY)
    assert list(queries.customers_visible_to(finance)) == [customer]
    actions.leave_team(member_id=member.pk, by=BY)

    assert not queries.customers_visible_to(finance).exists()
    assert [item.kind for item in parts.named("customers.team").timeline(customer, None, 10, finance)] == ["team"]  # type: ignore[misc]  # it has one
    with pytest.raises(errors.LeftAlready):
        actions.leave_team(member_id=member.pk, by=BY)


def test_who_cannot_be_in_the_team() -> None:
    owner, gone = make_user(), make_user(is_active=False)
    customer = make_customer(owner=owner)
    mate = make_user()
    actions.join_team(customer_id=customer.pk, person=mate, role="sales", by=BY)
    refused: list[tuple[Any, str, type[KexinError]]] = [
        (owner, "sales", errors.OwnerIsThere),
        (gone, "sales", errors.OwnerGone),
        (mate, "finance", errors.InTeamAlready),
        (make_user(), "king", errors.UnknownTeamRole),
    ]
    for person, role, error in refused:
        with pytest.raises(error):
            actions.join_team(customer_id=customer.pk, person=person, role=role, by=BY)
    assert TeamMember.objects.count() == 1


def test_teams_move_with_a_merge_and_come_back() -> None:
    one, other, mate, both = make_customer(), make_customer(), make_user(), make_user()
    for customer, person in ((one, mate), (one, both), (other, both)):
        actions.join_team(customer_id=customer.pk, person=person, role="sales", by=BY)
    before = sorted(TeamMember.objects.values_list("customer", "person"))

    part = parts.named("customers.team")
    moved = part.move(one, other)  # type: ignore[misc]  # it has one
    assert sorted(TeamMember.objects.filter(customer=other).values_list("person", flat=True)) == sorted([mate.pk, both.pk])
    part.move_back(one, other, moved)  # type: ignore[misc]  # as above

    assert sorted(TeamMember.objects.values_list("customer", "person")) == before


def test_the_deputy_sees_customers_and_to_dos_on_these_days_only() -> None:
    away, deputy = make_user(branch=make_branch(), sees=Sees.OWN), make_user(branch=make_branch(), sees=Sees.OWN)
    customer = make_customer(owner=away, branch=away.branch)
    owed = make_todo(owner=away, branch=away.branch, customer=customer)
    cover = covers.name_cover(absent=away, deputy=deputy, first_day=day(0), last_day=day(3), today=TODAY, by=BY)

    assert list(queries.customers_visible_to(deputy)) == [customer]
    assert list(todos.open_todos(deputy)) == [owed]
    assert queries.carers_of(customer).cover == cover
    assert staff.covers_by(deputy) == [cover]
    for first, last in ((day(1), day(3)), (day(-3), day(-1))):
        type(cover).objects.filter(pk=cover.pk).update(first_day=first, last_day=last)
        assert not queries.customers_visible_to(deputy).exists()
        assert not todos.open_todos(deputy).exists()
    type(cover).objects.filter(pk=cover.pk).update(first_day=day(0), last_day=day(3))
    covers.call_off_cover(cover_id=cover.pk, today=TODAY, by=BY)
    assert not queries.customers_visible_to(deputy).exists()
    with pytest.raises(staff_errors.CoverEnded):
        covers.call_off_cover(cover_id=cover.pk, today=TODAY, by=BY)


def test_covers_make_no_chain_no_circle_and_no_second() -> None:
    a, b, c, d = (make_user() for _ in range(4))

    def name(absent: Any, deputy: Any, first: int = 0, last: int = 5) -> Any:
        return covers.name_cover(absent=absent, deputy=deputy, first_day=day(first), last_day=day(last), today=TODAY, by=BY)

    name(a, b)
    for absent, deputy, days, error in (
        (a, a, (0, 1), staff_errors.CoverOfOneself),
        (a, c, (5, 9), staff_errors.CoverTwice),
        (c, a, (3, 4), staff_errors.DeputyAway),
        (b, c, (0, 1), staff_errors.StandsIn),
        (b, a, (0, 1), staff_errors.DeputyAway),
        (c, d, (2, 1), staff_errors.CoverDays),
        (c, d, (-3, -1), staff_errors.CoverDays),
        (c, make_user(is_active=False), (0, 1), staff_errors.DeputyUnknown),
        (c, make_user(role="analyst"), (0, 1), staff_errors.DeputyUnknown),
    ):
        with pytest.raises(error):
            name(absent, deputy, *days)
    name(a, c, 6, 9)
    name(c, b, 0, 5)  # one may stand in for two


def test_a_note_reaches_the_next_owner_as_a_to_do_and_what_is_owed_goes_over() -> None:
    old, new = make_user(name="唐可"), make_user(language="en")
    customer = make_customer(owner=old)
    promise = make_todo(owner=old, customer=customer)
    make_todo(owner=make_user(), customer=customer)

    actions.hand_over(customer_id=customer.pk, owner=new, reason="调岗", note="只在下午接电话。\n答应过代步车。", by=BY)
    jobs.deliver_announcements()

    promise.refresh_from_db()
    assert promise.owner == new
    told = ToDo.objects.get(kind="take_over")
    assert (told.owner, told.title, told.detail) == (new, "Taken over from 唐可: read the note", "只在下午接电话。\n答应过代步车。")
    assert HandOver.objects.get().note == "只在下午接电话。\n答应过代步车。"
    shown = parts.named("customers").timeline(customer, None, 10, new)  # type: ignore[misc]  # it has one
    assert "代步车" in shown[0].text


def test_all_customers_of_a_colleague_go_in_one_act() -> None:
    leaving, new = make_user(), make_user()
    customers = [make_customer(owner=leaving) for _ in range(3)]
    team = make_customer()
    actions.join_team(customer_id=team.pk, person=leaving, role="sales", by=BY)
    known = queries.belongings_of(leaving)
    assert (known.customers, known.by_tier, known.teams) == (3, [("", 3)], 1)

    count, job = actions.hand_over_everything(person=leaving, owner=new, reason="离职", note="周一交接", by=BY)
    jobs.deliver_announcements()

    assert (count, job) == (3, None)
    assert {customer.pk for customer in queries.customers_visible_to(new).filter(owner=new)} == {customer.pk for customer in customers}
    assert list(TeamMember.objects.filter(left_at=None).values_list("person", "role")) == [(new.pk, "sales")]
    assert HandOver.objects.values("act").distinct().count() == 1
    assert Entry.objects.filter(action="customer.hand_over_all").count() == 1
    assert [todo.detail for todo in ToDo.objects.filter(kind="take_over")] == ["周一交接"]
    with pytest.raises(errors.NothingToHandOver):
        actions.hand_over_everything(person=leaving, owner=new, reason="离职", by=BY)


def test_very_many_go_on_as_a_job(monkeypatch: pytest.MonkeyPatch) -> None:
    from kexin.loop.customers.actions import owners  # noqa: PLC0415 -- only its size is set

    monkeypatch.setattr(owners, "AT_ONCE", 2)
    leaving, new = make_user(), make_user()
    for _ in range(5):
        make_customer(owner=leaving)

    count, job = actions.hand_over_everything(person=leaving, owner=new, reason="离职", by=BY)
    assert job is not None
    ended = jobs.run_here(job.pk)

    assert (count, ended.result) == (5, {"customers": 5})
    assert queries.belongings_of(new).customers == 5


@pytest.mark.parametrize(
    ("given", "error"),
    [({"reason": " "}, errors.HandOverReasonMissing), ({"note": "x" * 1001}, errors.TextTooLong), ({"same": True}, errors.HandOverToSame)],
)
def test_a_hand_over_of_all_that_cannot_be(given: dict[str, Any], error: type[KexinError]) -> None:
    leaving = make_user()
    make_customer(owner=leaving)
    owner = leaving if given.get("same") else make_user()
    with pytest.raises(error):
        actions.hand_over_everything(person=leaving, owner=owner, reason=given.get("reason", "离职"), note=given.get("note", ""), by=BY)
    assert not HandOver.objects.exists()


@pytest.mark.parametrize("rows", [1, 3])
def test_statements_to_read_who_looks_after_a_customer(rows: int, django_assert_num_queries: Any) -> None:
    customer = make_customer(owner=make_user())
    for _ in range(rows):
        actions.join_team(customer_id=customer.pk, person=make_user(), role="sales", by=BY)
        actions.hand_over(customer_id=customer.pk, owner=make_user(), by=BY)
    customer = type(customer).objects.select_related("owner").get(pk=customer.pk)

    with django_assert_num_queries(3):
        assert len(queries.carers_of(customer).team) == rows
        assert len(queries.hand_overs_of(customer)) == rows
