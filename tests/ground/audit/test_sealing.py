"""What an entry says of a person stands in the database only encrypted, and nobody reads it once the key is destroyed."""

from __future__ import annotations

import pytest
from django.db import connection
from hypothesis import given
from hypothesis import strategies as st

from kexin.ground.audit import actions, queries, sealing
from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry, SubjectKey

BY = Actor(id=1, name="杜林")


def stored() -> str:
    with connection.cursor() as cursor:
        cursor.execute("SELECT label, changes, sealed FROM audit_entry")
        return str(cursor.fetchall())


@given(label=st.text(max_size=40), words=st.text(max_size=80))
def test_what_is_sealed_is_opened_by_its_key_and_no_other(label: str, words: str) -> None:
    key, other = sealing.fresh_key(), sealing.fresh_key()
    sealed = sealing.seal(key, label, {"name": ["", words]})

    assert sealing.unseal(key, sealed) == (label, {"name": ["", words]})
    assert sealing.unseal(other, sealed) is None


@pytest.mark.django_db
def test_the_database_holds_no_word_of_it_and_readers_see_all_of_it() -> None:
    actions.record(
        action="customer.change", kind="customer", record_id=7, label="张伟", by=BY, changes={"address": ["", "中关村大街 1 号"]}
    )

    assert "张伟" not in stored()
    assert "中关村" not in stored()
    [entry] = queries.trail(kind="customer", record_id=7)
    assert (entry.label, entry.changes, entry.subject) == ("张伟", {"address": ["", "中关村大街 1 号"]}, 7)


@pytest.mark.django_db
def test_a_destroyed_key_leaves_who_did_what_and_when() -> None:
    for number in (7, 8):
        actions.record(action="customer.create", kind="customer", record_id=number, label=f"客户{number}", by=BY)

    assert actions.destroy_keys([7]) == 1

    gone, kept = Entry.objects.order_by("id")
    assert (gone.label, gone.changes, gone.is_erased, gone.actor_name, gone.action) == ("", {}, True, "杜林", "customer.create")
    assert (kept.label, kept.is_erased) == ("客户8", False)
    assert list(SubjectKey.objects.values_list("subject", flat=True)) == [8]


@pytest.mark.django_db
def test_what_belongs_to_nobody_stays_in_clear() -> None:
    actions.record(action="branch.create", kind="branch", record_id=1, label="海淀店", by=BY)

    assert "海淀店" in stored()
    assert Entry.objects.get().subject is None


@pytest.mark.django_db
def test_records_of_a_file_are_about_its_customer() -> None:
    from tests.factories.customers import make_customer  # noqa: PLC0415 -- only here

    customer = make_customer(name="李娜")
    contact = customer.contacts.create(name="王芳")
    actions.record(action="contact.change", kind="contact", record_id=contact.pk, label="王芳", by=BY)

    assert "王芳" not in stored()
    assert Entry.objects.get().subject == customer.pk
