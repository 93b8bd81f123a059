"""The pool on a customer's timeline: when it came, why, and who took it. How stays move with a merge, leave and go."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kexin.loop.customers import parts
from kexin.loop.customers.models import Customer
from kexin.loop.customers.parts import Cursor, Part, TimelineItem
from kexin.loop.pool.choices import Cause, Ending
from kexin.loop.pool.models import Hold, Stay, Warned

NAME = "pool"


def items(customer: Customer, before: Cursor | None, limit: int, user: Any) -> list[TimelineItem]:  # noqa: ARG001 -- every part is called alike
    read = Stay.objects.filter(customer=customer).filter(Cursor.older(before, part=NAME, at="began_at"))
    return [_item(stay) for stay in read.select_related("previous_owner", "taken_by", "released_by").order_by("-began_at", "-pk")[:limit]]


def _item(stay: Stay) -> TimelineItem:
    said = [str(Cause(stay.cause).label), stay.reason]
    if stay.previous_owner is not None:
        said.append(gettext("before: %(who)s") % {"who": stay.previous_owner})
    ended = ""
    if stay.ended_at is not None:
        ended = " ".join(filter(None, [str(Ending(stay.ending).label), str(stay.taken_by or "")]))
    return TimelineItem(
        at=stay.began_at,
        kind=NAME,
        icon="users-group",
        title=gettext("To the public pool"),
        text=" · ".join(filter(None, said)),
        part=NAME,
        id=stay.pk,
        who=str(stay.released_by or ""),
        chip=ended or gettext("in the pool"),
        tone="" if ended else "warn",
    )


def counts(customer: Customer, user: Any) -> Mapping[str, QuerySet[Any]]:  # noqa: ARG001 -- as above
    return {NAME: Stay.objects.filter(customer=customer)}


def move(source: Customer, target: Customer) -> dict[str, list[int]]:
    """Stays and holds follow the file. Where both have an open one, the source's stays behind, as it was."""
    moved: dict[str, list[int]] = {}
    for model, ended in ((Stay, "ended_at"), (Hold, "lifted_at")):
        rows: Any = model._default_manager  # noqa: SLF001 -- Django's own name for a model's manager
        taken = rows.filter(customer=target, **{ended: None}).exists() or (model is Stay and target.owner_id is not None)
        going = rows.filter(customer=source, **({f"{ended}__isnull": False} if taken else {}))
        moved[model.__name__] = list(going.order_by("pk").values_list("pk", flat=True))
        rows.filter(pk__in=moved[model.__name__]).update(customer=target)
    return moved


def move_back(source: Customer, target: Customer, moved: dict[str, list[int]]) -> None:
    for model, ended in ((Stay, "ended_at"), (Hold, "lifted_at")):
        rows: Any = model._default_manager  # noqa: SLF001 -- as above
        open_there = rows.filter(customer=source, **{ended: None}).exists()
        going = rows.filter(pk__in=moved[model.__name__], customer=target)
        going.filter(**({f"{ended}__isnull": False} if open_there else {})).update(customer=source)


def export(customer: Customer) -> list[dict[str, Any]]:
    return [
        {
            "part": NAME,
            "began_at": stay.began_at.isoformat(),
            "cause": stay.cause,
            "reason": stay.reason,
            "ended_at": stay.ended_at and stay.ended_at.isoformat(),
            "ending": stay.ending,
        }
        for stay in Stay.objects.filter(customer=customer).order_by("pk")
    ]


def erase(customer: Customer) -> int:
    """That a customer was in the pool is counted on; the words, which may name the person, go."""
    Warned.objects.filter(customer=customer).delete()
    return Stay.objects.filter(customer=customer).update(reason="") + Hold.objects.filter(customer=customer).update(reason="–")


def register() -> None:
    parts.register(
        Part(
            NAME,
            _("Public pool"),
            kinds={NAME: _("Public pool")},
            timeline=items,
            counts=counts,
            move=move,
            move_back=move_back,
            export=export,
            erase=erase,
            permission="pool.view",
            position=20,
        )
    )
