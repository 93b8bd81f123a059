"""Many customers at once, with their search entries, inside the caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils import timezone

from kexin.ground.audit.actor import Actor
from kexin.ground.imports import bulk
from kexin.ground.search import actions as search
from kexin.loop.customers.actions.locating import locate
from kexin.loop.customers.choices import Kind, Source
from kexin.loop.customers.models import Customer

DEFAULTS: dict[str, Any] = {
    "kind": Kind.PERSON.value, "salutation": "", "tax_number": "", "owner_id": None, "branch_id": None, "source": Source.IMPORT.value,
    "region": "", "address": "", "preferred_channel": "", "preferred_hours": "",
}  # fmt: skip
COLUMNS = (
    "id", "public_id", "code", "name", *DEFAULTS, "is_active", "merged_into_id", "last_contact_at",
    "created_at", "updated_at", "version", "change",
)  # fmt: skip


def insert_customers(files: Sequence[Mapping[str, Any]], *, change: int) -> list[int]:
    """Rows of customers (at least code and name), without their search entries. Returns their ids in the same order."""
    ids = bulk.allocate(Customer, len(files))
    now = bulk.stored_moment(timezone.now())
    rows = [
        (
            pk,
            public,
            file["code"],
            file["name"],
            *(file.get(name, default) for name, default in DEFAULTS.items()),
            1,
            None,
            None,
            now,
            now,
            1,
            change,
        )
        for pk, public, file in zip(ids, bulk.public_ids(len(ids)), files, strict=True)
    ]
    bulk.insert(Customer, COLUMNS, rows)
    return ids


def create_from_codes(codes: Mapping[str, tuple[str, str]], *, change: int, by: Actor) -> dict[str, int]:
    """Open files for codes an order file knows and we do not: {code: (name, region)}. Their source is "import"."""
    del by  # the batch's audit entry says who
    files = [{"code": code, "name": name or code, "region": region} for code, (name, region) in codes.items()]
    ids = insert_customers(files, change=change)
    search.index(
        "customer",
        [search.Document(id=pk, words=[file["name"]], codes=[file["code"]], phones=[]) for pk, file in zip(ids, files, strict=True)],
    )
    locate([pk for pk, file in zip(ids, files, strict=True) if file["region"]])
    return dict(zip(codes, ids, strict=True))
