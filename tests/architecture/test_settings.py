"""Every environment variable the product reads is described to the administrator, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
READ = re.compile(r"""["'](KEXIN_[A-Z_]+|DATABASE_URL|REDIS_URL)["']""")
# Handed from one of our processes to another; nobody sets them.
INTERNAL = {"KEXIN_SUPERVISOR"}


def _read() -> set[str]:
    return {name for path in (ROOT / "src").rglob("*.py") for name in READ.findall(path.read_text(encoding="utf-8"))} - INTERNAL


def test_every_setting_is_documented() -> None:
    for page in ("settings.md", "settings.zh.md"):
        text = (ROOT / "docs" / "reference" / page).read_text(encoding="utf-8")
        assert {name for name in _read() if f"`{name}`" not in text} == set(), page


def test_every_documented_setting_is_read() -> None:
    text = (ROOT / "docs" / "reference" / "settings.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([A-Z_]+)`", text, flags=re.MULTILINE))

    assert named - _read() == set()
