"""Looking for values in stored files, whatever they are packed in: text in the encodings people's files have, gzip, workbooks."""

from __future__ import annotations

import gzip
import zipfile
import zlib
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import IO, Any
from urllib.parse import quote
from xml.sax.saxutils import escape

ENCODINGS = ("utf-8", "gb18030", "utf-16-le", "utf-16-be")
CHUNK = 4 * 1024 * 1024
SHORTEST_LATIN, SHORTEST_CHINESE = 5, 2
GONE = "•"
Beat = Callable[[], None]


def distinctive(values: Iterable[str]) -> list[str]:
    """The values one can look for: a single syllable or "Li" would be found everywhere and say nothing."""
    return sorted(
        {value for value in values if len(value) >= (SHORTEST_LATIN if value.isascii() else SHORTEST_CHINESE)}, key=len, reverse=True
    )


def without(told: Any, values: Sequence[str]) -> Any:
    """The same data with a dot in the place of each text that mentions one of the values."""
    if isinstance(told, str):
        return GONE if any(value in told or quote(value) in told for value in values) else told
    if isinstance(told, list):
        return [without(one, values) for one in told]
    if isinstance(told, dict):
        return {without(name, values): without(one, values) for name, one in told.items()}
    return told


def needles(values: Iterable[str]) -> list[bytes]:
    """Each value as its bytes stand in a file."""
    found: set[bytes] = set()
    for value in values:
        for encoding in ENCODINGS:
            found.add(value.encode(encoding))
        found.add(escape(value).encode())
    return sorted(found)


def mentions(path: Path, looked_for: Sequence[bytes], beat: Beat = lambda: None) -> bool:
    """Whether a file holds one of the values. One that cannot be unpacked is looked at as it lies there."""
    if not looked_for:
        return False
    with path.open("rb") as file:
        head = file.read(4)
        file.seek(0)
        try:
            if head[:2] == b"\x1f\x8b":
                with gzip.open(file) as unpacked:
                    return _within(unpacked, looked_for, beat)
            if head == b"PK\x03\x04":
                with zipfile.ZipFile(file) as archive:
                    return any(_member(archive, name, looked_for, beat) for name in archive.namelist())
        except (OSError, EOFError, zlib.error, zipfile.BadZipFile, RuntimeError, NotImplementedError):
            file.seek(0)
        return _within(file, looked_for, beat)


def overwrite(path: Path, looked_for: Sequence[bytes]) -> int:
    """Put stars over the values in a file others append to: its length and their places stay as they are. How many."""
    found = 0
    with path.open("r+b") as file:
        content = file.read()
        for needle in looked_for:
            at = content.find(needle)
            while at >= 0:
                file.seek(at)
                file.write(b"*" * len(needle))
                found += 1
                at = content.find(needle, at + len(needle))
    return found


def _member(archive: zipfile.ZipFile, name: str, looked_for: Sequence[bytes], beat: Beat) -> bool:
    if any(needle in name.encode() for needle in looked_for):
        return True
    with archive.open(name) as member:
        return _within(member, looked_for, beat)


def _within(stream: IO[bytes] | gzip.GzipFile, looked_for: Sequence[bytes], beat: Beat) -> bool:
    overlap = max(map(len, looked_for)) - 1
    tail = b""
    while chunk := stream.read(CHUNK):
        piece = tail + chunk
        if any(needle in piece for needle in looked_for):
            return True
        tail = piece[-overlap:] if overlap else b""
        beat()
    return False
