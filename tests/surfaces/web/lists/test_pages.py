"""A list page as people use it: conditions in the address, paging by key, views, bulk actions, files."""

from __future__ import annotations

import csv
import html
import io
import re
from typing import Any
from urllib.parse import urlencode

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user
from tests.factories.todo import make_todo

from kexin.ground.jobs import actions as jobs
from kexin.ground.lists import bulk, listing
from kexin.ground.lists.models import BulkEdit, SavedView, Tagging
from kexin.ground.staff.models import User
from kexin.loop.customers import actions
from kexin.loop.customers.models import Customer, Place, Project, ProjectStage, StageDate

pytestmark = pytest.mark.django_db
IDS = re.compile(r'name="ids" value="(\d+)"')


@pytest.fixture
def manager() -> User:
    return make_user(role="manager", branch=make_branch())


@pytest.fixture
def signed_in(client: Client, manager: User) -> Client:
    client.force_login(manager)
    return client


def fill(manager: User, count: int) -> list[Customer]:
    """Half of them were assessed, some with equal amounts: values, equals and empties all occur."""
    made = [make_customer(name=f"王伟{n}", branch=manager.branch, owner=manager) for n in range(count)]
    for n, customer in enumerate(made[::2]):
        Place.objects.create(customer=customer, tier="ABCDE"[n % 5], net_amount=n % 7, as_of="2026-11-01")
    return made


def ids_of(response: object) -> list[int]:
    return [int(found) for found in IDS.findall(response.content.decode())]  # type: ignore[attr-defined]  # a response


def follow(client: Client, response: object, direction: str) -> object | None:
    found = re.search(rf'href="([^"]+)" rel="{direction}"', response.content.decode())  # type: ignore[attr-defined]  # a response
    return client.get("/customers/" + html.unescape(found[1])) if found else None


@pytest.mark.parametrize("sort", ["", "name", "-net", "net", "-tier", "-last_order"])
def test_paging_by_key_shows_every_row_once_and_back_again(signed_in: Client, manager: User, sort: str) -> None:
    made = fill(manager, 47)
    response: object | None = signed_in.get("/customers/", {"size": 20, **({"sort": sort} if sort else {})})
    pages = []
    while response is not None:
        pages.append(ids_of(response))
        last, response = response, follow(signed_in, response, "next")
    assert sorted(pk for page in pages for pk in page) == sorted(customer.pk for customer in made)
    assert [len(page) for page in pages] == [20, 20, 7]
    back = [pages[-1]]
    while (last := follow(signed_in, last, "prev")) is not None:  # type: ignore[assignment]  # a response or nothing
        back.insert(0, ids_of(last))
    assert back == pages


@pytest.mark.parametrize(
    "bad",
    ["tier=Z", "net_min=x", "net_max=1e99", "sort=zz", "after=xx", "size=3", "cols=zz", "quiet=-1", "created_min=1-1", "region=%00",
     "q=a%00"],
)  # fmt: skip
def test_an_address_that_cannot_be_read_is_answered_in_words(signed_in: Client, manager: User, bad: str) -> None:
    fill(manager, 1)
    assert signed_in.get(f"/customers/?{bad}").status_code == 400


def test_one_and_three_rows_cost_the_same_statements(signed_in: Client, manager: User) -> None:
    fill(manager, 1)
    signed_in.get("/customers/")
    counts = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            signed_in.get("/customers/")
        counts.append(len(captured))
        fill(manager, 2)
    assert counts[0] == counts[1] <= 20


