"""What a program needs a masked value for: said in the address, written into the trail."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest

from kexin.ground.audit.looks import LONGEST_WORDS
from kexin.loop.customers.choices import LookPurpose

PURPOSE: dict[str, dict[str, Any]] = {
    "purpose": {"type": "string", "enum": [*LookPurpose.values], "description": "What it is needed for; shown to the privacy officer."},
    "words": {"type": "string", "maxLength": LONGEST_WORDS, "description": "The same in words; needed with `other`."},
}


def purpose_of(request: HttpRequest) -> dict[str, str]:
    return {name: request.GET.get(name, "") for name in PURPOSE}
