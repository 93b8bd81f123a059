"""One contact of an organisation is gone: looked for byte by byte, while the file and every count stay."""

from __future__ import annotations

import json
from typing import Any

import pytest
from tests.factories.staff import make_branch, make_user
from tests.loop.privacy.test_erasing import _empty_folder, clear_up, traces  # noqa: F401 -- a fixture among them

from kexin.ground.audit import looks
from kexin.ground.audit import queries as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Look
from kexin.loop.customers import actions
from kexin.loop.customers.errors import CustomerNotFound
from kexin.loop.customers.models import Contact, ContactPoint, Customer, DuplicatePair, FileEntry, Interaction, Relation
from kexin.loop.privacy import actions as privacy
from kexin.loop.privacy import errors
from kexin.loop.privacy.actions.erasing import as_line, list_path
from kexin.loop.privacy.models import Erasure
from kexin.loop.todo import actions as todos
from kexin.loop.todo.models import ToDo

BY = Actor(id=None, name="杜林")
PERSON = {"name": "慕容晓晓", "phone": "13987654321", "email": "murong.xx@example.cn"}


@pytest.fixture
def company() -> Customer:
    """An organisation with two contacts, of whom things were written down."""
    owner = make_user(branch=make_branch())
    customer = actions.create_customer(name="恒达机械", kind="organisation", branch=owner.branch, owner=owner, by=BY)
    contact = actions.add_contact(
        customer_id=customer.pk, name=PERSON["name"], role="采购", phone=PERSON["phone"], email=PERSON["email"], note="周三不在", by=BY
    )
    actions.add_contact(customer_id=customer.pk, name="李娜", role="财务", phone="13700000002", by=BY)
    actions.add_occasion(customer_id=customer.pk, contact_id=contact.pk, label="生日", month=5, day=20, year=1981, by=BY)
    actions.note_interaction(customer_id=customer.pk, kind="call", text="慕容晓晓说下周付款", by=BY)
    actions.note_interaction(customer_id=customer.pk, kind="visit", text="看了车间", by=BY)
    actions.add_entry(customer_id=customer.pk, topic="note", value="回电请打 13987654321", source="customer", by=BY)
    actions.hand_over(customer_id=customer.pk, owner=make_user(branch=owner.branch), reason="与慕容晓晓熟识", by=BY)
    todos.open_todo(kind="call", title="给慕容晓晓回电", customer=customer, by=BY)
    return customer


def erase(contact: Contact, **fields: Any) -> Erasure:
    given = {"confirmation": contact.customer.code, "ground": "asked", "checked": "document", "by": BY, "here": True, **fields}
    return privacy.erase_contact(contact_id=contact.pk, **given)


def counted(customer: Customer) -> tuple[int, ...]:
    return tuple(model.objects.filter(customer=customer).count() for model in (Interaction, FileEntry, ToDo))


@pytest.mark.django_db(transaction=True)
def test_a_contact_is_found_nowhere_and_the_file_is_what_it_was(company: Customer) -> None:
    contact = company.contacts.get(name=PERSON["name"])
    before = counted(company)
    assert {name for name, _where in traces(PERSON)} == set(PERSON)

    erasure = clear_up(erase(contact))

    assert traces(PERSON) == []
    assert counted(company) == before
    assert [one.name for one in company.contacts.all()] == ["李娜"]
    assert set(Interaction.objects.values_list("text", flat=True)) == {"•", "看了车间"}
    assert (erasure.code, erasure.contact_id, erasure.cleaned_at is not None) == (company.code, contact.pk, True)
    assert str(contact.pk) in list_path().read_text(encoding="utf-8")


@pytest.mark.django_db
def test_the_trail_of_the_file_stays_readable_without_the_name(company: Customer) -> None:
    contact = company.contacts.get(name=PERSON["name"])
    mentioned = len([entry for entry in audit.trail(limit=200) if PERSON["name"] in f"{entry.label} {entry.changes}"])
    assert mentioned > 0

    erase(contact)

    told = audit.trail(kind="customer", record_id=company.pk, limit=200)
    assert not [entry for entry in told if entry.is_erased]
    assert not [entry for entry in audit.trail(limit=200) if PERSON["name"] in f"{entry.label} {entry.changes}"]
    assert {entry.label for entry in told} == {"恒达机械"}
    actions.note_interaction(customer_id=company.pk, kind="call", text="又来电", by=BY)
    assert audit.last_change("customer", company.pk).label == "恒达机械"  # type: ignore[union-attr]  # there is one
    privacy.erase_person(customer_id=company.pk, confirmation=company.code, ground="asked", checked="document", by=BY)
    assert all(entry.is_erased for entry in audit.trail(kind="customer", record_id=company.pk, limit=200))


