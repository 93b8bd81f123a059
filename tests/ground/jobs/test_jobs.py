from __future__ import annotations

import time
from datetime import timedelta

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone, translation
from tests.factories.staff import make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.jobs import actions, holder, kinds, leases, queries, rules, runner, sweeper
from kexin.ground.jobs.errors import JobEnded, JobNotEnded
from kexin.ground.jobs.models import Job, State
from kexin.ground.staff import queries as queries_of_staff

pytestmark = pytest.mark.django_db

ME = Actor(id=7, name="王伟")
DEAD = f"{holder.node()}:999999999:0:abc"  # no process has this number


class TooManyRows(KexinError):
    code = "too_many_rows"
    text = "There are %(rows)s rows."


effects: list[int] = []


@kinds.job("tests.count", title="Count")
def count(part: kinds.Slice) -> kinds.Again | kinds.Finished:
    """Counts to `to`, one number a slice, each in a batch with its checkpoint."""
    number = part.checkpoint.get("number", 0) + 1
    with transaction.atomic():
        part.progress(done=number, total=part.arguments["to"], checkpoint={"number": number})
        effects.append(number)
    return kinds.Finished(result={"counted": number}) if number == part.arguments["to"] else kinds.Again()


@kinds.job("tests.fail", title="Fail")
def fail(part: kinds.Slice) -> kinds.Finished:
    match part.arguments.get("how"):
        case "words":
            raise TooManyRows(rows=12)
        case "outage":
            raise OperationalError("server closed the connection")
    raise ZeroDivisionError


@kinds.job("tests.reach", title="Reach")
def reach(part: kinds.Slice) -> kinds.Finished:
    """Gets as far as it is told, without a checkpoint, and reports how many deaths are still held against it."""
    with transaction.atomic():
        part.progress(done=part.arguments["to"], total=9)
    return kinds.Finished(result={"attempts": Job.objects.get(pk=part.job_id).attempts})


@kinds.job("tests.zone", title="Zone")
def zone(part: kinds.Slice) -> kinds.Finished:
    return kinds.Finished(result={"zone": timezone.get_current_timezone_name()})


endings: list[str] = []


@kinds.job("tests.cancel_me", title="Cancel me", ended=lambda job: endings.append(job.state))
def cancel_me(part: kinds.Slice) -> kinds.Finished:
    actions.cancel(job_id=part.job_id, by=ME)
    part.progress(done=1, checkpoint={})
    raise AssertionError("progress must not let a cancelled job go on")


@pytest.fixture(autouse=True)
def _nothing_done() -> None:
    effects.clear()
    endings.clear()


def test_runs_slice_after_slice_to_its_end() -> None:
    job = actions.start(kind="tests.count", arguments={"to": 3}, by=ME, link="/here/")

    ended = actions.run_here(job.pk)

    assert effects == [1, 2, 3]
    assert (ended.state, ended.result, ended.done, ended.total) == (State.DONE, {"counted": 3}, 3, 3)
    assert (ended.requested_by, ended.requested_name, ended.link, ended.lease_holder) == (7, "王伟", "/here/", "")
    assert ended.finished_at is not None


def test_a_day_of_a_job_is_the_company_s_wherever_the_machine_stands() -> None:
    company = queries_of_staff.company()
    company.zone = "Asia/Urumqi"
    company.save()
    before = timezone.get_current_timezone_name()

    job = actions.run_here(actions.start(kind="tests.zone", by=ME, here=True).pk)

    assert job.result == {"zone": "Asia/Urumqi"}
    assert timezone.get_current_timezone_name() == before != "Asia/Urumqi"


def test_a_job_is_queued_by_the_transaction_that_asked_for_it() -> None:
    from django_q.models import OrmQ  # noqa: PLC0415 -- only this test looks into the queue

    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 -- the transaction is what is tested
        actions.start(kind="tests.count", arguments={"to": 1}, by=ME)
        raise ZeroDivisionError
    assert (Job.objects.count(), OrmQ.objects.count()) == (0, 0)

    actions.start(kind="tests.count", arguments={"to": 1}, by=ME)
    assert (Job.objects.count(), OrmQ.objects.count()) == (1, 1)


