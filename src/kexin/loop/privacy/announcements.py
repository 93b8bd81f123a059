"""What the privacy room tells the domains above."""

from __future__ import annotations

from dataclasses import dataclass

from kexin.ground.jobs.announcements import announcement


@announcement("privacy.consent_noted")
@dataclass(frozen=True)
class ConsentNoted:
    customer_id: int
    purpose: str  # the purpose's code
    state: str


@announcement("privacy.customer_erased")
@dataclass(frozen=True)
class CustomerErased:
    """The person is gone everywhere; the customer's number stands for what is counted."""

    customer_id: int
    erasure_id: int
