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

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from kexin.measures.errors import BadInput, CannotSay
from kexin.measures.plain import plain
from kexin.measures.pls.faults import Note
from kexin.measures.pls.fit import Fit, Scheme, fit
from kexin.measures.pls.model import Model
from kexin.measures.pls.moments import moments
from kexin.measures.pls.samples import Draws, Samples, complete_rows, lost
from kexin.measures.pls.stack import statistics
from kexin.measures.pls.uncertainty import Estimate, Estimates

Floats = NDArray[np.float64]

AT = (-1.0, 0.0, 1.0)  # standard deviations of the moderator
SINGULAR = 1e-10
CELLS = 4_000_000  # rows times samples whose scores lie in memory at once


@dataclass(frozen=True)
class Moderation:
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
    failures: int
    warnings: tuple[Note, ...]

    def to_dict(self) -> dict[str, Any]:
        """Plain numbers, lists and words."""
        stored: dict[str, Any] = plain(self)
        return stored


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
    level: float = 0.95,
) -> Moderation:
    """How much `moderator` changes the effect of `source` on `target`, by the two-stage approach, with percentile and BCa intervals.

    First `model` is fitted without the interaction; then the target's score is regressed on the scores of all its causes and the
    product of source and moderator (Henseler & Chin 2010, two-stage; Becker, Ringle & Sarstedt 2018, standardized scores).

    model : Model
        With paths from source and from moderator to the target: without the moderator's own effect the product would take it over.
    data, items, weights, rng, replicates, scheme, level
        As for `bootstrap`; items are standardized. Both stages are done anew in every resample. Rows are resampled in memory, up to
        50,000.

    Raises what `moments` and `fit` raise; BadInput where a construct is unknown or a path lacking; CannotSay "too_few" where rows are
    not more than coefficients + 1, "collinear" where the product follows from the causes, as it does when both have two values that
    never cross, and "no_solution" where fewer than half the resamples can be fitted.
    """
    _check(model, source, moderator, target, replicates, level)
    stats = moments(data, items, weights=weights)
    first = fit(stats, model, scheme=scheme)
    causes = tuple(start for start, end in model.paths if end == target)
    if stats.n <= len(causes) + 2:
        raise CannotSay("too_few", f"{len(causes)} paths and an interaction lead to {target} and there are {stats.n} rows: gather more")
    rows, row_weights, _kept = complete_rows(data, weights, [stats.items.index(item) for item in model.items])
    samples = _Interacting(rows, row_weights, first, (*causes, target), (source, moderator))
    whole, failed, deviation = samples.second_stage(np.ones((1, len(rows))), first.weights.array[None])
    if failed[0]:
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
        failures=failures,
        warnings=(*first.warnings, *notes, *lost(failures, replicates)),
    )


