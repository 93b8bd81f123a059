"""Getting started and letting people in: `kexin setup`, `kexin user …`."""

from __future__ import annotations

import getpass
import secrets
import string
import sys
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from kexin.surfaces.cli.words import gettext as _
from kexin.surfaces.cli.words import ngettext

if TYPE_CHECKING:
    from kexin.ground.staff.models import User

# Letters and digits that are not taken for each other when read aloud or from paper.
READABLE = "".join(sorted(set(string.ascii_letters + string.digits) - set("0O1lI")))
GENERATED_LENGTH = 16


@click.command(
    "setup",
    help=_(
        "Prepare data folder and database, and add the first administrator. Can be repeated: what is there already is left alone.\n\n"
        "An older database is brought up to date; back it up first (kexin backup FILE). Without --generate or --password-stdin "
        "the password is asked for."
    ),
)
@click.option("--username", default="", help=_("Sign-in name of the first administrator. Default: admin."))
@click.option("--name", default="", help=_("The administrator's name, as others see it."))
@click.option("--company", "company_name", default="", help=_("Name of your company."))
@click.option("--password-stdin", is_flag=True, help=_("Read the password from standard input."))
@click.option("--generate", is_flag=True, help=_("Make up a password and print it once."))
@click.option("--yes", is_flag=True, help=_("Bring an older database up to date without asking."))
def setup(*, username: str, name: str, company_name: str, password_stdin: bool, generate: bool, yes: bool) -> int:
    from django.conf import settings  # noqa: PLC0415 -- after Django was set up

    from kexin.ground.staff import queries  # noqa: PLC0415 -- the same
    from kexin.surfaces.cli import database  # noqa: PLC0415 -- the same

    _bring_up_to_date(yes=yes)
    for number in database.erase_again():
        click.echo(_("Erased again: certificate {number}").format(number=number))
    click.echo(_("Data folder: {path}").format(path=settings.HOME))
    if company_name:
        _name_company(company_name)

    existing = queries.administrators().first()
    if existing is not None:
        click.echo(_("There is an administrator already ({username}). Nothing else to do.").format(username=existing.username))
    else:
        _first_administrator(username or "admin", name, password_stdin=password_stdin, generate=generate)
    click.echo(_("Start with: kexin serve"))
    return 0


def _bring_up_to_date(*, yes: bool) -> None:
    from django.conf import settings  # noqa: PLC0415 -- after Django was set up

    from kexin.surfaces.cli import database  # noqa: PLC0415 -- the same

    applied = database.applied_migrations()
    if not applied:
        database.migrate()
        click.echo(_("The database is ready."))
        return
    missing, unknown = database.compare(applied)
    if unknown:
        raise database.DatabaseNewer(known=", ".join(sorted(f"{app} {name}" for app, name in unknown)[:3]))
    if not missing:
        click.echo(_("The database is up to date."))
        return
    click.echo(
        ngettext(
            "The database belongs to an older version: {n} step is missing.",
            "The database belongs to an older version: {n} steps are missing.",
            len(missing),
        ).format(n=len(missing))
    )
    backups = Path(settings.HOME) / "backups"
    click.echo(_("Back it up first, so that you can go back: kexin backup {folder}/…").format(folder=backups))
    if not yes and sys.stdin.isatty():
        click.confirm(_("Bring it up to date now?"), abort=True)
    database.migrate()
    click.echo(_("The database is up to date."))


def _name_company(company_name: str) -> None:
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- after Django was set up
    from kexin.ground.staff.actions import company  # noqa: PLC0415 -- the same

    company.change_company(version=None, fields={"name": company_name}, by=Actor.system("cli"))


def _first_administrator(username: str, name: str, *, password_stdin: bool, generate: bool) -> None:
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- after Django was set up
    from kexin.ground.staff.actions import people  # noqa: PLC0415 -- the same
    from kexin.ground.staff.choices import Role, Sees  # noqa: PLC0415 -- the same

    password = _password(password_stdin=password_stdin, generate=generate)
    person = people.create_person(
        username=username, name=name, role=Role.ADMINISTRATOR, sees=Sees.ALL, password=password, by=Actor.system("cli")
    )
    click.echo(_("The first administrator signs in as: {username}").format(username=person.username))
    if generate:
        click.echo(_("Password, shown only now: {password}").format(password=password))