def test_only_what_one_may_see_is_listed_exported_and_changed(signed_in: Client, manager: User) -> None:
    mine = fill(manager, 2)
    other = make_customer(name="别家的", branch=make_branch())
    assert sorted(ids_of(signed_in.get("/customers/"))) == sorted(customer.pk for customer in mine)
    exported = signed_in.post("/lists/customers/export/", {"ending": "csv", "query": ""})
    assert "别家的" not in b"".join(exported.streaming_content).decode("utf-8-sig")
    answer = signed_in.post("/lists/customers/bulk/", {"action": "deactivate", "ids": [other.pk], "confirmed": "1"})
    assert answer.status_code == 422
    signed_in.post("/lists/customers/edit/", {"field": "tag_on", "ids": [other.pk], "confirmed": "1", "value": "x"})
    assert not Tagging.objects.exists()


def test_the_file_holds_what_is_shown_and_no_formula(signed_in: Client, manager: User) -> None:
    make_customer(name='=HYPERLINK("x")', branch=manager.branch)
    make_customer(name="普通", branch=manager.branch)
    query = "?sort=name&cols=code"
    text = b"".join(signed_in.post("/lists/customers/export/", {"ending": "csv", "query": query}).streaming_content).decode("utf-8-sig")
    rows = list(csv.reader(io.StringIO(text)))
    assert [row[0] for row in rows[1:]] == ['\'=HYPERLINK("x")', "普通"]
    book = b"".join(signed_in.post("/lists/customers/export/", {"ending": "xlsx", "query": query}).streaming_content)
    sheet = openpyxl.load_workbook(io.BytesIO(book)).active
    assert [[cell.value for cell in row] for row in sheet.iter_rows()] == rows
    assert all(cell.data_type != "f" for row in sheet.iter_rows() for cell in row)


def test_front_line_exports_nothing(client: Client) -> None:
    client.force_login(make_user(branch=make_branch()))
    assert client.post("/lists/customers/export/", {"ending": "csv", "query": ""}).status_code == 403


def test_a_bulk_action_says_first_what_it_does(signed_in: Client, manager: User) -> None:
    made = fill(manager, 3)
    chosen = {"action": "deactivate", "ids": [made[0].pk, made[1].pk], "query": "", "next": "/customers/"}
    asked = signed_in.post("/lists/customers/bulk/", chosen)
    assert asked.status_code == 200
    assert "confirmed" in asked.content.decode()
    signed_in.post("/lists/customers/bulk/", {**chosen, "confirmed": "1"})
    assert ids_of(signed_in.get("/customers/")) == [made[2].pk]


def test_a_field_is_changed_for_many_after_a_preview_and_taken_back(signed_in: Client, manager: User) -> None:
    made = fill(manager, 3)
    chosen: dict[str, Any] = {"ids": [made[0].pk, made[1].pk], "query": "", "next": "/customers/"}
    fields = signed_in.post("/lists/customers/edit/", chosen).content.decode()
    assert 'value="tag_on"' in fields
    assert 'value="owner"' in fields
    asked = signed_in.post("/lists/customers/edit/", {**chosen, "field": "tag_on"}).content.decode()
    assert 'name="value"' in asked
    assert "confirmed" not in asked
    seen = signed_in.post("/lists/customers/edit/", {**chosen, "field": "tag_on", "value": "好客户"}).content.decode()
    assert made[0].name in seen
    assert made[2].name not in seen
    assert not Tagging.objects.exists()
    done = signed_in.post("/lists/customers/edit/", {**chosen, "field": "tag_on", "value": "好客户", "confirmed": "1"})
    assert sorted(ids_of(signed_in.get("/customers/?tag=好客户"))) == [made[0].pk, made[1].pk]
    assert made[0].name in signed_in.get(done["Location"]).content.decode()
    assert "好客户" in signed_in.get("/lists/edits/").content.decode()
    signed_in.post(f"{done['Location']}undo/")
    assert not Tagging.objects.exists()
    assert signed_in.post(f"{done['Location']}undo/").status_code == 409
    stranger = Client()
    stranger.force_login(make_user(role="manager", branch=manager.branch))
    assert stranger.get(done["Location"]).status_code == 404
    assert stranger.post(f"{done['Location']}undo/").status_code == 404


