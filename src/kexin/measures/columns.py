"""Columns: answers to several items, by name, read once, and refused by the name of the item that cannot be what it is said to be.

Answers come as a dict of name -> (n,) array, as an (n, k) array with `names`, or as any table with `.columns` and `.to_numpy()`.
NaN and None are missing answers. Everything else that is no number is refused by the name of its item.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.answers import EXACT_UP_TO, Notice, effective_n
from kexin.measures.errors import BadInput, CannotSay

Floats = NDArray[np.float64]
Missing = Literal["complete", "pairwise", "refuse"]

CODES_FOR_MISSING = (-9.0, -99.0, -999.0, -9999.0, 99.0, 999.0, 9999.0)


@dataclass(frozen=True)
class ItemNotice(Notice):
    """item : str or None. Which item it is about, when it is one."""

    item: str | None = None


@dataclass(frozen=True)
class Columns:
    """names : (k,) of str. values : (n, k) float, NaN where missing."""

    names: tuple[str, ...]
    values: Floats


def columns(given: Any, *, names: Sequence[str] | None = None, scale: tuple[float, float] | None = None) -> Columns:
    """Answers by name.

    given : dict of name -> (n,), (n, k) array, or a table with columns
    names : of the k columns of an array; "1", "2", … when left out
    scale : lowest and highest answer there can be

    Raises BadInput where lengths differ, a name comes twice, an answer is no number, is infinite, lies outside `scale`, or, with no
    scale given, looks like a code for "missing" (-99, 999, …: further from all other answers than those are from each other).
    """
    if isinstance(given, Mapping):
        found = {str(name): column(values, name=str(name), scale=scale) for name, values in given.items()}
        if not found:
            raise BadInput("there are no items")
        if len(found) < len(given):
            raise BadInput("an item's name comes twice")
        lengths = {name: values.size for name, values in found.items()}
        if len(set(lengths.values())) > 1:
            raise BadInput(f"items differ in length: {', '.join(f'{name} {length}' for name, length in lengths.items())}")
        return Columns(tuple(found), np.column_stack(list(found.values())))
    if names is None and hasattr(given, "columns") and hasattr(given, "to_numpy"):
        names, given = list(given.columns), given.to_numpy()
    table = np.asarray(given)
    if table.ndim == 1 and table.size:
        table = table[:, None]
    if table.ndim != 2 or table.shape[1] == 0:  # noqa: PLR2004 -- rows and items
        raise BadInput("items are a dict of name and answers, or a table with one column an item")
    called = tuple(str(name) for name in names) if names is not None else tuple(str(i + 1) for i in range(table.shape[1]))
    if len(called) != table.shape[1]:
        raise BadInput(f"{len(called)} names for {table.shape[1]} items")
    twice = [name for name, times in Counter(called).items() if times > 1]
    if twice:
        raise BadInput(f"the name {twice[0]!r} comes twice")
    return Columns(called, np.column_stack([column(table[:, i], name=name, scale=scale) for i, name in enumerate(called)]))


def column(given: ArrayLike, *, name: str, scale: tuple[float, float] | None = None) -> Floats:
    """One item's answers as (n,) float, NaN where missing. Raises BadInput as `columns` does."""
    x = _floats(given, name)
    if x.ndim != 1:
        raise BadInput(f"item {name!r} has not one answer a row")
    if np.isinf(x).any():
        raise BadInput(f"item {name!r} holds an infinite answer")
    known = x[~np.isnan(x)]
    if scale is not None:
        outside = known[(known < scale[0]) | (known > scale[1])]
        if outside.size:
            raise BadInput(f"item {name!r} holds {outside[0]:g}, outside {scale[0]:g} to {scale[1]:g}: make it missing (NaN) or mend it")
        return x
    code = _code_for_missing(known)
    if code is not None:
        raise BadInput(
            f"item {name!r} holds {code:g}, far from all other answers: a code for missing? Make it NaN, or give scale= if it is an answer"
        )
    return x


def refuse_missing(values: Floats, names: Sequence[str]) -> None:
    """Raises BadInput naming the first item with a missing answer."""
    absent = np.isnan(values).any(axis=0)
    if absent.any():
        name = names[int(np.flatnonzero(absent)[0])]
        raise BadInput(f"item {name!r} has missing answers: choose missing='complete' or fill them")


def refuse_one_weight(weights: Floats) -> None:
    """Raises CannotSay when one row carries all the weight."""
    if effective_n(weights) < 1.5:  # noqa: PLR2004 -- between one answer and two
        raise CannotSay("one_weight", "nearly all the weight lies on one row: trim the weights")


def _floats(given: ArrayLike, name: str) -> Floats:
    no_numbers = BadInput(f"item {name!r} holds answers that are no numbers")
    try:
        raw = np.ma.filled(given, np.nan) if isinstance(given, np.ma.MaskedArray) else np.asarray(given)
        if raw.dtype.kind == "O":
            raw = np.array([np.nan if one is None else one for one in raw.ravel().tolist()]).reshape(raw.shape)
    except (TypeError, ValueError, OverflowError) as wrong:
        raise no_numbers from wrong
    if raw.size and raw.dtype.kind not in "biuf":
        raise no_numbers
    if raw.dtype.kind in "iu" and raw.size and (int(raw.max()) > EXACT_UP_TO or int(raw.min()) < -EXACT_UP_TO):
        raise BadInput(f"item {name!r} holds whole numbers beyond 2^53, which cannot be kept exactly: divide by a unit first")
    return raw.astype(np.float64)


def _code_for_missing(known: Floats) -> float | None:
    for code in CODES_FOR_MISSING:
        is_code = known == code
        if is_code.any() and not is_code.all():
            rest = known[~is_code]
            distance = min(abs(code - float(rest.min())), abs(code - float(rest.max())))
            if not rest.min() < code < rest.max() and distance > rest.max() - rest.min() + 1:
                return code
    return None
