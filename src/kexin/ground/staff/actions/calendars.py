from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import date, time
from typing import Any

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.staff import errors, rules
from kexin.ground.staff.actions import versions
from kexin.ground.staff.models import Branch, Company, DayOverride, WeeklySlot, fresh_stamp

Hours = Iterable[tuple[time, time]]


@transaction.atomic
def set_week(*, branch_id: int, version: int | None, week: Mapping[int, Hours], by: Actor) -> Branch:
    """Set the opening times of a week, several a day. An empty week means: as the branch above."""
    wanted = {weekday: _checked(hours) for weekday, hours in week.items()}
    branch = versions.held(Branch, branch_id, version=version, fields={})
    before = _week_in_words(WeeklySlot.objects.filter(branch=branch).values_list("weekday", "opens", "closes"))
    rows = [(weekday, opens, closes) for weekday, hours in wanted.items() for opens, closes in hours]
    after = _week_in_words(rows)
    if before == after:
        return branch

    WeeklySlot.objects.filter(branch=branch).delete()
    WeeklySlot.objects.bulk_create([WeeklySlot(branch=branch, weekday=day, opens=opens, closes=closes) for day, opens, closes in rows])
    return _kept(branch, "branch.set_week", {"week": [before, after]}, by)


@transaction.atomic
def set_day(*, branch_id: int, day: date, hours: Hours, reason: str = "", by: Actor) -> Branch:
    """Say that one day differs from week and holidays: open at these hours, or closed when there are none."""
    wanted = _checked(hours)
    branch = versions.held(Branch, branch_id, version=None, fields={})
    before = _day_in_words(branch, day)

    DayOverride.objects.filter(branch=branch, day=day).delete()
    DayOverride.objects.bulk_create(
        [DayOverride(branch=branch, day=day, is_open=True, opens=opens, closes=closes, reason=reason) for opens, closes in wanted]
        or [DayOverride(branch=branch, day=day, is_open=False, reason=reason)]
    )
    return _kept(branch, "branch.set_day", {day.isoformat(): [before, _day_in_words(branch, day)]}, by)


@transaction.atomic
def clear_day(*, branch_id: int, day: date, by: Actor) -> Branch:
    """Let a day follow the week and the holidays again."""
    branch = versions.held(Branch, branch_id, version=None, fields={})
    before = _day_in_words(branch, day)
    removed, _ = DayOverride.objects.filter(branch=branch, day=day).delete()
    if not removed:
        return branch

    return _kept(branch, "branch.clear_day", {day.isoformat(): [before, ""]}, by)


def _kept(branch: Branch, action: str, changed: dict[str, Any], by: Actor) -> Branch:
    branch.version += 1
    branch.save(update_fields=["version"])
    Company.objects.update(calendars=fresh_stamp())

    audit.record(action=action, kind="branch", record_id=branch.pk, label=str(branch), by=by, changes=changed)
    return branch


def _checked(hours: Hours) -> list[tuple[time, time]]:
    ordered = sorted(hours)
    for opens, closes in ordered:
        if opens >= closes:
            raise errors.SlotOrder(opens=f"{opens:%H:%M}", closes=f"{closes:%H:%M}")
    for first, second in rules.overlapping(ordered):
        raise errors.SlotsOverlap(first=_words(first), second=_words(second))
    return ordered


def _week_in_words(rows: Iterable[tuple[int, time, time]]) -> dict[str, list[str]]:
    """{"0": ["09:00–12:00", "13:00–18:00"]}: weekday to hours, as the trail keeps them."""
    week: dict[str, list[str]] = {}
    for weekday, opens, closes in sorted(rows):
        week.setdefault(str(weekday), []).append(_words((opens, closes)))
    return week


def _day_in_words(branch: Branch, day: date) -> str | list[str]:
    rows = list(DayOverride.objects.filter(branch=branch, day=day).order_by("opens"))
    return [_words((row.opens, row.closes)) for row in rows if row.opens and row.closes] or ("closed" if rows else "")


def _words(hours: tuple[time, time]) -> str:
    return f"{hours[0]:%H:%M}–{hours[1]:%H:%M}"
