"""Two characters must find: every search is checked against LIKE on the base table."""

from __future__ import annotations

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.customers import make_customer

from kexin.ground.search import actions, queries
from kexin.kit.text import normalise
from kexin.loop.customers.models import Customer

pytestmark = pytest.mark.django_db


def add(name: str, *, phones: tuple[str, ...] = (), codes: tuple[str, ...] = ()) -> Customer:
    customer = make_customer(name=name)
    actions.index("customer", [actions.Document(id=customer.pk, words=[name], codes=[customer.code, *codes], phones=phones)])
    return customer


def names(asked: str) -> set[str]:
    return {customer.name for customer in queries.matching(Customer.objects.all(), "customer", asked)}


@pytest.mark.parametrize(
    "asked", ["王伟", "王", "伟", "wangwei", "wangw", "wei", "ww", "2207", "138123", "京A12345", "a12345", "2345", "王 2207"]
)
def test_a_customer_is_found_by(asked: str) -> None:
    add("王伟", phones=("13812342207",), codes=("京A·12345",))
    add("李娜", phones=("13900001111",))
    assert names(asked) == {"王伟"}


def test_a_polyphonic_surname_is_found_by_both_readings() -> None:
    add("单雄信")
    assert names("shan") == names("dan") == names("sxx") == names("dxx") == {"单雄信"}


def test_what_was_indexed_before_is_forgotten() -> None:
    customer = add("王伟")
    actions.index("customer", [actions.Document(id=customer.pk, words=["李娜"])])
    assert names("王伟") == set()
    assert names("李娜") == {"王伟"}
    actions.forget("customer", [customer.pk])
    assert names("李娜") == set()


def test_kinds_do_not_mix() -> None:
    customer = add("王伟")
    actions.index("order", [actions.Document(id=customer.pk, words=["张三"])])
    assert names("张三") == set()
    assert names("王伟") == {"王伟"}


ALPHABET = "王伟李娜张三丰 abAB12-_%'\"*()&|!:\\ＡＢ𠮷é"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(stored=st.lists(st.text(ALPHABET, min_size=1, max_size=8), min_size=1, max_size=6), asked=st.text(ALPHABET, min_size=1, max_size=4))
def test_parts_of_names_are_found_exactly_as_like_would(stored: list[str], asked: str) -> None:
    with transaction.atomic():
        for name in stored:
            if normalise(name):
                customer = make_customer(name=normalise(name).lower())
                actions.index("customer", [actions.Document(id=customer.pk, words=[name])])
        terms = [term for term in normalise(asked).lower().split(" ") if term]
        expected = Customer.objects.all()
        for term in terms:
            expected = expected.filter(name__contains=term)
        found = queries.matching(Customer.objects.all(), "customer", asked)
        # Latin letters may also be pinyin, so they may find more, never less.
        if any(c.isascii() and c.isalnum() for c in asked):
            assert set(expected) <= set(found)
        else:
            assert set(found) == set(expected)
        transaction.set_rollback(True)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None)
@given(st.text())
def test_no_question_breaks_the_search(asked: str) -> None:
    list(queries.matching(Customer.objects.all(), "customer", asked))


def test_searching_costs_the_same_statements_for_one_and_three(django_assert_num_queries: object) -> None:
    from django.db import connection  # noqa: PLC0415 -- beside its one use
    from django.test.utils import CaptureQueriesContext  # noqa: PLC0415 -- beside its one use

    counts = []
    add("王伟")
    names("王")
    for _ in range(2):
        with CaptureQueriesContext(connection) as captured:
            names("王")
        counts.append(len(captured))
        add("王芳")
        add("王强")
    assert counts[0] == counts[1] <= 3
