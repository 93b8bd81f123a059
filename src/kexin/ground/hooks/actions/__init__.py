"""Every write of web hooks."""

from kexin.ground.hooks.actions.deliveries import give_up_forgotten, pass_on, see_to, send, send_again, send_again_failed, send_test
from kexin.ground.hooks.actions.hooks import (
    change_hook,
    forget_old_secrets,
    register_hook,
    remove_hook,
    renew_secret,
    switch_off,
    switch_on,
)

__all__ = [
    "change_hook",
    "forget_old_secrets",
    "give_up_forgotten",
    "pass_on",
    "register_hook",
    "remove_hook",
    "renew_secret",
    "see_to",
    "send",
    "send_again",
    "send_again_failed",
    "send_test",
    "switch_off",
    "switch_on",
]