@pytest.mark.parametrize(
    ("given", "status"),
    [
        ({"field": "nothing", "value": "x"}, 403),
        ({"field": "source", "value": "nonsense"}, 422),
        ({"field": "owner", "value": "999999999999999999999"}, 422),
        ({"field": "branch", "value": ""}, 422),
        ({"field": "owner", "value": ""}, 422),  # nobody chose yet: that is not "nobody"
        ({"field": "tag_on", "value": "长" * 31}, 422),
        ({"ids": []}, 422),
        ({"ids": [], "all": "1", "query": "tier=Z", "field": "source", "value": "events"}, 400),
    ],
)
def test_a_bad_edit_is_refused_in_words(signed_in: Client, manager: User, given: dict[str, Any], status: int) -> None:
    made = fill(manager, 1)
    answer = signed_in.post("/lists/customers/edit/", {"ids": [made[0].pk], "confirmed": "1", **given})
    assert answer.status_code == status
    assert not BulkEdit.objects.exists()


def test_conditions_too_long_to_be_kept_are_refused_and_never_cut_short(signed_in: Client, manager: User) -> None:
    made = fill(manager, 2)
    Customer.objects.filter(pk=made[0].pk).update(source="events")
    signed_in.post("/lists/customers/edit/", {"all": "1", "field": "tag_on", "value": "老客户", "confirmed": "1"})
    many = urlencode([("tag", "老客户"), *(("tag", chr(0x4E00 + n) * 30) for n in range(20))])
    given = {"all": "1", "field": "region", "value": "苏州", "confirmed": "1"}

    signed_in.post("/lists/customers/views/", {"name": "多", "query": f"?{many}&source=events", "next": "/customers/"})
    refused = signed_in.post("/lists/customers/views/", {"name": "太多", "query": f"?{'&'.join([many] * 9)}", "next": "/customers/"})
    signed_in.post("/lists/customers/edit/", {**given, "query": f"?{many}&source=events"})

    assert refused.status_code == 422
    assert SavedView.objects.get().query == f"{many}&source=events"
    assert dict(Customer.objects.values_list("pk", "region")) == {made[0].pk: "苏州", made[1].pk: ""}


@pytest.mark.parametrize("lost", [{"is_active": False}, {"role": "front_line"}])
def test_who_leaves_or_may_no_longer_stops_what_they_began(manager: User, lost: dict[str, Any]) -> None:
    fill(manager, 2)
    of = listing.find("customers")
    assert of is not None
    begun = [
        bulk.start(of, of.bulk[0], query="", value="停业", user=manager, by=manager.actor, title="停用"),
        jobs.start(
            kind="lists.export", arguments={"listing": "customers", "query": "", "ending": "csv", "user": manager.pk}, by=manager.actor
        ),
    ]
    User.objects.filter(pk=manager.pk).update(**lost)

    ended = [jobs.run_here(job.pk) for job in begun]

    assert [job.state for job in ended] == ["failed", "failed"]
    assert Customer.objects.filter(is_active=True).count() == 2


def test_a_choice_is_offered_and_nobody_is_chosen_as_such(signed_in: Client, manager: User) -> None:
    made = fill(manager, 2)
    chosen: dict[str, Any] = {"ids": [one.pk for one in made], "field": "owner"}
    asked = signed_in.post("/lists/customers/edit/", chosen).content.decode()
    assert '<select class="form-select" id="edit-value"' in asked
    assert f'<option value="{manager.pk}">' in asked
    signed_in.post("/lists/customers/edit/", {**chosen, "value": "-", "confirmed": "1"})
    assert set(Customer.objects.values_list("owner", flat=True)) == {None}


