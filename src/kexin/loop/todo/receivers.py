"""When customers change hands, what is owed to them does too. Pairs somebody brought up are looked at, until they are decided."""

from __future__ import annotations

from kexin.ground.hooks.announcements import HookSwitchedOff
from kexin.ground.jobs.announcements import hears
from kexin.loop.customers.announcements import CustomerHandedOver, CustomersHandedOver, MergeProposed, PairDecided
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


@hears(MergeProposed)
def ask_to_merge(event: MergeProposed) -> None:
    actions.ask_to_merge(pair_id=event.pair_id, customer_id=event.customer_id, other_id=event.other_id)


@hears(PairDecided)
def pair_decided(event: PairDecided) -> None:
    actions.pair_decided(pair_id=event.pair_id, merged=event.state == "merged")


@hears(HookSwitchedOff)
def look_after_hook(event: HookSwitchedOff) -> None:
    """A web hook that switched itself off is somebody's to-do."""
    actions.tell_of_hook(hook_id=event.hook_id, cause=event.cause)
