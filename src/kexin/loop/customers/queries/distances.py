"""How far customers are from their branches."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import islice
from typing import Any

from django.db.models import QuerySet

from kexin.loop.customers.models import Coordinates, Customer, Whereabouts
from kexin.loop.customers.rules import distances as rules
from kexin.loop.customers.rules.distances import Distance

AT_ONCE = 2_000
COLUMNS = ("pk", "branch_id", "whereabouts__exactness", "whereabouts__within_km", "whereabouts__distance_km")


def distance_km(customer: Customer) -> Distance:
    """How far this customer is from its branch. One statement."""
    return distances_km([customer.pk])[customer.pk]


def distances_km(ids: Iterable[int]) -> dict[int, Distance]:
    """How far each of these customers is from its branch: one statement for each two thousand.

    Every id of a customer is in the answer; where the distance is not known its `km` is None and `unknown` says why.
    """
    found: dict[int, Distance] = {}
    waiting = iter(ids)
    while batch := list(islice(waiting, AT_ONCE)):
        for pk, *row in Customer.objects.filter(pk__in=batch).values_list(*COLUMNS):
            found[pk] = _distance(*row)
    return found


def _distance(branch: int | None, exactness: str | None, within: float | None, km: float | None) -> Distance:
    if exactness is None or within is None:
        return Distance(None, unknown=rules.NO_PLACE)
    if km is None:
        return Distance(None, unknown=rules.NO_BRANCH if branch is None else rules.BRANCH_NOWHERE)
    return Distance(km, exactness, rules.error_km(km, within))


def coordinates_of(customer: Customer) -> Coordinates | None:
    """Where the address lies, as somebody said it last. One statement."""
    return Coordinates.objects.filter(customer=customer, is_current=True).select_related("collected_by").first()


def coordinates_history(customer: Customer) -> QuerySet[Coordinates]:
    """All that was ever said of where the customer is, newest first."""
    return Coordinates.objects.filter(customer=customer).select_related("collected_by").order_by("-collected_on", "-pk")


def whereabouts_of(customer: Customer) -> Whereabouts | None:
    """Where the customer is taken to be, by coordinates or by its region. One statement."""
    return Whereabouts.objects.filter(customer=customer).first()


def distances_of_rows(rows: Sequence[Any]) -> None:
    """The distance of each customer of a list, as `row.distance`: one statement."""
    found = distances_km([row.pk for row in rows])
    for row in rows:
        row.distance = found.get(row.pk, Distance(None, unknown=rules.NO_PLACE))
