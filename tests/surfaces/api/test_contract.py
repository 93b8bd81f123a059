"""What every operation keeps to: tokens, scopes, versions, repeated requests, paging, refusals in one shape."""

from __future__ import annotations

import base64
import json
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories.customers import make_customer
from tests.factories.staff import make_administrator, make_branch, make_user
from tests.factories.tokens import Caller, make_token

from kexin.ground.audit.models import Entry, Look
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import Job
from kexin.ground.staff.actions import people
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.ground.tokens.models import Answer, Token
from kexin.loop.customers.models import ContactPoint, Customer, Place
from kexin.surfaces.api.contract import looking

pytestmark = pytest.mark.django_db
SHAPE = {"code", "message", "fields"}


@pytest.fixture
def person() -> User:
    return make_user(role=Role.MANAGER, sees=Sees.BRANCH, branch=make_branch())


@pytest.fixture
def call(person: User) -> Caller:
    return Caller(make_token(person))


def make_customers(person: User, count: int) -> list[Customer]:
    made = [make_customer(branch=person.branch, owner=person) for _ in range(count)]
    for customer in made:
        ContactPoint.objects.create(customer=customer, kind="phone", value="13812346207", key="13812346207", is_primary=True)
        Place.objects.create(customer=customer, tier="B", net_amount="100.5000", currency="CNY")
    return made


# Who asks


def test_nobody_without_a_token_is_let_in() -> None:
    answer = Caller().get("/customers")

    assert answer.status_code == 401
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["code"] == "token_missing"


@pytest.mark.parametrize("token", ["kx_", "kx_aaaaaaaaaa_" + "A" * 43, "Bearer", "x" * 5000, "kx_aaaaaaaaaa_" + "é" * 43])
def test_a_forged_token_is_refused_in_the_same_words(token: str) -> None:
    assert Caller(token.encode().decode("latin-1")).get("/me").json()["code"] == "token_unknown"


def test_the_right_name_with_a_wrong_secret_is_unknown(person: User) -> None:
    written = make_token(person)

    assert Caller(written[:-1] + ("A" if written[-1] != "A" else "B")).get("/me").json()["code"] == "token_unknown"


def test_expired_revoked_and_closed_are_told_to_who_has_the_secret(person: User) -> None:
    expired, revoked, closed = make_token(person, days=1, ago=timedelta(days=2)), make_token(person), make_token(person)
    Token.objects.filter(public=revoked[3:13]).update(revoked_at="2026-01-01T00:00:00Z")
    codes = [Caller(token).get("/me").json()["code"] for token in (expired, revoked)]
    make_administrator()
    people.deactivate(user_id=person.pk, by=person.actor)

    assert [*codes, Caller(closed).get("/me").json()["code"]] == ["token_expired", "token_revoked", "token_owner_closed"]
    person.delete()
    assert Caller(closed).get("/me").json()["code"] == "token_unknown"


def test_a_session_reads_and_does_not_write(person: User) -> None:
    client = Client(raise_request_exception=False)
    client.force_login(person, backend="kexin.surfaces.web.account.adapter.Backend")
    call = Caller(client=client)

    assert call.get("/customers").status_code == 200
    answer = call.post("/customers", {"name": "甲"})
    assert (answer.status_code, answer.json()["code"]) == (401, "session_reads_only")
    assert not Customer.objects.exists()


def test_a_token_does_what_its_scopes_say_and_no_more(person: User) -> None:
    (customer,) = make_customers(person, 1)
    call = Caller(make_token(person, scopes=("customers:read",)))

    assert call.get(f"/customers/{customer.pk}").status_code == 200
    for path in ("/orders", "/todos", "/standing", "/imports"):
        assert call.get(path).json()["code"] == "scope_missing"
    assert call.post("/customers", {"name": "甲"}).json()["code"] == "scope_missing"
    assert "tier" not in call.get(f"/customers/{customer.pk}").json()
    assert call.get("/customers?fields=tier").json()["code"] == "field_not_yours"
    assert call.get("/customers?tier=A").json()["code"] == "field_not_yours"
    assert call.get("/customers?net_min=5").json()["code"] == "field_not_yours"
    assert call.get("/customers?sort=-net").json()["code"] == "field_not_yours"


