"""`kexin token …`: tokens with which programs act through the API, listed, made, revoked."""

from __future__ import annotations

import click

from kexin.surfaces.cli.words import gettext as _


@click.group("token", help=_("Tokens with which programs act through the API."))
def token() -> None:
    pass


@token.command("list", help=_("Every token: the part that may be told, its name, whom it acts for, until when, when it was last used."))
def token_list() -> None:
    from kexin.ground.tokens.models import Token  # noqa: PLC0415 -- after Django was set up

    for one in Token.objects.select_related("owner").order_by("-id"):
        used = f"{one.last_used_at:%Y-%m-%d %H:%M}Z" if one.last_used_at else "–"
        click.echo(f"kx_{one.public}\t{one.name}\t{one.owner}\t{one.state()}\t{one.expires_at:%Y-%m-%d}\t{used}\t{','.join(one.scopes)}")


@token.command(
    "new",
    help=_(
        "Make a token for somebody who works here (--user) or for a program (--program), and print it: it is shown only this once.\n\n"
        "A program that is not there yet is added with --role, --sees and --branch."
    ),
)
@click.argument("name")
@click.option("--user", "username", default="", help=_("Sign-in name of the person it acts for."))
@click.option("--program", default="", help=_("Name of the program it acts for."))
@click.option("--scope", "scopes", multiple=True, help=_("What it may do, such as customers:read. May be given several times."))
@click.option("--days", type=int, default=90, show_default=True, help=_("How many days it lasts."))
@click.option(
    "--role",
    type=click.Choice(["front_line", "manager", "analyst", "executive", "administrator"]),
    default="front_line",
    show_default=True,
    help=_("What a new program may do."),
)
@click.option(
    "--sees", type=click.Choice(["own", "branch", "all"]), default="branch", show_default=True, help=_("Which records it reaches.")
)
@click.option("--branch", "branch_code", default="", help=_("Code of its branch."))
def token_new(
    *, name: str, username: str, program: str, scopes: tuple[str, ...], days: int, role: str, sees: str, branch_code: str
) -> None:
    from django.utils import timezone  # noqa: PLC0415 -- after Django was set up

    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- the same
    from kexin.ground.staff import queries as staff  # noqa: PLC0415 -- the same
    from kexin.ground.staff.actions import people  # noqa: PLC0415 -- the same
    from kexin.ground.staff.models import Branch, User  # noqa: PLC0415 -- the same
    from kexin.ground.tokens import actions  # noqa: PLC0415 -- the same

    if bool(username) == bool(program):
        raise click.UsageError(_("Say for whom: either --user or --program."))
    by = Actor.system("cli")
    if username:
        owner = staff.person_called(username)
        if owner is None:
            raise click.ClickException(_("Nobody signs in as {username}.").format(username=username))
    else:
        owner = User.objects.filter(is_integration=True, is_active=True, name=program).first()
        if owner is None:
            branch = None
            if branch_code:
                branch = Branch.objects.filter(code=branch_code).first()
                if branch is None:
                    raise click.ClickException(_("There is no branch with the code {code}.").format(code=branch_code))
            owner = people.create_integration(name=program, role=role, sees=sees, branch=branch, by=by)
    _token, written = actions.issue(owner=owner, name=name, scopes=scopes, days=days, now=timezone.now(), by=by)
    click.echo(str(written))


@token.command("revoke", help=_("Revoke a token by the part that may be told (kx_ and ten letters), or by the whole of it."))
@click.argument("public")
def token_revoke(public: str) -> None:
    from django.utils import timezone  # noqa: PLC0415 -- after Django was set up

    from kexin.ground.audit.actor import Actor  # noqa: PLC0415 -- the same
    from kexin.ground.tokens import actions, errors  # noqa: PLC0415 -- the same
    from kexin.ground.tokens.models import Token  # noqa: PLC0415 -- the same

    found = Token.objects.filter(public=public.strip().removeprefix("kx_")[:10]).first()
    if found is None:
        raise errors.TokenUnknown
    actions.revoke(token_id=found.pk, now=timezone.now(), by=Actor.system("cli"))
    click.echo(_("Revoked."))


commands = [token]
