"""`kexin pool`: who would go to the public pool, the nightly round done now, and its numbers."""

from __future__ import annotations

import json

import click

from kexin.surfaces.cli.words import gettext as _


@click.group("pool", help=_("The public pool: who would go, release now, numbers."))
def pool() -> None:
    pass


@pool.command("preview", help=_("List who would go in the next nights and whom something keeps. Nothing is written."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the result as JSON."))
def preview(as_json: bool) -> int:  # noqa: FBT001 -- a flag of the command line
    from django.utils import timezone  # noqa: PLC0415 -- needs Django

    from kexin.loop.pool import queries  # noqa: PLC0415 -- the same

    found = [
        {
            "code": one.customer.code,
            "owner": str(one.customer.owner),
            "cause": one.due.cause,
            "due_on": one.due.on.isoformat(),
            "goes_on": one.goes_on.isoformat(),
            "warned": one.warned is not None,
            "protected": list(one.protected),
        }
        for one in queries.preview(today=timezone.localdate())
    ]
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return 0
    for row in found:
        kept = ", ".join(row["protected"]) if isinstance(row["protected"], list) else ""
        click.echo(f"{row['goes_on']}  {row['code']:<12} {row['owner']}  {row['cause']}{'  = ' + kept if kept else ''}")
    going = sum(not row["protected"] for row in found)
    click.echo(_("{going} would go, {kept} are protected.").format(going=going, kept=len(found) - going))
    return 0


@pool.command("release", help=_("Do now what happens every night: warn owners, release whose time has run out."))
def release() -> int:
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- needs Django
    from kexin.ground.jobs import actions as jobs  # noqa: PLC0415 -- the same
    from kexin.ground.jobs.models import State  # noqa: PLC0415 -- the same

    job = jobs.run_here(jobs.start(kind="pool.release", by=Actor.system("cli"), here=True).pk)
    if job.state != State.DONE:
        click.echo(job.error or _("The round was cancelled."), err=True)
        return 1
    click.echo(_("{released} released, {warned} owners warned, {calmed} warnings taken back.").format(**job.result))
    return 0


@pool.command("numbers", help=_("How many customers are in each branch's pool, by tier."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the result as JSON."))
def numbers(as_json: bool) -> int:  # noqa: FBT001 -- a flag of the command line
    from kexin.loop.pool import queries  # noqa: PLC0415 -- needs Django

    sizes = {size.branch: size.tiers for size in queries.sizes(None)}
    if as_json:
        click.echo(json.dumps(sizes, ensure_ascii=False, indent=2))
        return 0
    for branch, tiers in sizes.items():
        click.echo(f"{branch}: " + "  ".join(f"{tier or '–'} {count:,}" for tier, count in sorted(tiers.items())))
    click.echo(_("{n} customers are in the pool.").format(n=sum(sum(tiers.values()) for tiers in sizes.values())))
    return 0


commands = [pool]
