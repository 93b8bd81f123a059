from __future__ import annotations

from decimal import Decimal

import pytest

from kexin.kit.money import written


@pytest.mark.parametrize(
    ("amount", "currency", "language", "said"),
    [
        ("18200", "CNY", "zh-hans", "¥18,200"),
        ("18200.5", "CNY", "zh-hans", "¥18,200.50"),
        ("-3.004", "CNY", "zh-hans", "−¥3"),
        ("18200", "CNY", "en", "CN¥18,200"),
        ("1500.4", "JPY", "zh-hans", "JP¥1,500"),
        ("7", "EUR", None, "€7"),
    ],
)
def test_cents_only_where_there_are_any(amount: str, currency: str, language: str | None, said: str) -> None:
    assert written(Decimal(amount), currency, language=language) == said
