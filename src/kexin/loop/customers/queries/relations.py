"""Relations of a customer, both ways, each with its word; and the projects and events of one file."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from kexin.loop.customers.choices import RelationKind
from kexin.loop.customers.models import Customer, Relation
from kexin.loop.customers.queries.visible import customers_visible_to

MOST = 60
# What the other one is to this customer: as written down, and seen from the other side.
WORDS: dict[str, tuple[str | Promise, str | Promise]] = {
    RelationKind.PARENT: (_("Parent company"), _("Subsidiary")),
    RelationKind.REFERRER: (_("Referrer"), _("Referred by them")),
    RelationKind.HOUSEHOLD: (_("Household"), _("Household")),
    RelationKind.PARTNER: (_("Partner"), _("Partner")),
}


@dataclass(frozen=True)
class Related:
    relation: Relation
    word: str | Promise
    other: Customer
    is_visible: bool


@dataclass(frozen=True)
class Relatives:
    standing: list[Related]
    ended: list[Related]
    more: bool

    @property
    def counts(self) -> list[tuple[str | Promise, int]]:
        """How many of each word, of those that stand."""
        found: dict[str, list[Any]] = {}
        for one in self.standing:
            found.setdefault(str(one.word), [one.word, 0])[1] += 1
        return [(word, count) for word, count in found.values()]


def relations_of(customer: Customer, user: Any) -> Relatives:
    """Two statements: the relations, and which of the others this person may see. Files that were merged away are not told of."""
    rows = list(
        Relation.objects.filter(Q(customer=customer) | Q(other=customer))
        .filter(customer__merged_into=None, other__merged_into=None)
        .select_related("customer", "other")
        .order_by("kind", "pk")[: MOST + 1]
    )
    others = {row.other_id if row.customer_id == customer.pk else row.customer_id for row in rows}
    seen = set(customers_visible_to(user, closed=True).filter(pk__in=others).values_list("pk", flat=True))
    found = [related(row, customer.pk, seen=seen) for row in rows[:MOST]]
    found.sort(key=lambda one: list(WORDS).index(RelationKind(one.relation.kind)))
    return Relatives(
        [one for one in found if one.relation.ended_on is None], [one for one in found if one.relation.ended_on], len(rows) > MOST
    )


def related(relation: Relation, customer_id: int, *, seen: Collection[int]) -> Related:
    """A relation as one of its two customers has it; `seen` are the files the reader may see."""
    backwards = relation.customer_id != customer_id
    other = relation.customer if backwards else relation.other
    return Related(relation, WORDS[relation.kind][int(backwards)], other, other.pk in seen)


def relations_visible_to(user: Any) -> QuerySet[Relation]:
    """Relations of whose first or second customer this person may see."""
    customers = customers_visible_to(user, closed=True).values("pk")
    return Relation.objects.filter(Q(customer__in=customers) | Q(other__in=customers)).select_related("customer__branch", "other__branch")
