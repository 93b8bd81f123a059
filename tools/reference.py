"""Writes the reference pages that the code already knows: commands, announcements, errors, operations of the API, assistants' tools.

python -m tools.reference           write docs/reference/{commands,announcements,errors,api,tools}*.md
python -m tools.reference --check   say which of them are not current
"""

from __future__ import annotations

import importlib
import inspect
import json
import os
import pkgutil
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import click

from kexin.surfaces.cli import words

DOCS = Path(__file__).resolve().parent.parent / "docs" / "reference"
LANGUAGES = {"": "en", ".zh": "zh-hans"}
WORDS = {
    "en": {
        "commands": "Commands",
        "commands_text": "Written from the commands' own `--help` by `python -m tools.reference`.",
        "announcements": "Announcements",
        "announcements_text": (
            "What happened, told to whoever listens: a row of the transaction in which it happened, heard at least once. "
            "Written from the code by `python -m tools.reference`."
        ),
        "errors": "Errors",
        "errors_text": (
            "What people are told when something cannot be done. `code` is the same on pages, in commands and for programs. "
            "Written from the code by `python -m tools.reference`."
        ),
        "tools": "Tools for assistants",
        "tools_text": (
            "What `kexin mcp` offers, and the operation of the [API](api.md) behind each. [How to use it](../how-to/assistants-mcp.md). "
            "Written from the code by `python -m tools.reference`."
        ),
        "tool": "tool",
        "what": "what it is for",
        "takes": "asks for",
        "operation": "operation",
        "scope": "scope",
        "writes": "writes",
        "code": "code",
        "sentence": "what it says",
        "name": "name",
        "payload": "payload",
        "meaning": "meaning",
    },
    "zh-hans": {
        "commands": "命令",
        "commands_text": "由 `python -m tools.reference` 从各命令自己的 `--help` 写出。",
        "announcements": "通告",
        "announcements_text": "发生了什么，说给关心的部分听：与事情本身同在一个事务里，至少送达一次。由 `python -m tools.reference` 写出。",
        "errors": "错误",
        "errors_text": "办不到的时候对人说的话。`code` 在页面、命令和程序接口里都一样。由 `python -m tools.reference` 从代码写出。",
        "tools": "供助手使用的工具",
        "tools_text": (
            "`kexin mcp` 提供的工具，以及每个工具背后的[接口](api.md)操作。[怎么用](../how-to/assistants-mcp.zh.md)。"
            "由 `python -m tools.reference` 从代码写出。"
        ),
        "tool": "工具",
        "what": "做什么用",
        "takes": "需要",
        "operation": "操作",
        "scope": "权限",
        "writes": "会写入",
        "code": "代码",
        "sentence": "怎么说",
        "name": "名称",
        "payload": "内容",
        "meaning": "意思",
    },
}


def _modules(last: str) -> Iterator[ModuleType]:
    """Every `errors` or `announcements` module (or package) of the product, in the order of the house."""
    import kexin  # noqa: PLC0415 -- needs the settings, which `main` prepares

    for found in pkgutil.walk_packages(kexin.__path__, "kexin."):
        if found.name.split(".")[-1] == last and ".migrations." not in found.name:
            yield importlib.import_module(found.name)


def commands() -> Iterator[tuple[str, click.Command]]:
    """Every command with the words that call it, groups before their members."""
    from kexin.surfaces.cli.main import program  # noqa: PLC0415 -- needs the settings, which `main` prepares

    def walk(called: str, command: click.Command) -> Iterator[tuple[str, click.Command]]:
        yield called, command
        if isinstance(command, click.Group):
            context = click.Context(command)
            for name in command.list_commands(context):
                member = command.get_command(context, name)
                if member is not None and not member.hidden:
                    yield from walk(f"{called} {name}", member)

    yield from walk("kexin", program())


def errors() -> list[type[Any]]:
    """Every error a person can be told, sorted by code."""
    from kexin.ground.errors import KexinError  # noqa: PLC0415 -- needs the settings, which `main` prepares

    list(_modules("errors"))
    found: list[type[KexinError]] = []

    def walk(kind: type[KexinError]) -> None:
        for one in kind.__subclasses__():
            if one.__module__.startswith("kexin.") and "code" in vars(one) and one not in found:
                found.append(one)
            walk(one)

    walk(KexinError)
    return sorted(found, key=lambda one: one.code)


def announcements() -> dict[str, type]:
    """Every announcement by its name."""
    from kexin.ground.jobs import announcements as room  # noqa: PLC0415 -- needs the settings, which `main` prepares

    list(_modules("announcements"))
    return dict(sorted(room.EVENTS.items()))


def _page(title: str, text: str, parts: list[str]) -> str:
    return "\n".join([f"# {title}", "", text, "", *parts]).rstrip() + "\n"


def _commands_page(said: dict[str, str]) -> str:
    parts = []
    for name, command in commands():
        with click.Context(command, info_name=name, terminal_width=100, max_content_width=100) as context:
            parts += [f"## {name}", "", "```text", command.get_help(context).rstrip(), "```", ""]
    return _page(said["commands"], said["commands_text"], parts)


def _cell(text: object) -> str:
    return re.sub(r"\s+", " ", str(text)).replace("|", "\\|").strip()


def _sentence_of(error: type[Any]) -> str:
    """The sentence in the language spoken now. Commands keep theirs in `sentence`, since they may speak before Django is set up."""
    if "sentence" not in vars(error):
        return str(error.text)
    return " / ".join(words.gettext(found) for found in re.findall(r'_\(\s*"((?:[^"\\]|\\.)*)"', inspect.getsource(error)))


