"""Relations when two files become one.

What no longer fits (to itself, twice, a second parent, a circle) stays with the file that went up in the other: it is not
shown, and stands again as it was when the merge is taken back.
"""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from kexin.loop.customers.actions import relations as relating
from kexin.loop.customers.models import Customer, Relation
from kexin.loop.customers.parts import Part

NAME = "customers.relations"


def move(source: Customer, target: Customer) -> dict[str, list[int]]:
    moved: dict[str, list[int]] = {"customer": [], "other": []}
    for row in Relation.objects.filter(Q(customer=source) | Q(other=source)).order_by("pk"):
        side = "customer" if row.customer_id == source.pk else "other"
        ends = {"customer": row.customer_id, "other": row.other_id, side: target.pk}
        fitting = ends["customer"] != ends["other"] and (
            row.ended_on is not None or relating.fits(row.kind, ends["customer"], ends["other"]) is None
        )
        if fitting:
            Relation.objects.filter(pk=row.pk).update(**{f"{side}_id": target.pk})
            moved[side].append(row.pk)
    return moved


def move_back(source: Customer, target: Customer, moved: dict[str, list[int]]) -> None:
    for side in ("customer", "other"):
        Relation.objects.filter(pk__in=moved[side], **{side: target}).update(**{side: source})


def export(customer: Customer) -> list[dict[str, Any]]:
    return [
        {
            "part": "relation",
            "kind": row.kind,
            "of": row.customer.code,
            "to": row.other.code,
            "since": row.since and row.since.isoformat(),
            "ended_on": row.ended_on and row.ended_on.isoformat(),
            "note": row.note,
            "source": row.source,
            "collected_on": row.collected_on.isoformat(),
        }
        for row in Relation.objects.filter(Q(customer=customer) | Q(other=customer)).select_related("customer", "other").order_by("pk")
    ]


def erase(customer: Customer) -> int:
    return Relation.objects.filter(Q(customer=customer) | Q(other=customer)).delete()[0]


PART = Part(NAME, _("Relations"), move=move, move_back=move_back, export=export, erase=erase, position=14)
