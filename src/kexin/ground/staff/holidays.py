"""Public holidays of a country, as the `holidays` package knows them, with 调休: the weekend days worked in exchange."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

import holidays

from kexin.kit.calendar import Holidays

FIRST_YEAR = 2018
# The languages of the product and what the package calls them.
NAMES = {"zh-hans": "zh_CN", "en": "en_US"}


def countries() -> frozenset[str]:
    return frozenset(holidays.list_supported_countries())


def is_known(country: str) -> bool:
    return not country or country in countries()


@lru_cache(maxsize=32)
def public_holidays(country: str, *, until: int, language: str = "zh-hans") -> Holidays | None:
    """Holidays until a year. None: this place keeps none."""
    if not country:
        return None
    supported: dict[str, Any] = {} if NAMES.get(language) not in _languages(country) else {"language": NAMES[language]}
    found = holidays.country_holidays(country, years=range(FIRST_YEAR, until + 1), **supported)
    working = frozenset(day for day in found.weekend_workdays if FIRST_YEAR <= day.year <= until)
    # Where weekends are worked in exchange, a year is known once its exchange has been published, in late autumn of the year before.
    last = max((day.year for day in working), default=until)
    return Holidays(dict(found.items()), working, frozenset(range(FIRST_YEAR, last + 1)))


@lru_cache(maxsize=32)
def _languages(country: str) -> frozenset[str]:
    return frozenset(holidays.list_localized_countries().get(country, ()))
