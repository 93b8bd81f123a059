"""Who answered, and whether those who did are like those who did not.

References
----------
AAPOR (2023). Standard definitions: final dispositions of case codes and outcome rates for surveys, 10th ed.
Schouten, B., Cobben, F. & Bethlehem, J. (2009). Indicators for the representativeness of survey response. Survey Methodology 35, 101-113.
Pearson, K. (1900). On the criterion that a given system of deviations from the probable … Phil. Mag. 50, 157-175.

"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import chdtrc

from kexin.measures.answers import Floats, Notice, numbers
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable
from kexin.measures.scores.intervals import share_interval

LOW_RATE = 0.2
SMALL = 0.05
EXPECTED_CELL = 5


@dataclass(frozen=True)
class Disposition:
    """How many invitations ended how, in AAPOR's terms.

    complete, partial, refusal, non_contact, other : int
        Eligible: answered in full, in part, refused or broke off, never reached, other.
    unknown_household, unknown_other : int
        Not known whether eligible: UH and UO.
    not_eligible : int
        Known not to be: wrong address, no customer any more.
    """

    complete: int
    partial: int = 0
    refusal: int = 0
    non_contact: int = 0
    other: int = 0
    unknown_household: int = 0
    unknown_other: int = 0
    not_eligible: int = 0


@dataclass(frozen=True)
class ResponseRates(Storable):
    """AAPOR outcome rates, 0 to 1; NaN where nobody is in the denominator.

    rr1 to rr6 : response; coop1 to coop4 : cooperation; ref1 to ref3 : refusal; con1 to con3 : contact.
    e : float
        Share of the unknown taken as eligible in rr3, rr4, ref2, con2.
    notices : tuple of Notice
        Code "low_response".
    """

    rr1: float
    rr2: float
    rr3: float
    rr4: float
    rr5: float
    rr6: float
    coop1: float
    coop2: float
    coop3: float
    coop4: float
    ref1: float
    ref2: float
    ref3: float
    con1: float
    con2: float
    con3: float
    e: float
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class NonResponse(Storable):
    """Response by group.

    groups : tuple of label
    rate, low, high : (groups,) float
        Share who answered, with Wilson interval; NaN where nobody was invited.
    overall : float
    chi_square, p_value : float
        Pearson's test that all groups answer alike.
    r_indicator : float
        1 - 2 times the standard deviation of response rates: 1 when all answer alike (Schouten, Cobben & Bethlehem 2009). Sampling
        noise lowers it a little.
    worst_bias : float
        The largest bias non-response could give a mean, in standard deviations of the answers: (1 - R) / (2 times the overall rate).
    notices : tuple of Notice
        Codes "low_response", "uneven_response", "nobody_answered", "thin_groups".
    """

    groups: tuple[Any, ...]
    rate: Floats
    low: Floats
    high: Floats
    overall: float
    chi_square: float
    p_value: float
    r_indicator: float
    worst_bias: float
    notices: tuple[Notice, ...] = ()


def response_rates(ended: Disposition, *, e: float | None = None) -> ResponseRates:
    """AAPOR's outcome rates.

    e : float, optional
        Share of the unknown that is eligible, 0 to 1; by default as among the known (the proportional method).

    >>> rates = response_rates(Disposition(complete=400, partial=50, refusal=150, non_contact=200, unknown_other=200))
    >>> rates.rr1, round(rates.rr6, 4)
    (0.4, 0.5625)
    """
    counts = [ended.complete, ended.partial, ended.refusal, ended.non_contact, ended.other]
    unknown = ended.unknown_household + ended.unknown_other
    every = [*counts, ended.unknown_household, ended.unknown_other, ended.not_eligible]
    if any(count < 0 or count != int(count) for count in every):
        raise BadInput("dispositions are whole numbers, zero or more")
    known = sum(counts)
    if known + unknown == 0:
        raise CannotSay("nobody", "nobody eligible was invited")
    if e is None:
        e = known / (known + ended.not_eligible) if known else 1.0
    if not 0 <= e <= 1:
        raise BadInput(f"e is a share, 0 to 1, not {e}")
    i, p, r, nc, o = counts
    all_unknown, some_unknown = known + unknown, known + e * unknown
    return ResponseRates(
        rr1=_over(i, all_unknown),
        rr2=_over(i + p, all_unknown),
        rr3=_over(i, some_unknown),
        rr4=_over(i + p, some_unknown),
        rr5=_over(i, known),
        rr6=_over(i + p, known),
        coop1=_over(i, i + p + r + o),
        coop2=_over(i + p, i + p + r + o),
        coop3=_over(i, i + p + r),
        coop4=_over(i + p, i + p + r),
        ref1=_over(r, all_unknown),
        ref2=_over(r, some_unknown),
        ref3=_over(r, known),
        con1=_over(known - nc, all_unknown),
        con2=_over(known - nc, some_unknown),
        con3=_over(known - nc, known),
        e=e,
        notices=tuple(_low(_over(i + p, some_unknown))),
    )


def non_response(groups: Sequence[Any], invited: ArrayLike, answered: ArrayLike) -> NonResponse:
    """Whether some groups answer less than others.

    groups : (m,) labels
    invited, answered : (m,) int
        Customers invited, and those of them who answered.

    >>> found = non_response(["北", "南"], [500, 500], [200, 100])
    >>> found.overall, round(found.r_indicator, 2), [notice.code for notice in found.notices]
    (0.3, 0.8, ['uneven_response'])
    """
    asked, got = numbers(invited, name="invited"), numbers(answered, name="answered")
    if not len(groups) == asked.size == got.size:
        raise BadInput("groups, invited and answered are of one length")
    wrong = np.flatnonzero(~((asked >= got) & (got >= 0)) | (asked % 1 != 0) | (got % 1 != 0))
    if wrong.size:
        at = int(wrong[0])
        raise BadInput(f"group {groups[at]!r}: {got[at]:g} answers of {asked[at]:g} invitations cannot be")
    if not asked.sum() > 0:
        raise CannotSay("nobody", "nobody was invited")
    overall = float(got.sum() / asked.sum())
    there = asked > 0
    rate, low, high = (np.full(asked.size, np.nan) for _ in range(3))
    rate[there] = got[there] / asked[there]
    low[there], high[there] = share_interval(rate[there], asked[there])
    spread = math.sqrt(float((asked[there] * (rate[there] - overall) ** 2).sum() / asked.sum()))
    chi = float((asked[there] * (rate[there] - overall) ** 2).sum() / (overall * (1 - overall))) if 0 < overall < 1 else 0.0
    freedom = int(there.sum()) - 1
    p_value = float(chdtrc(freedom, chi)) if freedom > 0 else math.nan
    indicator = 1 - 2 * spread
    notices = _low(overall)
    if p_value < SMALL:
        lowest = int(np.nanargmin(rate))
        notices.append(
            Notice(
                "uneven_response",
                f"groups do not answer alike (p {p_value:.2g}); fewest in {groups[lowest]!r}, {rate[lowest]:.0%}: weight them",
            )
        )
    silent = [groups[int(at)] for at in np.flatnonzero(there & (got == 0))]
    if silent:
        notices.append(
            Notice("nobody_answered", f"nobody answered in {len(silent)} groups, the first {silent[0]!r}: the others cannot speak for them")
        )
    if (asked[there] * min(overall, 1 - overall) < EXPECTED_CELL).any():
        notices.append(Notice("thin_groups", "some groups are so small that the test is rough: join them"))
    worst = (1 - indicator) / (2 * overall) if overall > 0 else math.nan
    return NonResponse(tuple(groups), rate, low, high, overall, chi, p_value, indicator, worst, tuple(notices))


def _over(part: float, whole: float) -> float:
    return part / whole if whole > 0 else math.nan


def _low(rate: float) -> list[Notice]:
    return [Notice("low_response", f"{rate:.1%} answered: those who did may differ from those who did not")] if rate < LOW_RATE else []
