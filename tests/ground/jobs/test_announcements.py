from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions, rules
from kexin.ground.jobs.announcements import announcement, hears
from kexin.ground.jobs.models import Announcement, Hearing
from kexin.ground.staff.models import Branch

pytestmark = pytest.mark.django_db


@announcement("tests.happened")
@dataclass(frozen=True)
class Happened:
    number: int


@announcement("tests.unheard")
@dataclass(frozen=True)
class Unheard:
    number: int


heard: list[int] = []
broken: set[int] = set()


@hears(Happened)
def a_first(event: Happened) -> None:
    Branch.objects.create(name=f"branch {event.number}", code=f"N{event.number}", path="/")
    if event.number in broken:
        raise ZeroDivisionError


@hears(Happened)
def b_second(event: Happened) -> None:
    heard.append(event.number)


@pytest.fixture(autouse=True)
def _fresh() -> None:
    heard.clear()
    broken.clear()


def later() -> None:
    Announcement.objects.update(due_at=timezone.now())
    Hearing.objects.filter(heard_at=None).update(next_at=timezone.now() - timedelta(seconds=1))


def test_what_happened_is_heard_in_order_once() -> None:
    for number in (3, 1, 2):
        actions.announce(Happened(number))

    assert actions.deliver_announcements() == 3
    assert actions.deliver_announcements() == 0
    assert heard == [3, 1, 2]
    assert Branch.objects.filter(name__startswith="branch ").count() == 3


def test_what_was_rolled_back_never_happened() -> None:
    with pytest.raises(ZeroDivisionError), transaction.atomic():  # noqa: PT012 -- the transaction is what is tested
        actions.announce(Happened(1))
        raise ZeroDivisionError

    assert actions.deliver_announcements() == 0


def test_a_failing_receiver_stops_nobody_else_and_is_asked_again() -> None:
    broken.add(1)
    actions.announce_all([Happened(1), Happened(2)])

    assert actions.deliver_announcements() == 1
    assert heard == [1, 2]
    assert [branch.name for branch in Branch.objects.filter(name__startswith="branch ")] == ["branch 2"]

    broken.clear()
    assert actions.deliver_announcements() == 0, "it is not asked again at once"
    later()
    assert actions.deliver_announcements() == 1
    assert heard == [1, 2], "who had heard is not asked again"
    assert Branch.objects.filter(name__startswith="branch ").count() == 2


def test_a_receiver_that_always_fails_is_set_aside_until_an_administrator_asks_again() -> None:
    broken.add(1)
    actions.announce(Happened(1))
    for _try in range(rules.MAX_HEARINGS):
        actions.deliver_announcements()
        later()
    actions.deliver_announcements()
    row = Announcement.objects.get()
    assert (row.heard_at, row.set_aside_at is None) == (None, False)
    assert row.hearings.get(receiver__endswith="a_first").attempts == rules.MAX_HEARINGS

    broken.clear()
    assert actions.deliver_again(by=Actor.system("cli")) == 1
    assert actions.deliver_announcements() == 1


def test_what_nobody_wants_to_hear_is_heard() -> None:
    actions.announce(Unheard(1))

    assert actions.deliver_announcements() == 1


def test_each_wait_is_twice_the_one_before_up_to_an_hour() -> None:
    assert [rules.hearing_wait(n).total_seconds() for n in (1, 2, 3, 20)] == [5, 10, 20, 3600]
