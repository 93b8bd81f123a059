"""What the numbers in events of web hooks are called, and by which operation each is read with a token."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

from kexin.ground.hooks import naming
from kexin.ground.hooks.naming import Record
from kexin.loop.customers.models import Customer
from kexin.loop.orders.models import Order


def _customers(ids: Collection[int]) -> Mapping[int, Mapping[str, str]]:
    rows = Customer.objects.filter(pk__in=ids).values_list("pk", "code", "public_id")
    return {pk: {"code": code, "public_id": str(public_id)} for pk, code, public_id in rows}


def _orders(ids: Collection[int]) -> Mapping[int, Mapping[str, str]]:
    rows: Any = Order.objects.filter(pk__in=ids).values_list("pk", "number")
    return {pk: {"code": number} for pk, number in rows}


CUSTOMER = Record("customer", "/api/v1/customers/{id}", _customers)
RECORDS: dict[str, Record] = {
    "customer_id": CUSTOMER,
    "survivor_id": CUSTOMER,
    "merged_id": CUSTOMER,
    "order_id": Record("order", "/api/v1/orders/{id}", _orders),
    "todo_id": Record("todo", "/api/v1/todos/{id}"),
    "entry_id": Record("entry", "/api/v1/entries/{id}"),
    "hook_id": Record("hook", "/api/v1/hooks/{id}"),
}
WITHIN: dict[tuple[str, str], Record] = {
    ("standing", "run_id"): Record("run", "/api/v1/standing/runs/{id}"),
    ("imports", "run_id"): Record("import", "/api/v1/imports/{id}"),
}


def register() -> None:
    for field, record in RECORDS.items():
        naming.of(field, record)
    for (domain, field), record in WITHIN.items():
        naming.of(field, record, within=domain)