@pytest.mark.django_db
def test_what_cannot_be_and_several_of_one_file(company: Customer) -> None:
    first, second = company.contacts.order_by("pk")

    with pytest.raises(errors.CodeMistyped):
        erase(first, confirmation="K-999999")
    assert Contact.objects.filter(pk=first.pk).exists()
    numbers = {erase(first).number, erase(second).number}
    assert len(numbers) == 2
    with pytest.raises(CustomerNotFound):
        privacy.erase_contact(contact_id=10**9, confirmation=company.code, ground="asked", checked="document", by=BY)


@pytest.mark.django_db
def test_a_restored_contact_is_erased_again(company: Customer) -> None:
    contact = company.contacts.get(name=PERSON["name"])
    erasure = erase(contact)
    line = as_line(erasure)
    Erasure.objects.all().delete()
    back = Contact.objects.create(pk=line["contact"], customer=company, name=PERSON["name"])

    (done,) = privacy.replay(by=BY, more=[json.dumps(line)])

    assert not Contact.objects.filter(pk=back.pk).exists()
    assert (done.number, done.replayed_at is not None) == (erasure.number, True)


@pytest.mark.django_db
def test_the_number_of_an_erased_contact_is_nobody_elses_after_a_restore(company: Customer) -> None:
    """The backup is older than the contact: its database would give the number again, and the next restore erase somebody else."""
    line = json.dumps(as_line(erase(company.contacts.get(name=PERSON["name"]))) | {"contact": 4_000})
    Erasure.objects.all().delete()

    assert privacy.replay(by=BY, more=[line]) == []
    new = actions.add_contact(customer_id=company.pk, name="周文", by=BY)

    assert new.pk == 4_001
    assert privacy.replay(by=BY, more=[line]) == []
    assert Contact.objects.filter(pk=new.pk).exists()


@pytest.mark.django_db(transaction=True)
def test_whom_both_of_two_merged_files_had_goes_from_both(company: Customer) -> None:
    other = actions.create_customer(name="恒达机械有限公司", kind="organisation", by=BY)
    actions.add_contact(customer_id=other.pk, name=PERSON["name"], phone=PERSON["phone"], note="总来取件", by=BY)
    actions.note_interaction(customer_id=other.pk, kind="call", text="慕容晓晓来电", by=BY)
    merge = actions.merge_customers(survivor_id=company.pk, merged_id=other.pk, by=BY)
    stayed = Contact.objects.get(customer=other)

    erasure = clear_up(erase(company.contacts.get(name=PERSON["name"])))

    assert traces({**PERSON, "note": "总来取件"}) == []
    assert not Contact.objects.filter(pk=stayed.pk).exists()
    assert erasure.code == company.code
    actions.unmerge_customers(merge_id=merge.pk, by=BY)
    assert list(other.contacts.all()) == []


@pytest.mark.django_db
def test_of_two_files_that_may_be_one_either_forgets_what_was_said_of_the_person(company: Customer) -> None:
    later = actions.create_customer(name="恒达机电", kind="organisation", by=BY)
    contact = actions.add_contact(customer_id=later.pk, name=PERSON["name"], by=BY)
    actions.propose_merge(customer_id=company.pk, other_id=later.pk, why="慕容晓晓两边都接电话", by=BY)
    actions.add_relation(customer_id=company.pk, other_id=later.pk, kind="partner", note="慕容晓晓牵线", by=BY)
    looks.note(by=BY, what="phone", subject=later.pk, purpose="other", words="找慕容晓晓")
    looks.note(by=BY, what="phone", subject=later.pk, purpose="other", words="送货")

    erase(contact)

    assert list(DuplicatePair.objects.values_list("proposal", flat=True)) == ["•"]
    assert list(Relation.objects.values_list("note", flat=True)) == ["•"]
    assert set(Look.objects.filter(subject=later.pk).values_list("words", flat=True)) == {"", "送货"}


@pytest.mark.django_db
def test_who_is_called_alike_or_answers_the_same_number_stays(company: Customer) -> None:
    actions.add_contact(customer_id=company.pk, name="慕容晓晓妹", phone=PERSON["phone"], by=BY)
    actions.add_point(customer_id=company.pk, kind="phone", value=PERSON["phone"], by=BY)

    erase(company.contacts.get(name=PERSON["name"]))

    assert set(company.contacts.values_list("name", flat=True)) == {"李娜", "慕容晓晓妹"}
    assert ContactPoint.objects.filter(customer=company, key=PERSON["phone"]).count() == 2
    assert "回电请打 13987654321" in FileEntry.objects.values_list("value", flat=True)  # the number of others, too
