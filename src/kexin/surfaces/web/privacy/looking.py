"""Looks at personal data in words: what was shown, what for."""

from __future__ import annotations

from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from kexin.loop.customers.choices import LookPurpose

WHAT: dict[str, str | Promise] = {
    "phone": gettext_lazy("Phone"),
    "email": gettext_lazy("E-mail"),
    "wecom": gettext_lazy("WeCom"),
    "address": gettext_lazy("Address"),
    "tax_number": gettext_lazy("Unified social credit code"),
    "occasion": gettext_lazy("Day with its year"),
    "plate": gettext_lazy("Plate and VIN"),
    "api.file": gettext_lazy("File, read by a program"),
    "api.list": gettext_lazy("Lists, read by a program"),
}


def what_in_words(what: str) -> str:
    return str(WHAT.get(what, what))


def purpose_in_words(purpose: str, words: str) -> str:
    label = str(LookPurpose(purpose).label) if purpose in LookPurpose.values and purpose != LookPurpose.OTHER else ""
    return " · ".join(filter(None, (label, words))) or _("not said")
