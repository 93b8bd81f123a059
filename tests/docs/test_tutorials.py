"""The commands of a tutorial run as they stand on its page, one after the other."""

from __future__ import annotations

import gzip
import os
import re
import shlex
import subprocess
import sys
from itertools import islice
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
PAGES = (ROOT / "docs" / "tutorial" / "online-retail.md", ROOT / "docs" / "tutorial" / "online-retail.zh.md")
SHELL = re.compile(r"^```sh\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)
ROWS = 2_000  # of the real file: enough for every kind of row, and quick


def commands(page: Path) -> list[list[str]]:
    lines = "\n".join(SHELL.findall(page.read_text(encoding="utf-8"))).splitlines()
    return [shlex.split(line)[1:] for line in lines if line.startswith("kexin ") and line != "kexin serve"]


def test_both_languages_give_the_same_commands() -> None:
    assert commands(PAGES[0]) == commands(PAGES[1])
    assert len(commands(PAGES[0])) >= 5  # setup, a dry run, two imports, an assessment


@pytest.mark.slow
@pytest.mark.sqlite
def test_three_months_of_a_real_wholesaler(tmp_path: Path) -> None:
    (name,) = {word for words in commands(PAGES[0]) for word in words if word.endswith(".csv.gz")}
    place = tmp_path / name
    place.parent.mkdir(parents=True)
    with gzip.open(ROOT / name, "rb") as whole, gzip.open(place, "wb") as beginning:
        beginning.writelines(islice(whole, ROWS + 1))
    environment = {word: value for word, value in os.environ.items() if not word.startswith(("KEXIN_", "DATABASE_URL", "DJANGO_"))}
    environment |= {"KEXIN_HOME": str(tmp_path / "home"), "KEXIN_LANG": "en", "PYTHONPATH": str(ROOT / "src")}

    said: list[str] = []
    for words in commands(PAGES[0]):
        done = subprocess.run(
            [sys.executable, "-m", "kexin.surfaces.cli.main", *words, *(["--generate"] if words == ["setup"] else [])],  # nobody types
            cwd=tmp_path,
            env=environment,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            check=False,
            timeout=300,
        )
        assert done.returncode == 0, (words, done.stdout, done.stderr)
        said.append(done.stdout)

    tries = [re.search(r"([\d,]+)\s+added\s+([\d,]+)\s+changed\s+([\d,]+)\s+unchanged\s+([\d,]+)\s+refused", text) for text in said[1:4]]
    assert [found.groups() if found else None for found in tries] == [
        ("2,000", "0", "0", "0"),
        ("2,000", "0", "0", "0"),
        ("0", "0", "2,000", "0"),
    ]
