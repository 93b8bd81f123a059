"""Three states: below what was expected dissatisfied, as expected satisfied, above it delighted.

References
----------
Oliver, R. L. (1980). A cognitive model of the antecedents and consequences of satisfaction decisions. J. Mark. Res. 17, 460-469.
Zeithaml, V. A., Berry, L. L. & Parasuraman, A. (1993). The nature and determinants of customer expectations of service.
    J. Acad. Mark. Sci. 21, 1-12.

"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.answers import Floats, Notice, numbers, spread_and_n, usable_weights
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable
from kexin.measures.scores.intervals import share_interval
from kexin.measures.scores.single import FEW

NAMES = ("dissatisfied", "satisfied", "delighted")


@dataclass(frozen=True)
class States(Storable):
    """One state an answer, and how many are in each.

    state : (n,) str
        "dissatisfied", "satisfied", "delighted"; "" where either side is missing.
    names : the three, in the order of the columns below.
    share, low, high : (3,) float
        0 to 1, with Wilson intervals at `level`.
    count : (3,) int
        Answers, not weighted. Show the dissatisfied beside every average.
    n : int
    level : float
    notices : tuple of Notice
        Code "few_answers".
    """

    state: NDArray[np.str_]
    names: tuple[str, str, str]
    share: Floats
    low: Floats
    high: Floats
    count: NDArray[np.int64]
    n: int
    level: float
    notices: tuple[Notice, ...] = ()


def states(
    expected: ArrayLike,
    received: ArrayLike,
    *,
    desired: ArrayLike | None = None,
    tolerance: float = 0.0,
    scale: tuple[float, float] | None = None,
    missing: Sequence[float] = (),
    weights: ArrayLike | None = None,
    level: float = 0.95,
) -> States:
    """The state of each answer.

    expected, received : (n,) float
    desired : (n,) float, optional
        When asked separately: `expected` is then what is just adequate, and between the two lies the zone of tolerance (Zeithaml,
        Berry & Parasuraman 1993), in which people are satisfied.
    tolerance : float
        Differences up to this count as equal.

    Raises CannotSay("nobody") when nobody answered both, BadInput where more is adequate than desired.

    >>> found = states([4, 4, 4, 4], [3, 4, 5, float("nan")])
    >>> found.state.tolist(), found.count.tolist()
    (['dissatisfied', 'satisfied', 'delighted', ''], [1, 1, 1])
    """
    low_end, got = (numbers(one, name=word, scale=scale, missing=missing) for one, word in ((expected, "expected"), (received, "received")))
    high_end = low_end if desired is None else numbers(desired, name="desired", scale=scale, missing=missing)
    if not low_end.size == got.size == high_end.size:
        raise BadInput("expected, received and desired have one row a person")
    if not tolerance >= 0:
        raise BadInput(f"tolerance is zero or more, not {tolerance}")
    if (low_end > high_end).any():
        raise BadInput(f"row {int(np.argmax(low_end > high_end))}: more is adequate than desired")
    w = usable_weights(weights, got.size)
    known = ~np.isnan(low_end + got + high_end)
    kept = known & (w > 0)
    n = int(kept.sum())
    if n == 0:
        raise CannotSay("nobody", "nobody answered both what was expected and what was received")
    hair = 1e-9  # 0.1 + 0.2 is 0.3 to people
    place = np.where(got < low_end - tolerance - hair, 0, np.where(got > high_end + tolerance + hair, 2, 1))
    share, low, high = (np.empty(3) for _ in range(3))
    used = float(n)
    for at in range(3):
        found, _, _, used_here = spread_and_n((place[kept] == at).astype(np.float64), w[kept])
        share[at] = min(max(found, 0.0), 1.0)
        low[at], high[at] = share_interval(share[at], used_here, level=level)
        used = min(used, used_here)
    notices = (Notice("few_answers", f"rests on {used:.0f} answers"),) if used < FEW else ()
    state = np.where(known, np.array(NAMES)[place], "")
    return States(state, NAMES, share, low, high, np.bincount(place[kept], minlength=3).astype(np.int64), n, level, notices)
