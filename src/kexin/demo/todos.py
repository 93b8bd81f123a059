"""What the simulated staff owe their customers today: overdue, due soon, due later."""

from __future__ import annotations

from datetime import datetime, timedelta

from numpy.random import Generator

from kexin.demo.customers import Customers, Segment
from kexin.ground.audit.actor import Actor
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Customer
from kexin.loop.todo import actions
from kexin.loop.todo.models import ToDo

TASKS = (
    ("call", "回电：答复轮胎报价", "客户昨天来电问 205/55R16 的价格。"),
    ("call", "回访上次维修", "问问空调异味是否解决。"),
    ("promise", "到货当天打电话", "答应刹车盘一到就通知。"),
    ("promise", "把对账单发过去", "答应本周内发上月对账单。"),
    ("follow_up", "跟进试驾后的想法", "上周六试驾了 X7。"),
    ("review", "看看为什么两个月没来", ""),
    ("follow_up", "取消的订单：问清原因", "下单当天就取消了。"),
)
WHEN = (-26, -3, 1, 2, 5, 7, 26, 30, 50, 98)  # hours from now
MOST = 60


def write(rng: Generator, customers: Customers, *, staff: dict[str, User], now: datetime, by: Actor) -> int:
    """Open to-dos for living files, spread over the people of the front line."""
    rows = [
        row for row in range(min(len(customers), 3000)) if customers.duplicate_of[row] < 0 and customers.segment[row] != Segment.PROSPECT
    ]
    chosen = rng.choice(rows, min(MOST, len(rows) // 5), replace=False).tolist()
    files = {customer.code: customer for customer in Customer.objects.filter(code__in=[customers.code[row] for row in chosen])}
    for place, row in enumerate(chosen):
        kind, title, detail = TASKS[int(rng.integers(len(TASKS)))]
        due = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=WHEN[place % len(WHEN)])
        actions.open_todo(
            kind=kind, title=title, detail=detail, customer=files[customers.code[row]], owner=staff[customers.owner[row]], due_at=due, by=by
        )
    return ToDo.objects.count()
