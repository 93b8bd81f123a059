"""A score is made anew where files became one or parted, and where a practice counts from now on, or no longer."""

from __future__ import annotations

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs.announcements import hears
from kexin.loop.choosing import actions, errors
from kexin.loop.customers.announcements import CustomersMerged, CustomersUnmerged
from kexin.loop.partners.announcements import PracticeCleared, PracticeConfirmed


@hears(CustomersMerged)
def score_survivor(event: CustomersMerged) -> None:
    _score(event.survivor_id)


@hears(CustomersUnmerged)
def score_both(event: CustomersUnmerged) -> None:
    _score(event.survivor_id)
    _score(event.merged_id)


@hears(PracticeConfirmed)
def count_practice(event: PracticeConfirmed) -> None:
    _score(event.customer_id)


@hears(PracticeCleared)
def count_no_longer(event: PracticeCleared) -> None:
    _score(event.customer_id)


def _score(customer_id: int) -> None:
    try:
        actions.score_customer(customer_id=customer_id, by=Actor.system("job"))
    except (errors.NotThere, errors.FileClosed):
        return  # merged, erased or closed since: there is nothing to score
