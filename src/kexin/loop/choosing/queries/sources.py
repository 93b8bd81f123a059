"""What is known of many customers at once, source by source: one statement a group of sources, as of a day."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from django.db.models import Max

from kexin.ground.staff import queries as staff
from kexin.loop.choosing.models import Answer, Question
from kexin.loop.choosing.queries import beside
from kexin.loop.choosing.rules import sources
from kexin.loop.choosing.rules.checklists import Value
from kexin.loop.customers.choices import FieldKind, Outcome, Topic
from kexin.loop.customers.models import Credit, CustomValue, FileEntry, Place, Project
from kexin.loop.orders.choices import OrderKind
from kexin.loop.orders.models import Order

YEAR = timedelta(days=365)
MIN_DEALINGS = 3  # orders; fewer say nothing of honesty
Found = dict[str, dict[int, Value]]  # source → customer → value


def values_of(ids: Collection[int], wanted: Iterable[str], *, as_of: date) -> dict[int, dict[str, Value]]:
    """Customer → source → value; what nobody knows is not in it. The number of statements does not grow with the customers."""
    names = set(wanted)
    found: Found = {}
    for group, read in READERS.items():
        if names & set(group):
            found |= read(list(ids), as_of)
    asked = {number for name in names if (number := sources.question_of(name)) is not None}
    if asked:
        found |= _answers(list(ids), asked, as_of)
    fields = {number for name in names if (number := sources.field_of(name)) is not None}
    if fields:
        found |= _fields(list(ids), fields, as_of)
    return {pk: {name: found[name][pk] for name in names if pk in found.get(name, {})} for pk in ids}


def _wishes(ids: list[int], as_of: date) -> Found:
    rows = FileEntry.objects.filter(
        customer__in=ids, topic=Topic.WISH, superseded_by=None, rejected_on=None, collected_on__lte=as_of
    ).values_list("customer", "collected_on")
    days: dict[int, list[date]] = defaultdict(list)
    for pk, day in rows:
        days[pk].append(day)
    return {"wishes": {pk: Value(number=float(len(some)), on=max(some).isoformat()) for pk, some in days.items()}}


def _projects(ids: list[int], as_of: date) -> Found:
    """Projects open or won; known once any was written down."""
    counted: dict[int, list[bool]] = defaultdict(list)
    newest: dict[int, date] = {}
    for pk, outcome, since in Project.objects.filter(customer__in=ids, created_at__date__lte=as_of).values_list(
        "customer", "outcome", "stage_since"
    ):
        counted[pk].append(outcome in {Outcome.OPEN, Outcome.WON})
        newest[pk] = max(newest.get(pk, since), since)
    return {"projects": {pk: Value(number=float(sum(some)), on=newest[pk].isoformat()) for pk, some in counted.items()}}


def _credit(ids: list[int], as_of: date) -> Found:
    rows = Credit.objects.filter(customer__in=ids, collected_on__lte=as_of).order_by("collected_on", "pk")
    newest = {row.customer_id: row for row in rows}
    found: Found = {"credit_limit": {}, "payment_days": {}, "overdue_days": {}}
    for pk, row in newest.items():
        on = row.collected_on.isoformat()
        if row.limit is not None:
            found["credit_limit"][pk] = Value(number=float(row.limit), on=on, note=row.currency)
        if row.payment_days is not None:
            found["payment_days"][pk] = Value(number=float(row.payment_days), on=on)
        late = row.overdue_days if row.overdue_days is not None else 0 if row.overdue_amount == 0 else None
        if late is not None:
            found["overdue_days"][pk] = Value(number=float(late), on=on)
    return found


def _dealings(ids: list[int], as_of: date) -> Found:
    """Two years of orders read once: how many are undone, growth, how many, in how many months; and practices that count.

    Of whom we have dealt with at all, however long ago, no order and no practice is known to be none. Of others nothing is known.
    """
    ever = Order.objects.filter(customer__in=ids, occurred_on__lte=as_of).order_by()
    last: dict[int, date] = dict(ever.values_list("customer").annotate(last=Max("occurred_on")))
    this_year, before = as_of - YEAR, as_of - 2 * YEAR
    currency = staff.company().currency
    rows = ever.filter(occurred_on__gt=before)
    sums: dict[int, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    sales: dict[int, int] = defaultdict(int)
    undone: dict[int, int] = defaultdict(int)
    year: dict[int, int] = defaultdict(int)
    months: dict[int, set[tuple[int, int]]] = defaultdict(set)
    for pk, kind, cancelled, day, amount, code in rows.values_list(
        "customer", "kind", "cancelled_on", "occurred_on", "amount", "currency"
    ).iterator(chunk_size=5000):
        if kind != OrderKind.SALE:
            undone[pk] += 1
            if code == currency:
                sums[pk][day > this_year] -= abs(amount)
            continue
        sales[pk] += 1
        if cancelled is not None and cancelled <= as_of:
            undone[pk] += 1
            continue
        if code == currency:
            sums[pk][day > this_year] += amount
        if day > this_year:
            year[pk] += 1
            months[pk].add((day.year, day.month))
    held = beside.practices(ids, as_of)
    found: Found = {"undone_rate": {}, "growth": {}, "orders_year": {}, "months_year": {}}
    found["practices"] = {pk: Value(number=float(held.get(pk, 0)), on=as_of.isoformat()) for pk in {*last, *held}}
    for pk, on in last.items():
        said = on.isoformat()
        found["orders_year"][pk] = Value(number=float(year[pk]), on=said)
        found["months_year"][pk] = Value(number=float(min(len(months[pk]), 12)), on=said)
        if sales[pk] >= MIN_DEALINGS:
            share = 100.0 * min(undone[pk], sales[pk]) / sales[pk]
            found["undone_rate"][pk] = Value(number=round(share, 1), on=said, note=f"{undone[pk]} / {sales[pk]}")
        was, now = sums[pk]
        if was > 0:
            grown = round(float(100 * (now - was) / was), 1)
            found["growth"][pk] = Value(number=grown, on=said, note=f"{was:,.0f} → {now:,.0f} {currency}")
    return found


def _distance(ids: list[int], as_of: date) -> Found:  # noqa: ARG001 -- every reader is called alike; where somebody is has no day
    return {"distance": {pk: Value(number=round(km, 1), error=error) for pk, (km, error) in beside.distances(ids).items()}}


def _tier(ids: list[int], as_of: date) -> Found:
    """As the newest assessment wrote it down; a day before it is not known any more."""
    rows = Place.objects.filter(customer__in=ids, as_of__lte=as_of).exclude(tier="").values_list("customer", "tier", "as_of")
    return {"tier": {pk: Value(choice=tier, on=on.isoformat() if on else "") for pk, tier, on in rows}}


READERS: dict[tuple[str, ...], Callable[[list[int], date], Found]] = {
    ("wishes",): _wishes,
    ("projects",): _projects,
    ("credit_limit", "payment_days", "overdue_days"): _credit,
    ("undone_rate", "growth", "orders_year", "months_year", "practices"): _dealings,
    ("distance",): _distance,
    ("tier",): _tier,
}


def _answers(ids: list[int], asked: set[int], as_of: date) -> Found:
    """The newest answer of each, unless it has gone stale."""
    stale = dict(Question.objects.filter(pk__in=asked).values_list("pk", "stale_days"))
    rows = Answer.objects.filter(customer__in=ids, question__in=asked, answered_on__lte=as_of).order_by("answered_on", "pk")
    newest: dict[tuple[int, int], tuple[str, date]] = {}
    for pk, question, choice, on in rows.values_list("customer", "question", "choice", "answered_on"):
        newest[pk, question] = (choice, on)
    found: Found = {f"question:{number}": {} for number in asked}
    for (pk, question), (choice, on) in newest.items():
        if on + timedelta(days=stale[question]) >= as_of:
            found[f"question:{question}"][pk] = Value(choice=choice, on=on.isoformat())
    return found


def _fields(ids: list[int], asked: set[int], as_of: date) -> Found:
    """Own fields that hold a number, yes or no, or one choice."""
    rows: Any = CustomValue.objects.filter(customer__in=ids, field__in=asked, collected_on__lte=as_of).select_related("field")
    found: Found = {f"field:{number}": {} for number in asked}
    for row in rows.order_by("collected_on", "pk"):
        kept = found[f"field:{row.field_id}"]
        on = row.collected_on.isoformat()
        kept.pop(row.customer_id, None)
        if row.field.kind in {FieldKind.NUMBER, FieldKind.MONEY} and row.number is not None:
            kept[row.customer_id] = Value(number=float(row.number), on=on)
        elif row.field.kind == FieldKind.YES_NO and row.flag is not None:
            kept[row.customer_id] = Value(choice="yes" if row.flag else "no", on=on)
        elif row.field.kind == FieldKind.CHOICE and row.choice_id is not None:
            kept[row.customer_id] = Value(choice=str(row.choice_id), on=on)
    return found
