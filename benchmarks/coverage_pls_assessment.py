"""How often HTMT's intervals hold its population value, and how often the test of exact fit rejects a model that holds.

Two constructs correlated by 0.6, three items each, all loading by 0.8: HTMT and HTMT2 are 0.6 in the population and the consistent
model holds exactly. Run: python benchmarks/coverage_pls_assessment.py [simulations]
"""

from __future__ import annotations

import sys

import numpy as np

from kexin.measures import pls

MODEL = pls.Model({"Cause": ["a", "b", "c"], "Effect": ["d", "e", "f"]}, [("Cause", "Effect")])
PAIR = ("Cause", "Effect")


def answers(n: int, rng: np.random.Generator) -> np.ndarray:
    cause = rng.normal(size=n)
    effect = 0.6 * cause + 0.8 * rng.normal(size=n)
    return np.column_stack([0.8 * cause] * 3 + [0.8 * effect] * 3) + 0.6 * rng.normal(size=(n, 6))


def main(simulations: int) -> None:
    rng = np.random.default_rng(1)
    print("| n | simulations | HTMT percentile 95 % | BCa 95 % | HTMT2 percentile 95 % | BCa 95 % |")
    print("| --- | --- | --- | --- | --- | --- |")
    for n in (250, 1000):
        held = np.zeros(4)
        for _simulation in range(simulations):
            found = pls.discriminant(answers(n, rng), MODEL, items=MODEL.items, rng=rng, replicates=1000, level=0.95)
            ends = [found.htmt[PAIR].percentile, found.htmt[PAIR].bca, found.htmt2[PAIR].percentile, found.htmt2[PAIR].bca]
            held += [low <= 0.6 <= high for low, high in ends]
        print(f"| {n} | {simulations} | " + " | ".join(f"{share:.1%}" for share in held / simulations) + " |", flush=True)
    tests = simulations // 4
    print("\n| n | tests | SRMR rejects at 5 % | d_ULS | d_G |")
    print("| --- | --- | --- | --- | --- |")
    for n in (250,):
        rejected = np.zeros(3)
        for _test in range(tests):
            data = answers(n, rng)
            fitted = pls.fit(pls.moments(data, MODEL.items), MODEL, consistent=True)
            found = pls.exact_fit(data, fitted, items=MODEL.items, rng=rng, replicates=199)
            rejected += list(found.rejected.values())
        print(f"| {n} | {tests} | " + " | ".join(f"{share:.1%}" for share in rejected / tests) + " |", flush=True)


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 1000)
