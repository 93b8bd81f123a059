"""Foreign files are those VENDOR.md names, and each has its licence beside it."""

from __future__ import annotations

from pathlib import Path

from tools import vendor

FOLDER = vendor.FOLDER


def test_vendor_page_is_current() -> None:
    assert (FOLDER / "VENDOR.md").read_text(encoding="utf-8") == vendor.page()


def test_every_foreign_folder_has_its_licence_and_every_file_is_named() -> None:
    named = {(FOLDER / name).resolve() for name, *_rest in vendor.FILES}
    there = {path.resolve() for path in FOLDER.rglob("*.min.*")}

    assert there <= named
    assert all((folder / "LICENSE").is_file() for folder in FOLDER.iterdir() if folder.is_dir())


def test_nothing_is_loaded_from_elsewhere() -> None:
    frame = FOLDER.parent.parent / "templates"
    found = [path.name for path in frame.rglob("*.html") if "//" in path.read_text(encoding="utf-8").replace("http://www.w3.org", "")]

    assert found == []
    assert all("sourceMappingURL" not in Path(path).read_text(encoding="utf-8", errors="ignore")[-200:] for path in FOLDER.rglob("*.min.*"))
