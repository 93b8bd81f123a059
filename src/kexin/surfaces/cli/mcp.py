"""`kexin mcp`: tools for assistants over the Model Context Protocol."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import click

from kexin.surfaces.cli.words import gettext as _

VARIABLE = "KEXIN_MCP_TOKEN"


@click.command(
    "mcp",
    help=_(
        "Let an assistant look up customers and note what happened, over the Model Context Protocol.\n\n"
        "It speaks over standard input and output; an assistant's program starts it. The token stands in KEXIN_MCP_TOKEN or in a file, "
        "never on the command line, where every user of the machine could read it. It may do what its token may."
    ),
)
@click.option("--token-file", type=click.Path(exists=True, dir_okay=False, path_type=Path), help=_("File whose first line is the token."))
@click.option("--language", type=click.Choice(["zh-hans", "en"]), default=None, help=_("Language of the answers, if not the person's own."))
@click.option("--http", "listen", default="", metavar="HOST:PORT", help=_("Serve over HTTP instead; each request brings its own token."))
@click.option("--host", "hosts", multiple=True, help=_("With --http: a name it is reached by. May be given several times."))
def mcp(*, token_file: Path | None, language: str | None, listen: str, hosts: tuple[str, ...]) -> None:
    try:
        from kexin.surfaces.assistants import serving  # noqa: PLC0415 -- after Django was set up
    except ModuleNotFoundError as missing:
        raise click.ClickException(_("Assistants need one more package: pip install 'kexin[mcp]'")) from missing

    if listen:
        host, _colon, port = listen.rpartition(":")
        if not host or not port.isdecimal() or not 0 < int(port) < 65536:  # noqa: PLR2004 -- ports
            raise click.UsageError(_("Write --http as HOST:PORT, such as 127.0.0.1:8766."))
        serving.over_http(host=host.strip("[]"), port=int(port), language=language or "", hosts=list(hosts))
        return
    door = _door(serving, token_file, language or "")
    serving.over_stdio(door)


def _door(serving: Any, token_file: Path | None, language: str) -> Any:
    """The door this token opens, tried once: a wrong one is told at the start and not at the first question."""
    token = os.environ.pop(VARIABLE, "")
    if token_file is not None:
        token = (token_file.read_text(encoding="utf-8").strip().splitlines() or [""])[0]
    if not token.strip():
        raise click.UsageError(_("No token. Make one with “kexin token new” and put it into {name} or a file.").format(name=VARIABLE))
    door = serving.Door(token.strip(), language)
    me = door.ask("GET", "/me")
    if not me.is_done:
        raise click.ClickException(me.data["message"])
    return door


commands = [mcp]
