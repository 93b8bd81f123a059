"""How often 95 % intervals of a path model hold the estimator's own population value.

    python benchmarks/coverage_pls.py [--simulations 10000] [--replicates 1000] [--rows 250 1000] [--processes 1]

Respondents answer 11 items of four constructs on a scale of 1 to 10. The truth is what the same estimator makes of ten million of them.
Each simulation draws a sample, fits, resamples and asks whether the percentile and BCa intervals hold that truth; means of items have
the intervals of `scores`. Prints the share that does, in percent: over all numbers of a kind, and the lowest and highest of one number.
Ten thousand simulations at both sizes take hours: ask for fewer, or for several processes.
"""

from __future__ import annotations

import argparse
import os
from concurrent.futures import ProcessPoolExecutor

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np

from kexin.measures import pls, scores
from kexin.measures.errors import CannotSay

MODEL = pls.Model(
    {"Image": ["I1", "I2", "I3"], "Quality": ["Q1", "Q2", "Q3"], "Satisfaction": ["S1", "S2", "S3"], "Loyalty": ["L1", "L2"]},
    [("Image", "Quality"), ("Image", "Satisfaction"), ("Quality", "Satisfaction"), ("Image", "Loyalty"), ("Satisfaction", "Loyalty")],
)
KINDS = ("index", "paths", "weights", "loadings", "total_effects", "indirect_effects", "r_squared", "htmt")
POPULATION, PART = 10_000_000, 250_000
TOGETHER = 25  # simulations handed to a process at once


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--simulations", type=int, default=10_000)
    parser.add_argument("--replicates", type=int, default=1000)
    parser.add_argument("--rows", type=int, nargs="+", default=[250, 1000])
    parser.add_argument("--processes", type=int, default=1)
    asked = parser.parse_args()
    truth = population()
    with ProcessPoolExecutor(asked.processes) as pool:
        for rows in asked.rows:
            seeds = range(0, asked.simulations, TOGETHER)
            jobs = [(truth, rows, asked.replicates, seed, min(TOGETHER, asked.simulations - seed)) for seed in seeds]
            held: dict[str, list[np.ndarray]] = {}
            for found in pool.map(simulate, jobs):
                for kind, shares in found.items():
                    held.setdefault(kind, []).append(shares)
            refused = len(np.concatenate(held.pop("refused", [np.zeros(0)])))
            error = 100 * (0.95 * 0.05 / asked.simulations) ** 0.5
            made = f"{asked.simulations} simulations of {asked.replicates} resamples, {refused} refused"
            print(f"n {rows}, {made}; standard error of one coverage {error:.2f}")
            for kind, parts in held.items():
                each = 100 * np.concatenate(parts).mean(axis=0)
                print(f"  {kind:28} {each.mean():5.1f}   ({each.min():.1f} to {each.max():.1f} over {each.size})", flush=True)


def simulate(job: tuple[dict[str, np.ndarray], int, int, int, int]) -> dict[str, np.ndarray]:
    """By kind of number and interval: (simulations, numbers) whether the truth was held."""
    truth, rows, replicates, seed, many = job
    held: dict[str, list[np.ndarray]] = {}
    for number in range(seed, seed + many):
        rng = np.random.default_rng([rows, number])
        answers = respondents(rng, rows)
        try:
            boot = pls.bootstrap(answers, MODEL, items=MODEL.items, replicates=replicates, rng=rng, low=1, high=10)
        except CannotSay:  # few respondents, an index that cannot be said
            held.setdefault("refused", []).append(np.ones(1))
            continue
        for kind in KINDS:
            estimates = getattr(boot, kind)
            varies = np.abs(truth[kind]) > 1e-6  # effects where no way leads are 0 in every sample
            for interval in ("percentile", "bca"):
                low, high = getattr(estimates, interval)[varies].T
                held.setdefault(f"{kind} {interval}", []).append((low <= truth[kind][varies]) & (truth[kind][varies] <= high))
        means = scores.by_group(answers.T.ravel(), np.repeat(np.arange(len(MODEL.items)), rows), kind="mean")
        held.setdefault("means", []).append((means.low <= truth["means"]) & (truth["means"] <= means.high))
    return {kind: np.array(parts) for kind, parts in held.items()}


def population() -> dict[str, np.ndarray]:
    rng = np.random.default_rng(1)
    stats = sum(pls.moments(respondents(rng, PART), MODEL.items) for _ in range(POPULATION // PART))
    result = pls.fit(stats, MODEL)
    truth = {kind: getattr(result, kind).array for kind in KINDS if kind not in ("index", "htmt")}
    truth["index"] = np.array(list(pls.index(result, 1, 10).values()))
    deviation = np.sqrt(np.diag(stats.covariance))
    correlation = np.abs(stats.covariance / np.outer(deviation, deviation))
    places = [np.flatnonzero(MODEL.layout.owner == construct) for construct in range(len(MODEL.constructs))]
    within = [correlation[np.ix_(block, block)][np.triu_indices(len(block), 1)].mean() for block in places]
    truth["htmt"] = np.array(
        [
            correlation[np.ix_(places[one], places[other])].mean() / np.sqrt(within[one] * within[other])
            for one in range(len(places))
            for other in range(one + 1, len(places))
        ]
    )
    truth["means"] = stats.mean
    return truth


def respondents(rng: np.random.Generator, rows: int) -> np.ndarray:
    """(rows, 11) whole answers from 1 to 10, of rather content customers: skewed, with a heap at 10."""
    image = rng.normal(size=rows)
    quality = 0.6 * image + 0.8 * rng.normal(size=rows)
    satisfaction = 0.25 * image + 0.55 * quality + 0.65 * rng.normal(size=rows)
    loyalty = 0.2 * image + 0.5 * satisfaction + 0.7 * rng.normal(size=rows)
    causes = np.column_stack([image] * 3 + [quality] * 3 + [satisfaction] * 3 + [loyalty] * 2)
    strength = np.array([1.2, 1.4, 1.0, 1.5, 1.3, 1.1, 1.6, 1.2, 1.4, 1.5, 1.2])
    return np.clip(np.rint(7.3 + strength * causes + 1.1 * rng.normal(size=causes.shape)), 1, 10)


if __name__ == "__main__":
    main()
