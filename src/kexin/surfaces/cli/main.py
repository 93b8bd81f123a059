"""`kexin …`: one line a command, its module imported only when it is asked for.

Exit codes: 0 done · 1 could not be done, and one sentence on stderr says why · 2 wrong usage · 3 `check` found something,
or an import refused rows · 4 the database cannot be reached · 5 the database belongs to another version · 70 unexpected,
the log has the details under the reference number · 130 interrupted.
"""

from __future__ import annotations

import importlib
import os
import sys
from dataclasses import dataclass
from typing import Any

import click

from kexin import __version__
from kexin.surfaces.cli import words
from kexin.surfaces.cli.words import gettext as _
from kexin.surfaces.cli.words import gettext_noop

FAILED, WRONG_USAGE, FOUND, NO_DATABASE, OTHER_VERSION, UNEXPECTED, INTERRUPTED = 1, 2, 3, 4, 5, 70, 130


@dataclass(frozen=True)
class Entry:
    """Where a command stands and what `kexin --help` says of it."""

    module: str
    short: str
    django: bool = True  # set up before the module is imported
    database: bool = True  # made ready before the command runs


COMMANDS: dict[str, Entry] = {
    # Chooses its data folder itself, before Django reads the settings.
    "demo": Entry("demo", gettext_noop("Try Kexin with a simulated company"), django=False, database=False),
    "setup": Entry("setup", gettext_noop("Prepare the database and the first administrator"), database=False),
    "user": Entry("setup", gettext_noop("Let people in: links, pauses, second factors")),
    "token": Entry("token", gettext_noop("Tokens of programs that use the API")),
    "hooks": Entry("hooks", gettext_noop("Web hooks: list, test, send again")),
    "serve": Entry("serve", gettext_noop("Run pages and worker, supervised together")),
    "pages": Entry("serve", gettext_noop("Run the page server alone")),
    "worker": Entry("serve", gettext_noop("Run the worker alone")),
    "import": Entry("import_", gettext_noop("Import customers, contacts or orders from a file")),
    "duplicates": Entry("duplicates", gettext_noop("Look for files that may be one customer")),
    "assess": Entry("assess", gettext_noop("Assess where every customer stands")),
    "pool": Entry("pool", gettext_noop("The public pool: who would go, release now, numbers")),
    "choosing": Entry("choosing", gettext_noop("Who is a suitable customer: score, explain, terms, answers")),
    "export": Entry("export", gettext_noop("Export customers, orders or standing to a file")),
    "privacy": Entry("privacy", gettext_noop("A person's copy, erasure, and the list of erasures")),
    "mcp": Entry("mcp", gettext_noop("Tools for assistants over the Model Context Protocol")),
    "jobs": Entry("operate", gettext_noop("List background work, cancel it or try it again")),
    "check": Entry("operate", gettext_noop("Check that everything is in order"), database=False),
    "backup": Entry("operate", gettext_noop("Back up database and files, while running")),
    "restore": Entry("operate", gettext_noop("Restore a backup"), database=False),
}


class Commands(click.Group):
    """The commands of the table above, imported when they are asked for."""

    def list_commands(self, _ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, _ctx: click.Context, cmd_name: str) -> click.Command | None:
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if entry.django:
            _set_up_django()
        module = importlib.import_module(f"kexin.surfaces.cli.{entry.module}")
        found: dict[str, click.Command] = {command.name: command for command in module.commands}
        return found[cmd_name]

    def format_commands(self, _ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(_("Commands")):
            formatter.write_dl([(name, _(entry.short)) for name, entry in COMMANDS.items()])

    def invoke(self, ctx: click.Context) -> Any:
        name = ctx._protected_args[0] if ctx._protected_args else ""  # noqa: SLF001 -- click keeps the sub-command's name there only
        entry = COMMANDS.get(name)
        wants_help = bool({"--help", "-h"} & set(ctx.args))
        if entry is not None and entry.database and not wants_help:
            _set_up_django()
            from django.utils import timezone  # noqa: PLC0415 -- needs Django

            from kexin.ground.staff import queries as staff  # noqa: PLC0415 -- the same
            from kexin.surfaces.cli import database  # noqa: PLC0415 -- the same

            database.ready()
            timezone.activate(staff.company().zone)  # "today" is the company's, not the machine's
        return super().invoke(ctx)


def program() -> click.Command:
    """The whole program, in the language spoken now."""

    @click.command(
        cls=Commands,
        help=_("Kexin 客心: know your customers, hear them, keep what you promised."),
        epilog=_("Data folder: KEXIN_HOME. Database: DATABASE_URL. Language: KEXIN_LANG (zh or en)."),
        context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    )
    @click.version_option(__version__, prog_name="kexin", message="%(prog)s %(version)s")
    @click.option("--debug", is_flag=True, help=_("Show where an unexpected error came from."))
    def kexin(debug: bool) -> None:  # noqa: FBT001 -- a flag of the command line
        pass

    return kexin


def main(arguments: list[str] | None = None) -> None:
    language = words.chosen(os.environ)
    words.speak(language)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kexin.project.settings")
    given = sys.argv[1:] if arguments is None else arguments
    sys.exit(run(given))


def run(arguments: list[str]) -> int:
    """Run one command and turn whatever goes wrong into one sentence and an exit code."""
    debug = "--debug" in arguments
    try:
        outcome = program().main(arguments, prog_name="kexin", standalone_mode=False)
    except click.exceptions.NoArgsIsHelpError as asked:
        click.echo(asked.ctx.get_help() if asked.ctx else "")
        return WRONG_USAGE
    except click.ClickException as wrong:
        wrong.show()
        return wrong.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo(_("Interrupted."), err=True)
        return INTERRUPTED
    except BrokenPipeError:
        # Whoever read our output has gone (`kexin export … | head`): say nothing, and let nothing be flushed to it.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return FAILED
    except Exception as error:
        if debug:
            raise
        return _explain(error)
    return outcome if isinstance(outcome, int) else 0


def _explain(error: Exception) -> int:
    """One sentence on stderr; the details of the unexpected go to the log under a reference number."""
    if "django" in sys.modules:
        from django.db import InterfaceError, OperationalError  # noqa: PLC0415 -- Django may not be needed at all

        from kexin.ground.errors import KexinError  # noqa: PLC0415 -- the same

        if isinstance(error, KexinError):
            click.echo(error.sentence(), err=True)
            return int(getattr(error, "exit_code", FAILED))
        if isinstance(error, OperationalError | InterfaceError):
            reason = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
            click.echo(_("The database cannot be used: {reason}").format(reason=reason), err=True)
            return NO_DATABASE
    import logging  # noqa: PLC0415 -- only when something went wrong
    import secrets  # noqa: PLC0415 -- the same

    reference = secrets.token_hex(4).upper()
    logging.getLogger("kexin.cli").info("unexpected, reference %s", reference, exc_info=error)
    click.echo(
        _("Something unexpected happened ({kind}). Reference {reference}: the details are in the log; --debug shows them here.").format(
            kind=type(error).__name__, reference=reference
        ),
        err=True,
    )
    return UNEXPECTED


def _set_up_django() -> None:
    import django  # noqa: PLC0415 -- takes most of a command's start; `--help` and `--version` need none of it
    from django.apps import apps  # noqa: PLC0415 -- the same

    if not apps.ready:
        django.setup()
    from django.utils import translation  # noqa: PLC0415 -- needs settings

    translation.activate(words.chosen(os.environ))


if __name__ == "__main__":
    main()
