"""What the simulated staff owe their customers today: overdue, due soon, due later."""

from __future__ import annotations

from datetime import datetime, timedelta

from numpy.random import Generator

from kexin.demo.customers import Customers, Segment, Sort
from kexin.ground.audit.actor import Actor
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Customer
from kexin.loop.todo import actions

TASKS = {
    Sort.PERSON: (
        ("call", "回电：答复轮胎报价", "客户昨天来电问 205/55R16 的价格。"),
        ("call", "回访上次维修", "问问空调异味是否解决。"),
        ("promise", "刹车盘到货就打电话", "答应一到就通知。"),
        ("promise", "代办年检：周五前给答复", "客户没有时间跑。"),
        ("follow_up", "跟进试驾后的想法", "上周六试驾了 X7，家里还在商量。"),
        ("follow_up", "取消的订单：问清原因", "下单当天就取消了。"),
        ("review", "看看为什么两个月没来", ""),
        ("call", "提醒保养到期", "按里程估计下周到期。"),
    ),
    Sort.FLEET: (
        ("promise", "把上月对账单发过去", "答应本周内发。"),
        ("follow_up", "三辆车的大保养排期", "希望错开周一。"),
        ("call", "回电：续签服务协议", "协议月底到期。"),
    ),
    Sort.GARAGE: (
        ("promise", "补发少到的两箱机滤", "昨天到货时点数少了。"),
        ("call", "回电：前大灯什么时候到", "第二次来问。"),
        ("follow_up", "答复月结申请", "想从货到付款改成月结 30 天。"),
        ("review", "订货少了一半，问问原因", ""),
    ),
}
# Working days from today and the hour, in the company's zone; None: some hours from now.
WHEN = ((-1, 16), (0, 9), None, (0, 17), (1, 10), (1, 15), (2, 11), (3, 9), (4, 16), (7, 10))
MOST = 60


def write(rng: Generator, customers: Customers, *, staff: dict[str, User], now: datetime, by: Actor) -> int:
    """Open to-dos for living files, spread over the people of the front line. `now` is the company's local time."""
    rows = [
        row for row in range(min(len(customers), 3000)) if customers.duplicate_of[row] < 0 and customers.segment[row] != Segment.PROSPECT
    ]
    # Businesses are few and ask often: a third of what is owed is owed to them.
    weights = [1.0 if customers.sort[row] == Sort.PERSON else 6.0 for row in rows]
    chosen = rng.choice(rows, min(MOST, len(rows) // 5), replace=False, p=[weight / sum(weights) for weight in weights]).tolist()
    files = {customer.code: customer for customer in Customer.objects.filter(code__in=[customers.code[row] for row in chosen])}
    for place, row in enumerate(chosen):
        tasks = TASKS[Sort(int(customers.sort[row]))]
        kind, title, detail = tasks[int(rng.integers(len(tasks)))]
        actions.open_todo(
            kind=kind,
            title=title,
            detail=detail,
            customer=files[customers.code[row]],
            owner=staff[customers.owner[row]],
            due_at=_due(now, WHEN[place % len(WHEN)]),
            by=by,
        )
    return len(chosen)


def _due(now: datetime, when: tuple[int, int] | None) -> datetime:
    if when is None:
        return (now + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
    days, hour = when
    return (now + timedelta(days=days)).replace(hour=hour, minute=0, second=0, microsecond=0)
