"""What became of assets, on the timeline."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from kexin.kit import text as plain_text
from kexin.loop.customers.choices import AssetAct, AssetState
from kexin.loop.customers.models import AssetEvent, Customer
from kexin.loop.customers.own_parts import rows
from kexin.loop.customers.parts import Cursor, Part, TimelineItem

NAME = "customers.assets"


def items(customer: Customer, before: Cursor | None, limit: int, user: Any) -> list[TimelineItem]:  # noqa: ARG001 -- every part is called alike
    read = AssetEvent.objects.filter(customer=customer).filter(Cursor.older(before, part=NAME)).select_related("asset", "by")
    return [
        TimelineItem(
            at=event.occurred_at,
            kind="asset",
            icon="car",
            title=gettext("%(asset)s: %(act)s") % {"asset": event.asset.masked_name, "act": AssetAct(event.act).label},
            text=" · ".join(filter(None, (_became(event), event.note))),
            part=NAME,
            id=event.pk,
            who=str(event.by or ""),
        )
        for event in read.order_by("-occurred_at", "-pk")[:limit]
    ]


def _became(event: AssetEvent) -> str:
    """沪A••••67 → 沪B••••12: plates masked as everywhere; states, which are kept by name, in the reader's words."""
    states = {str(value): str(label) for value, label in AssetState.choices} if event.act in AssetState.values else {}
    old, new = states.get(event.old, event.old), states.get(event.new, event.new)
    if event.act == AssetAct.PLATE:
        old, new = plain_text.mask_id(old), plain_text.mask_id(new)
    return f"{old} → {new}" if old or new else ""


def counts(customer: Customer, user: Any) -> Mapping[str, QuerySet[Any]]:  # noqa: ARG001 -- as above
    return {"asset": AssetEvent.objects.filter(customer=customer)}


def export(customer: Customer) -> list[dict[str, Any]]:
    return [
        {
            "part": "asset_event",
            "asset": str(row.asset),
            "act": row.act,
            "on": row.occurred_on.isoformat(),
            "old": row.old,
            "new": row.new,
            "note": row.note,
        }
        for row in AssetEvent.objects.filter(customer=customer).select_related("asset").order_by("pk")
    ]


move, move_back = rows.moving(AssetEvent)
PART = Part(
    NAME,
    _("Assets"),
    kinds={"asset": _("Assets")},
    timeline=items,
    counts=counts,
    move=move,
    move_back=move_back,
    export=export,
    erase=rows.erasing(AssetEvent),
    position=13,
)
