"""Every write to a customer file."""

from kexin.loop.customers.actions.belongings import (
    add_asset,
    add_occasion,
    change_asset,
    change_occasion,
    remove_asset,
    remove_occasion,
)
from kexin.loop.customers.actions.credit import add_credit
from kexin.loop.customers.actions.entries import add_entry, supersede_entry
from kexin.loop.customers.actions.file import (
    change_customer,
    create_customer,
    deactivate_customer,
    deactivate_customers,
    hand_over,
    hand_over_customers,
    reactivate_customer,
    reserve_codes,
)
from kexin.loop.customers.actions.finding import index_customers
from kexin.loop.customers.actions.interactions import note_interaction
from kexin.loop.customers.actions.merging import decide_different, merge_customers, reopen_pair, unmerge_customers
from kexin.loop.customers.actions.placing import PlaceRow, place
from kexin.loop.customers.actions.reach import (
    add_contact,
    add_point,
    change_contact,
    change_point,
    make_point_primary,
    remove_contact,
    remove_point,
    reveal_occasion,
    reveal_point,
)

__all__ = [
    "PlaceRow",
    "add_asset",
    "add_contact",
    "add_entry",
    "add_credit",
    "add_occasion",
    "add_point",
    "change_asset",
    "change_contact",
    "change_customer",
    "change_occasion",
    "change_point",
    "create_customer",
    "deactivate_customer",
    "deactivate_customers",
    "hand_over",
    "decide_different",
    "hand_over_customers",
    "index_customers",
    "make_point_primary",
    "merge_customers",
    "note_interaction",
    "place",
    "reactivate_customer",
    "remove_asset",
    "remove_contact",
    "remove_occasion",
    "remove_point",
    "reserve_codes",
    "reveal_occasion",
    "reopen_pair",
    "reveal_point",
    "supersede_entry",
    "unmerge_customers",
]
