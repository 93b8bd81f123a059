"""Projects by stage: what stands where, moved with the project's own rules, put back in words when it cannot be."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.staff.models import User
from kexin.loop.customers import actions
from kexin.loop.customers.models import Project, ProjectStage

pytestmark = pytest.mark.django_db
PART = {"HX-Request": "true", "HX-Target": "board"}


@pytest.fixture
def user() -> User:
    return make_user(branch=make_branch())


@pytest.fixture
def signed_in(client: Client, user: User) -> Client:
    client.force_login(user)
    return client


def begin(user: User, name: str = "厂房扩建", **fields: Any) -> Project:
    customer = make_customer(branch=user.branch, owner=user)
    return actions.start_project(customer_id=customer.pk, name=name, by=user.actor, **fields)


def test_a_stage_says_how_many_and_for_how_much_in_each_currency(signed_in: Client, user: User) -> None:
    begin(user, amount=Decimal(1000), currency="CNY")
    begin(user, amount=Decimal(500), currency="CNY")
    begin(user, amount=Decimal(70), currency="EUR")
    make_customer(branch=make_branch())
    text = signed_in.get("/customers/projects/board/").content.decode()
    begins = text.index("data-lane")
    lane = text[begins : text.index("</header>", begins)]
    assert re.search(r"<h2[^>]*>[^<]*<span[^>]*>3</span>", lane)
    assert "1,500" in lane
    assert "70" in lane
    assert text.count("data-card") == 3


def test_statements_do_not_grow_with_the_cards(signed_in: Client, user: User) -> None:
    counts = []
    for more in (1, 2):
        for _ in range(more):
            begin(user)
        signed_in.get("/customers/projects/board/")
        with CaptureQueriesContext(connection) as captured:
            signed_in.get("/customers/projects/board/")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 18


def test_a_card_moves_once_and_a_stale_one_goes_back_in_words(signed_in: Client, user: User) -> None:
    project = begin(user)
    other = ProjectStage.objects.filter(outcome="open").order_by("position")[1]
    given = {"stage": other.pk, "version": project.version, "query": "outcome=open"}
    moved = signed_in.post(f"/customers/projects/{project.pk}/board/", given, headers=PART)
    project.refresh_from_db()
    assert (moved.status_code, project.stage) == (200, other)
    assert "<html" not in moved.content.decode()
    won = ProjectStage.objects.filter(outcome="won").first()
    assert won is not None
    stale = signed_in.post(f"/customers/projects/{project.pk}/board/", {**given, "stage": won.pk}, headers=PART)
    project.refresh_from_db()
    assert (stale.status_code, project.stage) == (422, other)
    assert 'role="alert"' in stale.content.decode()
    for bad in ("", "x", "999999", "9" * 40, str(other.pk)):
        again = signed_in.post(
            f"/customers/projects/{project.pk}/board/", {**given, "stage": bad, "version": project.version}, headers=PART
        )
        assert again.status_code == 422, bad
    plain = signed_in.post(f"/customers/projects/{project.pk}/board/", {"stage": won.pk, "version": project.version})
    assert plain.status_code == 302  # without JavaScript, too


def test_filters_are_those_of_the_list_and_more_come_by_key(signed_in: Client, user: User) -> None:
    made = [begin(user, name=f"项目{n:02d}") for n in range(25)]
    stage = made[0].stage_id
    page = signed_in.get("/customers/projects/board/?outcome=open&mine=1").content.decode()
    assert page.count("data-card") == 20
    more = re.search(rf'hx-get="(/customers/projects/board/{stage}/[^"]+)"', page)
    assert more is not None
    rest = signed_in.get(more[1].replace("&amp;", "&")).content.decode()
    assert rest.count("data-card") == 5
    assert not {*re.findall("项目[0-9]{2}</a>", page)} & {*re.findall("项目[0-9]{2}</a>", rest)}
    assert signed_in.get("/customers/projects/board/?outcome=won").content.decode().count("data-card") == 0
    assert signed_in.get("/customers/projects/board/?outcome=nonsense").status_code == 400
    assert signed_in.get(f"/customers/projects/board/{stage}/?after=nonsense").status_code == 400


def test_who_only_looks_moves_nothing(client: Client, user: User) -> None:
    project = begin(user)
    looker = make_user(role="analyst", branch=user.branch)
    client.force_login(looker)
    page = client.get("/customers/projects/board/").content.decode()
    assert "data-card" in page
    assert "data-move" not in page
    assert client.post(f"/customers/projects/{project.pk}/board/", {"stage": 1}).status_code == 403
