"""Catalogues: what the product says, in Chinese. One small catalogue in each room, beside what it belongs to.

    python -m tools.messages src/kexin/surfaces/web/workbench …   update and compile the catalogues of these rooms
    python -m tools.messages --check                              fail on anything missing or stale, in any room

Sentences in the source are English, so English needs no catalogue. New sentences appear in `locale/zh_Hans/LC_MESSAGES/django.po`
with an empty translation: write it there and run the command again. What the source no longer says disappears.
Nothing but Python is needed: Babel reads, and this module writes the compiled form byte for byte the same everywhere.
"""

from __future__ import annotations

import argparse
import io
import os
import re
import struct
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
SOURCE = ROOT / "src/kexin"
LANGUAGE = "zh_Hans"
KEYWORDS: dict[str, tuple[int | tuple[int, str], ...] | None] = {
    "_": None,
    "gettext": None,
    "gettext_lazy": None,
    "gettext_noop": None,
    "ngettext": (1, 2),
    "ngettext_lazy": (1, 2),
    "pgettext": ((1, "c"), 2),
    "pgettext_lazy": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
    "npgettext_lazy": ((1, "c"), 2, 3),
}
HEADER = (
    f"Language: {LANGUAGE}\n"
    "MIME-Version: 1.0\n"
    "Content-Type: text/plain; charset=utf-8\n"
    "Content-Transfer-Encoding: 8bit\n"
    "Plural-Forms: nplurals=1; plural=0;\n"
)
PLACEHOLDER = re.compile(r"%\(\w+\)[-#0 +]*\d*(?:\.\d+)?[sdifr]|%[sdif]|\{\w*\}")


@dataclass
class Room:
    """One folder with sentences of its own; rooms inside it are not part of it."""

    folder: Path
    inner: list[Path] = field(default_factory=list)

    @property
    def name(self) -> str:
        return str(self.folder.relative_to(SOURCE))

    @property
    def po(self) -> Path:
        return self.folder / "locale" / LANGUAGE / "LC_MESSAGES" / "django.po"

    @property
    def mo(self) -> Path:
        return self.po.with_suffix(".mo")

    def files(self) -> Iterator[Path]:
        for path in sorted(self.folder.rglob("*")):
            if path.suffix not in {".py", ".html", ".txt"} or "migrations" in path.parts or "static" in path.parts:
                continue
            if path.suffix == ".txt" and "templates" not in path.parts:
                continue
            if not any(path.is_relative_to(inner) for inner in self.inner):
                yield path


def rooms() -> list[Room]:
    """Every app, every domain's pages, the commands: a folder two or three levels down that is a package."""
    folders = [path.parent for path in SOURCE.rglob("apps.py")]
    folders += [path.parent for path in (SOURCE / "surfaces/web").glob("*/__init__.py")]
    folders += [
        path
        for path in (SOURCE / "surfaces/cli", SOURCE / "surfaces/portal", SOURCE / "demo", SOURCE / "project", SOURCE / "ground")
        if path.is_dir()
    ]
    found = sorted(set(folders))
    return [Room(folder, [other for other in found if other != folder and other.is_relative_to(folder)]) for folder in found]


def _as_python(path: Path) -> bytes:
    """A template as the Python its sentences would be; indentation is meaningless there, so it goes."""
    from django.utils.translation.template import templatize  # noqa: PLC0415 -- needs settings, which only templates need

    text = templatize(path.read_text(encoding="utf-8"), origin=str(path))
    return "\n".join(line.strip() for line in text.splitlines()).encode()


def said(room: Room) -> Catalog:
    """What the room says now."""
    catalog = Catalog(locale=LANGUAGE, domain="django", fuzzy=False)
    for path in room.files():
        content = path.read_bytes() if path.suffix == ".py" else _as_python(path)
        for _line, message, _comments, context in extract("python", io.BytesIO(content), keywords=KEYWORDS, options={"encoding": "utf-8"}):
            identity = message if isinstance(message, str) else tuple(part for part in message if part is not None)
            if isinstance(identity, tuple) and len(identity) == 1:
                identity = identity[0]
            if identity:
                catalog.add(identity, context=context, locations=[(path.relative_to(room.folder).as_posix(), 0)])
    return catalog


def kept(room: Room) -> Catalog:
    """What the room's catalogue says in Chinese."""
    if not room.po.exists():
        return Catalog(locale=LANGUAGE, domain="django", fuzzy=False)
    with room.po.open("rb") as file:
        return read_po(file, locale=LANGUAGE, domain="django")


def merged(now: Catalog, before: Catalog) -> Catalog:
    for message in _sentences(now):
        old = before.get(message.id, message.context)
        if (
            old is not None
            and old.string
            and _first(old.id) == _first(message.id)
            and isinstance(old.id, str) == isinstance(message.id, str)
        ):
            message.string = old.string
    return now


def _sentences(catalog: Catalog) -> list[Message]:
    return sorted((message for message in catalog if message.id), key=lambda message: (_first(message.id), message.context or ""))


def _first(identity: str | tuple[str, ...] | list[str]) -> str:
    return identity if isinstance(identity, str) else identity[0]


def _strings(message: Message) -> list[str]:
    if not message.string:
        return [""]
    return [message.string] if isinstance(message.string, str) else list(message.string)


