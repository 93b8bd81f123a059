"""What choosing tells the domains above."""

from __future__ import annotations

from dataclasses import dataclass

from kexin.ground.jobs.announcements import announcement


@announcement("customers.suitability_changed")
@dataclass(frozen=True)
class SuitabilityChanged:
    """A customer became suitable, not suitable, or it can no longer be said."""

    customer_id: int
    old: str
    new: str
    score: float | None
    version_id: int  # of the checklist


@announcement("customers.terms_granted")
@dataclass(frozen=True)
class TermsGranted:
    """Individual terms hold for a customer."""

    grant_id: int
    customer_id: int
    terms_id: int
    is_override: bool


@announcement("customers.terms_ended")
@dataclass(frozen=True)
class TermsEnded:
    """They hold no longer: run out, or ended by somebody."""

    grant_id: int
    customer_id: int
    terms_id: int
    reason: str


@announcement("customers.terms_undeserved")
@dataclass(frozen=True)
class TermsUndeserved:
    """A customer with individual terms meets their conditions no longer."""

    grant_id: int
    customer_id: int
    terms_id: int
    failing: list[str]
