"""What every action asks of what it was given: text that fits, points that are points, a record nobody changed meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db.models import Model

from kexin.ground.audit import queries as audit
from kexin.ground.errors import Invalid, KexinError
from kexin.kit import text as plain_text
from kexin.loop.customers import errors
from kexin.loop.customers.models import Customer
from kexin.loop.customers.rules import identity

NOT_A_POINT: dict[str, type[KexinError]] = {
    "phone": errors.InvalidPhone,
    "email": errors.InvalidEmail,
    "wecom": errors.InvalidWecom,
}


def open_file(customer_id: int) -> Customer:
    """The customer, locked until the transaction ends. Nothing is added to a file that is closed or was merged away."""
    customer = kept(customer_id)
    if not customer.is_active:
        raise errors.FileClosed
    return customer


def kept(customer_id: int) -> Customer:
    """The customer of a file that stands by itself, open or closed, locked."""
    customer = locked(customer_id)
    if customer.erased_at is not None:
        raise errors.FileErased(code=customer.code)
    if customer.merged_into is not None:
        raise errors.FileMerged(name=customer.merged_into.name, code=customer.merged_into.code)
    return customer


def locked(customer_id: int) -> Customer:
    try:
        return Customer.objects.select_for_update().get(pk=customer_id)
    except Customer.DoesNotExist:
        raise errors.CustomerNotFound from None


# Fields that are compared letter by letter with other files' are brought to one form (full-width to half-width). Prose is
# left as people wrote it: a Chinese comma stays a Chinese comma.
COMPARED = frozenset({"name", "code", "tax_number", "region", "plate", "vin"})


def fitting(model: type[Model], values: Mapping[str, Any], causes: dict[str, KexinError]) -> dict[str, Any]:
    """Text normalised as it will be stored; what does not fit its column goes to `causes` beside its field."""
    fitted: dict[str, Any] = {}
    for name, value in values.items():
        if isinstance(value, str):
            fitted[name] = plain_text.normalise(value) if name in COMPARED else plain_text.tidy(value)
        else:
            fitted[name] = value
        limit = getattr(model._meta.get_field(name), "max_length", None)  # noqa: SLF001 -- Django's documented model interface
        if isinstance(fitted[name], str) and limit is not None and len(fitted[name]) > limit:
            causes[name] = errors.TextTooLong(beside=name, limit=limit)
    return fitted


def checked_point(kind: str, value: str, causes: dict[str, KexinError], field: str) -> tuple[str, str]:
    """A way to reach somebody as it will be stored: what was written, and its comparable key."""
    written = plain_text.normalise(value)
    if not identity.IS_POINT[kind](written):
        causes[field] = NOT_A_POINT[kind](beside=field, value=written[:60])
        return written, ""
    return written, identity.point_key(kind, written)


def refuse(causes: Mapping[str, KexinError]) -> None:
    """Raise what was found: the one error itself, or all of them together."""
    if len(causes) == 1:
        raise next(iter(causes.values()))
    if causes:
        raise Invalid.of(causes)


def untouched(record: Model, *, kind: str, version: int | None, fields: Mapping[str, Any]) -> None:
    """Refuse to overwrite what somebody else saved after this person opened the form.

    The audit trail says who saved what; where it does not (an import changes thousands of rows under one entry),
    the fields that now differ from what this person wants are shown instead.
    """
    current: int = record.version  # type: ignore[attr-defined]  # every editable record has one
    if version is None or version == current:
        return
    theirs: dict[str, Any] = {}
    who, when = "", None
    for entry in audit.trail(kind=kind, record_id=record.pk)[:50]:
        saved = entry.changes.get("version")
        if not saved or saved[1] <= version:
            break
        who, when = who or entry.actor_name, when or entry.at
        for name, change in entry.changes.items():
            if name != "version" and isinstance(change, list):
                theirs.setdefault(name, change[1])
    if not theirs:
        theirs = {name: plain(getattr(record, name)) for name, value in fields.items() if plain(getattr(record, name)) != plain(value)}
    yours = {name: plain(value) for name, value in fields.items() if name in theirs}
    raise errors.EditedMeanwhile(theirs=theirs, yours=yours, version=current, who=who, when=when)


def changes_between(record: Model, values: Mapping[str, Any]) -> dict[str, list[Any]]:
    """{field: [old, new]} of what really differs, as plain values for the trail."""
    found: dict[str, list[Any]] = {}
    for name, value in values.items():
        old = getattr(record, name)
        if old != value:
            found[name] = [plain(old), plain(value)]
    return found


def plain(value: Any) -> Any:
    """A value as the trail keeps it: names for people and branches, ISO for days."""
    if value is None or isinstance(value, (bool, int, str)):
        return value
    return str(value)
