"""The simulated orders: three years of them, with seasons, delays, cancellations and returns."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import numpy as np
from lunar_python import Lunar
from numpy.random import Generator
from numpy.typing import NDArray

from kexin.demo.company import LATE_PERCENT
from kexin.demo.customers import DAYS, TREND, Customers, Segment, Sort
from kexin.demo.words import PRODUCTS

Ints = NDArray[np.int64]
Floats = NDArray[np.float64]

AT = {product.code: place for place, product in enumerate(PRODUCTS)}
# What people come for, and how often in a hundred visits.
BASKETS: tuple[tuple[tuple[str, ...], float], ...] = (
    (("S-OIL", "L-SM"), 34),
    (("S-OILF", "S-CAB", "L-SM"), 14),
    (("S-OILF", "S-AIR", "S-CAB", "S-PLUG", "L-LG"), 10),
    (("R-BRK", "L-REP"), 7),
    (("R-BRK", "R-DISC", "L-REP"), 3),
    (("R-BAT", "L-SM"), 5),
    (("R-AC",), 8),
    (("T-16", "L-SM"), 6),
    (("T-18", "L-SM"), 3),
    (("L-BODY", "L-REP"), 5),
    (("A-MAT", "A-DASH"), 3),
    (("A-FILM",), 1),
    (("W-EXT",), 1),
)
AIR_CONDITIONING, BATTERY = 6, 5
CARS = tuple(place for place, product in enumerate(PRODUCTS) if product.category == "整车")
PARTS = tuple(place for place, product in enumerate(PRODUCTS) if product.category == "配件批发")
CHANNELS = ("到店", "电话", "微信", "网上订货")
LONGEST = 6  # lines of an order

# Month by month, how busy the workshops and the depots are: summer peaks with air conditioning and journeys.
MONTHS = (0.95, 0.85, 0.95, 1.0, 1.0, 1.1, 1.35, 1.3, 1.1, 0.95, 0.95, 1.05)
PERSON_WEEK = (0.9, 0.85, 0.85, 0.9, 1.0, 1.35, 1.25)
BUSINESS_WEEK = (1.25, 1.2, 1.2, 1.2, 1.2, 0.75, 0.1)


@dataclass(frozen=True)
class Orders:
    """Columns of equal length, one row an order; then one row a line, which names its order by row."""

    customer: Ints  # row among the customers of the chunk
    kind: Ints  # 0 sale, 1 cancellation, 2 return
    day: Ints
    minute: Ints  # of the day
    channel: Ints
    promised: Ints  # day; −1: nothing was promised
    delivered: Ints  # day; −1: not yet
    cancelled: Ints  # day; −1: not called off
    undoes: Ints  # row of the order it undoes; −1: none
    line_order: Ints
    line_product: Ints
    line_quantity: Ints
    line_price: Floats
    line_cost: Floats  # not a number where nobody knows

    def __len__(self) -> int:
        return len(self.customer)


def spring_festivals(first: date, last: date) -> list[date]:
    found = []
    for year in range(first.year, last.year + 2):
        solar = Lunar.fromYmd(year, 1, 1).getSolar()
        found.append(date(solar.getYear(), solar.getMonth(), solar.getDay()))
    return found


def day_weights(today: date, *, business: bool) -> Floats:
    """How busy each of the three years' days is: month, weekday, and the quiet of Spring Festival after the rush before it."""
    first = today - timedelta(days=DAYS - 1)
    days = [first + timedelta(days=n) for n in range(DAYS)]
    week = BUSINESS_WEEK if business else PERSON_WEEK
    weights = np.array([MONTHS[day.month - 1] * week[day.weekday()] for day in days])
    for festival in spring_festivals(first, today):
        start = (festival - first).days
        for away in range(-21, 16):
            if 0 <= start + away < DAYS:
                weights[start + away] *= 1.5 if away < -3 else 0.5 if away < 0 else 0.04 if away < 7 else 0.45
    return weights


