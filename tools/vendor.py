"""Writes VENDOR.md: which foreign files the pages ship, in which version, with which hash.

    python -m tools.vendor

Versions stand in the table below; a test compares the hashes with the files.
"""

from __future__ import annotations

import hashlib
import sys
from pathlib import Path

FOLDER = Path(__file__).resolve().parent.parent / "src/kexin/surfaces/frame/static/vendor"
FILES = (
    ("tabler/tabler.min.css", "@tabler/core", "1.6.1", "MIT"),
    ("htmx/htmx.min.js", "htmx.org", "2.0.11", "0BSD"),
    ("echarts/echarts.common.min.js", "echarts", "6.1.0", "Apache-2.0"),
    ("tom-select/tom-select.base.min.js", "tom-select", "2.6.2", "Apache-2.0"),
    ("../kexin/icons.svg", "@tabler/icons", "3.51.0", "MIT"),
)


def page() -> str:
    rows = [
        f"| {Path(name).name} | {package} | {version} | {licence} | `{hashlib.sha256((FOLDER / name).read_bytes()).hexdigest()}` |"
        for name, package, version, licence in FILES
    ]
    return "\n".join(
        [
            "# Foreign files in these folders",
            "",
            "Taken unchanged from the npm packages named here, except that the line pointing to a source map was removed (the maps",
            "are not shipped). `icons.svg` is put together by `python -m tools.icons` from the icons the product uses. Nothing is",
            "loaded from another server.",
            "",
            "| file | package | version | licence | sha256 |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


if __name__ == "__main__":
    (FOLDER / "VENDOR.md").write_text(page(), encoding="utf-8")
    sys.stdout.write(f"{len(FILES)} files\n")
