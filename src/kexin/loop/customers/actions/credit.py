"""Credit and finances: written as it is learnt, never over what was known before."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import transaction

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.ground.staff import queries as staff
from kexin.ground.staff.rules import is_currency
from kexin.loop.customers import errors
from kexin.loop.customers.actions import checking, learnt
from kexin.loop.customers.choices import Source
from kexin.loop.customers.models import Credit

TOLD = ("limit", "payment_days", "rating", "overdue_amount", "overdue_days", "note")
LARGEST = Decimal(10) ** 14
LONGEST_DAYS = 36_500


@transaction.atomic
def add_credit(  # noqa: PLR0913 -- what is known of somebody's credit, and how it came to be known
    *,
    customer_id: int,
    by: Actor,
    limit: Decimal | None = None,
    payment_days: int | None = None,
    rating: str = "",
    overdue_amount: Decimal | None = None,
    overdue_days: int | None = None,
    currency: str = "",
    note: str = "",
    source: str = Source.DEALINGS,
    collected_on: date | None = None,
    purpose: str = "",
) -> Credit:
    """Write a customer's credit as of one day. A day before what is known becomes history at once; nothing is overwritten."""
    customer = checking.open_file(customer_id)
    causes: dict[str, KexinError] = {}
    values = checking.fitting(
        Credit,
        {
            "limit": limit,
            "payment_days": payment_days,
            "rating": rating,
            "overdue_amount": overdue_amount,
            "overdue_days": overdue_days,
            "currency": (currency or default_currency()).strip().upper(),
            "note": note,
            "collected_on": collected_on,
            "purpose": purpose,
        },
        causes,
    )
    learnt.date_it(customer, values, causes)
    for name in ("limit", "overdue_amount"):
        if values[name] is not None and not 0 <= values[name] < LARGEST:
            causes[name] = errors.AmountOutOfRange(beside=name)
    for name in ("payment_days", "overdue_days"):
        if values[name] is not None and not 0 <= values[name] <= LONGEST_DAYS:
            causes[name] = errors.DaysOutOfRange(beside=name)
    if not is_currency(values["currency"]):
        causes["currency"] = errors.UnknownCurrency(value=values["currency"])
    if all(values[name] in (None, "") for name in TOLD):
        causes["limit"] = errors.TextMissing(beside="limit")
    checking.refuse(causes)

    credit = Credit.objects.create(customer=customer, collected_by_id=by.id, source=Source(source), **values)
    learnt.settle(Credit.objects.filter(customer=customer))
    said = {f"credit.{name}": [None, checking.plain(values[name])] for name in TOLD if values[name] not in (None, "")}
    learnt.tell(customer, "add_credit", said, by)
    return credit


def default_currency() -> str:
    return staff.company().currency or "CNY"
