"""Intervals of a net score, a share and a mean, for one sample or a million at once.

References
----------
Tango, T. (1998). Equivalence test and confidence interval for the difference in proportions for the paired-sample design.
    Stat. Med. 17, 891-908.
Bonett, D. G. & Price, R. M. (2012). Adjusted Wald confidence interval for a difference of binomial proportions based on paired data.
    J. Educ. Behav. Stat. 37, 479-488.
Rocks, B. (2016). Interval estimation for the net promoter score. Am. Stat. 70, 365-372.
Wilson, E. B. (1927). Probable inference, the law of succession, and statistical inference. J. Am. Stat. Assoc. 22, 209-212.
Clopper, C. J. & Pearson, E. S. (1934). The use of confidence or fiducial limits. Biometrika 26, 404-413.
Student (1908). The probable error of a mean. Biometrika 6, 1-25.

"""

from __future__ import annotations

from typing import Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import betaincinv, ndtri, stdtrit

from kexin.measures.errors import BadInput

Floats = NDArray[np.float64]
NetMethod = Literal["score", "adjusted", "rocks", "wald"]
ShareMethod = Literal["wilson", "clopper_pearson"]

HALVINGS = 44  # to 1e-13 of a scale of two


def net_interval(
    promoters: ArrayLike, detractors: ArrayLike, n: ArrayLike, *, level: ArrayLike = 0.95, method: NetMethod = "score"
) -> tuple[Floats, Floats]:
    """Interval of promoters minus detractors, two shares of the same answers.

    promoters, detractors : float or (groups,) float
        Shares, 0 to 1.
    n : float or (groups,) float
        Answers they are shares of; effective n where weighted, so it need not be whole.
    level : float or (levels,) float
    method : "score", "adjusted", "rocks" or "wald"
        Two shares of one sample whose cells exclude each other differ as those of paired yes/no answers do, so the intervals made for
        these apply. "score": Tango 1998, the values a score test does not reject. "adjusted": Bonett & Price 2012, one promoter and
        one detractor added. "rocks": Rocks 2016, three answers added, ¾ promoters, 1½ passives and ¾ detractors. "wald": the textbook
        one, too narrow in small samples and of no width when all answers fall in one class; for comparison only.

    Returns (low, high), each shaped as the input, within -1 and 1.

    >>> low, high = net_interval(0.5, 0.2, 100)
    >>> f"{low:.3f} {high:.3f}"
    '0.140 0.443'
    """
    p, q, count = (np.asarray(one, dtype=np.float64) for one in (promoters, detractors, n))
    z = _z(level)
    if method == "score":
        return _tango(p, q, count, z)
    if method == "adjusted":
        p, q, count = (p * count + 1) / (count + 2), (q * count + 1) / (count + 2), count + 2
    elif method == "rocks":
        p, q, count = (p * count + 0.75) / (count + 3), (q * count + 0.75) / (count + 3), count + 3
    elif method != "wald":
        raise BadInput(f'method is "score", "adjusted", "rocks" or "wald", not "{method}"')
    half = z * np.sqrt(np.maximum(p + q - (p - q) ** 2, 0.0) / count)
    return np.clip(p - q - half, -1, 1), np.clip(p - q + half, -1, 1)


def share_interval(share: ArrayLike, n: ArrayLike, *, level: ArrayLike = 0.95, method: ShareMethod = "wilson") -> tuple[Floats, Floats]:
    """Interval of a share: Wilson 1927, which is right on average, or Clopper & Pearson 1934, which is never too short.

    share : float or (groups,) float
        0 to 1.
    n : float or (groups,) float
        Effective n where weighted.

    >>> low, high = share_interval(0.5, 10)
    >>> f"{low:.4f} {high:.4f}"
    '0.2366 0.7634'
    """
    p, count = np.asarray(share, dtype=np.float64), np.asarray(n, dtype=np.float64)
    if method == "wilson":
        z = _z(level)
        centre = (p + z**2 / (2 * count)) / (1 + z**2 / count)
        half = z / (1 + z**2 / count) * np.sqrt(p * (1 - p) / count + z**2 / (4 * count**2))
        return np.where(p <= 0, 0.0, np.maximum(centre - half, 0.0)), np.where(p >= 1, 1.0, np.minimum(centre + half, 1.0))
    if method != "clopper_pearson":
        raise BadInput(f'method is "wilson" or "clopper_pearson", not "{method}"')
    tail = (1 - _level(level)) / 2
    yes, no = p * count, (1 - p) * count
    with np.errstate(invalid="ignore"):  # a share of 0 or 1 has no beta distribution on that side, and is set below
        low, high = betaincinv(yes, no + 1, tail), betaincinv(yes + 1, no, 1 - tail)
    return np.where(p <= 0, 0.0, low), np.where(p >= 1, 1.0, high)


def mean_interval(mean: ArrayLike, spread: ArrayLike, n: ArrayLike, *, level: ArrayLike = 0.95) -> tuple[Floats, Floats]:
    """Student's interval of a mean.

    mean : float or (groups,) float
    spread : float or (groups,) float
        Standard deviation of one answer, with n - 1 beneath.
    n : float or (groups,) float
        Effective n where weighted. Up to one answer the interval is NaN: nothing is known of the spread.

    >>> low, high = mean_interval(7.0, 2.0, 25)
    >>> f"{low:.3f} {high:.3f}"
    '6.174 7.826'
    """
    m, s, count = (np.asarray(one, dtype=np.float64) for one in (mean, spread, n))
    known = count > 1
    safe = np.where(known, count, 2.0)
    half = np.where(known, stdtrit(safe - 1, (1 + _level(level)) / 2) * s / np.sqrt(safe), np.nan)
    return m - half, m + half


def _tango(p: Floats, q: Floats, n: Floats, z: Floats) -> tuple[Floats, Floats]:
    """The statistic falls from one end of the scale to the other, so each limit is found by halving."""
    found = np.broadcast_to(p - q, np.broadcast_shapes(p.shape, q.shape, n.shape, z.shape))
    limits = []
    for end, sign in ((-1.0, 1.0), (1.0, -1.0)):
        near, far = found.copy(), np.full_like(found, end)
        for _ in range(HALVINGS):
            middle = (near + far) / 2
            inside = sign * _statistic(middle, p, q, n) <= z
            near, far = np.where(inside, middle, near), np.where(inside, far, middle)
        limits.append(near)
    return limits[0], limits[1]


def _statistic(d: Floats, p: Floats, q: Floats, n: Floats) -> Floats:
    # Tango 1998, eqs. 12 to 14, divided by n
    b = -p - q + (2 - p + q) * d
    c = -q * d * (1 - d)
    detractors_if_d = (np.sqrt(np.maximum(b**2 - 8 * c, 0.0)) - b) / 4
    variance = np.maximum(2 * detractors_if_d + d * (1 - d), 0.0) / n
    off = p - q - d
    with np.errstate(divide="ignore", invalid="ignore"):  # at the ends of the scale the variance is none: certain, or certainly not
        return np.where(variance > 0, off / np.sqrt(variance), np.where(off == 0, 0.0, np.sign(off) * np.inf))


def _level(level: ArrayLike) -> Floats:
    given = np.asarray(level, dtype=np.float64)
    if not ((given > 0) & (given < 1)).all():
        raise BadInput(f"a level lies between 0 and 1, as 0.95 does, not {given}")
    return given


def _z(level: ArrayLike) -> Floats:
    return np.asarray(ndtri((1 + _level(level)) / 2), dtype=np.float64)
