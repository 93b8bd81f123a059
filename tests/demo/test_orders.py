"""Orders of the simulated company: seasons, trends, delays and what undoes a sale."""

from __future__ import annotations

from dataclasses import fields
from datetime import date, timedelta

import numpy as np

from kexin.demo.customers import DAYS, Segment, Sort, chunks
from kexin.demo.orders import Orders, day_weights, generate, spring_festivals

LAST = date(2026, 11, 21)
SEED = 7


def _sold(count: int = 4000) -> tuple[object, Orders]:
    (customers,) = chunks(count, SEED)
    return customers, generate(np.random.default_rng([SEED, 2]), customers, LAST)


def test_the_same_seed_gives_the_same_orders() -> None:
    one, other = _sold(1000)[1], _sold(1000)[1]

    assert [
        field.name for field in fields(Orders) if not np.array_equal(getattr(one, field.name), getattr(other, field.name), equal_nan=True)
    ] == []


def test_every_order_has_lines_and_every_line_an_order() -> None:
    _customers, sold = _sold()

    assert np.array_equal(np.unique(sold.line_order), np.arange(len(sold)))


def test_spring_festival_is_quiet_and_summer_busy() -> None:
    weights = day_weights(LAST, business=False)
    first = LAST - timedelta(days=DAYS - 1)
    festival = (date(2026, 2, 17) - first).days
    july = (date(2026, 7, 1) - first).days

    assert spring_festivals(date(2026, 1, 1), date(2026, 12, 31)) == [date(2026, 2, 17), date(2027, 2, 6)]
    assert weights[festival : festival + 7].mean() < 0.1 * weights.mean()
    assert weights[july : july + 31].mean() > 1.2 * weights.mean()


def test_nobody_buys_before_they_came_or_after_they_left() -> None:
    (customers,) = chunks(4000, SEED)
    sold = generate(np.random.default_rng([SEED, 2]), customers, LAST)
    sale = sold.kind == 0
    of = sold.customer[sale]

    assert (sold.day[sale] >= customers.joined[of]).all()
    assert (sold.day[sale] < customers.leaves[of]).all()


def test_growing_customers_buy_more_lately_and_declining_ones_less() -> None:
    (customers,) = chunks(20_000, SEED)
    sold = generate(np.random.default_rng([SEED, 2]), customers, LAST)
    there_from_the_start = customers.joined[sold.customer] == 0

    def late_share(segment: Segment) -> float:
        day = sold.day[there_from_the_start & (customers.segment[sold.customer] == segment)]
        return float((day >= DAYS // 2).mean())

    assert late_share(Segment.GROWING) > 0.6
    assert 0.45 < late_share(Segment.LOYAL) < 0.55
    assert late_share(Segment.DECLINING) < 0.4


def test_prospects_never_bought_and_everybody_else_did() -> None:
    (customers,) = chunks(4000, SEED)
    sold = generate(np.random.default_rng([SEED, 2]), customers, LAST)
    counts = np.bincount(sold.customer, minlength=4000)
    originals = customers.duplicate_of < 0
    has_twin = np.zeros(4000, bool)
    has_twin[customers.duplicate_of[~originals]] = True

    assert (counts[customers.segment == Segment.PROSPECT] == 0).all()
    assert (counts[originals & ~has_twin & (customers.segment != Segment.PROSPECT)] > 0).all()


def test_papers_that_undo_a_sale_name_it_and_take_no_more_than_it_gave() -> None:
    _customers, sold = _sold()
    papers = np.flatnonzero(sold.kind != 0)
    sums = np.bincount(sold.line_order, sold.line_quantity * sold.line_price)

    assert len(papers) > 20
    assert (sold.kind[sold.undoes[papers]] == 0).all()
    assert np.array_equal(sold.customer[papers], sold.customer[sold.undoes[papers]])
    assert (sold.day[papers] >= sold.day[sold.undoes[papers]]).all()
    assert (sums[papers] < 0).all()
    assert (-sums[papers] <= sums[sold.undoes[papers]] + 0.001).all()


def test_orders_called_off_were_called_off_shortly_after_and_never_delivered() -> None:
    _customers, sold = _sold()
    off = sold.cancelled >= 0

    assert off.sum() > 50
    assert (sold.cancelled[off] - sold.day[off] <= 2).all()
    assert (sold.delivered[off] == -1).all()


def test_some_deliveries_are_late_and_none_is_dated_later_than_the_last_day() -> None:
    _customers, sold = _sold()
    done = sold.delivered >= 0

    assert 0.03 < (sold.delivered[done] > sold.promised[done]).mean() < 0.25
    assert sold.delivered.max() <= DAYS - 1
    assert sold.day.max() <= DAYS - 1


def test_garages_buy_parts_only() -> None:
    (customers,) = chunks(4000, SEED)
    sold = generate(np.random.default_rng([SEED, 2]), customers, LAST)
    from_garages = customers.sort[sold.customer[sold.line_order]] == Sort.GARAGE

    assert {int(product) for product in np.unique(sold.line_product[from_garages])} == set(range(25, 35))
