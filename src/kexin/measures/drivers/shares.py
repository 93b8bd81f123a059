"""Shares of R²: how much of what moves the outcome goes with each predictor, where predictors go with each other too.

References
----------
Lindeman, R. H., Merenda, P. F. & Gold, R. Z. (1980). Introduction to bivariate and multivariate analysis. Glenview: Scott, Foresman.
Shapley, L. S. (1953). A value for n-person games. Contributions to the Theory of Games 2, 307-317.
Grömping, U. (2006). Relative importance for linear regression in R: the package relaimpo. J. Stat. Softw. 17(1).
Johnson, J. W. (2000). A heuristic method for estimating the relative weight of predictor variables. Multivar. Behav. Res. 35, 1-19.
Castro, J., Gómez, D. & Tejada, J. (2009). Polynomial calculation of the Shapley value based on sampling. Comput. Oper. Res. 36, 1726-1730.
Kish, L. (1965). Survey sampling. New York: Wiley.

"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import ndtri

from kexin.measures.answers import effective_n
from kexin.measures.columns import ItemNotice, Missing
from kexin.measures.drivers import decomposition
from kexin.measures.drivers.table import Table
from kexin.measures.errors import BadInput
from kexin.measures.plain import Storable
from kexin.measures.resampled import quantiles, tails

Floats = NDArray[np.float64]
Method = Literal["exact", "sampled", "johnson"]
Split = Callable[[Floats], Floats]  # (b, p + 1, p + 1) correlations to (b, p) shares

EXACT_UP_TO = 20  # predictors: a million subsets, a fraction of a second
EXACT_AT_MOST = 24  # beyond this the subsets do not fit into memory
NOTHING = 1e-12  # an R² that is only rounding
AT_ONCE = 2**18  # subsets of resamples worked on together: what a processor's cache holds


@dataclass(frozen=True)
class Driver:
    """One predictor's part.

    name : str
    share : float
        Of the outcome's variance, 0 to 1; all shares add up to R².
    low, high : float
        Interval of `share`, NaN without a generator. It cannot hold zero: an item that may have no share has the notice "within_chance".
    of_explained : float
        share / R², 0 to 1; all add up to 1. NaN when nothing is explained.
    of_explained_low, of_explained_high : float
    correlation : float
        With the outcome. Its sign tells the direction; a share has none.
    sampling_error : float
        Standard error of `share` from sampling orders; 0 when exact.
    """

    name: str
    share: float
    low: float
    high: float
    of_explained: float
    of_explained_low: float
    of_explained_high: float
    correlation: float
    sampling_error: float


@dataclass(frozen=True)
class Drivers(Storable):
    """Shares of R² of all predictors, in the order given.

    drivers : tuple of Driver
    r_squared : float
    n : int
        Rows used. With pairwise correlations the fewest behind any of them.
    effective_n : float
        (sum w)² / sum w² of those rows (Kish 1965); equals n without weights.
    left_out : int
        Rows not used, for a missing answer or a weight of zero.
    method : "exact", "sampled" or "johnson"
    interval : "percentile" or None
        Of a bootstrap over rows, weights going with their rows.
    level : float
    replicates, failed : int
        Resamples asked for, and those with no answer (left out of the intervals).
    notices : tuple of ItemNotice
    """

    drivers: tuple[Driver, ...]
    r_squared: float
    n: int
    effective_n: float
    left_out: int
    method: Method
    interval: Literal["percentile"] | None
    level: float
    replicates: int
    failed: int
    notices: tuple[ItemNotice, ...]

    @property
    def shares(self) -> dict[str, float]:
        return {one.name: one.share for one in self.drivers}

    def __getitem__(self, name: str) -> Driver:
        return next((one for one in self.drivers if one.name == name), None) or _unknown(name)


def shapley(  # noqa: PLR0913 -- each choice is the caller's, by name
    outcome: ArrayLike,
    predictors: Any,
    *,
    names: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
    missing: Missing = "complete",
    scale: tuple[float, float] | None = None,
    method: Literal["exact", "sampled"] | None = None,
    orders: int = 2000,
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
    level: float = 0.95,
) -> Drivers:
    """Shapley (LMG) shares: what each predictor adds to R², averaged over all orders of bringing them in.

    outcome : (n,) float
    predictors : dict of name -> (n,) float, or (n, k) float with `names`
    weights : (n,) float, optional
        Case weights, any scale; 0 leaves a row out.
    missing : "complete", "pairwise" or "refuse"
        Rows with every answer; every pair's own rows; or none may be missing.
    scale : lowest and highest possible answer of the predictors, optional
        Answers outside are refused.
    method : optional
        Exact over all subsets up to 20 predictors, beyond that over `orders` random orders, each with its reverse; `sampling_error`
        says what the sampling costs (Castro, Gómez & Tejada 2009).
    rng : Generator, optional
        For intervals (percentiles of `replicates` resamples of rows), and for sampling. Without it there are no intervals, and a notice.

    Raises BadInput for what is no table of answers; CannotSay "constant" for an item everyone answered alike, "too_few" for fewer than
    predictors + 2 rows, "one_weight", "not_correlations" when pairwise correlations contradict each other.
    Perfectly collinear predictors are no obstacle: they share what they bring together, with the notice "collinear".

    >>> found = shapley([1, 2, 3, 5, 4, 6], {"staff": [1, 2, 3, 4, 5, 6], "price": [2, 1, 2, 3, 3, 2]})
    >>> {name: round(share, 3) for name, share in found.shares.items()}, round(found.r_squared, 3)
    ({'staff': 0.766, 'price': 0.124}, 0.89)
    """
    table = Table.read(outcome, predictors, names=names, weights=weights, missing=missing, scale=scale)
    chosen = _chosen(method, len(table.names))
    split, error, common = _shapley_split(chosen, table.correlation(), orders, rng)
    return _driven(table, chosen, split, error, common, rng, replicates, level)


def relative_weights(  # noqa: PLR0913 -- each choice is the caller's, by name
    outcome: ArrayLike,
    predictors: Any,
    *,
    names: Sequence[str] | None = None,
    weights: ArrayLike | None = None,
    missing: Missing = "complete",
    scale: tuple[float, float] | None = None,
    rng: np.random.Generator | None = None,
    replicates: int = 1000,
    level: float = 0.95,
) -> Drivers:
    """Johnson's relative weights: shares of R² by way of the closest uncorrelated predictors. Close to `shapley`, for any number.

    Arguments, refusals and intervals as for `shapley`.

    >>> found = relative_weights([1, 2, 3, 5, 4, 6], {"staff": [1, 2, 3, 4, 5, 6], "price": [2, 1, 2, 3, 3, 2]})
    >>> {name: round(share, 3) for name, share in found.shares.items()}
    {'staff': 0.766, 'price': 0.124}
    """
    table = Table.read(outcome, predictors, names=names, weights=weights, missing=missing, scale=scale)
    split = decomposition.johnson_shares
    return _driven(table, "johnson", split, np.zeros(len(table.names)), split, rng, replicates, level)


def shapley_of_covariance(
    covariance: ArrayLike,
    *,
    names: Sequence[str],
    n: int,
    method: Literal["exact", "sampled"] | None = None,
    orders: int = 2000,
    rng: np.random.Generator | None = None,
) -> Drivers:
    """`shapley` from moments kept elsewhere: no data, hence no intervals.

    covariance : (k + 1, k + 1) float
        Covariances or correlations, the outcome first.
    names : of the k predictors
    n : rows behind it

    >>> shapley_of_covariance([[1, 0.6, 0.4], [0.6, 1, 0.5], [0.4, 0.5, 1]], names=["staff", "price"], n=100).shares["staff"]
    0.2866...
    """
    table = Table.from_covariance(covariance, names, n)
    chosen = _chosen(method, len(table.names))
    split, error, common = _shapley_split(chosen, table.correlation(), orders, rng)
    return _driven(table, chosen, split, error, common, None, 0, 0.95)


def relative_weights_of_covariance(covariance: ArrayLike, *, names: Sequence[str], n: int) -> Drivers:
    """`relative_weights` from moments kept elsewhere; arguments as for `shapley_of_covariance`."""
    table = Table.from_covariance(covariance, names, n)
    split = decomposition.johnson_shares
    return _driven(table, "johnson", split, np.zeros(len(table.names)), split, None, 0, 0.95)


def _chosen(method: Literal["exact", "sampled"] | None, predictors: int) -> Literal["exact", "sampled"]:
    if method == "exact" and predictors > EXACT_AT_MOST:
        raise BadInput(f"exact shares of {predictors} predictors need 2**{predictors} subsets: use method='sampled' or relative_weights")
    return method or ("exact" if predictors <= EXACT_UP_TO else "sampled")


def _exactly(correlation: Floats) -> Floats:
    return decomposition.shapley_shares(decomposition.explained_by_subsets(correlation))


def _averaged(orders: NDArray[np.intp], correlation: Floats) -> Floats:
    return np.stack([decomposition.shares_by_order(one, orders).mean(axis=0) for one in correlation])


def _shapley_split(
    method: Literal["exact", "sampled"], correlation: Floats, orders: int, rng: np.random.Generator | None
) -> tuple[Split, Floats, Split]:
    """How to split, the standard error of sampling, and how to split resamples.

    Resamples are split along the first orders only; what these miss is the same for all of them and is taken off.
    """
    p = correlation.shape[-1] - 1
    if method == "exact":
        return _exactly, np.zeros(p), _exactly
    if rng is None:
        raise BadInput("sampling orders needs a generator: give rng=")
    if orders < 4:  # noqa: PLR2004 -- two pairs have a standard error
        raise BadInput("at least 4 orders are needed")
    # An order and its reverse: what one gives a predictor too much for coming early, the other gives too little.
    forward = rng.permuted(np.tile(np.arange(p), (orders // 2, 1)), axis=1)
    paired = np.stack((forward, forward[:, ::-1]), axis=1).reshape(-1, p)
    by_order = np.concatenate(
        [decomposition.shares_by_order(correlation[0], some) for some in np.array_split(paired, -(-len(paired) // 256))]
    )
    by_pair = by_order.reshape(-1, 2, p).mean(axis=1)
    full = by_pair.mean(axis=0)
    few = paired[: min(100, len(paired))]
    missed = full - _averaged(few, correlation)[0]
    return (
        lambda _: full[None],
        by_pair.std(axis=0, ddof=1) / np.sqrt(len(by_pair)),
        lambda resampled: _averaged(few, resampled) + missed,
    )


def _driven(
    table: Table,
    method: Method,
    split: Split,
    error: Floats,
    split_resample: Split,
    rng: np.random.Generator | None,
    replicates: int,
    level: float,
) -> Drivers:
    if not 0 < level < 1:
        raise BadInput("a level lies between 0 and 1")
    correlation = table.correlation()
    shares = split(correlation)[0]
    r_squared = float(shares.sum())
    explains = r_squared > NOTHING
    of_explained = shares / r_squared if explains else np.full(shares.size, np.nan)
    notices = list(_notices(table, correlation[0], explains=explains, resampled=rng is not None and replicates > 0))
    low = high = of_low = of_high = np.full(shares.size, np.nan)
    failed = 0
    resampling = rng is not None and replicates > 0
    if resampling and rng is not None:
        per_matrix = 2 ** len(table.names) if method == "exact" else len(table.names) ** 2 + 1
        drawn = np.concatenate(
            [split_resample(some) for some in table.resampled(rng, replicates, max(1, min(replicates, AT_ONCE // per_matrix)))]
        )
        totals = drawn.sum(axis=1)
        good = np.isfinite(totals) & (totals > NOTHING) & (totals < 1 + 1e-6)
        failed = int((~good).sum())
        if good.sum() < max(2, replicates / 2):
            notices.append(ItemNotice("no_interval", f"{failed} of {replicates} resamples have no answer: there are no intervals"))
        else:
            at = np.broadcast_to(tails(level, table.n), (shares.size, 2))
            low, high = quantiles(np.sort(drawn[good], axis=0), at).T
            of_low, of_high = quantiles(np.sort(drawn[good] / totals[good, None], axis=0), at).T
            notices += _within_chance(table, shares, r_squared, level)
            if failed:
                notices.append(ItemNotice("failed_resamples", f"{failed} of {replicates} resamples have no answer and are not counted"))
    return Drivers(
        drivers=tuple(
            Driver(*((name, *map(float, row))))
            for name, *row in zip(
                table.names, shares, low, high, of_explained, of_low, of_high, correlation[0, :-1, -1], error, strict=True
            )
        ),
        r_squared=r_squared,
        n=table.n,
        effective_n=effective_n(table.weights),
        left_out=table.left_out,
        method=method,
        interval="percentile" if resampling and not np.isnan(low).any() else None,
        level=level,
        replicates=replicates if resampling else 0,
        failed=failed,
        notices=tuple(notices),
    )


def _notices(table: Table, correlation: Floats, *, explains: bool, resampled: bool) -> Iterator[ItemNotice]:
    for k in decomposition.determined(correlation):
        yield ItemNotice(
            "collinear", f"{table.names[k]!r} follows exactly from other items: they share what they bring together", table.names[k]
        )
    if table.n < 5 * (len(table.names) + 1):  # the common rule of five rows an item
        yield ItemNotice("few_rows", f"{table.n} rows for {len(table.names)} items: R² is too high by chance")
    if table.left_out:
        yield ItemNotice("left_out", f"{table.left_out} rows are not used, for missing answers or a weight of zero")
    if table.pairwise and table.covariance is None:
        yield ItemNotice("pairwise", "correlations rest on different rows each")
    if not explains:
        yield ItemNotice("nothing_explained", "the items explain nothing of the outcome")
    if not resampled:
        yield ItemNotice("no_interval", "no intervals: give a generator (rng=) and the data")


def _within_chance(table: Table, shares: Floats, r_squared: float, level: float) -> Iterator[ItemNotice]:
    """Shares are never negative, so resamples of an item without any share all lie above zero and its interval misses it.

    By chance an unrelated item gets about chi-square(1) / n of what the others leave, which over all orders is about 1 - R² / 2.
    """
    chance = float(ndtri((1 + level) / 2)) ** 2 * (1 - r_squared / 2) / effective_n(table.weights)
    for name, share in zip(table.names, shares, strict=True):
        if share <= chance:
            yield ItemNotice(
                "within_chance", f"the share of {name!r} is no larger than chance gives an unrelated item: it may be zero", name
            )


def _unknown(name: str) -> Driver:
    raise KeyError(name)
