"""What people wrote into the simulated files: vehicles, days to remember, file entries, calls and visits.

The imports room has no loader for these, so they are written in bulk here, with one entry in the audit trail for all of them.
"""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.db.models import Max
from numpy.random import Generator

from kexin.demo import words
from kexin.demo.company import CITY_OF
from kexin.demo.customers import DAYS, Customers, Segment, Sort
from kexin.ground.audit import actions as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.staff.models import User
from kexin.loop.customers import actions
from kexin.loop.customers.choices import Calendar, Source, Topic
from kexin.loop.customers.models import Asset, Customer, FileEntry, Interaction, Occasion

MOST = 20_000  # files that people wrote something into, however large the company is
BATCH = 500  # short transactions: pages may already be served
ZONE = ZoneInfo("Asia/Shanghai")
VIN_LETTERS = "ABCDEFGHJKLMNPRSTUVWXYZ0123456789"
PLATE_LETTERS = "ABCDEFGHJKLMNPQRSTUVWXYZ"
VIN_VALUES = {
    letter: value
    for letters, value in (
        ("0", 0),
        ("AJ1", 1),
        ("BKS2", 2),
        ("CLT3", 3),
        ("DMU4", 4),
        ("ENV5", 5),
        ("FW6", 6),
        ("GPX7", 7),
        ("HY8", 8),
        ("RZ9", 9),
    )
    for letter in letters
}
VIN_WEIGHTS = (8, 7, 6, 5, 4, 3, 2, 10, 0, 9, 8, 7, 6, 5, 4, 3, 2)
SOURCES = (Source.DEALINGS, Source.CUSTOMER, Source.EVENTS, Source.RESEARCH, Source.PROJECTS)
MODELS = (*(product.name for product in words.PRODUCTS if product.category == "整车"), "大众 朗逸", "别克 英朗", "丰田 卡罗拉", "吉利 帝豪")


def write(rng: Generator, customers: Customers, *, staff: dict[str, User], last_day: date, by: Actor) -> dict[str, int]:
    """Write details into the first files of a company. Returns how many of each."""
    known = (
        dict(Customer.objects.filter(code__in=customers.code[:MOST]).values_list("code", "pk"))
        if len(customers) <= BATCH
        else _ids(customers)
    )
    rows = [row for row in range(min(len(customers), MOST)) if customers.duplicate_of[row] < 0 and customers.code[row] in known]
    counts: dict[str, int] = {}
    for begin in range(0, len(rows), BATCH):
        _batch(rng, customers, rows[begin : begin + BATCH], known, staff, last_day, by, counts)
    return counts


def _ids(customers: Customers) -> dict[str, int]:
    found: dict[str, int] = {}
    for begin in range(0, min(len(customers), MOST), BATCH):
        found.update(Customer.objects.filter(code__in=customers.code[begin : begin + BATCH]).values_list("code", "pk"))
    return found


@transaction.atomic
def _batch(
    rng: Generator,
    customers: Customers,
    rows: list[int],
    known: dict[str, int],
    staff: dict[str, User],
    last_day: date,
    by: Actor,
    counts: dict[str, int],
) -> None:
    made: dict[type[Any], list[Any]] = {Asset: [], Occasion: [], FileEntry: [], Interaction: []}
    for row in rows:
        pk, owner = known[customers.code[row]], staff[customers.owner[row]]
        sort, segment = Sort(int(customers.sort[row])), Segment(int(customers.segment[row]))
        made[Asset] += _vehicles(rng, pk, sort, CITY_OF[customers.branch[row]], last_day)
        made[Occasion] += _days(rng, pk, sort)
        made[FileEntry] += _entries(rng, pk, sort, owner, last_day)
        made[Interaction] += _interactions(rng, pk, sort, segment, owner, last_day, left=int(customers.leaves[row]))

    change = audit.record(
        action="demo.details",
        kind="customer",
        label=f"{len(rows)}",
        by=by,
        changes={model.__name__.lower(): [0, len(new)] for model, new in made.items()},
    )
    for model, new in made.items():
        model.objects.bulk_create(new)
        counts[model.__name__.lower()] = counts.get(model.__name__.lower(), 0) + len(new)
    ids = [known[customers.code[row]] for row in rows]
    talks = (
        Interaction.objects.filter(customer__in=ids).values("customer").annotate(last=Max("occurred_at")).values_list("customer", "last")
    )
    touched = [Customer(pk=pk, last_contact_at=last, change=change) for pk, last in talks]
    Customer.objects.bulk_update(touched, ["last_contact_at", "change"])
    actions.index_customers(ids)  # plates and VINs find their owner


