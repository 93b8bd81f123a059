"""What this room knows of a customer: what they agreed to, on the timeline and in a copy of the file."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext

from kexin.ground.audit import looks
from kexin.ground.audit.actor import Actor
from kexin.ground.files import actions as files
from kexin.ground.files.models import StoredFile
from kexin.loop.customers import parts
from kexin.loop.customers.models import Customer
from kexin.loop.customers.own_parts import rows
from kexin.loop.customers.parts import Cursor, Part, TimelineItem
from kexin.loop.privacy.choices import ConsentState
from kexin.loop.privacy.models import Consent

NAME = "privacy"


def items(customer: Customer, before: Cursor | None, limit: int, user: Any) -> list[TimelineItem]:  # noqa: ARG001 -- every part is called alike
    read = Consent.objects.filter(customer=customer).filter(Cursor.older(before, part=NAME)).select_related("purpose", "by")
    return [_item(one) for one in read.order_by("-occurred_at", "-pk")[:limit]]


def counts(customer: Customer, user: Any) -> Mapping[str, QuerySet[Any]]:  # noqa: ARG001 -- as above
    return {"consent": Consent.objects.filter(customer=customer)}


def export(customer: Customer) -> list[dict[str, Any]]:
    return [
        {
            "part": "consent",
            "purpose": str(one.purpose),
            "state": one.state,
            "channel": one.channel,
            "occurred_at": one.occurred_at.isoformat(),
            "how": one.how,
            "words": one.words,
        }
        for one in Consent.objects.filter(customer=customer).select_related("purpose").order_by("occurred_at", "pk")
    ]


def erase(customer: Customer) -> int:
    """The words and their proof go. That there was a consent stays in the sealed trail, unreadable."""
    consents = Consent.objects.filter(customer=customer)
    for stored in StoredFile.objects.filter(kind="consent", record_id__in=list(consents.values_list("pk", flat=True))):
        files.remove(stored=stored, by=Actor.system())
    return consents.delete()[0] + looks.forget_words([customer.pk])


def _item(one: Consent) -> TimelineItem:
    given = one.state == ConsentState.GIVEN
    title = pgettext("timeline", "Consent given: %(purpose)s") if given else pgettext("timeline", "Consent withdrawn: %(purpose)s")
    return TimelineItem(
        at=one.occurred_at,
        kind="consent",
        icon="check" if given else "ban",
        title=title % {"purpose": one.purpose},
        text=" · ".join(filter(None, (one.get_channel_display() if one.channel else "", one.get_how_display(), one.words))),
        part=NAME,
        id=one.pk,
        who=str(one.by or ""),
    )


move, move_back = rows.moving(Consent)
PART = Part(
    NAME,
    _("Consent"),
    kinds={"consent": _("Consent")},
    timeline=items,
    counts=counts,
    move=move,
    move_back=move_back,
    tables=(Consent,),
    export=export,
    erase=erase,
    permission="privacy.consent",
    position=15,
)


def register() -> None:
    parts.register(PART)
