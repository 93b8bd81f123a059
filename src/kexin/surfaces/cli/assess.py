"""`kexin assess`: where every customer stands as of a day, computed in this process."""

from __future__ import annotations

import datetime as dt
import json
import sys
from typing import Any

import click

from kexin.surfaces.cli.words import gettext as _


@click.command(
    "assess",
    help=_(
        "Assess where every customer stands: tier, class, recency, orders, amounts, and who moved since the assessment before.\n\n"
        "Assessing the same day again replaces that day's assessment. A day before the newest assessed one only looks back: "
        "customers' files keep what the newest says."
    ),
)
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help=_("The day, as 2011-03-01. By default today."))
@click.option("--json", "as_json", is_flag=True, help=_("Print the result as JSON."))
def assess(as_of: dt.datetime | None, as_json: bool) -> int:  # noqa: FBT001 -- a flag of the command line
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- needs Django
    from kexin.ground.jobs import actions as jobs  # noqa: PLC0415 -- the same
    from kexin.ground.jobs.models import Job, State  # noqa: PLC0415 -- the same
    from kexin.loop.standing import actions, queries  # noqa: PLC0415 -- the same

    run = actions.assess(as_of=as_of.date() if as_of else None, by=Actor.system("cli"), here=True)
    shows = sys.stderr.isatty() and not as_json

    def tell(job: Job) -> None:
        if shows:
            share = f"{100 * job.done // job.total}%" if job.total else ""
            click.echo(f"\r\033[K{job.message} {share}", nl=False, err=True)

    if run.job_id is None:
        raise RuntimeError("an assessment has a job")
    job = jobs.run_here(run.job_id, on_progress=tell)
    if shows:
        click.echo("\r\033[K", nl=False, err=True)
    if job.state != State.DONE:
        click.echo(job.error or _("The assessment was cancelled."), err=True)
        return 1
    run = queries.runs().select_related("previous").get(pk=run.pk)
    if as_json:
        click.echo(json.dumps(_as_json(run), ensure_ascii=False, indent=2))
    else:
        _tell_people(run)
    return 0


def _as_json(run: Any) -> dict[str, Any]:
    from kexin.loop.standing import queries  # noqa: PLC0415 -- needs Django

    found = run.distributions
    return {
        "run": run.pk,
        "as_of": run.as_of.isoformat(),
        "compared_with": run.previous.as_of.isoformat() if run.previous else None,
        "present": run.is_present,
        "rules": run.rules.number,
        "method": run.method,
        "method_version": run.method_version,
        "fingerprint": run.fingerprint,
        "currency": run.currency,
        "customers": run.customers,
        "orders": run.orders,
        "lines": run.lines,
        "moved": run.moved,
        "totals": found["totals"],
        "tiers": {
            row.tier: {"customers": row.customers, "share": row.share, "value_share": row.value_share, "came": row.came, "left": row.left}
            for row in queries.tier_table(run)
        },
        "classes": {name: row["customers"] for name, row in found["classes"].items()},
        "abc": {letter: row["customers"] for letter, row in found["abc"].items()},
        "concentration": {name: _without_points(found[name]) for name in ("sales", "profit")},
        "warnings": run.warnings,
    }


def _without_points(curve: dict[str, Any]) -> dict[str, Any]:
    """What is read off a curve; beside a code of what cannot be said, the sentence."""
    from kexin.loop.standing.wording import cannot_in_words  # noqa: PLC0415 -- needs Django

    said = {name: _without_points(value) if isinstance(value, dict) else value for name, value in curve.items() if name != "points"}
    return {**said, "text": cannot_in_words(curve["cannot"])} if "cannot" in curve else said


def _tell_people(run: Any) -> None:
    from kexin.loop.standing import queries  # noqa: PLC0415 -- needs Django
    from kexin.loop.standing.wording import warning_in_words  # noqa: PLC0415 -- the same

    click.echo(
        _("As of {day}: {customers} customers, {orders} orders, {lines} lines; {moved} changed tier.").format(
            day=run.as_of, customers=f"{run.customers:,}", orders=f"{run.orders:,}", lines=f"{run.lines:,}", moved=f"{run.moved:,}"
        )
    )
    for row in queries.tier_table(run):
        share = f"{row.value_share:7.1%}" if row.value_share is not None else "      –"
        click.echo(f"  {row.tier} {row.customers:>10,} {share}   +{row.came:,} −{row.left:,}")
    made = run.distributions["sales"].get("share80")
    if made:
        click.echo(
            _("{share} of customers make 80% of sales ({low} – {high}).").format(
                share=f"{made['share']:.1%}", low=f"{made['low']:.1%}", high=f"{made['high']:.1%}"
            )
        )
    for warning in run.warnings:
        click.echo(f"! {warning_in_words(warning)}", err=True)


commands = [assess]
