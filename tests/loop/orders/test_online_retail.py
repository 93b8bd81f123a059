"""The real file that ships with the project, loaded into an empty system and counted again by other means."""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from decimal import Decimal
from itertools import islice
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from django.db.models import Case, F, Sum, Value, When
from django.db.models.functions import Coalesce
from tests.factories.imports import counts, load_path, undo

from kexin.ground.staff.queries import company
from kexin.loop.customers.models import Customer
from kexin.loop.orders.models import Order, OrderLine

FILE = Path(__file__).parents[3] / "examples" / "online_retail" / "online_retail_2010-12_to_2011-02.csv.gz"

pytestmark = [pytest.mark.django_db, pytest.mark.slow]


def read() -> list[dict[str, str]]:
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_loads_whole_as_counted_by_other_means() -> None:
    rows = read()

    first = load_path("orders", FILE)
    assert counts(first) == ("done", 105_335, 105_335, 0, 0, 0)
    assert first.mapping_name == "online-retail"
    assert first.summary["warnings"] == {"without_customer": {"rows": 36_210}, "customers_created": {"count": 1_749}}
    assert company().currency == "GBP"
    assert Customer.objects.count() == len({row["CustomerID"] for row in rows if row["CustomerID"]}) == 1_749
    assert Order.objects.count() == len({row["InvoiceNo"] for row in rows})
    assert OrderLine.objects.count() == len(rows)
    assert set(Order.objects.filter(kind="cancellation").values_list("number", flat=True)) == {
        row["InvoiceNo"] for row in rows if row["InvoiceNo"].startswith("C")
    }

    gross: dict[str, Decimal] = defaultdict(Decimal)
    returned: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        amount = int(row["Quantity"]) * Decimal(row["UnitPrice"])
        if row["CustomerID"]:
            if row["InvoiceNo"].startswith("C") or int(row["Quantity"]) < 0:
                returned[row["CustomerID"]] -= amount
            else:
                gross[row["CustomerID"]] += amount
    bought = When(order__kind="sale", quantity__gt=0, then=F("amount"))
    undone = When(order__kind="sale", quantity__gt=0, then=Value(Decimal(0)))
    stored = {
        code: (got, back)
        for code, got, back in OrderLine.objects.exclude(order__customer=None)
        .values_list("order__customer__code")
        .annotate(
            got=Coalesce(Sum(Case(bought)), Value(Decimal(0))), back=Coalesce(Sum(Case(undone, default=-F("amount"))), Value(Decimal(0)))
        )
    }
    assert {code: (round(got, 4), round(back, 4)) for code, (got, back) in stored.items()} == {
        code: (gross[code], returned[code]) for code in gross.keys() | returned.keys()
    }

    at: dict[str, str] = {}
    for row in rows:
        at[row["InvoiceNo"]] = min(row["InvoiceDate"], at.get(row["InvoiceNo"], row["InvoiceDate"]))
    assert {
        number: f"{moment.astimezone(ZoneInfo('Asia/Shanghai')):%Y-%m-%d %H:%M}"
        for number, moment in Order.objects.values_list("number", "occurred_at")
    } == at

    linked = OrderLine.objects.exclude(undoes=None).select_related("order", "undoes__order")
    assert linked.count() > 300
    for line in linked:
        sale = line.undoes
        assert sale is not None
        assert (sale.product_id, sale.quantity, sale.unit_price, sale.order.customer_id) == (
            line.product_id,
            -line.quantity,
            line.unit_price,
            line.order.customer_id,
        )
        assert sale.order.kind == "sale"
        assert sale.order.occurred_at <= line.order.occurred_at


def test_its_beginning_again_changes_nothing_and_undone_leaves_nothing(tmp_path: Path) -> None:
    beginning = tmp_path / "beginning.csv"
    with gzip.open(FILE, "rt", encoding="utf-8", newline="") as file:
        beginning.write_text("".join(islice(file, 4_001)), encoding="utf-8", newline="")

    first = load_path("orders", beginning)
    assert counts(first) == ("done", 4_000, 4_000, 0, 0, 0)
    assert company().currency == "GBP"
    assert counts(load_path("orders", beginning)) == ("done", 4_000, 0, 0, 4_000, 0)

    undo(first)
    assert (Customer.objects.count(), Order.objects.count(), OrderLine.objects.count(), company().currency) == (0, 0, 0, "")
