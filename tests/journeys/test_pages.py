"""Every page, in both languages, light and dark, wide and on a phone: nothing for axe to find, nothing in the console."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.journeys.conftest import PHONE, WIDE, Visitor
from tests.journeys.pages import OPEN_PAGES, PAGES, STATUS


def _name(path: str, language: str, look: str) -> str:
    return f"{language}-{look}-" + (path.strip("/").replace("/", "-").replace("?", "_").replace("{", "").replace("}", "") or "workbench")


def _look_at(here: Visitor, path: str, language: str) -> list[str]:
    faults = []
    status = here.open(path)
    if status != STATUS.get(path, 200):
        return [f"answers {status}"]
    for look, size in (("1440", WIDE), ("390", PHONE)):
        here.page.set_viewport_size(size)  # type: ignore[arg-type]
        for theme in ("light", "dark"):
            here.theme(theme)
            here.screenshot(_name(path, language, f"{look}-{theme}"))
            # The theme changes colours and nothing else, so by dark only they are measured.
            faults += [f"{look} {theme}: {fault}" for fault in (here.axe() if theme == "light" else here.axe("color-contrast"))]
        if here.scrolls_sideways() > 0:
            faults.append(f"{look}: {here.scrolls_sideways()} px wider than the window")
    return faults + here.complaints


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", PAGES)
def test_page_is_sound(looker: Callable[[str | None, str], Visitor], path: str, language: str) -> None:
    faults = _look_at(looker("boss", language), path, language)

    assert not faults, "\n".join(faults)


@pytest.mark.parametrize("language", ["zh-hans", "en"])
@pytest.mark.parametrize("path", OPEN_PAGES)
def test_open_page_is_sound(looker: Callable[[str | None, str], Visitor], path: str, language: str) -> None:
    faults = _look_at(looker(None, language), path, language)

    assert not faults, "\n".join(faults)
