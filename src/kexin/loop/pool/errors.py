"""What cannot be done with the pool.

KexinError
├── Refused
│   ├── TakenAlready            somebody else was quicker
│   ├── NoPlaceToday            claimed as many as one may in a day
│   ├── NoCapacity              has as many customers as one may have
│   ├── TooSoon                 the previous owner waits
│   └── InPoolAlready · NotYours · NotForPrograms · WithoutOwner · WithoutBranch · NotHeld
├── Invalid
│   └── ReasonNeeded · HoldDay · DaysNeeded · LimitOutOfRange
├── Conflict
│   └── RuleEditedMeanwhile
└── NotFound
    └── NotInPool
"""

from __future__ import annotations

from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import Conflict, Invalid, NotFound, Refused


class TakenAlready(Refused):
    code = "pool_taken_already"
    text = _("%(who)s was quicker: %(name)s is no longer in the pool.")


class NoPlaceToday(Refused):
    code = "pool_no_place_today"
    text = _("You have claimed %(limit)s today, as many as one may in a day. Tomorrow you may again.")


class NoCapacity(Refused):
    code = "pool_no_capacity"
    text = _("%(who)s looks after %(owned)s customers; at most %(capacity)s are allowed. Give some up first, or ask a manager.")


class TooSoon(Refused):
    code = "pool_too_soon"
    text = _("You had this customer until %(released)s. From %(again)s on you may claim it again; a manager can assign it earlier.")


class InPoolAlready(Refused):
    code = "pool_in_pool_already"
    text = _("This customer is in the pool already.")


class NotYours(Refused):
    code = "pool_not_yours"
    text = _("Only the owner or a manager gives a customer up.")


class NotForPrograms(Refused):
    code = "pool_not_for_programs"
    text = _("A program looks after no customers. Claim with a token of your own, or ask a manager to assign.")


class WithoutOwner(Refused):
    code = "pool_without_owner"
    text = _("Nobody looks after this customer. Hand it over to somebody, or put it into the pool.")


class WithoutBranch(Refused):
    code = "pool_without_branch"
    text = _("The customer belongs to no branch, so there is no pool for it. Give it a branch first.")


class NotHeld(Refused):
    code = "pool_not_held"
    text = _("Nothing holds this customer any more.")


class ReasonNeeded(Invalid):
    code = "pool_reason_needed"
    text = _("Say why, so that the next person knows.")
    field = "reason"


class HoldDay(Invalid):
    code = "pool_hold_day"
    text = _("The day lies ahead, at most a year.")
    field = "until"


class DaysNeeded(Invalid):
    code = "pool_days_needed"
    text = _("A rule that is on needs days without contact or days without an order.")
    field = "no_contact_days"


class LimitOutOfRange(Invalid):
    code = "pool_limit_out_of_range"
    text = _("A whole number from %(low)s to %(high)s.")


class RuleEditedMeanwhile(Conflict):
    code = "pool_rule_edited_meanwhile"


class NotInPool(NotFound):
    code = "pool_not_in_pool"
    text = _("This customer is not in the pool, or its pool is not yours to see.")
