"""The language of commands, chosen from the environment before anything heavy is imported.

Commands speak through the standard library's gettext here, and Django's after it was set up; both read one catalogue.
"""

from __future__ import annotations

import gettext as stdlib
import os
from collections.abc import Mapping
from pathlib import Path

DOMAIN = "django"
LOCALE = Path(__file__).parent / "locale"
CHINESE, ENGLISH = "zh-hans", "en"
FOLDERS = {CHINESE: "zh_Hans", ENGLISH: "en"}


def chosen(environ: Mapping[str, str]) -> str:
    """KEXIN_LANG, else the terminal's language: Chinese for Chinese and where none is set, English for all others."""
    for name in ("KEXIN_LANG", "LC_ALL", "LC_MESSAGES", "LANG"):
        value = environ.get(name, "").lower().replace("_", "-").partition(".")[0]
        if value in {"", "c", "posix"}:
            continue
        return CHINESE if value.startswith("zh") else ENGLISH
    return CHINESE


def speak(language: str) -> None:
    """Let this process, and click with its own words, speak that language."""
    os.environ["LANGUAGE"] = FOLDERS[language]
    stdlib.bindtextdomain(DOMAIN, str(LOCALE))
    stdlib.textdomain(DOMAIN)


def gettext(text: str) -> str:
    return stdlib.dgettext(DOMAIN, text)


def ngettext(one: str, many: str, number: int) -> str:
    return stdlib.dngettext(DOMAIN, one, many, number)


def marked(text: str) -> str:
    """Mark a text for the catalogue; it is translated when it is shown."""
    return text


# Click's own words, so that its help and complaints are in the catalogue too. Kept as click writes them.
CLICK = tuple(
    marked(text)
    for text in (
        "Usage:",
        "Options",
        "Commands",
        "Show this message and exit.",
        "Show the version and exit.",
        "%(prog)s, version %(version)s",
        "Error: {message}",
        "Aborted!",
        "Try '{command} {option}' for help.",
        "Missing argument",
        "Missing option",
        "Missing parameter",
        "Missing command.",
        "Missing argument {param_name}.",
        "Got unexpected extra argument ({args})",
        "Got unexpected extra arguments ({args})",
        "No such command {name!r}.",
        "No such option: {name}",
        "Option {name!r} requires an argument.",
        "Invalid value: {message}",
        "Invalid value for {param_hint}: {message}",
        "required",
        "default: {default}",
        "{value!r} is not a valid {number_type}.",
        "{value!r} is not one of {choices}.",
        "{value} is not in the range {range}.",
        "{name} {filename!r} does not exist.",
        "{name} {filename!r} is a directory.",
        "{name} {filename!r} is a file.",
        "file",
        "path",
        "directory",
    )
)
