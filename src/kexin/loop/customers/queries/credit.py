"""Credit as it stands and as it stood."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet

from kexin.loop.customers.models import Credit, Customer


def credit_of(customer: Customer) -> Credit | None:
    """What is known now: the newest entry. One statement."""
    return Credit.objects.filter(customer=customer, is_current=True).select_related("collected_by").first()


def credit_history(customer: Customer) -> QuerySet[Credit]:
    """All that was ever written, newest first."""
    return Credit.objects.filter(customer=customer).select_related("collected_by").order_by("-collected_on", "-pk")


def credit_of_rows(rows: list[Any]) -> None:
    """The current credit of each customer of a list, as `row.credit_now`: one statement."""
    found = {one.customer_id: one for one in Credit.objects.filter(is_current=True, customer__in=[row.pk for row in rows])}
    for row in rows:
        row.credit_now = found.get(row.pk)
