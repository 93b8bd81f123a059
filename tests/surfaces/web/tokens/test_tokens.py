"""The token pages: made and shown once, listed, revoked; programs added by an administrator."""

from __future__ import annotations

import re

import pytest
from django.test import Client
from tests.factories.staff import make_administrator, make_branch, make_user
from tests.factories.tokens import Caller, make_token

from kexin.ground.audit.models import Entry
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User
from kexin.ground.tokens.models import Token

pytestmark = pytest.mark.django_db
BACKEND = "kexin.surfaces.web.account.adapter.Backend"


def signed_in(person: User) -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(person, backend=BACKEND)
    return client


def test_a_token_is_shown_once_and_works() -> None:
    person = make_user(role=Role.MANAGER, sees=Sees.BRANCH, branch=make_branch())
    client = signed_in(person)

    page = client.post("/tokens/", {"name": "ERP", "scopes": ["customers:read"], "days": "30"}).content.decode()

    (written,) = set(re.findall(r"kx_[a-z2-7]{10}_\w{43}", page))
    assert Caller(written).get("/me").json()["scopes"] == ["customers:read"]
    assert written not in client.get("/tokens/").content.decode()
    assert not Token.objects.filter(digest__contains=written[14:]).exists()
    assert Entry.objects.filter(action="token.issue", label="ERP").count() == 1
    assert written[14:] not in str(list(Entry.objects.values()))


@pytest.mark.parametrize(
    ("name", "scopes", "days"), [("", ["customers:read"], "30"), ("x", [], "30"), ("x", ["all"], "30"), ("x", ["customers:read"], "0")]
)
def test_what_cannot_be_made_is_told_beside_its_field(name: str, scopes: list[str], days: str) -> None:
    client = signed_in(make_user())

    assert client.post("/tokens/", {"name": name, "scopes": scopes, "days": days}).status_code == 422
    assert not Token.objects.exists()


def test_a_revoked_token_is_refused_at_once() -> None:
    person = make_user()
    call = Caller(make_token(person))
    assert call.get("/me").status_code == 200

    signed_in(person).post(f"/tokens/{Token.objects.get().pk}/revoke/")

    assert call.get("/me").json()["code"] == "token_revoked"


def test_an_administrator_gives_a_program_a_token_and_sees_all() -> None:
    client = signed_in(make_administrator())
    client.post("/tokens/programs/new/", {"name": "ERP", "role": "front_line", "sees": "all", "branch": ""})
    program = User.objects.get(is_integration=True)

    page = client.post(
        "/tokens/all/", {"owner": program.pk, "name": "nightly", "scopes": ["customers:read"], "days": "30"}
    ).content.decode()

    (written,) = set(re.findall(r"kx_[a-z2-7]{10}_\w{43}", page))
    assert Caller(written).get("/me").json()["name"] == "ERP"
    assert "nightly" in client.get(f"/tokens/all/?owner={program.pk}").content.decode()
    assert client.get(f"/staff/people/{program.pk}/").status_code == 200


@pytest.mark.parametrize("count", [1, 3])
def test_a_list_costs_the_same_statements(count: int, django_assert_max_num_queries: object) -> None:
    administrator = make_administrator()
    for _ in range(count):
        make_token(make_user())
    client = signed_in(administrator)
    client.get("/tokens/all/")

    with django_assert_max_num_queries(12):  # type: ignore[operator]  # a fixture
        client.get("/tokens/all/")
