"""The rules: a draft is made from those in force, edited, simulated, looked at, applied. Applied ones never change."""

from __future__ import annotations

import hashlib
from typing import Any

from django.db import IntegrityError, transaction
from django.utils import timezone

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import NotFound
from kexin.ground.jobs import actions as jobs
from kexin.loop.standing import queries
from kexin.loop.standing.announcements import RulesApplied
from kexin.loop.standing.errors import DraftThere, EditedMeanwhile, NotADraft, NotLookedAt, NotSimulated, RulesInvalid
from kexin.loop.standing.estimates import simulation
from kexin.loop.standing.models import RuleSet, RulesState, Run
from kexin.loop.standing.rules import DELIVERED, Definition, DefinitionError, changed_lines


def rules_in_force(*, by: Actor) -> RuleSet:
    """The rules in force; version 1 as delivered where nobody has applied any yet."""
    found = queries.rules_in_force()
    if found is not None:
        return found
    try:
        with transaction.atomic():
            delivered = RuleSet.objects.create(
                number=_next_number(), state=RulesState.APPLIED, definition=DELIVERED.as_json(), applied_at=timezone.now()
            )
            _record("standing.rules.deliver", delivered, by, {})
    except IntegrityError:  # another process delivered them between the look and the write
        return RuleSet.objects.get(state=RulesState.APPLIED)
    return delivered


@transaction.atomic
def new_draft(*, by: Actor) -> RuleSet:
    """A draft with the rules in force, to be edited. There is one at a time."""
    standing = queries.draft()
    if standing is not None:
        raise DraftThere(number=standing.number)
    current = rules_in_force(by=by)

    draft = RuleSet.objects.create(number=_next_number(), definition=current.definition, created_by=by.id)

    _record("standing.rules.draft", draft, by, {"from": current.number})
    return draft


@transaction.atomic
def edit(*, rules_id: int, version: int, definition: Any, note: str = "", by: Actor) -> RuleSet:
    """Write a draft anew. What was simulated before no longer counts."""
    draft = _draft(rules_id)
    try:
        new = Definition.from_json(definition)
    except DefinitionError as error:
        raise RulesInvalid(reason=error.code, **error.data) from error
    if draft.version != version:
        raise EditedMeanwhile(theirs=draft.definition, yours=new.as_json(), version=draft.version)
    old = Definition.from_json(draft.definition)
    note = note.strip()[:200]
    if new == old and note == draft.note:
        return draft

    draft.definition, draft.note = new.as_json(), note
    draft.version += 1
    draft.simulated_fingerprint, draft.simulation, draft.looked_at_by = "", {}, None
    draft.save()

    _record(
        "standing.rules.edit",
        draft,
        by,
        {f"{kind}.{name}.{at}": [was, _value(new, kind, name, at)] for kind, name, at, was in changed_lines(old, new)},
    )
    return draft


@transaction.atomic
def discard_draft(*, rules_id: int, by: Actor) -> RuleSet:
    """Put a draft aside: its number stays taken, it never comes into force."""
    draft = _draft(rules_id)
    draft.state, draft.retired_at = RulesState.RETIRED, timezone.now()
    draft.version += 1
    draft.save(update_fields=["state", "retired_at", "version"])
    _record("standing.rules.discard", draft, by, {"state": [RulesState.DRAFT, RulesState.RETIRED]})
    return draft


def simulate(*, rules_id: int, by: Actor) -> RuleSet:
    """Try a draft on the customers as last assessed, and keep what it would do. Nobody is moved.

    Reading a million customers' numbers takes seconds and happens before the write begins.
    """
    draft = RuleSet.objects.filter(pk=rules_id).first()
    if draft is None:
        raise NotFound
    definition = Definition.from_json(draft.definition)
    run, found = simulation.simulate(definition)

    with transaction.atomic():
        draft = _draft(rules_id)
        if Definition.from_json(draft.definition) != definition:
            raise EditedMeanwhile(version=draft.version)
        draft.simulation = found
        draft.simulated_fingerprint = _simulated(definition, run)
        draft.looked_at_by = None
        draft.save(update_fields=["simulation", "simulated_fingerprint", "looked_at_by"])
        _record("standing.rules.simulate", draft, by, {"run": run.pk, "moved": found["moved"], "key_slips": found["key_slips"]})
    return draft


@transaction.atomic
def note_looked(*, rules_id: int, by: Actor) -> RuleSet:
    """Somebody went through the key customers the draft would let slip."""
    draft = _draft(rules_id)
    if not _is_simulated(draft):
        raise NotSimulated
    draft.looked_at_by = by.id if by.id is not None else 0
    draft.save(update_fields=["looked_at_by"])
    _record("standing.rules.look", draft, by, {"key_slips": draft.simulation["key_slips"]})
    return draft


@transaction.atomic
def apply(*, rules_id: int, version: int, by: Actor) -> RuleSet:
    """Put a simulated draft into force. Customers move with the next assessment, which the caller starts."""
    draft = _draft(rules_id)
    if draft.version != version:
        raise EditedMeanwhile(version=draft.version)
    if not _is_simulated(draft):
        raise NotSimulated
    if draft.simulation["key_slips"] and draft.looked_at_by is None:
        raise NotLookedAt(count=draft.simulation["key_slips"])

    now = timezone.now()
    current = RuleSet.objects.select_for_update().filter(state=RulesState.APPLIED).first()
    if current is not None:
        current.state, current.retired_at = RulesState.RETIRED, now
        current.save(update_fields=["state", "retired_at"])
    draft.state, draft.applied_at, draft.applied_by = RulesState.APPLIED, now, by.id
    draft.version += 1
    draft.save(update_fields=["state", "applied_at", "applied_by", "version"])

    _record("standing.rules.apply", draft, by, {"in_force": [current.number if current else None, draft.number]})
    jobs.announce(RulesApplied(rules_id=draft.pk, number=draft.number))
    return draft


def _is_simulated(draft: RuleSet) -> bool:
    run = queries.latest_run()
    return run is not None and draft.simulated_fingerprint == _simulated(Definition.from_json(draft.definition), run)


def _simulated(definition: Definition, run: Run) -> str:
    return hashlib.sha256(f"{definition.fingerprint}:{run.pk}".encode()).hexdigest()


def _draft(rules_id: int) -> RuleSet:
    draft = RuleSet.objects.select_for_update().filter(pk=rules_id).first()
    if draft is None:
        raise NotFound
    if draft.state != RulesState.DRAFT:
        raise NotADraft(number=draft.number)
    return draft


def _next_number() -> int:
    last = RuleSet.objects.order_by("-number").values_list("number", flat=True).first()
    return (last or 0) + 1


def _value(definition: Definition, kind: str, name: str, position: int) -> str:
    one = {(k, n): conditions for k, n, conditions in definition.groups()}[kind, name][position]
    return f"{one.metric} {one.operator} {one.value:g}"


def _record(action: str, rules: RuleSet, by: Actor, changes: dict[str, Any]) -> None:
    audit.record(action=action, kind="standing_rules", record_id=rules.pk, label=str(rules.number), by=by, changes=changes)
