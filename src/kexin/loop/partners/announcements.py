"""What this room tells the domains above. A report that is not confirmed is announced to nobody."""

from __future__ import annotations

from dataclasses import dataclass

from kexin.ground.jobs.announcements import announcement


@announcement("partners.practice_confirmed")
@dataclass(frozen=True)
class PracticeConfirmed:
    """An irregular practice of a customer was confirmed: from now on it counts."""

    incident_id: int
    customer_id: int
    kind_id: int


@announcement("partners.practice_cleared")
@dataclass(frozen=True)
class PracticeCleared:
    """What had been confirmed was taken back: it counts no longer."""

    incident_id: int
    customer_id: int


@announcement("partners.practice_answered")
@dataclass(frozen=True)
class PracticeAnswered:
    """Somebody with authority decided the answer."""

    incident_id: int
    customer_id: int
    answer: str
