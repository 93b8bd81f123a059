"""From what happened to what arrived: rows, jobs, retries, health. Receivers are real servers of this machine."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.hooks import Receiver, make_hook, reach_here, receiver, says, secret_of
from tests.factories.staff import make_administrator

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry
from kexin.ground.hooks import actions, errors, queries, rules
from kexin.ground.hooks.choices import Fault, Off, State
from kexin.ground.hooks.models import Attempt, Delivery, Hook
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs import announcements, kinds
from kexin.ground.jobs.models import Announcement, Job
from kexin.ground.staff.secrets import SecretUnreadable
from kexin.loop.customers.announcements import CustomerDeactivated, CustomersHandedOver

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")


@pytest.fixture
def server(settings: Any) -> Iterator[Receiver]:
    with receiver() as here:
        reach_here(settings, here.port)
        yield here


def happened(*customers: int) -> None:
    jobs.announce_all([CustomerDeactivated(one) for one in customers])
    jobs.deliver_announcements()


def work(hook: Hook) -> kinds.Again | kinds.Finished:
    """One slice of the hook's job, as the worker runs it."""
    job = Job.objects.get(slot=f"hooks.send:{hook.pk}")
    part = kinds.Slice(
        job_id=job.pk, arguments=job.arguments, checkpoint={}, by=BY, link="", deadline=float("inf"), keep=lambda **_: None
    )  # fmt: skip
    return kinds.find("hooks.send").run(part)


def later(**past: float) -> None:
    """As if so much time had passed."""
    moment = timezone.now() - timedelta(**past)
    Delivery.objects.filter(state=State.WAITING).update(next_at=moment, leased_until=None)
    Hook.objects.update(rests_until=None)


def test_what_happened_arrives_signed_and_thin(server: Receiver) -> None:
    hook = make_hook(server.url)
    customer = make_customer(name="江南机电有限公司")

    happened(customer.pk)
    assert isinstance(work(hook), kinds.Finished)

    (heard,) = server.heard
    told = json.loads(heard.body)
    assert told == {
        "id": heard.headers["webhook-id"],
        "kind": "customers.deactivated",
        "occurred_at": told["occurred_at"],
        "data": {"customer_id": customer.pk},
        "records": [
            {"kind": "customer", "id": customer.pk, "code": customer.code, "public_id": str(customer.public_id),
             "href": f"/api/v1/customers/{customer.pk}"}
        ],
    }  # fmt: skip
    assert "江南" not in heard.body.decode()
    key = base64.b64decode(secret_of(hook).removeprefix("whsec_"))
    signed = f"{heard.headers['webhook-id']}.{heard.headers['webhook-timestamp']}.".encode() + heard.body
    assert heard.headers["webhook-signature"] == "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    delivery = Delivery.objects.get()
    assert (delivery.state, delivery.attempts, delivery.last_status) == (State.DELIVERED, 1, 204)
    hook.refresh_from_db()
    assert (hook.health(), hook.failures) == ("well", 0)


def test_words_people_wrote_are_not_in_the_body(server: Receiver) -> None:
    hook = make_hook(server.url, announcements=("customers.handed_over_together",))
    note = "他母亲住院，先别打电话 13812346207"

    jobs.announce(CustomersHandedOver(act="a1", customers=3, old_owner_id=1, new_owner_id=2, note=note))
    jobs.deliver_announcements()
    work(hook)

    assert json.loads(server.heard[0].body)["data"] == {"act": "a1", "customers": 3, "old_owner_id": 1, "new_owner_id": 2}


def test_one_row_for_each_announcement_and_hook_however_often_it_is_heard(server: Receiver) -> None:
    hooks = [make_hook(server.url, name=name) for name in ("ERP", "BI")]
    make_hook(server.url, announcements=("todo.opened",))
    make_hook(server.url, is_on=False)
    happened(1)
    row = Announcement.objects.get()

    told = announcements.Told(row.pk, row.name, row.payload, row.created_at)
    assert actions.pass_on(told=told) == 0

    assert sorted(Delivery.objects.values_list("hook", "announcement_id")) == [(hook.pk, row.pk) for hook in hooks]
    assert Job.objects.filter(kind="hooks.send").count() == 2


