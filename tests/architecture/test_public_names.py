"""What a package offers by `__all__` exists, is sorted, and is all there is to import."""

from __future__ import annotations

import importlib
import pkgutil
import re
from pathlib import Path

import pytest

SOURCE = Path(__file__).resolve().parents[2] / "src"
LISTED = sorted(
    ".".join(path.relative_to(SOURCE).with_suffix("").parts).removesuffix(".__init__")
    for path in SOURCE.rglob("*.py")
    if re.search(r"^__all__\b", path.read_text(encoding="utf-8"), flags=re.MULTILINE)
)


@pytest.mark.parametrize("name", LISTED)
def test_public_names_exist_and_are_sorted(name: str) -> None:
    module = importlib.import_module(name)

    assert list(module.__all__) == sorted(module.__all__)
    modules = {found.name for found in pkgutil.iter_modules(getattr(module, "__path__", []))}  # offered unimported: read when asked for
    assert [public for public in module.__all__ if public not in modules and not hasattr(module, public)] == []


def test_the_measures_list_what_they_offer() -> None:
    measures = importlib.import_module("kexin.measures")

    assert measures.__all__
