from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F, Value
from django.db.models.functions import Concat, Substr

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import NotFound
from kexin.ground.staff import coordinates, errors, holidays, rules
from kexin.ground.staff.actions import versions
from kexin.ground.staff.models import Branch, Company, User, fresh_stamp
from kexin.kit import geo


@transaction.atomic
def create_branch(
    *, name: str, code: str, parent: Branch | None = None, zone: str = "Asia/Shanghai", holidays_of: str = "CN", by: Actor
) -> Branch:
    """Add a branch below another one. It keeps the hours of the branch above until it has its own."""
    _check(zone, holidays_of)
    parent = None if parent is None else _locked(parent.pk)
    if parent is not None and not parent.is_active:
        raise errors.BranchClosed
    _check_code(code)

    branch = Branch.objects.create(name=name, code=code, parent=parent, path="", zone=zone, holidays=holidays_of)
    branch.path = rules.path_of(branch.pk, below=parent.path if parent else "")
    branch.save(update_fields=["path"])

    audit.record(
        action="branch.create",
        kind="branch",
        record_id=branch.pk,
        label=str(branch),
        by=by,
        changes={"name": ["", name], "code": ["", code], "parent": ["", str(parent or "")]},
    )
    return branch


@transaction.atomic
def change_branch(*, branch_id: int, version: int | None, fields: dict[str, Any], by: Actor) -> Branch:
    """Change the name, code, zone or whose holidays are kept. Its place in the tree changes by `move_branch`."""
    branch = versions.held(Branch, branch_id, version=version, fields=fields)
    _check(fields.get("zone", branch.zone), fields.get("holidays", branch.holidays))
    if "code" in fields and fields["code"] != branch.code:
        _check_code(fields["code"])

    changed = versions.apply(branch, fields)
    if not changed:
        return branch
    if {"zone", "holidays"} & changed.keys():
        Company.objects.update(calendars=fresh_stamp())

    audit.record(action="branch.change", kind="branch", record_id=branch.pk, label=str(branch), by=by, changes=changed)
    return branch


@transaction.atomic
def locate_branch(*, branch_id: int, given: str, system: str = geo.WGS84, version: int | None = None, by: Actor) -> Branch:
    """Say where a branch stands, or with an empty text that nobody knows. What follows from it is the caller's: loop.customers measures."""
    point = coordinates.read(given, system)
    fields: dict[str, Any] = {"latitude": point.latitude if point else None, "longitude": point.longitude if point else None}
    branch = versions.held(Branch, branch_id, version=version, fields=fields)

    changed = versions.apply(branch, fields)
    if changed:
        if point is not None:
            changed["system"] = ["", system]
        audit.record(action="branch.locate", kind="branch", record_id=branch.pk, label=str(branch), by=by, changes=changed)
    return branch


@transaction.atomic
def move_branch(*, branch_id: int, parent_id: int | None, by: Actor) -> Branch:
    """Put a branch and all below it under another one; everybody sees by the new place from the next page on."""
    # The whole tree is locked, in one order: two moves at once could otherwise put each below the other.
    tree = {branch.pk: branch for branch in Branch.objects.select_for_update().order_by("pk")}
    branch = tree.get(branch_id)
    parent = None if parent_id is None else tree.get(parent_id)
    if branch is None or (parent_id is not None and parent is None):
        raise NotFound
    if parent is not None and parent.path.startswith(branch.path):
        raise errors.BranchBelowItself
    if parent is not None and not parent.is_active:
        raise errors.BranchClosed
    if branch.parent_id == parent_id:
        return branch
    above = "" if branch.parent_id is None else str(tree[branch.parent_id])

    old, new = branch.path, rules.path_of(branch.pk, below=parent.path if parent else "")
    below = Branch.objects.filter(path__startswith=old)
    below.update(path=Concat(Value(new), Substr("path", len(old) + 1)))
    Branch.objects.filter(pk=branch.pk).update(parent=parent, version=F("version") + 1)
    Company.objects.update(calendars=fresh_stamp())  # hours come from above

    audit.record(
        action="branch.move",
        kind="branch",
        record_id=branch.pk,
        label=str(branch),
        by=by,
        changes={"parent": [above, "" if parent is None else str(parent)]},
    )
    branch.refresh_from_db()
    return branch


@transaction.atomic
def close_branch(*, branch_id: int, by: Actor) -> Branch:
    """Close a branch for good. Its history stays; people and branches below must have been moved first."""
    branch = _locked(branch_id)
    people = User.objects.filter(branch=branch, is_active=True).count()
    branches = Branch.objects.filter(parent=branch, is_active=True).count()
    if people or branches:
        raise errors.BranchInUse(people=people, branches=branches)

    return _set_active(branch, active=False, action="branch.close", by=by)


@transaction.atomic
def open_branch(*, branch_id: int, by: Actor) -> Branch:
    """Open a closed branch again."""
    branch = _locked(branch_id)
    if branch.parent is not None and not branch.parent.is_active:
        raise errors.BranchClosed

    return _set_active(branch, active=True, action="branch.open", by=by)


def _set_active(branch: Branch, *, active: bool, action: str, by: Actor) -> Branch:
    changed = versions.apply(branch, {"is_active": active})
    if changed:
        audit.record(action=action, kind="branch", record_id=branch.pk, label=str(branch), by=by, changes=changed)
    return branch


def _locked(branch_id: int) -> Branch:
    return versions.held(Branch, branch_id, version=None, fields={})


def _check(zone: str, country: str) -> None:
    if not rules.is_zone(zone):
        raise errors.UnknownZone(zone=zone)
    if not holidays.is_known(country):
        raise errors.UnknownHolidays(country=country)


def _check_code(code: str) -> None:
    if Branch.objects.filter(code=code).exists():
        raise errors.CodeTaken(code=code)
