"""An order file on its way while two of its customers become one: the orders stand with the one that is left."""

from __future__ import annotations

import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager

import pytest
from django.db import connection, transaction
from tests.factories.customers import make_customer
from tests.factories.imports import ORDER_HEADINGS, counts, load_csv

from kexin.ground.audit.actor import Actor
from kexin.loop.customers import actions
from kexin.loop.customers.models import ContactPoint, Customer, FileEntry, Relation
from kexin.loop.orders.models import Order

BY = Actor.system("cli")


def somebody_waits() -> bool:
    """Whether another connection waits for a lock: the import has come as far as the file that is being merged."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM pg_locks WHERE NOT granted")
        return bool(cursor.fetchone()[0])


@contextmanager
def merging(survivor: Customer, gone: Customer) -> Iterator[None]:
    """A merge that is done and not committed until somebody waits for it."""
    done = threading.Event()

    def merge() -> None:
        try:
            with transaction.atomic():
                actions.merge_customers(survivor_id=survivor.pk, merged_id=gone.pk, by=BY)
                done.set()
                until = time.monotonic() + 20
                while not somebody_waits() and time.monotonic() < until:
                    time.sleep(0.02)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        running = pool.submit(merge)
        assert done.wait(20)
        yield
        running.result(30)


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_orders_planned_before_a_merge_are_planned_again_after_it() -> None:
    survivor, gone = make_customer(code="A-1"), make_customer(code="A-2")
    with merging(survivor, gone):  # the plan is made from what is committed: two files
        run = load_csv("orders", ORDER_HEADINGS, [["D1", "2024-03-05 10:00", "A-2", "P1", "机油", 2, "10"]])

    assert counts(run)[:2] == ("done", 1)
    assert Customer.objects.get(code="A-2").merged_into == survivor
    assert list(Order.objects.values_list("number", "customer__code")) == [("D1", "A-1")]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_what_a_customer_file_adds_goes_to_the_file_that_is_left() -> None:
    survivor, gone = make_customer(code="A-1", name="甲"), make_customer(code="A-2", name="乙")
    with merging(survivor, gone):
        run = load_csv("customers", ["客户编号", "客户名称", "手机", "爱好"], [["A-2", "乙", "13800138000", "围棋"]])

    assert run.state == "done"
    assert list(ContactPoint.objects.values_list("customer", "key")) == [(survivor.pk, "13800138000")]
    assert list(FileEntry.objects.values_list("customer", "value")) == [(survivor.pk, "围棋")]


@pytest.mark.postgresql
@pytest.mark.django_db(transaction=True)
def test_no_relation_is_written_on_a_file_that_just_went_up_in_another() -> None:
    survivor, gone = make_customer(code="A-1"), make_customer(code="A-2")
    make_customer(code="B-1")
    with merging(survivor, gone):
        run = load_csv("relations", ["客户编号", "关系", "对方编号"], [["A-2", "合作", "B-1"]])

    assert counts(run) == ("done", 1, 0, 0, 0, 1)
    assert not Relation.objects.exists()