def _errors_page(said: dict[str, str]) -> str:
    rows = [f"| `{one.code}` | {_cell(_sentence_of(one))} |" for one in errors()]
    return _page(said["errors"], said["errors_text"], [f"| {said['code']} | {said['sentence']} |", "| --- | --- |", *rows])


def _announcements_page(said: dict[str, str]) -> str:
    rows = []
    for name, kind in announcements().items():
        payload = ", ".join(f"`{field}`" for field in inspect.signature(kind).parameters)
        text = (inspect.getdoc(kind) or "").split("\n\n")[0]
        # A dataclass without a docstring of its own carries its signature as one.
        rows.append(f"| `{name}` | {payload} | {_cell('' if text.startswith(kind.__name__ + '(') else text)} |")
    head = [f"| {said['name']} | {said['payload']} | {said['meaning']} |", "| --- | --- | --- |"]
    return _page(said["announcements"], said["announcements_text"], [*head, *rows])


def _api_page() -> str:
    """The API in English, as its document is."""
    from kexin.surfaces.api.contract.document import ABOUT, document, groups  # noqa: PLC0415 -- needs Django

    parts = ["The document for programs is served at `/api/v1/openapi.json`, this list as a page at `/api/v1/reference`.", ""]
    parts += ["[How to use it](../how-to/api.md) · [who may call what](permissions.md) · [what it says when it refuses](errors.md)", ""]
    for name, operations in groups(document()):
        parts += [f"## {name}", "", "| operation | what it does | permission | scope | gives |", "| --- | --- | --- | --- | --- |"]
        parts += [
            f"| `{one['method']} {one['path']}` | {_cell(one['summary'])} | {one['permission'] or '–'} | {one['scope'] or '–'} "
            f"| {one['gives'].status} |"
            for one in operations
        ]
        parts += [""]
        for one in operations:
            names = [f"`{parameter['name']}`" for parameter in one["parameters"] if parameter["in"] != "path"]
            if not (one["body_text"] or one["gives_text"]):
                continue
            parts += [f"### {one['method']} {one['path']}", "", f"{one['summary']}.", ""]
            parts += [f"Takes {', '.join(names)}.", ""] if names else []
            parts += ["```json", one["body_text"], "```", ""] if one["body_text"] else []
            parts += [f"Gives {one['gives'].status}:", "", "```json", one["gives_text"], "```", ""] if one["gives_text"] else []
    return _page("API", ABOUT, parts)


def _tools_page(said: dict[str, str]) -> str:
    from kexin.surfaces.assistants import offer  # noqa: PLC0415 -- needs Django
    from kexin.surfaces.assistants.tools import TOOLS  # noqa: PLC0415 -- the same

    heads = [said[name] for name in ("tool", "what", "takes", "operation", "scope", "writes")]
    rows = [f"| {' | '.join(heads)} |", f"|{' --- |' * len(heads)}"]
    for tool in TOOLS:
        operation, schema = offer.operations()[tool.operation], offer.input_schema(tool)
        takes = ", ".join(f"**`{name}`**" if name in schema["required"] else f"`{name}`" for name in schema["properties"])
        asked = f"`{operation.method} /api/v1{operation.path}`"
        rows.append(
            f"| `{tool.name}` | {tool.title} · {_cell(str(tool.about))} | {takes or '–'} | {asked} | {operation.scope or '–'} "
            f"| {'✓' if operation.writes else '–'} |"
        )
    return _page(said["tools"], said["tools_text"], rows)


def _pages_in(language: str) -> dict[str, str]:
    """The pages in the language this process speaks. Commands take theirs when they are imported: one process a language."""
    said = WORDS[language]
    ending = next(ending for ending, known in LANGUAGES.items() if known == language)
    written = {
        f"commands{ending}.md": _commands_page(said),
        f"errors{ending}.md": _errors_page(said),
        f"tools{ending}.md": _tools_page(said),
    }
    if language == "en":  # for developers
        written["announcements.md"] = _announcements_page(said)
        written["api.md"] = _api_page()
    return written


def pages() -> dict[Path, str]:
    """What each reference page should say."""
    written: dict[Path, str] = {}
    for language in LANGUAGES.values():
        with tempfile.TemporaryDirectory() as folder:
            surroundings = {name: value for name, value in os.environ.items() if not name.startswith("KEXIN_")}
            surroundings |= {"KEXIN_HOME": folder, "KEXIN_LANG": language, "DJANGO_SETTINGS_MODULE": "kexin.project.settings"}
            command = [sys.executable, "-m", "tools.reference", "--pages-in", language]
            done = subprocess.run(command, cwd=DOCS.parent.parent, env=surroundings, capture_output=True, text=True, check=False)
            if done.returncode:
                raise RuntimeError(done.stderr)
            written |= {DOCS / name: text for name, text in json.loads(done.stdout).items()}
    return written


def stale() -> list[str]:
    """The pages that do not say what the code says."""
    return [path.name for path, text in pages().items() if not path.exists() or path.read_text(encoding="utf-8") != text]


def main() -> None:
    if "--pages-in" in sys.argv:
        language = sys.argv[-1]
        words.speak(language)
        import django  # noqa: PLC0415 -- after the language is chosen

        django.setup()
        from django.utils import translation  # noqa: PLC0415 -- needs settings

        translation.activate(language)
        json.dump(_pages_in(language), sys.stdout)
    elif "--check" in sys.argv:
        found = stale()
        if found:
            sys.exit(f"not current: {', '.join(found)}; run python -m tools.reference")
    else:
        for path, text in pages().items():
            path.write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
