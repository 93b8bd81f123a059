"""`kexin import …`: customers, contacts and orders from files; the list of imports; the way back."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any, NoReturn

import click

KINDS = ("customers", "contacts", "orders")


@click.group("import")
def group() -> None:
    """Load customers, contacts or orders from a CSV or XLSX file.

    Columns are matched by their headings, Chinese or English; correct one with --column FIELD=HEADING. The same file
    twice changes nothing. A process that was killed goes on with the same command and `kexin import resume RUN`.

    Ends with 0 when the file was read, even if some rows were refused (they are said, and come back in a workbook);
    1 when it could not be read or imported; 2 when the command itself is wrong.
    """


def _command(kind: str) -> click.Command:
    words = {
        "customers": "customers, with their contacts",
        "contacts": "contacts of customers who are known",
        "orders": "orders with lines",
    }[kind]

    @click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
    @click.option("--mapping", default="", metavar="NAME", help="Match columns as remembered under this name.")
    @click.option(
        "--column", "columns", multiple=True, metavar="FIELD=HEADING", help="Match a column by hand; an empty heading leaves the field out."
    )
    @click.option("--save-mapping", default="", metavar="NAME", help="Remember how the columns were matched.")
    @click.option("--dry-run", is_flag=True, help="Say what would happen; write nothing.")
    @click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
    @click.option(
        "--unknown-customers",
        type=click.Choice(["create", "refuse"]),
        default=None,
        help="What becomes of customer codes nobody knows (orders; default create).",
    )
    @click.option(
        "--blank",
        type=click.Choice(["keep", "clear"]),
        default=None,
        help="Whether a blank cell leaves a known value alone (keep, the default) or clears it.",
    )
    @click.option("--date-order", type=click.Choice(["dmy", "mdy"]), default=None, help="How to read 05/03/2024.")
    @click.option("--cancellation-prefix", default=None, metavar="TEXT", help="Orders whose number begins so are cancellations.")
    @click.option("--currency", default=None, metavar="CODE", help="The currency of the file, where no column says it.")
    @click.option("--channel", default=None, help="The channel of the orders, where no column says it.")
    @click.option("--branch", default=None, help="The branch, by code or name, where no column says it.")
    @click.option("--sheet", default=None, help="The sheet of a workbook; default the first.")
    @click.option("--header-row", type=int, default=None, help="The row of the headings, where it is not found by itself.")
    @click.option("--encoding", default=None, help="The encoding of a CSV; default UTF-8, else GB18030.")
    @click.option("--delimiter", default=None, help="What separates the cells of a CSV; default found by itself.")
    def command(
        file: Path, *, mapping: str, columns: tuple[str, ...], save_mapping: str, dry_run: bool, as_json: bool, **options: Any
    ) -> None:
        from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- help is shown without loading the product
        from kexin.ground.errors import KexinError  # noqa: PLC0415 -- the same
        from kexin.ground.imports import actions  # noqa: PLC0415 -- the same
        from kexin.ground.jobs import actions as jobs  # noqa: PLC0415 -- the same

        by = Actor.system("cli")
        try:
            run = actions.begin(kind=kind, content=file, name=file.name, by=by, mapping=mapping, columns=_pairs(columns), options=options)
            if save_mapping:
                actions.remember(run_id=run.pk, name=save_mapping, by=by)
            job = (actions.check if dry_run else actions.start)(run_id=run.pk, by=by, here=True)
            jobs.run_here(job.pk, on_progress=_watcher(quiet=as_json))
        except KexinError as error:
            _fail(error.code, error.sentence(), as_json=as_json)
        _report(run.pk, dry=dry_run, as_json=as_json)

    command.__doc__ = f"Load {words} from FILE (CSV, gzipped CSV or XLSX)."
    return click.command(kind)(command)


for _kind in KINDS:
    group.add_command(_command(_kind))


@group.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print as JSON.")
def list_runs(*, as_json: bool) -> None:
    """Imports so far, latest first."""
    from kexin.ground.imports.models import Run  # noqa: PLC0415 -- help is shown without loading the product

    rows = [_facts(run) for run in Run.objects.select_related("refusals").order_by("-pk")[:50]]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        counts = f"+{row['added']} ~{row['changed']} ={row['unchanged']} ✗{row['refused']}"
        click.echo(f"{row['run']:>6}  {row['kind']:<9} {row['state']:<9} {counts}  {row['file']}")


@group.command("mappings")
def list_mappings() -> None:
    """Mappings remembered by name, and those that ship with Kexin."""
    from kexin.ground.imports import queries  # noqa: PLC0415 -- help is shown without loading the product

    for kind in KINDS:
        for mapping in queries.mappings(kind):
            pairs = ", ".join(f"{field}={heading}" for field, heading in mapping.columns.items())
            click.echo(f"{kind:<9} {mapping.name}: {pairs}")


@group.command("undo")
@click.argument("run", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def undo(run: int, *, as_json: bool) -> None:
    """Take back everything the import RUN brought, while nothing has been built on it."""
    _again(run, "undo", as_json=as_json)


@group.command("resume")
@click.argument("run", type=int)
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
def resume(run: int, *, as_json: bool) -> None:
    """Go on with the import RUN, which was stopped, from where it stopped."""
    _again(run, "start", as_json=as_json)


def _again(run_id: int, what: str, *, as_json: bool) -> None:
    from django.utils.translation import gettext as _  # noqa: PLC0415 -- help is shown without loading the product

    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- the same
    from kexin.ground.errors import KexinError  # noqa: PLC0415 -- the same
    from kexin.ground.imports import actions  # noqa: PLC0415 -- the same
    from kexin.ground.imports.models import AT_WORK, Run  # noqa: PLC0415 -- the same
    from kexin.ground.jobs import actions as jobs  # noqa: PLC0415 -- the same

    run = Run.objects.filter(pk=run_id).first()
    if run is None:
        _fail("import_unknown", _("There is no import %(run)s.") % {"run": run_id}, as_json=as_json)
    try:
        if run.state in AT_WORK and run.job_id:  # left by a process that died: go on with its job
            job_id = run.job_id
        else:
            job_id = getattr(actions, what)(run_id=run_id, by=Actor.system("cli"), here=True).pk
        jobs.run_here(job_id, on_progress=_watcher(quiet=as_json))
    except KexinError as error:
        _fail(error.code, error.sentence(), as_json=as_json)
    _report(run_id, dry=False, as_json=as_json)


def _pairs(columns: tuple[str, ...]) -> dict[str, str]:
    pairs = {}
    for text in columns:
        field, equals, heading = text.partition("=")
        if not equals:
            raise click.BadParameter(text, param_hint="--column")
        pairs[field.strip()] = heading.strip()
    return pairs


def _watcher(*, quiet: bool) -> Any:
    """Progress on one line of a terminal; nothing where nobody watches."""
    if quiet or not sys.stderr.isatty():
        return None

    def show(job: Any) -> None:
        if job.total:
            share = min(1.0, job.done / job.total)
            click.echo(
                f"\r[{'█' * int(share * 30):<30}] {share:4.0%}  {job.done:,} / {job.total:,}  ", nl=job.finished_at is not None, err=True
            )
        elif job.message:
            click.echo(f"\r{job.message} …", nl=False, err=True)

    return show


def _facts(run: Any) -> dict[str, Any]:
    from kexin.ground.files import queries as stored  # noqa: PLC0415 -- help is shown without loading the product

    return {
        "run": run.pk,
        "kind": run.kind,
        "file": run.file_name,
        "state": run.state,
        "read": run.rows_read,
        "added": run.added,
        "changed": run.changed,
        "unchanged": run.unchanged,
        "refused": run.refused,
        "refusals_file": str(stored.path_of(run.refusals)) if run.refusals else None,
    }


def _report(run_id: int, *, dry: bool, as_json: bool) -> None:
    from django.utils.translation import gettext as _  # noqa: PLC0415 -- help is shown without loading the product

    from kexin.ground.imports import queries  # noqa: PLC0415 -- the same
    from kexin.ground.imports.models import Run, State  # noqa: PLC0415 -- the same

    run = Run.objects.select_related("refusals").get(pk=run_id)
    facts = _facts(run)
    if run.state in {State.FAILED, State.CANCELLED}:
        _fail(run.error.get("code") or run.state, run.error.get("text") or run.get_state_display(), as_json=as_json, facts=facts)
    reasons = queries.reasons_of(run)
    warnings = queries.warnings_of(run)
    if as_json:
        facts |= {
            "dry_run": dry,
            "columns": run.columns,
            "mapping": run.mapping_name or None,
            "reasons": reasons,
            "warnings": [{"code": item["code"], **item["data"], "text": item["text"]} for item in warnings],
            "samples": run.summary.get("samples", [])[:20],
            "seconds": run.summary.get("costs", {}),
        }
        click.echo(json.dumps(facts, ensure_ascii=False, indent=2))
        return
    if run.state == State.UNDONE:
        click.echo(_("Import %(run)s is undone.") % {"run": run.pk})
        return
    head = _("Dry run of %(name)s, nothing was changed:") if dry else _("Import %(run)s of %(name)s:")
    click.echo(head % {"run": run.pk, "name": run.file_name})
    for label, count in (
        (_("read"), run.rows_read),
        (_("added"), run.added),
        (_("changed"), run.changed),
        (_("unchanged"), run.unchanged),
        (_("refused"), run.refused),
    ):
        click.echo(f"  {count:>12,}  {label}")
    for reason in reasons:
        example = reason["examples"][0]
        click.echo("  " + _("%(rows)s refused, for example row %(row)s: %(text)s") % {"rows": f"{reason['rows']:,}", **example})
    for item in warnings:
        click.echo(f"  ! {item['text']}")
    if facts["refusals_file"]:
        click.echo(_("The refused rows, with the reason beside each: %(path)s (XLSX)") % {"path": facts["refusals_file"]})


def _fail(code: str, text: str, *, as_json: bool, facts: dict[str, Any] | None = None) -> NoReturn:
    if as_json:
        click.echo(json.dumps({**(facts or {}), "error": code, "text": text}, ensure_ascii=False, indent=2))
    else:
        click.echo(text, err=True)
    sys.exit(1)


commands = [group]
