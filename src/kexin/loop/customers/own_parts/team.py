"""Colleagues in the team, on the timeline: who joined when, and until when."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kexin.loop.customers.models import Customer, TeamMember
from kexin.loop.customers.own_parts import rows
from kexin.loop.customers.parts import Cursor, Part, TimelineItem

NAME = "customers.team"


def items(customer: Customer, before: Cursor | None, limit: int, user: Any) -> list[TimelineItem]:  # noqa: ARG001 -- every part is called alike
    read = TeamMember.objects.filter(customer=customer).filter(Cursor.older(before, part=NAME, at="joined_at"))
    return [
        TimelineItem(
            at=row.joined_at,
            kind="team",
            icon="users-group",
            title=gettext("In the team: %(who)s") % {"who": row.person},
            text=str(row.get_role_display()),
            part=NAME,
            id=row.pk,
            who=str(row.by or ""),
            chip=gettext("until %(day)s") % {"day": timezone.localtime(row.left_at).date().isoformat()} if row.left_at else "",
        )
        for row in read.select_related("person", "by").order_by("-joined_at", "-pk")[:limit]
    ]


def counts(customer: Customer, user: Any) -> Mapping[str, QuerySet[Any]]:  # noqa: ARG001 -- as above
    return {"team": TeamMember.objects.filter(customer=customer)}


def export(customer: Customer) -> list[dict[str, Any]]:
    return [
        {"part": "team", "person": str(row.person), "role": row.role, "since": row.joined_at.isoformat(),
         "until": row.left_at.isoformat() if row.left_at else None}
        for row in TeamMember.objects.filter(customer=customer).select_related("person").order_by("pk")
    ]  # fmt: skip


def move(source: Customer, target: Customer) -> dict[str, list[int]]:
    """Who is in both teams, or owns the target, stays behind on the file that closes: nobody is in a team twice."""
    there = set(TeamMember.objects.filter(customer=target, left_at=None).values_list("person", flat=True)) | {target.owner_id}
    moving = TeamMember.objects.filter(customer=source)
    moved = [pk for pk, person, left in moving.order_by("pk").values_list("pk", "person", "left_at") if left or person not in there]
    TeamMember.objects.filter(pk__in=moved).update(customer=target)
    return {"TeamMember": moved}


def move_back(source: Customer, target: Customer, moved: dict[str, list[int]]) -> None:
    """Back to the file they came from; who joined that file's team meanwhile by another row is not doubled."""
    there = set(TeamMember.objects.filter(customer=source, left_at=None).values_list("person", flat=True))
    going = TeamMember.objects.filter(pk__in=moved["TeamMember"], customer=target)
    back = [pk for pk, person, left in going.values_list("pk", "person", "left_at") if left or person not in there]
    TeamMember.objects.filter(pk__in=back).update(customer=source)


PART = Part(
    NAME,
    _("Team"),
    kinds={"team": _("Team")},
    timeline=items,
    counts=counts,
    move=move,
    move_back=move_back,
    export=export,
    erase=rows.erasing(TeamMember),
    position=15,
)
