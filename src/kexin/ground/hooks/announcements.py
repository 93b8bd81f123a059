"""What web hooks tell."""

from __future__ import annotations

from dataclasses import dataclass

from kexin.ground.jobs.announcements import announcement


@announcement("hooks.switched_off")
@dataclass(frozen=True)
class HookSwitchedOff:
    """A web hook switched itself off; `cause` is gone (the receiver wants no more) or failing (nothing arrived for three days)."""

    hook_id: int
    cause: str
