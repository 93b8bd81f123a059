"""Which records a segment had, packed small: sorted keys as differences, compressed."""

from __future__ import annotations

import zlib
from array import array
from collections.abc import Iterable
from itertools import accumulate

MOST = 20_000  # records of which is kept who came and left; a larger segment has its count alone


def packed(ids: Iterable[int]) -> bytes:
    ordered = sorted(set(ids))
    steps = array("q", [key - before for before, key in zip([0, *ordered], ordered, strict=False)])
    return zlib.compress(steps.tobytes())


def unpacked(data: bytes | memoryview) -> list[int]:
    steps = array("q")
    steps.frombytes(zlib.decompress(bytes(data)))
    return list(accumulate(steps))
