"""Signing in as people do it: by the pages, with a client that keeps cookies."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, format_hotp_value, hotp_value, yield_hotp_counters_from_time
from django.core.cache import cache
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django.fixtures import Settings
from tests.factories.staff import PASSWORD, make_administrator, make_branch, make_user

from kexin.ground.audit import queries as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.staff.actions import people
from kexin.ground.staff.choices import Role, Sees

pytestmark = pytest.mark.django_db
BY = Actor(id=1, name="管理员")
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def _nothing_counted() -> None:
    cache.clear()


@pytest.fixture
def quick_hashes(settings: Settings) -> None:
    """Where guesses are counted, each need not cost what it costs a thief."""
    settings.PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]


def sign_in(client: Client, login: str, password: str = PASSWORD, **extra: Any) -> Any:
    return client.post(LOGIN, {"login": login, "password": password}, **extra)


def code_of(secret: str) -> str:
    return format_hotp_value(hotp_value(secret, next(yield_hotp_counters_from_time())))


def confirm(client: Client) -> None:
    """Before second factors are touched the password is asked once more."""
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})


def is_signed_in(client: Client) -> bool:
    return client.get(reverse("mfa_index")).status_code != 302


def test_people_sign_in_by_name_or_by_mail(client: Client) -> None:
    make_user(username="li.na", email="li.na@example.com", password=PASSWORD)

    for login in ("li.na", "LI.NA", "li.na@example.com"):
        assert sign_in(Client(), login)["Location"] == "/"

    assert [entry.action for entry in audit.trail(kind="user")] == ["user.sign_in"] * 3
    assert sign_in(client, "li.na", "falsch")["Content-Type"].startswith("text/html")


def test_passwords_are_kept_as_argon2() -> None:
    assert make_user(password=PASSWORD).password.startswith("argon2$argon2id$")


def test_nobody_signs_up_by_themselves(client: Client) -> None:
    assert client.get("/accounts/signup/").status_code == 404


@pytest.mark.usefixtures("quick_hashes")
def test_five_wrong_passwords_pause_the_name_from_that_address(client: Client) -> None:
    person = make_user(username="li.na", email="li.na@example.com", password=PASSWORD)

    # The name and the mail address are the same account.
    answers = [sign_in(client, login, "wrong").status_code for login in ["li.na", "li.na@example.com"] * 2 + ["li.na"]]
    assert answers == [200, 200, 200, 200, 429]

    locked = sign_in(client, "li.na")
    assert locked.status_code == 429
    assert "15 分钟" in locked.content.decode() or "15 minutes" in locked.content.decode()
    assert sign_in(Client(), "li.na", REMOTE_ADDR="10.0.0.9")["Location"] == "/"  # she herself, from elsewhere
    assert audit.trail(action="user.lock_out", limit=1)[0].record_id == str(person.pk)

    people.unlock(user_id=person.pk, by=BY)
    assert sign_in(client, "li.na")["Location"] == "/"


@pytest.mark.usefixtures("quick_hashes")
def test_guesses_from_many_addresses_are_counted_together() -> None:
    make_user(username="li.na", password=PASSWORD)

    for number in range(50):
        sign_in(Client(), "li.na", "wrong", REMOTE_ADDR=f"10.0.{number // 4}.1")

    refused = sign_in(Client(), "li.na", REMOTE_ADDR="10.9.9.9")
    assert refused.status_code == 200
    assert refused.context["form"].errors


def test_a_failure_is_kept_without_what_was_typed_unless_it_is_a_name(client: Client) -> None:
    person = make_user(username="li.na", password=PASSWORD)

    sign_in(client, "my secret password", "oops")
    sign_in(client, "li.na", "oops")

    failures = audit.trail(action="user.sign_in_failed")
    assert [(entry.record_id, entry.label, entry.changes) for entry in failures] == [
        (str(person.pk), str(person), {"address": "127.0.0.1"}),
        ("", "", {"address": "127.0.0.1"}),
    ]


def test_leaving_is_kept_in_the_trail(client: Client) -> None:
    make_user(username="li.na", password=PASSWORD)
    sign_in(client, "li.na")

    client.post(reverse("account_logout"))

    assert not is_signed_in(client)
    assert audit.trail(limit=1)[0].action == "user.sign_out"


def test_a_change_of_role_ends_every_open_session() -> None:
    make_administrator()
    person = make_user(username="li.na", password=PASSWORD, role=Role.MANAGER)
    office, phone = Client(), Client()
    sign_in(office, "li.na")
    sign_in(phone, "li.na")

    people.change_person(user_id=person.pk, version=person.version, fields={"name": "李娜"}, by=BY)
    assert is_signed_in(office)

    people.change_person(user_id=person.pk, version=person.version + 1, fields={"role": Role.FRONT_LINE}, by=BY)
    assert not is_signed_in(office)
    assert not is_signed_in(phone)


@pytest.mark.parametrize("field", ["sees", "branch"])
def test_a_change_of_reach_ends_open_sessions(field: str, client: Client) -> None:
    person = make_user(username="li.na", password=PASSWORD)
    sign_in(client, "li.na")

    value = Sees.OWN if field == "sees" else make_branch()
    people.change_person(user_id=person.pk, version=1, fields={field: value}, by=BY)

    assert not is_signed_in(client)


def test_somebody_deactivated_is_out_at_once(client: Client) -> None:
    person = make_user(username="li.na", password=PASSWORD)
    sign_in(client, "li.na")

    people.deactivate(user_id=person.pk, by=BY)

    assert not is_signed_in(client)
    assert sign_in(Client(), "li.na")["Location"] == reverse("account_inactive")


def test_a_session_is_renewed_once_a_minute_and_not_by_a_page_that_only_watches(client: Client) -> None:
    make_user(username="li.na", password=PASSWORD)
    sign_in(client, "li.na")
    client.get(reverse("mfa_index"))
    session = client.session
    first = session["kexin_seen"]

    client.get(reverse("mfa_index"))
    assert client.session["kexin_seen"] == first

    session["kexin_seen"] = first - 61
    session.save()
    client.get(reverse("mfa_index"), HTTP_X_KEXIN_WATCHING="1")
    assert client.session["kexin_seen"] == first - 61
    client.get(reverse("mfa_index"))
    assert client.session["kexin_seen"] >= first


def test_an_idle_session_ends(client: Client, settings: Settings) -> None:
    settings.SESSION_COOKIE_AGE = 1
    make_user(username="li.na", password=PASSWORD)
    sign_in(client, "li.na")
    key = client.session.session_key
    from django.contrib.sessions.models import Session  # noqa: PLC0415 -- only here

    Session.objects.filter(pk=key).update(expire_date=timezone.now() - timedelta(seconds=1))

    assert not is_signed_in(client)


def test_signing_in_with_a_second_factor(client: Client, django_capture_on_commit_callbacks: Any) -> None:
    person = make_user(username="li.na", password=PASSWORD)
    sign_in(client, "li.na")
    confirm(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    with django_capture_on_commit_callbacks(execute=True):
        client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert Authenticator.objects.filter(user=person, type="totp").exists()
    codes = client.get(reverse("mfa_view_recovery_codes")).context["unused_codes"]

    other = Client()
    assert sign_in(other, "li.na")["Location"].startswith(reverse("mfa_authenticate"))
    assert not is_signed_in(other)
    assert other.post(reverse("mfa_authenticate"), {"code": "000000"}).status_code == 200
    assert not is_signed_in(other)
    cache.clear()  # a code is taken once: the one used for setting up would be refused as repeated
    assert other.post(reverse("mfa_authenticate"), {"code": code_of(secret)})["Location"] == "/"
    assert is_signed_in(other)

    lost_phone = Client()
    sign_in(lost_phone, "li.na")
    assert lost_phone.post(reverse("mfa_authenticate"), {"code": codes[0]})["Location"] == "/"
    again = Client()
    sign_in(again, "li.na")
    assert again.post(reverse("mfa_authenticate"), {"code": codes[0]}).status_code == 200  # each works once

    actions = [entry.action for entry in audit.trail(kind="user", record_id=person.pk)]
    assert "user.add_second_factor" in actions


def test_wrong_codes_are_limited(client: Client) -> None:
    person = make_user(username="li.na", password=PASSWORD)
    TOTP.activate(person, "ABCDEFGHIJKLMNOP")
    sign_in(client, "li.na")

    for _ in range(5):
        client.post(reverse("mfa_authenticate"), {"code": "000000"})
    refused = client.post(reverse("mfa_authenticate"), {"code": code_of("ABCDEFGHIJKLMNOP")})

    assert refused.status_code == 200
    assert not is_signed_in(client)


def test_who_must_use_a_second_factor_sets_one_up_first(client: Client) -> None:
    make_user(username="li.na", password=PASSWORD, must_use_mfa=True)
    sign_in(client, "li.na")

    assert client.get("/")["Location"] == reverse("mfa_activate_totp")
    confirm(client)
    secret = client.get(reverse("mfa_activate_totp")).context["form"].secret
    client.post(reverse("mfa_activate_totp"), {"code": code_of(secret)})
    assert client.get("/").status_code == 200


def test_a_new_password_follows_the_rules_and_keeps_this_session(client: Client) -> None:
    make_user(username="li.na", password=PASSWORD)
    sign_in(client, "li.na")
    elsewhere = Client()
    sign_in(elsewhere, "li.na")
    address = reverse("account_change_password")

    weak = client.post(address, {"oldpassword": PASSWORD, "password1": "12345", "password2": "12345"})
    assert weak.context["form"].errors["password1"]
    client.post(address, {"oldpassword": PASSWORD, "password1": "另一个 好密码 2027", "password2": "另一个 好密码 2027"})

    assert is_signed_in(client)
    assert not is_signed_in(elsewhere)
    assert audit.trail(limit=1)[0].action == "user.change_password"


def test_without_mail_the_reset_page_says_whom_to_ask(client: Client, settings: Settings) -> None:
    page = client.get(reverse("account_reset_password"))
    assert page.status_code == 200
    assert page.templates[0].name == "account/ask_administrator.html"


def test_with_mail_a_reset_link_comes(client: Client, settings: Settings, mailoutbox: list[Any]) -> None:
    settings.MAIL_IS_SET_UP = True
    make_user(username="li.na", email="li.na@example.com", password=PASSWORD)

    client.post(reverse("account_reset_password"), {"email": "li.na@example.com"})
    client.post(reverse("account_reset_password"), {"email": "nobody@example.com"})

    assert [mail.to for mail in mailoutbox] == [["li.na@example.com"]]
    link = next(word for word in mailoutbox[0].body.split() if "/password/reset/key/" in word)
    form = client.get(link, follow=True)
    client.post(form.request["PATH_INFO"], {"password1": "另一个 好密码 2027", "password2": "另一个 好密码 2027"})
    assert sign_in(Client(), "li.na", "另一个 好密码 2027")["Location"] == "/"


def test_pages_of_signing_in_keep_a_strict_content_policy(client: Client) -> None:
    page = client.get(LOGIN)

    assert "script-src 'self'" in page["Content-Security-Policy"]
    assert "unsafe" not in page["Content-Security-Policy"].replace("style-src-attr 'unsafe-inline'", "")
    assert "onclick" not in page.content.decode()


# Links


def test_an_invitation_works_once(client: Client) -> None:
    person, token = people.invite(username="li.na", name="李娜", now=timezone.now(), by=BY)
    address = reverse("account_link", args=[token])
    assert person.is_invited
    assert "李娜" in client.get(address).content.decode()

    assert client.post(address, {"password": "12345", "again": "12345"}).status_code == 422
    assert client.post(address, {"password": PASSWORD, "again": PASSWORD + "x"}).status_code == 422
    assert client.post(address, {"password": PASSWORD, "again": PASSWORD})["Location"] == LOGIN
    assert sign_in(client, "li.na")["Location"] == "/"

    assert client.get(address).status_code == 410
    assert client.post(address, {"password": PASSWORD, "again": PASSWORD}).status_code == 410
    assert [entry.action for entry in audit.trail(kind="user", record_id=person.pk)] == [
        "user.sign_in",
        "user.use_invitation_link",
        "user.create",
    ]


def test_links_expire_are_replaced_and_cannot_be_forged(client: Client) -> None:
    long_ago = timezone.now() - timedelta(days=8)
    person, expired = people.invite(username="li.na", now=long_ago, by=BY)
    replaced = people.give_link(user_id=person.pk, now=timezone.now(), by=BY)
    newest = people.give_link(user_id=person.pk, now=timezone.now(), by=BY)
    people.invite(username="wang.wei", now=timezone.now(), by=BY)

    for token, status in ((expired, 410), (replaced, 410), (newest[:-3] + "abc", 410), ("nonsense", 410), (newest, 200)):
        assert client.get(reverse("account_link", args=[token])).status_code == status


def test_a_reset_link_ends_sessions_and_lifts_a_lock_out(client: Client) -> None:
    person = make_user(username="li.na", password=PASSWORD)
    sign_in(client, "li.na")
    locked = Client()
    for _ in range(5):
        sign_in(locked, "li.na", "wrong")
    token = people.give_link(user_id=person.pk, now=timezone.now(), by=BY)

    locked.post(reverse("account_link", args=[token]), {"password": "另一个 好密码 2027", "again": "另一个 好密码 2027"})

    assert not is_signed_in(client)
    assert sign_in(locked, "li.na", "另一个 好密码 2027")["Location"] == "/"
