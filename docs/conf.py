"""The documentation site. A page `x.md` is English, `x.zh.md` the same page in Chinese."""

from __future__ import annotations

import re
from pathlib import Path

from sphinx.application import Sphinx

project = "Kexin 客心"
author = "The Kexin developers"
copyright = "2026, The Kexin developers"  # noqa: A001 -- Sphinx reads this name
extensions = ["myst_parser"]
source_suffix = {".md": "markdown"}
exclude_patterns = ["_build"]
html_theme = "furo"
html_title = "Kexin 客心"
html_show_sphinx = False
html_copy_source = False
language = "zh_CN"
html_search_language = "zh"
myst_heading_anchors = 4
myst_enable_extensions = ["colon_fence", "deflist", "fieldlist"]
# Titles repeat between the two languages and between pages: anchors are made per page. Sketches of code leave out with "…".
suppress_warnings = ["myst.header", "misc.highlighting_failure"]

LISTING = re.compile(r"^<!-- pages: (?P<folder>[a-z-]+) (?P<language>en|zh)(?: first: (?P<first>[a-z0-9, -]+))? -->$", flags=re.MULTILINE)


def _listing(match: re.Match[str]) -> str:
    """The pages of one folder in one language, or in English where no Chinese one is written."""
    folder = Path(__file__).parent / match["folder"]
    stems = {path.name.removesuffix(".md").removesuffix(".zh") for path in folder.glob("*.md")}
    chinese = {path.name.removesuffix(".zh.md") for path in folder.glob("*.zh.md")}
    english = {path.stem for path in folder.glob("*.md") if not path.name.endswith(".zh.md")}
    chosen = stems & english if match["language"] == "en" else stems & chinese
    first = [name.strip() for name in (match["first"] or "").split(",") if name.strip() in chosen]
    names = first + sorted(chosen - set(first))
    ending = ".zh" if match["language"] == "zh" else ""
    return "\n".join(["```{toctree}", ":maxdepth: 1", "", *(f"{match['folder']}/{name}{ending}" for name in names), "```"])


def _fill_listings(_app: Sphinx, docname: str, source: list[str]) -> None:
    if docname.rsplit("/", maxsplit=1)[-1].startswith("index"):
        source[0] = LISTING.sub(_listing, source[0])


def _always_index(_app: Sphinx, _env: object, _added: set[str], _changed: set[str], _removed: set[str]) -> list[str]:
    """The index lists what lies in the folders, so a new page changes it although its own text stays."""
    return ["index"]


def setup(app: Sphinx) -> None:
    app.connect("env-get-outdated", _always_index)
    app.connect("source-read", _fill_listings)
