"""Web hooks through the API: registered, changed, tested, read."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.hooks import make_hook
from tests.factories.staff import make_administrator
from tests.factories.tokens import Caller, make_token

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry
from kexin.ground.hooks import actions, naming, queries
from kexin.ground.hooks.choices import State
from kexin.ground.hooks.models import Delivery, Hook
from kexin.ground.jobs import actions as jobs
from kexin.ground.staff.models import User
from kexin.loop.customers.announcements import CustomerDeactivated
from kexin.surfaces.api.contract.room import OPERATIONS

pytestmark = pytest.mark.django_db
NEW = {"name": "ERP", "url": "https://erp.example.com/kexin", "announcements": ["customers.created"]}


@pytest.fixture
def person() -> User:
    return make_administrator(password=None)


@pytest.fixture
def call(person: User) -> Caller:
    return Caller(make_token(person))


def test_a_hook_is_registered_once_and_its_secret_shown_once(call: Caller) -> None:
    made = call.post("/hooks", NEW, Idempotency_Key="k1")
    again = call.post("/hooks", NEW, Idempotency_Key="k1")

    assert (made.status_code, again.content, Hook.objects.count()) == (201, made.content, 1)
    assert made.json()["secret"].startswith("whsec_")
    read = call.get(made["Location"].removeprefix("/api/v1"))
    assert (read.json()["name"], read.json()["health"], "secret" in read.json()) == ("ERP", "new", False)
    assert Entry.objects.get(action="hook.register").surface == "api"
    assert made.json()["secret"] not in Hook.objects.get().secret


def test_changes_need_the_version_and_say_what_cannot_be(call: Caller) -> None:
    hook = make_hook()
    path = f"/hooks/{hook.pk}"

    assert call.patch(path, {"name": "金蝶"}).json()["code"] == "if_match_missing"
    refused = call.patch(path, {"url": "https://169.254.169.254/"}, If_Match='"1"')
    assert (refused.status_code, list(refused.json()["fields"])) == (422, ["url"])
    changed = call.patch(path, {"name": "金蝶", "is_on": False}, If_Match='"1"')
    assert (changed.json()["name"], changed.json()["is_on"], changed.json()["off_cause"]) == ("金蝶", False, "person")
    assert call.patch(path, {"name": "用友"}, If_Match='"1"').json()["code"] == "stale"
    assert call.delete(path, If_Match=changed["ETag"]).status_code == 204
    assert call.get(path).json()["code"] == "hook_not_found"


def test_a_new_secret_a_test_and_the_same_again(call: Caller) -> None:
    hook = make_hook()
    secret = call.post(f"/hooks/{hook.pk}/secret")
    sent = call.post(f"/hooks/{hook.pk}/test")

    assert secret.json()["old_secret_until"] is not None
    assert (sent.status_code, sent.json()["kind"]) == (201, "hooks.test")
    whole = call.get(sent["Location"].removeprefix("/api/v1")).json()
    assert (whole["tried"], whole["body"].startswith('{"id":"msg_')) == ([], True)
    Delivery.objects.update(state=State.FAILED)
    assert call.post(f"/deliveries/{sent.json()['id']}/again").json()["state"] == "waiting"


def test_only_with_the_scope(person: User) -> None:
    call = Caller(make_token(person, scopes=("customers:write",)))

    assert call.get("/hooks").json()["code"] == "scope_missing"
    assert call.post("/hooks", NEW).json()["code"] == "scope_missing"


@pytest.mark.parametrize("count", [1, 3])
def test_the_lists_cost_the_same_statements_at_any_size(call: Caller, count: int) -> None:
    hooks = [make_hook(name=f"ERP {n}") for n in range(count)]
    jobs.announce(CustomerDeactivated(1))
    jobs.deliver_announcements()
    call.get("/me")

    for path, cost in (("/hooks", 4), ("/deliveries", 4), ("/deliveries?state=waiting&limit=2", 4)):
        with CaptureQueriesContext(connection) as asked:
            answer = call.get(path)
        assert len(answer.json()["items"]) == min(count, 2 if "limit" in path else count)
        # Token with person · its bucket · the company, whose zone counts the days · the records.
        assert len(asked) == cost, [query["sql"][:90] for query in asked.captured_queries]
    assert len(hooks) == count


def test_everything_an_event_names_can_be_read_at_the_address_it_gives() -> None:
    known = {
        operation.path.replace("{int:", "{").replace("{", "").replace("}", "")
        for operation in OPERATIONS.values()
        if operation.method == "GET"
    }
    known = {path.rpartition("/")[0] for path in known if path.endswith("_id")}

    for field, record in naming.known().items():
        path = record.address.removeprefix("/api/v1").removesuffix("/{id}")
        assert path in known, f"{field} leads to {record.address}, which no operation answers"


def test_every_kind_of_event_can_be_chosen(call: Caller) -> None:
    names = [one["name"] for one in call.get("/hooks/events").json()["items"]]

    assert names == queries.announcement_names()
    assert call.post("/hooks", NEW | {"announcements": names}).status_code == 201
    actions.remove_hook(hook_id=Hook.objects.get().pk, by=Actor.system())


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ("occurred_min=2020-01-01", 1), ("occurred_max=2020-01-01", 0), ("occurred_min=0001-01-01&occurred_max=9999-12-31", 1),
        ("occurred_min=9999-12-31", 0), ("hook=٣", 0), ("hook=" + "9" * 30, 0), ("state=waiting", 1), ("kind=hooks.test", 1),
    ],
)  # fmt: skip
def test_deliveries_are_found_by_day_hook_state_and_kind(call: Caller, query: str, count: int) -> None:
    actions.send_test(hook_id=make_hook().pk, by=Actor.system(), now=timezone.now())

    answer = call.get(f"/deliveries?{query}")

    assert answer.status_code in {200, 400}, answer.content
    assert len(answer.json().get("items", [])) == count
