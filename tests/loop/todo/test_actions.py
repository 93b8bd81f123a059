"""What becomes of a to-do, and what is remembered of it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user
from tests.factories.todo import make_todo

from kexin.ground.audit.models import Entry
from kexin.ground.jobs.models import Announcement
from kexin.loop.customers.models import Interaction
from kexin.loop.todo import actions, errors, queries
from kexin.loop.todo.choices import State
from kexin.loop.todo.models import ToDo

pytestmark = pytest.mark.django_db


def _trail(todo: ToDo) -> list[tuple[str, dict[str, list[str | None]]]]:
    return [(entry.action, entry.changes) for entry in Entry.objects.filter(kind="todo", record_id=str(todo.pk)).order_by("id")]


def test_open_falls_to_the_customers_owner_and_branch() -> None:
    branch = make_branch()
    owner = make_user(branch=branch)
    customer = make_customer(owner=owner, branch=branch)

    todo = actions.open_todo(kind="call", title="  打个电话 ", customer=customer, by=owner.actor)

    assert (todo.title, todo.owner, todo.branch, todo.state, todo.created_by) == ("打个电话", owner, branch, State.OPEN, owner.pk)
    assert _trail(todo) == [("todo.open", {"title": [None, "打个电话"], "due_at": [None, None], "owner": [None, str(owner)]})]
    assert list(Announcement.objects.values_list("name", "payload")) == [
        ("todo.opened", {"todo_id": todo.pk, "customer_id": customer.pk, "kind": "call", "cause": ""})
    ]


def test_open_twice_for_one_cause_is_one_todo_which_may_become_due_earlier() -> None:
    customer, by, now = make_customer(), make_user().actor, timezone.now()
    first = actions.open_todo(kind="review", title="等级下滑", customer=customer, cause="tier:7", due_at=now + timedelta(days=3), by=by)

    later = actions.open_todo(kind="review", title="又报一次", customer=customer, cause="tier:7", due_at=now + timedelta(days=9), by=by)
    sooner = actions.open_todo(kind="review", title="再报一次", customer=customer, cause="tier:7", due_at=now + timedelta(days=1), by=by)

    assert first.pk == later.pk == sooner.pk
    assert ToDo.objects.get().due_at == now + timedelta(days=1)
    assert Announcement.objects.filter(name="todo.opened").count() == 1


def test_open_again_after_it_was_done() -> None:
    customer, by = make_customer(), make_user().actor
    first = actions.open_todo(kind="review", title="一", customer=customer, cause="c", by=by)
    actions.finish(todo_id=first.pk, by=by)

    second = actions.open_todo(kind="review", title="二", customer=customer, cause="c", by=by)

    assert second.pk != first.pk


def test_a_title_is_kept_as_it_was_written() -> None:
    todo = actions.open_todo(kind="call", title="取消的订单：\t问清原因，今天！ ", customer=make_customer(), by=make_user().actor)

    assert todo.title == "取消的订单： 问清原因，今天！"


def test_open_without_words_is_refused() -> None:
    with pytest.raises(errors.TitleMissing):
        actions.open_todo(kind="task", title=" 　", by=make_user().actor)


def test_owner_who_left_is_not_given_work() -> None:
    gone = make_user()
    gone.is_active = False
    gone.save()
    customer = make_customer(owner=gone)

    assert actions.open_todo(kind="task", title="事", customer=customer, by=make_user().actor).owner is None
    with pytest.raises(errors.OwnerUnknown):
        actions.open_todo(kind="task", title="事", owner=gone, by=make_user().actor)


def test_finish_says_who_and_announces() -> None:
    person = make_user()
    todo = make_todo(kind="promise", owner=person)

    actions.finish(todo_id=todo.pk, outcome="已寄出", by=person.actor)

    todo.refresh_from_db()
    assert (todo.state, todo.outcome, todo.done_by, todo.done_at is not None, todo.version) == (State.DONE, "已寄出", person, True, 2)
    assert _trail(todo) == [("todo.finish", {"state": ["open", "done"], "outcome": [None, "已寄出"]})]
    assert Announcement.objects.get().payload == {
        "todo_id": todo.pk,
        "customer_id": None,
        "kind": "promise",
        "cause": "",
        "outcome": "已寄出",
    }


def test_second_to_finish_is_told_who_was_first() -> None:
    first, second = make_user(name="周璐"), make_user()
    todo = make_todo()
    actions.finish(todo_id=todo.pk, by=first.actor)

    with pytest.raises(errors.AlreadyEnded) as caught:
        actions.finish(todo_id=todo.pk, by=second.actor)

    assert caught.value.data["who"] == first


def test_drop_needs_a_reason() -> None:
    todo = make_todo()

    with pytest.raises(errors.ReasonMissing):
        actions.drop(todo_id=todo.pk, reason="  ", by=make_user().actor)
    actions.drop(todo_id=todo.pk, reason="客户已自己处理", by=make_user().actor)

    todo.refresh_from_db()
    assert (todo.state, todo.outcome) == (State.DROPPED, "客户已自己处理")


def test_reopen_takes_a_finish_back() -> None:
    todo, by = make_todo(), make_user().actor
    actions.finish(todo_id=todo.pk, outcome="好", by=by)

    actions.reopen(todo_id=todo.pk, by=by)

    todo.refresh_from_db()
    assert (todo.state, todo.outcome, todo.done_at, todo.done_by) == (State.OPEN, "", None, None)
    with pytest.raises(errors.StillOpen):
        actions.reopen(todo_id=todo.pk, by=by)


def test_reopen_is_refused_when_the_same_cause_is_open_again() -> None:
    customer, by = make_customer(), make_user().actor
    old = actions.open_todo(kind="review", title="一", customer=customer, cause="c", by=by)
    actions.finish(todo_id=old.pk, by=by)
    actions.open_todo(kind="review", title="二", customer=customer, cause="c", by=by)

    with pytest.raises(errors.OpenedAgain):
        actions.reopen(todo_id=old.pk, by=by)


def test_postpone_only_ahead() -> None:
    todo, by, ahead = make_todo(), make_user().actor, timezone.now() + timedelta(hours=5)

    with pytest.raises(errors.DueInThePast):
        actions.postpone(todo_id=todo.pk, due_at=timezone.now() - timedelta(minutes=1), by=by)
    actions.postpone(todo_id=todo.pk, due_at=ahead, reason="已告知客户", by=by)

    todo.refresh_from_db()
    assert todo.due_at == ahead
    assert _trail(todo) == [("todo.postpone", {"due_at": [None, ahead.isoformat(timespec="minutes")], "reason": [None, "已告知客户"]})]


def test_reassign_and_put_back() -> None:
    old, new = make_user(name="甲"), make_user(name="乙")
    todo = make_todo(owner=old)

    actions.reassign(todo_id=todo.pk, owner=new, by=old.actor)
    actions.reassign(todo_id=todo.pk, owner=new, by=old.actor)  # nothing to change, nothing to record
    actions.reassign(todo_id=todo.pk, owner=None, by=old.actor)

    assert _trail(todo) == [("todo.reassign", {"owner": ["甲", "乙"]}), ("todo.reassign", {"owner": ["乙", None]})]


def test_what_is_not_there_cannot_be_finished() -> None:
    with pytest.raises(errors.ToDoNotFound):
        actions.finish(todo_id=4711, by=make_user().actor)


def test_note_keeps_what_was_said_and_what_comes_next_together() -> None:
    person, customer = make_user(), make_customer()

    todo = actions.note(customer=customer, kind="call", text="问支架到货没有", todo="回电", by=person.actor)

    assert todo is not None
    assert (todo.title, todo.owner, todo.customer) == ("回电", person, customer)
    assert list(Interaction.objects.values_list("kind", "text")) == [("call", "问支架到货没有")]
    assert actions.note(customer=customer, kind="note", text="只记一笔", by=person.actor) is None
    assert list(queries.open_for(customer, make_user(sees="all"))) == [todo]
