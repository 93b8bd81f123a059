"""`kexin duplicates scan`: look for files that may be one customer, in this process."""

from __future__ import annotations

import json
import sys
from typing import Any

import click

from kexin.surfaces.cli.words import gettext as _


@click.group("duplicates", help=_("Files that may be one customer."))
def duplicates() -> None:
    pass


@duplicates.command(
    "scan",
    help=_(
        "Look through all files for those that may be one customer: by phone, mail, WeCom id, credit code, VIN and plate, and by names "
        "that are alike. What is found stands under Customers, Duplicates.\n\n"
        "Interrupted, it goes on from where it was. What somebody said is not the same is not asked again."
    ),
)
@click.option("--changed", is_flag=True, help=_("Only files that changed since the last time."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the result as JSON."))
def scan(changed: bool, as_json: bool) -> int:  # noqa: FBT001 -- flags of the command line
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- needs Django
    from kexin.ground.jobs import actions as jobs  # noqa: PLC0415 -- the same
    from kexin.ground.jobs.models import State  # noqa: PLC0415 -- the same
    from kexin.loop.customers import actions  # noqa: PLC0415 -- the same

    shows = sys.stderr.isatty() and not as_json

    def tell(job: Any) -> None:
        if shows:
            share = f"{100 * job.done // job.total}%" if job.total else ""
            click.echo(f"\r\033[K{job.message} {share}", nl=False, err=True)

    job = jobs.run_here(actions.start_scan(by=Actor.system("cli"), everything=not changed, here=True).pk, on_progress=tell)
    if shows:
        click.echo("\r\033[K", nl=False, err=True)
    if job.state != State.DONE:
        click.echo(job.error or _("The search was cancelled."), err=True)
        return 1
    if as_json:
        click.echo(json.dumps(job.result))
    else:
        click.echo(
            _("{compared} pairs compared, {found} new ones on the list.").format(
                compared=f"{job.result['compared']:,}", found=f"{job.result['found']:,}"
            )
        )
    return 0


commands = [duplicates]
