"""How often 95 % intervals of scores hold the population's own value.

    python benchmarks/coverage_scores.py [--simulations 10000]

Draws answers from populations as surveys see them, with and without weights, at n = 50, 250 and 1,000 (net scores also at 10 and 20),
and prints the share of intervals that hold the truth, in percent.
"""

from __future__ import annotations

import argparse

import numpy as np

from kexin.measures import scores

NET = {"middling 45/35/20": (0.45, 0.35, 0.20), "good 70/22/8": (0.70, 0.22, 0.08), "excellent 90/8/2": (0.90, 0.08, 0.02)}
MEANS = {
    "1 to 5, most content": (1, [0.03, 0.05, 0.12, 0.35, 0.45]),
    "1 to 10, flat": (1, [0.1] * 10),
    "0 to 10, skewed": (0, [0.02, 0.01, 0.01, 0.02, 0.02, 0.05, 0.06, 0.12, 0.20, 0.19, 0.30]),
}
CHUNK = 1_000


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--simulations", type=int, default=10_000)
    simulations = parser.parse_args().simulations
    rng = np.random.default_rng(5)
    print(f"{simulations} simulations each; standard error of a coverage near 95 %: {100 * (0.95 * 0.05 / simulations) ** 0.5:.2f}")
    for name, shares in NET.items():
        for n in (10, 20, 50, 250, 1000):
            counts = rng.multinomial(n, shares, simulations)
            told = []
            for method in ("wald", "adjusted", "rocks", "score"):
                low, high = scores.net_interval(counts[:, 0] / n, counts[:, 2] / n, n, method=method)
                told.append(f"{method} {_held(low, high, shares[0] - shares[2]):5.1f}")
            print(f"net {name:20} n {n:5}   {'   '.join(told)}")
    for name, (low_end, shares) in MEANS.items():
        answers = np.arange(low_end, low_end + len(shares))
        for n in (50, 250, 1000):
            plain, even, tilted = (_means(rng, answers, shares, n, simulations, how) for how in ("none", "even", "tilted"))
            print(f"mean {name:22} n {n:5}   unweighted {plain:5.1f}   weighted {even:5.1f}   weighted, of uneven chance {tilted:5.1f}")
    for n in (50, 250, 1000):
        print(f"net of weighted answers, uneven chance   n {n:5}   score {_net_weighted(rng, n, simulations):5.1f}")
        print(f"difference of two nets, 50/30/20 and 40/35/25   n {n:5} each   {_differences(rng, n, simulations):5.1f}")


def _held(low: np.ndarray, high: np.ndarray, truth: float) -> float:
    return 100 * float(((low <= truth + 1e-12) & (truth - 1e-12 <= high)).mean())


def _drawn(rng: np.random.Generator, answers: np.ndarray, shares: list[float], size: int, how: str) -> tuple[np.ndarray, np.ndarray | None]:
    """Answers and weights. "tilted": the content answer three times as often, and are weighted down to what they are."""
    if how == "none":
        return rng.choice(answers, size, p=shares), None
    if how == "even":
        return rng.choice(answers, size, p=shares), rng.lognormal(0, 0.6, size)
    chance = np.linspace(1, 3, answers.size)
    tilted = np.array(shares) * chance
    drawn = rng.choice(answers.size, size, p=tilted / tilted.sum())
    return answers[drawn], 1 / chance[drawn]


def _means(rng: np.random.Generator, answers: np.ndarray, shares: list[float], n: int, simulations: int, how: str) -> float:
    truth = float(answers @ np.array(shares))
    held = []
    for _ in range(simulations // CHUNK):
        drawn, weights = _drawn(rng, answers, shares, n * CHUNK, how)
        found = scores.by_group(drawn, np.repeat(np.arange(CHUNK), n), kind="mean", weights=weights)
        held.append(_held(found.low, found.high, truth))
    return float(np.mean(held))


def _net_weighted(rng: np.random.Generator, n: int, simulations: int) -> float:
    low_end, shares = MEANS["0 to 10, skewed"]
    answers = np.arange(low_end, low_end + len(shares))
    truth = 100 * (sum(shares[9:]) - sum(shares[:7]))
    held = []
    for _ in range(simulations // CHUNK):
        drawn, weights = _drawn(rng, answers, shares, n * CHUNK, "tilted")
        found = scores.by_group(drawn, np.repeat(np.arange(CHUNK), n), weights=weights)
        held.append(_held(found.low, found.high, truth))
    return float(np.mean(held))


def _differences(rng: np.random.Generator, n: int, simulations: int) -> float:
    sides = [rng.multinomial(n, shares, simulations) for shares in ((0.5, 0.3, 0.2), (0.4, 0.35, 0.25))]
    intervals = [scores.net_interval(side[:, 0] / n, side[:, 2] / n, n) for side in sides]
    nets = [(side[:, 0] - side[:, 2]) / n for side in sides]
    low = nets[0] - nets[1] - np.hypot(nets[0] - intervals[0][0], intervals[1][1] - nets[1])
    high = nets[0] - nets[1] + np.hypot(intervals[0][1] - nets[0], nets[1] - intervals[1][0])
    return _held(low, high, 0.15)


if __name__ == "__main__":
    main()