def test_an_unknown_kind_is_refused_when_asked_for() -> None:
    with pytest.raises(KeyError):
        actions.start(kind="tests.nothing", by=ME)


def test_a_turn_handed_out_twice_runs_once() -> None:
    job = actions.start(kind="tests.count", arguments={"to": 2}, by=ME)

    runner.run_slice(job.pk, 0)
    runner.run_slice(job.pk, 0)

    assert effects == [1]
    job.refresh_from_db()
    assert (job.state, job.turn) == (State.RUNNING, 1)


def test_only_one_of_two_workers_takes_a_job() -> None:
    job = actions.start(kind="tests.count", arguments={"to": 1}, by=ME)

    assert leases.take(job.pk, holder="a") is not None
    assert leases.take(job.pk, holder="b") is None


def test_a_lease_that_ran_out_is_taken_over_and_the_first_worker_cannot_write_any_more() -> None:
    job = actions.start(kind="tests.count", arguments={"to": 1}, by=ME)
    leases.take(job.pk, holder="a")
    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(seconds=1))

    sweeper.sweep()
    assert leases.take(job.pk, holder="b") is not None

    assert not leases.keep(job.pk, holder="a", values={"done": 5})
    assert not leases.give_back(job.pk, holder="a", state=State.DONE)
    job.refresh_from_db()
    assert (job.lease_holder, job.done, job.state) == ("b", 0, State.RUNNING)


def test_the_batch_of_a_worker_that_lost_its_lease_is_rolled_back() -> None:
    job = actions.start(kind="tests.count", arguments={"to": 1}, by=ME)
    taken = leases.take(job.pk, holder="a")
    assert taken is not None
    Job.objects.filter(pk=job.pk).update(lease_holder="b")

    runner.run_taken(taken, "a", retry=True)

    assert effects == []
    job.refresh_from_db()
    assert (job.lease_holder, job.checkpoint) == ("b", {})


def test_what_a_dead_process_of_this_machine_held_goes_on_at_once() -> None:
    job = actions.start(kind="tests.count", arguments={"to": 2}, by=ME)
    leases.take(job.pk, holder=DEAD)

    assert sweeper.sweep() == 1
    assert actions.run_here(job.pk).state == State.DONE


def test_a_command_takes_over_from_a_dead_process_without_a_worker_and_without_waiting() -> None:
    job = actions.start(kind="tests.count", arguments={"to": 2}, by=ME)
    leases.take(job.pk, holder=DEAD)
    began = time.monotonic()

    ended = actions.run_here(job.pk)

    assert (ended.state, effects) == (State.DONE, [1, 2])
    assert timedelta(seconds=time.monotonic() - began) < rules.LEASE / 3


def test_a_living_process_keeps_its_job() -> None:
    job = actions.start(kind="tests.count", arguments={"to": 2}, by=ME)
    leases.take(job.pk, holder=holder.me())

    assert sweeper.sweep() == 0
    job.refresh_from_db()
    assert job.state == State.RUNNING


def test_a_job_that_kills_its_worker_again_and_again_is_given_up_in_words() -> None:
    job = actions.start(kind="tests.count", arguments={"to": 2}, by=ME)
    with translation.override("en"):
        for _death in range(rules.MAX_DEATHS):
            leases.take(job.pk, holder=DEAD)
            sweeper.sweep()
        Job.objects.filter(pk=job.pk).update(language="en")
        ended = actions.run_here(job.pk)

    assert (ended.state, ended.error_code) == (State.FAILED, "job_died")
    assert ended.error.startswith("The work was interrupted 5 times")
    assert effects == []


def test_a_job_that_gets_further_each_time_is_never_given_up() -> None:
    held = {}
    for name, known in (("further", 3), ("no further", 5)):
        job = actions.start(kind="tests.reach", arguments={"to": 5}, by=ME)
        Job.objects.filter(pk=job.pk).update(done=known, attempts=rules.MAX_DEATHS - 1)
        held[name] = actions.run_here(job.pk).result["attempts"]

    assert held == {"further": 1, "no further": rules.MAX_DEATHS}


