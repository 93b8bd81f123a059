"""Who and where: people and branches as other records name them, and whom a caller may choose."""

from __future__ import annotations

from typing import Any

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import Branch, User
from kexin.surfaces.api.contract import errors
from kexin.surfaces.api.contract.access import Caller
from kexin.surfaces.api.contract.shapes import INTEGER, TEXT, Schema, maybe

NAMED: Schema = maybe({
    "type": "object",
    "required": ["id", "name"],
    "additionalProperties": False,
    "properties": {"id": INTEGER, "name": TEXT},
})  # fmt: skip


def named(record: Any) -> dict[str, Any] | None:
    return None if record is None else {"id": record.pk, "name": str(record)}


def owner_of(caller: Caller, pk: int | None) -> User | None:
    if pk is None:
        return None
    found = staff.owners_for(caller.user).filter(pk=pk).first()
    if found is None:
        raise errors.NobodyToChoose
    return found


def branch_of(caller: Caller, pk: int | None) -> Branch | None:
    if pk is None:
        return None
    found = staff.branches_visible_to(caller.user).filter(pk=pk).first()
    if found is None:
        raise errors.NoBranchToChoose
    return found
