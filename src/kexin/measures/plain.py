"""Results as plain numbers, lists and strings, to be stored as JSON or shown in a table."""

from __future__ import annotations

import dataclasses
import math
from collections.abc import Mapping
from typing import Any

import numpy as np


def plain(value: Any) -> Any:
    """What `value` holds, in numbers, strings, booleans, lists and dicts only.

    Dataclasses become dicts by field, arrays nested lists, keys of two or more parts one string joined by "|". A number that is
    not finite becomes None: JSON has no word for it, and a stored NaN comes back as an error.

    >>> plain({("Image", "Value"): np.float64(0.5), "n": np.int64(3), "low": float("nan")})
    {'Image|Value': 0.5, 'n': 3, 'low': None}
    """
    if isinstance(value, np.generic | np.ndarray):
        return plain(value.tolist())
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {field.name: plain(getattr(value, field.name)) for field in dataclasses.fields(value)}
    if isinstance(value, Mapping):
        return {_key(key): plain(one) for key, one in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [plain(one) for one in value]
    raise TypeError(f"{type(value).__name__} has no plain form")


def _key(key: Any) -> str:
    return "|".join(map(str, key)) if isinstance(key, tuple) else str(key)


class Storable:
    """A result that can be kept as plain numbers."""

    __slots__ = ()

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, lists and words, by the names of its fields."""
        return dict(plain(self))
