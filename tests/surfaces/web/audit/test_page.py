from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests.factories.staff import make_administrator, make_user

from kexin.ground.audit import actions
from kexin.ground.audit.actor import Actor
from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Role

pytestmark = pytest.mark.django_db
LI = Actor(id=7, name="李娜")


def signed_in(language: str) -> Client:
    client = Client()
    client.force_login(make_administrator(language=language), backend="kexin.surfaces.web.account.adapter.Backend")
    return client


def note(number: int = 1, **given: object) -> int:
    changes = given.pop("changes", {"role": ["front_line", "manager"]})
    return actions.record(action="user.change", kind="user", record_id=number, label=f"员工{number}", by=LI, changes=changes)  # type: ignore[arg-type]


def test_old_and_new_stand_side_by_side_in_the_readers_words() -> None:
    note(changes={"role": ["front_line", "manager"], "is_active": [True, False], "week": [{}, {"0": ["09:00–12:00"]}], "rows": 12})

    row = signed_in("en").get(reverse("audit:list")).context["rows"][0]

    assert (row.who, row.action, row.kind, row.surface) == ("李娜", "changed a person", "Member of staff", "on a page")
    assert [(change.label, change.old, change.new) for change in row.changes] == [
        ("Role", "Front line", "Manager"),
        ("Active", "yes", "no"),
        ("Opening times", "empty", "Mon 09:00–12:00"),
        ("Rows", "", "12"),
    ]


def test_the_trail_is_filtered_and_paged_by_key() -> None:
    numbers = [note(number) for number in range(60)]
    page = signed_in("en")

    first = page.get(reverse("audit:list"), {"kind": "user"})
    second = page.get(reverse("audit:list") + "?" + first.context["older"])

    shown = [row.entry.pk for answer in (first, second) for row in answer.context["rows"]]
    assert shown == numbers[::-1]
    assert page.get(reverse("audit:list"), {"record": "5"}).context["rows"][0].entry.record_id == "5"
    assert page.get(reverse("audit:list"), {"person": "8"}).context["rows"] == []
    assert page.get(reverse("audit:list"), {"since": "2999-01-01"}).context["rows"] == []
    assert len(page.get(reverse("audit:list"), {"until": "2999-01-01"}).context["rows"]) == 50
    assert page.get(reverse("audit:list"), {"before": "x"}).status_code == 400


@pytest.mark.parametrize("rows", [1, 3])
def test_the_page_costs_the_same_statements_however_long(rows: int, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    page = signed_in("en")
    staff.company()
    for number in range(rows):
        note(number)
    page.get(reverse("audit:list"))

    with django_assert_num_queries(5):  # session, person, entries, people to choose from, company
        page.get(reverse("audit:list"))


def test_what_is_not_named_is_shown_as_it_was_written_and_nothing_is_markup() -> None:
    actions.record(action="odd.thing", kind="odd", record_id="<b>", label="<script>", by=LI, changes={"x": ["<i>", "y"]})

    text = signed_in("en").get(reverse("audit:list")).content.decode()

    assert "odd.thing" in text
    assert "<script>alert" not in text
    assert "&lt;script&gt;" in text


def test_the_trail_is_for_those_who_may_see_it() -> None:
    client = Client()
    client.force_login(make_user(role=Role.MANAGER), backend="kexin.surfaces.web.account.adapter.Backend")

    assert client.get(reverse("audit:list")).status_code == 403
