"""One SVG file of just the icons the product uses, from Tabler's set.

    python -m tools.icons PATH/TO/@tabler/icons

Names stand in tools/icons.txt, one a line. A test proves that every icon a template names is in the file.
"""

from __future__ import annotations

import re
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
NAMES = HERE / "icons.txt"
SPRITE = HERE.parent / "src/kexin/surfaces/frame/static/kexin/icons.svg"
SHAPES = re.compile(r"<(?:path|circle|rect|line|polyline|ellipse)\b[^>]*/>")


def symbol(name: str, svg: str) -> str:
    """The shapes of one icon as a symbol; the invisible box every Tabler icon starts with is left out."""
    shapes = [shape for shape in SHAPES.findall(svg) if "M0 0h24v24H0z" not in shape]
    return f'<symbol id="{name}" viewBox="0 0 24 24">{"".join(shapes)}</symbol>'


def main(package: Path) -> None:
    names = sorted({line.strip() for line in NAMES.read_text(encoding="utf-8").splitlines() if line.strip()})
    symbols = [symbol(name, (package / "icons/outline" / f"{name}.svg").read_text(encoding="utf-8")) for name in names]
    SPRITE.write_text(
        '<svg xmlns="http://www.w3.org/2000/svg"><!-- Tabler Icons, MIT, see vendor/tabler-icons/LICENSE -->\n'
        + "\n".join(symbols)
        + "\n</svg>\n",
        encoding="utf-8",
    )
    sys.stdout.write(f"{len(symbols)} icons, {SPRITE.stat().st_size} bytes\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
