"""A person is gone: looked for byte by byte in everything the installation keeps, while every sum stays what it was."""

from __future__ import annotations

import datetime as dt
import json
import os
import shutil
from decimal import Decimal
from io import BytesIO
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.db import connection
from django.db.models import Count, Sum
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.privacy import VALUES, make_person
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit import queries as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry
from kexin.ground.files import actions as files
from kexin.ground.files.models import StoredFile
from kexin.ground.imports import actions as imports
from kexin.ground.imports.models import Change, Run
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import State
from kexin.loop.customers import actions, errors, queries
from kexin.loop.customers.models import Customer
from kexin.loop.orders.models import Order
from kexin.loop.privacy import actions as privacy
from kexin.loop.privacy import errors as refusals
from kexin.loop.privacy.actions.erasing import list_path, values_path
from kexin.loop.privacy.models import Erasure
from kexin.loop.todo import actions as todos
from kexin.loop.todo.models import ToDo

BY = Actor(id=None, name="杜林")


@pytest.fixture(autouse=True)
def _empty_folder() -> None:
    """Files of tests that were rolled back lie there without a row."""
    for name in ("files", "tmp"):
        shutil.rmtree(Path(settings.HOME) / name, ignore_errors=True)
    list_path().unlink(missing_ok=True)


def erase(customer: Customer, **fields: Any) -> Erasure:
    given = {"confirmation": customer.code, "ground": "asked", "checked": "document", "by": BY, "here": True, **fields}
    return privacy.erase_person(customer_id=customer.pk, **given)


def clear_up(erasure: Erasure) -> Erasure:
    assert erasure.job_id is not None
    job = jobs.run_here(erasure.job_id)
    assert job.state == State.DONE, job.error
    erasure.refresh_from_db()
    return erasure


def every_byte() -> dict[str, bytes]:
    """What lies in the data folder, and the database: its own bytes, or a text copy of every table on a server."""
    found = {str(path): path.read_bytes() for path in Path(settings.HOME).rglob("*") if path.is_file()}
    if connection.vendor == "sqlite":
        name = str(connection.settings_dict["NAME"])
        for end in ("", "-wal", "-shm"):
            path = Path(name + end)
            if path.exists():
                found[str(path)] = path.read_bytes()
        return found
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace")
        for (table,) in cursor.fetchall():
            cursor.execute(f"SELECT t::text FROM {connection.ops.quote_name(table)} t")  # noqa: S608 -- the catalogue's own names
            found[table] = "\n".join(row[0] for row in cursor.fetchall()).encode()
    return found


def traces(values: dict[str, str]) -> list[tuple[str, str]]:
    """(value, where) of everything still found, in the encodings texts are kept in."""
    found = []
    for where, content in every_byte().items():
        for name, value in values.items():
            written = {value.encode(), value.encode("gb18030"), json.dumps(value).strip('"').encode(), value.encode("utf-16-le")}
            if any(one in content for one in written):
                found.append((name, where))
    return found


def sums() -> Any:
    orders = Order.objects.aggregate(n=Count("pk"), amount=Sum("amount"))
    by_branch = list(Customer.objects.values("branch", "kind").annotate(n=Count("pk")).order_by("branch", "kind"))
    by_month = list(
        Order.objects.values("occurred_on__year", "branch").annotate(amount=Sum("amount")).order_by("occurred_on__year", "branch")
    )
    return orders, by_branch, by_month


@pytest.mark.django_db(transaction=True)
def test_nothing_of_the_person_is_found_anywhere_and_every_sum_is_what_it_was() -> None:
    branch = make_branch()
    owner = make_user(branch=branch, role="administrator")
    kept = make_customer(name="李娜", branch=branch)
    by_import = _imported(owner.actor)
    person = make_person(owner.actor, owner, branch=branch)
    for customer in (kept, person):
        make_order(customer=customer, branch=branch, amount=Decimal(18200))
    _export(owner.actor, f"姓名,电话\n{VALUES['name']},{VALUES['phone']}\n")
    log = Path(settings.HOME) / "logs" / "kexin.log"
    log.write_text(f"2026-11-22 WARNING could not send to {VALUES['email']} ({VALUES['name']})\nkept\n", encoding="utf-8")
    before, size = sums(), log.stat().st_size
    assert {name for name, _where in traces(VALUES)} >= {"name", "phone", "email", "plate", "vin", "note", "todo", "consent"}

    erasure = clear_up(erase(person))

    assert traces(VALUES) == []
    assert sums() == before
    assert (log.stat().st_size, log.read_text(encoding="utf-8").endswith("kept\n")) == (size, True)
    assert erasure.cleaned_at is not None
    assert not values_path(erasure.pk).exists()
    assert Customer.objects.get(pk=kept.pk).name == "李娜"
    assert StoredFile.objects.filter(purpose="import").count() == 1, by_import  # a file without the person stays


