"""A person's data in words: what fields, kinds and values are called in a copy that the person reads."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kexin.loop.customers import choices
from kexin.loop.privacy.choices import ConsentState, How

KINDS: dict[str, str | Promise] = {
    "file": pgettext_lazy("customer file", "File"),
    "contact": _("Contact"),
    "point": _("Number or address"),
    "asset": _("Vehicle or installation"),
    "asset_event": _("What became of it"),
    "occasion": _("Day to remember"),
    "hand_over": _("Owner changes"),
    "place": _("Where they stand"),
    "interaction": _("Calls, visits and messages"),
    "entry": _("File entry"),
    "relation": _("Relation"),
    "credit": _("Credit and finances"),
    "project": pgettext_lazy("copy", "Project"),
    "consent": _("Consent"),
}
FIELDS: dict[str, str | Promise] = {
    "code": _("Code"),
    "kind": pgettext_lazy("customer", "Kind"),
    "name": _("Name"),
    "salutation": _("Salutation"),
    "tax_number": _("Unified social credit code"),
    "region": _("Region"),
    "address": _("Address"),
    "preferred_channel": _("Prefers"),
    "preferred_hours": _("Good hours"),
    "source": _("How we know"),
    "branch": _("Branch"),
    "owner": _("Owner"),
    "role": _("Role"),
    "note": _("Note"),
    "whose": _("Whose"),
    "channel": _("Channel"),
    "value": _("Value"),
    "asset": _("Vehicle or installation"),
    "plate": _("Plate"),
    "vin": _("VIN"),
    "acquired_on": _("Acquired"),
    "label": _("Day to remember"),
    "calendar": _("Calendar"),
    "day": _("Day"),
    "at": _("When"),
    "on": _("On"),
    "old": _("Before"),
    "new": _("Afterwards"),
    "reason": _("Reason"),
    "tier": _("Tier"),
    "customer_class": pgettext_lazy("customer", "Class"),
    "first_order_on": _("First order"),
    "last_order_on": _("Last order"),
    "orders": _("Orders"),
    "net_amount": _("Net sales"),
    "currency": _("Currency"),
    "as_of": _("Assessed on"),
    "text": _("What was said or done"),
    "topic": _("About"),
    "collected_on": _("When we learnt it"),
    "is_inference": _("Concluded by us, not told"),
    "evidence": _("Evidence"),
    "purpose": _("What it is kept for"),
    "state": _("State"),
    "occurred_at": _("When"),
    "how": _("How it was said"),
    "words": _("In these words"),
    "number": _("Number"),
    "amount": _("Amount"),
    "lines": _("Lines"),
    "tag": _("Tag"),
    "title": _("What to do"),
    "detail": _("Details"),
    "due_at": _("By when"),
    "outcome": _("Outcome"),
    "merged": _("Merged file"),
    "undone_at": _("Taken back"),
    "limit": _("Credit limit"),
    "rating": _("Credit rating"),
    "act": _("What happened"),
    "since": _("Since"),
    "ended_on": _("Ended"),
}
VALUES: dict[str, dict[str, Any]] = {
    "source": dict(choices.Source.choices),
    "preferred_channel": dict(choices.PointKind.choices),
    "channel": dict(choices.PointKind.choices),
    "topic": dict(choices.Topic.choices),
    "kind": {
        **dict(choices.Kind.choices),
        **dict(choices.InteractionKind.choices),
        **dict(choices.RelationKind.choices),
    },
    "asset": dict(choices.AssetKind.choices),
    "calendar": dict(choices.Calendar.choices),
    "customer_class": dict(choices.CustomerClass.choices),
    "state": dict(ConsentState.choices),
    "how": dict(How.choices),
    "act": dict(choices.AssetAct.choices),
    "outcome": dict(choices.Outcome.choices),
}


def kind_in_words(name: str) -> str:
    return str(KINDS.get(name, name))


def field_in_words(name: str) -> str:
    return str(FIELDS.get(name, name))


def in_words(name: str, value: Any) -> str:  # noqa: PLR0911 -- one kind of value a line
    """A value as the person reads it; empty when there is nothing to say."""
    if value is None or value in ("", [], {}):
        return ""
    if isinstance(value, bool):
        return gettext("yes") if value else ""
    if isinstance(value, dt.datetime):
        return timezone.localtime(value).strftime("%Y-%m-%d %H:%M")
    if isinstance(value, Decimal):
        return f"{value:f}".rstrip("0").rstrip(".") if "." in f"{value:f}" else f"{value:f}"
    if isinstance(value, list):
        return "; ".join(in_words(name, one) for one in value)
    if isinstance(value, Mapping):
        return ", ".join(f"{field_in_words(key)}: {words}" for key, one in value.items() if (words := in_words(key, one)))
    return str(VALUES.get(name, {}).get(value, value))
