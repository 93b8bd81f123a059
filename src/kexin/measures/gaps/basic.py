"""Three basic expectations: the product works, the service is as described, and if either fails, the promise for that case is kept."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from kexin.measures.answers import Floats, Notice, numbers, usable_weights
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable
from kexin.measures.scores import Score, satisfied


@dataclass(frozen=True)
class BasicExpectations(Storable):
    """Shares in percent, as `Score`, each with its own n.

    works, described : Score
        Of all who answered it.
    kept : Score or None
        Of those for whom the product or the service failed. None when nothing failed, or nobody with a failure said.
    met : Score or None
        All expectations that applied were met: both went well, or one failed and the promise was kept. None when this is known of nobody.
    state : (n,) float
        1 met, 0 not met, NaN not known.
    failed : int
        Product or service failed.
    notices : tuple of Notice
        Codes "nothing_failed", "promise_unknown", "promise_without_failure".
    """

    works: Score
    described: Score
    kept: Score | None
    met: Score | None
    state: Floats
    failed: int
    notices: tuple[Notice, ...] = ()


def basic_expectations(
    works: ArrayLike, described: ArrayLike, promise_kept: ArrayLike, *, weights: ArrayLike | None = None, level: float = 0.95
) -> BasicExpectations:
    """How far the three basic expectations were met; the third counts only where one of the first two failed.

    works, described, promise_kept : (n,) bool or 0 and 1
        NaN is not known, or not asked.

    Raises BadInput for anything but 0, 1 and NaN; CannotSay("nobody") when nobody answered one of the first two.

    >>> nan = float("nan")
    >>> found = basic_expectations([1, 1, 0, 0], [1, 0, 1, 0], [nan, 1, 1, 0])
    >>> found.works.score, round(found.kept.score, 1), found.kept.n, found.met.score
    (50.0, 66.7, 3, 75.0)
    """
    first, second, third = (
        _yes_or_no(one, word) for one, word in ((works, "works"), (described, "described"), (promise_kept, "promise_kept"))
    )
    if not first.size == second.size == third.size:
        raise BadInput("works, described and promise_kept have one row a person")
    w = usable_weights(weights, first.size)
    failed = (first == 0) | (second == 0)
    well = (first == 1) & (second == 1)
    promise = np.where(failed, third, np.nan)
    state = np.where(well, 1.0, promise)
    notices = []
    if not failed.any():
        notices.append(Notice("nothing_failed", "nothing failed, so no promise had to be kept"))
    unknown, needless = int((failed & np.isnan(third)).sum()), int((well & ~np.isnan(third)).sum())
    if unknown:
        notices.append(Notice("promise_unknown", f"{unknown} of {int(failed.sum())} failures: not known whether the promise was kept"))
    if needless:
        notices.append(Notice("promise_without_failure", f"{needless} answered about the promise although nothing failed: not counted"))

    def share(column: Floats, name: str) -> Score:
        return satisfied(column, 1, scale=(0, 1), weights=weights, level=level, name=name)

    def known(column: Floats) -> bool:
        return bool((~np.isnan(column) & (w > 0)).any())

    return BasicExpectations(
        works=share(first, "works"),
        described=share(second, "described"),
        kept=share(promise, "promise_kept") if known(promise) else None,
        met=share(state, "met") if known(state) else None,
        state=state,
        failed=int(failed.sum()),
        notices=tuple(notices),
    )


def _yes_or_no(values: ArrayLike, name: str) -> Floats:
    column = numbers(values, name=name)
    if not np.isin(column[~np.isnan(column)], (0.0, 1.0)).all():
        raise BadInput(f"{name}: yes is 1, no is 0, not known is NaN")
    if column.size == 0:
        raise CannotSay("nobody", f"{name}: nobody answered")
    return column
