"""What is wrong with answers or estimates, in words that name the item or construct and say what to do.

Warnings carry one of these codes. About the answers: "rows_dropped", "few_rows", "missing_code", "duplicate_items",
"not_positive_definite", "reversed_item". About the iteration: "not_converged". About a consistent solution that no population can
have: "correlation_above_one", "loading_above_one", "reliability_above_one", "r_squared_above_one", "not_positive_semidefinite".
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from kexin.measures.errors import CannotSay
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import Moments

Floats = NDArray[np.float64]

ROUNDING = 1e-9
SINGULAR = 1e-10  # smallest eigenvalue of correlations, below which parts can no longer be told apart
SUSPECT = 1e-5
CODES_FOR_MISSING = (-9.0, -98.0, -99.0, -998.0, -999.0, -9999.0)


@dataclass(frozen=True)
class Note:
    """A warning, to be shown beside the numbers."""

    code: str
    text: str


def refuse_constants(items: Sequence[str], deviation: Floats, lowest: Floats, highest: Floats) -> None:
    # Of one value, or varying by less than the last digits of floating point.
    constant = (lowest == highest) | (deviation <= 1e-13 * np.maximum(np.abs(lowest), np.abs(highest)))
    if constant.any():
        at = int(constant.argmax())
        raise CannotSay("constant", f"item {items[at]} has the same answer, {lowest[at]:g}, in every row: leave it out of the model")


def refuse_too_few(model: Model, n: int) -> None:
    for place in model.layout.regression:
        name = model.constructs[place]
        size = len(model.blocks[name])
        if n <= size:
            raise CannotSay("too_few", f"{name} has {size} items weighted by mode B and there are {n} rows: gather more, or take mode A")
    if n <= model.layout.most_causes + 1:
        row = int(model.layout.causes.sum(axis=1).argmax())
        name = model.constructs[row]
        raise CannotSay("too_few", f"{model.layout.most_causes} paths lead to {name} and there are {n} rows: gather more answers")


def refuse_collinear_items(block: Floats, construct: str, items: Sequence[str]) -> None:
    size = np.sqrt(block.diagonal())
    entangled = _entangled(block / np.multiply.outer(size, size))
    if entangled.any():
        raise CannotSay(
            "collinear",
            f"mode B cannot weight {_listed(items, entangled)} of {construct} apart: one follows from the others; "
            "leave one out or take mode A",
        )


def refuse_collinear_causes(between: Floats, model: Model) -> None:
    systems = between * model.layout.among + model.layout.apart
    if np.abs(np.linalg.det(systems)).min() > SUSPECT:  # quicker than eigenvalues, and enough for nearly all
        return
    smallest = np.abs(np.linalg.eigvalsh(systems)).min(axis=-1)
    if (smallest < SINGULAR).any():
        row = int(smallest.argmin())
        causes = np.flatnonzero(model.layout.causes[row])
        names = [model.constructs[place] for place in causes]
        entangled = _entangled(between[np.ix_(causes, causes)])
        effect = model.constructs[row]
        raise CannotSay(
            "collinear",
            f"{_listed(names, entangled)} lead to {effect} and cannot be told apart: one follows from the others; "
            "merge them or take a path out",
        )


def refuse_unrelated(weights: Floats, model: Model) -> None:
    broken = np.asarray(~np.isfinite(weights).all(axis=0))
    raise CannotSay(
        "unrelated",
        f"{_listed(model.constructs, broken)}: no weights can be found, for the items and the constructs next to them are not related, "
        "or more is entangled than rows can show",
    )


def notes(
    moments: Moments, model: Model, correlation: Floats, lowest: Floats, own: Floats, *, converged: bool, change: float, steps: int
) -> tuple[Note, ...]:
    """Warnings about the answers and the iteration."""
    return tuple(_notes(moments, model, correlation, lowest, own, converged=converged, change=change, steps=steps))


def _notes(
    moments: Moments, model: Model, correlation: Floats, lowest: Floats, own: Floats, *, converged: bool, change: float, steps: int
) -> Iterator[Note]:
    items = model.items
    if moments.dropped:
        asked = moments.n + moments.dropped
        yield Note("rows_dropped", f"{moments.dropped} of {asked} rows are left out for answers missing in them")
    if moments.n_effective < len(items) - ROUNDING:
        yield Note("few_rows", f"the answers are worth {moments.n_effective:.1f} rows, less than {len(items)} items")
    for at in np.flatnonzero(np.isin(lowest, CODES_FOR_MISSING)) if lowest.min() < 0 else ():
        yield Note("missing_code", f"the lowest answer to {items[at]} is {lowest[at]:g}: if it means missing, turn it into NaN")
    same = np.abs(correlation) > 1.0 - 1e-12
    if np.count_nonzero(same) > len(items):
        for one, other in np.argwhere(np.triu(same, 1)):
            yield Note("duplicate_items", f"{items[one]} and {items[other]} say the same in every row: leave one of them out")
    if moments.missing == "pairwise" and np.linalg.eigvalsh(correlation)[0] < -ROUNDING:
        yield Note("not_positive_definite", "pairwise covariances contradict each other, for too much is missing: take missing='em'")
    for at in np.flatnonzero(own < 0):
        name = model.constructs[model.layout.owner[at]]
        yield Note("reversed_item", f"{items[at]} points against its construct {name} (loading {own[at]:.2f}): is its scale reversed?")
    if not converged:
        yield Note("not_converged", f"weights still change by {change:.1e} after {steps} iterations: do not report them; allow more")


def impossible(model: Model, between: Floats, own: Floats, r_squared: Floats, reliability: Floats) -> tuple[Note, ...]:
    """Why a consistent solution cannot be that of any population; empty where it can."""
    names, items = model.constructs, model.items
    found = [
        Note("correlation_above_one", f"{names[one]} and {names[other]} correlate by {between[one, other]:.3f}: more than 1 cannot be")
        for one, other in np.argwhere(np.triu(np.abs(between) > 1.0 + ROUNDING, 1))
    ]
    found += [
        Note("loading_above_one", f"{items[at]} loads by {own[at]:.3f} on its construct: its error would have a negative variance")
        for at in np.flatnonzero(np.abs(own) > 1.0 + ROUNDING)
    ]
    found += [
        Note("reliability_above_one", f"the reliability of {names[at]} is {reliability[at]:.3f}: more than 1 cannot be")
        for at in np.flatnonzero(reliability > 1.0 + ROUNDING)
    ]
    found += [
        Note(
            "r_squared_above_one",
            f"R² of {names[model.layout.explained[at]]} is {r_squared[at]:.3f}: outside 0 and 1, which cannot be",
        )
        for at in np.flatnonzero((r_squared > 1.0 + ROUNDING) | (r_squared < -ROUNDING))
    ]
    smallest = float(np.linalg.eigvalsh(between)[0])
    if smallest < -ROUNDING:
        found.append(
            Note(
                "not_positive_semidefinite",
                f"the correlations of the constructs contradict each other (smallest eigenvalue {smallest:.3f}): no population has them; "
                "measures are too unreliable to be corrected, so report the fit without consistent",
            )
        )
    return tuple(found)


def _entangled(correlation: Floats) -> NDArray[np.bool_]:
    """Which rows take part in the combination that does not vary; none where all vary."""
    values, vectors = np.linalg.eigh(correlation)
    at = int(np.abs(values).argmin())
    if abs(values[at]) >= SINGULAR:
        return np.zeros(len(correlation), dtype=bool)
    return np.asarray(np.abs(vectors[:, at]) > 1e-3)  # noqa: PLR2004 -- a share worth naming


def _listed(names: Sequence[str], chosen: NDArray[np.bool_]) -> str:
    return ", ".join(name for name, one in zip(names, chosen, strict=True) if one)
