"""Kinds of jobs: a dry run, an import, an undo. Each fetches its run by id and goes on where it stopped."""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.files import viewers
from kexin.ground.imports import queries
from kexin.ground.imports.models import Run
from kexin.ground.imports.models import State as RunState
from kexin.ground.jobs import kinds
from kexin.ground.jobs.models import Job, State
from kexin.ground.staff.models import User


def _ended(job: Job) -> None:
    """A job that failed or was cancelled says so on its run, which can then be gone on with, or undone."""
    if job.state in {State.FAILED, State.CANCELLED}:
        state = RunState.FAILED if job.state == State.FAILED else RunState.CANCELLED
        error = {"code": job.error_code, "text": job.error} if job.state == State.FAILED else {}
        Run.objects.filter(pk=job.arguments["run"], job_id=job.pk).update(state=state, error=error)


def _result(run_id: int) -> kinds.Finished:
    run = Run.objects.get(pk=run_id)
    return kinds.Finished(
        {"read": run.rows_read, "added": run.added, "changed": run.changed, "unchanged": run.unchanged, "refused": run.refused}
    )


@kinds.job("imports.check", title=_("Dry run"), ended=_ended)
def check(slice: kinds.Slice) -> kinds.Again | kinds.Finished:  # noqa: A002 -- what it is
    from kexin.ground.imports import running  # noqa: PLC0415 -- columns: a second of every worker's start

    run_id = int(slice.arguments["run"])
    return _result(run_id) if running.work(run_id, slice, dry=True) else kinds.Again()


@kinds.job("imports.run", title=_("Import"), ended=_ended)
def run(slice: kinds.Slice) -> kinds.Again | kinds.Finished:  # noqa: A002 -- what it is
    from kexin.ground.imports import running  # noqa: PLC0415 -- columns: a second of every worker's start

    run_id = int(slice.arguments["run"])
    return _result(run_id) if running.work(run_id, slice, dry=False) else kinds.Again()


@kinds.job("imports.undo", title=_("Undo an import"), ended=_ended)
def undo(slice: kinds.Slice) -> kinds.Again | kinds.Finished:  # noqa: A002 -- what it is
    from kexin.ground.imports import running  # noqa: PLC0415 -- columns: a second of every worker's start

    run_id = int(slice.arguments["run"])
    return _result(run_id) if running.undo(run_id, slice) else kinds.Again()


@viewers.of("import")
def may_see(user: User, record_id: int) -> bool:
    return queries.runs_visible_to(user).filter(pk=record_id).exists()
