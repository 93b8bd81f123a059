"""What orders tell the domains above. Payloads are ids and plain values; each fetches what it needs."""

from __future__ import annotations

from dataclasses import dataclass

from kexin.ground.jobs.announcements import announcement


@announcement("orders.cancelled")
@dataclass(frozen=True)
class OrderCancelled:
    """A sale was called off. Soon after it was placed, this is a worrying signal."""

    order_id: int
    customer_id: int | None
    days_after_order: int


@announcement("orders.delivered")
@dataclass(frozen=True)
class OrderDelivered:
    """The day of delivery became known or was corrected. `late_days` is positive when the promise was not kept."""

    order_id: int
    customer_id: int | None
    late_days: int | None
