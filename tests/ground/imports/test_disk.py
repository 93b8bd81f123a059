"""A full disk refuses an import in words, and an import under way waits for room with nothing lost."""

from __future__ import annotations

from typing import Any

import pytest
from tests.factories.imports import ORDER_HEADINGS, counts, csv_bytes, finish, load_bytes

from kexin.ground.files.errors import DiskFull
from kexin.ground.files.models import StoredFile
from kexin.ground.imports.models import Run
from kexin.loop.orders.models import Order

pytestmark = pytest.mark.django_db
MORE_THAN_ANY_DISK = 1 << 60
FILE = csv_bytes(ORDER_HEADINGS, [[f"D{order}", "2024-03-04", "K1", "P1", "机油", "1", "10"] for order in range(5)])


def test_a_file_is_not_taken_in_without_room(settings: Any) -> None:
    settings.FILES_KEEP_FREE = MORE_THAN_ANY_DISK

    with pytest.raises(DiskFull):
        load_bytes("orders", FILE)

    assert (Run.objects.count(), StoredFile.objects.count()) == (0, 0)


def test_an_import_that_ran_out_of_room_says_so_and_goes_on_later(settings: Any) -> None:
    run = load_bytes("orders", FILE, dry=True)
    assert counts(run) == ("checked", 5, 5, 0, 0, 0)
    room, settings.FILES_KEEP_FREE = settings.FILES_KEEP_FREE, MORE_THAN_ANY_DISK

    run = finish(run)
    assert (run.state, run.error["code"], Order.objects.count()) == ("failed", "disk_full", 0)

    settings.FILES_KEEP_FREE = room
    assert counts(finish(run)) == ("done", 5, 5, 0, 0, 0)
    assert Order.objects.count() == 5
