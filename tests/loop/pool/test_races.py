"""Two people and one customer, one person and one place: the database decides, in threads with connections of their own."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest
from django.db import connection
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Customer, HandOver
from kexin.loop.pool import actions, errors
from kexin.loop.pool.models import Policy, Stay

pytestmark = pytest.mark.django_db(transaction=True)
BY = Actor.system("cli")


def _at_once(tries: list[tuple[int, User]]) -> list[object]:
    """Each claim in a thread of its own, begun together: the stay, or what it was refused with."""
    start = Barrier(len(tries))

    def one(stay_id: int, person: User) -> object:
        try:
            start.wait(timeout=30)
            return actions.claim(stay_id=stay_id, person=person)
        except KexinError as error:
            return error
        finally:
            connection.close()

    with ThreadPoolExecutor(len(tries)) as pool:
        return [future.result(timeout=60) for future in [pool.submit(one, *each) for each in tries]]


def _pooled(count: int) -> tuple[list[Stay], list[User]]:
    branch = make_branch()
    owner = make_user(branch=branch)
    stays = [actions.release(customer_id=make_customer(owner=owner, branch=branch).pk, reason="转岗", by=BY) for _ in range(count)]
    return stays, [make_user(branch=branch) for _ in range(6)]


def test_of_six_who_want_one_customer_one_gets_it_and_five_are_told() -> None:
    (stay,), people = _pooled(1)

    ended = _at_once([(stay.pk, person) for person in people])

    won = [one for one in ended if isinstance(one, Stay)]
    lost = [one for one in ended if isinstance(one, errors.TakenAlready)]
    assert (len(won), len(lost)) == (1, 5)
    assert {one.data["who"] for one in lost} == {won[0].taken_by}
    assert Customer.objects.get().owner == won[0].taken_by
    assert HandOver.objects.exclude(new_owner=None).count() == 1


@pytest.mark.parametrize("limit", ["claims_a_day", "capacity"])
def test_one_person_with_one_place_left_gets_one(limit: str) -> None:
    stays, (me, *_rest) = _pooled(4)
    Policy.objects.update_or_create(pk=1, defaults={"claims_a_day": None, "capacity": None, limit: 1})

    ended = _at_once([(stay.pk, me) for stay in stays])

    refused = errors.NoPlaceToday if limit == "claims_a_day" else errors.NoCapacity
    assert sorted(type(one).__name__ for one in ended) == sorted(["Stay", *[refused.__name__] * 3])
    assert Customer.objects.filter(owner=me).count() == 1
