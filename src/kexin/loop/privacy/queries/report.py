"""What the privacy officer reads: what is kept of how many persons, since when and why; who looked."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from django.db.models import Count, Max, Min
from django.utils.translation import gettext as _

from kexin.ground.audit.models import Entry
from kexin.loop.customers.models import Asset, Contact, ContactPoint, Customer, FileEntry, Interaction, Occasion

LOOKED = ("list.export", "export.run", "privacy.copy", "file.download")


@dataclass(frozen=True)
class KeptKind:
    """One kind of personal data: how many rows of how many customers, the oldest, what for and on which ground."""

    label: str
    rows: int
    persons: int
    since: date | datetime | None
    purpose: str
    ground: str


@dataclass(frozen=True)
class Look:
    """Who looked how often since a day."""

    who: str
    action: str
    times: int
    last: datetime


def kept_kinds() -> list[KeptKind]:
    """Two figures a table; nothing of any one person."""
    contract, interest, consent = (
        _("Contract with the customer"),
        _("Legitimate interest of the company"),
        _("Consent, or told by the customer"),
    )
    kinds: tuple[tuple[str, Any, str, str | None, str, str], ...] = (
        (
            _("Names, addresses and tax numbers"),
            Customer.objects.filter(erased_at=None),
            "pk",
            "created_at",
            _("To know who is served"),
            contract,
        ),
        (_("Contact persons"), Contact.objects.all(), "customer", None, _("To reach an organisation"), contract),
        (_("Phone numbers, mail addresses, WeCom"), ContactPoint.objects.all(), "customer", None, _("To reach the customer"), contract),
        (
            _("Vehicles and installations with plate and VIN"),
            Asset.objects.all(),
            "customer",
            "collected_on",
            _("Service and warranty"),
            contract,
        ),
        (_("Birthdays and other days"), Occasion.objects.all(), "customer", "collected_on", _("Attention on the day"), consent),
        (
            _("Hobbies, family, wishes and other entries"),
            FileEntry.objects.all(),
            "customer",
            "collected_on",
            _("To serve each as they like it"),
            consent,
        ),
        (_("Calls, visits and messages"), Interaction.objects.all(), "customer", "occurred_at", _("To keep what was promised"), interest),
    )
    found = []
    for label, rows, person, since, purpose, ground in kinds:
        asked = {"rows": Count("pk"), "persons": Count(person, distinct=True)}
        sums = rows.aggregate(**asked, **({"since": Min(since)} if since else {}))
        found.append(KeptKind(label, sums["rows"], sums["persons"], sums.get("since"), purpose, ground))
    return found


def looks(since: datetime) -> list[Look]:
    """Exports, copies and downloads since then, most first. Who used a token stands with its name. One statement."""
    rows = (
        Entry.objects.filter(action__in=LOOKED, at__gte=since)
        .values("actor_name", "action")
        .annotate(times=Count("pk"), last=Max("at"))
        .order_by("-times", "actor_name")[:200]
    )
    return [Look(row["actor_name"], row["action"], row["times"], row["last"]) for row in rows]
