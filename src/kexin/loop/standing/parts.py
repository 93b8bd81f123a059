"""What the customer file shows of standing: each change of tier or class, with its reason."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any
from zoneinfo import ZoneInfo

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kexin.ground.staff import queries as staff
from kexin.loop.customers import parts
from kexin.loop.customers.models import Customer
from kexin.loop.customers.parts import Cursor, Part, TimelineItem
from kexin.loop.standing import queries
from kexin.loop.standing.models import Transition
from kexin.loop.standing.rules import is_slip
from kexin.loop.standing.wording import place_in_words, reason_in_words

NAME = "standing"


def changes_on_timeline(customer: Customer, before: Cursor | None, limit: int, user: Any) -> list[TimelineItem]:
    zone = ZoneInfo(staff.company().zone)
    rows = queries.transitions_of(customer, user).filter(_older(before, zone))[:limit]
    return [_item(move, zone) for move in rows]


def counts(customer: Customer, user: Any) -> Mapping[str, QuerySet[Any]]:
    return {"tier": queries.transitions_of(customer, user).order_by()}


def export(customer: Customer) -> list[dict[str, Any]]:
    rows = Transition.objects.filter(customer=customer).order_by("on", "id")
    return [{"on": move.on.isoformat(), "field": move.field, "old": move.old, "new": move.new} for move in rows]


def move(source: Customer, target: Customer) -> dict[str, list[int]]:
    """Changes of tier and class follow the customer. Where one assessment moved both files, each keeps its own."""
    own = Transition.objects.filter(customer=target, run=OuterRef("run"), field=OuterRef("field"))
    rows = Transition.objects.filter(~Exists(own), customer=source)
    ids = list(rows.order_by("pk").values_list("pk", flat=True))
    Transition.objects.filter(pk__in=ids).update(customer=target)
    return {"Transition": ids}


def move_back(source: Customer, target: Customer, moved: dict[str, list[int]]) -> None:
    Transition.objects.filter(customer=target, pk__in=moved["Transition"]).update(customer=source)


def register_part() -> None:
    parts.register(
        Part(
            NAME,
            gettext_lazy("Standing"),
            kinds={"tier": gettext_lazy("Changes of tier and class")},
            timeline=changes_on_timeline,
            counts=counts,
            move=move,
            move_back=move_back,
            export=export,
            keeps=(
                gettext_lazy("Changes of tier and class"),
                gettext_lazy("Statistics: dates and letters, no value names the person."),
            ),
            permission="standing.view",
            position=40,
        )
    )


def _at(day: dt.date, zone: ZoneInfo) -> dt.datetime:
    """A change has a day only; on the timeline it stands at the end of it, after what led to it."""
    return dt.datetime.combine(day, dt.time(23, 59, 59), tzinfo=zone)


def _older(before: Cursor | None, zone: ZoneInfo) -> Q:
    if before is None:
        return Q()
    day = before.at.astimezone(zone).date()
    moment = _at(day, zone)
    earlier = Q(on__lt=day)
    if moment < before.at or (moment == before.at and before.part > NAME):
        return earlier | Q(on=day)
    if moment == before.at and before.part == NAME:
        return earlier | Q(on=day, id__lt=before.id)
    return earlier


def _item(move: Transition, zone: ZoneInfo) -> TimelineItem:
    slip = is_slip(move.field, move.old, move.new)
    words = {"old": place_in_words(move.field, move.old), "new": place_in_words(move.field, move.new)}
    return TimelineItem(
        at=_at(move.on, zone),
        kind="tier",
        icon="arrow-down" if slip else "arrow-up",
        title=(_("Slipped from %(old)s to %(new)s") if slip else _("Rose from %(old)s to %(new)s")) % words,
        text=reason_in_words(move.reason, move.run.currency),
        link=f"/standing/runs/{move.run_id}/",
        part=NAME,
        id=move.pk,
        day_only=True,
    )
