from __future__ import annotations

import datetime as dt
import importlib
from io import BytesIO
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone
from tests.factories.customers import make_customer

from kexin.ground.audit import queries
from kexin.ground.audit.actor import Actor
from kexin.ground.audit.models import Entry
from kexin.ground.files import actions as files
from kexin.ground.files import queries as stored_files
from kexin.ground.files.models import StoredFile
from kexin.loop.privacy import actions, errors, searching
from kexin.loop.privacy.models import Removal
from kexin.loop.privacy.queries import rule_rows

BY = Actor.system("job")


def kept(purpose: str, days_ago: int) -> StoredFile:
    stored = files.store(content=BytesIO(b"code,name\n1,x\n"), name="x.csv", purpose=purpose, by=BY)
    StoredFile.objects.filter(pk=stored.pk).update(created_at=timezone.now() - dt.timedelta(days=days_ago))
    return stored


@pytest.mark.django_db(transaction=True)
def test_what_was_kept_long_enough_goes_and_the_rest_stays() -> None:
    old, young, other = kept("import", 200), kept("import", 100), kept("attachment", 2000)
    path = stored_files.path_of(old)
    assert {row.kept.name: row.over for row in rule_rows()}["imports.files"] == 1

    assert actions.remove_expired(by=BY) == 1

    assert list(StoredFile.objects.order_by("pk")) == [young, other]
    assert not path.exists()
    assert Removal.objects.get().removed == 1


@pytest.mark.django_db(transaction=True)
def test_a_shorter_rule_takes_more_and_no_rule_takes_nothing() -> None:
    kept("import", 100)
    actions.keep_for(name="imports.files", days=None, by=BY)
    assert actions.remove_expired(by=BY) == 0

    actions.keep_for(name="imports.files", days=30, by=BY)
    assert actions.remove_expired(by=BY) == 1


@pytest.mark.django_db
def test_a_rule_that_somebody_else_changed_is_not_overwritten() -> None:
    first = actions.keep_for(name="imports.files", days=30, by=BY)
    actions.keep_for(name="imports.files", days=60, version=first.version, by=BY)

    with pytest.raises(errors.EditedMeanwhile):
        actions.keep_for(name="imports.files", days=90, version=first.version, by=BY)
    with pytest.raises(errors.DaysOutOfRange):
        actions.keep_for(name="standing.snapshots", days=3, by=BY)


@pytest.mark.django_db
def test_a_run_without_time_says_that_there_is_more() -> None:
    kept("import", 200)

    assert actions.remove_expired(by=BY, time_left=lambda: 0) is None


@pytest.mark.django_db
def test_entries_from_before_are_sealed_once_and_read_as_they_were() -> None:
    customer = make_customer(name="李娜")
    contact = customer.contacts.create(name="王芳")
    entries = (("customer", customer.pk, "李娜"), ("contact", contact.pk, "王芳"), ("contact", 10**9, "慕容晓晓"), ("branch", 1, "海淀店"))
    for kind, pk, label in entries:
        Entry.objects.create(
            at=timezone.now(), actor_name="x", action="a", kind=kind, record_id=str(pk), label=label, changes={"name": ["", label]}
        )
    migration = importlib.import_module("kexin.loop.privacy.migrations.0003_seal_the_trail")

    class Editor:
        """What Django hands a migration."""

    Editor.connection = connection  # type: ignore[attr-defined]  # see above
    migration.seal(apps, Editor)
    migration.seal(apps, Editor)

    with connection.cursor() as cursor:
        cursor.execute("SELECT label, changes FROM audit_entry")
        stored = str(cursor.fetchall())
    assert [name for name in ("李娜", "王芳", "慕容晓晓") if name in stored or str(name.encode("unicode_escape")) in stored] == []
    assert "海淀店" in stored
    [own] = queries.trail(kind="customer", record_id=customer.pk)
    [theirs] = queries.trail(kind="contact", record_id=contact.pk)
    assert (own.label, theirs.label, theirs.changes, theirs.subject) == ("李娜", "王芳", {"name": ["", "王芳"]}, customer.pk)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
def test_values_are_found_in_the_encodings_of_peoples_files(encoding: str, tmp_path: Path) -> None:
    path = tmp_path / "x.csv"
    path.write_bytes(f"编号,姓名\n1,{'、' * 100_000}欧阳予倩\n".encode(encoding))

    assert searching.mentions(path, searching.needles(["欧阳予倩"]))
    assert not searching.mentions(path, searching.needles(["司马相如"]))


def test_what_is_too_short_to_mean_anybody_is_not_looked_for() -> None:
    assert searching.distinctive(["李", "Li", "李娜", "Anna", "13800138000"]) == ["13800138000", "李娜"]
