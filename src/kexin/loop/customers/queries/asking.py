"""What to ask a customer next, read for the moment somebody talks to them."""

from __future__ import annotations

from collections.abc import Collection

from kexin.loop.customers.choices import PointKind
from kexin.loop.customers.models import Customer
from kexin.loop.customers.queries.credit import credit_of
from kexin.loop.customers.queries.days import today_of
from kexin.loop.customers.rules import asking, freshness


def asks_for(customer: Customer, *, among: Collection[str] | None = None) -> list[asking.Ask]:
    """The most worthwhile first, at most four, as on the customer's page; `among` leaves only these to choose from.

    Six statements; branch and place come joined.
    """
    today = today_of(customer)
    learnt = list(customer.entries.filter(superseded_by=None, rejected_on=None).values_list("topic", "collected_on"))
    credit = credit_of(customer)
    known = {topic for topic, _on in learnt} | {
        name.removesuffix("_id") for name in ("owner_id", "region", "address", "tax_number") if getattr(customer, name)
    }
    known |= {
        item
        for item, rows in (
            ("phone", customer.points.filter(kind=PointKind.PHONE)),
            ("contact", customer.contacts.all()),
            ("occasion", customer.occasions.all()),
            ("project", customer.projects.all()),
        )
        if rows.exists()
    } | ({"credit"} if credit else set())

    stale = {topic for topic, on in learnt if freshness.is_stale(topic, on, today)}
    if credit is not None:
        stale = (stale - {"credit"}) | ({"credit"} if freshness.is_stale("credit", credit.collected_on, today) else set())
    place = getattr(customer, "place", None)
    missing = freshness.completeness(customer.kind, known).missing
    if among is not None:
        missing, stale = tuple(item for item in missing if item in among), stale.intersection(among)
    return asking.ask_next(customer.kind, place.tier if place else "", missing=missing, stale=stale)
