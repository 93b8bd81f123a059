"""Every write to the pool."""

from kexin.loop.pool.actions.claiming import assign, claim
from kexin.loop.pool.actions.holding import hold, lift_hold
from kexin.loop.pool.actions.releasing import calm, go_on, release, release_due
from kexin.loop.pool.actions.ruling import save_policy, save_rule

__all__ = ["assign", "calm", "claim", "go_on", "hold", "lift_hold", "release", "release_due", "save_policy", "save_rule"]
