"""Every read of the pool."""

from kexin.loop.pool.queries.looking import Verdict, candidates, preview, verdicts
from kexin.loop.pool.queries.numbers import Keeping, Load, Size, keeping, loads, sizes
from kexin.loop.pool.queries.staying import Places, holds_of, in_pool, may_give_up, places_of, policy, stay_of, stays_visible_to, tier_rules

__all__ = [
    "Keeping",
    "Load",
    "Places",
    "Size",
    "Verdict",
    "candidates",
    "holds_of",
    "in_pool",
    "keeping",
    "loads",
    "may_give_up",
    "places_of",
    "policy",
    "preview",
    "sizes",
    "stay_of",
    "stays_visible_to",
    "tier_rules",
    "verdicts",
]
