"""What a file is, by its first bytes; what it may be called. Pure."""

from __future__ import annotations

import re
import unicodedata

SNIFFED = 4096  # bytes looked at
PLAIN, CSV, BINARY, ZIP = "text/plain", "text/csv", "application/octet-stream", "application/zip"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"

MAGIC: tuple[tuple[bytes, str], ...] = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"\x1f\x8b", "application/gzip"),
    (b"\x28\xb5\x2f\xfd", "application/zstd"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "application/vnd.ms-office"),  # XLS, DOC, MSG
    (b"PAR1", "application/vnd.apache.parquet"),
    (b"PK\x03\x04", ZIP),
    (b"PK\x05\x06", ZIP),  # an empty archive
)

# A ZIP is what its members say: the first folder that is there names it.
INSIDE_ZIP: tuple[tuple[str, str], ...] = (
    ("xl/", XLSX),
    ("word/", "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
    ("ppt/", "application/vnd.openxmlformats-officedocument.presentationml.presentation"),
)

_TEXT_CONTROLS = frozenset(b"\t\n\r\f\x1b")
_UNSAFE = re.compile(r'[\\/:*?"<>|]')


def media_type(head: bytes, *, name: str = "", members: tuple[str, ...] = ()) -> str:
    """What the bytes say. The name decides only between the kinds of plain text, which bytes cannot tell apart."""
    for magic, found in MAGIC:
        if head.startswith(magic):
            return _inside(members) if found == ZIP else found
    if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
        return "image/webp"
    if _is_text(head):
        return CSV if name.lower().endswith((".csv", ".tsv", ".txt")) else PLAIN
    return BINARY


def _inside(members: tuple[str, ...]) -> str:
    if "[Content_Types].xml" in members:
        for folder, found in INSIDE_ZIP:
            if any(member.startswith(folder) for member in members):
                return found
    return ZIP


def _is_text(head: bytes) -> bool:
    if head.startswith((b"\xff\xfe", b"\xfe\xff")):  # UTF-16 says so itself
        return True
    return not any(byte < 0x20 and byte not in _TEXT_CONTROLS for byte in head)  # noqa: PLR2004 -- below the space: control characters


def safe_name(name: str) -> str:
    """A name to show and to download by: no folders, no control or direction characters, at most 200 long, its ending kept."""
    last = re.split(r"[\\/]", unicodedata.normalize("NFC", name))[-1]
    kept = "".join(char for char in last if unicodedata.category(char) not in {"Cc", "Cf", "Cs", "Co", "Cn"})
    kept = _UNSAFE.sub("_", kept).strip(" .") or "file"
    if len(kept) <= 200:  # noqa: PLR2004 -- the column's length
        return kept
    stem, dot, ending = kept.rpartition(".")
    if dot and len(ending) <= 10:  # noqa: PLR2004 -- a real ending is short
        return f"{stem[: 199 - len(ending)]}.{ending}"
    return kept[:200]