def test_an_integration_acts_with_its_own_role_and_reach_and_never_signs_in() -> None:
    branch = make_branch()
    program = people.create_integration(name="ERP", role=Role.FRONT_LINE, sees=Sees.BRANCH, branch=branch, by=make_administrator().actor)
    call = Caller(make_token(program))
    make_customer(branch=branch)
    make_customer(branch=make_branch())

    assert len(call.get("/customers").json()["items"]) == 1
    assert call.get("/me").json()["is_integration"] is True
    made = call.post("/customers", {"name": "甲"})
    assert Entry.objects.get(action="customer.create").actor_name == "ERP (测试)"
    assert made.status_code == 201
    with pytest.raises(Exception, match=r"program|程序"):
        people.set_password(user_id=program.pk, password="满意 2026 再来一次", by=program.actor)


def test_what_a_program_reads_is_written_down_once_a_day_and_customer(person: User, call: Caller) -> None:
    looking.forget()
    one, other = make_customers(person, 2)
    for customer in (one, one, other):
        call.get(f"/customers/{customer.pk}")
        call.get(f"/customers/{customer.pk}/points")
    for _ in range(3):
        call.get("/customers")

    seen = [(row.what, row.subject, row.times) for row in Look.objects.order_by("what", "subject")]
    assert seen == [("api.file", one.pk, 1), ("api.file", other.pk, 1), ("api.list", 0, 1)], "three lists in a minute are one row"
    assert {row.surface for row in Look.objects.all()} == {"api"}


def test_masks_stay_and_reveal_is_recorded(person: User, call: Caller) -> None:
    (customer,) = make_customers(person, 1)
    (point,) = call.get(f"/customers/{customer.pk}/points").json()["items"]

    assert point["value"] == "138 •••• 6207"
    assert call.post(f"/points/{point['id']}/reveal").json() == {"value": "13812346207"}
    assert Entry.objects.filter(action="customer.reveal", surface="api").count() == 1
    assert call.post(f"/points/{point['id']}/reveal?purpose=serve&words=送货").status_code == 200
    assert call.post(f"/points/{point['id']}/reveal?purpose=other").json()["code"] == "customer_look_purpose_missing"
    assert set(Look.objects.filter(what="phone").values_list("purpose", "words")) == {("", ""), ("serve", "送货")}
    without = Caller(make_token(person, scopes=("customers:write",)))
    assert without.post(f"/points/{point['id']}/reveal").json()["code"] == "scope_missing"


# Records of others


def test_somebody_elses_record_is_as_if_it_were_not_there(call: Caller) -> None:
    other = make_customer(branch=make_branch())

    for method, path, body in (
        ("GET", f"/customers/{other.pk}", None),
        ("PATCH", f"/customers/{other.pk}", {"name": "乙"}),
        ("POST", f"/customers/{other.pk}/interactions", {"kind": "note", "text": "x"}),
    ):
        answer = call(method, path, body, **({"If_Match": '"1"'} if method == "PATCH" else {}))
        assert (answer.status_code, answer.json()["code"]) == (404, "customer_not_found")


# Versions


def test_a_change_needs_the_version_that_was_read(person: User, call: Caller) -> None:
    (customer,) = make_customers(person, 1)
    read = call.get(f"/customers/{customer.pk}")

    assert call.patch(f"/customers/{customer.pk}", {"name": "乙"}).json()["code"] == "if_match_missing"
    assert call.patch(f"/customers/{customer.pk}", {"name": "乙"}, If_Match="*").json()["code"] == "if_match_unreadable"
    changed = call.patch(f"/customers/{customer.pk}", {"name": "乙"}, If_Match=read["ETag"])
    assert (changed.status_code, changed["ETag"], changed.json()["name"]) == (200, '"2"', "乙")
    late = call.patch(f"/customers/{customer.pk}", {"name": "丙"}, If_Match=read["ETag"])
    assert (late.status_code, late.json()["code"], late.json()["changed"], late.json()["version"]) == (412, "stale", {"name": "乙"}, 2)


def test_a_stale_change_of_a_number_shows_no_number(person: User, call: Caller) -> None:
    (customer,) = make_customers(person, 1)
    (point,) = call.get(f"/customers/{customer.pk}/points").json()["items"]
    call.patch(f"/points/{point['id']}", {"value": "13900139111"}, If_Match='"1"')

    late = call.patch(f"/points/{point['id']}", {"value": "13700137222"}, If_Match='"1"')

    assert late.status_code == 412
    assert "13900139111" not in late.content.decode()


# Repeated requests


