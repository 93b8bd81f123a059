"""How fast the satisfaction arithmetic is beside seminr (the PyPI port), plspm, and the limit X.T @ X; whether their numbers are ours.

    python benchmarks/satisfaction.py [--replicates 5000] [--rival-replicates 200] [--rows 1000000]

One run, one thread. Each rival works in an environment of its own, made in a temporary folder with uv or pip; where it cannot be
made, its row says so. Rivals resample a few hundred times and the time is scaled to as many as ours; they give no BCa intervals and no
index, ours does. The questionnaire is the mobile-phone one of tests/golden (250 x 24); the million rows are simulated. At a million
rows the bootstrap draws 1,000 random groups; what that costs in precision is measured at 40,000 rows beside drawing the rows.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
import tracemalloc
import venv
from collections.abc import Callable
from pathlib import Path
from typing import Any

ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
os.environ.update(ONE_THREAD)

import numpy as np  # noqa: E402 -- the number of threads is read when it is loaded

from kexin.measures import pls  # noqa: E402 -- the same

MOBI = Path(__file__).parents[1] / "tests" / "golden" / "ecsi_mobi" / "mobi.csv"
RIVALS = {"seminr": ["seminr"], "plspm": ["plspm", "pandas==2.2.*"]}
PATIENCE = 900  # seconds for a rival, at most


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--replicates", type=int, default=5000)
    parser.add_argument("--rival-replicates", type=int, default=200)
    parser.add_argument("--rows", type=int, default=1_000_000)
    asked = parser.parse_args()
    head, answers = mobi()
    model = pls.Model.ecsi()

    stats = pls.moments(answers, head)
    stored = json.loads(json.dumps(stats.to_dict()))
    fit = middle(lambda: pls.fit(pls.moments(answers, head), model), 200)
    say("fit, 250 x 24, from answers", fit, "limit 1 ms")
    say("refit from moments in memory", middle(lambda: pls.fit(stats, model), 200), "limit 1 ms")
    say("refit from moments stored as JSON", middle(lambda: pls.fit(pls.Moments.from_dict(stored), model), 200), "limit 1 ms")

    def resample() -> pls.Bootstrap:
        return pls.bootstrap(answers, model, items=head, replicates=asked.replicates, rng=np.random.default_rng(1), low=1, high=10)

    boot = middle(resample, 5)
    say(f"bootstrap, {asked.replicates} of 250 rows, BCa of everything", boot, "limit 0.5 s")
    told = {rival: measured(rival, model, asked.rival_replicates) for rival in RIVALS}
    for rival, row in told.items():
        if "refused" in row:
            print(f"{rival}: {row['refused']}")
            continue
        many = row["bootstrap"] * asked.replicates / asked.rival_replicates
        say(f"{rival} {row['version']} fit", row["fit"], f"{row['fit'] / fit:.0f} times ours")
        say(f"{rival} bootstrap, {asked.rival_replicates} scaled to {asked.replicates}", many, f"{many / boot:.0f} times ours")
        compare(row, stats, model, resample)
    large(asked.rows, asked.replicates, model)
    precision(model, asked.replicates)


def compare(row: dict[str, Any], stats: pls.Moments, model: pls.Model, resample: Callable[[], pls.Bootstrap]) -> None:
    for metric in ("standardized", "raw"):
        if metric in row:
            ours = pls.fit(stats, model, metric=metric)
            paths = max(abs(ours.paths[start, end] - row[metric]["paths"][f"{start}|{end}"]) for start, end in model.paths)
            explained = max(abs(ours.r_squared[name] - share) for name, share in row[metric]["r_squared"].items())
            print(f"  largest difference, {metric}: paths {paths:.0e}, R² {explained:.0e}")
    if "htmt" in row:
        ratios = resample().htmt
        apart = [abs(one.value - row["htmt"][f"{a}|{b}"]) for (a, b), one in ratios.items() if f"{a}|{b}" in row["htmt"]]
        print(f"  largest difference, HTMT: {max(apart):.0e}")


def large(rows: int, replicates: int, model: pls.Model) -> None:
    answers = simulated(rows)
    tracemalloc.start()
    pls.fit(pls.moments(answers, model.items), model)
    grown = tracemalloc.get_traced_memory()[1] / 2**20
    tracemalloc.stop()
    limits, fits = [], []
    for _ in range(7):  # in turn, so that a busy machine slows both
        limits.append(seconds(lambda: answers.T @ answers))
        fits.append(seconds(lambda: pls.fit(pls.moments(answers, model.items), model)))
    limit, fit = float(np.median(limits)), float(np.median(fits))
    say(f"X.T @ X, {rows} x {answers.shape[1]}", limit, "")
    say("moments and fit", fit, f"{fit / limit:.2f} times X.T @ X; limit 2.5")
    print(f"{'memory above the data':55} {grown:9.1f} MB   limit 10 MB")
    took = seconds(
        lambda: pls.bootstrap(answers, model, items=model.items, replicates=replicates, rng=np.random.default_rng(1), low=1, high=10)
    )
    say(f"bootstrap, {replicates} of {rows} rows in 1,000 groups", took, "limit 10 s")


def precision(model: pls.Model, replicates: int, rows: int = 40_000) -> None:
    """Standard errors and ends of intervals from groups beside those from rows, over all that varies."""
    answers = simulated(rows)
    plain, again, grouped = (
        pls.bootstrap(
            answers, model, items=model.items, replicates=replicates, rng=np.random.default_rng(seed), low=1, high=10, groups=groups
        )
        for seed, groups in ((1, None), (2, None), (3, 1000))
    )
    for name, other in (("rows, another seed", again), ("1,000 groups", grouped)):
        errors, ends = [], []
        for table in ("paths", "loadings", "weights", "indirect_effects", "htmt", "index"):
            ours, theirs = getattr(plain, table), getattr(other, table)
            varies = ours.se > 1e-9  # what is not fixed
            errors.append(theirs.se[varies] / ours.se[varies] - 1)
            ends.append((np.abs(theirs.bca - ours.bca)[varies] / ours.se[varies, None]).ravel())
        error, end = np.concatenate(errors), np.concatenate(ends)
        print(
            f"{rows} rows, {name} against rows: standard errors off by {100 * np.sqrt((error**2).mean()):.1f} % (largest "
            f"{100 * np.abs(error).max():.1f} %), ends of BCa intervals by {end.mean():.3f} standard errors (largest {end.max():.3f})"
        )


def measured(rival: str, model: pls.Model, replicates: int) -> dict[str, Any]:
    folder = Path(tempfile.mkdtemp(prefix=f"kexin-bench-{rival}-"))
    python = folder / "bin" / "python"
    try:
        if shutil.which("uv"):
            run(["uv", "venv", "--quiet", "--python", sys.executable, str(folder)])
            run(["uv", "pip", "install", "--quiet", "--python", str(python), *RIVALS[rival]])
        else:
            venv.create(folder, with_pip=True)
            run([str(python), "-m", "pip", "--disable-pip-version-check", "install", "--quiet", *RIVALS[rival]])
        script = Path(__file__).with_name("_satisfaction_rival.py")
        words = [str(python), "-W", "ignore", str(script), rival, str(MOBI), str(replicates)]
        row: dict[str, Any] = json.loads(run(words, given=json.dumps(model.to_dict())).splitlines()[-1])
    except (subprocess.SubprocessError, OSError, ValueError) as error:
        said = getattr(error, "stderr", None) or str(error)
        return {"refused": f"not measured, for it could not be installed or run here: {said.strip().splitlines()[-1]}"}
    else:
        return row
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def run(words: list[str], given: str | None = None) -> str:
    environment = {**os.environ, **ONE_THREAD}
    done = subprocess.run(words, input=given, env=environment, capture_output=True, text=True, check=True, timeout=PATIENCE)
    return done.stdout


def mobi() -> tuple[list[str], np.ndarray]:
    with MOBI.open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    return head, np.array(rows, dtype=np.float64)


def simulated(rows: int) -> np.ndarray:
    """Answers of 1 to 10 to the 24 items of the model, in which each construct follows from its causes."""
    rng = np.random.default_rng(24)
    model = pls.Model.ecsi()
    latent: dict[str, np.ndarray] = {}
    for name in model.constructs:
        causes = [latent[start] for start, end in model.paths if end == name]
        latent[name] = sum((0.6 / len(causes) * cause for cause in causes), start=0.7 * rng.normal(size=rows))
    answers = np.empty((rows, len(model.items)))
    for column, owner in enumerate(model.layout.owner):
        answers[:, column] = np.clip(np.rint(7 + 1.5 * latent[model.constructs[owner]] + 1.2 * rng.normal(size=rows)), 1, 10)
    return answers


def seconds(work: Callable[[], object]) -> float:
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def middle(work: Callable[[], object], times: int) -> float:
    work()
    return float(np.median([seconds(work) for _ in range(times)]))


def say(what: str, taken: float, remark: str) -> None:
    number = f"{1000 * taken:9.2f} ms" if taken < 1 else f"{taken:9.2f} s "
    print(f"{what:55} {number}   {remark}", flush=True)


if __name__ == "__main__":
    main()
