"""The pages of web hooks: registered, watched, switched, sent again."""

from __future__ import annotations

import re
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from tests.factories.hooks import make_hook, reach_here, receiver, says
from tests.factories.staff import make_administrator, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.hooks import actions, queries
from kexin.ground.hooks.choices import Fault, Off, State
from kexin.ground.hooks.models import Delivery, Hook
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import Job
from kexin.ground.staff.choices import Role
from kexin.loop.customers.announcements import CustomerDeactivated
from kexin.surfaces.web.hooks import wording

pytestmark = pytest.mark.django_db
BACKEND = "kexin.surfaces.web.account.adapter.Backend"
NEW = {"name": "ERP", "url": "https://erp.example.com/kexin", "announcements": ["customers.created", "orders.delivered"]}


@pytest.fixture
def client() -> Client:
    client = Client(headers={"Accept-Language": "en"})
    client.force_login(make_administrator(password=None), backend=BACKEND)
    return client


def happened(count: int = 1) -> None:
    jobs.announce_all([CustomerDeactivated(n) for n in range(1, count + 1)])
    jobs.deliver_announcements()


def test_a_hook_is_registered_and_its_key_shown_once(client: Client) -> None:
    page = client.post("/hooks/new/", NEW)

    (secret,) = set(re.findall(r"whsec_[\w+/=]+", page.content.decode()))
    hook = Hook.objects.get()
    assert (hook.name, hook.announcements) == ("ERP", ["customers.created", "orders.delivered"])
    assert secret not in client.get(f"/hooks/{hook.pk}/").content.decode()
    assert "no-store" in page["Cache-Control"] or "no-cache" in page["Cache-Control"]


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({"url": "http://erp.example.com"}, "begin with https://"),
        ({"url": "https://127.1/"}, "not the usual way"),
        ({"url": "https://169.254.169.254/latest"}, "private or reserved"),
        ({"url": "https://li:word@erp.example.com"}, "Leave name and password out"),
        ({"url": "https://erp.example.com:22"}, "do not go to port 22"),
        ({"name": " "}, "required"),
        ({"announcements": []}, "required"),
        ({"announcements": ["no.such"]}, "no.such"),
    ],
)
def test_what_cannot_be_is_told_and_what_was_typed_is_kept(client: Client, change: dict[str, Any], words: str) -> None:
    page = client.post("/hooks/new/", NEW | change)

    assert page.status_code == 422
    assert words in page.content.decode()
    assert not Hook.objects.exists()


def test_two_who_edit_are_both_heard(client: Client) -> None:
    hook = make_hook()
    actions.change_hook(hook_id=hook.pk, name="金蝶", by=Actor.system("cli"))
    mine = {"name": "用友", "url": hook.url, "announcements": hook.announcements, "version": "1"}

    first = client.post(f"/hooks/{hook.pk}/edit/", mine)
    again = client.post(
        f"/hooks/{hook.pk}/edit/", mine | {"version": re.findall(r'name="version" value="(\d+)"', first.content.decode())[0]}
    )

    assert (first.status_code, again.status_code, Hook.objects.get().name) == (422, 302, "用友")


def test_a_test_event_goes_out_and_its_page_says_what_came_of_it(client: Client, settings: Any) -> None:
    with receiver(says(500, "数据库连不上"), says(204)) as server:
        reach_here(settings, server.port)
        hook = make_hook(server.url)
        sent = client.post(f"/hooks/{hook.pk}/test/")
        assert "being sent" in client.get(sent["Location"]).content.decode()
        jobs.run_here(Job.objects.get(kind="hooks.send").pk)
        page = client.get(sent["Location"]).content.decode()
        assert "数据库连不上" in page
        assert "Given up" in page
        client.post(f"{sent['Location']}again/")
        jobs.run_here(Job.objects.get(kind="hooks.send").pk)

    assert "Delivered" in client.get(sent["Location"]).content.decode()
    assert len(server.heard) == 2


def test_what_failed_is_found_and_sent_again_in_one_click(client: Client) -> None:
    hook = make_hook()
    happened(3)
    Delivery.objects.filter(pk__in=Delivery.objects.order_by("pk").values("pk")[:2]).update(state=State.FAILED, last_fault=Fault.SLOW)

    page = client.get(f"/hooks/deliveries/?hook={hook.pk}&state=failed").content.decode()
    assert page.count("It took too long to answer") == 2
    client.post(f"/hooks/{hook.pk}/again/")
    assert Delivery.objects.filter(state=State.WAITING).count() == 3


def test_switched_off_on_renewed_and_removed(client: Client) -> None:
    hook = make_hook()
    client.post(f"/hooks/{hook.pk}/off/")
    assert "never told" in client.get(f"/hooks/{hook.pk}/").content.decode()
    client.post(f"/hooks/{hook.pk}/on/")
    page = client.post(f"/hooks/{hook.pk}/secret/").content.decode()
    assert "whsec_" in page
    assert "the key before signs too" in page
    client.post(f"/hooks/{hook.pk}/remove/")
    assert client.get(f"/hooks/{hook.pk}/").status_code == 404


def test_a_hook_that_fails_or_switched_itself_off_says_why(client: Client) -> None:
    now = timezone.now()
    failing = make_hook(name="BI")
    Hook.objects.filter(pk=failing.pk).update(failures=4, failing_since=now, last_fault=Fault.STATUS, last_status=503, rests_until=now)
    off = make_hook(name="ERP")
    Hook.objects.filter(pk=off.pk).update(is_on=False, off_cause=Off.FAILING, off_at=now)

    assert "503" in client.get(f"/hooks/{failing.pk}/").content.decode()
    assert "Nothing could be delivered for three days" in client.get(f"/hooks/{off.pk}/").content.decode()
    both = client.get("/hooks/").content.decode()
    assert "Failing" in both
    assert "Nothing could be delivered for three days" in both


def test_every_kind_of_event_has_words_in_both_languages() -> None:
    from django.utils import translation  # noqa: PLC0415 -- here only

    names = [name for name in queries.announcement_names() if not name.startswith(("tests.", "faults."))]
    assert [name for name in names if name not in wording.WORDS] == []
    assert {name.partition(".")[0] for name in names} <= set(wording.GROUPS)
    with translation.override("zh-hans"):
        assert [name for name in names if str(wording.words_of(name)).isascii()] == []


@pytest.mark.parametrize("count", [1, 3])
def test_pages_cost_the_same_statements_at_any_size(client: Client, count: int) -> None:
    hooks = [make_hook(name=f"ERP {n}") for n in range(count)]
    happened(count)
    client.get("/hooks/")

    costs = []
    for path in ("/hooks/", f"/hooks/{hooks[0].pk}/", "/hooks/deliveries/", f"/hooks/deliveries/{Delivery.objects.all()[0].pk}/"):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(path).status_code == 200
        costs.append(len(asked))

    # Session and person, the company and the jobs that run are the frame's; the hooks and their numbers, a hook with its last
    # deliveries, the records with their count and views, the delivery with its attempts are ours.
    assert costs == [5, 7, 7, 5]


def test_nobody_else_sees_them() -> None:
    hook = make_hook()
    for role in (Role.FRONT_LINE, Role.MANAGER, Role.ANALYST, Role.EXECUTIVE):
        client = Client()
        client.force_login(make_user(role=role), backend=BACKEND)
        assert client.get(f"/hooks/{hook.pk}/").status_code == 403
