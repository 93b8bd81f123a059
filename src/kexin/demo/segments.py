"""Shared views and segments of the simulated company. Past counts are told by dated facts, or there are none: nothing is made up."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from django.db.models import Exists, OuterRef

from kexin.ground.lists import actions
from kexin.ground.staff.models import User
from kexin.loop.customers.choices import InteractionKind
from kexin.loop.customers.models import Customer, Interaction

DAYS = 92  # three months


def quiet_for_a_month(moment: datetime) -> int:
    """Of today's customers, how many nobody had spoken to in the thirty days before: talks are dated, so the past is known."""
    talks = Interaction.objects.filter(customer=OuterRef("pk"), occurred_at__gte=moment - timedelta(days=30), occurred_at__lte=moment)
    files = Customer.objects.filter(is_active=True, merged_into=None, erased_at=None)
    return files.exclude(Exists(talks.exclude(kind=InteractionKind.NOTE))).count()


VIEWS: tuple[tuple[str, str, Callable[[datetime], int] | None], ...] = (
    ("30 天没有联系的客户", "quiet=30&sort=last_contact", quiet_for_a_month),
    ("本周新建档的客户", "fresh=7&sort=-created", None),  # all files were loaded on the first day: the past has no others
    ("A 级客户", "tier=A&sort=-net", None),  # tiers are dated by assessments only: counted from its first day on
    ("无负责人的客户", "unowned=1&sort=-net", None),
)
PLAIN = (
    ("customers", "等级下滑的大额客户", "moved=slipped&net_min=100000&sort=-net"),
    ("projects", "三个月内该定的项目", "outcome=open&sort=expected"),
)


def write(*, staff: dict[str, User], now: datetime) -> int:
    """Views everybody sees, owned by somebody who sees everything. How many past counts were written."""
    owner = next(person for person in staff.values() if person.sees == "all" and person.role in {"administrator", "manager"})
    for listing, name, query in PLAIN:
        actions.save_view(listing=listing, name=name, query=query, shared=True, owner_id=owner.pk, by=owner.actor)
    written = 0
    for name, query, of_day in VIEWS:
        view = actions.save_view(listing="customers", name=name, query=query, shared=True, segment=True, owner_id=owner.pk, by=owner.actor)
        today = actions.count_segment(view_id=view.pk, day=now.date())
        if of_day is not None and today is not None and of_day(now) == today.count:  # the facts tell what the list tells
            written += actions.write_history(view_id=view.pk, counts=_past(of_day, now))
    return written


def _past(of_day: Callable[[datetime], int], now: datetime) -> dict[date, int]:
    days = [now.date() - timedelta(days=back) for back in range(1, DAYS + 1)]
    return {day: of_day(datetime.combine(day, time.max, now.tzinfo)) for day in days}