@pytest.mark.django_db(transaction=True)
def test_somebody_who_came_by_an_import_leaves_its_file_and_journal_too() -> None:
    run = _imported(BY, name=VALUES["name"], phone=VALUES["phone"])
    person = Customer.objects.get(name=VALUES["name"])
    others = Customer.objects.exclude(pk=person.pk)
    assert others.count() == 2

    clear_up(erase(person))

    run.refresh_from_db()
    assert traces({"name": VALUES["name"], "phone": VALUES["phone"]}) == []
    assert run.file is None
    covered = [pk for row in Change.objects.filter(run=run, kind="customer") for pk in range(row.record_id, row.through_id + 1)]
    assert sorted(covered) == sorted(others.values_list("pk", flat=True))


@pytest.mark.django_db
def test_who_did_what_and_when_stays_and_nobody_reads_what() -> None:
    owner = make_user(role="administrator")
    person = make_person(owner.actor, owner)

    erase(person)

    trail = audit.trail(kind="customer", record_id=person.pk, limit=200)
    assert {entry.action for entry in trail} >= {"customer.create", "customer.reveal", "customer.hand_over"}
    assert all(entry.is_erased and not entry.label and not entry.changes for entry in trail)


@pytest.mark.django_db
def test_the_certificate_names_nobody() -> None:
    owner = make_user(role="administrator")
    person = make_person(owner.actor, owner)
    make_order(customer=person)

    erasure = erase(person)

    assert erasure.number.startswith(f"E-{dt.datetime.now(dt.UTC).year}-")
    assert erasure.kept["orders"] == 1
    assert erasure.counts["customers"] >= 8
    told = str([getattr(erasure, field.name) for field in Erasure._meta.concrete_fields])
    assert not [name for name, value in VALUES.items() if value in told]


@pytest.mark.django_db
def test_an_erased_file_is_not_listed_reached_edited_merged_or_erased_again() -> None:
    owner = make_user(role="administrator", sees="all")
    person, other = make_person(owner.actor, owner), make_customer()
    erasure = erase(person)

    assert list(queries.customers_visible_to(owner, closed=True)) == [other]
    with pytest.raises(errors.FileErased):
        actions.change_customer(customer_id=person.pk, version=None, fields={"name": "x"}, by=BY)
    with pytest.raises(errors.FileErased):
        actions.note_interaction(customer_id=person.pk, kind="note", text="x", by=BY)
    with pytest.raises(errors.MergeOfErased):
        actions.merge_customers(survivor_id=other.pk, merged_id=person.pk, by=BY)
    with pytest.raises(errors.MergeOfErased):
        actions.merge_customers(survivor_id=person.pk, merged_id=other.pk, by=BY)
    with pytest.raises(refusals.ErasedAlready) as refused:
        erase(Customer.objects.get(pk=person.pk))
    assert erasure.number in str(refused.value)


@pytest.mark.django_db
def test_files_merged_into_it_go_along_and_the_merge_cannot_be_taken_back() -> None:
    owner = make_user(role="administrator")
    person = make_person(owner.actor, owner)
    twin = actions.create_customer(name="欧阳予倩（旧）", phones=["13600001111"], by=BY)
    merge = actions.merge_customers(survivor_id=person.pk, merged_id=twin.pk, by=BY)

    with pytest.raises(refusals.ErasureOfMerged):
        erase(twin)
    erase(person)

    twin.refresh_from_db()
    assert (twin.name, twin.erased_at is not None) == (twin.code, True)
    with pytest.raises(errors.MergeForgotten):
        actions.unmerge_customers(merge_id=merge.pk, by=BY)


@pytest.mark.django_db
def test_the_code_must_be_typed_and_nothing_is_half_done() -> None:
    owner = make_user(role="administrator")
    person = make_person(owner.actor, owner)

    with pytest.raises(refusals.CodeMistyped):
        erase(person, confirmation="K-999999")

    person.refresh_from_db()
    assert (person.name, person.erased_at, Erasure.objects.count()) == (VALUES["name"], None, 0)


