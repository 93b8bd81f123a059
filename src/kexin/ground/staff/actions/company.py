from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import F

from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.staff import errors, queries, rules
from kexin.ground.staff.actions import versions
from kexin.ground.staff.models import Company


@transaction.atomic
def change_company(*, version: int | None, fields: dict[str, Any], by: Actor) -> Company:
    """Change the company's name, zone, reporting currency or the notice that everything is simulated."""
    queries.company()  # the row exists from here on
    if "currency" in fields:
        fields = {**fields, "currency": fields["currency"].strip().upper()}
    company = versions.held(Company, 1, version=version, fields=fields)
    if not rules.is_zone(fields.get("zone", company.zone)):
        raise errors.UnknownZone(zone=fields["zone"])
    currency = fields.get("currency", company.currency)
    if currency and not rules.is_currency(currency):
        raise errors.UnknownCurrency(currency=currency)

    changed = versions.apply(company, fields)
    if changed:
        audit.record(action="company.change", kind="company", record_id=company.pk, label=company.name, by=by, changes=changed)
    return company


@transaction.atomic
def settle_currency(*, currency: str, by: Actor) -> str:
    """The first order file decides in which currency amounts are summed, unless somebody chose before. Returns what holds now."""
    queries.company()
    company = Company.objects.select_for_update().get(pk=1)
    if company.currency or not rules.is_currency(currency):
        return company.currency

    Company.objects.filter(pk=1).update(currency=currency, version=F("version") + 1)
    audit.record(
        action="company.settle_currency", kind="company", record_id=1, label=company.name, by=by, changes={"currency": ["", currency]}
    )
    return currency
