from __future__ import annotations

import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories.staff import make_user

from kexin.ground.audit.models import Entry
from kexin.ground.files import actions, queries
from kexin.ground.files.models import StoredFile
from kexin.ground.staff.models import User

pytestmark = pytest.mark.django_db
BACKEND = "kexin.surfaces.web.account.adapter.Backend"


@pytest.fixture(autouse=True)
def _own_folder(settings: Any, tmp_path: Path) -> None:
    settings.HOME = tmp_path


def signed_in(person: User) -> Client:
    client = Client()
    client.force_login(person, backend=BACKEND)
    return client


def make_file(person: User, content: bytes = b"<script>alert(1)</script>") -> StoredFile:
    return actions.store(content=io.BytesIO(content), name="客户 名单.html", purpose="export", by=person.actor)


def test_its_creator_gets_the_bytes_as_a_download_with_a_trace() -> None:
    person = make_user()
    stored = make_file(person)

    answer: Any = signed_in(person).get(reverse("files:download", args=[stored.public_id]))

    assert b"".join(answer.streaming_content) == b"<script>alert(1)</script>"
    assert answer["Content-Disposition"].startswith("attachment; filename*=utf-8''%E5%AE%A2")
    assert (answer["Content-Type"], answer["X-Content-Type-Options"]) == ("text/plain", "nosniff")
    assert answer["Cache-Control"] == "private, no-store"
    entry = Entry.objects.get(action="file.download")
    assert (entry.actor_id, entry.record_id) == (person.pk, str(stored.pk))


def test_it_is_not_there_for_others() -> None:
    stored = make_file(make_user())
    address = reverse("files:download", args=[stored.public_id])

    assert signed_in(make_user()).get(address).status_code == 404
    assert Client().get(address).status_code == 302
    assert not Entry.objects.filter(action="file.download").exists()


def test_bytes_that_are_gone_are_told_in_words() -> None:
    person = make_user()
    stored = make_file(person)
    queries.path_of(stored).unlink()

    answer = signed_in(person).get(reverse("files:download", args=[stored.public_id]))

    assert answer.status_code == 409
    assert "客户 名单.html" in answer.content.decode()