def test_turns_lost_by_the_queue_are_queued_again() -> None:
    from django_q.models import OrmQ  # noqa: PLC0415 -- only this test looks into the queue

    job = actions.start(kind="tests.count", arguments={"to": 2}, by=ME)
    OrmQ.objects.all().delete()

    assert sweeper.sweep() == 0
    Job.objects.filter(pk=job.pk).update(queued_at=timezone.now() - rules.QUEUED_FOR)
    assert sweeper.sweep() == 1
    assert sweeper.sweep() == 0
    assert sweeper.sweep(afresh=True) == 1


def test_a_refusal_is_told_in_its_own_words() -> None:
    job = actions.start(kind="tests.fail", arguments={"how": "words"}, by=ME)

    ended = actions.run_here(job.pk)

    assert (ended.state, ended.error, ended.error_code) == (State.FAILED, "There are 12 rows.", "too_many_rows")


def test_the_unforeseen_is_tried_again_then_told_with_a_reference_only(caplog: pytest.LogCaptureFixture) -> None:
    with translation.override("en"):
        job = actions.start(kind="tests.fail", by=ME)
        waits = []
        for _try in range(rules.MAX_FAILURES):
            runner.run_slice(job.pk)
            job.refresh_from_db()
            waits.append(round((job.due_at - timezone.now()).total_seconds()))
            Job.objects.filter(pk=job.pk).update(due_at=timezone.now())

    assert waits == [5, 30, 0]
    assert (job.state, job.error_code) == (State.FAILED, "job_unexpected")
    assert "ZeroDivisionError" not in job.error
    reference = job.error.rpartition("reference ")[2].rstrip(".")
    assert len(reference) == 8


def test_an_outage_of_the_database_is_waited_out() -> None:
    job = actions.start(kind="tests.fail", arguments={"how": "outage"}, by=ME)

    for _try in range(6):
        runner.run_slice(job.pk)
        Job.objects.filter(pk=job.pk).update(due_at=timezone.now())

    job.refresh_from_db()
    assert (job.state, job.attempts, job.error) == (State.WAITING, 6, "")


def test_cancelling_a_waiting_job_ends_it_at_once() -> None:
    job = actions.start(kind="tests.count", arguments={"to": 2}, by=ME)

    cancelled = actions.cancel(job_id=job.pk, by=ME)
    runner.run_slice(job.pk, 0)

    assert (cancelled.state, effects) == (State.CANCELLED, [])
    with pytest.raises(JobEnded):
        actions.cancel(job_id=job.pk, by=ME)


def test_cancelling_a_running_job_ends_it_at_its_next_batch_and_its_kind_is_told() -> None:
    job = actions.start(kind="tests.cancel_me", by=ME)

    ended = actions.run_here(job.pk)

    assert (ended.state, endings) == (State.CANCELLED, [State.CANCELLED])


def test_a_cancelled_job_can_be_gone_on_with_from_its_checkpoint() -> None:
    job = actions.start(kind="tests.count", arguments={"to": 3}, by=ME)
    runner.run_slice(job.pk, 0)
    actions.cancel(job_id=job.pk, by=ME)

    actions.retry(job_id=job.pk, by=ME)

    assert actions.run_here(job.pk).state == State.DONE
    assert effects == [1, 2, 3]
    with pytest.raises(JobNotEnded):
        actions.retry(job_id=job.pk, by=ME)


def test_one_kind_that_repeats_is_started_once_in_its_period() -> None:
    started = {job.kind for job in sweeper.start_repeating()}

    assert {"jobs.clean", "files.clean"} <= started
    assert sweeper.start_repeating() == []


def test_a_person_sees_their_own_jobs_and_an_administrator_all() -> None:
    person, administrator = make_user(), make_user(role="administrator")
    own = actions.start(kind="tests.count", arguments={"to": 1}, by=Actor(id=person.pk, name="x"))
    other = actions.start(kind="tests.count", arguments={"to": 1}, by=Actor(id=None, name="system"))

    assert set(queries.jobs_visible_to(person)) == {own}
    assert set(queries.jobs_visible_to(administrator)) == {own, other}
    assert list(queries.running_jobs_of(administrator)) == []
