"""Answers to pairs of Kano questions, and the table that evaluates them.

Both questions have the same five answers: 1 "I like it that way", 2 "it must be that way", 3 "I am neutral", 4 "I can live with it that
way", 5 "I dislike it that way".

References
----------
Kano, N., Seraku, N., Takahashi, F. & Tsuji, S. (1984). Attractive quality and must-be quality. J. Jpn. Soc. Qual. Control 14(2), 39-48.
Berger, C. et al. (1993). Kano's methods for understanding customer-defined quality. Cent. Qual. Manag. J. 2(4), 3-36.

"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.answers import usable_weights
from kexin.measures.columns import refuse_one_weight
from kexin.measures.errors import BadInput, CannotSay

Floats = NDArray[np.float64]
Codes = NDArray[np.int8]

ANSWERS = ("like", "must_be", "neutral", "live_with", "dislike")  # codes 1 to 5
CATEGORIES = ("M", "O", "A", "I", "R", "Q")  # in the order that decides ties: M > O > A > I, then what says nothing
EVALUATION = (  # a row each functional answer, a column each dysfunctional; Berger et al. 1993, figure 4
    "QAAAO",
    "RIIIM",
    "RIIIM",
    "RIIIM",
    "RRRRQ",
)
_TABLE = np.array([[CATEGORIES.index(category) for category in row] for row in EVALUATION], dtype=np.int8)


@dataclass(frozen=True)
class Pairs:
    """Codes of both questions, item by item.

    names : (k,) of str
    functional, dysfunctional : (n, k) int
        1 to 5, 0 where either of the pair is missing.
    weights : (n,) float
        Of rows that count; all above zero.
    weighted : bool
    """

    names: tuple[str, ...]
    functional: Codes
    dysfunctional: Codes
    weights: Floats
    weighted: bool

    @property
    def answered(self) -> NDArray[np.bool_]:
        return self.functional > 0

    @property
    def categories(self) -> Codes:
        """(n, k): place in CATEGORIES, -1 where missing."""
        found = _TABLE[np.maximum(self.functional, 1) - 1, np.maximum(self.dysfunctional, 1) - 1]
        return np.where(self.answered, found, np.int8(-1))


def category_of(functional: int | str, dysfunctional: int | str) -> str:
    """M, O, A, I, R or Q of one pair of answers.

    >>> category_of("like", "dislike"), category_of(3, 5), category_of("dislike", "like")
    ('O', 'M', 'R')
    """
    row, column = (int(_codes([answer], question="answer", name="one pair")[0]) for answer in (functional, dysfunctional))
    if not row or not column:
        raise BadInput("an answer is missing")
    return EVALUATION[row - 1][column - 1]


def pairs(functional: Any, dysfunctional: Any, *, names: Sequence[str] | None, weights: ArrayLike | None) -> Pairs:
    """Read both questions. Raises BadInput naming question and item for an unknown answer, CannotSay for no answers at all."""
    with_it = _by_name(functional, names, "functional")
    without = _by_name(dysfunctional, names, "dysfunctional")
    if set(with_it) != set(without):
        alone = min(set(with_it) ^ set(without))
        raise BadInput(f"item {alone!r} has only one of its two questions")
    called = tuple(with_it)
    lengths = {column.size for column in (*with_it.values(), *without.values())}
    if len(lengths) != 1:
        raise BadInput("the two questions and their items differ in number of answers")
    n = lengths.pop()
    w = usable_weights(weights, n)
    yes, no = np.column_stack([with_it[name] for name in called]), np.column_stack([without[name] for name in called])
    both = (yes > 0) & (no > 0)
    counted = w > 0
    found = Pairs(called, np.where(both, yes, 0)[counted], np.where(both, no, 0)[counted], w[counted], weights is not None)
    for i, name in enumerate(called):
        if not found.answered[:, i].any():
            raise CannotSay("nobody", f"nobody answered both questions about {name!r}: leave it out")
    if weights is not None:
        refuse_one_weight(found.weights)
    return found


def _by_name(given: Any, names: Sequence[str] | None, question: str) -> dict[str, Codes]:
    if isinstance(given, Mapping):
        if not given:
            raise BadInput("there are no items")
        return {str(name): _codes(column, question=question, name=str(name)) for name, column in given.items()}
    if names is None and hasattr(given, "columns") and hasattr(given, "to_numpy"):
        names, given = list(given.columns), given.to_numpy()
    table = np.asarray(given)
    if table.ndim == 1 and table.size:
        table = table[:, None]
    if table.ndim != 2 or table.shape[1] == 0:  # noqa: PLR2004 -- rows and items
        raise BadInput("answers are a dict of item and answers, or a table with one column an item")
    called = [str(name) for name in names] if names is not None else [str(i + 1) for i in range(table.shape[1])]
    if len(called) != table.shape[1] or len(set(called)) != len(called):
        raise BadInput(f"{table.shape[1]} items need as many names, each once")
    return {name: _codes(table[:, i], question=question, name=name) for i, name in enumerate(called)}


def _codes(given: Any, *, question: str, name: str) -> Codes:
    """(n,) of 1 to 5, 0 where missing (None, NaN or an empty text)."""
    raw = np.asarray(given)
    if raw.ndim != 1:
        raise BadInput(f"the {question} answers to {name!r} are not one a row")
    if raw.dtype.kind in "iuf":
        x = raw.astype(np.float64)
        missing = np.isnan(x)
        unknown = ~missing & ~np.isin(x, (1, 2, 3, 4, 5))
        if unknown.any():
            raise _unknown(f"{x[unknown][0]:g}", question, name)
        return np.where(missing, 0, x).astype(np.int8)
    known: dict[object, int] = {answer: code for code, answer in enumerate(ANSWERS, start=1)} | {code: code for code in range(1, 6)}
    found = np.zeros(raw.size, dtype=np.int8)
    for i, answer in enumerate(raw.tolist()):
        if answer is None or answer == "" or answer != answer:  # noqa: PLR0124 -- NaN is the one thing that differs from itself
            continue
        if isinstance(answer, bool) or answer not in known:
            raise _unknown(repr(answer), question, name)
        found[i] = known[answer]
    return found


def _unknown(answer: str, question: str, name: str) -> BadInput:
    return BadInput(
        f"the {question} question about {name!r} has the answer {answer}: answers are 1 to 5 or {', '.join(ANSWERS)}; missing is NaN"
    )
