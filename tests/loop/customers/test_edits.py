"""Many customers changed at once: what a preview says is what happens, and undoing it is as if it had not been."""

from __future__ import annotations

from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.customers import make_customer
from tests.factories.jobs import work_until_idle
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.models import Entry
from kexin.ground.jobs.models import Announcement, Job
from kexin.ground.lists import actions as lists
from kexin.ground.lists import editing
from kexin.ground.lists.errors import EditNotYours, EditStillRuns, EditTooOld, EditUndone, NothingChosen, ValueMissing, ValueUnreadable
from kexin.ground.lists.models import BulkEdit, EditedRow, Tagging
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.loop.customers import actions
from kexin.loop.customers.listing import CUSTOMERS
from kexin.loop.customers.models import Customer, CustomValue, HandOver

pytestmark = pytest.mark.django_db
COLUMNS = ("owner_id", "branch_id", "kind", "source", "region", "preferred_channel", "pooled_at", "is_active", "name")


@pytest.fixture
def boss() -> User:
    return make_user(role=Role.MANAGER, sees=Sees.ALL)


def start(user: User, field: str, value: Any, ids: list[int] | None = None, query: str = "") -> BulkEdit:
    of = CUSTOMERS.seen_by(user)
    return lists.start_edit(
        of=of, field=editing.field_of(of, field, user), value=value, ids=ids or [], query=query, user=user, by=user.actor
    )


def undo(edit: BulkEdit, user: User) -> BulkEdit:
    return lists.start_undo(edit_id=edit.pk, user=user, by=user.actor)


def read(user: User, field: str, text: str) -> Any:
    return editing.field_of(CUSTOMERS.seen_by(user), field, user).read(text, user)


def state() -> dict[int, Any]:
    """Everything the fields hold, own ones and tags included."""
    own: dict[int, list[Any]] = {}
    for value in CustomValue.objects.filter(is_current=True).select_related("field"):
        if value.content is not None:
            own.setdefault(value.customer_id, []).append((value.field_id, value.content))
    tags: dict[int, list[str]] = {}
    for record, name in Tagging.objects.values_list("record_id", "tag__name"):
        tags.setdefault(record, []).append(name)
    rows = Customer.objects.values_list("pk", *COLUMNS)
    return {row[0]: (row[1:], sorted(own.get(row[0], [])), sorted(tags.get(row[0], []))) for row in rows}


def test_the_preview_says_what_happens(boss: User) -> None:
    owner, here, there = make_user(branch=make_branch()), make_branch(), make_branch()
    manager = make_user(role=Role.MANAGER, branch=here)
    mine, same = make_customer(branch=here), make_customer(branch=here, owner=owner)
    theirs, pooled = make_customer(branch=there), make_customer(branch=here, pooled_at=timezone.now())
    closed, erased = make_customer(branch=here, is_active=False), make_customer(branch=here, erased_at=timezone.now())
    ids = [one.pk for one in (mine, same, theirs, pooled, closed, erased)]
    field = editing.field_of(CUSTOMERS, "owner", manager)

    seen = editing.preview(CUSTOMERS.seen_by(manager), field, owner.pk, manager, ids=ids)
    before = state()
    done = start(manager, "owner", owner.pk, ids)

    assert (seen.total, seen.changed, seen.same, sum(seen.left_out.values())) == (6, 1, 1, 4)
    assert [(one.name, one.new) for one in seen.examples] == [(mine.name, str(owner))]
    assert (done.changed, done.same, dict(done.left_out), done.state) == (1, 1, dict(seen.left_out), "done")
    assert {pk for pk, row in state().items() if row != before[pk]} == {mine.pk}
    assert HandOver.objects.get().customer == mine


