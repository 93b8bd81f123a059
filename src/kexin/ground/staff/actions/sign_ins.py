"""What the trail keeps of signing in and out. Called when the sign-in library tells that it happened."""

from __future__ import annotations

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.staff import queries
from kexin.ground.staff.models import User


def note_sign_in(*, person: User, address: str) -> None:
    _note("user.sign_in", person, address, by=person.actor)


def note_sign_out(*, person: User, address: str) -> None:
    _note("user.sign_out", person, address, by=person.actor)


def note_failure(*, typed: str, address: str) -> None:
    """A failed sign-in. A name nobody has is not written down: people type passwords into the wrong box."""
    _note("user.sign_in_failed", queries.person_called(typed), address, by=Actor.system("web"))


def note_lock_out(*, typed: str, address: str) -> None:
    _note("user.lock_out", queries.person_called(typed), address, by=Actor.system("web"))


def note_own(*, action: str, person: User, address: str) -> None:
    """Something a person did to their own account: a password changed, a second factor added or removed."""
    _note(action, person, address, by=person.actor)


def _note(action: str, person: User | None, address: str, *, by: Actor) -> None:
    audit.record(
        action=action,
        kind="user",
        record_id=person.pk if person is not None else "",
        label=str(person) if person is not None else "",
        by=by,
        changes={"address": address} if address else {},
    )