def test_what_happened_before_it_was_switched_on_is_not_told(server: Receiver) -> None:
    hook = make_hook(server.url, is_on=False)
    jobs.announce(CustomerDeactivated(1))
    actions.switch_on(hook_id=hook.pk, by=BY, now=timezone.now())
    jobs.announce(CustomerDeactivated(2))
    jobs.deliver_announcements()

    assert [json.loads(one.body)["data"]["customer_id"] for one in Delivery.objects.all()] == [2]


def test_nobody_who_listens_costs_one_statement_a_round() -> None:
    jobs.announce_all([CustomerDeactivated(n) for n in (1, 2, 3)])
    with CaptureQueriesContext(connection) as asked:
        jobs.deliver_announcements()

    assert sum("hooks_hook" in query["sql"] for query in asked.captured_queries) == 1


def test_failures_are_tried_again_with_growing_waits_and_the_same_id_until_they_are_given_up(server: Receiver) -> None:
    server.answers[:] = [says(500, "broken")]
    hook = make_hook(server.url)
    happened(1)

    waits = []
    for _turn in range(10):
        outcome = work(hook)
        delivery = Delivery.objects.get()
        waits.append((delivery.next_at - timezone.now()).total_seconds())
        if delivery.state == State.WAITING:
            assert isinstance(outcome, kinds.Again)
            assert outcome.wait is not None
            assert outcome.wait <= timedelta(seconds=60)
        later(seconds=1)

    assert isinstance(outcome, kinds.Finished)
    for wait, rule in zip(waits[:9], rules.WAITS, strict=True):
        assert abs(wait / rule.total_seconds() - 1) < 0.25
    assert (delivery.state, delivery.attempts, delivery.last_fault) == (State.FAILED, 10, Fault.STATUS)
    assert len({heard.headers["webhook-id"] for heard in server.heard}) == 1
    assert len({heard.body for heard in server.heard}) == 1
    assert Attempt.objects.filter(delivery=delivery, status=500, answer="broken").count() == 10


def test_what_a_receiver_asks_to_wait_is_kept_to_and_the_rest_waits_too(server: Receiver) -> None:
    server.answers[:] = [says(429, Retry_After="3600"), says(200)]
    hook = make_hook(server.url)
    happened(1, 2)

    work(hook)

    first, second = Delivery.objects.order_by("pk")
    assert len(server.heard) == 1
    assert first.next_at > timezone.now() + timedelta(minutes=59)
    assert second.state == State.WAITING
    assert Hook.objects.get().rests_until > timezone.now() + timedelta(minutes=59)


def test_one_event_that_fails_holds_up_no_other_and_a_receiver_that_is_away_is_let_rest(server: Receiver) -> None:
    server.answers[:] = [says(500), says(200)]
    hook = make_hook(server.url)
    happened(1, 2)
    work(hook)
    assert sorted(Delivery.objects.values_list("state", flat=True)) == [State.DELIVERED, State.WAITING]

    server.answers[:] = [says(500)]
    happened(*range(10, 30))
    work(hook)
    assert len(server.heard) == 2 + rules.RESTS_AFTER, "after three failures in a row it is left in peace"


def test_410_switches_it_off_and_tells_the_administrator(server: Receiver) -> None:
    from kexin.loop.todo.models import ToDo  # noqa: PLC0415 -- the only test that asks for it

    server.answers[:] = [says(410)]
    administrator = make_administrator()
    hook = make_hook(server.url, by=administrator.actor)
    happened(1, 2)
    work(hook)

    hook.refresh_from_db()
    assert (hook.is_on, hook.off_cause, len(server.heard)) == (False, Off.GONE, 1)
    assert Entry.objects.filter(action="hook.switch_off").count() == 1
    jobs.deliver_announcements()
    todo = ToDo.objects.get()
    assert (todo.owner, todo.cause) == (administrator, f"hook:{hook.pk}")
    assert "ERP" in todo.title


def test_nothing_delivered_for_three_days_switches_it_off(server: Receiver) -> None:
    server.answers[:] = [says(503)]
    hook = make_hook(server.url)
    happened(1)
    for _turn in range(9):
        work(hook)
        later(seconds=1)
    Hook.objects.update(failing_since=timezone.now() - timedelta(days=3, minutes=1))
    assert Hook.objects.get().is_on

    work(hook)

    hook.refresh_from_db()
    assert (hook.is_on, hook.off_cause) == (False, Off.FAILING)
    happened(2)
    assert Delivery.objects.count() == 1, "what happens while it is off is not told"


