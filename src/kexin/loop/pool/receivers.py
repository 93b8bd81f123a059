"""A customer that gets an owner otherwise has left the pool."""

from __future__ import annotations

from kexin.ground.jobs.announcements import hears
from kexin.loop.customers.announcements import CustomerHandedOver
from kexin.loop.pool.actions import releasing


@hears(CustomerHandedOver)
def leave_pool(event: CustomerHandedOver) -> None:
    if event.new_owner_id is not None:
        releasing.left_otherwise(event.customer_id)
