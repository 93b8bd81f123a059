"""The docs say what the product has: every command, announcement and error; and examples in them run."""

from __future__ import annotations

import doctest
import re
from collections import Counter, defaultdict
from pathlib import Path

import pytest
from django.utils import translation
from tools import reference

from kexin.surfaces.cli.export import EXPORTS

DOCS = Path(__file__).resolve().parents[2] / "docs"
FENCE = re.compile(r"^```(?:python|pycon)\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
PAGES = sorted(path for path in DOCS.rglob("*.md") if ">>> " in path.read_text(encoding="utf-8"))
LINK = re.compile(r"\]\(((?!https?:|mailto:|#)[^)#\s]+)(?:#[^)]*)?\)")
TEXTS = sorted(path for path in [*DOCS.rglob("*.md"), *DOCS.parent.glob("*.md")] if "_build" not in path.parts)


def test_reference_pages_are_current() -> None:
    assert reference.stale() == [], "run: python -m tools.reference"


def test_the_columns_of_an_exported_standing_are_those_its_page_names() -> None:
    text = (DOCS / "reference" / "standing.md").read_text(encoding="utf-8")
    sentence = text.partition("`kexin export standing` gives:")[2].partition(".\n")[0]

    assert re.findall(r"`(\w+)`", sentence) == [heading for heading, _path in EXPORTS["standing"].columns]


def test_no_two_errors_share_a_code() -> None:
    assert {code: n for code, n in Counter(one.code for one in reference.errors()).items() if n > 1} == {}


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_error_can_be_said_in_both_languages(language: str) -> None:
    """A bare % in a sentence breaks it only when somebody is told it."""
    with translation.override(language):
        for one in reference.errors():
            assert str(getattr(one, "text", "")) % defaultdict(str), one.code


def test_every_command_explains_itself_and_its_options() -> None:
    silent = []
    for words, command in reference.commands():
        if not command.help:
            silent.append(words)
        silent += [
            f"{words} {option.opts[0]}"
            for option in command.params
            if option.param_type_name == "option" and not getattr(option, "help", None)
        ]
    assert silent == []


def test_examples_run() -> None:
    failed = []
    for page in PAGES:
        text = "\n".join(block for block in FENCE.findall(page.read_text(encoding="utf-8")) if ">>> " in block)
        test = doctest.DocTestParser().get_doctest(text, {}, page.name, str(page), 0)
        results = doctest.DocTestRunner(optionflags=doctest.ELLIPSIS | doctest.NORMALIZE_WHITESPACE).run(test)
        if results.failed or not results.attempted:
            failed.append(page.name)
    assert failed == []


@pytest.mark.parametrize("page", TEXTS, ids=lambda page: page.name)
def test_links_lead_somewhere(page: Path) -> None:
    assert [target for target in LINK.findall(page.read_text(encoding="utf-8")) if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("folder", ["tutorial", "how-to"])
def test_what_users_read_exists_in_both_languages(folder: str) -> None:
    names = {path.name for path in (DOCS / folder).glob("*.md")}
    english = {name.removesuffix(".md") for name in names if not name.endswith(".zh.md")}
    chinese = {name.removesuffix(".zh.md") for name in names if name.endswith(".zh.md")}

    assert english == chinese


def test_decisions_are_numbered_once_and_dated() -> None:
    pages = sorted((DOCS / "decisions").glob("*.md"))
    numbers = Counter(path.name[:4] for path in pages)

    assert {number: n for number, n in numbers.items() if n > 1} == {}
    assert [path.name for path in pages if not re.search(r"\b\d{4}-\d{2}-\d{2}\b", path.read_text(encoding="utf-8"))] == []
