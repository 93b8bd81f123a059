"""Credit, projects, relations, own fields, inferences, team, covers, pool, consents, duplicates, the whole file."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.staff import make_administrator, make_branch, make_user
from tests.factories.standing import make_move
from tests.factories.tokens import Caller, make_token
from tests.samples import SAMPLES

from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Look
from kexin.ground.lists.models import SavedView
from kexin.ground.staff.actions import people
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.loop.customers import actions
from kexin.loop.customers.models import CustomChoice, Customer, DuplicatePair, FileEntry, ProjectStage
from kexin.loop.partners import actions as partners
from kexin.loop.partners.models import Incident, PracticeKind
from kexin.loop.pool import actions as pool
from kexin.surfaces.api.contract import looking

pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return make_user(role=Role.MANAGER, sees=Sees.BRANCH, branch=make_branch())


@pytest.fixture
def call(person: User) -> Caller:
    return Caller(make_token(person))


@pytest.fixture
def customer(person: User) -> Customer:
    return make_customer(branch=person.branch, owner=person)


def make_wish(customer: Customer, subject: str = "seats") -> FileEntry:
    return FileEntry.objects.create(
        customer=customer, topic="wish", value="想换大车", source="dealings", collected_on=dt.date(2026, 1, 1), is_inference=True,
        certainty=70, evidence="三次询问七座车", rule="orders", subject=subject,
    )  # fmt: skip


def report_of(customer: Customer) -> Incident:
    kind = PracticeKind.objects.first() or PracticeKind.objects.create(name_zh="窜货")
    return partners.report_practice(
        customer_id=customer.pk, kind_id=kind.pk, what="听说在外省出货", happened_on=dt.date(2026, 1, 5), by=Actor.system()
    )


# Credit


def test_credit_is_written_over_nothing(call: Caller, customer: Customer) -> None:
    path = f"/customers/{customer.pk}/credit"

    first = call.post(path, {"limit": "200000.50", "payment_days": 60, "collected_on": "2026-01-05"})
    earlier = call.post(path, {"limit": "100000", "collected_on": "2025-01-05"})

    assert (first.status_code, first.json()["limit"]) == (201, "200000.5")
    assert [(row["limit"], row["is_current"]) for row in call.get(path).json()["items"]] == [("100000", False), ("200000.5", True)]
    assert earlier.json()["is_current"] is False
    assert list(call.post(path, {}).json()["fields"]) == ["limit"]
    assert list(call.post(path, {"limit": 200000}).json()["fields"]) == ["limit"]  # amounts are text: exact


def test_the_front_line_sees_no_credit_whichever_way_it_asks(customer: Customer, person: User) -> None:
    front = make_user(role=Role.FRONT_LINE, sees=Sees.BRANCH, branch=person.branch)
    actions.add_credit(customer_id=customer.pk, rating="AA", by=person.actor)
    said = actions.add_entry(customer_id=customer.pk, topic="credit", value="欠款", source="dealings", by=person.actor)
    call = Caller(make_token(front))

    assert call.get(f"/customers/{customer.pk}/credit").status_code == 403
    assert call.get(f"/customers/{customer.pk}/entries").json()["items"] == []
    assert call.get(f"/entries/{said.pk}").status_code == 404
    assert "credit" not in call.get(f"/customers/{customer.pk}/file").json()
    assert call.get(f"/customers/{customer.pk}/file?fields=credit").json()["code"] == "field_not_yours"


# Projects


def test_a_project_is_begun_planned_moved_and_ended(call: Caller, customer: Customer) -> None:
    begun = call.post(f"/customers/{customer.pk}/projects", {"name": "二期展厅", "amount": "360000"})
    at = f"/projects/{begun.json()['id']}"
    won = ProjectStage.objects.create(name_zh="签约", outcome="won", position=99)

    planned = call("PUT", f"{at}/dates", {"planned": [{"stage_id": won.pk, "planned_on": "2036-11-30"}]}, If_Match=begun["ETag"])
    stale = call.post(f"{at}/move", {"stage_id": won.pk}, If_Match=begun["ETag"])
    moved = call.post(f"{at}/move", {"stage_id": won.pk, "note": "合同已签"}, If_Match='"2"')
    changed = call.patch(at, {"note": "已付定金"}, If_Match='"3"')

    assert begun["ETag"] == '"1"'
    assert [line["planned_on"] for line in planned.json()["items"] if line["stage"]["id"] == won.pk] == ["2036-11-30"]
    assert (stale.status_code, stale.json()["version"]) == (412, 2)
    assert (moved.json()["outcome"], moved.json()["stage"]["name"]) == ("won", "签约")
    assert changed.json()["note"] == "已付定金"
    assert [move["note"] for move in call.get(f"{at}/moves").json()["items"]] == ["合同已签", ""]
    assert call.get("/projects?outcome=won").json()["items"][0]["id"] == begun.json()["id"]
    assert call.post(f"/customers/{customer.pk}/projects", {"name": "x", "stage_id": 10**9}).json()["fields"].keys() == {"stage_id"}


# Relations


def test_a_relation_shows_no_more_of_the_other_than_its_first_letter(call: Caller, customer: Customer, person: User) -> None:
    seen, hidden = make_customer(name="江南控股", branch=person.branch), make_customer(name="远方公司", branch=make_branch())
    actions.add_relation(customer_id=customer.pk, kind="partner", other_id=hidden.pk, by=person.actor)

    added = call.post(f"/customers/{customer.pk}/relations", {"kind": "parent", "other_id": seen.pk})
    refused = call.post(f"/customers/{customer.pk}/relations", {"kind": "parent", "other_id": hidden.pk})
    circle = call.post(f"/customers/{seen.pk}/relations", {"kind": "parent", "other_id": customer.pk})

    assert added.json()["other"] == {"id": seen.pk, "name": "江南控股"}
    assert list(refused.json()["fields"]) == ["other_id"]
    assert circle.status_code in {409, 422}
    others = [row["other"] for row in call.get(f"/customers/{customer.pk}/relations").json()["items"]]
    assert others == [{"id": seen.pk, "name": "江南控股"}, {"id": None, "name": "远••"}]
    ended = call.post(f"/relations/{added.json()['id']}/end", {"ended_on": "2026-01-05"})
    assert (ended.json()["ended_on"], call.delete(f"/relations/{added.json()['id']}").status_code) == ("2026-01-05", 204)


# Own fields


def test_own_fields_are_written_as_their_kind_and_read_as_they_were_written(call: Caller, customer: Customer, person: User) -> None:
    fields = {
        kind: actions.define_field(kind=kind, label_zh=kind, choices=["专票", "普票"], by=person.actor)
        for kind in ("text", "number", "date", "yes_no", "choice", "several")
    }
    first, second = CustomChoice.objects.filter(field=fields["several"]).order_by("pk")
    one = CustomChoice.objects.filter(field=fields["choice"]).first()
    assert one is not None
    written = {
        "text": "合同 7", "number": "12.5", "date": "2026-05-01", "yes_no": False, "choice": one.pk, "several": [first.pk, second.pk],
    }  # fmt: skip
    values = {fields[kind].name: value for kind, value in written.items()}

    put = call("PUT", f"/customers/{customer.pk}/fields", {"values": values, "source": "customer"})
    patched = call.patch(f"/customers/{customer.pk}?fields=id,custom", {"custom": {fields["text"].name: None}}, If_Match='"1"')

    assert {row["name"]: row["value"] for row in put.json()["items"]} == values
    assert patched.json()["custom"] == {
        **{name: value for name, value in values.items() if name != fields["text"].name},
        fields["text"].name: None,
    }
    assert [row["kind"] for row in call.get("/fields").json()["items"]] == list(fields)
    assert call.get("/customers?fields=id,custom").json()["items"][0]["custom"][fields["number"].name] == "12.5"


@pytest.mark.parametrize("value", ["zwölf", 1.5, True, ["x"], {"a": 1}, "\ud800", 10**30, "9" * 30])
def test_what_does_not_fit_a_number_is_told_beside_it_and_nothing_is_written(
    call: Caller, customer: Customer, person: User, value: Any
) -> None:
    number, text = (actions.define_field(kind=kind, label_zh=kind, by=person.actor) for kind in ("number", "text"))

    answer = call("PUT", f"/customers/{customer.pk}/fields", {"values": {text.name: "好", number.name: value}})

    assert (answer.status_code, list(answer.json()["fields"])) == (422, [f"values.{number.name}"])
    assert {row["value"] for row in call.get(f"/customers/{customer.pk}/fields").json()["items"]} == {None}


def test_a_field_of_other_roles_is_not_there(call: Caller, customer: Customer, person: User) -> None:
    hidden = actions.define_field(kind="text", label_zh="底价", roles="administrator", by=person.actor)

    assert call.get("/fields").json()["items"] == []
    assert call.patch(f"/customers/{customer.pk}", {"custom": {hidden.name: "1"}}, If_Match='"1"').json()["fields"].keys() == {
        f"custom.{hidden.name}"
    }


def test_a_new_file_that_does_not_fit_leaves_nothing(call: Caller) -> None:
    answer = call.post("/customers", {"name": "新客户", "custom": {"field_999999": "x"}})

    assert answer.status_code == 422
    assert not Customer.objects.filter(name="新客户").exists()


# What a token does not cover is not told by another door


def test_the_timeline_tells_only_of_the_parts_a_token_covers(customer: Customer, person: User) -> None:
    actions.note_interaction(customer_id=customer.pk, kind="call", text="问到货时间", by=person.actor)
    make_order(customer=customer)
    make_move(customer=customer)
    report = report_of(customer)

    def told(*scopes: str) -> set[str]:
        call = Caller(make_token(person, scopes=scopes))
        return {item["part"] for item in call.get(f"/customers/{customer.pk}/timeline").json()["items"]}

    assert told("customers:read") == {"customers"}
    assert told("customers:read", "orders:read") == {"customers", "orders"}
    assert told("customers:write", "orders:read", "standing:read", "practices:read") == {"customers", "orders", "standing", "practices"}
    assert report.confirmed_on is None


def test_a_report_nobody_has_confirmed_needs_the_scope_for_reports(customer: Customer, person: User) -> None:
    report = report_of(customer)
    narrow, wide = (Caller(make_token(person, scopes=scopes)) for scopes in (("customers:read",), ("customers:read", "practices:read")))

    assert [row["id"] for row in wide.get("/practices").json()["items"]] == [report.pk]
    assert wide.get(f"/practices/{report.pk}").status_code == 200
    assert narrow.get("/practices").json()["items"] == []
    assert narrow.get(f"/practices/{report.pk}").status_code == 404
    assert narrow.get(f"/practices/{SAMPLES['incident'](person.branch, person)}").status_code == 200, "what was confirmed is on the file"


def test_how_many_are_of_a_tier_needs_the_scope_for_tiers(person: User) -> None:
    view = SavedView.objects.create(listing="customers", name="A", query="tier=A&sort=-net", owner_id=person.pk, is_segment=True)
    narrow, wide = (Caller(make_token(person, scopes=scopes)) for scopes in (("customers:read",), ("customers:read", "standing:read")))

    assert [row["id"] for row in wide.get("/segments").json()["items"]] == [view.pk]
    assert narrow.get("/segments").json()["items"] == []
    assert narrow.get(f"/segments/{view.pk}/counts").status_code == 404


@pytest.mark.parametrize("path", ["/pool", "/duplicates", "/choosing/scores", "/search?q=王", "/orders", "/practices"])
def test_whatever_lists_customers_is_written_down(call: Caller, path: str) -> None:
    looking.forget()

    call.get(path)

    assert [(row.what, row.times) for row in Look.objects.all()] == [("api.list", 1)]


@pytest.mark.parametrize("path", ["/products", "/partners", "/purposes"])
def test_what_names_no_customer_is_not(call: Caller, path: str) -> None:
    call.get(path)

    assert not Look.objects.exists()


# Inferences


def test_a_conclusion_is_confirmed_or_rejected_once(call: Caller, customer: Customer) -> None:
    wish, other = make_wish(customer), make_wish(customer, subject="visit")

    confirmed = call.post(f"/entries/{wish.pk}/confirm")
    rejected = call.post(f"/entries/{other.pk}/reject")

    assert (confirmed.status_code, confirmed.json()["source"], confirmed.json()["is_inference"]) == (201, "customer", False)
    assert rejected.json()["rejected_on"] is not None
    assert call.get(f"/customers/{customer.pk}/inferences").json()["items"] == []
    assert call.post(f"/entries/{wish.pk}/confirm").status_code == 409
    assert [row["value"] for row in call.get(f"/customers/{customer.pk}/entries").json()["items"]] == ["想换大车"]


# Team and covers


def test_a_colleague_joins_and_leaves(call: Caller, customer: Customer) -> None:
    colleague, program = make_user(branch=make_branch()), make_user(branch=make_branch(), is_integration=True)
    path = f"/customers/{customer.pk}/team"

    joined = call.post(path, {"person_id": colleague.pk, "role": "finance"})
    refused = call.post(path, {"person_id": program.pk, "role": "finance"})

    assert [member["person"]["id"] for member in call.get(path).json()["team"]] == [colleague.pk]
    assert list(refused.json()["fields"]) == ["person_id"]
    assert call.delete(f"/members/{joined.json()['id']}").status_code == 204
    assert call.get(path).json()["team"] == []


def test_a_hand_over_leaves_its_note(call: Caller, customer: Customer, person: User) -> None:
    colleague = make_user(branch=person.branch)

    call.post(f"/customers/{customer.pk}/hand-over", {"owner_id": colleague.pk, "note": "周五前要回复报价"}, If_Match='"1"')

    (handed,) = call.get(f"/customers/{customer.pk}/hand-overs").json()["items"]
    assert (handed["new_owner"]["id"], handed["note"]) == (colleague.pk, "周五前要回复报价")


def test_only_managers_name_covers_for_others(person: User) -> None:
    front, deputy = (make_user(role=Role.FRONT_LINE, sees=Sees.BRANCH, branch=person.branch) for _ in range(2))
    days = {"deputy_id": deputy.pk, "first_day": "2036-12-01", "last_day": "2036-12-07"}

    own = Caller(make_token(front)).post("/covers", days)
    for_other = Caller(make_token(deputy)).post("/covers", {**days, "deputy_id": front.pk, "absent_id": person.pk})
    ended = Caller(make_token(person)).post(f"/covers/{own.json()['id']}/end")

    assert own.json()["absent"]["id"] == front.pk
    assert list(for_other.json()["fields"]) == ["absent_id"]
    assert ended.json()["called_off_at"] is not None


# Pool


def test_a_customer_is_given_up_and_claimed(person: User, customer: Customer) -> None:
    colleague = make_user(role=Role.FRONT_LINE, sees=Sees.OWN, branch=person.branch)
    owner, claimer = Caller(make_token(person)), Caller(make_token(colleague))

    stay = owner.post(f"/customers/{customer.pk}/release", {"reason": "搬到外省"})
    claimed = claimer.post(f"/pool/{stay.json()['id']}/claim")
    late = owner.post(f"/pool/{stay.json()['id']}/claim")

    assert (stay.status_code, claimed.status_code, claimed.json()["ending"]) == (201, 200, "claimed")
    assert (late.status_code, late.json()["code"]) == (409, "pool_taken_already")
    assert claimer.get("/pool/mine").json()["claimed_today"] == 1
    customer.refresh_from_db()
    assert customer.owner_id == colleague.pk
    assert claimer.post(f"/customers/{make_customer(branch=person.branch, owner=person).pk}/release", {"reason": "x"}).status_code == 404


def test_a_program_claims_nobody(person: User, customer: Customer) -> None:
    stay = pool.release(customer_id=customer.pk, reason="转岗", by=person.actor)
    program = people.create_integration(name="ERP", role="manager", sees="all", branch=None, by=person.actor)

    assert Caller(make_token(program)).post(f"/pool/{stay.pk}/claim").json()["code"] == "pool_not_for_programs"


# Consents


def test_consent_is_given_with_proof_and_withdrawn_without(call: Caller, customer: Customer) -> None:
    path, purpose = f"/customers/{customer.pk}/consents", call.get("/purposes").json()["items"][0]["code"]

    without = call.post(path, {"purpose": purpose, "state": "given", "how": "phone"})
    given = call.post(path, {"purpose": purpose, "state": "given", "how": "phone", "words": "可以"})
    after_giving = call.get(f"/customers/{customer.pk}/may-contact?purpose={purpose}").json()["items"]
    withdrawn = call.post(path, {"purpose": purpose, "state": "withdrawn", "how": "message", "channel": "phone"})
    by_phone = call.get(f"/customers/{customer.pk}/may-contact?purpose={purpose}&channel=phone").json()["items"]

    assert list(without.json()["fields"]) == ["words"]
    assert (given.status_code, withdrawn.status_code) == (201, 201)
    assert [one["allowed"] for one in after_giving] == [True]
    assert [(one["allowed"], one["reason"]) for one in by_phone] == [(False, "withdrawn")]
    assert [row["state"] for row in call.get(path).json()["items"]] == ["withdrawn", "given"]
    assert call.post(path, {"purpose": "nonsense", "state": "given", "how": "phone"}).json()["code"] == "purpose_unknown"
    assert call.get(f"/customers/{customer.pk}/may-contact?purpose=nonsense").status_code == 400


def test_a_closed_file_is_contacted_for_nothing(call: Caller, customer: Customer, person: User) -> None:
    actions.deactivate_customer(customer_id=customer.pk, by=person.actor)

    assert {one["reason"] for one in call.get(f"/customers/{customer.pk}/may-contact").json()["items"]} == {"closed"}


# Duplicates


def test_a_pair_is_dismissed_or_merged_and_a_merge_taken_back(call: Caller, customer: Customer, person: User) -> None:
    twin, other = make_customer(branch=person.branch, address="延安路 1 号"), make_customer(branch=person.branch)
    pairs = [
        DuplicatePair.objects.create(smaller_id=min(customer.pk, file.pk), larger_id=max(customer.pk, file.pk), score=90, reasons="phone")
        for file in (twin, other)
    ]

    dismissed = call.post(f"/duplicates/{pairs[1].pk}/dismiss")
    itself = call.post(f"/customers/{customer.pk}/merge", {"merged_id": customer.pk}, If_Match='"1"')
    edited = call.post(f"/customers/{customer.pk}/merge", {"merged_id": twin.pk, "merged_version": 7}, If_Match='"1"')
    merged = call.post(f"/customers/{customer.pk}/merge", {"merged_id": twin.pk, "theirs": ["address"]}, If_Match='"1"')
    undone = call.post(f"/merges/{merged.json()['id']}/undo")
    twice = call.post(f"/merges/{merged.json()['id']}/undo")

    assert dismissed.json()["state"] == "different"
    assert (itself.status_code, edited.status_code) == (409, 412)
    assert (merged.status_code, merged.json()["merged_code"]) == (201, twin.code)
    assert (undone.json()["is_undone"], twice.status_code) == (True, 409)
    assert [row["is_undone"] for row in call.get(f"/customers/{customer.pk}/merges").json()["items"]] == [True]
    twin.refresh_from_db()
    assert (twin.merged_into_id, twin.address) == (None, "延安路 1 号")


def test_a_pair_with_a_file_of_another_branch_is_masked_and_not_decided(call: Caller, customer: Customer) -> None:
    hidden = make_customer(name="远方公司", branch=make_branch())
    pair = DuplicatePair.objects.create(smaller_id=customer.pk, larger_id=hidden.pk, score=90, reasons="phone")

    (row,) = call.get("/duplicates").json()["items"]

    assert row["other"] == {"id": None, "name": "远••", "code": None}
    assert call.post(f"/duplicates/{pair.pk}/dismiss").status_code == 404
    assert list(call.post(f"/customers/{customer.pk}/merge", {"merged_id": hidden.pk}, If_Match='"1"').json()["fields"]) == ["merged_id"]


# The whole file


def test_the_file_is_all_the_page_shows(call: Caller, customer: Customer) -> None:
    make_wish(customer)

    whole = call.get(f"/customers/{customer.pk}/file")
    some = call.get(f"/customers/{customer.pk}/file?fields=completeness").json()

    assert whole["ETag"] == '"1"'
    assert [entry["value"] for entry in whole.json()["entries"]] == ["想换大车"]
    assert list(some) == ["completeness"]
    assert {ask["item"] for ask in some["completeness"]["ask_next"]} <= set(some["completeness"]["missing"]) | {"wish"}
    assert call.get(f"/customers/{customer.pk}/completeness").json() == some["completeness"]
    assert call.get("/quality?kind=person").json()["counted_on"] is None


def test_a_persons_address_is_masked_until_it_is_asked_for(call: Caller, person: User) -> None:
    customer = make_customer(kind="person", branch=person.branch, address="浙江杭州延安路 1 号", tax_number="")

    shown = call.get(f"/customers/{customer.pk}").json()["address"]
    whole = call.post(f"/customers/{customer.pk}/reveal", {"field": "address"}).json()["value"]

    assert (shown, whole) == ("浙江••••", "浙江杭州延安路 1 号")


# What it costs: the same at one row and at three

COSTS = {
    "customers/{customer_id}/credit": 5,
    "customers/{customer_id}/projects": 5,
    "customers/{customer_id}/relations": 6,
    "customers/{customer_id}/fields": 7,
    "customers/{customer_id}/inferences": 5,
    "customers/{customer_id}/team": 6,
    "customers/{customer_id}/hand-overs": 5,
    "customers/{customer_id}/consents": 5,
    "customers/{customer_id}/may-contact": 6,
    "customers/{customer_id}/merges": 5,
    "customers/{customer_id}/file": 19,
    "projects": 5,
    "pool": 6,
    "duplicates": 6,
    "covers": 4,
    "fields": 5,
    "stages": 4,
}


@pytest.mark.parametrize("count", [1, 3])
def test_answers_cost_the_same_statements_at_any_size(count: int) -> None:
    administrator = make_administrator()
    branch = administrator.branch or make_branch()
    call = Caller(make_token(administrator))
    customer = make_customer(branch=branch, owner=administrator)
    purpose = call.get("/purposes").json()["items"][0]["code"]
    for number in range(count):
        actions.add_credit(customer_id=customer.pk, rating="AA", by=administrator.actor)
        actions.start_project(customer_id=customer.pk, name="展厅", by=administrator.actor)
        actions.add_relation(customer_id=customer.pk, kind="partner", other_id=make_customer(branch=branch).pk, by=administrator.actor)
        field = actions.define_field(kind="text", label_zh="合同号", by=administrator.actor)
        actions.write_fields(customer_id=customer.pk, values={field.pk: "7"}, by=administrator.actor)
        make_wish(customer, subject=f"s{number}")
        actions.join_team(customer_id=customer.pk, person=make_user(branch=branch), role="sales", by=administrator.actor)
        actions.hand_over(customer_id=customer.pk, owner=make_user(branch=branch), by=administrator.actor)
        call.post(f"/customers/{customer.pk}/consents", {"purpose": purpose, "state": "withdrawn", "how": "phone"})
        actions.merge_customers(survivor_id=customer.pk, merged_id=make_customer(branch=branch).pk, by=administrator.actor)
        for kind in ("pair", "stay", "cover"):
            SAMPLES[kind](branch, administrator)
    found: dict[str, int] = {}
    for path in COSTS:
        address = "/" + path.format(customer_id=customer.pk)
        call.get(address)  # what is read once a process is read
        with CaptureQueriesContext(connection) as asked:
            answer = call.get(address)
        assert answer.status_code == 200, answer.content
        assert len(answer.json().get("items", [0] * count)) >= count, path
        found[path] = len(asked)

    assert found == COSTS
