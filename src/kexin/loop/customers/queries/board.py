"""Projects as a board: what stands at each stage, how many and for how much."""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal

from django.db.models import Count, Sum

from kexin.ground.lists import paging, reading
from kexin.ground.lists.asking import Asked
from kexin.ground.lists.listing import Listing
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Project, ProjectStage

CARDS = 20  # of a stage, until more are asked for


@dataclass(frozen=True)
class Lane:
    """One stage: all that stand there, and the first of them. `sums` by currency: they are never added up."""

    stage: ProjectStage
    count: int
    sums: tuple[tuple[str, Decimal], ...]
    cards: list[Project]
    following: str  # the mark behind which the next cards begin; empty: these are all


def board(of: Listing, asked: Asked, user: User) -> list[Lane]:
    """Stages in use in their order, and retired ones where something still stands. One statement for the numbers, two a stage at most."""
    matching = reading.matching(of, asked, user).order_by()
    totals: dict[int, list[tuple[str, int, Decimal | None]]] = {}
    for stage_id, currency, count, amount in (
        matching.values("stage", "currency")
        .annotate(n=Count("pk"), amount_of_all=Sum("amount"))
        .values_list("stage", "currency", "n", "amount_of_all")
    ):
        totals.setdefault(stage_id, []).append((currency, count, amount))
    stages = [stage for stage in ProjectStage.objects.order_by("position", "pk") if stage.is_active or stage.pk in totals]
    return [_lane(of, asked, user, stage, totals.get(stage.pk, [])) for stage in stages]


def cards(of: Listing, asked: Asked, user: User, stage: ProjectStage, after: str = "") -> tuple[list[Project], str]:
    """The next cards of one stage: what is expected first stands first, the undated last."""
    values = {**asked.values, "stage": [str(stage.pk)]}
    return paging.rows_of(of, replace(asked, values=values, order="expected", after=after, before="", size=CARDS), user)


def _lane(of: Listing, asked: Asked, user: User, stage: ProjectStage, totals: list[tuple[str, int, Decimal | None]]) -> Lane:
    shown, following = cards(of, asked, user, stage) if totals else ([], "")
    sums = tuple(sorted((currency, amount) for currency, _count, amount in totals if amount is not None))
    return Lane(stage, sum(count for _currency, count, _amount in totals), sums, shown, following)
