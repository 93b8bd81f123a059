"""Wishes concluded from orders, with the orders that say so."""

from __future__ import annotations

from collections import defaultdict
from datetime import date

from kexin.ground.audit.actor import Actor
from kexin.loop.customers import actions as customers
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.models import OrderLine
from kexin.loop.orders.rhythm import Rhythm, rhythm_of

RULE = "rhythm"
BATCH = 200  # customers a transaction
SHOWN = 4  # orders named as evidence; how many there are is said


def conclude_next(*, after: int, today: date, by: Actor) -> tuple[int | None, int]:
    """Conclude for the next customers with orders, by key: the last one read (None: there was none) and how many wishes are new."""
    lines = OrderLine.objects.filter(order__kind=OrderKind.SALE, order__cancelled_on=None, product__isnull=False)
    ids = list(
        lines.filter(order__customer__gt=after, order__customer__is_active=True, order__customer__merged_into=None)
        .order_by("order__customer")
        .values_list("order__customer", flat=True)
        .distinct()[:BATCH]
    )
    if not ids:
        return None, 0
    bought: dict[tuple[int, str, str], dict[date, str]] = defaultdict(dict)
    for customer, code, name, day, number in lines.filter(order__customer__in=ids).values_list(
        "order__customer", "product__code", "product__name", "order__occurred_on", "order__number"
    ):
        bought[customer, code, name or code][day] = number
    rows = []
    for (customer, code, name), orders in bought.items():
        rhythm = rhythm_of(list(orders), today=today)
        if rhythm is not None:
            rows.append(
                customers.Conclusion(
                    customer_id=customer, rule=RULE, subject=code, value=f"{name} · {rhythm.due_on.isoformat()}",
                    certainty=rhythm.certainty, evidence=_evidence(rhythm, orders), collected_on=today,
                )
            )  # fmt: skip
    return ids[-1], customers.conclude(rows=rows, by=by) if rows else 0


def _evidence(rhythm: Rhythm, orders: dict[date, str]) -> str:
    """6 × · ~30 d · 2026-09-01 A7: figures and order numbers, which read alike in every language."""
    last = ", ".join(f"{day.isoformat()} {orders[day]}" for day in rhythm.days[-SHOWN:])
    return f"{len(rhythm.days)} × · ~{rhythm.gap} d · {last}"
