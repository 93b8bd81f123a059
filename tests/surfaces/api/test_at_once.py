"""Several requests at the very same moment, each in a thread and a connection of its own."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from tests.factories.staff import make_branch, make_user
from tests.factories.tokens import Caller, make_token

from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.ground.tokens.models import Answer
from kexin.loop.customers.models import Customer

pytestmark = pytest.mark.django_db(transaction=True)
MANY = 4


@pytest.fixture
def person() -> User:
    return make_user(role=Role.MANAGER, sees=Sees.BRANCH, branch=make_branch())


def together(calls: list[Callable[[], Any]]) -> list[Any]:
    """What each of them is answered; all begin when the last one is ready."""
    ready = threading.Barrier(len(calls))
    told: list[Any] = [None] * len(calls)

    def run(place: int, call: Callable[[], Any]) -> None:
        try:
            ready.wait(30)
            told[place] = call()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(place, call)) for place, call in enumerate(calls)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)
    return told


def test_one_key_at_the_same_moment_is_done_once_and_all_are_answered_the_same(person: User) -> None:
    token = make_token(person)

    told = together([lambda: Caller(token).post("/customers", {"name": "甲"}, Idempotency_Key="k1") for _ in range(MANY)])

    assert [answer.status_code for answer in told] == [201] * MANY
    assert len({answer.content for answer in told}) == 1
    assert len({(answer["ETag"], answer["Location"]) for answer in told}) == 1
    assert sum(answer.headers.get("Idempotency-Replayed") == "true" for answer in told) == MANY - 1
    assert (Customer.objects.count(), Answer.objects.count()) == (1, 1)


def test_one_key_with_different_requests_at_the_same_moment_does_one_and_refuses_the_others(person: User) -> None:
    token = make_token(person)

    told = together([lambda name=name: Caller(token).post("/customers", {"name": name}, Idempotency_Key="k1") for name in "甲乙丙丁"])

    assert sorted(answer.status_code for answer in told) == [201, 409, 409, 409]
    assert {answer.json()["code"] for answer in told if answer.status_code == 409} == {"idempotency_key_reused"}
    assert Customer.objects.count() == 1


def test_one_key_of_two_tokens_is_two_keys(person: User) -> None:
    tokens = [make_token(person), make_token(person)]

    told = together([lambda token=token: Caller(token).post("/customers", {"name": "甲"}, Idempotency_Key="k1") for token in tokens])

    assert [answer.status_code for answer in told] == [201, 201]
    assert Customer.objects.count() == 2


def test_of_several_who_change_one_version_at_the_same_moment_one_succeeds(person: User) -> None:
    token = make_token(person)
    made = Caller(token).post("/customers", {"name": "甲"}).json()

    told = together(
        [
            lambda name=name: Caller(token).patch(f"/customers/{made['id']}", {"name": name}, If_Match=f'"{made["version"]}"')
            for name in "乙丙丁戊"
        ]
    )

    assert sorted(answer.status_code for answer in told) == [200, 412, 412, 412]
    (winner,) = [answer.json()["name"] for answer in told if answer.status_code == 200]
    assert Customer.objects.get().name == winner


def test_a_person_removed_or_a_token_ended_while_requests_run_is_refused_from_then_on(person: User) -> None:
    token = make_token(person)
    call = Caller(token)
    assert call.get("/me").status_code == 200
    User.objects.filter(pk=person.pk).update(is_active=False)

    told = together([lambda: Caller(token).post("/customers", {"name": "甲"}, Idempotency_Key="k1") for _ in range(2)])

    assert {(answer.status_code, answer.json()["code"]) for answer in told} == {(401, "token_owner_closed")}
    assert not Customer.objects.exists()
