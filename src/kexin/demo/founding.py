"""Founds the simulated group with the staff room's own actions."""

from __future__ import annotations

from datetime import date

from kexin.demo.company import DEPOT_WEEK, DEPOTS, PEOPLE, SHOP_WEEK, SHOPS, SUGGESTED, TREE
from kexin.demo.words import COMPANY
from kexin.ground.audit.actor import Actor
from kexin.ground.staff.actions import branches, calendars, company, people
from kexin.ground.staff.models import Branch, User


def build(*, password: str, today: date, by: Actor) -> tuple[dict[str, Branch], dict[str, User]]:
    """Create branches and people. Returns them by code and by sign-in name."""
    company.change_company(version=None, fields={"name": COMPANY, "currency": "CNY", "zone": "Asia/Shanghai", "simulated": True}, by=by)

    made: dict[str, Branch] = {}
    for code, name, above in TREE:
        made[code] = branches.create_branch(name=name, code=code, parent=made.get(above), by=by)
    for code in (*SHOPS, *DEPOTS):
        week = SHOP_WEEK if code in SHOPS else DEPOT_WEEK
        made[code] = calendars.set_week(branch_id=made[code].pk, version=None, week=week, by=by)
    # A day that differs: the stocktaking of the depots, on the last day of the year.
    for code in DEPOTS:
        calendars.set_day(branch_id=made[code].pk, day=date(today.year, 12, 31), hours=[], reason="年终盘点", by=by)

    staff = {
        person.username: people.create_person(
            username=person.username,
            name=person.name,
            role=person.role,
            sees=person.sees,
            branch=made[person.branch],
            # Hashing is slow on purpose: only those the terminal suggests can sign in, the others have an invitation to come.
            password=password if person.username in SUGGESTED else None,
            by=by,
        )
        for person in PEOPLE
    }
    return made, staff
