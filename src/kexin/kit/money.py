"""Money as people read it: one way of writing for pages and for what domains say of it."""

from __future__ import annotations

from decimal import Decimal

from babel import Locale
from babel.numbers import format_currency, get_currency_precision

LOCALES = {"zh-hans": Locale.parse("zh_Hans_CN"), "en": Locale.parse("en_GB")}


def locale_of(language: str | None) -> Locale:
    """Chinese, where a language is not known."""
    return LOCALES.get(language or "", LOCALES["zh-hans"])


def written(amount: Decimal, currency: str, *, language: str | None, digits: int | None = None) -> str:
    """¥18,200 · ¥18,200.50: cents only where there are any, as many as the currency has."""
    if digits is None:
        places = get_currency_precision(currency)
        amount = round(amount, places)
        digits = 0 if amount == amount.to_integral_value() else places
    pattern = "¤#,##0" + ("." + "0" * digits if digits else "")
    return format_currency(amount, currency, format=pattern, locale=locale_of(language), currency_digits=False).replace("-", "−")