def test_one_batch_is_one_entry_and_the_announcements_of_single_changes(boss: User) -> None:
    made = [make_customer() for _ in range(3)]
    ids = [one.pk for one in made]
    start(boss, "source", "events", ids)
    entry = Entry.objects.get(action="customer.change_many")
    assert entry.changes == {"field": "source", "customers": 3}
    assert set(Customer.objects.values_list("change", "version")) == {(entry.pk, 2)}
    told = [row.payload for row in Announcement.objects.filter(name="customers.changed")]
    assert sorted(one["customer_id"] for one in told) == ids
    start(boss, "owner", boss.pk, ids)
    assert Announcement.objects.filter(name="customers.handed_over").count() == 3
    assert Announcement.objects.get(name="customers.handed_over_together").payload["customers"] == 3


def test_statements_do_not_grow_with_the_rows(boss: User) -> None:
    counts = []
    for rows in (1, 3):
        ids = [make_customer().pk for _ in range(rows)]
        with CaptureQueriesContext(connection) as captured:
            start(boss, "source", "events", ids)
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 36


def test_undo_leaves_and_names_what_was_changed_later(boss: User) -> None:
    kept, later, again, gone = (make_customer(source="dealings") for _ in range(4))
    edit = start(boss, "source", "events", [kept.pk, later.pk, again.pk, gone.pk])
    actions.change_customer(customer_id=kept.pk, version=None, fields={"region": "澄湖市"}, by=boss.actor)  # another field
    actions.change_customer(customer_id=later.pk, version=None, fields={"source": "projects"}, by=boss.actor)
    for source in ("projects", "events"):  # reads the same again, and somebody meant it
        actions.change_customer(customer_id=again.pk, version=None, fields={"source": source}, by=boss.actor)
    actions.deactivate_customer(customer_id=gone.pk, by=boss.actor)

    done = undo(edit, boss)

    assert (done.state, done.restored, done.kept) == ("undone", 1, 3)
    assert dict(Customer.objects.values_list("pk", "source")) == {
        kept.pk: "dealings", later.pk: "projects", again.pk: "events", gone.pk: "events",
    }  # fmt: skip
    assert dict(EditedRow.objects.values_list("record_id", "undo")) == {
        kept.pk: "restored", later.pk: "later", again.pk: "later", gone.pk: "gone",
    }  # fmt: skip
    with pytest.raises(EditUndone):
        undo(edit, boss)


def test_a_later_edit_stands_in_the_way_of_the_first_until_it_is_undone_itself(boss: User) -> None:
    one = make_customer(source="dealings")
    first, second = start(boss, "source", "events", [one.pk]), start(boss, "source", "projects", [one.pk])
    assert undo(first, boss).kept == 1
    assert undo(second, boss).restored == 1
    one.refresh_from_db()
    assert one.source == "events"


def test_who_may_not_gets_nothing_and_old_ones_stay(boss: User) -> None:
    one = make_customer()
    front = make_user(branch=make_branch())
    with pytest.raises(EditNotYours):
        start(front, "source", "events", [one.pk])
    with pytest.raises(NothingChosen):
        start(boss, "source", "events", query="region=没有这里")
    with pytest.raises(ValueUnreadable):
        read(boss, "source", "nonsense")
    with pytest.raises(ValueMissing):
        read(boss, "branch", "")
    with pytest.raises(ValueMissing):
        read(boss, "tag_on", "  ")
    edit = start(boss, "source", "events", [one.pk])
    BulkEdit.objects.filter(pk=edit.pk).update(created_at=timezone.now() - timezone.timedelta(days=31))
    with pytest.raises(EditTooOld):
        undo(edit, boss)


def test_many_go_on_as_a_job_and_a_fault_in_the_middle_loses_nothing(boss: User, monkeypatch: pytest.MonkeyPatch) -> None:
    Customer.objects.bulk_create([Customer(code=f"Z-{n}", name=f"客户{n}", source="dealings") for n in range(450)])
    before = state()
    edit = start(boss, "source", "events")
    assert (edit.state, edit.total) == ("waiting", 450)
    with pytest.raises(EditStillRuns):
        undo(edit, boss)
    assert lists.edit_next(edit_id=edit.pk, by=boss.actor)  # one batch is done

    def dies(_edit: BulkEdit) -> None:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):  # the process dies inside the second
        lists.edit_next(edit_id=edit.pk, by=boss.actor, beat=dies)
    assert Customer.objects.filter(source="events").count() == 200
    make_customer(source="dealings")  # comes to the list later: not meant

    work_until_idle()
    edit.refresh_from_db()
    assert (edit.state, edit.changed, Customer.objects.filter(source="events").count()) == ("done", 450, 450)
    undo(edit, boss)
    work_until_idle()
    edit.refresh_from_db()
    assert (edit.state, edit.restored, edit.kept) == ("undone", 450, 0)
    assert {pk: row for pk, row in state().items() if pk in before} == before