def test_front_line_changes_no_customers_at_once_but_their_to_dos(client: Client) -> None:
    user = make_user(branch=make_branch())
    client.force_login(user)
    assert client.post("/lists/customers/edit/", {"ids": [1]}).status_code == 403
    todo, ended = make_todo(owner=user, branch=user.branch), make_todo(owner=user, state="done", done_at=timezone.now())
    given = {"ids": [todo.pk, ended.pk], "field": "due_at", "value": "2099-01-01T09:00", "confirmed": "1"}
    done = client.post("/lists/todos/edit/", given)
    edit = BulkEdit.objects.get()
    assert (edit.changed, sum(edit.left_out.values())) == (1, 1)
    todo.refresh_from_db()
    assert todo.due_at is not None
    client.post(f"{done['Location']}undo/")
    todo.refresh_from_db()
    assert todo.due_at is None
    assert client.post("/lists/todos/edit/", {**given, "value": "2020-01-01T09:00"}).status_code == 422


def test_what_was_changed_costs_the_same_for_one_and_three(signed_in: Client, manager: User) -> None:
    counts = []
    for more in (1, 2):
        for made in fill(manager, more):
            done = signed_in.post(
                "/lists/customers/edit/", {"ids": [made.pk], "field": "tag_on", "value": f"词{made.pk}", "confirmed": "1"}
            )
        signed_in.get("/lists/edits/")
        with CaptureQueriesContext(connection) as captured:
            assert signed_in.get("/lists/edits/").status_code == 200
        with CaptureQueriesContext(connection) as one:
            assert signed_in.get(done["Location"]).status_code == 200
        counts.append((len(captured), len(one)))
    assert counts[0] == counts[1]
    assert counts[0][0] <= 9
    assert counts[0][1] <= 18


def test_projects_move_together_and_back_with_their_days(signed_in: Client, manager: User) -> None:
    first, second = ProjectStage.objects.filter(outcome="open").order_by("position")[:2]
    won = ProjectStage.objects.filter(outcome="won").first()
    assert won is not None
    made = [
        actions.start_project(customer_id=one.pk, name="扩建", stage=stage, by=manager.actor)
        for one, stage in zip(fill(manager, 2), (first, second), strict=True)
    ]
    Project.objects.update(stage_since="2026-01-05")
    before = list(Project.objects.order_by("pk").values_list("stage", "stage_since", "ended_on", "outcome"))
    days = list(StageDate.objects.order_by("pk").values_list("project", "stage", "planned_on", "reached_on"))
    given = {"ids": [one.pk for one in made], "field": "stage", "value": str(won.pk), "confirmed": "1"}
    done = signed_in.post("/lists/projects/edit/", given)
    assert set(Project.objects.values_list("stage", "outcome")) == {(won.pk, "won")}
    signed_in.post(f"{done['Location']}undo/")
    assert list(Project.objects.order_by("pk").values_list("stage", "stage_since", "ended_on", "outcome")) == before
    assert list(StageDate.objects.order_by("pk").values_list("project", "stage", "planned_on", "reached_on")) == days


def test_views_are_saved_shown_and_dropped_by_their_owner_only(signed_in: Client, manager: User) -> None:
    fill(manager, 1)
    signed_in.post("/lists/customers/views/", {"name": "我的 A", "query": "?tier=A", "next": "/customers/"})
    view = SavedView.objects.get()
    assert (view.query, view.owner_id, view.is_shared) == ("tier=A", manager.pk, False)
    assert "我的 A" in signed_in.get("/customers/").content.decode()
    stranger = Client()
    stranger.force_login(make_user(role="manager", branch=manager.branch))
    assert stranger.post(f"/lists/views/{view.pk}/drop/").status_code == 404
    signed_in.post(f"/lists/views/{view.pk}/drop/")
    assert not SavedView.objects.exists()


def test_searching_from_within_answers_only_the_list(signed_in: Client, manager: User) -> None:
    fill(manager, 2)
    part = signed_in.get("/customers/?q=王", headers={"HX-Request": "true", "HX-Target": "list"}).content.decode()
    assert part.lstrip().startswith("<section")
    assert "<html" not in part
