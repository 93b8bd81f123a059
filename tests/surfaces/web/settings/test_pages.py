from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories.staff import make_administrator, make_branch, make_user

from kexin.ground.staff import queries
from kexin.ground.staff.models import User

pytestmark = pytest.mark.django_db
BACKEND = "kexin.surfaces.web.account.adapter.Backend"


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def test_the_company_is_kept_and_the_later_editor_is_told() -> None:
    page = signed_in(make_administrator(language="en"))
    entered = {"name": "远景汽车", "zone": "Asia/Shanghai", "currency": "CNY", "version": 1}

    assert page.post(reverse("settings:page"), entered).status_code == 302
    told = page.post(reverse("settings:page"), {**entered, "name": "另一家"})

    assert told.status_code == 409
    assert "远景汽车" in told.content.decode()
    company = queries.company()
    assert (company.name, company.currency, company.version) == ("远景汽车", "CNY", 2)


def test_a_person_changes_their_own_name_language_and_theme() -> None:
    person = make_user(name="旧", username="li.na")
    page = signed_in(person)

    page.post(reverse("settings:me"), {"name": "新", "email": "", "language": "en", "theme": "dark", "version": 1})

    person.refresh_from_db()
    assert (person.name, person.language, person.theme, person.role) == ("新", "en", "dark", "front_line")
    answer = page.get(reverse("settings:me"))
    assert answer["Content-Language"] == "en"
    assert "My account" in answer.content.decode()


def test_nobody_changes_their_own_role() -> None:
    person = make_user(name="李娜")

    signed_in(person).post(
        reverse("settings:me"), {"name": "李娜", "role": "administrator", "sees": "all", "is_active": "", "version": 1, "language": "en"}
    )

    person.refresh_from_db()
    assert (person.role, person.sees, person.is_active) == ("front_line", "branch", True)


@pytest.mark.parametrize(
    ("own", "cookie", "header", "spoken"),
    [
        ("en", "zh-hans", "zh", "en"),
        ("", "en", "zh", "en"),
        ("", "", "en-GB,en;q=0.9", "en"),
        ("", "", "fr", "zh-hans"),
        ("", "", "", "zh-hans"),
    ],
)
def test_the_language_is_the_persons_then_the_cookies_then_the_browsers(own: str, cookie: str, header: str, spoken: str) -> None:
    page = signed_in(make_user(language=own))
    if cookie:
        page.cookies["django_language"] = cookie

    answer = page.get(reverse("settings:me"), HTTP_ACCEPT_LANGUAGE=header)

    assert answer["Content-Language"] == spoken


def test_days_are_counted_in_the_branchs_zone() -> None:
    branch = make_branch()
    type(branch).objects.filter(pk=branch.pk).update(zone="Asia/Urumqi")
    answer = signed_in(make_user(branch=branch)).get(reverse("settings:me"))

    assert answer.wsgi_request.user.branch.zone == "Asia/Urumqi"  # type: ignore[union-attr]
