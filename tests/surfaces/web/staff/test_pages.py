from __future__ import annotations

from datetime import date, time

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries
from tests.factories.staff import PASSWORD, make_administrator, make_branch, make_user

from kexin.ground.audit import queries as audit
from kexin.ground.staff import queries
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import Branch, User

pytestmark = pytest.mark.django_db


@pytest.fixture
def admin() -> User:
    return make_administrator(name="管理员", password=PASSWORD, language="en")


@pytest.fixture
def page(admin: User) -> Client:
    client = Client()
    client.force_login(admin, backend="kexin.surfaces.web.account.adapter.Backend")
    return client


def fields_of(person: User, **changed: object) -> dict[str, object]:
    fields = {name: getattr(person, name) for name in ("username", "name", "role", "sees", "email", "version")}
    return {**fields, "branch": person.branch_id or "", **changed}


@pytest.mark.parametrize("rows", [1, 3])
def test_people_cost_the_same_statements_however_many(rows: int, page: Client, django_assert_num_queries: DjangoAssertNumQueries) -> None:
    queries.company()
    for _ in range(rows):
        make_user(branch=make_branch())
    page.get(reverse("staff:list"))

    with django_assert_num_queries(PEOPLE_STATEMENTS):
        page.get(reverse("staff:list"))


PEOPLE_STATEMENTS = 5  # session, person with branch, people with branch, branches, company


def test_people_are_found_by_name_role_branch_and_state(page: Client) -> None:
    group = make_branch()
    make_user(name="李娜", username="li.na", branch=make_branch(parent=group), role=Role.MANAGER)
    make_user(name="王伟", username="wang.wei", is_active=False)

    def names(**asked: str) -> list[str]:
        return [person.name for person in page.get(reverse("staff:list"), asked).context["rows"]]

    assert names(q="李") == ["李娜"]
    assert names(branch=str(group.pk)) == ["李娜"]
    assert names(role="manager") == ["李娜"]
    assert names(state="closed") == ["王伟"]


def test_an_invitation_gives_a_link_that_is_shown_once(page: Client, client: Client) -> None:
    answer = page.post(reverse("staff:invite"), {"username": "li.na", "name": "李娜", "role": "manager", "sees": "branch"})

    link = answer.context["link"]
    assert link.startswith("http://testserver/accounts/link/")
    assert answer["Cache-Control"] == "no-store"
    assert client.get(link).status_code == 200
    assert User.objects.get(username="li.na").role == Role.MANAGER


def test_a_taken_name_is_said_beside_the_field(page: Client) -> None:
    make_user(username="li.na")

    answer = page.post(reverse("staff:invite"), {"username": "Li.Na", "name": "李娜", "role": "manager", "sees": "branch"})

    assert answer.status_code == 422
    assert list(answer.context["form"].errors) == ["username"]
    assert 'value="Li.Na"' in answer.content.decode()  # nothing typed is lost


def test_the_later_of_two_editors_sees_both_values_and_decides(page: Client) -> None:
    person = make_user(name="旧名", username="li.na", branch=make_branch(name="华东"))
    address = reverse("staff:person", args=[person.pk])
    page.post(address, fields_of(person, name="甲写的"))

    told = page.post(address, fields_of(person, name="乙写的", role="manager"))

    assert told.status_code == 409
    text = told.content.decode()
    assert "甲写的" in text
    assert "乙写的" in text
    assert User.objects.get(pk=person.pk).name == "甲写的"

    version = told.context["form"].data["version"]
    assert page.post(address, fields_of(person, name="乙写的", role="manager", version=version)).status_code == 302
    person.refresh_from_db()
    assert (person.name, person.role, person.version) == ("乙写的", "manager", 3)


def test_the_last_administrator_cannot_leave(page: Client, admin: User) -> None:
    refused = page.post(reverse("staff:deed", args=[admin.pk, "deactivate"]))
    demoted = page.post(reverse("staff:person", args=[admin.pk]), fields_of(admin, role="manager"))

    assert refused.status_code == 409
    assert "last administrator" in refused.content.decode()
    assert demoted.status_code == 422
    admin.refresh_from_db()
    assert admin.is_active
    assert admin.role == Role.ADMINISTRATOR


