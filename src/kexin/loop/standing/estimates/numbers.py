"""Every customer's numbers in one run, as columns, and what rules may ask of them."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from kexin.facts import engine
from kexin.facts.contracts import UNITS
from kexin.facts.purchases import EPOCH, day_number
from kexin.loop.standing.rules import METRICS
from kexin.measures import concentration

Floats = NDArray[np.float64]
Whole = NDArray[np.int64]
AMOUNTS = ("gross", "returned", "gross_known", "net_year", "net_half", "net_half_before")
COUNTS = ("orders", "placed", "undone", "orders_year")
MAYBE_AMOUNTS = ("margin", "margin_year")  # empty where no cost is known
MAYBE_DAYS = ("first_day", "last_day")  # empty where nothing was bought
STATE: tuple[str, ...] = (
    "tier",
    "klass",
    "behaviours",
    "abc",
    "rfm",
    "short_tier",
    "short_class",
    "tier_since",
    "before_tier",
    "before_class",
)
STATE += ("before_short_tier", "before_short_class", "before_tier_since")
UNKNOWN = np.iinfo(np.int64).min  # stands for empty in whole-number columns


@dataclass(frozen=True)
class Numbers:
    """What facts say of every known customer, by rising customer id; amounts in ten-thousandths.

    columns : each (n,) int64, UNKNOWN where empty
    """

    as_of: dt.date
    customer_id: Whole
    columns: Mapping[str, Whole]

    @property
    def n(self) -> int:
        return int(self.customer_id.size)

    def __getitem__(self, name: str) -> Whole:
        return self.columns[name]

    def known(self, name: str) -> NDArray[np.bool_]:
        known: NDArray[np.bool_] = self.columns[name] != UNKNOWN
        return known

    def amount(self, name: str) -> Floats:
        """In the currency; NaN where not known."""
        return _floats(self.columns[name]) / UNITS

    @property
    def net(self) -> Floats:
        return (self["gross"] - self["returned"]) / UNITS

    @property
    def dealt(self) -> NDArray[np.bool_]:
        """Who has ever ordered or given back anything: the customers concentration speaks of."""
        return (self["placed"] > 0) | (self["undone"] > 0)


NUMBERS_SELECT = "SELECT customer_id, {columns} FROM customers LEFT JOIN purchases USING (customer_id) ORDER BY customer_id"


def read_numbers(folder: Path, *, as_of: dt.date) -> Numbers:
    """The aggregated purchases of everybody who is assessed, who never bought included."""
    filled = [f"COALESCE({name}, 0) AS {name}" for name in (*COUNTS, *AMOUNTS)]
    empty = [f"COALESCE({name}, {UNKNOWN}) AS {name}" for name in (*MAYBE_AMOUNTS, *MAYBE_DAYS)]
    with engine.opened(folder / "spill") as duck:
        for name in ("customers", "purchases"):
            engine.view(duck, name, folder / f"{name}.parquet")
        found = duck.execute(NUMBERS_SELECT.format(columns=", ".join(filled + empty))).fetchnumpy()
    ids = np.asarray(found.pop("customer_id"))
    return Numbers(as_of=as_of, customer_id=ids, columns={name: np.asarray(column) for name, column in found.items()})


def read_snapshot(path: Path, *, as_of: dt.date, spill: Path) -> tuple[Numbers, dict[str, Whole]]:
    """The numbers of a finished run and where each customer stood: (numbers, state columns)."""
    with engine.opened(spill) as duck:
        engine.view(duck, "snapshot", path)
        found = duck.execute("SELECT * FROM snapshot ORDER BY customer_id").fetchnumpy()
    columns = {name: np.asarray(column).astype(np.int64) for name, column in found.items()}
    ids = columns.pop("customer_id")
    state = {name: columns.pop(name) for name in STATE}
    return Numbers(as_of=as_of, customer_id=ids, columns=columns), state


def write_snapshot(path: Path, numbers: Numbers, state: Mapping[str, Whole]) -> None:
    """Everything a run knows of every customer, in whole numbers: 40 bytes a customer on the disk."""
    import pyarrow as pa  # noqa: PLC0415 -- a second to import, and pages never need it
    import pyarrow.parquet as pq  # noqa: PLC0415 -- the same

    table = pa.table({"customer_id": numbers.customer_id, **numbers.columns, **state})
    part = path.with_suffix(".part")
    pq.write_table(table, part, compression="zstd", row_group_size=50_000)
    part.replace(path)


def metrics_of(numbers: Numbers) -> dict[str, Floats]:
    """What rules may ask, one array a metric; NaN where a customer has no such number, which meets no condition."""
    today = day_number(numbers.as_of)
    net_year, margin_year = numbers.amount("net_year"), numbers.amount("margin_year")
    with np.errstate(divide="ignore", invalid="ignore"):
        undone_rate = np.where(numbers["placed"] > 0, 100.0 * numbers["undone"] / numbers["placed"], np.nan)
        half_before = numbers.amount("net_half_before")
        growth = np.where(half_before > 0, 100.0 * (numbers.amount("net_half") / half_before - 1.0), np.nan)
    found = {
        "net_year": net_year,
        "margin_year": margin_year,
        "orders_year": numbers["orders_year"].astype(np.float64),
        "net": numbers.net,
        "margin": numbers.amount("margin"),
        "orders": numbers["orders"].astype(np.float64),
        "recency": today - _floats(numbers["last_day"]),
        "tenure": today - _floats(numbers["first_day"]),
        "sales_share": 100.0 * concentration.share_before(net_year),
        "margin_share": _among_known(margin_year),
        "sales_rank": _rank(net_year),
        "undone_rate": undone_rate,
        "placed": numbers["placed"].astype(np.float64),
        "growth": growth,
    }
    return {name: found[name] for name in METRICS}


@lru_cache(maxsize=50_000)
def as_day(number: int) -> dt.date | None:
    return None if number == UNKNOWN else EPOCH + dt.timedelta(days=int(number))


def _among_known(values: Floats) -> Floats:
    known = ~np.isnan(values)
    shares = np.full(values.size, np.nan)
    if known.any():
        shares[known] = 100.0 * concentration.share_before(values[known])
    return shares


def _rank(values: Floats) -> Floats:
    """Percent of customers with strictly more."""
    if values.size == 0:
        return values
    ordered = np.sort(values)
    return 100.0 * (values.size - np.searchsorted(ordered, values, side="right")) / values.size


def _floats(column: Whole) -> Floats:
    return np.where(column == UNKNOWN, np.nan, column.astype(np.float64))
