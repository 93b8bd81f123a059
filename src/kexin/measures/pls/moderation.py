"""Moderation: whether the effect of one construct on another is stronger or weaker where a third is high.

References
----------
Henseler, J. & Chin, W. W. (2010). A comparison of approaches for the analysis of interaction effects between latent variables using
partial least squares path modeling. Struct. Equ. Modeling 17, 82-109.
Becker, J.-M., Ringle, C. M. & Sarstedt, M. (2018). Estimating moderating effects in PLS-SEM and PLSc-SEM: interaction term generation x
data treatment. J. Appl. Struct. Equ. Modeling 2(2), 1-21.
Aiken, L. S. & West, S. G. (1991). Multiple Regression: Testing and Interpreting Interactions (simple slopes). Sage.

"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import Storable
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit, Scheme, fit
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import moments
from kexin.measures.pls.rows import complete_rows
from kexin.measures.pls.samples import Found, Samples, check, doubts, grouping, units
from kexin.measures.pls.stack import statistics
from kexin.measures.pls.uncertainty import Estimate, Estimates

Floats = NDArray[np.float64]
Mask = NDArray[np.bool_]

AT = (-1.0, 0.0, 1.0)  # standard deviations of the moderator
SINGULAR = 1e-10
CONSTANT = 1e-6  # what the difference of squares leaves of a product that does not vary


@dataclass(frozen=True)
class Moderation(Storable):
    """The effect of `source` on `target` at different heights of `moderator`.

    source, moderator, target : str
    interaction : Estimate
        What the effect gains with each standard deviation of the moderator: the coefficient of the product of both scores, which have
        mean 0 and variance 1; the product itself is not scaled again.
    paths : cause -> Estimate
        Of every cause of the target, beside the interaction. That of the source holds where the moderator is at its mean.
    slopes : -1, 0, 1 -> Estimate
        Effect of the source where the moderator is so many standard deviations from its mean.
    r_squared, r_squared_without : Estimate
        Of the target, with the interaction and without.
    f_squared : Estimate
        (R² - R² without) / (1 - R²). It cannot be negative, so its interval does not test the interaction.
    product_deviation : float
        Standard deviation of the product. `interaction` times it is the coefficient programs give that scale the product to variance 1.
    first : Fit
        The first stage, without the interaction, whose weights make the scores.
    replicates, level
    groups : int or None
        How many random groups of respondents were drawn in place of respondents.
    failures : int
        Resamples that gave no estimates.
    warnings : of code and text
        Those of the fit; "single_item"; "failures" above one in a hundred.
    """

    source: str
    moderator: str
    target: str
    interaction: Estimate
    paths: Estimates[str]
    slopes: Estimates[float]
    r_squared: Estimate
    r_squared_without: Estimate
    f_squared: Estimate
    product_deviation: float
    first: Fit
    replicates: int
    level: float
    groups: int | None
    failures: int
    warnings: tuple[Note, ...]


def moderation(  # noqa: PLR0913 -- the three constructs, the fit's options and the resampling's
    data: ArrayLike,
    model: Model,
    source: str,
    moderator: str,
    target: str,
    *,
    items: Sequence[str],
    rng: np.random.Generator,
    replicates: int = 5000,
    weights: ArrayLike | None = None,
    scheme: Scheme = "path",
    groups: int | None = None,
    level: float = 0.95,
) -> Moderation:
    """How much `moderator` changes the effect of `source` on `target`, by the two-stage approach, with percentile and BCa intervals.

    First `model` is fitted without the interaction; then the target's score is regressed on the scores of all its causes and the
    product of source and moderator (Henseler & Chin 2010, two-stage; Becker, Ringle & Sarstedt 2018, standardized scores).

    model : Model
        With paths from source and from moderator to the target: without the moderator's own effect the product would take it over.
    data, items, weights, rng, replicates, scheme, groups, level
        As for `bootstrap`; items are standardized. Both stages are done anew in every resample. Products of source and moderator items
        count as items, so that many of them bring the change from rows to groups nearer.

    A product of scores is a weighted sum of products of items. So the moments of the items and of the products of one item of the source
    with one of the moderator hold all that the second stage needs: no row is scored, and moments of groups of rows add up.

    Raises what `moments` and `fit` raise; BadInput where a construct is unknown or a path lacking; CannotSay "too_few" where rows are
    not more than coefficients + 1, "collinear" where the product follows from the causes, as it does when both have two values that
    never cross, and "no_solution" where fewer than half the resamples can be fitted.
    """
    check(replicates, level, groups)
    _check(model, source, moderator, target)
    stats = moments(data, items, weights=weights)
    first = fit(stats, model, scheme=scheme)
    causes = tuple(start for start, end in model.paths if end == target)
    if stats.n <= len(causes) + 2:
        raise CannotSay("too_few", f"{len(causes)} paths and an interaction lead to {target} and there are {stats.n} rows: gather more")
    stages = _Stages(first, (*causes, target), (source, moderator))
    drawn_from = units(complete_rows(data, weights, stats, model), groups, rng, stages.width)
    samples = Samples(drawn_from, first.mean, first.deviation, stages.both, stages.columns)
    whole, flawed, deviation = stages.second(*samples.moments(np.ones((1, samples.n))), first.weights.array[None])
    if flawed[0]:
        text = f"the product of {source} and {moderator} follows from what leads to {target}: the answers cannot show an interaction"
        raise CannotSay("collinear", text)
    draws, left = samples.drawn(replicates, rng), samples.left_out()
    failures = int(draws.failed.sum())

    def estimated(name: str, keys: Sequence[Any]) -> Estimates[Any]:
        return Estimates(keys, whole[name][0], draws.good(name), left.good(name), level)

    shares = estimated("shares", ("with", "without", "f_squared"))
    single = [name for name in (source, moderator) if len(model.blocks[name]) == 1]
    notes = [Note("single_item", f"{name} has one item, whose error makes the interaction look smaller than it is") for name in single]
    return Moderation(
        source=source,
        moderator=moderator,
        target=target,
        interaction=estimated("interaction", ("interaction",))["interaction"],
        paths=estimated("paths", causes),
        slopes=estimated("slopes", AT),
        r_squared=shares["with"],
        r_squared_without=shares["without"],
        f_squared=shares["f_squared"],
        product_deviation=float(deviation[0]),
        first=first,
        replicates=replicates,
        level=level,
        groups=grouping(drawn_from),
        failures=failures,
        warnings=(*first.warnings, *notes, *doubts(failures, replicates)),
    )


class _Stages:
    """Both stages, from moments of the standardized items followed by products of source and moderator items.

    named : the causes of the target, then the target
    pair : source and moderator
    """

    def __init__(self, first: Fit, named: Sequence[str], pair: tuple[str, str]) -> None:
        layout, constructs = first.model.layout, first.model.constructs
        self._first = first
        self._p = len(first.model.items)
        self._chosen = layout.belongs.T[[constructs.index(name) for name in named]]
        self._pair = [named.index(name) for name in pair]
        source, moderator = (np.arange(self._p)[layout.slices[constructs.index(name)]] for name in pair)
        self._source, self._moderator = np.repeat(source, len(moderator)), np.tile(moderator, len(source))
        self.width = self._p + len(self._source)

    def columns(self, standard: Floats) -> Floats:
        """(k, width) of standardized answers (k, p)."""
        return np.column_stack([standard, standard[:, self._source] * standard[:, self._moderator]])

    def both(self, mean: Floats, covariance: Floats) -> Found:
        """What is estimated by name (b, m), and which samples have none (b,)."""
        first, unit = self._first, self._first.deviation
        items = covariance[:, : self._p, : self._p]
        stage, kinds = statistics(first.mean + mean[:, : self._p] * unit, items * np.multiply.outer(unit, unit), first, None)
        lost = np.logical_or.reduce(list(kinds.values()))
        deviation = np.sqrt(np.maximum(np.diagonal(items, axis1=1, axis2=2), 0.0))
        # A sample without a first stage goes through the second with other weights, and is left out afterwards.
        with np.errstate(divide="ignore", invalid="ignore"):
            plain_weights = np.where(lost[:, None], first.weights.array, stage["weights"] / deviation)
        found, flawed, _deviation = self.second(mean, covariance, plain_weights)
        return found, {**kinds, "collinear": flawed & ~lost}

    def second(self, mean: Floats, covariance: Floats, plain_weights: Floats) -> tuple[dict[str, Floats], Mask, Floats]:
        """Regressions of the target on its causes and the product.

        plain_weights : (b, p) float
            Of items in units of the whole sample's deviations.
        Returns estimates by name (b, m), which samples have none (b,), and the product's deviation (b,).
        """
        scores = plain_weights[:, None, :] * self._chosen
        spread = np.diagonal(scores @ covariance[:, : self._p, : self._p] @ scores.transpose(0, 2, 1), axis1=1, axis2=2)
        with np.errstate(divide="ignore", invalid="ignore"):
            scores = scores / np.sqrt(np.maximum(spread, 0.0))[..., None]
        made = np.zeros((len(scores), scores.shape[1] + 1, self.width))  # causes, their product, target: each of which columns
        made[:, :-2, : self._p], made[:, -1, : self._p] = scores[:, :-1], scores[:, -1]
        made[:, -2] = self._product(scores[:, self._pair[0]], scores[:, self._pair[1]], mean[:, : self._p])
        between = made @ covariance @ made.transpose(0, 2, 1)
        systems, shared = between[:, :-1, :-1], between[:, :-1, -1]
        size = np.sqrt(np.maximum(np.diagonal(systems, axis1=1, axis2=2), 0.0))
        deviation = size[:, -1]
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = systems / size[:, :, None] / size[:, None, :]
        flawed = ~np.isfinite(scaled).all(axis=(1, 2)) | (deviation < CONSTANT)
        one = np.eye(scaled.shape[1])
        scaled = np.where(flawed[:, None, None], one, scaled)
        flawed |= np.linalg.eigvalsh(scaled)[:, 0] < SINGULAR
        systems = np.where(flawed[:, None, None], one, systems)
        solved = np.linalg.solve(systems, shared[..., None])[..., 0]
        alone = np.linalg.solve(systems[:, :-1, :-1], shared[:, :-1, None])[..., 0]
        share_with, share_without = (solved * shared).sum(axis=1), (alone * shared[:, :-1]).sum(axis=1)
        with np.errstate(divide="ignore", invalid="ignore"):
            gained = (share_with - share_without) / (1.0 - share_with)
        found = {
            "interaction": solved[:, -1:],
            "paths": solved[:, :-1],
            "slopes": solved[:, self._pair[0], None] + solved[:, -1:] * np.array(AT),
            "shares": np.column_stack([share_with, share_without, gained]),
        }
        return found, np.asarray(flawed), deviation

    def _product(self, source: Floats, moderator: Floats, mean: Floats) -> Floats:
        """(b, width) Σ aᵢbⱼ(xᵢ - mᵢ)(yⱼ - mⱼ), but for a constant, as a weighted sum of items and their products."""
        source_mean, moderator_mean = ((weights * mean).sum(axis=1, keepdims=True) for weights in (source, moderator))
        linear = -source * moderator_mean - moderator * source_mean
        return np.column_stack([linear, source[:, self._source] * moderator[:, self._moderator]])


def _check(model: Model, source: str, moderator: str, target: str) -> None:
    for name in (source, moderator, target):
        if name not in model.blocks:
            raise BadInput(f"there is no construct {name!r}: the model has {', '.join(model.constructs)}")
    if len({source, moderator, target}) < 3:  # noqa: PLR2004 -- three different ones
        raise BadInput("source, moderator and target are three different constructs")
    if (source, target) not in model.paths:
        raise BadInput(f"{source} does not lead to {target} in the model: there is no effect to moderate; add the path")
    if (moderator, target) not in model.paths:
        raise BadInput(f"{moderator} does not lead to {target} in the model, and the product would take its own effect over: add the path")
