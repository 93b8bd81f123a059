"""A list page as people use it: conditions in the address, paging by key, views, bulk actions, files."""

from __future__ import annotations

import csv
import html
import io
import re

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.lists.models import SavedView
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Customer, Place

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
    "bad", ["tier=Z", "net_min=x", "net_max=1e99", "sort=zz", "after=xx", "size=3", "cols=zz", "quiet=-1", "created_min=1-1"]
)
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
    answer = signed_in.post("/lists/customers/bulk/", {"action": "add_tag", "ids": [other.pk], "confirmed": "1", "value": "x"})
    assert answer.status_code == 422


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
    chosen = {"action": "add_tag", "ids": [made[0].pk, made[1].pk], "query": "", "next": "/customers/"}
    asked = signed_in.post("/lists/customers/bulk/", chosen)
    assert asked.status_code == 200
    assert "confirmed" in asked.content.decode()
    signed_in.post("/lists/customers/bulk/", {**chosen, "confirmed": "1", "value": "好客户"})
    assert sorted(ids_of(signed_in.get("/customers/?tag=好客户"))) == [made[0].pk, made[1].pk]


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