def _password(*, password_stdin: bool, generate: bool) -> str:
    if password_stdin and generate:
        raise click.UsageError(_("Choose one of --password-stdin and --generate."))
    if generate:
        return generated_password()
    if password_stdin:
        return sys.stdin.readline().rstrip("\n")
    if not sys.stdin.isatty():
        raise click.UsageError(_("There is no terminal to ask for a password. Use --password-stdin or --generate."))
    first = getpass.getpass(_("Password of the first administrator (at least 10 characters): "))
    if getpass.getpass(_("The same again: ")) != first:
        raise click.ClickException(_("The two passwords differ. Nothing was changed."))
    return first


def generated_password() -> str:
    """Long enough never to be guessed, short enough to be typed from a screen."""
    while True:
        password = "".join(secrets.choice(READABLE) for _index in range(GENERATED_LENGTH))
        if not password.isdigit() and not password.isalpha():
            return password


@click.group("user", help=_("Let people in: links for a new password, pauses lifted, second factors removed."))
def user() -> None:
    pass


@user.command("list", help=_("Who can sign in."))
def user_list() -> None:
    from kexin.ground.staff import queries  # noqa: PLC0415 -- after Django was set up

    for person in queries.people():
        state = "" if person.is_active else " · " + _("closed")
        click.echo(f"{person.username}\t{person.name}\t{person.get_role_display()}{state}")


@user.command("add", help=_("Add somebody and print the link with which they choose a password."))
@click.argument("username")
@click.option("--name", default="", help=_("Their name, as others see it."))
@click.option(
    "--role",
    type=click.Choice(["front_line", "manager", "analyst", "executive", "administrator"]),
    default="front_line",
    show_default=True,
    help=_("What they may do."),
)
@click.option(
    "--sees", type=click.Choice(["own", "branch", "all"]), default="branch", show_default=True, help=_("Which records they reach.")
)
@click.option("--branch", "branch_code", default="", help=_("Code of their branch."))
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help=_("Where your Kexin is opened."))
def user_add(*, username: str, name: str, role: str, sees: str, branch_code: str, url: str) -> None:
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- after Django was set up
    from kexin.ground.staff.actions import people  # noqa: PLC0415 -- the same
    from kexin.ground.staff.models import Branch  # noqa: PLC0415 -- the same

    branch = None
    if branch_code:
        branch = Branch.objects.filter(code=branch_code).first()
        if branch is None:
            raise click.ClickException(_("There is no branch with the code {code}.").format(code=branch_code))
    _person, token = people.invite(username=username, name=name, role=role, sees=sees, branch=branch, now=_now(), by=Actor.system("cli"))
    _print_link(url, token)


@user.command("reset-link", help=_("Print a link with which somebody chooses a new password. It works once, for a day."))
@click.argument("username")
@click.option("--url", default="http://127.0.0.1:8000", show_default=True, help=_("Where your Kexin is opened."))
def reset_link(username: str, url: str) -> None:
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- after Django was set up
    from kexin.ground.staff.actions import people  # noqa: PLC0415 -- the same

    _print_link(url, people.give_link(user_id=_called(username).pk, now=_now(), by=Actor.system("cli")))


@user.command("unlock", help=_("Lift the pause after wrong passwords."))
@click.argument("username")
def unlock(username: str) -> None:
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- after Django was set up
    from kexin.ground.staff.actions import people  # noqa: PLC0415 -- the same

    lifted = people.unlock(user_id=_called(username).pk, by=Actor.system("cli"))
    click.echo(_("Lifted.") if lifted else _("There was no pause."))


@user.command("remove-second-factor", help=_("Remove a lost second factor; the person is signed out everywhere."))
@click.argument("username")
def remove_second_factor(username: str) -> None:
    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- after Django was set up
    from kexin.ground.staff.actions import people  # noqa: PLC0415 -- the same

    people.remove_second_factor(user_id=_called(username).pk, by=Actor.system("cli"))
    click.echo(_("Removed."))


def _called(username: str) -> User:
    from kexin.ground.staff import queries  # noqa: PLC0415 -- after Django was set up

    found = queries.person_called(username)
    if found is None:
        raise click.ClickException(_("Nobody signs in as {username}.").format(username=username))
    return found


def _print_link(url: str, token: str) -> None:
    from django.urls import reverse  # noqa: PLC0415 -- after Django was set up

    click.echo(url.rstrip("/") + reverse("account_link", args=[token]))


def _now() -> datetime:
    from django.utils import timezone  # noqa: PLC0415 -- after Django was set up

    return timezone.now()


commands = [setup, user]
