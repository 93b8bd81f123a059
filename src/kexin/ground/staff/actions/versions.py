from __future__ import annotations

from collections.abc import Mapping
from typing import Any, TypeVar

from django.core.exceptions import ObjectDoesNotExist
from django.db.models import Model

from kexin.ground.errors import Conflict, NotFound

Record = TypeVar("Record", bound=Model)


def held(model: type[Record], pk: object, *, version: int | None, fields: Mapping[str, Any]) -> Record:
    """The record, locked until the transaction ends, if nobody changed it since this person opened it at `version`.

    Otherwise Conflict with both values of each field that differs. `version=None` is for commands that set a thing
    whatever it was before.
    """
    try:
        record = model._default_manager.select_for_update().get(pk=pk)  # noqa: SLF001 -- Django's public name for "the default manager"
    except ObjectDoesNotExist as error:
        raise NotFound from error
    current: int = getattr(record, "version")  # noqa: B009 -- every editable record has one, which Model does not say
    if version is not None and version != current:
        differing = changes(record, fields)
        raise Conflict(
            theirs={name: old for name, (old, _) in differing.items()},
            yours={name: new for name, (_, new) in differing.items()},
            version=current,
        )
    return record


def changes(record: Model, fields: Mapping[str, Any]) -> dict[str, tuple[Any, Any]]:
    """{field: (old, new)} of those that differ, in words a person can read."""
    return {name: (readable(getattr(record, name)), readable(new)) for name, new in fields.items() if getattr(record, name) != new}


def apply(record: Model, fields: Mapping[str, Any]) -> dict[str, list[Any]]:
    """Set the fields that differ, raise the version, save. Returns what changed, for the trail; empty: nothing was written."""
    differing = changes(record, fields)
    if differing:
        for name in differing:
            setattr(record, name, fields[name])
        record.version += 1  # type: ignore[attr-defined]  # see held()
        record.save(update_fields=[*differing, "version"])
    return {name: list(pair) for name, pair in differing.items()}


def readable(value: Any) -> Any:
    return str(value) if isinstance(value, Model) else value
