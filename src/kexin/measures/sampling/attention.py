"""Answers given without reading: the same answer all the way down, or faster than anybody reads.

Flags, not verdicts: a short questionnaire about one good visit earns honest straight lines. Look at both flags together, and compare
results with and without the flagged.

References
----------
Kim, Y., Dykema, J., Stevenson, J., Black, P. & Moberg, D. P. (2019). Straightlining: overview of measurement, comparison of indicators,
    and effects in mail-web mixed-mode surveys. Soc. Sci. Comput. Rev. 37, 214-233.
Dunn, A. M., Heggestad, E. D., Shanock, L. R. & Theilgard, N. (2018). Intra-individual response variability as an indicator of
    insufficient effort responding. J. Bus. Psychol. 33, 105-121.
Greszki, R., Meyer, M. & Schoen, H. (2015). Exploring the effects of removing "too fast" responses and respondents from web surveys.
    Public Opin. Q. 79, 471-503.
Zhang, C. & Conrad, F. G. (2014). Speeding in web surveys: the tendency to answer very fast and its association with straightlining.
    Surv. Res. Methods 8, 127-135.

"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.answers import Flags, Floats, numbers
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable

FEWEST_ITEMS = 3


@dataclass(frozen=True)
class StraightLining(Storable):
    """One row a person.

    flagged : (n,) bool
        All answers the same, among at least `fewest` answered; never with fewer.
    longest_run : (n,) int
        Most answers in a row that are the same; an unanswered item is passed over.
    spread : (n,) float
        Standard deviation of a person's answers (Dunn et al. 2018); NaN with none.
    answered : (n,) int
    share : float
        Flagged, of those with enough answers; NaN when there are none of these.
    """

    flagged: Flags
    longest_run: NDArray[np.int64]
    spread: Floats
    answered: NDArray[np.int64]
    share: float


@dataclass(frozen=True)
class Speeding(Storable):
    """One row a person.

    flagged : (n,) bool
        Faster than `limit`; False where the time is not known.
    limit : float
        Seconds.
    median : float
        Seconds.
    share : float
        Flagged, of those whose time is known.
    """

    flagged: Flags
    limit: float
    median: float
    share: float


def straight_lining(answers: ArrayLike, *, fewest: int = FEWEST_ITEMS, missing: Sequence[float] = ()) -> StraightLining:
    """Who gave the same answer to every item of a grid (Kim et al. 2019, "simple nondifferentiation").

    answers : (n, items) float
        Items of one grid in the order shown, as ticked (items worded the other way round not yet turned). NaN is no answer.
    fewest : int
        Answers needed to be judged, at least 2.

    >>> found = straight_lining([[4, 4, 4, 4], [4, 4, 5, 4], [4, 4, float("nan"), float("nan")]])
    >>> found.flagged.tolist(), found.longest_run.tolist()
    ([True, False, False], [4, 2, 2])
    """
    grid = numbers(answers, name="answers", missing=missing, dimensions=2)
    if fewest < 2:  # noqa: PLR2004 -- one answer is always the same as itself
        raise BadInput("one answer is always the same as itself: judge from two up")
    known = ~np.isnan(grid)
    answered = known.sum(axis=1)
    zeroed = np.where(known, grid, 0.0)
    mean = zeroed.sum(axis=1) / np.maximum(answered, 1)
    spread = np.sqrt(np.where(known, (grid - mean[:, None]) ** 2, 0.0).sum(axis=1) / np.maximum(answered, 1))
    run, longest = np.zeros(len(grid), dtype=np.int64), np.zeros(len(grid), dtype=np.int64)
    last = np.full(len(grid), np.nan)
    for item, here in zip(grid.T, known.T, strict=True):
        run = np.where(here, np.where(item == last, run + 1, 1), run)
        last = np.where(here, item, last)
        longest = np.maximum(longest, run)
    judged = answered >= fewest
    flagged = judged & (longest == answered)
    share = float(flagged.sum() / judged.sum()) if judged.any() else float("nan")
    return StraightLining(flagged, longest, np.where(answered > 0, spread, np.nan), answered.astype(np.int64), share)


def speeding(seconds: ArrayLike, *, of_median: float = 0.5, words: int | None = None, per_word: float = 0.3) -> Speeding:
    """Who was faster than half the median (Greszki, Meyer & Schoen 2015), or than anybody reads.

    seconds : (n,) float
        From first to last question; NaN where not known.
    of_median : float
        Share of the median below which a time is flagged.
    words : int, optional
        In all questions read. The limit is then at least this times `per_word`, 0.3 s (Zhang & Conrad 2014).

    >>> found = speeding([100, 120, 90, 30, 110])
    >>> found.flagged.tolist(), found.limit
    ([False, False, False, True, False], 50.0)
    """
    time = numbers(seconds, name="seconds")
    if not 0 < of_median < 1 or per_word <= 0 or (words is not None and words < 1):
        raise BadInput("of_median lies between 0 and 1, words and per_word are above zero")
    known = time[~np.isnan(time)]
    if known.size == 0:
        raise CannotSay("nobody", "nobody's time is known")
    if (known < 0).any():
        raise BadInput("seconds: a time below zero: end and start are exchanged")
    median = float(np.median(known))
    limit = max(of_median * median, 0.0 if words is None else words * per_word)
    flagged = time < limit
    return Speeding(flagged, limit, median, float(flagged.sum() / known.size))
