"""Credit on the timeline, only for those who may see it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kexin.ground.staff import queries as staff
from kexin.loop.customers.actions import learnt
from kexin.loop.customers.models import Credit, Customer
from kexin.loop.customers.own_parts import rows
from kexin.loop.customers.parts import Cursor, Part, TimelineItem

NAME = "customers.credit"


def items(customer: Customer, before: Cursor | None, limit: int, user: Any) -> list[TimelineItem]:
    if not staff.may(user, "customer.credit"):
        return []
    read = Credit.objects.filter(customer=customer).filter(Cursor.older(before, part=NAME, at="recorded_at")).select_related("collected_by")
    return [
        TimelineItem(
            at=row.recorded_at,
            kind="credit",
            icon="receipt",
            title=gettext("Credit and finances written down"),
            text=words(row),
            part=NAME,
            id=row.pk,
            who=str(row.collected_by or ""),
            chip=gettext("overdue") if row.overdue_amount or row.overdue_days else "",
            tone="warn" if row.overdue_amount or row.overdue_days else "",
        )
        for row in read.order_by("-recorded_at", "-pk")[:limit]
    ]


def words(row: Credit) -> str:
    """What was written, in one line."""
    said = []
    if row.limit is not None:
        said.append(gettext("limit %(amount)s %(currency)s") % {"amount": f"{row.limit:,.2f}", "currency": row.currency})
    if row.payment_days is not None:
        said.append(gettext("%(days)s days to pay") % {"days": row.payment_days})
    if row.rating:
        said.append(gettext("rated %(rating)s") % {"rating": row.rating})
    if row.overdue_amount is not None:
        said.append(gettext("overdue %(amount)s %(currency)s") % {"amount": f"{row.overdue_amount:,.2f}", "currency": row.currency})
    if row.overdue_days is not None:
        said.append(gettext("overdue for %(days)s days") % {"days": row.overdue_days})
    return " · ".join([*said, *([row.note] if row.note else [])])


def counts(customer: Customer, user: Any) -> Mapping[str, QuerySet[Any]]:
    return {"credit": Credit.objects.filter(customer=customer)} if staff.may(user, "customer.credit") else {}


def export(customer: Customer) -> list[dict[str, Any]]:
    return [
        {
            "part": "credit",
            "limit": None if row.limit is None else str(row.limit),
            "payment_days": row.payment_days,
            "rating": row.rating,
            "overdue_amount": None if row.overdue_amount is None else str(row.overdue_amount),
            "overdue_days": row.overdue_days,
            "currency": row.currency,
            "note": row.note,
            **rows.known_how(row),
        }
        for row in Credit.objects.filter(customer=customer).order_by("collected_on", "pk")
    ]


def _settle(customer: Customer) -> None:
    learnt.settle(Credit.objects.filter(customer=customer))


move, move_back = rows.moving(Credit, then=_settle)
PART = Part(
    NAME,
    _("Credit and finances"),
    kinds={"credit": _("Credit and finances")},
    timeline=items,
    counts=counts,
    move=move,
    move_back=move_back,
    export=export,
    erase=rows.erasing(Credit),
    tables=(Credit,),
    position=11,
)
