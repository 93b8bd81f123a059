"""How often 95 % intervals of the rest of path modelling hold the estimator's own population value.

    python benchmarks/coverage_pls_other.py [--simulations 1000] [--replicates 500] [--rows 250 1000] [--processes 1] [--kinds …]

The respondents of `coverage_pls.py`: consistent (PLSc) and weighted fits, drawing random groups in place of persons, mediation,
differences between two groups, a whole made of two constructs, moderation. The truth is what the same estimator makes of a million
respondents. Prints the share of intervals that hold it, in percent, over all numbers of a kind and the lowest and highest of one.
"""

from __future__ import annotations

import argparse
import os
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np
from coverage_pls import MODEL, respondents

from kexin.measures import pls
from kexin.measures.errors import CannotSay

Found = dict[str, np.ndarray]  # by kind (m, 3): estimate, low, high
POPULATION = 1_000_000
TOGETHER = 25
ITEMS = MODEL.items


def _table(kind: str, estimates: pls.Estimates) -> Found:
    """Both intervals of what varies."""
    varies = estimates.se > 1e-9
    return {f"{kind}, {how}": np.column_stack([estimates.value, getattr(estimates, how)])[varies] for how in ("percentile", "bca")}


def _one(kind: str, estimate: pls.Estimate) -> Found:
    return {f"{kind}, {how}": np.array([(estimate.value, *getattr(estimate, how))]) for how in ("percentile", "bca")}


def consistent(rng: np.random.Generator, rows: int, replicates: int) -> Found:
    boot = pls.bootstrap(respondents(rng, rows), MODEL, items=ITEMS, rng=rng, replicates=replicates, consistent=True)
    return _table("PLSc paths", boot.paths) | _table("PLSc loadings", boot.loadings) | _table("PLSc R²", boot.r_squared)


def raw(rng: np.random.Generator, rows: int, replicates: int) -> Found:
    boot = pls.bootstrap(respondents(rng, rows), MODEL, items=ITEMS, rng=rng, replicates=replicates, metric="raw", low=1, high=10)
    return _table("raw metric, paths", boot.paths) | _table("raw metric, index", boot.index)


def weighted(rng: np.random.Generator, rows: int, replicates: int) -> Found:
    """The most content answer three times as often as the least, and are weighted down."""
    many = respondents(rng, 6 * rows)
    chance = np.interp(many.mean(axis=1), (3, 9), (1 / 3, 1))
    chosen = np.flatnonzero(rng.random(len(many)) < chance)[:rows]
    boot = pls.bootstrap(many[chosen], MODEL, items=ITEMS, rng=rng, replicates=replicates, weights=1 / chance[chosen], low=1, high=10)
    return _table("weighted, paths", boot.paths) | _table("weighted, index", boot.index)


def groups(rng: np.random.Generator, rows: int, replicates: int) -> Found:
    """A hundred random groups drawn in place of ten times as many persons: the fewest that are allowed."""
    answers = respondents(rng, 10 * rows)
    boot = pls.bootstrap(answers, MODEL, items=ITEMS, rng=rng, replicates=replicates, groups=100, low=1, high=10)
    return _table("100 random groups, paths", boot.paths) | _table("100 random groups, index", boot.index)


def mediation(rng: np.random.Generator, rows: int, replicates: int) -> Found:
    found = pls.mediation(respondents(rng, rows), MODEL, "Image", "Loyalty", items=ITEMS, rng=rng, replicates=replicates)
    return _table("mediation, each way", found.by_way) | _one("mediation, indirect", found.indirect) | _one("mediation, total", found.total)


def difference(rng: np.random.Generator, rows: int, replicates: int) -> Found:
    """Two branches of half the rows each; the second less content and with other effects."""
    second = np.clip(respondents(rng, rows // 2) - (rng.random((rows // 2, 1)) < 0.4), 1, 10)
    answers = np.concatenate([respondents(rng, rows // 2), second])
    where = np.repeat(["north", "south"], rows // 2)
    found = pls.compare(
        answers, MODEL, where, items=ITEMS, rng=rng, permutations=100, replicates=replicates, kinds=("paths", "index"), low=1, high=10
    )
    rows_of = {kind: [one for pair, one in found.items() if pair.kind == kind] for kind in ("paths", "index")}
    return {f"difference of {kind}": np.array([(one.value, one.low, one.high) for one in ones]) for kind, ones in rows_of.items()}


def whole(rng: np.random.Generator, rows: int, replicates: int) -> Found:
    model = pls.Model(
        {name: MODEL.blocks[name] for name in ("Image", "Quality", "Satisfaction", "Loyalty")},
        [("Image", "Satisfaction"), ("Quality", "Satisfaction"), ("Satisfaction", "Loyalty")],
    )
    parts = {"Offer": ["Image", "Quality"]}
    found = pls.higher_order(respondents(rng, rows), model, parts, items=ITEMS, rng=rng, replicates=replicates)
    return _table("a whole of two, paths", found.paths) | _table("a whole of two, weights", found.weights)


def moderation(rng: np.random.Generator, rows: int, replicates: int) -> Found:
    found = pls.moderation(respondents(rng, rows), MODEL, "Image", "Satisfaction", "Loyalty", items=ITEMS, rng=rng, replicates=replicates)
    return _one("moderation, interaction", found.interaction) | _table("moderation, slopes", found.slopes)


KINDS: dict[str, Callable[[np.random.Generator, int, int], Found]] = {
    one.__name__: one for one in (consistent, raw, weighted, groups, mediation, difference, whole, moderation)
}


def simulate(job: tuple[str, Found, int, int, int, int]) -> tuple[int, Found]:
    kind, truth, rows, replicates, seed, many = job
    held: dict[str, list[np.ndarray]] = {name: [] for name in truth}
    refused = 0
    for number in range(seed, seed + many):
        try:
            found = KINDS[kind](np.random.default_rng([rows, number]), rows, replicates)
        except CannotSay:
            refused += 1
            continue
        for name, numbers in found.items():
            held[name].append((numbers[:, 1] <= truth[name]) & (truth[name] <= numbers[:, 2]))
    return refused, {name: np.array(parts) for name, parts in held.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--simulations", type=int, default=1000)
    parser.add_argument("--replicates", type=int, default=500)
    parser.add_argument("--rows", type=int, nargs="+", default=[250, 1000])
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--kinds", nargs="+", choices=KINDS, default=list(KINDS))
    asked = parser.parse_args()
    error = 100 * (0.95 * 0.05 / asked.simulations) ** 0.5
    print(f"{asked.simulations} simulations of {asked.replicates} resamples; standard error of one coverage {error:.2f}")
    with ProcessPoolExecutor(asked.processes) as pool:
        for kind in asked.kinds:
            size = POPULATION // 10 if kind == "groups" else POPULATION
            truth = {name: found[:, 0] for name, found in KINDS[kind](np.random.default_rng(1), size, 100).items()}
            for rows in asked.rows:
                seeds = range(0, asked.simulations, TOGETHER)
                jobs = [(kind, truth, rows, asked.replicates, seed, min(TOGETHER, asked.simulations - seed)) for seed in seeds]
                told = list(pool.map(simulate, jobs))
                refused = sum(one for one, _held in told)
                for name in truth:
                    each = 100 * np.concatenate([held[name] for _refused, held in told if len(held[name])]).mean(axis=0)
                    spread = f"({each.min():.1f} to {each.max():.1f} over {each.size})" if each.size > 1 else ""
                    print(f"n {rows:5}  {name:36} {each.mean():5.1f}  {spread}  {f'{refused} refused' if refused else ''}", flush=True)


if __name__ == "__main__":
    main()
