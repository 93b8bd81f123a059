from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import connection
from django.db.models import IntegerField, Q, QuerySet
from django.db.models.fields.json import KT
from django.db.models.functions import Cast
from django.utils import timezone

from kexin.ground.files import queries as files
from kexin.ground.files.models import StoredFile
from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Sees
from kexin.loop.customers import queries as customers
from kexin.loop.customers.models import Customer, Place
from kexin.loop.standing import rules
from kexin.loop.standing.models import RuleSet, RulesState, Run, RunState, Transition


def today() -> dt.date:
    """Today where the company is."""
    return timezone.now().astimezone(ZoneInfo(staff.company().zone)).date()


def latest_run() -> Run | None:
    """The newest finished assessment: the one written down to the customers' files."""
    return Run.objects.filter(state=RunState.DONE, is_present=True).select_related("rules", "previous").order_by("-as_of", "-id").first()


def run_before(as_of: dt.date) -> Run | None:
    """The last finished assessment of an earlier day: what an assessment of this day is compared with."""
    return Run.objects.filter(state=RunState.DONE, as_of__lt=as_of).order_by("-as_of", "-id").first()


def run_of(as_of: dt.date) -> Run | None:
    return Run.objects.filter(state=RunState.DONE, as_of=as_of).first()


def runs() -> QuerySet[Run]:
    """Each with `counted`, the orders it counted: of those it read, not cancelled and not after its day."""
    counted = Cast(KT("distributions__totals__orders"), IntegerField())
    return Run.objects.select_related("rules").annotate(counted=counted).order_by("-as_of", "-id")


def run_under_way() -> Run | None:
    return Run.objects.filter(state=RunState.RUNNING).order_by("-id").first()


@dataclass(frozen=True)
class TierRow:
    """One line of the tier table."""

    tier: str
    customers: int
    share: float | None  # of all customers
    value_share: float | None  # of margin where known, else of sales, within twelve months
    came: int
    left: int

    @property
    def net(self) -> int:
        return self.came - self.left


def tier_table(run: Run) -> list[TierRow]:
    """How many customers stand in each tier, what they bring, and who came and left since the run before. Reads no customer."""
    rows: dict[str, Any] = run.distributions.get("tiers", {})
    total = sum(row["customers"] for row in rows.values())
    return [
        TierRow(
            tier=tier,
            customers=rows[tier]["customers"],
            share=rows[tier]["customers"] / total if total else None,
            value_share=rows[tier]["value_share"],
            came=rows[tier]["came"],
            left=rows[tier]["left"],
        )
        for tier in rules.TIERS
        if tier in rows
    ]


def transitions_visible_to(user: Any) -> QuerySet[Transition]:
    """Changes of customers this person may see, of runs that count."""
    shown = Transition.objects.filter(run__state=RunState.DONE)
    if getattr(user, "sees", None) == Sees.ALL:
        return shown
    return shown.filter(customer__in=customers.customers_visible_to(user))


def movers(run: Run, user: Any, *, limit: int = 5, field: str = "tier") -> list[Transition]:
    """Who moved in a run and why: the largest losses of value first, then the largest gains."""
    moved = transitions_visible_to(user).filter(run=run, field=field).select_related("customer", "customer__owner", "run")
    losses = list(moved.filter(impact__lt=0).order_by("impact", "id")[:limit])
    gains = list(moved.filter(impact__gte=0).order_by("-impact", "id")[:limit])
    kept = max(limit - len(gains), min(len(losses), limit - limit // 2))
    shown = [*losses[:kept], *gains][:limit]
    return shown or list(moved.order_by("id")[:limit])


def movers_from(run: Run, user: Any, *, field: str, after: tuple[Decimal | None, int] | None, limit: int) -> list[Transition]:
    """A page of everybody who moved: the largest loss first, whose change in value is not known last."""
    moved = transitions_visible_to(user).filter(run=run, field=field).select_related("customer", "run")
    found: list[Transition] = []
    if after is None or after[0] is not None:
        valued = moved.filter(impact__isnull=False)
        if after is not None:
            valued = valued.filter(Q(impact__gte=after[0]) & (Q(impact__gt=after[0]) | Q(pk__gt=after[1])))
        found = list(valued.order_by("impact", "id")[:limit])
    if len(found) < limit:
        rest = moved.filter(impact__isnull=True, pk__gt=after[1] if after is not None and after[0] is None else 0)
        found += rest.order_by("id")[: limit - len(found)]
    return found


def transitions_of(customer: Customer, user: Any) -> QuerySet[Transition]:
    return transitions_visible_to(user).filter(customer=customer).select_related("run").order_by("-on", "-id")


def places_visible_to(user: Any) -> QuerySet[Place]:
    """Present places of active customers this person may see."""
    return staff.visible(
        Place.objects.filter(customer__is_active=True, customer__merged_into=None).select_related("customer"),
        user,
        owner="customer__owner",
        branch="customer__branch",
    )


def rules_in_force() -> RuleSet | None:
    return RuleSet.objects.filter(state=RulesState.APPLIED).first()


def draft() -> RuleSet | None:
    return RuleSet.objects.filter(state=RulesState.DRAFT).first()


def versions() -> QuerySet[RuleSet]:
    return RuleSet.objects.order_by("-number")


def affected_by(draft_rules: RuleSet, user: Any, *, limit: int = 200) -> list[tuple[Customer, dict[str, Any]]]:
    """Customers the simulated rules would move, key ones first, as far as this person may see them."""
    rows: list[dict[str, Any]] = draft_rules.simulation.get("affected", [])
    seen = customers.customers_visible_to(user).filter(pk__in=[row["customer"] for row in rows][:limit]).select_related("owner")
    found = {one.pk: one for one in seen}
    return [(found[row["customer"]], row) for row in rows if row["customer"] in found]


def database_address() -> str:
    """Where column readers find the product's database."""
    named = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:{named['NAME']}"
    who = quote(str(named["USER"]), safe="") + (f":{quote(str(named['PASSWORD']), safe='')}" if named["PASSWORD"] else "")
    host = str(named["HOST"] or "")
    at = f"{who}@" if named["USER"] else ""
    if host.startswith("/"):
        return f"postgresql://{at}/{named['NAME']}?host={quote(host, safe='')}&port={named['PORT'] or 5432}"
    return f"postgresql://{at}{host or 'localhost'}:{named['PORT'] or 5432}/{named['NAME']}"


def working_folder(run_id: int) -> Path:
    """Where one assessment keeps what it has read so far, so that it goes on after a stop."""
    folder = Path(settings.HOME) / "work" / f"standing-{run_id}"
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    return folder


def snapshot_of(run: Run) -> Path | None:
    """Every customer's numbers in a run; None when they were cleared away."""
    stored = StoredFile.objects.filter(pk=run.snapshot_id).first() if run.snapshot_id else None
    path = files.path_of(stored) if stored else None
    return path if path is not None and path.exists() else None


def known_customer_ids() -> QuerySet[Customer, int]:
    """Everybody who is assessed: active files that were not merged into another."""
    return Customer.objects.filter(merged_into=None, is_active=True).order_by("pk").values_list("pk", flat=True)


def slips_of_key_customers(transition_ids: list[int]) -> QuerySet[Transition]:
    """Of these changes, the falls in tier of customers who were key, not made by new rules alone."""
    return (
        Transition.objects.filter(pk__in=transition_ids, was_key=True, field="tier")
        .exclude(Q(reason__code="rules"))
        .select_related("customer", "run")
    )