def generate(rng: Generator, customers: Customers, today: date) -> Orders:
    owner, day = _sales(rng, customers, today)
    order = np.lexsort((rng.random(len(day)), day))
    owner, day = owner[order], day[order]
    sort, segment = customers.sort[owner], customers.segment[owner]
    lines = _lines(rng, customers, owner, day, today)
    called_off = _called_off(rng, customers, owner, day)
    promised, delivered = _delivery(rng, customers, owner, day, lines, called_off)
    sales = Orders(
        customer=owner,
        kind=np.zeros(len(owner), np.int64),
        day=day,
        minute=(8 * 60 + 570 * rng.beta(1.6, 1.8, len(owner))).astype(np.int64),
        channel=np.where(
            sort == Sort.PERSON, rng.choice(4, len(owner), p=(0.72, 0.12, 0.14, 0.02)), rng.choice(4, len(owner), p=(0.1, 0.34, 0.3, 0.26))
        ),
        promised=promised,
        delivered=delivered,
        cancelled=called_off,
        undoes=np.full(len(owner), -1),
        **lines,
    )
    return _with_undoings(rng, sales, segment)


def _sales(rng: Generator, customers: Customers, today: date) -> tuple[Ints, Ints]:
    """Who bought on which day: a Poisson stream whose rate follows the season and the customer's own trend."""
    owners, days = [], []
    years = DAYS / 365.25
    trends = np.array([TREND.get(one, 0.0) for one in Segment])[customers.segment]
    for business in (False, True):
        weights = day_weights(today, business=business)
        for trend in sorted(set(TREND.values()) | {0.0}):
            of = np.flatnonzero(((customers.sort != Sort.PERSON) == business) & (trends == trend))
            shaped = weights * np.exp(trend * (np.arange(DAYS) / DAYS - 0.5))
            known = np.concatenate([[0.0], np.cumsum(shaped / shaped.mean()) / DAYS])
            begin, end = known[customers.joined[of]], known[customers.leaves[of]]
            expected = customers.rate[of] * years * (end - begin)
            count = rng.poisson(expected)
            count = np.where((count == 0) & (customers.rate[of] > 0), 1, count)  # who is no prospect bought at least once
            owner = np.repeat(of, count)
            at = np.repeat(begin, count) + rng.random(len(owner)) * np.repeat(end - begin, count)
            owners.append(owner)
            days.append(np.clip(np.searchsorted(known, at, side="right") - 1, 0, DAYS - 1))
    owner, day = np.concatenate(owners), np.concatenate(days)
    return _to_duplicates(rng, customers, owner, day), day


def _to_duplicates(rng: Generator, customers: Customers, owner: Ints, day: Ints) -> Ints:
    """From the day a duplicate was opened, half of the orders are written to it."""
    twin_of = np.full(len(customers), -1)
    twins = np.flatnonzero(customers.duplicate_of >= 0)
    twin_of[customers.duplicate_of[twins]] = twins
    twin = twin_of[owner]
    moved = (twin >= 0) & (day >= customers.duplicate_since[twin]) & (rng.random(len(owner)) < 0.5)
    return np.where(moved, twin, owner)


