"""The workbench: what now, one click from done, and a quick note from anywhere."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user
from tests.factories.todo import make_todo

from kexin.loop.customers.models import FileEntry, Interaction
from kexin.loop.todo.models import ToDo

pytestmark = pytest.mark.django_db
HTMX = {"HTTP_HX_REQUEST": "true"}


@pytest.fixture
def person(client: Client) -> Any:
    person = make_user(role="manager", sees="all", branch=make_branch(), name="林晓岚")
    client.force_login(person)
    return person


def test_an_empty_system_says_what_to_do_first(client: Client, person: Any) -> None:
    page = client.get("/").content.decode()

    assert "从这里开始" in page
    assert "上午好，晓岚" in page or "下午好，晓岚" in page or "晚上好，晓岚" in page


def test_to_dos_stand_in_groups_by_how_soon_they_press(client: Client, person: Any) -> None:
    now = timezone.now()
    make_customer()
    for title, due in (
        ("迟了", now - timedelta(hours=2)),
        ("快了", now + timedelta(hours=1)),
        ("改天", now + timedelta(days=3)),
        ("随时", None),
    ):
        make_todo(title=title, due_at=due, owner=person, customer=make_customer(name=f"{title}的客户"))

    page = client.get("/?scope=mine")

    assert [(group.label, [row.title for row in group.rows]) for group in page.context["groups"]] == [
        ("已逾期", ["迟了"]),
        ("4 小时内", ["快了"]),
        ("以后", ["改天"]),
        ("没有期限", ["随时"]),
    ]
    assert "有 1 件事已逾期" in page.content.decode()


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_for_one_row_and_three(client: Client, person: Any, rows: int, django_assert_max_num_queries: Any) -> None:
    for _ in range(rows):
        make_todo(owner=person, customer=make_customer())
    client.get("/")

    with django_assert_max_num_queries(20) as counted:
        client.get("/")

    assert len(counted) == 9, [query["sql"][:90] for query in counted.captured_queries]


def test_done_with_one_click_and_taken_back(client: Client, person: Any) -> None:
    todo = make_todo(owner=person)

    row = client.post(f"/todos/{todo.pk}/finish/", {"scope": "mine"}, **HTMX)

    todo.refresh_from_db()
    assert (row.status_code, todo.state) == (200, "done")
    assert f"/todos/{todo.pk}/reopen/" in row.content.decode()
    back = client.post(f"/todos/{todo.pk}/reopen/", {"scope": "mine"}, **HTMX)
    todo.refresh_from_db()
    assert (todo.state, back["HX-Retarget"]) == ("open", "#todo-list")


def test_without_script_a_click_comes_back_to_the_page(client: Client, person: Any) -> None:
    todo = make_todo(owner=person)

    assert client.post(f"/todos/{todo.pk}/finish/").headers["Location"] == "/"


def test_second_to_finish_is_told(client: Client, person: Any) -> None:
    todo = make_todo(owner=person)
    client.post(f"/todos/{todo.pk}/finish/")

    again = client.post(f"/todos/{todo.pk}/finish/", **HTMX)

    assert again.status_code == 409
    assert "X-Kexin-Message" in again


def test_postpone_by_one_click_and_by_form(client: Client, person: Any) -> None:
    todo, ahead = make_todo(owner=person), timezone.now() + timedelta(days=2)

    answer = client.post(f"/todos/{todo.pk}/postpone/", {"scope": "mine", "at": ahead.isoformat()}, **HTMX)
    refused = client.post(f"/todos/{todo.pk}/postpone/", {"scope": "mine", "p-due_at": "2001-01-01T10:00"}, **HTMX)

    todo.refresh_from_db()
    assert todo.due_at is not None
    assert abs(todo.due_at - ahead) < timedelta(minutes=1)
    assert json.loads(answer["HX-Trigger"])["kx:close"] == {}
    assert refused.status_code == 422
    assert "新的时间已经过去了" in refused.content.decode()


def test_hand_over_only_to_people_one_may_give_work_to(client: Client, person: Any) -> None:
    todo, colleague = make_todo(owner=person), make_user()

    assert client.post(f"/todos/{todo.pk}/reassign/", {"owner": colleague.pk}).status_code == 302
    assert ToDo.objects.get().owner == colleague
    assert client.post(f"/todos/{todo.pk}/reassign/", {"owner": 999_999}).status_code == 404


def test_drop_asks_why(client: Client, person: Any) -> None:
    todo = make_todo(owner=person)

    assert client.post(f"/todos/{todo.pk}/drop/", {"d-reason": " "}).status_code == 422
    assert client.post(f"/todos/{todo.pk}/drop/", {"d-reason": "客户已处理"}).status_code == 302
    assert ToDo.objects.values_list("state", "outcome").get() == ("dropped", "客户已处理")


def test_others_to_dos_are_not_there(client: Client) -> None:
    client.force_login(make_user(sees="own"))
    todo = make_todo(owner=make_user())

    assert [client.post(f"/todos/{todo.pk}/{act}/").status_code for act in ("finish", "drop", "postpone", "reassign", "reopen")] == [
        404
    ] * 5
    assert client.get(f"/todos/{todo.pk}/").status_code == 404


def test_note_something_and_what_comes_next(client: Client, person: Any) -> None:
    customer = make_customer(name="顾雪亭")

    said = client.post("/note/", {"customer": customer.pk, "kind": "call", "text": "问支架到货没有", "todo": "回电"})
    nobody = client.post("/note/", {"kind": "call", "text": "谁"})

    assert said.status_code == 302
    assert nobody.status_code == 422
    assert list(Interaction.objects.values_list("customer", "text")) == [(customer.pk, "问支架到货没有")]
    assert list(ToDo.objects.values_list("title", "owner")) == [("回电", person.pk)]


def test_what_was_learnt_in_passing_is_kept_with_the_note_or_not_at_all(client: Client, person: Any) -> None:
    customer = make_customer(name="顾雪亭")
    asked = client.get("/note/asks/", {"customer": customer.pk}).content.decode()
    said = {"customer": customer.pk, "kind": "call", "text": "问支架到货没有"}

    refused = client.post("/note/", {**said, "due_at": "改天", "told-wish": "周末也能取车"})
    assert (refused.status_code, FileEntry.objects.count(), Interaction.objects.count()) == (422, 0, 0)
    assert "周末也能取车" in refused.content.decode()
    assert client.post("/note/", {**said, "told-wish": "周末也能取车", "told-credit": "月结", "told-family": ""}).status_code == 302

    assert [name in asked for name in ("told-wish", "told-occupation", "told-phone")] == [True, True, False]
    assert list(FileEntry.objects.values_list("customer", "topic", "value", "source", "collected_by")) == [
        (customer.pk, "wish", "周末也能取车", "customer", person.pk)
    ]
    assert Interaction.objects.count() == 1


def test_what_to_ask_of_somebody_one_may_not_see_is_not_there(client: Client) -> None:
    client.force_login(make_user(sees="own"))
    customer = make_customer()

    assert client.get("/note/asks/", {"customer": customer.pk}).status_code == 404
    assert client.get("/note/asks/", {"customer": "9" * 5000}).status_code == 200


def test_a_new_to_do(client: Client, person: Any) -> None:
    assert client.post("/todos/new/", {"title": "", "kind": "task"}).status_code == 422
    assert client.post("/todos/new/", {"title": "补开发票", "kind": "task", "owner": person.pk}).status_code == 302
    assert ToDo.objects.values_list("title", "owner").get() == ("补开发票", person.pk)


def test_language_and_colours_are_remembered(client: Client, person: Any) -> None:
    answer = client.post("/appearance/", {"language": "en", "theme": "dark", "next": "/customers/"})

    person.refresh_from_db()
    assert (answer.headers["Location"], person.language, person.theme) == ("/customers/", "en", "dark")
    page = client.get("/").content.decode()
    assert '<html lang="en" data-bs-theme="dark"' in page
    assert "Workbench" in page


def test_nonsense_for_language_and_colours_changes_nothing(client: Client, person: Any) -> None:
    client.post("/appearance/", {"language": "xx", "theme": "pink", "next": "//evil.example"})

    person.refresh_from_db()
    assert (person.language, person.theme) == ("", "")
