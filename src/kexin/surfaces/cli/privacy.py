"""One person's rights from the command line: `kexin privacy export`, `erase`, `erasures`."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from kexin.surfaces.cli.words import gettext as _

if TYPE_CHECKING:
    from kexin.loop.customers.models import Contact, Customer

CHECKED = ("document", "call_back", "known", "proxy")
GROUNDS = ("asked", "withdrawn", "purpose_over", "unlawful")


@click.group("privacy", help=_("A person's rights: a copy of their data, their erasure, the list of erasures."))
def privacy() -> None:
    pass


@privacy.command("export", help=_("Write everything kept of one customer into one archive: a page to read and the same as data."))
@click.argument("code", metavar="CODE")
@click.argument("file", required=False, metavar="[FILE]", type=click.Path(dir_okay=False, path_type=Path))
@click.option("--checked", required=True, type=click.Choice(CHECKED), help=_("How you made sure that it is them."))
@click.option("--language", default="zh-hans", show_default=True, type=click.Choice(["zh-hans", "en"]), help=_("Language of the page."))
@click.option("--force", is_flag=True, help=_("Replace FILE if it is there."))
def export(code: str, file: Path | None, checked: str, language: str, force: bool) -> None:  # noqa: FBT001 -- a flag of the command line
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- needs Django
    from kexin.ground.files import queries as files  # noqa: PLC0415 -- the same
    from kexin.loop.privacy import actions  # noqa: PLC0415 -- the same

    target = file or Path(f"customer-{code}-data.zip".replace("/", "_"))
    if target.exists() and not force:
        raise click.UsageError(_("{path} is there already. Choose another name, or --force.").format(path=target))
    stored = actions.copy_person(customer_id=_there(code).pk, checked=checked, language=language, by=Actor.system("cli"))
    shutil.copyfile(files.path_of(stored), target)
    target.chmod(0o600)
    click.echo(_("Written: {path}").format(path=target))


@privacy.command(
    "erase",
    help=_("Erase everything that names one customer. Shows what goes and what stays; --confirm CODE does it. It cannot be taken back."),
)
@click.argument("code", metavar="CODE")
@click.option("--confirm", default="", metavar="CODE", help=_("The same code once more: without it nothing is erased."))
@click.option(
    "--contact", default="", metavar="NAME", help=_("Erase one contact of this customer only, by name or number; the file stays.")
)
@click.option("--ground", default="asked", show_default=True, type=click.Choice(GROUNDS), help=_("Why."))
@click.option(
    "--checked",
    default="not_asked",
    show_default=True,
    type=click.Choice((*CHECKED, "not_asked")),
    help=_("How you made sure that it is them."),
)
def erase(code: str, confirm: str, contact: str, ground: str, checked: str) -> None:
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- needs Django
    from kexin.ground.jobs import actions as jobs  # noqa: PLC0415 -- the same
    from kexin.loop.privacy import actions, queries  # noqa: PLC0415 -- the same

    customer = _there(code)
    whom = _contact(customer, contact) if contact else None
    if not confirm and whom is not None:
        click.echo(
            _("{name}, number {n}: name, ways to reach them, days, and every mention on the file.").format(name=whom.name, n=whom.pk)
        )
        click.echo(
            _("Nothing was erased. To do it: kexin privacy erase {code} --contact {n} --confirm {code}").format(code=code, n=whom.pk)
        )
        return
    if not confirm:
        preview = queries.preview_of(customer)
        for goes in preview.goes:
            click.echo(f"- {goes.label}: {goes.rows}")
        for stays in preview.stays:
            click.echo(f"= {stays.label}: {stays.rows} ({stays.why})")
        for reason in preview.holds:
            click.echo(f"! {reason}", err=True)
        click.echo(_("Nothing was erased. To do it: kexin privacy erase {code} --confirm {code}").format(code=code))
        return
    said: dict[str, Any] = {"confirmation": confirm, "ground": ground, "checked": checked, "by": Actor.system("cli"), "here": True}
    if whom is not None:
        erasure = actions.erase_contact(contact_id=whom.pk, **said)
    else:
        erasure = actions.erase_person(customer_id=customer.pk, **said)
    if erasure.job_id is not None:
        jobs.run_here(erasure.job_id)
    click.echo(_("Erased: certificate {number}").format(number=erasure.number))


@privacy.command(
    "erasures",
    help=_(
        "Print the list of erasures, one JSON line each, without any personal value.\n\n"
        "Keep a copy apart from the backups, for: kexin restore FILE --erasures LIST"
    ),
)
def erasures() -> None:
    from kexin.loop.privacy.actions.erasing import as_line  # noqa: PLC0415 -- needs Django
    from kexin.loop.privacy.models import Erasure  # noqa: PLC0415 -- the same

    for erasure in Erasure.objects.order_by("pk").iterator():
        click.echo(json.dumps(as_line(erasure), ensure_ascii=False))


def _there(code: str) -> Customer:
    from kexin.loop.customers.errors import CustomerNotFound  # noqa: PLC0415 -- needs Django
    from kexin.loop.customers.models import Customer  # noqa: PLC0415 -- the same

    found = Customer.objects.filter(code=code).first()
    if found is None:
        raise CustomerNotFound
    return found


def _contact(customer: Customer, text: str) -> Contact:
    """By name, or by number where several are called so."""
    from kexin.kit.text import key_number  # noqa: PLC0415 -- only here

    found = [one for one in customer.contacts.order_by("pk") if one.name == text.strip() or one.pk == key_number(text)]
    if len(found) == 1:
        return found[0]
    if not found:
        raise click.ClickException(_("{code} has no contact {name}.").format(code=customer.code, name=text))
    numbers = ", ".join(str(one.pk) for one in found)
    raise click.ClickException(_("Several contacts are called {name}. Give a number: {numbers}.").format(name=text, numbers=numbers))


commands: tuple[Any, ...] = (privacy,)