def as_po(catalog: Catalog) -> bytes:
    buffer = io.BytesIO()
    write_po(buffer, catalog, omit_header=True, sort_output=True, include_lineno=False, width=120)
    header = "".join(f'"{line}\\n"\n' for line in HEADER.splitlines())
    return f'msgid ""\nmsgstr ""\n{header}\n'.encode() + buffer.getvalue().strip() + b"\n"


def as_mo(catalog: Catalog) -> bytes:
    """The compiled form (GNU gettext's MO), without dates, names or versions: the same bytes on every machine."""
    entries: dict[bytes, bytes] = {b"": HEADER.encode()}
    for message in _sentences(catalog):
        strings = _strings(message)
        if not all(strings):
            continue
        key = "\0".join([message.id] if isinstance(message.id, str) else list(message.id))
        entries[(f"{message.context}\x04{key}" if message.context else key).encode()] = "\0".join(strings).encode()
    keys = sorted(entries)
    start = 28 + 16 * len(keys)
    offsets, ids, strings_ = [], b"", b""
    for name in keys:
        offsets.append((len(name), len(ids), len(entries[name]), len(strings_)))
        ids += name + b"\0"
        strings_ += entries[name] + b"\0"
    table = b"".join(struct.pack("<II", length, start + at) for length, at, _l, _a in offsets)
    table += b"".join(struct.pack("<II", length, start + len(ids) + at) for _l, _a, length, at in offsets)
    return struct.pack("<7I", 0x950412DE, 0, len(keys), 28, 28 + 8 * len(keys), 0, 0) + table + ids + strings_


def faults_of(room: Room) -> list[str]:
    """What is wrong with one room's catalogue, one line each."""
    now, before = said(room), kept(room)
    faults = []
    for message in _sentences(merged(now, before)):
        place = f"{room.name} ({', '.join(name for name, _line in message.locations[:2])})"
        if not all(_strings(message)):
            faults.append(f"{place}: no Chinese for {_first(message.id)!r}")
            continue
        wanted = sorted(set(PLACEHOLDER.findall(_first(message.id) if isinstance(message.id, str) else message.id[1])))
        for string in _strings(message):
            given = sorted(set(PLACEHOLDER.findall(string)))
            if given != wanted:
                faults.append(f"{place}: {_first(message.id)!r} takes {wanted}, its translation {given}")
    if _sentences(now):
        if not room.po.exists() or room.po.read_bytes() != as_po(now):
            faults.append(
                f"{room.name}: the catalogue is not what the source says; run python -m tools.messages {room.folder.relative_to(ROOT)}"
            )
        if not room.mo.exists() or room.mo.read_bytes() != as_mo(now):
            faults.append(f"{room.name}: the compiled catalogue is stale; run python -m tools.messages {room.folder.relative_to(ROOT)}")
    elif room.po.exists():
        faults.append(f"{room.name}: says nothing any more; delete its locale folder")
    return faults


def disagreements() -> list[str]:
    """One sentence with two translations: catalogues are merged when they are read, so only one would be seen."""
    seen: dict[tuple[str, str], dict[str, str]] = {}
    for room in rooms():
        for message in _sentences(kept(room)):
            if all(_strings(message)):
                seen.setdefault((_first(message.id), message.context or ""), {})[room.name] = _strings(message)[0]
    return [
        f"{identity!r} is translated differently: {translations}; agree, or tell them apart with a context"
        for (identity, _context), translations in sorted(seen.items())
        if len(set(translations.values())) > 1
    ]


def update(room: Room) -> str:
    catalog = merged(said(room), kept(room))
    sentences = _sentences(catalog)
    if not sentences:
        return f"{room.name}: nothing to say"
    room.po.parent.mkdir(parents=True, exist_ok=True)
    room.po.write_bytes(as_po(catalog))
    room.mo.write_bytes(as_mo(catalog))
    missing = [_first(message.id) for message in sentences if not all(_strings(message))]
    lines = [f"{room.name}: {len(sentences)} sentences, {len(missing)} without Chinese", *(f"    {text}" for text in missing)]
    return "\n".join(lines)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m tools.messages", description=(__doc__ or "").splitlines()[0])
    parser.add_argument("rooms", nargs="*", type=Path, help="folders whose catalogues to update; without any, with --check, all")
    parser.add_argument(
        "--check", action="store_true", help="change nothing; fail on missing translations, stale files, other placeholders"
    )
    parser.add_argument("--all", action="store_true", help="update every room")
    given = parser.parse_args(arguments)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "kexin.project.settings")
    known = rooms()
    wanted = {path.resolve() for path in given.rooms}
    chosen = [room for room in known if not wanted or room.folder in wanted]
    unknown = wanted - {room.folder for room in known}
    if unknown or not (wanted or given.check or given.all):
        parser.error(f"not a room: {', '.join(map(str, sorted(unknown)))}" if unknown else "name the rooms to update, or --all, or --check")
    if given.check:
        faults = [fault for room in chosen for fault in faults_of(room)] + (disagreements() if not wanted else [])
        sys.stdout.write("".join(f"{fault}\n" for fault in faults) or "Every sentence has its Chinese, every catalogue is current.\n")
        return 1 if faults else 0
    for room in chosen:
        sys.stdout.write(update(room) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
