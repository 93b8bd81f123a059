"""`kexin choosing`: score everybody, explain one customer, look at terms, load answers from a file."""

from __future__ import annotations

import csv
import json
from datetime import datetime
from pathlib import Path

import click

from kexin.surfaces.cli.words import gettext as _


@click.group("choosing", help=_("Who is a suitable customer: score, explain, terms, answers."))
def choosing() -> None:
    pass


@choosing.command("score", help=_("Score everybody now, as the nightly run does."))
@click.option("--as-of", type=click.DateTime(["%Y-%m-%d"]), help=_("Look back: by what was known on that day. Scores of today stay."))
def score(as_of: datetime | None) -> int:
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- needs Django
    from kexin.ground.jobs import actions as jobs  # noqa: PLC0415 -- the same
    from kexin.ground.jobs.models import State  # noqa: PLC0415 -- the same
    from kexin.loop.choosing import actions  # noqa: PLC0415 -- the same

    job = actions.score_everybody(by=Actor.system("cli"), as_of=as_of.date() if as_of else None, here=True)
    job = jobs.run_here(job.pk)
    if job.state != State.DONE:
        click.echo(job.error or _("The run was cancelled."), err=True)
        return 1
    click.echo(
        _("{customers} scored as of {as_of}: {suitable} suitable, {unsuitable} not, {open} cannot be said yet.").format(
            **{"suitable": 0, "unsuitable": 0, "open": 0, **job.result}
        )
    )
    return 0


@choosing.command("explain", help=_("The score of one customer, criterion by criterion, and what is missing."))
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help=_("Print the result as JSON."))
def explain(code: str, as_json: bool) -> int:  # noqa: FBT001 -- a flag of the command line
    from kexin.ground.staff import queries as staff  # noqa: PLC0415 -- needs Django
    from kexin.loop.choosing import queries  # noqa: PLC0415 -- the same
    from kexin.loop.choosing.wording import Vocabulary  # noqa: PLC0415 -- the same
    from kexin.loop.customers.models import Customer  # noqa: PLC0415 -- the same

    customer = Customer.objects.filter(code=code, merged_into=None, erased_at=None).first()
    found = queries.scored([customer.pk], as_of=staff.today()).get(customer.pk) if customer is not None else None
    if customer is None or found is None:
        click.echo(_("There is no customer {code}, or no checklist is for them.").format(code=code), err=True)
        return 1
    result, words = found.result, Vocabulary.of(found.definition.sources)
    if as_json:
        told = {
            "code": code,
            "checklist": str(found.version.checklist),
            "version": found.version.number,
            "score": result.score,
            "low": result.low,
            "high": result.high,
            "known": result.known,
            "verdict": result.verdict,
            "missing": found.missing,
            "criteria": found.details(),
        }
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    for one, points in zip(found.definition.criteria, found.points, strict=True):
        said = words.said(one.source, found.values.get(one.source)) or _("not known")
        click.echo(f"{one.weight:>6g}  {'–' if points is None else round(points):>4}  {words.label(one.source)}: {said}")
    shown = "–" if result.score is None else f"{result.score:.0f}"
    click.echo(
        _("Score {score}, at least {low:.0f}, at most {high:.0f}; {known:.0%} known.").format(
            score=shown, low=result.low, high=result.high, known=result.known
        )
    )
    return 0


@choosing.command("terms", help=_("One customer against the conditions of all individual terms."))
@click.argument("code")
@click.option("--json", "as_json", is_flag=True, help=_("Print the result as JSON."))
def terms(code: str, as_json: bool) -> int:  # noqa: FBT001 -- a flag of the command line
    from kexin.ground.staff import queries as staff  # noqa: PLC0415 -- needs Django
    from kexin.loop.choosing.queries.terms import judged_by_all  # noqa: PLC0415 -- the same
    from kexin.loop.choosing.wording import Vocabulary  # noqa: PLC0415 -- the same
    from kexin.loop.customers.models import Customer  # noqa: PLC0415 -- the same

    customer = Customer.objects.filter(code=code, merged_into=None, erased_at=None).first()
    if customer is None:
        click.echo(_("There is no customer {code}.").format(code=code), err=True)
        return 1
    found = judged_by_all(customer, as_of=staff.today())
    if as_json:
        told = [{"terms": str(one), "verdict": judged.verdict, "conditions": judged.as_json()} for one, judged in found]
        click.echo(json.dumps(told, ensure_ascii=False, indent=2))
        return 0
    for one, judged in found:
        click.echo(f"{one}: {judged.verdict}")
        words = Vocabulary.of(check.condition.source for check in judged.checks)
        for check in judged.checks:
            sign = {True: "+", False: "-", None: "?"}[check.holds]
            source = check.condition.source
            said = words.said(source, check.value) or _("not known")
            click.echo(f"  {sign} {words.label(source)}: {said} ({words.wanted(check.condition)})")
    return 0


@choosing.command("answers", help=_("Load answers from a CSV: code, question number, choice, day, evidence. All or nothing."))
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
def answers(file: Path) -> int:
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- needs Django
    from kexin.loop.choosing import actions  # noqa: PLC0415 -- the same

    try:
        text = file.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError:
        text = file.read_text(encoding="gb18030")
    rows = [row for row in csv.reader(text.splitlines()) if any(cell.strip() for cell in row)]
    refused = actions.load_answers(rows=rows, by=Actor.system("cli"))
    for number, why in refused:
        click.echo(_("Line {n}: {why}").format(n=number, why=why), err=True)
    if refused:
        click.echo(_("Nothing was loaded."), err=True)
        return 1
    click.echo(_("{n} answers loaded; the scores count them.").format(n=len(rows)))
    return 0


commands = [choosing]
