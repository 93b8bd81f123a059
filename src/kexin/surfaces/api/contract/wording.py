"""What is wrong with an entry, in our words: the library that checks types speaks English only."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext as _


def sentence_of(kind: str, data: Mapping[str, Any]) -> str:
    """A sentence for one of pydantic's kinds of error."""
    known = {
        "missing": _("This entry is needed."),
        "extra_forbidden": _("There is no such entry."),
        "string_type": _("Write this as text."),
        "string_too_long": _("This is too long: at most %(max_length)s characters."),
        "string_too_short": _("This is too short: at least %(min_length)s characters."),
        "string_unicode": _("This text holds characters that are none."),
        "string_pattern_mismatch": _("This is not written as expected."),
        "int_type": _("Write this as a whole number."),
        "int_parsing": _("Write this as a whole number."),
        "int_from_float": _("Write this as a whole number."),
        "int_parsing_size": _("This number is too large."),
        "float_type": _("Write this as a number."),
        "decimal_type": _("Write this as a number."),
        "decimal_parsing": _("Write this as a number."),
        "bool_type": _("Write true or false."),
        "bool_parsing": _("Write true or false."),
        "greater_than_equal": _("This is too small: at least %(ge)s."),
        "less_than_equal": _("This is too large: at most %(le)s."),
        "list_type": _("Write this as a list."),
        "dict_type": _("Write this as an object."),
        "model_attributes_type": _("Write this as an object."),
        "model_type": _("Write this as an object."),
        "too_long": _("This list is too long: at most %(max_length)s."),
        "too_short": _("This list is too short: at least %(min_length)s."),
        "enum": _("Choose one of %(expected)s."),
        "literal_error": _("Choose one of %(expected)s."),
        "date_type": _("Write the day as 2026-11-22."),
        "date_parsing": _("Write the day as 2026-11-22."),
        "date_from_datetime_parsing": _("Write the day as 2026-11-22."),
        "date_from_datetime_inexact": _("Write the day as 2026-11-22."),
        "datetime_type": _("Write the moment as 2026-11-22T09:30:00+08:00."),
        "datetime_parsing": _("Write the moment as 2026-11-22T09:30:00+08:00."),
        "datetime_from_date_parsing": _("Write the moment as 2026-11-22T09:30:00+08:00."),
        "timezone_aware": _("Write the moment with its zone: 2026-11-22T09:30:00+08:00."),
        "uuid_parsing": _("This is not written as expected."),
    }
    sentence = known.get(kind, _("This entry cannot be read."))
    try:
        return sentence % {name: str(value) for name, value in data.items()}
    except (KeyError, ValueError):
        return _("This entry cannot be read.")