def _lines(rng: Generator, customers: Customers, owner: Ints, day: Ints, today: date) -> dict[str, NDArray[Any]]:
    count = len(owner)
    sort = customers.sort[owner]
    products = np.full((count, LONGEST), -1)
    _fill_workshop(rng, products, np.flatnonzero(sort != Sort.GARAGE), day, today)
    garage = np.flatnonzero(sort == Sort.GARAGE)
    # Different parts in one order: the first of a random order of all parts.
    shuffled = np.argsort(rng.random((len(garage), len(PARTS))), axis=1)[:, :LONGEST]
    keep = np.arange(LONGEST)[None, :] < rng.integers(2, LONGEST + 1, len(garage))[:, None]
    products[garage] = np.where(keep, np.array(PARTS)[shuffled], -1)
    _fill_cars(rng, products, customers, owner, day)

    line_order, place = np.nonzero(products >= 0)
    product = products[line_order, place]
    of_sort = sort[line_order]
    is_car = np.isin(product, CARS)
    quantity = np.where(
        of_sort == Sort.GARAGE, rng.integers(2, 13, len(product)), np.where(of_sort == Sort.FLEET, rng.integers(1, 5, len(product)), 1)
    )
    quantity = np.where(
        np.isin(product, (AT["T-16"], AT["T-18"])) & (of_sort == Sort.PERSON),
        rng.choice((1, 2, 4), len(product), p=(0.2, 0.5, 0.3)),
        quantity,
    )
    quantity = np.where(is_car & (of_sort == Sort.FLEET), rng.integers(1, 4, len(product)), quantity)
    discount = np.array([1, 1, 0.98, 0.95, 0.9])[rng.integers(0, 5, count)]
    discount = np.where(sort == Sort.GARAGE, 0.9 + 0.1 * rng.random(len(customers))[owner], discount)  # each garage has terms of its own
    list_price = np.array([one.price for one in PRODUCTS])[product]
    price = np.where(
        is_car, np.round(list_price * (0.96 + 0.04 * discount[line_order]), -2), np.round(list_price * discount[line_order], 2)
    )
    # Costs rise by three in a hundred a year.
    cost = np.array([np.nan if one.cost is None else one.cost for one in PRODUCTS])[product]
    cost = np.round(cost * (1 - 0.03 * (DAYS - 1 - day[line_order]) / 365.25), 2)
    return {
        "line_order": line_order,
        "line_product": product,
        "line_quantity": quantity.astype(np.int64),
        "line_price": price,
        "line_cost": cost,
    }


def _fill_workshop(rng: Generator, products: Ints, rows: Ints, day: Ints, today: date) -> None:
    """Baskets by season: air conditioning in summer, batteries in winter."""
    table = np.full((len(BASKETS), LONGEST), -1)
    for place, (codes, _) in enumerate(BASKETS):
        table[place, : len(codes)] = [AT[code] for code in codes]
    first = today - timedelta(days=DAYS - 1)
    month = np.array([(first + timedelta(days=n)).month for n in range(DAYS)])[day[rows]]
    draw = rng.random(len(rows))
    chosen = np.zeros(len(rows), np.int64)
    for number in range(1, 13):
        weights = np.array([weight for _, weight in BASKETS])
        weights[AIR_CONDITIONING] *= 3 if number in (6, 7, 8) else 0.5
        weights[BATTERY] *= 2.5 if number in (12, 1, 2) else 0.7
        of = month == number
        chosen[of] = np.searchsorted(np.cumsum(weights / weights.sum()), draw[of])
    products[rows] = table[np.minimum(chosen, len(BASKETS) - 1)]


def _fill_cars(rng: Generator, products: Ints, customers: Customers, owner: Ints, day: Ints) -> None:
    """Some customers' first order with us is the car itself; fleets come back for more."""
    first = np.full(len(customers), -1)
    rows = np.arange(len(owner))
    first[owner[::-1]] = rows[::-1]  # orders lie in the order of their days
    starts = first[(first >= 0)]
    sort = customers.sort[owner]
    buys = starts[(sort[starts] == Sort.PERSON) & (day[starts] > 0) & (rng.random(len(starts)) < 0.16)]
    more = rows[(sort == Sort.FLEET) & (rng.random(len(rows)) < 0.04)]
    bought = np.union1d(buys, more)
    products[bought] = -1
    products[bought, 0] = rng.choice(np.array(CARS), len(bought), p=(0.26, 0.22, 0.2, 0.1, 0.14, 0.08))


