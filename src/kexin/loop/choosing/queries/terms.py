"""Individual terms: who may have them, condition by condition, and who has them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from kexin.ground.staff.models import User
from kexin.loop.choosing.choices import GrantState
from kexin.loop.choosing.models import Grant, Proposition, TermSet
from kexin.loop.choosing.queries import sources
from kexin.loop.choosing.rules import conditions
from kexin.loop.choosing.rules.checklists import Value
from kexin.loop.customers import queries as customers
from kexin.loop.customers.models import Customer


@dataclass(frozen=True)
class Check:
    """One condition of one customer: what is known, and whether it holds (None: nobody knows)."""

    condition: conditions.Condition
    value: Value | None
    holds: bool | None


@dataclass(frozen=True)
class Judged:
    verdict: str
    checks: list[Check]

    @property
    def failing(self) -> list[str]:
        return [one.condition.source for one in self.checks if one.holds is False]

    @property
    def missing(self) -> list[str]:
        return [one.condition.source for one in self.checks if one.holds is None]

    def as_json(self) -> list[dict[str, Any]]:
        """What is kept of it with a grant."""
        rows = []
        for one in self.checks:
            row: dict[str, Any] = {"condition": one.condition.as_json(), "holds": one.holds}
            if one.value is not None:
                row |= {"number": one.value.number, "choice": one.value.choice, "on": one.value.on}
            rows.append(row)
        return rows


def judged(ids: Collection[int], terms: TermSet, *, as_of: date) -> dict[int, Judged]:
    """These customers against the conditions of some terms."""
    read = conditions.from_json(terms.conditions)
    values = sources.values_of(ids, {one.source for one in read}, as_of=as_of)
    return {pk: _judge(read, values[pk]) for pk in ids}


def judged_by_all(customer: Customer, *, as_of: date) -> list[tuple[TermSet, Judged]]:
    """One customer against all terms there are; statements by sources, not by terms."""
    every = [(terms, conditions.from_json(terms.conditions)) for terms in term_sets()]
    wanted = {one.source for _terms, read in every for one in read}
    values = sources.values_of([customer.pk], wanted, as_of=as_of)[customer.pk]
    return [(terms, _judge(read, values)) for terms, read in every]


def _judge(read: conditions.Conditions, values: dict[str, Value]) -> Judged:
    verdict, held = conditions.judge(read, values)
    return Judged(verdict, [Check(one, values.get(one.source), holds) for one, holds in zip(read, held, strict=True)])


def term_sets(*, retired: bool = False) -> QuerySet[TermSet]:
    found = TermSet.objects.order_by("position", "pk")
    return found if retired else found.filter(is_active=True)


def grants_visible_to(user: Any) -> QuerySet[Grant]:
    if not isinstance(user, User):
        return Grant.objects.none()
    return Grant.objects.filter(customer__in=customers.customers_visible_to(user, closed=True).order_by().values("pk"))


def in_force(customer: Customer) -> list[Grant]:
    """What holds for a customer or is asked for: one statement."""
    found = Grant.objects.filter(customer=customer, state__in=(GrantState.GRANTED, GrantState.ASKED))
    return list(found.select_related("terms", "approved_by").order_by("terms__position", "pk"))


def propositions(*, retired: bool = False) -> QuerySet[Proposition]:
    found = Proposition.objects.order_by("position", "pk")
    return found if retired else found.filter(is_active=True)
