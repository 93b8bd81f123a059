"""Credit, projects, relations and two own fields of the simulated company: written by the actions people use, into its first files."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from numpy.random import Generator

from kexin.demo.customers import Customers, Sort
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import Refused
from kexin.loop.customers import actions
from kexin.loop.customers.actions import quality
from kexin.loop.customers.choices import Source
from kexin.loop.customers.models import Customer, CustomField, ProjectStage
from kexin.loop.orders import wishes

MOST = 120  # files of organisations with credit and projects; persons with relations
WISHES = 10  # batches of customers whose orders are read for what they will need
NOTES = ("老客户，一直按期付款", "去年拖过一次", "要求货到付款", "财务换人，需重新确认")
PROJECTS = ("车队更新", "二期展厅", "年度保养合同", "新能源试点", "配件寄售")
RATINGS = ("AA", "A", "BBB", "BB")


def write(rng: Generator, customers: Customers, *, last_day: date, by: Actor) -> dict[str, int]:
    """Returns how many of each."""
    ids = dict(Customer.objects.filter(code__in=customers.code[: 20 * MOST]).values_list("code", "pk"))
    rows = [row for row in range(min(len(customers), 20 * MOST)) if customers.code[row] in ids and customers.duplicate_of[row] < 0]
    firms = [ids[customers.code[row]] for row in rows if customers.sort[row] != Sort.PERSON][:MOST]
    people = [ids[customers.code[row]] for row in rows if customers.sort[row] == Sort.PERSON][:MOST]
    return {
        "credit": sum(_credit(rng, pk, last_day, by) for pk in firms),
        "projects": sum(_project(rng, pk, last_day, by) for pk in firms[::3]),
        "relations": _relations(firms, people, by),
        "values": _own_fields(rng, firms, last_day, by),
    }


def conclude(*, today: date, by: Actor) -> None:
    """What the nightly jobs would find: how complete files are, and what the first customers will need."""
    for item in quality.ITEMS:
        quality.count_item(item=item, today=today)
    after: int | None = 0
    for _batch in range(WISHES):
        after, _new = wishes.conclude_next(after=after or 0, today=today, by=by)
        if after is None:
            return


def _credit(rng: Generator, pk: int, last_day: date, by: Actor) -> int:
    terms = int(rng.choice((0, 15, 30, 60)))
    for age in (int(rng.integers(200, 500)), int(rng.integers(2, 120))):
        late = rng.random() < 0.25
        actions.add_credit(
            customer_id=pk,
            limit=Decimal(int(rng.integers(1, 40)) * 10_000),
            payment_days=terms,
            rating=RATINGS[int(rng.integers(4))],
            overdue_amount=Decimal(int(rng.integers(500, 60_000)) if late else 0),
            overdue_days=int(rng.integers(3, 90)) if late else 0,
            note=NOTES[int(rng.integers(4))],
            source=Source.DEALINGS,
            collected_on=last_day - timedelta(days=age),
            purpose="赊销审批",
            by=by,
        )
    return 2


def _project(rng: Generator, pk: int, last_day: date, by: Actor) -> int:
    stages = list(ProjectStage.objects.filter(is_active=True).order_by("position", "pk"))
    project = actions.start_project(
        customer_id=pk, name=PROJECTS[int(rng.integers(len(PROJECTS)))], amount=Decimal(int(rng.integers(3, 90)) * 10_000),
        expected_on=last_day + timedelta(days=int(rng.integers(-20, 120))), by=by,
    )  # fmt: skip
    planned = {stage.pk: last_day - timedelta(days=60 - 15 * place) for place, stage in enumerate(stages[:4])}
    actions.plan_stages(project_id=project.pk, planned=planned, by=by)
    for place, stage in enumerate(stages[1 : 1 + int(rng.integers(0, 5))]):
        actions.move_project(project_id=project.pk, stage_id=stage.pk, moved_on=last_day - timedelta(days=max(0, 40 - 12 * place)), by=by)
    return 1


def _relations(firms: list[int], people: list[int], by: Actor) -> int:
    wanted = [("parent", child, firms[0]) for child in firms[1:4]]
    wanted += [("partner", one, other) for one, other in zip(firms[4::7], firms[5::7], strict=False)]
    wanted += [("household", one, other) for one, other in zip(people[::9], people[1::9], strict=False)]
    wanted += [("referrer", one, other) for one, other in zip(people[2::9], people[::9], strict=False)]
    made = 0
    for kind, one, other in wanted:
        try:
            actions.add_relation(customer_id=one, kind=kind, other_id=other, by=by)
        except Refused:  # chance brought them together before
            continue
        made += 1
    return made


def _own_fields(rng: Generator, firms: list[int], last_day: date, by: Actor) -> int:
    if CustomField.objects.exists():
        return 0
    cars = actions.define_field(
        kind="number", label_zh="在用车辆数", label_en="Vehicles in use", applies_to="organisation", position=1, by=by
    )
    rival = actions.define_field(
        kind="choice", label_zh="还在哪里买", label_en="Buys elsewhere", choices=["没有 | Nowhere", "同城同行 | In town", "网上 | Online"],
        applies_to="organisation", position=2, by=by,
    )  # fmt: skip
    options = list(rival.options.order_by("position").values_list("pk", flat=True))
    for pk in firms:
        values = {cars.pk: Decimal(int(rng.integers(2, 80))), rival.pk: options[int(rng.integers(len(options)))]}
        actions.write_fields(customer_id=pk, values=values, collected_on=last_day - timedelta(days=int(rng.integers(1, 300))), by=by)
    return 2 * len(firms)
