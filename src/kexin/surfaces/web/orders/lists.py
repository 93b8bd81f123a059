"""The domain's lists with the addresses of pages."""

from __future__ import annotations

from typing import Any

from kexin.loop.orders import lists


def _customer(order: Any) -> str:
    return f"/customers/{order.customer_id}/" if order.customer_id else ""


ORDERS = lists.ORDERS.linked(
    {"number": lambda order: f"/orders/{order.pk}/", "customer": _customer}, row_url=lambda order: f"/orders/{order.pk}/"
)
PRODUCTS = lists.PRODUCTS.linked({"code": lambda product: f"/orders/products/{product.pk}/"}, row_url=lambda p: f"/orders/products/{p.pk}/")
