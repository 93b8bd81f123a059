"""How many answers are needed, and from whom.

References
----------
Cochran, W. G. (1977). Sampling techniques, 3rd ed. New York: Wiley. Chapters 4 and 5.
Krejcie, R. V. & Morgan, D. W. (1970). Determining sample size for research activities. Educ. Psychol. Meas. 30, 607-610.
Neyman, J. (1934). On the two different aspects of the representative method. J. R. Stat. Soc. 97, 558-625.

"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from kexin.measures.answers import Floats, Notice, numbers
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable

SMALLEST_TRUSTED = 30
HUNDRED = 100.0


@dataclass(frozen=True)
class SampleSize(Storable):
    """Answers and invitations needed.

    n : int
        Answers, rounded up.
    exact : float
        Before rounding.
    invitations : int
        To get n answers at the response rate expected, at most the population.
    margin : float
        Half the interval, in the unit asked for.
    level : float
    notices : tuple of Notice
        Codes "small": below 30 the normal approximation behind the formula is rough; "not_enough_people": even the whole population
        does not give n answers at this response rate.
    """

    n: int
    exact: float
    invitations: int
    margin: float
    level: float
    notices: tuple[Notice, ...] = ()


@dataclass(frozen=True)
class Allocation(Storable):
    """Answers by stratum.

    n : (strata,) int
        At most the stratum's size.
    total : int
    error : float
        Standard error of the stratified mean that this gives, in the unit of `spreads`; NaN when these are not known.
    method : "proportional" or "neyman"
    notices : tuple of Notice
        Codes "taken_whole" (a stratum is asked entirely), "thin" (fewer than two answers: no error can be told in it).
    """

    n: NDArray[np.int64]
    total: int
    error: float
    method: Literal["proportional", "neyman"]
    notices: tuple[Notice, ...] = ()


def size_for_mean(
    margin: float,
    spread: float,
    *,
    population: int | None = None,
    level: float = 0.95,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
) -> SampleSize:
    """Answers needed for a mean within `margin` (Cochran 1977, section 4.6), with finite population correction.

    margin, spread : float
        Half the interval wanted and standard deviation of one answer, in the same unit.
    population : int, optional
        Customers there are in all; leave out when very many.
    design_effect : float
        1 for a simple random sample without weights; what earlier waves had otherwise.
    response_rate : float
        0 to 1, to say how many to invite.

    >>> size_for_mean(0.2, 2.0).n
    385
    """
    if not (margin > 0 and spread > 0 and design_effect > 0 and 0 < response_rate <= 1 and 0 < level < 1):
        raise BadInput("margin, spread and design effect are above zero, response rate and level within 0 and 1")
    if not all(map(math.isfinite, (margin, spread, design_effect))):
        raise BadInput("margin, spread and design effect are numbers, not infinite")
    if population is not None and population < 1:
        raise BadInput(f"a population of {population} has nobody to ask")
    simple = (float(ndtri((1 + level) / 2)) * spread / margin) ** 2 * design_effect
    exact = simple if population is None else simple / (1 + (simple - 1) / population)
    exact = max(exact, 1.0)
    n = math.ceil(exact - 1e-9)
    wanted = math.ceil(n / response_rate - 1e-9)
    notices = []
    if n < SMALLEST_TRUSTED and n != population:
        notices.append(Notice("small", f"{n} answers are few for the formula behind this: take {SMALLEST_TRUSTED} or more"))
    if population is not None and wanted > population:
        notices.append(Notice("not_enough_people", f"{wanted} invitations are needed and there are {population} customers"))
        wanted = population
    return SampleSize(n, exact, wanted, margin, level, tuple(notices))


def size_for_share(
    margin: float,
    expected: float = 0.5,
    *,
    population: int | None = None,
    level: float = 0.95,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
) -> SampleSize:
    """Answers needed for a share within `margin` (0.05 is five points); see `size_for_mean`.

    expected : float
        The share expected, 0 to 1; 0.5 is the worst case.

    >>> size_for_share(0.05).n, size_for_share(0.05, population=1000, response_rate=0.2).n
    (385, 278)
    """
    if not 0 < expected < 1:
        raise BadInput(f"the share expected lies between 0 and 1, not {expected}")
    spread = math.sqrt(expected * (1 - expected))
    return size_for_mean(margin, spread, population=population, level=level, design_effect=design_effect, response_rate=response_rate)


def size_for_net_promoter(
    margin: float,
    promoters: float = 0.5,
    detractors: float = 0.5,
    *,
    population: int | None = None,
    level: float = 0.95,
    design_effect: float = 1.0,
    response_rate: float = 1.0,
) -> SampleSize:
    """Answers needed for a net promoter score within `margin` points; see `size_for_mean`.

    promoters, detractors : float
        Shares expected; half and half is the worst case.

    >>> size_for_net_promoter(10).n, size_for_net_promoter(10, 0.5, 0.2).n
    (385, 235)
    """
    if promoters < 0 or detractors < 0 or not 0 < promoters + detractors <= 1:
        raise BadInput("promoters and detractors are shares, zero or more, of together at most 1")
    spread = HUNDRED * math.sqrt(promoters + detractors - (promoters - detractors) ** 2)
    if spread == 0:
        raise CannotSay("no_spread", "if everybody answers alike one answer is enough: expect a few who do not")
    return size_for_mean(margin, spread, population=population, level=level, design_effect=design_effect, response_rate=response_rate)


def allocate(total: int, sizes: ArrayLike, spreads: ArrayLike | None = None, *, minimum: int = 0) -> Allocation:
    """Share `total` answers among strata: in proportion to size, or, when spreads are given, to size times spread (Neyman 1934).

    total : int
    sizes : (strata,) int
        Customers in each.
    spreads : (strata,) float, optional
        Standard deviation of one answer in each; Cochran 1977, eq. 5.26.
    minimum : int
        Answers every stratum gets, as far as it has customers.

    A stratum that would be asked more often than it has customers is taken whole, and the rest shared again (Cochran 1977, section 5.8).

    >>> allocate(100, [6000, 3000, 1000]).n.tolist(), allocate(100, [6000, 3000, 1000], [1, 1, 5]).n.tolist()
    ([60, 30, 10], [43, 21, 36])
    """
    size = numbers(sizes, name="sizes")
    if size.size == 0 or not (size >= 1).all() or (size % 1).any():
        raise BadInput("sizes: every stratum has at least one customer; leave out empty ones")
    pull = size
    if spreads is not None:
        spread = numbers(spreads, name="spreads")
        if spread.shape != size.shape or not (spread >= 0).all() or not spread.any():
            raise BadInput("spreads: one a stratum, zero or more, not all zero")
        pull = size * spread
    if total < 1 or total > size.sum():
        raise BadInput(f"{total} answers cannot be had from {int(size.sum())} customers")
    least = np.minimum(minimum, size)
    if least.sum() > total:
        raise BadInput(f"{total} answers are fewer than {minimum} in each of {size.size} strata")
    n = _rounded(_shared(float(total), pull, least, size), total, size)
    notices = []
    whole, thin = np.flatnonzero(n == size), np.flatnonzero((n < 2) & (n < size))  # noqa: PLR2004 -- two show a spread
    if whole.size:
        notices.append(Notice("taken_whole", f"strata asked entirely: {', '.join(map(str, whole[:5]))}{' …' if whole.size > 5 else ''}"))  # noqa: PLR2004
    if thin.size:
        notices.append(Notice("thin", f"{thin.size} strata get fewer than two answers: give a minimum, or join them with others"))
    error = math.nan
    if spreads is not None and (n[spread > 0] > 0).all():
        part = size / size.sum()
        error = math.sqrt(float((part**2 * spread**2 / np.maximum(n, 1) * (1 - n / size)).sum()))  # Cochran 1977, eq. 5.6
    return Allocation(n, int(n.sum()), error, "proportional" if spreads is None else "neyman", tuple(notices))


def _shared(total: float, pull: Floats, least: Floats, most: Floats) -> Floats:
    """Proportional to `pull` between `least` and `most`: the one factor for which they add up is found by halving."""
    low, high = 0.0, total / float(pull[pull > 0].min())
    for _ in range(200):
        factor = (low + high) / 2
        low, high = (factor, high) if np.clip(factor * pull, least, most).sum() < total else (low, factor)
    n = np.clip(high * pull, least, most)
    missing = total - float(n.sum())
    if missing > 1e-6:  # noqa: PLR2004 -- strata without any spread take what the others cannot
        room = np.where(pull > 0, 0.0, most - n)
        n = n + room * (missing / room.sum())
    return np.asarray(n, dtype=np.float64)


def _rounded(n: Floats, total: int, most: Floats) -> NDArray[np.int64]:
    """Whole numbers that add up: the largest remainders are rounded up."""
    whole = np.floor(n + 1e-6)
    left = round(total - float(whole.sum()))
    order = np.argsort(-np.where(whole < most, n - whole, -1.0), kind="stable")
    whole[order[:left]] += 1
    return whole.astype(np.int64)