def test_a_cancelled_edit_can_be_undone(boss: User) -> None:
    from kexin.ground.jobs import actions as jobs  # noqa: PLC0415 -- beside its one use

    Customer.objects.bulk_create([Customer(code=f"Z-{n}", name=f"客户{n}", source="dealings") for n in range(450)])
    edit = start(boss, "source", "events")
    lists.edit_next(edit_id=edit.pk, by=boss.actor)
    jobs.cancel(job_id=Job.objects.get(kind="lists.edit").pk, by=boss.actor)
    edit.refresh_from_db()
    assert (edit.state, edit.changed) == ("stopped", 200)
    assert undo(edit, boss).restored == 200


def test_erasing_a_person_takes_them_out_of_the_journal(boss: User) -> None:
    one, other = make_customer(region="甲"), make_customer(region="乙")
    start(boss, "region", "丙", [one.pk, other.pk])
    assert lists.forget_edits_of(kind="customer", record_ids=[one.pk]) == 1
    assert list(EditedRow.objects.values_list("record_id", flat=True)) == [other.pk]


VALUES = {
    "owner": st.booleans(), "branch": st.just(0), "kind": st.sampled_from(["person", "organisation"]),
    "source": st.sampled_from(["events", "projects", "dealings"]), "region": st.sampled_from(["", "澄湖市"]),
    "preferred_channel": st.sampled_from(["", "phone"]), "tag_on": st.sampled_from(["甲", "乙"]), "tag_off": st.sampled_from(["甲"]),
    "text": st.sampled_from(["", "高"]), "number": st.sampled_from(["", "1.50", "20"]), "yes": st.sampled_from(["", "1", "0"]),
    "day": st.sampled_from(["", "2026-02-28"]),
}  # fmt: skip


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(data=st.data())
def test_an_edit_and_its_undo_are_the_identity(boss: User, data: st.DataObject) -> None:
    """Whatever the files held, whichever fields are given to whichever of them, in reverse order everything is as it was."""
    with transaction.atomic():
        kinds = {"text": "text", "number": "number", "yes": "yes_no", "day": "date"}
        own = {name: actions.define_field(kind=kind, label_zh=name, by=boss.actor).name for name, kind in kinds.items()}
        branch = make_branch()
        for n in range(4):
            one = make_customer(
                owner=data.draw(st.sampled_from([None, boss])), source=data.draw(VALUES["source"]), region=data.draw(VALUES["region"]),
                is_active=n < 3, branch=data.draw(st.sampled_from([None, branch])),
            )  # fmt: skip
            if n < 3:
                actions.write_fields(customer_id=one.pk, values={int(own["text"].removeprefix("field_")): "旧"}, by=boss.actor)
        ids = list(Customer.objects.values_list("pk", flat=True))
        states, edits = [state()], []
        for name in data.draw(st.lists(st.sampled_from(sorted(VALUES)), min_size=1, max_size=5)):
            drawn = data.draw(VALUES[name])
            text = {"owner": str(boss.pk) if drawn else "", "branch": str(branch.pk)}.get(name, drawn)
            chosen = data.draw(st.lists(st.sampled_from(ids), min_size=1, unique=True))
            edits.append(start(boss, own.get(name, name), read(boss, own.get(name, name), str(text)), chosen))
            states.append(state())
        for edit, wanted in zip(reversed(edits), reversed(states[:-1]), strict=True):
            assert undo(edit, boss).kept == 0
            assert state() == wanted
        transaction.set_rollback(True)
