"""What a draft would do to the customers as they were last assessed."""

from __future__ import annotations

import time
from typing import Any

import numpy as np

from kexin.loop.standing import queries
from kexin.loop.standing.errors import NothingAssessed, NumbersGone
from kexin.loop.standing.estimates import sums
from kexin.loop.standing.estimates.numbers import read_snapshot
from kexin.loop.standing.estimates.places import KEY, Before, state_of
from kexin.loop.standing.models import Run
from kexin.loop.standing.rules import CLASSES, TIERS, Definition

LISTED = 500  # customers named; beyond it only counted


def simulate(definition: Definition) -> tuple[Run, dict[str, Any]]:
    """Grade everybody by `definition` on the numbers of the latest assessment, as an assessment of that day would."""
    began = time.monotonic()
    run = queries.latest_run()
    if run is None:
        raise NothingAssessed
    path = queries.snapshot_of(run)
    if path is None:
        raise NumbersGone
    numbers, now = read_snapshot(path, as_of=run.as_of, spill=path.parent)
    then = state_of(numbers, Before.kept(now), definition)

    value, basis = sums.value_of(numbers)
    total = float(value.sum())
    was_key = now["klass"] == KEY
    falls = then["tier"] > now["tier"]
    key_slips = was_key & (falls | (then["klass"] > now["klass"]))
    moved = (then["tier"] != now["tier"]) | (then["klass"] != now["klass"])
    matrix = [
        {"old": old, "new": new, "customers": count}
        for o, old in enumerate(TIERS)
        for w, new in enumerate(TIERS)
        if o != w and (count := int(np.count_nonzero((now["tier"] == o) & (then["tier"] == w))))
    ]
    rows = np.flatnonzero(moved)
    # Key customers that slip first, then the largest values.
    order = rows[np.lexsort((-value[rows], ~key_slips[rows]))][:LISTED]
    affected = [
        {
            "customer": int(numbers.customer_id[row]),
            "old": TIERS[now["tier"][row]],
            "new": TIERS[then["tier"][row]],
            "old_class": CLASSES[now["klass"][row]],
            "new_class": CLASSES[then["klass"][row]],
            "value": round(float(value[row]), 2),
            "key_slip": bool(key_slips[row]),
        }
        for row in order
    ]
    return run, {
        "run": run.pk,
        "as_of": run.as_of.isoformat(),
        "customers": numbers.n,
        "seconds": round(time.monotonic() - began, 1),
        "basis": basis,
        "moved": int(np.count_nonzero(then["tier"] != now["tier"])),
        "moved_class": int(np.count_nonzero(then["klass"] != now["klass"])),
        "up_to_best": int(np.count_nonzero((then["tier"] == 0) & (now["tier"] > 0))),
        "down_from_best": int(np.count_nonzero((now["tier"] == 0) & (then["tier"] > 0))),
        "falls": int(np.count_nonzero(falls)),
        "rises": int(np.count_nonzero(then["tier"] < now["tier"])),
        "key_slips": int(np.count_nonzero(key_slips)),
        "tiers": {
            name: {
                "now": int(np.count_nonzero(now["tier"] == position)),
                "then": int(np.count_nonzero(then["tier"] == position)),
                "value_now": float(value[now["tier"] == position].sum()) / total if total > 0 else None,
                "value_then": float(value[then["tier"] == position].sum()) / total if total > 0 else None,
            }
            for position, name in enumerate(TIERS)
        },
        "matrix": matrix,
        "affected": affected,
        "listed": len(affected),
    }
