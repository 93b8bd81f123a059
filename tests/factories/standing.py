from __future__ import annotations

import datetime as dt
from typing import Any

import numpy as np

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import State
from kexin.loop.customers.models import Customer
from kexin.loop.standing import actions
from kexin.loop.standing.estimates.numbers import AMOUNTS, COUNTS, MAYBE_AMOUNTS, MAYBE_DAYS, Numbers
from kexin.loop.standing.estimates.places import Before, state_of
from kexin.loop.standing.estimates.sums import distributions
from kexin.loop.standing.models import RuleSet, Run, RunState, Transition
from kexin.loop.standing.rules import DELIVERED

BY = Actor.system("cli")


def of_nobody() -> dict[str, Any]:
    """What a run says of an empty company, by the run's own arithmetic."""
    none = np.zeros(0, dtype=np.int64)
    numbers = Numbers(dt.date(2025, 3, 1), none, dict.fromkeys((*COUNTS, *AMOUNTS, *MAYBE_AMOUNTS, *MAYBE_DAYS), none))
    return distributions(numbers, state_of(numbers, Before.nobody(0), DELIVERED), seed=1)


def assessed(as_of: dt.date) -> Run:
    """A real assessment, run to its end. Needs real transactions: columns are read by another connection."""
    run = actions.assess(as_of=as_of, by=BY, here=True)
    job = jobs.run_here(run.job_id)
    assert job.state == State.DONE, job.error
    run.refresh_from_db()
    return run


def make_rules(**fields: Any) -> RuleSet:
    last = RuleSet.objects.order_by("-number").first()
    return RuleSet.objects.create(**{"number": last.number + 1 if last else 1, "definition": DELIVERED.as_json(), **fields})


def make_run(*, as_of: dt.date = dt.date(2025, 3, 1), **fields: Any) -> Run:
    """The header of a finished run, without numbers behind it."""
    rules = fields.pop("rules", None) or RuleSet.objects.filter(state="applied").first() or make_rules(state="applied")
    return Run.objects.create(
        **{
            "as_of": as_of,
            "method": "standing",
            "method_version": "1",
            "rules": rules,
            "state": RunState.DONE,
            "distributions": of_nobody(),
            **fields,
        }
    )


def make_move(*, customer: Customer, run: Run | None = None, **fields: Any) -> Transition:
    run = run or Run.objects.filter(state=RunState.DONE).first() or make_run()
    given = {"field": "tier", "old": "A", "new": "B", "reason": {"code": "rules", "data": {"place": "A"}}, **fields}
    return Transition.objects.create(run=run, customer=customer, on=run.as_of, **given)
