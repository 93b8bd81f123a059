"""What a contract says: the columns by name, each a whole number with its unit."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

UNITS = 10_000  # an amount or a quantity is kept in ten-thousandths: the database's four decimals as a whole number


class ContractBroken(ValueError):
    """A SELECT gave other columns than it promised. The sentence says which."""


@dataclass(frozen=True)
class Contract:
    """Columns of whole numbers (int64), each with unit and meaning.

    Whole numbers on purpose: days since 1970-01-01 and ten-thousandths are exact on every database and every engine, where SQLite
    keeps days as text and amounts as floating point.
    """

    name: str
    columns: Mapping[str, str]

    def check(self, schema: Any) -> None:
        """Raise ContractBroken unless an Arrow schema has exactly these columns, in this order, as int64."""
        found = [(field.name, str(field.type)) for field in schema]
        wanted = [(name, "int64") for name in self.columns]
        if found != wanted:
            raise ContractBroken(f"{self.name}: wanted {wanted}, got {found}")
