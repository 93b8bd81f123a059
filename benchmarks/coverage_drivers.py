"""How many 95 % intervals of drivers and needs hold the population's own value.

10,000 simulations each (standard error 0.2 points), a fifth of that for shares of R², each of which is a bootstrap (0.5 points).

python benchmarks/coverage_drivers.py [simulations]
"""

from __future__ import annotations

import sys

import numpy as np

from kexin.measures import drivers, kano

SIMULATIONS = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
REPLICATES = 300  # resamples in each simulation, to end today; more move coverage by less than a point

SLOPES = np.array([0.5, 0.3, 0.1, 0.0])
CORRELATION = np.full((4, 4), 0.5) + 0.5 * np.eye(4)
NOISE = 1.0
NAMES = ["strong", "middling", "weak", "none of its own"]


def population() -> np.ndarray:
    """Covariance of the outcome and four predictors."""
    with_outcome = CORRELATION @ SLOPES
    return np.block([[np.array([[SLOPES @ with_outcome + NOISE]]), with_outcome[None]], [with_outcome[:, None], CORRELATION]])


def covered(low: float, high: float, value: float) -> bool:
    return bool(low - 1e-12 <= value <= high + 1e-12)


def shares(n: int) -> None:
    root = np.linalg.cholesky(CORRELATION)
    for method, of_covariance in (
        (drivers.shapley, drivers.shapley_of_covariance),
        (drivers.relative_weights, drivers.relative_weights_of_covariance),
    ):
        true = of_covariance(population(), names=NAMES, n=10**6)
        held, part_held = np.zeros(4), np.zeros(4)
        rng = np.random.default_rng(1)
        for _ in range(SIMULATIONS // 5):
            x = rng.normal(size=(n, 4)) @ root.T
            found = method(x @ SLOPES + rng.normal(size=n), x, rng=rng, replicates=REPLICATES)
            held += [covered(a.low, a.high, b.share) for a, b in zip(found.drivers, true.drivers, strict=True)]
            part_held += [
                covered(a.of_explained_low, a.of_explained_high, b.of_explained) for a, b in zip(found.drivers, true.drivers, strict=True)
            ]
        for i, name in enumerate(NAMES):
            values = f"{true.drivers[i].share:.3f} {held[i] / (SIMULATIONS // 5):8.1%} {part_held[i] / (SIMULATIONS // 5):12.1%}"
            print(f"{method.__name__:18} n {n:5}  {name:16} share {values}", flush=True)


def contrast(n: int, penalty: float, reward: float, *, weighted: bool) -> list[float]:
    """Coverage of penalty, reward, range and, where it is given at all, asymmetry; and how often it is given."""
    rng = np.random.default_rng(3)
    held, given = np.zeros(4), 0
    for _ in range(SIMULATIONS):
        x, other = rng.integers(1, 11, n), rng.integers(1, 11, n)
        y = 7 + penalty * (x <= 4) + reward * (x >= 8) - (other <= 4) + rng.normal(0, 1.5, n)
        w = rng.uniform(0.4, 2.0, n) if weighted else None
        one = drivers.penalty_reward(y, {"x": x, "other": other}, low=4, high=8, weights=w)["x"]
        held[:3] += [
            covered(one.penalty_low, one.penalty_high, penalty),
            covered(one.reward_low, one.reward_high, reward),
            covered(one.range_low, one.range_high, reward - penalty),
        ]
        if np.isfinite(one.asymmetry):
            given += 1
            held[3] += covered(one.asymmetry_low, one.asymmetry_high, (reward + penalty) / (reward - penalty))
    return [*(held[:3] / SIMULATIONS), held[3] / max(given, 1), given / SIMULATIONS]


def needs(n: int) -> None:
    rng = np.random.default_rng(4)
    for likely in ([0.5, 0.3, 0.1, 0.1], [0.02, 0.05, 0.3, 0.63]):
        m, o, a, _ = likely
        held = np.zeros(2)
        for _ in range(SIMULATIONS):
            counts = dict(zip("MOAI", rng.multinomial(n, likely).tolist(), strict=True))
            one = kano.from_counts({"x": counts})["x"]
            held += [covered(one.better.low, one.better.high, a + o), covered(one.worse.low, one.worse.high, -(o + m))]
        print(
            f"kano better {a + o:.2f}, worse {-(o + m):.2f}  n {n:5}  {held[0] / SIMULATIONS:8.1%} {held[1] / SIMULATIONS:8.1%}", flush=True
        )
    probabilities = np.array([0.4, 0.25, 0.2, 0.1, 0.05])
    true = float(probabilities @ [4, 2, 0, -1, -2])
    inside = 0
    for _ in range(SIMULATIONS):
        functional = rng.choice(5, n, p=probabilities) + 1
        one = kano.continuous({"x": functional}, {"x": np.full(n, 3)})["x"]
        inside += covered(one.functional_low, one.functional_high, true)
    print(f"kano continuous mean {true:.2f}      n {n:5}  {inside / SIMULATIONS:8.1%}", flush=True)


def places(n: int) -> None:
    rng = np.random.default_rng(5)
    mean = np.array([8.0, 7.0, 6.0])
    for weighted in (False, True):
        inside = 0
        for _ in range(SIMULATIONS):
            x = mean + rng.normal(0, 1.5, (n, 1)) + rng.normal(0, 1, (n, 3))
            w = rng.uniform(0.4, 2.0, n) if weighted else None
            one = drivers.importance_performance(x, x, weights=w)["1"]
            inside += covered(one.performance_low, one.performance_high, 8.0)
        print(f"performance{' weighted' if weighted else ''}  n {n:5}  {inside / SIMULATIONS:8.1%}", flush=True)


if __name__ == "__main__":
    for n in (250, 1000):
        for weighted in (False, True):
            for penalty, reward in ((-2.0, 0.0), (-2.0, 0.5), (-1.0, 1.0), (-0.4, 1.5)):
                held = contrast(n, penalty, reward, weighted=weighted)
                values = " ".join(
                    f"{word} {one:.1%}" for word, one in zip(("penalty", "reward", "range", "asymmetry", "given"), held, strict=True)
                )
                print(f"contrast{' weighted' if weighted else ''} {penalty} {reward}  n {n:5}  {values}", flush=True)
        needs(n)
        places(n)
        shares(n)
