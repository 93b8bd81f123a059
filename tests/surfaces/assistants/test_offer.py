"""What tools are offered to whom, what they take, and what becomes of arguments that do not fit; in this process."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user
from tests.factories.tokens import make_token

from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.surfaces.assistants import offer
from kexin.surfaces.assistants.door import Door
from kexin.surfaces.assistants.tools import TOOLS

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _one_connection() -> Iterator[None]:
    """As Django's own test client does: the calls share this test's connection and its transaction."""
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    yield
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.fixture
def person() -> User:
    return make_user(role=Role.FRONT_LINE, sees=Sees.BRANCH, branch=make_branch())


@pytest.mark.parametrize("tool", TOOLS, ids=[tool.name for tool in TOOLS])
def test_a_tool_takes_what_its_operation_knows(tool: Any) -> None:
    operation = offer.operations()[tool.operation]
    known = {*operation.placed, *operation.query, *((operation.body or {}).get("properties", {}))}

    schema = offer.input_schema(tool)

    assert set(tool.takes) <= known
    assert set(tool.fixed) <= set(operation.query)
    assert set(tool.words) <= set(tool.takes)
    assert set(tool.more.values()) <= set(offer.operations())
    assert set(schema["required"]) <= set(schema["properties"])
    assert "$ref" not in str(schema)


def test_fields_that_need_more_are_asked_for_where_they_are_covered(person: User) -> None:
    make_customer(branch=person.branch, owner=person)
    narrow, wide = make_token(person, scopes=("customers:read",)), make_token(person)

    without, beside = (offer.call("find_customers", {}, Door(token)) for token in (narrow, wide))

    assert not without.is_refused
    assert not beside.is_refused


@pytest.mark.parametrize(
    ("tool", "arguments", "field"),
    [
        ("customer_file", {}, "customer_id"),
        ("customer_file", {"customer_id": "12"}, "customer_id"),
        ("customer_file", {"customer_id": True}, "customer_id"),
        ("customer_file", {"customer_id": 10**30}, "customer_id"),
        ("timeline", {"customer_id": 1, "password": "x"}, "password"),
        ("finish_todo", {"todo_id": 1}, "version"),
        ("add_todo", {"title": ["x"]}, "title"),
        ("add_todo", {"title": "x", "request_key": "mit Leerzeichen"}, "request_key"),
        ("note_interaction", {"customer_id": 1, "kind": "shout"}, "kind"),
    ],
)
def test_bad_arguments_are_told_beside_their_entry(person: User, tool: str, arguments: dict[str, Any], field: str) -> None:
    outcome = offer.call(tool, arguments, Door(make_token(person), "en"))

    assert outcome.is_refused
    assert list(outcome.data["fields"]) == [field]