@pytest.mark.django_db
def test_an_import_that_would_bring_the_person_back_holds_the_erasure() -> None:
    owner = make_user(role="administrator")
    person = make_person(owner.actor, owner)
    content = f"编号,姓名,电话\nA-1,{VALUES['name']},{VALUES['phone']}\n".encode("gb18030")
    run = imports.begin(kind="customers", content=BytesIO(content), name="新客户.csv", by=BY)

    with pytest.raises(refusals.ErasureHeld) as held:
        erase(person)

    assert "新客户.csv" in str(held.value)
    imports.discard(run_id=run.pk, by=BY)
    assert erase(person).number


@pytest.mark.django_db(transaction=True)
def test_a_row_with_the_code_of_somebody_erased_is_refused() -> None:
    owner = make_user(role="administrator")
    person = make_person(owner.actor, owner)
    code = person.code
    erase(person)

    run = _imported(BY, code=code, name=VALUES["name"], phone=VALUES["phone"])

    assert (run.added, run.refused, run.summary["reasons"]["erased"]["rows"]) == (2, 1, 1)


@pytest.mark.django_db
def test_a_list_of_values_whose_erasure_was_rolled_back_is_forgotten() -> None:
    owner = make_user(role="administrator")
    erasure = erase(make_person(owner.actor, owner))
    left, young = values_path(erasure.pk + 1), values_path(erasure.pk + 2)
    for path in (left, young, values_path(erasure.pk)):
        path.write_text("[]", encoding="utf-8")
    for path in (left, values_path(erasure.pk)):
        os.utime(path, (0, 0))

    assert privacy.forget_left_values() == 1

    assert [path.exists() for path in (left, young, values_path(erasure.pk))] == [False, True, True]


@pytest.mark.django_db(transaction=True)
def test_the_list_outside_the_backups_has_a_line() -> None:
    owner = make_user(role="administrator")
    erasure = erase(make_person(owner.actor, owner))

    line = json.loads(list_path().read_text(encoding="utf-8").splitlines()[-1])
    assert (line["number"], line["public_id"]) == (erasure.number, str(erasure.public_id))
    assert not [value for value in VALUES.values() if value in str(line)]


def _imported(by: Actor, *, code: str = "", name: str = "王芳", phone: str = "13700000003") -> Run:
    rows = [("", "张三丰", "13700000001"), (code, name, phone), ("", "李四光", "13700000002")]
    text = "编号,姓名,电话\n" + "".join(f"{one},{two},{three}\n" for one, two, three in rows)
    columns = {"code": "编号", "name": "姓名", "phone": "电话"}
    run = imports.begin(kind="customers", content=BytesIO(text.encode("gb18030")), name="客户.csv", columns=columns, by=by)
    job = imports.start(run_id=run.pk, by=by, here=True)
    jobs.run_here(job.pk)
    run.refresh_from_db()
    return run


def _export(by: Actor, text: str) -> None:
    files.store(content=[text.encode("utf-8-sig")], name="客户.csv", purpose="export", by=by)


@pytest.mark.django_db(transaction=True)
def test_whom_somebody_took_for_another_is_found_neither_in_the_trail_nor_on_the_others_list() -> None:
    person, other = make_customer(name=VALUES["name"]), make_customer(name="李娜")
    row = actions.propose_merge(customer_id=other.pk, other_id=person.pk, why=f"{VALUES['name']}来电用的是李娜的号码", by=BY)
    todos.ask_to_merge(pair_id=row.pk, customer_id=other.pk, other_id=person.pk)
    owed = ToDo.objects.get(customer=other)

    clear_up(erase(person))

    assert traces({"name": VALUES["name"]}) == []
    owed.refresh_from_db()
    assert (owed.state, other.code in str(Entry.objects.get(action="pair.propose").label)) == ("dropped", True)


@pytest.mark.django_db
def test_nothing_is_owed_to_somebody_who_is_gone() -> None:
    owner = make_user(role="administrator")
    person = make_person(owner.actor, owner)
    assert ToDo.objects.filter(customer=person, state="open").exists()

    erase(person)

    assert set(ToDo.objects.filter(customer=person).values_list("state", "title")) == {("dropped", "–")}


@pytest.mark.django_db(transaction=True)
def test_a_number_is_given_once_also_after_a_backup_that_does_not_know_it() -> None:
    lost, other = make_customer(), make_customer()
    first = erase(lost)
    Erasure.objects.all().delete()  # as a backup from before stands: neither the erasure nor the customer is there
    Customer.objects.filter(pk=lost.pk).update(public_id=uuid4())

    second = erase(other)

    assert (first.number[-5:], second.number[-5:]) == ("00001", "00002")
