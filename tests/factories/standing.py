from __future__ import annotations

import datetime as dt
from typing import Any

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import State
from kexin.loop.customers.models import Customer
from kexin.loop.standing import actions
from kexin.loop.standing.models import RuleSet, Run, RunState, Transition
from kexin.loop.standing.rules import DELIVERED

BY = Actor.system("cli")
NOBODY = {"customers": 0, "value": 0.0, "share": None, "value_share": None, "came": 0, "left": 0}
# What a run says of an empty company: every key a page reads, and no number.
EMPTY = {
    "value_basis": "sales",
    "tiers": dict.fromkeys("ABCDE", NOBODY),
    "classes": dict.fromkeys(("key", "suitable", "general"), NOBODY),
    "behaviours": {},
    "abc": dict.fromkeys("ABC", NOBODY),
    "rfm": [],
    "sales": {"n": 0, "cannot": "nobody"},
    "profit": {"n": 0, "cannot": "nobody"},
    "totals": {"customers": 0, "dealt": 0, "orders": 0, "gross": 0, "returned": 0, "net": 0, "margin": None, "cost_known": None},
}


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
            "distributions": EMPTY,
            **fields,
        }
    )


def make_move(*, customer: Customer, run: Run | None = None, **fields: Any) -> Transition:
    run = run or Run.objects.filter(state=RunState.DONE).first() or make_run()
    given = {"field": "tier", "old": "A", "new": "B", "reason": {"code": "rules", "data": {"place": "A"}}, **fields}
    return Transition.objects.create(run=run, customer=customer, on=run.as_of, **given)