def _called_off(rng: Generator, customers: Customers, owner: Ints, day: Ints) -> Ints:
    """Orders cancelled shortly after they were placed: rare, but not in the last months of somebody who leaves."""
    segment = customers.segment[owner]
    near_the_end = (segment == Segment.LEAVING) & (day > customers.leaves[owner] - 120)
    chance = np.where(near_the_end, 0.16, np.where(segment == Segment.DEMANDING, 0.08, 0.014))
    off = rng.random(len(owner)) < chance
    return np.where(off, np.minimum(day + rng.integers(0, 3, len(owner)), DAYS - 1), -1)


def _delivery(
    rng: Generator, customers: Customers, owner: Ints, day: Ints, lines: dict[str, NDArray[Any]], called_off: Ints
) -> tuple[Ints, Ints]:
    count = len(owner)
    has_car = np.zeros(count, bool)
    has_car[lines["line_order"][np.isin(lines["line_product"], CARS)]] = True
    sort = customers.sort[owner]
    wait = np.where(
        has_car, rng.integers(7, 31, count), np.where(sort == Sort.GARAGE, rng.integers(1, 3, count), rng.integers(0, 2, count))
    )
    late_percent = np.array([LATE_PERCENT[code] for code in customers.branch])[owner]
    near_the_end = (customers.segment[owner] == Segment.LEAVING) & (day > customers.leaves[owner] - 120)
    late = rng.random(count) < np.where(near_the_end, 0.45, late_percent / 100)
    promised = day + wait
    delivered = promised + np.where(late, rng.geometric(0.3, count), 0)
    promised = np.where(called_off >= 0, np.where(has_car, promised, -1), promised)
    return promised, np.where((called_off >= 0) | (delivered > DAYS - 1), -1, delivered)


def _with_undoings(rng: Generator, sales: Orders, segment: Ints) -> Orders:
    """Add the papers that undo sales: returns of one line some days later, and a few cancellations of whole orders by paper."""
    kept = sales.cancelled < 0
    chance = np.where(segment == Segment.DEMANDING, 0.24, 0.012)
    draw = rng.random(len(sales))
    returned = np.flatnonzero(kept & (draw < chance))
    undone = np.flatnonzero(kept & (draw > 0.997))
    rows = np.concatenate([returned, undone])
    kind = np.concatenate([np.full(len(returned), 2), np.full(len(undone), 1)])
    day = sales.day[rows] + np.where(kind == 2, rng.integers(2, 20, len(rows)), 0)
    rows, kind, day = rows[day < DAYS], kind[day < DAYS], day[day < DAYS]

    begins = np.searchsorted(sales.line_order, rows)
    lines = np.where(kind == 2, 1, np.searchsorted(sales.line_order, rows, side="right") - begins)
    at = np.repeat(begins, lines) + np.arange(lines.sum()) - np.repeat(np.cumsum(lines) - lines, lines)
    none = np.full(len(rows), -1)
    return Orders(
        customer=np.concatenate([sales.customer, sales.customer[rows]]),
        kind=np.concatenate([sales.kind, kind]),
        day=np.concatenate([sales.day, day]),
        minute=np.concatenate([sales.minute, np.minimum(sales.minute[rows] + 45, 1410)]),
        channel=np.concatenate([sales.channel, sales.channel[rows]]),
        promised=np.concatenate([sales.promised, none]),
        delivered=np.concatenate([sales.delivered, none]),
        cancelled=np.concatenate([sales.cancelled, none]),
        undoes=np.concatenate([sales.undoes, rows]),
        line_order=np.concatenate([sales.line_order, np.repeat(len(sales) + np.arange(len(rows)), lines)]),
        line_product=np.concatenate([sales.line_product, sales.line_product[at]]),
        line_quantity=np.concatenate([sales.line_quantity, -sales.line_quantity[at]]),
        line_price=np.concatenate([sales.line_price, sales.line_price[at]]),
        line_cost=np.concatenate([sales.line_cost, sales.line_cost[at]]),
    )