def test_one_success_makes_it_well_again(server: Receiver) -> None:
    server.answers[:] = [says(500), says(500), says(200)]
    hook = make_hook(server.url)
    happened(1)
    for _turn in range(3):
        work(hook)
        later(seconds=1)

    hook.refresh_from_db()
    assert (hook.failures, hook.failing_since, hook.health()) == (0, None, "well")


def test_a_renewed_secret_signs_beside_the_one_before_for_a_day(server: Receiver) -> None:
    hook = make_hook(server.url)
    before = secret_of(hook)
    renewed, shown = actions.renew_secret(hook_id=hook.pk, by=BY, now=timezone.now())
    happened(1)
    work(hook)
    Hook.objects.update(old_until=timezone.now() - timedelta(seconds=1))
    happened(2)
    work(hook)

    first, second = (heard.headers["webhook-signature"].split(" ") for heard in server.heard)
    assert (len(first), len(second), shown != before) == (2, 1, True)
    assert secret_of(renewed) == shown
    assert shown not in json.dumps(list(Entry.objects.values_list("changes", flat=True)))
    assert actions.forget_old_secrets(now=timezone.now()) == 1
    assert Hook.objects.get().old_secret == ""


def test_a_secret_of_another_installation_is_said_and_nothing_is_sent(server: Receiver) -> None:
    hook = make_hook(server.url)
    Hook.objects.update(secret="gAAAAA-of-another-key")
    with pytest.raises(SecretUnreadable):
        secret_of(Hook.objects.get())
    happened(1)
    work(hook)

    assert (Delivery.objects.get().last_fault, server.heard) == (Fault.SECRET, [])


def test_an_address_that_settings_no_longer_allow_is_not_called(server: Receiver, settings: Any) -> None:
    hook = make_hook(server.url)
    happened(1)
    settings.HOOKS_NETWORKS = ()
    work(hook)

    assert (Delivery.objects.get().last_fault, server.heard) == (Fault.ADDRESS, [])


def test_a_test_event_is_sent_while_it_is_off_and_does_not_count_as_failure(server: Receiver) -> None:
    server.answers[:] = [says(500), says(204)]
    hook = make_hook(server.url, is_on=False)
    first = actions.send_test(hook_id=hook.pk, by=BY, now=timezone.now())
    work(hook)
    second = actions.send_test(hook_id=hook.pk, by=BY, now=timezone.now())
    work(hook)

    first.refresh_from_db()
    second.refresh_from_db()
    assert [first.state, second.state] == [State.FAILED, State.DELIVERED], "a test is tried once"
    assert json.loads(server.heard[1].body)["kind"] == "hooks.test"
    assert Hook.objects.get().failures == 0


def test_send_again_sends_the_same_again(server: Receiver) -> None:
    hook = make_hook(server.url)
    happened(1)
    work(hook)
    delivery = Delivery.objects.get()
    again = actions.send_again(delivery_id=delivery.pk, by=BY, now=timezone.now())
    work(hook)

    assert (again.pk, [heard.headers["webhook-id"] for heard in server.heard]) == (delivery.pk, [delivery.public_id] * 2)
    actions.switch_off(hook_id=hook.pk, by=BY, now=timezone.now())
    with pytest.raises(errors.HookOff):
        actions.send_again(delivery_id=delivery.pk, by=BY, now=timezone.now())
    with pytest.raises(errors.HookOff):
        actions.send_again_failed(hook_id=hook.pk, by=BY, now=timezone.now())


def test_all_that_were_given_up_are_sent_again_in_one_go(server: Receiver) -> None:
    hook = make_hook(server.url)
    happened(1, 2, 3)
    Delivery.objects.update(state=State.FAILED)

    assert actions.send_again_failed(hook_id=hook.pk, by=BY, now=timezone.now()) == 3
    assert actions.send_again_failed(hook_id=hook.pk, by=BY, now=timezone.now()) == 0
    work(hook)
    assert len(server.heard) == 3


def test_what_somebody_else_sends_right_now_is_left_alone(server: Receiver) -> None:
    hook = make_hook(server.url)
    happened(1)
    Delivery.objects.update(leased_until=timezone.now() + timedelta(seconds=30))

    outcome = work(hook)
    assert (isinstance(outcome, kinds.Again), server.heard) == (True, [])
    assert actions.send(delivery_id=Delivery.objects.get().pk) is False


