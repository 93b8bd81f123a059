"""What standing tells the domains above."""

from __future__ import annotations

from dataclasses import dataclass

from kexin.ground.jobs.announcements import announcement


@announcement("standing.tiers_changed")
@dataclass(frozen=True)
class TierChanged:
    """Customers of one batch of a run whose tier or class changed. One row a batch, ids of standing's transitions."""

    run_id: int
    transition_ids: list[int]


@announcement("standing.assessed")
@dataclass(frozen=True)
class CustomersAssessed:
    """A run ended well and every place is written down."""

    run_id: int
    as_of: str
    moved: int


@announcement("standing.rules_applied")
@dataclass(frozen=True)
class RulesApplied:
    rules_id: int
    number: int