def test_the_same_request_again_is_done_once_and_answered_the_same(call: Caller) -> None:
    first = call.post("/customers", {"name": "甲"}, Idempotency_Key="k1")
    again = call.post("/customers", {"name": "甲"}, Idempotency_Key="k1")

    assert (again.status_code, again.content, again["ETag"], again["Location"]) == (201, first.content, first["ETag"], first["Location"])
    assert again["Idempotency-Replayed"] == "true"
    assert Customer.objects.count() == 1
    other = call.post("/customers", {"name": "乙"}, Idempotency_Key="k1")
    assert (other.status_code, other.json()["code"]) == (409, "idempotency_key_reused")


def test_what_was_refused_may_be_tried_again_with_its_key(call: Caller) -> None:
    assert call.post("/customers", {"name": "甲", "phones": ["12"]}, Idempotency_Key="k1").status_code == 422

    assert call.post("/customers", {"name": "甲", "phones": ["13812346207"]}, Idempotency_Key="k1").status_code == 201


def test_a_kept_answer_tells_nothing_to_who_reads_the_database(call: Caller) -> None:
    call.post("/customers", {"name": "江南机电"}, Idempotency_Key="k1")

    (kept,) = Answer.objects.all()
    assert "江南机电".encode() not in bytes(kept.body)
    assert "江南机电" not in json.dumps(kept.headers)


def test_a_key_of_yesterday_is_new_again(call: Caller) -> None:
    call.post("/customers", {"name": "甲"}, Idempotency_Key="k1")
    Answer.objects.update(created_at="2020-01-01T00:00:00Z")

    assert call.post("/customers", {"name": "乙"}, Idempotency_Key="k1").status_code == 201


@pytest.mark.parametrize("key", ["", " ", "a b", "x" * 101])
def test_a_key_that_is_none_is_refused(call: Caller, key: str) -> None:
    assert call.post("/customers", {"name": "甲"}, Idempotency_Key=key).json()["code"] == "idempotency_key_unreadable"


# Pages


def test_pages_follow_each_other_without_gap_or_repetition(person: User, call: Caller) -> None:
    made = {customer.pk for customer in make_customers(person, 7)}
    for sort in ("", "&sort=name", "&sort=-net", "&sort=pk"):
        found: list[int] = []
        following: Any = ""
        while following is not None:
            page = call.get(f"/customers?limit=3&fields=id{sort}" + (f"&cursor={following}" if following else "")).json()
            found += [item["id"] for item in page["items"]]
            following = page["next"]
        assert (len(found), set(found)) == (7, made)


def test_pages_follow_each_other_by_the_longest_names(person: User, call: Caller) -> None:
    for sign in "甲乙丙":
        make_customer(name=sign * 120, branch=person.branch)

    first = call.get("/customers?limit=1&fields=name&sort=name").json()
    second = call.get(f"/customers?limit=1&fields=name&sort=name&cursor={first['next']}")

    assert second.status_code == 200, second.content
    assert second.json()["items"] != first["items"]


@pytest.mark.parametrize(
    ("sort", "value"),
    [
        ("last_contact", "0001-01-01T00:00:00+08:00"), ("last_contact", "9999-12-31T23:59:59-05:00"), ("last_contact", "0001-01-01"),
        ("last_contact", "not a day"), ("owner", 10**30), ("owner", -(10**30)), ("name", "\ud800"), ("name", "a\x00b"), ("net", "NaN"),
    ],
)  # fmt: skip
def test_a_place_no_page_ends_at_is_refused_and_not_handed_to_the_database(call: Caller, sort: str, value: Any) -> None:
    cursor = base64.urlsafe_b64encode(json.dumps([value, 5]).encode()).decode().rstrip("=")

    assert call.get(f"/customers?sort={sort}&cursor={cursor}").json()["code"] == "bad_list_address"


