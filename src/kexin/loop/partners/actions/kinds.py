"""The kinds of practices and the standing answer to each: reference data people change."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import KexinError
from kexin.loop.customers.actions import checking
from kexin.loop.partners import errors, rules
from kexin.loop.partners.choices import Answer
from kexin.loop.partners.models import Incident, PracticeKind

FIELDS = (
    "name_zh",
    "name_en",
    "about_zh",
    "about_en",
    "first",
    "second",
    "third",
    "repeat_months",
    "counts_months",
    "position",
    "is_active",
)


@transaction.atomic
def add_kind(*, fields: Mapping[str, Any], by: Actor) -> PracticeKind:
    values = _checked(fields, None)
    kind = PracticeKind.objects.create(**values)
    _record(kind, "add", {name: [None, value] for name, value in values.items()}, by)
    return kind


@transaction.atomic
def change_kind(*, kind_id: int, version: int | None, fields: Mapping[str, Any], by: Actor) -> PracticeKind:
    """Another name, another answer. What was answered already keeps its answer and its limitation."""
    kind = _held(kind_id)
    if version is not None and version != kind.version:
        raise errors.ChangedMeanwhile(theirs={name: str(getattr(kind, name)) for name in fields}, version=kind.version)
    changes = checking.changes_between(kind, _checked(fields, kind))
    if not changes:
        return kind
    for name, (_before, after) in changes.items():
        setattr(kind, name, after)
    kind.version += 1
    kind.save()
    _record(kind, "change", changes, by)
    return kind


@transaction.atomic
def remove_kind(*, kind_id: int, by: Actor) -> None:
    """Only one that was never used; others are taken out of use."""
    kind = _held(kind_id)
    if Incident.objects.filter(kind=kind).exists():
        raise errors.KindInUse
    _record(kind, "remove", {"name_zh": [kind.name_zh, None]}, by)
    kind.delete()


def _held(kind_id: int) -> PracticeKind:
    kind = PracticeKind.objects.select_for_update().filter(pk=kind_id).first()
    if kind is None:
        raise errors.KindNotFound
    return kind


def _checked(fields: Mapping[str, Any], kind: PracticeKind | None) -> dict[str, Any]:
    causes: dict[str, KexinError] = {}
    values = checking.fitting(PracticeKind, {name: fields[name] for name in FIELDS if name in fields}, causes)
    for name in ("name_zh", "name_en"):
        if name in values and not values[name]:
            causes[name] = errors.WordsMissing(beside=name)
        elif name in values and PracticeKind.objects.filter(**{name: values[name]}).exclude(pk=kind.pk if kind else 0).exists():
            causes[name] = errors.KindTaken(beside=name)
    for name in ("repeat_months", "counts_months"):
        if name in values and not rules.FEWEST_MONTHS <= values[name] <= rules.MOST_MONTHS:
            causes[name] = errors.MonthsOutOfRange(beside=name)
    for name in ("first", "second", "third"):
        if name in values:
            values[name] = Answer(values[name]).value
    checking.refuse(causes)
    return values


def _record(kind: PracticeKind, act: str, changes: dict[str, list[Any]], by: Actor) -> None:
    audit.record(action=f"practice_kind.{act}", kind="practice_kind", record_id=kind.pk, label=kind.name_zh, by=by, changes=changes)