def test_a_lease_of_the_dead_runs_out_and_it_is_sent_with_the_same_id(server: Receiver) -> None:
    hook = make_hook(server.url)
    happened(1)
    Delivery.objects.update(leased_until=timezone.now() - timedelta(seconds=1), attempts=1)
    work(hook)

    assert [heard.headers["webhook-id"] for heard in server.heard] == [Delivery.objects.get().public_id]


def test_what_waits_at_a_hook_that_stays_off_is_given_up_after_days(server: Receiver) -> None:
    hook = make_hook(server.url)
    happened(1)
    actions.switch_off(hook_id=hook.pk, by=BY, now=timezone.now())
    assert actions.give_up_forgotten(now=timezone.now() + timedelta(days=3)) == 0
    assert actions.give_up_forgotten(now=timezone.now() + timedelta(days=5)) == 1
    assert queries.hooks_with_work() == []


def test_one_job_a_hook_begun_again_after_it_ended(server: Receiver) -> None:
    hook = make_hook(server.url)
    happened(1)
    job = Job.objects.get(kind="hooks.send")
    assert jobs.run_here(job.pk).state == "done"
    happened(2)
    job.refresh_from_db()
    assert (job.state, Job.objects.filter(kind="hooks.send").count()) == ("waiting", 1)
    assert jobs.run_here(job.pk).state == "done"
    assert len(server.heard) == 2
    assert Delivery.objects.filter(hook=hook, state=State.DELIVERED).count() == 2


def test_a_job_that_waits_for_a_retry_is_woken_by_what_is_new(server: Receiver) -> None:
    server.answers[:] = [says(500), says(200)]
    hook = make_hook(server.url)
    happened(1)
    job = Job.objects.get(kind="hooks.send")
    from kexin.ground.jobs import runner  # noqa: PLC0415 -- here only

    runner.run_slice(job.pk, job.turn)
    job.refresh_from_db()
    assert (job.state, job.due_at > timezone.now()) == ("waiting", True)
    happened(2)
    job.refresh_from_db()
    assert job.due_at <= timezone.now()
    runner.run_slice(job.pk, job.turn)
    assert Delivery.objects.filter(hook=hook, state=State.DELIVERED).count() == 1


@pytest.mark.parametrize(
    ("change", "error"),
    [
        ({"name": "  "}, errors.HookNameMissing),
        ({"name": "x" * 81}, errors.HookNameMissing),
        ({"url": "https://127.1/"}, errors.HostUnusual),
        ({"announcements": ()}, errors.NothingToHear),
        ({"announcements": ("no.such",)}, errors.AnnouncementUnknown),
    ],
)
def test_a_hook_that_cannot_be_is_refused_and_nothing_is_written(change: dict[str, Any], error: type[Exception]) -> None:
    with pytest.raises(error):
        make_hook(**{"url": "https://erp.example.com", **change})
    hook = make_hook()
    with pytest.raises(error):
        actions.change_hook(hook_id=hook.pk, by=BY, **change)

    assert Hook.objects.count() == 1
    assert Entry.objects.filter(kind="hook").count() == 1


def test_a_change_of_what_somebody_else_changed_is_refused() -> None:
    hook = make_hook()
    actions.change_hook(hook_id=hook.pk, name="金蝶", by=BY, version=1)
    with pytest.raises(errors.HookChanged) as told:
        actions.change_hook(hook_id=hook.pk, name="用友", by=BY, version=1)

    assert (told.value.theirs, told.value.version) == ({"name": "金蝶"}, 2)


def test_every_act_is_in_the_trail_and_no_secret_is() -> None:
    hook = make_hook()
    actions.change_hook(hook_id=hook.pk, name="金蝶", by=BY)
    actions.renew_secret(hook_id=hook.pk, by=BY, now=timezone.now())
    actions.switch_off(hook_id=hook.pk, by=BY, now=timezone.now())
    actions.switch_on(hook_id=hook.pk, by=BY, now=timezone.now())
    actions.send_test(hook_id=hook.pk, by=BY, now=timezone.now())
    actions.remove_hook(hook_id=hook.pk, by=BY)

    acts = ["register", "change", "renew_secret", "switch_off", "switch_on", "test", "remove"]
    assert [entry.action for entry in Entry.objects.filter(kind="hook").order_by("pk")] == [f"hook.{act}" for act in acts]
    assert "whsec_" not in json.dumps(list(Entry.objects.values_list("changes", flat=True)))
    assert not Hook.objects.exists()