class _Interacting(Samples):
    """Samples whose scores are multiplied with each other: moments are not enough for that, so every row is scored."""

    def __init__(self, rows: Floats, weights: Floats | None, first: Fit, named: Sequence[str], pair: tuple[str, str]) -> None:
        super().__init__(rows, weights, first)
        self._standard = np.ascontiguousarray(((rows - first.mean) / first.deviation).T)
        self._row_weights = np.ones(len(rows)) if weights is None else weights
        self._constructs = [first.model.constructs.index(name) for name in named]
        self._pair = [named.index(name) for name in pair]

    def fitted(self, batches: Iterable[Floats]) -> Draws:
        parts: list[dict[str, Floats]] = []
        failed: list[NDArray[np.bool_]] = []
        at_once = max(1, CELLS // self.n // len(self._constructs))
        for batch in batches:
            for counts in (batch[start : start + at_once] for start in range(0, len(batch), at_once)):
                mean, covariance = self.moments(counts)
                stage, kinds = statistics(mean, covariance, self.point, None)
                lost_first = np.logical_or.reduce(list(kinds.values()))
                deviation = np.sqrt(np.maximum(np.diagonal(covariance, axis1=1, axis2=2), 0.0)) / self.point.deviation
                with np.errstate(divide="ignore", invalid="ignore"):
                    plain_weights = np.where(lost_first[:, None], self.point.weights.array, stage["weights"] / deviation)
                # A sample without a first stage goes through the second as the whole sample would, and is left out afterwards.
                found, lost_second, _deviation = self.second_stage(np.where(lost_first[:, None], 1.0, counts), plain_weights)
                parts.append(found)
                failed.append(lost_first | lost_second)
        return Draws({name: np.concatenate([part[name] for part in parts]) for name in parts[0]}, np.concatenate(failed))

    def second_stage(self, counts: Floats, plain_weights: Floats) -> tuple[dict[str, Floats], NDArray[np.bool_], Floats]:
        """Regressions of the target on its causes and the product.

        counts : (b, n) float
        plain_weights : (b, p) float
            Of items in units of the whole sample's deviations.
        Returns estimates by name (b, m), which samples have none (b,), and the product's deviation (b,).
        """
        share = counts * self._row_weights
        share /= share.sum(axis=1, keepdims=True)
        chosen = self.point.model.layout.belongs.T[self._constructs]
        scored = (plain_weights[:, None, :] * chosen) @ self._standard
        scored -= np.einsum("bn,bkn->bk", share, scored)[..., None]
        with np.errstate(divide="ignore", invalid="ignore"):
            scored /= np.sqrt(np.einsum("bn,bkn->bk", share, scored**2))[..., None]
        product = scored[:, self._pair[0]] * scored[:, self._pair[1]]
        product -= (share * product).sum(axis=1, keepdims=True)
        deviation = np.sqrt((share * product**2).sum(axis=1))
        regressors = np.concatenate([scored[:, :-1], product[:, None]], axis=1)
        weighted = regressors * share[:, None, :]
        systems, shared = weighted @ regressors.transpose(0, 2, 1), (weighted @ scored[:, -1, :, None])[..., 0]
        size = np.sqrt(np.diagonal(systems, axis1=1, axis2=2))
        with np.errstate(divide="ignore", invalid="ignore"):
            scaled = systems / size[:, :, None] / size[:, None, :]
        flawed = ~np.isfinite(scaled).all(axis=(1, 2)) | (deviation < SINGULAR)
        scaled = np.where(flawed[:, None, None], np.eye(scaled.shape[1]), scaled)
        flawed |= np.linalg.eigvalsh(scaled)[:, 0] < SINGULAR
        systems = np.where(flawed[:, None, None], np.eye(scaled.shape[1]), systems)
        solved = np.linalg.solve(systems, shared[..., None])[..., 0]
        alone = np.linalg.solve(systems[:, :-1, :-1], shared[:, :-1, None])[..., 0]
        share_with, share_without = (solved * shared).sum(axis=1), (alone * shared[:, :-1]).sum(axis=1)
        slopes = solved[:, self._pair[0], None] + solved[:, -1:] * np.array(AT)
        with np.errstate(divide="ignore", invalid="ignore"):
            gained = (share_with - share_without) / (1.0 - share_with)
        found = {
            "interaction": solved[:, -1:],
            "paths": solved[:, :-1],
            "slopes": slopes,
            "shares": np.column_stack([share_with, share_without, gained]),
        }
        return found, np.asarray(flawed), deviation


def _check(model: Model, source: str, moderator: str, target: str, replicates: int, level: float) -> None:
    for name in (source, moderator, target):
        if name not in model.blocks:
            raise BadInput(f"there is no construct {name!r}: the model has {', '.join(model.constructs)}")
    if len({source, moderator, target}) < 3:  # noqa: PLR2004 -- three different ones
        raise BadInput("source, moderator and target are three different constructs")
    if (source, target) not in model.paths:
        raise BadInput(f"{source} does not lead to {target} in the model: there is no effect to moderate; add the path")
    if (moderator, target) not in model.paths:
        raise BadInput(f"{moderator} does not lead to {target} in the model, and the product would take its own effect over: add the path")
    if replicates < 100:  # noqa: PLR2004 -- fewer say nothing of tails
        raise BadInput(f"{replicates} replicates are too few for an interval: take some thousands, 100 at least")
    if not 0 < level < 1:
        raise BadInput("the level lies between 0 and 1")