@pytest.mark.parametrize("at", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-05:00", "2026-01-01T00:00:00"])
def test_a_place_in_the_timeline_that_is_none_is_refused(person: User, call: Caller, at: str) -> None:
    (customer,) = make_customers(person, 1)
    for place in ([at, "orders", 5], ["2026-01-01T00:00:00Z", "orders", 10**30], ["2026-01-01T00:00:00Z", 5, 5]):
        cursor = base64.urlsafe_b64encode(json.dumps(place).encode()).decode().rstrip("=")

        assert call.get(f"/customers/{customer.pk}/timeline?cursor={cursor}").json()["code"] == "parameter_unreadable"


@pytest.mark.parametrize(("query", "count"), [("created_min=0001-01-01", 1), ("created_max=9999-12-31", 1), ("created_max=0001-01-01", 0)])
def test_the_first_and_the_last_day_there_are_can_be_asked_for(person: User, call: Caller, query: str, count: int) -> None:
    make_customers(person, 1)

    assert len(call.get(f"/customers?{query}").json()["items"]) == count


@pytest.mark.parametrize(
    "query",
    ["limit=0", "limit=201", "limit=x", "limit=-1", "limit=٣", "cursor=zzz", "cursor=e30", "cursor=WyJ4IiwxXQ", "sort=owner__password",
     "fields=secret", "nosuch=1", "quiet=x", "created_min=2026-13-01", "net_min=nan", "tier=Z", "region=%00", "q=%00"],
)  # fmt: skip
def test_what_cannot_be_read_is_400_in_words(call: Caller, query: str) -> None:
    answer = call.get(f"/customers?{query}")

    assert answer.status_code == 400, answer.content
    assert set(answer.json()) == SHAPE
    assert answer.json()["message"]


def test_fields_choose(person: User, call: Caller) -> None:
    make_customers(person, 1)

    (item,) = call.get("/customers?fields=name,tags,tier").json()["items"]
    assert item == {"name": item["name"], "tags": [], "tier": "B"}


@pytest.mark.parametrize("count", [1, 3, 100])
def test_a_list_costs_the_same_statements_at_any_size(person: User, call: Caller, count: int) -> None:
    make_customers(person, count)
    call.get("/customers")  # the use of the token is noted once a minute

    with CaptureQueriesContext(connection) as asked:
        answer = call.get("/customers?limit=100&fields=id,name,phone,owner,branch,tier,tags")

    assert len(answer.json()["items"]) == count
    # Token with person and branch · its bucket · which own fields there are to ask for · for whom they stand in · branches below ·
    # customers (two zones of the order) · first numbers · tags.
    assert len(asked) == 9, [query["sql"][:90] for query in asked.captured_queries]


# Refusals


@pytest.mark.parametrize(
    ("method", "path", "body", "kind", "status"),
    [
        ("GET", "/nothing", None, "", 404),
        ("GET", "/customers/999999999999999999999999999", None, "", 404),
        ("PUT", "/customers", None, "", 405),
        ("POST", "/customers", b"{", "application/json", 400),
        ("POST", "/customers", b"\xff\xfe", "application/json", 400),
        ("POST", "/customers", b'{"name": NaN}', "application/json", 400),
        ("POST", "/customers", b"[" * 100_000, "application/json", 400),
        ("POST", "/customers", b"name=x", "application/x-www-form-urlencoded", 415),
        ("POST", "/imports", b"x", "multipart/form-data", 400),
        ("POST", "/imports", b"--x\r\n" + b"X: " + b"x" * 2000, "multipart/form-data; boundary=x", 400),
        ("POST", "/customers", b"", "application/json", 422),
        ("POST", "/customers", b"[]", "application/json", 422),
        ("POST", "/customers", b'{"nmae": "x"}', "application/json", 422),
        ("POST", "/customers", b'{"name": 5}', "application/json", 422),
        ("POST", "/customers", b'{"name": "\\ud800"}', "application/json", 422),
        ("POST", "/customers", b'{"name": "a\\u0000b"}', "application/json", 400),
        ("POST", "/customers", b'{"name": "x", "owner_id": 99999}', "application/json", 422),
        ("POST", "/customers", b'{"name": "' + b"x" * 2_000_000 + b'"}', "application/json", 413),
    ],
)  # fmt: skip
@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_every_refusal_has_one_shape_in_the_language_asked_for(
    person: User, method: str, path: str, body: bytes | None, kind: str, status: int, language: str
) -> None:
    client = Client(raise_request_exception=False)
    headers = {"Authorization": f"Bearer {make_token(person)}", "Accept-Language": language}

    answer = client.generic(method, f"/api/v1{path}", body or b"", kind or "application/json", headers=headers)

    assert answer.status_code == status, answer.content[:300]
    told = answer.json()
    assert set(told) == SHAPE
    assert any("\u4e00" <= sign <= "\u9fff" for sign in told["message"]) == (language == "zh-CN"), told
    assert answer["Content-Type"].startswith("application/json")


def test_entries_are_named(call: Caller) -> None:
    told = call.post("/customers", {"name": "", "kind": "cat", "phones": "1", "nmae": "x"}).json()

    assert set(told["fields"]) == {"name", "kind", "phones", "nmae"}


def test_a_fault_of_ours_is_told_with_a_reference(call: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("kexin.surfaces.api.me.ME", None)

    answer = call.get("/me")

    assert (answer.status_code, answer.json()["code"]) == (500, "broken")


def test_too_many_requests_say_when_to_come_again(person: User, settings: Any) -> None:
    settings.API_PER_MINUTE, settings.API_BURST = 60, 3
    call = Caller(make_token(person))

    answers = [call.get("/me") for _ in range(4)]

    assert [one.status_code for one in answers] == [200, 200, 200, 429]
    assert [one["RateLimit-Remaining"] for one in answers[:3]] == ["2", "1", "0"]
    assert answers[-1]["Retry-After"] == "1"
    assert answers[-1].json()["code"] == "too_many_requests"


def test_an_export_holds_what_its_caller_sees(person: User, call: Caller) -> None:
    make_customers(person, 2)
    make_customer(branch=make_branch(), name="别家")

    answer = call.post("/exports", {"list": "customers"})
    assert answer.status_code == 202
    jobs.run_here(Job.objects.get().pk)
    done = call.get(answer["Location"].removeprefix("/api/v1"))
    assert (done.json()["state"], done.json()["rows"]) == ("done", 2)
    file = call.get(done.json()["file"].removeprefix("/api/v1"))
    assert "别家" not in file.getvalue().decode()


@pytest.mark.parametrize(
    ("conditions", "code"),
    [
        ({"tier": ""}, "parameter_unreadable"),  # left out it would write everything
        ({"tier": "Z"}, "parameter_unreadable"),
        ({"owner": "999999"}, "bad_list_address"),
        ({"mine": "yes"}, "parameter_unreadable"),
        ({"teir": "A"}, "parameter_unknown"),
        ({"sort": "-secret"}, "bad_list_address"),
        ({"field_9": "x"}, "condition_not_yours"),
        ({"cols": "phone"}, "parameter_unknown"),
    ],
)
def test_an_export_with_a_condition_that_is_none_is_refused_at_once(call: Caller, conditions: dict[str, str], code: str) -> None:
    assert call.post("/exports", {"list": "customers", "conditions": conditions}).json()["code"] == code
    assert not Job.objects.exists()


def test_an_export_is_chosen_as_its_list_is(person: User, call: Caller) -> None:
    narrow = Caller(make_token(person, scopes=("customers:read", "exports:write")))

    for asked in ({"conditions": {"tier": "A"}}, {"conditions": {"sort": "-net"}}, {"columns": ["margin"]}):
        assert narrow.post("/exports", {"list": "customers", **asked}).json()["code"] == "field_not_yours"
    call.post("/exports", {"list": "customers", "conditions": {"tier": "A|B", "q": "甲|乙", "net_min": "5"}, "columns": ["name"]})
    assert Job.objects.get().arguments["query"] == urlencode(
        [("tier", "A"), ("tier", "B"), ("q", "甲|乙"), ("net_min", "5"), ("cols", "name")]
    )


@pytest.mark.parametrize("language", ["en", "zh-CN"])
def test_an_inference_without_certainty_is_refused_in_words(person: User, language: str) -> None:
    (customer,) = make_customers(person, 1)
    call = Caller(make_token(person), language=language)

    answer = call.post(f"/customers/{customer.pk}/entries", {"topic": "wish", "value": "x", "source": "events", "is_inference": True})

    assert (answer.status_code, list(answer.json()["fields"])) == (422, ["evidence"])


def test_an_empty_condition_is_refused(call: Caller) -> None:
    assert call.get("/customers?region=").json()["code"] == "parameter_unreadable"
    assert call.get("/customers?q=" + "x" * 201).json()["code"] == "parameter_unreadable"


@pytest.mark.parametrize("sees", list(Sees))
def test_whoever_opens_a_file_sees_it(sees: Sees) -> None:
    person = make_user(role=Role.MANAGER, sees=sees, branch=make_branch())
    call = Caller(make_token(person))

    made = call.post("/customers", {"name": "甲"})

    assert call.get(made["Location"].removeprefix("/api/v1")).status_code == 200
