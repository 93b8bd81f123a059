"""Penalty-reward contrast analysis: whether a poor answer to an item costs more than a good one brings.

References
----------
Brandt, R. D. (1987). A procedure for identifying value-enhancing service components using customer satisfaction survey data.
    In Surprenant, C. (ed.), Add value to your service, 61-65. Chicago: American Marketing Association.
Matzler, K. & Sauerwein, E. (2002). The factor structure of customer satisfaction. Int. J. Serv. Ind. Manag. 13, 314-332.
Mikulić, J. & Prebežac, D. (2008). Prioritizing improvement of service attributes using impact range-performance analysis and
    impact-asymmetry analysis. Manag. Serv. Qual. 18, 559-576.
White, H. (1980). A heteroskedasticity-consistent covariance matrix estimator. Econometrica 48, 817-838.

"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import stdtr, stdtrit

from kexin.measures.answers import effective_n, usable_weights
from kexin.measures.columns import Columns, ItemNotice, column, columns, refuse_missing, refuse_one_weight
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable

Floats = NDArray[np.float64]
Kind = Literal["hygiene", "performance", "motivator", "unclear"]
Impact = Literal["frustrator", "dissatisfier", "hybrid", "satisfier", "delighter", "unclear"]
Errors = Literal["classical", "robust"]

FEW = 10  # answers below which one person more or less changes the picture
UNKNOWN = float("nan")


@dataclass(frozen=True)
class Contrast:
    """One item's penalty and reward, in points of overall satisfaction against a middling answer to the same item.

    name : str
    kind : "hygiene", "performance", "motivator" or "unclear"
        Which of penalty and reward are significant with the right sign: the penalty alone, both, the reward alone, neither. "unclear" too
        where one of them cannot be estimated.
    penalty, penalty_low, penalty_high, penalty_p : float
        Coefficient of a low answer, negative where it costs satisfaction; interval; two-sided p.
    reward, reward_low, reward_high, reward_p : float
        Coefficient of a high answer, positive where it brings satisfaction.
    impact_range, range_low, range_high : float
        reward - penalty: what lies between a low and a high answer.
    asymmetry, asymmetry_low, asymmetry_high : float
        (reward + penalty) / (reward - penalty): -1 only dissatisfies, 0 as much either way, +1 only delights. A coefficient on the wrong
        side of zero counts as zero where chance explains it; NaN where it does not, or where both are zero. Interval by the delta method,
        cut to -1 and 1.
    satisfaction_potential, dissatisfaction_potential : float
        reward / range and -penalty / range (SGP and DGP), 0 to 1 and together 1; `asymmetry` is the one less the other.
    impact : "frustrator", "dissatisfier", "hybrid", "satisfier", "delighter" or "unclear"
        By `asymmetry` alone and the cuts chosen, significant or not: below the outer cut on the negative side a frustrator, between
        them a dissatisfier, up to the inner on either side a hybrid, and so on. "unclear" where there is no asymmetry.
    symmetry_p : float
        Of penalty and reward being equally large. "The penalty is significant and the reward is not" does not say they differ; this does.
    n_low, n_high : int
    """

    name: str
    kind: Kind
    penalty: float
    penalty_low: float
    penalty_high: float
    penalty_p: float
    reward: float
    reward_low: float
    reward_high: float
    reward_p: float
    impact_range: float
    range_low: float
    range_high: float
    asymmetry: float
    asymmetry_low: float
    asymmetry_high: float
    satisfaction_potential: float
    dissatisfaction_potential: float
    impact: Impact
    symmetry_p: float
    n_low: int
    n_high: int


@dataclass(frozen=True)
class Contrasts(Storable):
    """All items of one regression.

    contrasts : tuple of Contrast, in the order given
    constant : float
        Expected overall satisfaction when every item is middling.
    r_squared, adjusted_r_squared : float
    low, high : float
        Answers up to `low` are low, from `high` on high.
    alpha : float
        Significance gate, two-sided.
    errors : "classical" or "robust"
    level : float
    n : int
    effective_n : float
    left_out : int
    notices : tuple of ItemNotice
    """

    contrasts: tuple[Contrast, ...]
    constant: float
    r_squared: float
    adjusted_r_squared: float
    low: float
    high: float
    alpha: float
    errors: Errors
    level: float
    n: int
    effective_n: float
    left_out: int
    notices: tuple[ItemNotice, ...]

    def __getitem__(self, name: str) -> Contrast:
        for one in self.contrasts:
            if one.name == name:
                return one
        raise KeyError(name)


def penalty_reward(  # noqa: PLR0913 -- each choice is the caller's, by name
    overall: ArrayLike,
    items: Any,
    *,
    low: float,
    high: float,
    names: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
    missing: Literal["complete", "refuse"] = "complete",
    scale: tuple[float, float] | None = None,
    errors: Errors | None = None,
    alpha: float = 0.05,
    level: float = 0.95,
    cuts: tuple[float, float] = (0.1, 0.4),
) -> Contrasts:
    """Regress overall satisfaction on two dummies an item, "low" and "high", all items together (Brandt 1987).

    overall : (n,) float
    items : dict of name -> (n,) float, or (n, k) float with `names`
    low, high : float
        Answers <= low are low, >= high are high, what lies between is the reference; on 1 to 10 commonly 6 and 9.
    weights : (n,) float, optional
        Case weights; 0 leaves a row out.
    missing : "complete" or "refuse"
        Rows with every answer, or none may be missing.
    scale : lowest and highest possible answer of items, optional
    errors : optional
        "classical" with equal variance, the default without weights; "robust" (White 1980, times n / (n - k)), the default with them.
    cuts : (inner, outer)
        Of the asymmetry, for `impact`. No theory gives them.

    An item nobody answered low, or high, keeps its other half and the notice "no_low" or "no_high"; its kind is "unclear". A sign on
    the wrong side never makes a kind and has the notice "wrong_sign", or "sign_by_chance". "wide_asymmetry" tells of intervals that
    simulation found to hold the truth more often than they say.
    Raises CannotSay "constant", "no_middle" (nothing between, or all answers in one band: choose other cut-offs), "collinear",
    "too_few", "one_weight".

    >>> answers = [1, 1, 2, 2, 2, 3, 3, 1, 2, 3]
    >>> found = penalty_reward([4, 3, 8, 7, 8, 8, 9, 4, 7, 7], {"clean": answers}, low=1, high=3)
    >>> found["clean"].kind, round(found["clean"].penalty, 2), round(found["clean"].asymmetry, 2)
    ('hygiene', -3.83, -0.77)
    """
    if not low < high:
        raise BadInput("low must lie below high")
    if not 0 < alpha < 1 or not 0 < level < 1:
        raise BadInput("alpha and level lie between 0 and 1")
    if not 0 <= cuts[0] <= cuts[1] < 1:
        raise BadInput(f"cuts are an inner and an outer one between 0 and 1, as (0.1, 0.4), not {cuts}")
    if missing not in ("complete", "refuse"):
        raise BadInput(f"missing is 'complete' or 'refuse', not {missing!r}")
    read = columns(items, names=names, scale=scale)
    y = column(overall, name="overall")
    if y.size != read.values.shape[0]:
        raise BadInput(f"overall has {y.size} answers, the items {read.values.shape[0]}")
    w = usable_weights(weights, y.size)
    if missing == "refuse":
        refuse_missing(np.column_stack((read.values, y))[w > 0], (*read.names, "overall"))
    used = (w > 0) & ~np.isnan(y) & ~np.isnan(read.values).any(axis=1)
    left_out = int(y.size - used.sum())
    y, w, x = y[used], w[used], read.values[used]
    if y.size < 3:  # noqa: PLR2004 -- low, middle and high
        raise CannotSay("too_few", f"{y.size} rows with all answers: choose items with fewer missing answers")
    refuse_one_weight(w)
    is_low, is_high = x <= low, x >= high
    _refuse_bands(Columns(read.names, x), y, is_low, is_high, low=low, high=high)

    kept = np.concatenate((is_low.any(axis=0), is_high.any(axis=0)))
    dummies = np.column_stack((is_low, is_high)).astype(np.float64)[:, kept]
    owner = np.concatenate((np.arange(len(read.names)),) * 2)[kept]
    design = np.column_stack((np.ones(y.size), dummies))
    if y.size < design.shape[1] + 1:
        raise CannotSay(
            "too_few", f"{y.size} rows for {design.shape[1] - 1} dummies: at least {design.shape[1] + 1} are needed; leave out items"
        )
    chosen = errors or ("classical" if weights is None else "robust")
    fitted = _least_squares(design, y, w / w.sum() * y.size, chosen, [read.names[i] for i in owner])

    # Position of each item's low and high dummy among the coefficients; -1 where it has none.
    place = np.full(2 * len(read.names), -1)
    place[kept] = np.arange(1, design.shape[1])
    gate = _Gate(alpha=alpha, quantile=float(stdtrit(fitted.freedom, (1 + level) / 2)), cuts=cuts)
    contrasts = tuple(
        _contrast(name, int(place[i]), int(place[i + len(read.names)]), fitted, gate, int(is_low[:, i].sum()), int(is_high[:, i].sum()))
        for i, name in enumerate(read.names)
    )
    return Contrasts(
        contrasts=contrasts,
        constant=float(fitted.slopes[0]),
        r_squared=fitted.r_squared,
        adjusted_r_squared=1 - (1 - fitted.r_squared) * (y.size - 1) / fitted.freedom,
        low=float(low),
        high=float(high),
        alpha=alpha,
        errors=chosen,
        level=level,
        n=int(y.size),
        effective_n=effective_n(w),
        left_out=left_out,
        notices=tuple(_notices(contrasts, left_out, alpha)),
    )


@dataclass(frozen=True)
class _Fit:
    slopes: Floats
    covariance: Floats
    freedom: int
    r_squared: float


@dataclass(frozen=True)
class _Gate:
    alpha: float
    quantile: float
    cuts: tuple[float, float]


def _refuse_bands(items: Columns, y: Floats, is_low: NDArray[np.bool_], is_high: NDArray[np.bool_], *, low: float, high: float) -> None:
    if y.min() == y.max():
        raise CannotSay("constant", "overall satisfaction is the same in every row used: there is nothing to explain")
    for name, x, poor, good in zip(items.names, items.values.T, is_low.T, is_high.T, strict=True):
        if x.min() == x.max():
            raise CannotSay("constant", f"item {name!r} has the same answer in every row used: leave it out")
        if poor.all() or good.all() or not (poor | good).any() or (poor | good).all():
            raise CannotSay(
                "no_middle",
                f"item {name!r} has {poor.sum()} answers up to {low:g}, {(~poor & ~good).sum()} between and {good.sum()} from {high:g} on: "
                "answers between and at one end at least are needed; choose other cut-offs or leave it out",
            )


def _least_squares(design: Floats, y: Floats, w: Floats, errors: Errors, owners: list[str]) -> _Fit:
    root = np.sqrt(w)[:, None]
    q, r = np.linalg.qr(design * root)
    diagonal = np.abs(np.diagonal(r))
    # A dummy the ones before it determine leaves nothing of its length.
    followers = np.flatnonzero(diagonal < 1e-8 * np.linalg.norm(design * root, axis=0))
    if followers.size:
        name = owners[int(followers[0]) - 1]
        raise CannotSay("collinear", f"low or high answers to item {name!r} follow exactly from those to items before it: leave one out")
    inverse = np.linalg.solve(r, np.eye(r.shape[0]))
    slopes = inverse @ (q.T @ (y * root[:, 0]))
    residual = y - design @ slopes
    freedom = y.size - design.shape[1]
    if errors == "classical":
        covariance = inverse @ inverse.T * float(w @ residual**2) / freedom
    else:
        scores = (design * (w * residual)[:, None]) @ (inverse @ inverse.T)
        covariance = scores.T @ scores * y.size / freedom
    spread = y - np.average(y, weights=w)
    return _Fit(slopes, covariance, freedom, 1 - float(w @ residual**2) / float(w @ spread**2))


def _contrast(name: str, low: int, high: int, fitted: _Fit, gate: _Gate, n_low: int, n_high: int) -> Contrast:
    penalty, penalty_low, penalty_high, penalty_p = _estimate(_pick(fitted, {low: 1.0}), fitted, gate)
    reward, reward_low, reward_high, reward_p = _estimate(_pick(fitted, {high: 1.0}), fitted, gate)
    span, range_low, range_high, _ = _estimate(_pick(fitted, {high: 1.0, low: -1.0}), fitted, gate)
    *_, symmetry_p = _estimate(_pick(fitted, {high: 1.0, low: 1.0}), fitted, gate)
    asymmetry = asymmetry_low = asymmetry_high = pleases = annoys = UNKNOWN
    # A sign that is wrong by chance is what an effect of zero looks like half of the time, and counts as zero.
    lost, won = min(penalty, 0.0), max(reward, 0.0)
    chance = (penalty <= 0 or penalty_p >= gate.alpha) and (reward >= 0 or reward_p >= gate.alpha)
    if chance and won - lost > 0:
        pleases, annoys = won / (won - lost), -lost / (won - lost)  # Mikulić & Prebežac 2008: SGP, DGP and their difference
        asymmetry = pleases - annoys
        # Its slopes: -2 penalty / range² along the reward, 2 reward / range² along the penalty.
        gradient = _pick(fitted, {high: -2 * lost / (won - lost) ** 2, low: 2 * won / (won - lost) ** 2})
        error = _standard_error(gradient, fitted) if gradient is not None else UNKNOWN
        asymmetry_low, asymmetry_high = max(asymmetry - gate.quantile * error, -1.0), min(asymmetry + gate.quantile * error, 1.0)
    hurts = penalty < 0 and penalty_p < gate.alpha
    delights = reward > 0 and reward_p < gate.alpha
    kind: Kind = "unclear"
    if low >= 0 and high >= 0:
        kind = {(True, False): "hygiene", (True, True): "performance", (False, True): "motivator"}.get((hurts, delights), "unclear")  # type: ignore[assignment]  # a table of kinds
    return Contrast(
        name=name, kind=kind,
        penalty=penalty, penalty_low=penalty_low, penalty_high=penalty_high, penalty_p=penalty_p,
        reward=reward, reward_low=reward_low, reward_high=reward_high, reward_p=reward_p,
        impact_range=span, range_low=range_low, range_high=range_high,
        asymmetry=asymmetry, asymmetry_low=asymmetry_low, asymmetry_high=asymmetry_high,
        satisfaction_potential=pleases, dissatisfaction_potential=annoys, impact=_impact(asymmetry, gate.cuts),
        symmetry_p=symmetry_p, n_low=n_low, n_high=n_high,
    )  # fmt: skip


def _impact(asymmetry: float, cuts: tuple[float, float]) -> Impact:
    if math.isnan(asymmetry):
        return "unclear"
    inner, outer = cuts
    if abs(asymmetry) <= inner:
        return "hybrid"
    if asymmetry > 0:
        return "delighter" if asymmetry > outer else "satisfier"
    return "frustrator" if asymmetry < -outer else "dissatisfier"


def _pick(fitted: _Fit, weights: dict[int, float]) -> Floats | None:
    """A combination of coefficients, None where one of them was not estimated."""
    if any(place < 0 for place in weights):
        return None
    combination = np.zeros(fitted.slopes.size)
    for place, weight in weights.items():
        combination[place] = weight
    return combination


def _standard_error(combination: Floats, fitted: _Fit) -> float:
    return math.sqrt(max(float(combination @ fitted.covariance @ combination), 0.0))


def _estimate(combination: Floats | None, fitted: _Fit, gate: _Gate) -> tuple[float, float, float, float]:
    """Value, interval and two-sided p."""
    if combination is None:
        return UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN
    value = float(combination @ fitted.slopes)
    error = _standard_error(combination, fitted)
    p = 2 * float(stdtr(fitted.freedom, -abs(value) / error)) if error > 0 else float(value == 0)
    return value, value - gate.quantile * error, value + gate.quantile * error, p


def _notices(contrasts: tuple[Contrast, ...], left_out: int, alpha: float) -> Iterator[ItemNotice]:
    for one in contrasts:
        for count, code, word in ((one.n_low, "low", "low"), (one.n_high, "high", "high")):
            if count == 0:
                yield ItemNotice(f"no_{code}", f"nobody gave a {word} answer to {one.name!r}: its kind cannot be told", one.name)
            elif count < FEW:
                yield ItemNotice(f"few_{code}", f"only {count} {word} answers to {one.name!r}", one.name)
        for wrong, p, says in (
            (one.penalty > 0, one.penalty_p, "a low answer goes with more satisfaction"),
            (one.reward < 0, one.reward_p, "a high answer goes with less satisfaction"),
        ):
            if wrong and p < alpha:
                yield ItemNotice("wrong_sign", f"{one.name!r}: {says}, other items held; its asymmetry is not given", one.name)
            elif wrong and not math.isnan(one.asymmetry):
                yield ItemNotice("sign_by_chance", f"{one.name!r}: {says}, within chance; it counts as zero in its asymmetry", one.name)
        if one.asymmetry_low == -1 or one.asymmetry_high == 1:
            text = f"{one.name!r}: the interval of its asymmetry is cut at an end of the scale and too wide: some 97 in 100 hold the truth"
            yield ItemNotice("wide_asymmetry", text, one.name)
    if left_out:
        yield ItemNotice("left_out", f"{left_out} rows are not used, for missing answers or a weight of zero")
