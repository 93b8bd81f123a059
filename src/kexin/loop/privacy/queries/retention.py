from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from django.db.models import QuerySet
from django.utils import timezone

from kexin.loop.privacy import retention
from kexin.loop.privacy.models import Removal, RetentionRule


@dataclass(frozen=True)
class RuleRow:
    """One kind as it is kept: by the rule in force, how many are over now, when one was last removed."""

    kept: retention.Kept
    days: int | None
    version: int | None
    over: int
    last: Removal | None


def days_of(kept: retention.Kept) -> int | None:
    rule = RetentionRule.objects.filter(name=kept.name).first()
    return rule.days if rule is not None else kept.days


def rule_rows() -> list[RuleRow]:
    """Every kind with its rule: the preview of the next night."""
    rules = {rule.name: rule for rule in RetentionRule.objects.all()}
    last = {row.name: row for row in Removal.objects.order_by("pk")}
    found = []
    for kept in retention.registered():
        rule = rules.get(kept.name)
        days = rule.days if rule is not None else kept.days
        over = kept.expired(timezone.now() - timedelta(days=days)).count() if days is not None else 0
        found.append(RuleRow(kept, days, rule.version if rule else None, over, last.get(kept.name)))
    return found


def removals() -> QuerySet[Removal]:
    return Removal.objects.order_by("-ran_at", "-pk")
