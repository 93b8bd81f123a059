"""How often 95 % intervals of gaps, states, delivered value and expectations hold the population's own value.

    python benchmarks/coverage_gaps.py [--simulations 10000] [--rows 50 250 1000]

Answers are whole numbers from 1 to 7, skewed, of the same people before and after; the truth is that of two million of them. Prints the
share of intervals that hold it, in percent, over all numbers of a kind and the lowest and highest of one number.
"""

from __future__ import annotations

import argparse
import os

os.environ.update(dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))

import numpy as np

from kexin.measures import gaps, scores
from kexin.measures.errors import CannotSay

ITEMS = ["lights", "tools", "kept", "shown"]
DIMENSIONS = {"tangibles": ["lights", "tools"], "reliability": ["kept", "shown"]}
IMPORTANCE = {"tangibles": 30.0, "reliability": 70.0}
STAGES = ("need", "search", "use")
POPULATION = 2_000_000


def people(rng: np.random.Generator, n: int) -> dict[str, np.ndarray]:
    """Columns of n people: expectation and experience, what they got and paid, what went wrong, what was done to them."""
    strict = rng.normal(size=(n, 1))
    expected = np.clip(np.rint(6.0 + 0.6 * strict + 0.7 * rng.normal(size=(n, 4))), 1, 7)
    received = np.clip(np.rint(5.2 + 0.3 * strict + np.array([0.5, 0.2, -0.4, 0.0]) + rng.normal(size=(n, 4))), 1, 7)
    told, visited = (rng.random(n) < 0.3) * 1.0, (rng.random(n) < 0.15) * 1.0
    works, described = rng.random(n) < 0.9, rng.random(n) < 0.8
    failed = ~works | ~described
    return {
        "expected": expected,
        "received": received,
        "got": rng.gamma(4.0, 25.0, (n, 2)),
        "paid": rng.gamma(2.0, 30.0, (n, 2)),
        "effort": rng.gamma(1.5, np.array([1.0, 2.0, 4.0]), (n, 3)),
        "works": works * 1.0,
        "described": described * 1.0,
        "kept": np.where(failed, (rng.random(n) < 0.6) * 1.0, np.nan),
        "change": 0.2 + 0.4 * told - 0.8 * visited + (0.5 + visited) * rng.normal(size=n),
        "told": told,
        "visited": visited,
    }


def intervals(of: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """By kind (m, 3): estimate, low, high."""
    quality = gaps.servqual(of["expected"], of["received"], items=ITEMS, dimensions=DIMENSIONS, importance=IMPORTANCE)
    state = gaps.states(of["expected"][:, 0], of["received"][:, 0])
    value = gaps.delivered_value(
        {"product": of["got"][:, 0], "service": of["got"][:, 1]}, {"money": of["paid"][:, 0], "time": of["paid"][:, 1]}
    )
    effort = gaps.effort_by_stage({stage: of["effort"][:, at] for at, stage in enumerate(STAGES)})
    basic = gaps.basic_expectations(of["works"], of["described"], of["kept"])
    moved = gaps.what_moved(of["change"], {"told": of["told"], "visited": of["visited"]})
    change = scores.paired_difference(of["expected"][:, 0], of["received"][:, 0], kind="mean")
    assert quality.weighted is not None
    assert basic.kept is not None
    assert basic.met is not None
    return {
        "SERVQUAL items": np.array([(one.gap, one.low, one.high) for one in quality.items]),
        "SERVQUAL dimensions": np.array([(one.gap, one.low, one.high) for one in quality.dimensions]),
        "SERVQUAL overall, weighted": np.array([(one.gap, one.low, one.high) for one in (quality.overall, quality.weighted)]),
        "three states (Wilson)": np.column_stack([state.share, state.low, state.high]),
        "delivered value, mean": np.array([(value.delivered.score, value.delivered.low, value.delivered.high)]),
        "delivered value, ratio (Fieller)": np.array([(value.ratio, value.ratio_low, value.ratio_high)]),
        "effort by stage, share": np.column_stack([effort.share, effort.share_low, effort.share_high]),
        "works, as described": np.array([(one.score, one.low, one.high) for one in (basic.works, basic.described)]),
        "promise kept after failure": np.array([(basic.kept.score, basic.kept.low, basic.kept.high)]),
        "all three met": np.array([(basic.met.score, basic.met.low, basic.met.high)]),
        "what moved an expectation (HC3)": np.array([(one.effect, one.low, one.high) for one in moved.influences]),
        "paired difference of means": np.array([(change.difference, change.low, change.high)]),
    }


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--simulations", type=int, default=10_000)
    parser.add_argument("--rows", type=int, nargs="+", default=[50, 250, 1000])
    asked = parser.parse_args()
    truth = {kind: found[:, 0] for kind, found in intervals(people(np.random.default_rng(1), POPULATION)).items()}
    for rows in asked.rows:
        held: dict[str, list[np.ndarray]] = {kind: [] for kind in truth}
        refused = 0
        for number in range(asked.simulations):
            try:
                told = intervals(people(np.random.default_rng([rows, number]), rows))
            except CannotSay:  # an act done to one person alone
                refused += 1
                continue
            for kind, found in told.items():
                held[kind].append((found[:, 1] <= truth[kind]) & (truth[kind] <= found[:, 2]))
        error = 100 * (0.95 * 0.05 / asked.simulations) ** 0.5
        print(f"n {rows}, {asked.simulations} simulations; {refused} refused; standard error of one coverage {error:.2f}")
        for kind, parts in held.items():
            each = 100 * np.array(parts).mean(axis=0)
            print(f"  {kind:34} {each.mean():5.1f}   ({each.min():.1f} to {each.max():.1f} over {each.size})", flush=True)


if __name__ == "__main__":
    main()
