"""Sets of terms with their conditions, and value propositions: what an administrator keeps."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from kexin.ground.audit.actor import Actor
from kexin.kit.text import tidy
from kexin.loop.choosing import errors
from kexin.loop.choosing.actions import definitions
from kexin.loop.choosing.actions.records import save
from kexin.loop.choosing.models import Proposition, TermSet
from kexin.loop.choosing.queries import segments
from kexin.loop.choosing.rules import conditions

DAYS = (1, 1830)


@transaction.atomic
def save_terms(*, terms_id: int | None = None, version: int | None = None, fields: dict[str, Any], by: Actor) -> TermSet:
    """Terms and what must hold for them. Grants keep what was checked when they were given."""
    terms = TermSet.objects.select_for_update().filter(pk=terms_id).first() if terms_id is not None else TermSet()
    if terms is None:
        raise errors.NotThere
    values = dict(fields)
    if not tidy(values.get("name_zh", terms.name_zh)):
        raise errors.NameNeeded
    for name in ("valid_days", "recheck_days"):
        if not DAYS[0] <= values.get(name, getattr(terms, name)) <= DAYS[1]:
            raise errors.DaysOutOfRange(beside=name, least=DAYS[0], most=DAYS[1])
    if "conditions" in values or terms.pk is None:
        values["conditions"] = conditions.as_json(definitions.conditions_of(values.get("conditions")))
    return save(terms, values, version=version, action="choosing.save_terms", kind="choosing_terms", by=by)


@transaction.atomic
def save_proposition(*, proposition_id: int | None = None, version: int | None = None, fields: dict[str, Any], by: Actor) -> Proposition:
    """What is said first to a segment; one each. It stands on customers' pages from the next scoring on."""
    record = Proposition.objects.select_for_update().filter(pk=proposition_id).first() if proposition_id is not None else Proposition()
    if record is None:
        raise errors.NotThere
    if not tidy(fields.get("sentence_zh", record.sentence_zh)):
        raise errors.NameNeeded(beside="sentence_zh")
    segment = fields.get("segment_id", record.segment_id)
    if not segments.exists(segment):
        raise errors.UnknownSegment
    if Proposition.objects.filter(segment_id=segment).exclude(pk=record.pk).exists():
        raise errors.SegmentTaken
    return save(record, fields, version=version, action="choosing.save_proposition", kind="choosing_proposition", by=by)
