"""What the product says is said in Chinese, in every room, and the compiled catalogues are those of the source."""

from __future__ import annotations

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from tools import messages


@pytest.mark.parametrize("room", messages.rooms(), ids=lambda room: room.name)
def test_room_speaks_chinese(room: messages.Room) -> None:
    assert messages.faults_of(room) == []


def test_rooms_agree() -> None:
    assert messages.disagreements() == []


def test_compiled_form_is_what_gettext_reads(tmp_path: Path) -> None:
    import gettext  # noqa: PLC0415 -- the standard reader, only here

    catalog = Catalog(locale="zh_Hans")
    catalog.add("Open", "打开")
    catalog.add("Open", "待办", context="to-do")
    catalog.add(("%(n)s row", "%(n)s rows"), ("%(n)s 行",))
    catalog.add("Untranslated", "")
    compiled = tmp_path / "django.mo"
    compiled.write_bytes(messages.as_mo(catalog))

    with compiled.open("rb") as file:
        read = gettext.GNUTranslations(file)

    assert read.gettext("Open") == "打开"
    assert read.pgettext("to-do", "Open") == "待办"
    assert read.ngettext("%(n)s row", "%(n)s rows", 3) == "%(n)s 行"
    assert read.gettext("Untranslated") == "Untranslated"
