"""Masking: what a sensitive value looks like until somebody asks to see it, which is recorded."""

from __future__ import annotations

import re

DOTS = "••••"


def mask(value: str, kind: str = "phone") -> str:
    """138 •••• 2207 · g•••@mail.cn · the first and last of anything else."""
    if kind == "email" and "@" in value:
        name, _, domain = value.partition("@")
        return f"{name[:1]}{DOTS}@{domain}"
    digits = re.sub(r"\D", "", value)
    if kind == "phone" and len(digits) >= 7:  # noqa: PLR2004 -- shorter numbers hide all but two digits
        return f"{digits[:3]} {DOTS} {digits[-4:]}"
    if len(value) <= 2:  # noqa: PLR2004 -- nothing to leave standing
        return DOTS
    return f"{value[:1]}{DOTS}{value[-1:]}" if len(value) < 8 else f"{value[:2]}{DOTS}{value[-2:]}"  # noqa: PLR2004 -- long enough for two
