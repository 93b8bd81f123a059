from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone
from tests.factories.staff import PASSWORD, make_administrator, make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import Conflict
from kexin.ground.staff import errors, queries
from kexin.ground.staff.actions import company, people
from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.models import User

pytestmark = pytest.mark.django_db
BY = Actor(id=1, name="管理员")


def test_names_are_one_whatever_their_width_and_case() -> None:
    person = people.create_person(username="  Ｌｉ.Na ", by=BY)

    assert person.username == "li.na"
    with pytest.raises(errors.NameTaken):
        people.create_person(username="LI.NA", by=BY)
    with pytest.raises(errors.NameUnusable):
        people.create_person(username="li na", by=BY)


def test_a_sign_in_name_is_never_somebody_elses_mail_address() -> None:
    make_user(username="boss", email="boss@example.com")

    with pytest.raises(errors.NameTaken):
        people.create_person(username="boss@example.com", by=BY)
    with pytest.raises(errors.MailTaken):
        people.create_person(username="other", email="BOSS@example.com", by=BY)


@pytest.mark.parametrize("password", ["12345", "1234567890", "password123", "li.na.2026"])
def test_weak_passwords_are_refused_with_reasons(password: str) -> None:
    with pytest.raises(errors.WeakPassword) as told:
        people.create_person(username="li.na.2026", password=password, by=BY)

    assert told.value.fields()["password"]


def test_the_later_of_two_editors_is_told() -> None:
    person = make_user(name="旧")
    people.change_person(user_id=person.pk, version=1, fields={"name": "甲"}, by=BY)

    with pytest.raises(Conflict) as told:
        people.change_person(user_id=person.pk, version=1, fields={"name": "乙"}, by=BY)

    assert (told.value.theirs, told.value.yours) == ({"name": "甲"}, {"name": "乙"})


def test_the_last_administrator_stays() -> None:
    only = make_administrator()
    people.invite(username="invited", role=Role.ADMINISTRATOR, now=timezone.now(), by=BY)  # cannot sign in yet, so does not count

    with pytest.raises(errors.LastAdministrator):
        people.deactivate(user_id=only.pk, by=BY)
    with pytest.raises(errors.LastAdministrator):
        people.change_person(user_id=only.pk, version=1, fields={"role": Role.MANAGER}, by=BY)

    make_administrator()
    assert not people.deactivate(user_id=only.pk, by=BY).is_active


def test_a_link_is_used_once_even_by_two_at_the_same_moment() -> None:
    person, token = people.invite(username="li.na", now=timezone.now(), by=BY)

    people.use_link(token=token, password=PASSWORD, now=timezone.now())
    with pytest.raises(errors.LinkUnusable):
        people.use_link(token=token, password=PASSWORD, now=timezone.now())

    person.refresh_from_db()
    assert person.check_password(PASSWORD)


def test_a_link_of_a_closed_account_opens_nothing() -> None:
    person, token = people.invite(username="li.na", now=timezone.now(), by=BY)
    people.deactivate(user_id=person.pk, by=BY)

    with pytest.raises(errors.LinkUnusable):
        queries.usable_link(token, now=timezone.now())


def test_a_refused_password_leaves_the_link_usable() -> None:
    _person, token = people.invite(username="li.na", now=timezone.now(), by=BY)

    with pytest.raises(errors.WeakPassword):
        people.use_link(token=token, password="123", now=timezone.now())

    assert queries.usable_link(token, now=timezone.now() + timedelta(days=6))
    with pytest.raises(errors.LinkUnusable):
        queries.usable_link(token, now=timezone.now() + timedelta(days=7, seconds=1))


def test_what_each_sees_of_branches_and_people() -> None:
    group = make_branch()
    shop = make_branch(parent=group)
    other = make_branch()
    manager = make_user(role=Role.MANAGER, sees=Sees.BRANCH, branch=group)
    seller = make_user(branch=shop)
    stranger = make_user(branch=other)

    assert set(queries.branches_visible_to(manager)) == {group, shop}
    assert set(queries.owners_for(manager)) == {manager, seller}
    assert set(queries.owners_for(make_user(sees=Sees.ALL))) >= {manager, seller, stranger}


def test_the_first_file_settles_the_currency_once() -> None:
    assert company.settle_currency(currency="GBP", by=BY) == "GBP"
    assert company.settle_currency(currency="CNY", by=BY) == "GBP"

    with pytest.raises(errors.UnknownCurrency):
        company.change_company(version=None, fields={"currency": "yuan"}, by=BY)
    with pytest.raises(errors.UnknownZone):
        company.change_company(version=None, fields={"zone": "Mars/Olympus"}, by=BY)


@pytest.mark.django_db(transaction=True)
def test_two_administrators_cannot_remove_each_other() -> None:
    first, second = make_administrator(), make_administrator()
    refused: list[Exception] = []
    start = threading.Barrier(2)

    def remove(user_id: int) -> None:
        start.wait()
        try:
            people.deactivate(user_id=user_id, by=BY)
        except errors.LastAdministrator as error:
            refused.append(error)
        finally:
            connection.close()

    threads = [threading.Thread(target=remove, args=[person.pk]) for person in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert len(refused) == 1
    assert User.objects.filter(role=Role.ADMINISTRATOR, is_active=True).count() == 1
