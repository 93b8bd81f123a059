"""Every write to a customer file."""

from kexin.loop.customers.actions.asset_history import end_asset, transfer_asset
from kexin.loop.customers.actions.belongings import (
    add_asset,
    add_occasion,
    change_asset,
    change_occasion,
    remove_asset,
    remove_occasion,
)
from kexin.loop.customers.actions.credit import add_credit
from kexin.loop.customers.actions.custom_fields import change_field, define_field, remove_field
from kexin.loop.customers.actions.custom_values import write_fields
from kexin.loop.customers.actions.entries import add_entry, supersede_entry
from kexin.loop.customers.actions.file import (
    change_customer,
    create_customer,
    deactivate_customer,
    deactivate_customers,
    reactivate_customer,
    reserve_codes,
)
from kexin.loop.customers.actions.finding import index_customers
from kexin.loop.customers.actions.inferences import Conclusion, conclude, confirm_inference, reject_inference
from kexin.loop.customers.actions.interactions import note_interaction
from kexin.loop.customers.actions.locating import forget_where, locate, locate_branch, say_where
from kexin.loop.customers.actions.looking import reveal_asset, reveal_field, reveal_occasion, reveal_point
from kexin.loop.customers.actions.many import change_many, give_fields
from kexin.loop.customers.actions.merging import decide_different, merge_customers, reopen_pair, unmerge_customers
from kexin.loop.customers.actions.owners import (
    give_owners,
    give_up,
    hand_over,
    hand_over_customers,
    hand_over_everything,
    hand_over_next,
    take_up,
    tell_of_owners,
)
from kexin.loop.customers.actions.placing import PlaceRow, place
from kexin.loop.customers.actions.projects import change_project, move_project, plan_stages, save_stage, start_project
from kexin.loop.customers.actions.projects_many import move_projects
from kexin.loop.customers.actions.proposing import propose_merge
from kexin.loop.customers.actions.reach import (
    add_contact,
    add_point,
    change_contact,
    change_point,
    make_point_primary,
    remove_contact,
    remove_point,
)
from kexin.loop.customers.actions.relations import add_relation, end_relation, remove_relation
from kexin.loop.customers.actions.scanning import compare_customers, start_scan
from kexin.loop.customers.actions.team import join_team, leave_team

__all__ = [
    "Conclusion",
    "PlaceRow",
    "add_asset",
    "add_contact",
    "add_credit",
    "add_entry",
    "add_occasion",
    "add_point",
    "add_relation",
    "change_asset",
    "change_contact",
    "change_customer",
    "change_field",
    "change_many",
    "change_occasion",
    "change_point",
    "change_project",
    "compare_customers",
    "conclude",
    "confirm_inference",
    "create_customer",
    "deactivate_customer",
    "deactivate_customers",
    "decide_different",
    "define_field",
    "end_asset",
    "end_relation",
    "forget_where",
    "give_fields",
    "give_owners",
    "give_up",
    "hand_over",
    "hand_over_customers",
    "hand_over_everything",
    "hand_over_next",
    "index_customers",
    "join_team",
    "leave_team",
    "locate",
    "locate_branch",
    "make_point_primary",
    "merge_customers",
    "move_project",
    "move_projects",
    "note_interaction",
    "place",
    "plan_stages",
    "propose_merge",
    "reactivate_customer",
    "reject_inference",
    "remove_asset",
    "remove_contact",
    "remove_field",
    "remove_occasion",
    "remove_point",
    "remove_relation",
    "reopen_pair",
    "reserve_codes",
    "reveal_asset",
    "reveal_field",
    "reveal_occasion",
    "reveal_point",
    "save_stage",
    "say_where",
    "start_project",
    "start_scan",
    "supersede_entry",
    "take_up",
    "tell_of_owners",
    "transfer_asset",
    "unmerge_customers",
    "write_fields",
]
