"""What raised or lowered an expectation: a small regression that says in words what it found.

References
----------
MacKinnon, J. G. & White, H. (1985). Some heteroskedasticity-consistent covariance matrix estimators with improved finite sample
    properties. J. Econometrics 29, 305-325. HC3.
Long, J. S. & Ervin, L. H. (2000). Using heteroscedasticity consistent standard errors in the linear regression model.
    Am. Stat. 54, 217-224.

"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import stdtr, stdtrit

from kexin.measures.answers import Notice, numbers
from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable
from kexin.measures.scores.differences import holm

ALONE = 1e-8  # of a column's variance: less left beside the others, and it is one of them
FOLLOWS = 0.999  # leverage from which an answer is fitted by an act of its own
PEOPLE_AN_ACT = 10


@dataclass(frozen=True)
class Influence:
    """One act or circumstance.

    name : str
    effect, low, high : float
        How far one unit of it (1 for done / not done) moves the expectation, the others held still.
    p_value, p_adjusted : float
        Of no effect; Holm 1979 among all.
    mean : float
        Of the act: the share it was done to.
    moved : float
        effect times mean: what it moved the average expectation by.
    direction : "raised", "lowered" or "unclear"
        Unclear where the interval holds zero.
    """

    name: str
    effect: float
    low: float
    high: float
    p_value: float
    p_adjusted: float
    mean: float
    moved: float
    direction: Literal["raised", "lowered", "unclear"]


@dataclass(frozen=True)
class Shift(Storable):
    """What moved the expectation.

    influences : tuple of Influence, in the order given
    change : float
        Mean change of the expectation; base plus everything moved.
    base : float
        Change with none of the acts.
    r_squared : float
        Share of the differences between people that is explained; NaN when all changed alike.
    n, left_out : int
        People counted, and those with something missing.
    level : float
    notices : tuple of Notice
        Codes "few_answers", "constant".
    """

    influences: tuple[Influence, ...]
    change: float
    base: float
    r_squared: float
    n: int
    left_out: int
    level: float
    notices: tuple[Notice, ...] = ()


def what_moved(change: ArrayLike, acts: Mapping[str, ArrayLike], *, level: float = 0.95) -> Shift:
    """Regress the change of an expectation on what was done; least squares, HC3 errors, Student's intervals.

    change : (n,) float
        Expectation after minus before.
    acts : mapping of name to (n,) float
        1 done, 0 not done, or how much: "price told", "visited the workshop", "promised by sales".

    People with anything missing are left out and counted. Raises CannotSay: "few" with no more people than acts can be told apart by,
    "constant" for an act done to everybody or nobody, "collinear" for acts that always come together, "one_alone" where an act was
    done to a single person; each names the act.

    >>> acts = {"praised": [1, 1, 0, 0, 0, 1, 0, 0], "warned": [0, 0, 0, 0, 0, 0, 1, 1]}
    >>> found = what_moved([1.0, 1.2, 0.0, -0.1, 0.1, 0.9, -0.6, -0.4], acts)
    >>> [(one.name, round(one.effect, 2), one.direction) for one in found.influences]
    [('praised', 1.03, 'raised'), ('warned', -0.5, 'lowered')]
    """
    y = numbers(change, name="change")
    columns = {name: numbers(values, name=name) for name, values in acts.items()}
    if not columns or any(column.size != y.size for column in columns.values()):
        raise BadInput("acts: at least one, each with one number a person")
    if not 0 < level < 1:
        raise BadInput(f"a level lies between 0 and 1, as 0.95 does, not {level}")
    x = np.column_stack(list(columns.values()))
    kept = ~np.isnan(y) & ~np.isnan(x).any(axis=1)
    x, y = x[kept], y[kept]
    n, acts_n = x.shape
    if n < acts_n + 3:
        raise CannotSay("few", f"{n} people cannot tell {acts_n} acts apart: at least {acts_n + 3} are needed")
    centre, spread = x.mean(axis=0), x.std(axis=0)
    names = list(columns)
    for name, one in zip(names, np.ptp(x, axis=0), strict=True):
        if one == 0:
            raise CannotSay("constant", f"{name}: the same for everybody, so nobody can say what it does: leave it out")
    z = (x - centre) / spread
    # one act after another: what is left of it beside those before it
    corner = np.abs(np.diag(np.linalg.qr(z, mode="r"))) ** 2 / n
    if (corner < ALONE).any():
        raise CannotSay(
            "collinear", f"{names[int(np.argmax(corner < ALONE))]}: always comes together with acts named before it: leave one out"
        )
    design = np.column_stack([np.ones(n), z])
    inverse = np.linalg.inv(design.T @ design)
    effects = inverse @ design.T @ y
    residual = y - design @ effects
    leverage = ((design @ inverse) * design).sum(axis=1)
    if (leverage > FOLLOWS).any():
        alone = int(np.abs(z[int(np.argmax(leverage))]).argmax())
        raise CannotSay("one_alone", f"{names[alone]}: rests on one person: leave it out, or ask more people")
    covariance = inverse @ (design.T * (residual / (1 - leverage)) ** 2) @ design @ inverse  # MacKinnon & White 1985, HC3
    freedom = n - acts_n - 1
    effect = effects[1:] / spread
    error = np.sqrt(np.diag(covariance)[1:]) / spread
    half = float(stdtrit(freedom, (1 + level) / 2)) * error
    with np.errstate(divide="ignore", invalid="ignore"):  # a perfect fit has no error
        p = np.where(error > 0, 2 * stdtr(freedom, -np.abs(effect) / error), np.where(effect == 0, 1.0, 0.0))
    total = float(((y - y.mean()) ** 2).sum())
    notices = []
    if n < PEOPLE_AN_ACT * acts_n:
        notices.append(Notice("few_answers", f"{n} people for {acts_n} acts: at least {PEOPLE_AN_ACT} people an act are better"))
    if np.ptp(y) == 0:
        notices.append(Notice("constant", "everybody's expectation changed alike: there is nothing to explain"))
    influences = tuple(
        Influence(
            name=name,
            effect=float(effect[at]),
            low=float(effect[at] - half[at]),
            high=float(effect[at] + half[at]),
            p_value=float(p[at]),
            p_adjusted=float(adjusted),
            mean=float(centre[at]),
            moved=float(effect[at] * centre[at]),
            direction="raised" if effect[at] - half[at] > 0 else "lowered" if effect[at] + half[at] < 0 else "unclear",
        )
        for at, (name, adjusted) in enumerate(zip(names, holm(p), strict=True))
    )
    return Shift(
        influences=influences,
        change=float(y.mean()),
        base=float(y.mean() - effect @ centre),
        r_squared=1 - float(residual @ residual) / total if np.ptp(y) > 0 else math.nan,
        n=n,
        left_out=int((~kept).sum()),
        level=level,
        notices=tuple(notices),
    )
