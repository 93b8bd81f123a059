from __future__ import annotations

from itertools import count
from typing import Any

from kexin.loop.customers.models import Customer

_number = count(600_001)  # far from the numbers the system gives: a test file and a real one never share a code


def make_customer(*, name: str = "", **fields: Any) -> Customer:
    n = next(_number)
    fields.setdefault("code", f"K-{n:06d}")
    return Customer.objects.create(name=name or f"客户{n}", **fields)
