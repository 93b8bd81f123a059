"""The rules themselves: days by tier, and what holds for all."""

from __future__ import annotations

from typing import Any

from django.db import transaction

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import Invalid, KexinError
from kexin.loop.pool import errors
from kexin.loop.pool.models import Policy, TierRule

DAYS = (1, 3650)
LIMITS = {
    "warn_days": (0, 90),
    "protect_assigned_days": (0, 365),
    "cooldown_days": (0, 365),
    "claims_a_day": (0, 1000),
    "capacity": (0, 1_000_000),
}


@transaction.atomic
def save_rule(
    *, tier: str, no_contact_days: int | None, no_order_days: int | None, is_on: bool, version: int | None, by: Actor
) -> TierRule:
    """After how many days a customer of this tier goes; empty: not for that reason. It holds from the next night on."""
    TierRule.objects.get_or_create(tier=tier)
    rule = TierRule.objects.select_for_update().get(tier=tier)
    values = {"no_contact_days": no_contact_days, "no_order_days": no_order_days, "is_on": is_on}
    causes: dict[str, KexinError] = {
        name: errors.LimitOutOfRange(beside=name, low=DAYS[0], high=DAYS[1])
        for name, value in (("no_contact_days", no_contact_days), ("no_order_days", no_order_days))
        if value is not None and not DAYS[0] <= value <= DAYS[1]
    }
    if is_on and no_contact_days is None and no_order_days is None:
        causes["no_contact_days"] = errors.DaysNeeded()
    _save(rule, values, causes, version=version, action="pool.save_rule", label=tier or "–", by=by)
    return rule


@transaction.atomic
def save_policy(*, fields: dict[str, Any], version: int | None, by: Actor) -> Policy:
    """Warning, protection, limits. An empty limit is no limit."""
    Policy.objects.get_or_create(pk=1)
    policy = Policy.objects.select_for_update().get(pk=1)
    causes: dict[str, KexinError] = {
        name: errors.LimitOutOfRange(beside=name, low=low, high=high)
        for name, (low, high) in LIMITS.items()
        if fields.get(name) is not None and not low <= fields[name] <= high
    }
    _save(policy, fields, causes, version=version, action="pool.save_policy", label="", by=by)
    return policy


def _save(
    record: Any, values: dict[str, Any], causes: dict[str, KexinError], *, version: int | None, action: str, label: str, by: Actor
) -> None:
    if causes:
        raise Invalid.of(causes)
    if version is not None and version != record.version:
        theirs = {name: getattr(record, name) for name, value in values.items() if getattr(record, name) != value}
        raise errors.RuleEditedMeanwhile(theirs=theirs, version=record.version)
    changes = {name: [getattr(record, name), value] for name, value in values.items() if getattr(record, name) != value}
    if not changes:
        return
    for name, value in values.items():
        setattr(record, name, value)
    record.version += 1
    record.save()
    audit.record(action=action, kind="pool_rules", record_id=record.pk, label=label, by=by, changes=changes)
