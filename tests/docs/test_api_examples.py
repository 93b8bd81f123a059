"""The curl lines of the how-to run, one after the other, against a server of our own."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from tests.factories.staff import make_administrator
from tests.factories.tokens import make_token

DOCS = Path(__file__).resolve().parents[2] / "docs" / "how-to"
SHELL = re.compile(r"^```sh\n(.*?)^```", flags=re.MULTILINE | re.DOTALL)


def lines(page: str) -> list[str]:
    text = "\n".join(SHELL.findall((DOCS / page).read_text(encoding="utf-8"))).replace("\\\n", " ")
    return [line for line in text.splitlines() if line and not line.startswith(("KEXIN=", "TOKEN="))]


def test_both_languages_give_the_same_lines() -> None:
    assert lines("api.md") == lines("api.zh.md")


@pytest.mark.django_db(transaction=True)
@pytest.mark.skipif(shutil.which("curl") is None, reason="needs curl")
def test_every_line_runs(live_server: Any, tmp_path: Path) -> None:
    token = make_token(make_administrator())
    said = []
    for line in lines("api.md"):
        # Numbers on the page are those of a fresh installation; a sequence goes on counting between tests.
        made = [
            found for answer in said for found in re.findall(r'Location: /api/v1/customers/(\d+)|"id":(\d+),"kind":"customers"', answer)
        ]
        customer = next((a for a, _ in made if a), "1")
        run = next((b for _, b in made if b), "1")
        asked = line.replace("/customers/1", f"/customers/{customer}").replace("/imports/1", f"/imports/{run}")
        done = subprocess.run(
            ["sh", "-c", asked],
            cwd=tmp_path,
            env={**os.environ, "KEXIN": f"{live_server.url}/api/v1", "TOKEN": token, "no_proxy": "*"},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        )
        said.append(done.stdout)

    assert '"role":"administrator"' in said[0]
    assert '"items":[]' in said[1]
    assert "HTTP/1.1 201 Created" in said[3]
    assert 'ETag: "1"' in said[4]
    assert '"region":"浙江 宁波","version":2' in said[5]
    assert '"kind":"call"' in said[6]
    assert "答应周五前回复" in said[7]
    assert '"code":"entries_unreadable"' in said[8]
    assert '"headings":["code","name","phone"]' in said[10]
    assert '"state":"checking"' in said[11]
    assert '"format":"csv","state":"waiting"' in said[12]
