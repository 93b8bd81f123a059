"""What many to-dos can be given at once from the list: another owner, another moment. Ended ones are left alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kexin.ground.audit.actor import Actor
from kexin.ground.lists.editable import EditField, Held
from kexin.ground.lists.errors import ValueMissing, ValueUnreadable
from kexin.ground.lists.listing import Choices
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.todo import actions, errors, queries
from kexin.loop.todo.models import ToDo

NOBODY = gettext_lazy("Nobody")


def edits(user: User) -> tuple[EditField, ...]:  # noqa: ARG001 -- the same for everybody
    return FIELDS


def _owners(user: User) -> Choices:
    return [(str(person.pk), str(person)) for person in staff.owners_for(user)]


def _read_owner(text: str, user: User) -> int | None:
    if text and text not in {value for value, _label in _owners(user)}:
        raise ValueUnreadable(beside="value", value=text[:40], field=_("Owner"))
    return int(text) if text else None


def _read_moment(text: str, user: User) -> str:  # noqa: ARG001 -- time is everybody's
    if not text:
        raise ValueMissing(beside="value")
    try:
        at = datetime.fromisoformat(text)
    except ValueError as error:
        raise ValueUnreadable(beside="value", value=text[:40], field=_("Due")) from error
    at = at if timezone.is_aware(at) else timezone.make_aware(at)
    if at <= timezone.now():
        raise errors.DueInThePast(beside="value")
    return plain(at) or ""


def plain(at: datetime | None) -> str | None:
    return at.astimezone(timezone.get_fixed_timezone(0)).isoformat() if at else None


def _holding(value: Callable[[ToDo], Any]) -> Callable[[Sequence[int], User | None, Any], Mapping[int, Held]]:
    def hold(ids: Sequence[int], user: User | None, wanted: Any) -> Mapping[int, Held]:  # noqa: ARG001 -- as declared
        todos = ToDo.objects.filter(pk__in=list(ids))
        if user is not None:
            todos = todos.filter(pk__in=queries.todos_visible_to(user).filter(pk__in=list(ids)).values("pk"))
        if connection.in_atomic_block:
            todos = todos.select_for_update(of=("self",))
        ended = _("done or dropped already")
        return {row.pk: Held(row.title, value(row), row.version, "" if row.is_open else ended) for row in todos.order_by("pk")}

    return hold


def _write_owner(values: Mapping[int, Any], by: Actor) -> Mapping[int, Held]:
    versions = actions.change_many(field="owner", values=values, by=by)
    return {pk: Held("", values[pk], version) for pk, version in versions.items()}


def _write_due(values: Mapping[int, Any], by: Actor) -> Mapping[int, Held]:
    moments = {pk: datetime.fromisoformat(value) if value else None for pk, value in values.items()}
    versions = actions.change_many(field="due_at", values=moments, by=by)
    return {pk: Held("", values[pk], version) for pk, version in versions.items()}


def _owner_words(values: Iterable[Any]) -> list[str]:
    wanted = list(values)
    found = {row.pk: str(row) for row in User.objects.filter(pk__in={pk for pk in wanted if pk is not None})}
    return [str(NOBODY) if pk is None else found.get(pk, "–") for pk in wanted]


def _due_words(values: Iterable[Any]) -> list[str]:
    return [
        date_format(timezone.localtime(datetime.fromisoformat(value)), "SHORT_DATETIME_FORMAT") if value else _("no deadline")
        for value in values
    ]


FIELDS = (
    EditField(
        "owner", gettext_lazy("Owner"), read=_read_owner, hold=_holding(lambda row: row.owner_id), write=_write_owner,
        words=_owner_words, choices=_owners, clears=NOBODY, permission="todo.edit", record_kind="todo",
    ),
    EditField(
        "due_at", gettext_lazy("Due"), read=_read_moment, hold=_holding(lambda row: plain(row.due_at)), write=_write_due,
        words=_due_words, kind="moment", permission="todo.edit", record_kind="todo",
    ),
)  # fmt: skip
