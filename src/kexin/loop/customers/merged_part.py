"""What hangs on a file without being a table of its own: the words stuck on it, and the merges it went through."""

from __future__ import annotations

from typing import Any

from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kexin.ground.lists.models import Tagging
from kexin.loop.customers import parts
from kexin.loop.customers.models import Customer, DuplicatePair, Merge, NameKey
from kexin.loop.customers.parts import Part

KIND = "customer"


def move_tags(source: Customer, target: Customer) -> dict[str, list[int]]:
    """Words on both files stand once."""
    stuck = Tagging.objects.filter(tag__kind=KIND, record_id=source.pk)
    there = Tagging.objects.filter(tag__kind=KIND, record_id=target.pk).values("tag_id")
    ids = list(stuck.exclude(tag__in=there).order_by("pk").values_list("pk", flat=True))
    Tagging.objects.filter(pk__in=ids).update(record_id=target.pk)
    return {"Tagging": ids}


def move_tags_back(source: Customer, target: Customer, moved: dict[str, list[int]]) -> None:
    Tagging.objects.filter(pk__in=moved["Tagging"], record_id=target.pk).update(record_id=source.pk)


def export_tags(customer: Customer) -> list[dict[str, Any]]:
    names = Tagging.objects.filter(tag__kind=KIND, record_id=customer.pk).order_by("pk").values_list("tag__name", flat=True)
    return [{"tag": name} for name in names]


def erase_tags(customer: Customer) -> int:
    return Tagging.objects.filter(tag__kind=KIND, record_id=customer.pk).delete()[0]


def export_merges(customer: Customer) -> list[dict[str, Any]]:
    rows = Merge.objects.filter(survivor=customer).select_related("merged").order_by("pk")
    return [
        {"merged": row.merged.code, "at": row.merged_at.isoformat(), "undone_at": row.undone_at.isoformat() if row.undone_at else None}
        for row in rows
    ]


def erase_merges(customer: Customer) -> int:
    """That files were merged stays; what they said before goes, and with it the way back. Nobody is compared with the file any more."""
    DuplicatePair.objects.filter(Q(smaller=customer) | Q(larger=customer)).delete()
    NameKey.objects.filter(customer=customer).delete()
    merges = Merge.objects.filter(Q(survivor=customer) | Q(merged=customer), forgotten_at=None)
    return merges.update(fields={}, moved={}, forgotten_at=timezone.now())


def register() -> None:
    parts.register(Part("tags", _("Tags"), move=move_tags, move_back=move_tags_back, export=export_tags, erase=erase_tags, position=90))
    parts.register(Part("merges", _("Merges"), export=export_merges, erase=erase_merges, position=95))
