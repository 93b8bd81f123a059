"""Looking after an installation: `kexin check`, `backup`, `restore`, `jobs`."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from kexin.surfaces.cli.words import gettext as _
from kexin.surfaces.cli.words import ngettext

FOUND = 3


@click.command(
    "check",
    help=_(
        "Check that everything is in order: settings, database, disk, folders, keys, worker.\n\n"
        "Ends with 0 if it is, with 3 if something needs attention."
    ),
)
@click.option("--json", "as_json", is_flag=True, help=_("Print the findings as JSON."))
def check(as_json: bool) -> int:  # noqa: FBT001 -- a flag of the command line
    from kexin.surfaces.cli import checks  # noqa: PLC0415 -- needs Django

    findings = checks.everything()
    if as_json:
        click.echo(json.dumps([finding.as_dict() for finding in findings], ensure_ascii=False, indent=2))
    else:
        for finding in findings:
            colour = {"good": "green", "note": "yellow", "bad": "red"}[finding.state]
            sign = {"good": "✓", "note": "!", "bad": "✗"}[finding.state]
            click.echo(f"{click.style(sign, fg=colour)} {finding.sentence}")
    return FOUND if any(finding.state == "bad" for finding in findings) else 0


@click.command(
    "backup",
    help=_(
        "Back up the database, the stored files and the secret key into one archive, while pages and worker run.\n\n"
        "FILE is the archive to write; by default one named by date in the data folder's backups. Keep it in a safe place: "
        "it holds everything, the secret key too."
    ),
)
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help=_("Replace FILE if it is there."))
def backup(file: Path | None, force: bool) -> None:  # noqa: FBT001 -- a flag of the command line
    from kexin.surfaces.cli import archive  # noqa: PLC0415 -- needs Django

    made = archive.back_up(file, replace=force)
    click.echo(
        _("Backed up: {path} ({size} MB, {files} stored files)").format(
            path=made.path, size=round(made.path.stat().st_size / 1e6, 1), files=made.files
        )
    )
    if made.missing:
        text = ngettext(
            "{n} stored file is no longer in the data folder and is not in the backup.",
            "{n} stored files are no longer in the data folder and are not in the backup.",
            made.missing,
        )
        click.echo(text.format(n=made.missing), err=True)


@click.command(
    "restore",
    help=_(
        "Restore a backup into the data folder and database.\n\n"
        "First the whole archive is checked against its checksums; only then is anything replaced. Nothing may be running. "
        "A data folder with data in it is refused, unless --force is given; what was there is then kept beside it."
    ),
)
@click.argument("file", metavar="FILE", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--force", is_flag=True, help=_("Replace the data that is there."))
@click.option(
    "--erasures",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    metavar="FILE",
    help=_("A list of erasures kept elsewhere (kexin privacy erasures): these people are erased again."),
)
def restore(file: Path, force: bool, erasures: Path | None) -> None:  # noqa: FBT001 -- a flag of the command line
    from kexin.surfaces.cli import archive, database  # noqa: PLC0415 -- needs Django

    restored = archive.restore(file, force=force, erasures=erasures)
    click.echo(_("Restored: the state of {date}, version {version}, {files} stored files.").format(**restored.words()))
    if restored.before is not None:
        click.echo(_("What was there before is kept in {path}").format(path=restored.before))
    missing, unknown = database.compare(database.applied_migrations())
    if not missing and not unknown:  # else `kexin setup` does it, once the tables are those of this version
        for number in database.erase_again():
            click.echo(_("Erased again: certificate {number}").format(number=number))
    click.echo(_("Next: kexin setup (brings the database up to date), then kexin serve"))


@click.group(
    "jobs",
    invoke_without_command=True,
    help=_("List background work. Without a sub-command: what has not ended, and the last that did."),
)
@click.option("--limit", default=20, show_default=True, type=click.IntRange(1, 1000), help=_("How many to list."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the list as JSON."))
@click.pass_context
def jobs(context: click.Context, limit: int, as_json: bool) -> None:  # noqa: FBT001 -- a flag of the command line
    if context.invoked_subcommand is not None:
        return
    from kexin.ground.jobs import queries  # noqa: PLC0415 -- needs Django
    from kexin.ground.jobs.models import Job  # noqa: PLC0415 -- the same

    rows = list(queries.active_jobs()) + list(Job.objects.filter(finished_at__isnull=False).order_by("-id")[:limit])
    rows = rows[:limit]
    if as_json:
        click.echo(json.dumps([_as_dict(row) for row in rows], ensure_ascii=False, indent=2))
        return
    for row in rows:
        total = f" / {row.total:,}" if row.total else ""
        click.echo(f"{row.pk:>6}  {row.get_state_display()}  {row.done:,}{total}  {row.title}  {row.error or row.message}".rstrip())
    if not rows:
        click.echo(_("No background work yet."))
    aside = queries.set_aside().count()
    if aside:
        text = ngettext(
            "{n} announcement was not heard although it was tried often; see the log, then: kexin jobs deliver-again",
            "{n} announcements were not heard although it was tried often; see the log, then: kexin jobs deliver-again",
            aside,
        )
        click.echo(text.format(n=aside), err=True)
    if not queries.living_workers().exists() and queries.active_jobs().exists():
        click.echo(_("No worker is running: start kexin serve, or kexin worker."), err=True)


@jobs.command("cancel", help=_("Stop a job. What it already did stays done."))
@click.argument("number", metavar="NUMBER", type=int)
def cancel(number: int) -> None:
    from kexin.ground.jobs import actions  # noqa: PLC0415 -- needs Django
    from kexin.ground.jobs.models import State  # noqa: PLC0415 -- the same

    job = actions.cancel(job_id=_there(number), by=_actor())
    if job.state == State.CANCELLED:
        click.echo(_("Cancelled: {title}").format(title=job.title))
    else:
        click.echo(_("It stops at the end of the batch it is working on: {title}").format(title=job.title))


@jobs.command("retry", help=_("Go on with a failed or cancelled job where it stopped."))
@click.argument("number", metavar="NUMBER", type=int)
def retry(number: int) -> None:
    from kexin.ground.jobs import actions  # noqa: PLC0415 -- needs Django

    click.echo(_("It goes on: {title}").format(title=actions.retry(job_id=_there(number), by=_actor()).title))


@jobs.command("deliver-again", help=_("Ask once more those that failed to hear announcements."))
def deliver_again() -> None:
    from kexin.ground.jobs import actions  # noqa: PLC0415 -- needs Django

    click.echo(_("Announcements to be delivered again: {n}").format(n=actions.deliver_again(by=_actor())))


def _there(number: int) -> int:
    from kexin.ground.errors import NotFound  # noqa: PLC0415 -- needs Django
    from kexin.ground.jobs.models import Job  # noqa: PLC0415 -- the same

    if not Job.objects.filter(pk=number).exists():
        raise NotFound
    return number


def _actor() -> Any:
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- needs Django

    return Actor.system("cli")


def _as_dict(job: Any) -> dict[str, Any]:
    names = ("id", "kind", "title", "state", "done", "total", "message", "error", "error_code", "attempts", "requested_name")
    times = ("created_at", "started_at", "finished_at")
    return {name: getattr(job, name) for name in names} | {
        name: value.isoformat() if (value := getattr(job, name)) is not None else None for name in times
    }


commands = [check, backup, restore, jobs]