def _vehicles(rng: Generator, pk: int, sort: Sort, city: str, last_day: date) -> list[Asset]:
    count = {Sort.PERSON: int(rng.random() < 0.85) + int(rng.random() < 0.08), Sort.FLEET: int(rng.integers(2, 9)), Sort.GARAGE: 0}[sort]
    prefix = words.CITIES[city][0]
    return [
        Asset(
            customer_id=pk,
            name=MODELS[int(rng.integers(len(MODELS)))],
            plate=prefix + PLATE_LETTERS[int(rng.integers(24))] + f"{int(rng.integers(10000)):04d}",
            vin=_vin(rng),
            acquired_on=last_day - timedelta(days=int(rng.integers(40, 3600))),
        )
        for _ in range(count)
    ]


def _vin(rng: Generator) -> str:
    """A vehicle identification number with its check digit; no maker was ever given LCH."""
    letters = list("LCH" + "".join(VIN_LETTERS[n] for n in rng.integers(0, len(VIN_LETTERS), 14)))
    letters[8] = "0"
    total = sum(VIN_VALUES[letter] * weight for letter, weight in zip(letters, VIN_WEIGHTS, strict=True))
    letters[8] = "X" if total % 11 == 10 else str(total % 11)
    return "".join(letters)


def _days(rng: Generator, pk: int, sort: Sort) -> list[Occasion]:
    if sort != Sort.PERSON:
        return (
            [
                Occasion(
                    customer_id=pk,
                    label="开业纪念日",
                    year=int(rng.integers(1998, 2023)),
                    month=int(rng.integers(1, 13)),
                    day=int(rng.integers(1, 29)),
                )
            ]
            if rng.random() < 0.3
            else []
        )
    draw = rng.random()
    lunar = draw < 0.15
    if draw > 0.7:
        return []
    return [
        Occasion(
            customer_id=pk,
            label="生日",
            calendar=Calendar.LUNAR if lunar else Calendar.SOLAR,
            year=None if rng.random() < 0.3 else int(rng.integers(1955, 1970) if lunar else rng.integers(1962, 2004)),
            month=int(rng.integers(1, 13)),
            day=int(rng.integers(1, 29)),
            source=Source.CUSTOMER,
            purpose="生日问候",
        )
    ]


def _entries(rng: Generator, pk: int, sort: Sort, owner: User, last_day: date) -> list[FileEntry]:
    found: list[FileEntry] = []

    def learn(topic: Topic, value: str, **more: Any) -> None:
        found.append(
            FileEntry(
                customer_id=pk,
                topic=topic,
                value=value,
                source=SOURCES[int(rng.choice(5, p=(0.45, 0.3, 0.15, 0.05, 0.05)))],
                collected_on=last_day - timedelta(days=int(rng.integers(1, 900))),
                collected_by=owner,
                **more,
            )
        )

    draw = rng.random(5)
    if sort == Sort.PERSON:
        if draw[0] < 0.45:
            learn(Topic.OCCUPATION, words.JOBS[int(rng.integers(len(words.JOBS)))])
        if draw[1] < 0.35:
            group = list(words.HOBBIES)[int(rng.integers(len(words.HOBBIES)))]
            learn(Topic.HOBBY, words.HOBBIES[group][int(rng.integers(len(words.HOBBIES[group])))], choice=group)
        if draw[2] < 0.2:
            learn(Topic.FAMILY, words.FAMILIES[int(rng.integers(len(words.FAMILIES)))])
    elif draw[0] < 0.8:
        learn(Topic.CREDIT, words.CREDITS[int(rng.integers(len(words.CREDITS)))], purpose="赊销审批")
    if draw[3] < 0.15:
        wishes = list(words.WISHES)[:3] if sort == Sort.PERSON else list(words.WISHES)[3:]
        wish = wishes[int(rng.integers(len(wishes)))]
        learn(Topic.WISH, wish, is_inference=True, certainty=int(rng.integers(4, 10)) * 10, evidence=words.WISHES[wish])
    return found


def _interactions(rng: Generator, pk: int, sort: Sort, segment: Segment, owner: User, last_day: date, *, left: int) -> list[Interaction]:
    count = int(rng.poisson(3.0 if sort == Sort.GARAGE else 1.2)) if segment != Segment.PROSPECT else int(rng.poisson(0.5))
    found = []
    for _ in range(count):
        away = int(rng.integers(0, 420))
        if away < DAYS - left:  # nobody talked to somebody who had left
            continue
        kind, texts = (("call", words.CALLS), ("visit", words.VISITS), ("message", words.MESSAGES))[int(rng.choice(3, p=(0.6, 0.2, 0.2)))]
        moment = datetime.combine(last_day - timedelta(days=away), time(int(rng.integers(9, 18)), int(rng.integers(60))), ZONE)
        found.append(Interaction(customer_id=pk, kind=kind, occurred_at=moment, text=texts[int(rng.integers(len(texts)))], by=owner))
    return found