def test_an_administrator_acts_on_an_account(page: Client) -> None:
    person = make_user(password=PASSWORD)

    for deed in ("sign-out", "unlock", "second-factor", "deactivate", "activate"):
        assert page.post(reverse("staff:deed", args=[person.pk, deed])).status_code == 302
    assert page.post(reverse("staff:deed", args=[person.pk, "nonsense"])).status_code == 404
    assert page.get(reverse("staff:deed", args=[person.pk, "unlock"])).status_code == 405

    assert [entry.action for entry in audit.trail(kind="user", record_id=person.pk)] == [
        "user.activate",
        "user.deactivate",
        "user.remove_second_factor",
        "user.unlock",
        "user.end_sessions",
    ]


def test_branches_are_made_moved_closed_and_opened(page: Client) -> None:
    page.post(reverse("staff:new_branch"), {"name": "集团", "code": "HQ", "zone": "Asia/Shanghai", "holidays": "CN"})
    group = Branch.objects.get(code="HQ")
    page.post(reverse("staff:new_branch"), {"name": "华东", "code": "E", "zone": "Asia/Urumqi", "holidays": "", "parent": group.pk})
    east = Branch.objects.get(code="E")
    assert (east.path, east.zone, east.holidays) == (f"/{group.pk}/{east.pk}/", "Asia/Urumqi", "")
    assert "华东" in page.get(reverse("staff:branches")).content.decode()

    page.post(reverse("staff:move_branch", args=[east.pk]), {"parent": ""})
    assert Branch.objects.get(pk=east.pk).parent is None
    assert page.post(reverse("staff:move_branch", args=[group.pk]), {"parent": group.pk}).status_code == 422
    page.post(reverse("staff:branch_active", args=[east.pk]))
    assert not Branch.objects.get(pk=east.pk).is_active


def test_opening_times_are_written_as_people_write_them(page: Client) -> None:
    branch = make_branch()
    week = {f"day{number}": "" for number in range(7)}

    page.post(reverse("staff:week", args=[branch.pk]), {**week, "version": 1, "day0": "9:00-12:00，13：30～18:00", "day5": "10—16"})

    calendar = queries.calendar_of(branch)
    assert {day: [(slot.opens, slot.closes) for slot in slots] for day, slots in calendar.slots.items()} == {
        0: [(time(9), time(12)), (time(13, 30), time(18))],
        5: [(time(10), time(16))],
    }
    for nonsense in ("9 bis 12", "25:00-26:00", "12:00-9:00", "9:00-12:00,11:00-13:00"):
        refused = page.post(reverse("staff:week", args=[branch.pk]), {**week, "version": 2, "day0": nonsense})
        assert refused.status_code == 422
        assert nonsense in refused.content.decode()


def test_the_month_shows_holidays_exchanged_weekends_and_single_days(page: Client) -> None:
    branch = make_branch()
    page.post(reverse("staff:day", args=[branch.pk]), {"day": "2026-10-08", "hours": "", "reason": "盘点"})

    text = page.get(reverse("staff:branch", args=[branch.pk]), {"month": "2026-10"}).content.decode()

    assert text.count("Holiday<") + text.count("Holiday ") >= 6
    assert "National Day" in text
    assert "Exchanged" in text
    assert "盘点" in text
    assert page.get(reverse("staff:branch", args=[branch.pk]), {"month": "nonsense"}).status_code == 200
    assert "not published yet" in page.get(reverse("staff:branch", args=[branch.pk]), {"month": "2029-01"}).content.decode()

    page.post(reverse("staff:day", args=[branch.pk]), {"day": "2026-10-08", "clear": "1"})
    assert queries.calendar_of(branch).is_working_day(date(2026, 10, 8))


def test_only_administrators_manage_people() -> None:
    client = Client()
    client.force_login(make_user(role=Role.MANAGER, sees=Sees.ALL), backend="kexin.surfaces.web.account.adapter.Backend")

    assert client.get(reverse("staff:list")).status_code == 403
