"""When customers change hands, what is owed to them changes hands too, and the next owner reads the note."""

from __future__ import annotations

from kexin.ground.jobs.announcements import hears
from kexin.loop.customers.announcements import CustomerHandedOver, CustomersHandedOver
from kexin.loop.todo import actions


@hears(CustomerHandedOver)
def take_over(event: CustomerHandedOver) -> None:
    actions.take_over(
        customer_id=event.customer_id,
        old_owner_id=event.old_owner_id,
        new_owner_id=event.new_owner_id,
        hand_over_id=None if event.together else event.hand_over_id,
    )


@hears(CustomersHandedOver)
def take_over_together(event: CustomersHandedOver) -> None:
    actions.tell_of_many(
        act=event.act, customers=event.customers, old_owner_id=event.old_owner_id, new_owner_id=event.new_owner_id, note=event.note
    )
