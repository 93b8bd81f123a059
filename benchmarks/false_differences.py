"""How often `pls.compare` finds a difference at 5 % between two groups drawn from one population, where there is none.

Run: python benchmarks/false_differences.py [simulations]
"""

from __future__ import annotations

import sys

import numpy as np

from kexin.measures import pls

MODEL = pls.Model(
    {"Quality": ["Q1", "Q2", "Q3"], "Satisfaction": ["S1", "S2", "S3"], "Loyalty": ["L1", "L2"]},
    [("Quality", "Satisfaction"), ("Satisfaction", "Loyalty"), ("Quality", "Loyalty")],
)
TESTS = ("permutation", "parametric", "welch", "henseler", "interval", "corrected")


def answers(rng: np.random.Generator, n: int) -> np.ndarray:
    """On a scale of 1 to 10, skewed as satisfaction is."""
    quality = rng.normal(size=n)
    satisfaction = 0.7 * quality + 0.6 * rng.normal(size=n)
    loyalty = 0.5 * satisfaction + 0.2 * quality + 0.7 * rng.normal(size=n)
    causes = np.column_stack([quality] * 3 + [satisfaction] * 3 + [loyalty] * 2)
    return np.clip(np.rint(7.5 + 1.6 * (causes + 0.6 * rng.normal(size=causes.shape))), 1, 10)


def false_shares(sizes: tuple[int, int], simulations: int) -> dict[str, float]:
    """By test, the share of path differences found; "corrected" counts simulations with any."""
    rng = np.random.default_rng(20)
    groups = np.repeat([0, 1], sizes)
    found = dict.fromkeys(TESTS, 0.0)
    for _ in range(simulations):
        shown = pls.compare(answers(rng, sum(sizes)), MODEL, groups, items=MODEL.items, rng=rng, permutations=399, replicates=400)
        for one in shown.values():
            for name in TESTS[:4]:
                found[name] += (getattr(one, name) <= 0.05) / len(shown)
            found["interval"] += (not one.low < 0 < one.high) / len(shown)
        found["corrected"] += any(one.corrected <= 0.05 for one in shown.values())
    return {name: count / simulations for name, count in found.items()}


if __name__ == "__main__":
    many = int(sys.argv[1]) if len(sys.argv) > 1 else 400
    print(f"{'rows':>10} " + " ".join(f"{name:>11}" for name in TESTS) + f"   ({many} simulations, 3 paths each)")
    for sizes in ((100, 100), (60, 240)):
        shares = false_shares(sizes, many)
        print(f"{sizes[0]:>4} + {sizes[1]:>3} " + " ".join(f"{100 * shares[name]:>10.1f}%" for name in TESTS))
