"""Named numbers: looked up as `table["Image", "IMAG1"]`, or taken all at once as an array."""

from __future__ import annotations

from collections.abc import Hashable, Iterator, Mapping
from typing import TypeVar

import numpy as np
from numpy.typing import NDArray

Key = TypeVar("Key", bound=Hashable)


class Table(Mapping[Key, float]):
    """A read-only mapping over one array.

    array : (m,) float
        The numbers, in the order of the keys.
    """

    __slots__ = ("_places", "array")

    def __init__(self, places: Mapping[Key, int], array: NDArray[np.float64]) -> None:
        array.setflags(write=False)
        self._places = places
        self.array = array

    def __getitem__(self, key: Key) -> float:
        try:
            return float(self.array[self._places[key]])
        except KeyError:
            raise KeyError(f"{key!r} is not here; there are {', '.join(map(repr, self._places))}") from None

    def __iter__(self) -> Iterator[Key]:
        return iter(self._places)

    def __len__(self) -> int:
        return len(self._places)

    def __repr__(self) -> str:
        return f"Table({dict(self)!r})"
