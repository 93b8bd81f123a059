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


def gettext_noop(text: str) -> str:
    """Mark a text for the catalogue; it is translated when it is shown."""
    return text


# Click's own words, so that its help and complaints are in the catalogue too. Kept as click writes them.
CLICK = (
    gettext_noop("Usage:"),
    gettext_noop("Options"),
    gettext_noop("Commands"),
    gettext_noop("Show this message and exit."),
    gettext_noop("Show the version and exit."),
    gettext_noop("%(prog)s, version %(version)s"),
    gettext_noop("Error: {message}"),
    gettext_noop("Aborted!"),
    gettext_noop("Try '{command} {option}' for help."),
    gettext_noop("Missing argument"),
    gettext_noop("Missing option"),
    gettext_noop("Missing parameter"),
    gettext_noop("Missing command."),
    gettext_noop("Missing argument {param_name}."),
    gettext_noop("Got unexpected extra argument ({args})"),
    gettext_noop("Got unexpected extra arguments ({args})"),
    gettext_noop("No such command {name!r}."),
    gettext_noop("No such option: {name}"),
    gettext_noop("Option {name!r} requires an argument."),
    gettext_noop("Invalid value: {message}"),
    gettext_noop("Invalid value for {param_hint}: {message}"),
    gettext_noop("required"),
    gettext_noop("default: {default}"),
    gettext_noop("{value!r} is not a valid {number_type}."),
    gettext_noop("{value!r} is not one of {choices}."),
    gettext_noop("{value} is not in the range {range}."),
    gettext_noop("{name} {filename!r} does not exist."),
    gettext_noop("{name} {filename!r} is a directory."),
    gettext_noop("{name} {filename!r} is a file."),
    gettext_noop("file"),
    gettext_noop("path"),
    gettext_noop("directory"),
)
