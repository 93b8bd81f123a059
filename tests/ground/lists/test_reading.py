"""A list is read by key: every row once, forward and back, whatever is empty or equal, and nothing in an address breaks it."""

from __future__ import annotations

import contextlib
import datetime as dt
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.http import QueryDict
from django.test.utils import CaptureQueriesContext
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.lists import actions, reading
from kexin.ground.lists.errors import BadAddress
from kexin.ground.lists.listing import Column, Filter, Listing
from kexin.ground.staff import queries as staff
from kexin.ground.staff.choices import Sees
from kexin.ground.staff.models import User
from kexin.loop.customers.models import Customer, Place

pytestmark = pytest.mark.django_db
ORDERS = ("pk", "-pk", "name", "-name", "contact", "-contact", "net", "-net")


def records(user: User) -> QuerySet[Customer]:
    return staff.visible(Customer.objects.select_related("place"), user)


LISTING = Listing(
    name="readers",
    title="Readers",
    records=records,
    columns=(
        Column("name", "Name", lambda row: row.name, order="name", fixed=True),
        Column("contact", "Last contact", lambda row: row.last_contact_at, format="datetime", order="last_contact_at"),
        Column("net", "Net", lambda row: row.place.net_amount, format="money", order="place__net_amount", tie="place__pk"),
        Column("code", "Code", lambda row: row.code, default=False),
    ),
    filters=(
        Filter("region", "Region", "text", path="region"),
        Filter("kind", "Kind", "choice", path="kind", choices=(("person", "Person"), ("organisation", "Organisation"))),
        Filter("net", "Net", "number", path="place__net_amount"),
        Filter("born", "Created", "date", path="created_at"),
        Filter("quiet", "No contact for", "days", path="last_contact_at"),
        Filter("tag", "Tag", "tag"),
    ),
    tag_kind="customer",
)


def read(query: str, user: User, **more: str) -> reading.Page:
    asked = QueryDict(query.lstrip("?"), mutable=True)
    asked.update(more)  # type: ignore[arg-type]  # a mapping of strings is what it takes
    return reading.read(LISTING, asked, user)


def company(contacts: list[int | None], nets: list[int | None]) -> list[Customer]:
    at = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    made = []
    for contact, net in zip(contacts, nets, strict=True):
        when = None if contact is None else at + dt.timedelta(days=contact)
        customer = make_customer(name=f"客户{contact}", last_contact_at=when)
        if net is not None:
            Place.objects.create(customer=customer, net_amount=net)
        made.append(customer)
    return made


maybe = st.one_of(st.none(), st.integers(0, 3))


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=st.lists(st.tuples(maybe, maybe), max_size=45), order=st.sampled_from(ORDERS))
def test_walking_forward_and_back_shows_every_row_once_and_empty_ones_last(rows: list[tuple[int | None, int | None]], order: str) -> None:
    Customer.objects.all().delete()
    user = make_user(sees=Sees.ALL)
    made = company([contact for contact, _net in rows], [net for _contact, net in rows])
    pages = [read("", user, sort=order, size="20")]
    while pages[-1].next:
        pages.append(read(pages[-1].next, user))
    forward = [row.pk for page in pages for row in page.rows]
    assert sorted(forward) == sorted(customer.pk for customer in made)
    values = [row.last_contact_at if "contact" in order else getattr(row, "place", None) for page in pages for row in page.rows]
    if order.removeprefix("-") in {"contact", "net"}:
        empty = [value is None for value in values]
        assert empty == sorted(empty)

    back = [pages[-1]]
    while back[-1].previous:
        back.append(read(back[-1].previous, user))
    assert [row.pk for page in reversed(back) for row in page.rows][-len(forward) :] == forward or not forward
    assert [row.pk for batch in reading.each(LISTING, pages[0].asked, user, batch=7) for row in batch] == forward


@pytest.mark.parametrize(
    "query",
    [
        "sort=password", "sort=-", "sort=code", "cols=secret", "size=1000000", "size=-1", "size=x", "after=x", "before=!!", "after=W10",
        "after=eyJ4IjoxfQ", "net_min=much", "net_max=NaN", "net_min=1e99", "net_min=1e-99999",
        "born_min=2026-13-01", "quiet=x", "quiet=-1", "quiet=999999999", "kind=alien",
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_with_words(query: str) -> None:
    with pytest.raises(BadAddress) as refused:
        read(query, make_user(sees=Sees.ALL))
    assert refused.value.status == 400
    assert refused.value.sentence()


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    st.dictionaries(
        st.sampled_from(["sort", "cols", "size", "after", "before", "net_min", "born_max", "quiet", "kind", "tag", "q", "count", "x"]),
        st.text(max_size=30),
    )
)
def test_no_address_breaks_a_list(params: dict[str, str]) -> None:
    user = make_user(sees=Sees.ALL)
    with contextlib.suppress(BadAddress):  # refused with words is an answer; anything else is a fault
        read("", user, **params)


def test_conditions_narrow_the_list() -> None:
    user = make_user(sees=Sees.ALL)
    poor, rich = company([0, 1], [10, 5000])
    Customer.objects.filter(pk=rich.pk).update(region="江苏省苏州市", kind="organisation")
    actions.add_tag(kind="customer", name="年会", record_ids=[poor.pk], by=user.actor)

    def ids(query: str) -> list[int]:
        return [row.pk for row in read(query, user).rows]

    assert ids("region=苏州") == [rich.pk]
    assert ids("kind=organisation") == [rich.pk]
    assert ids("kind=organisation&kind=person&sort=pk") == [poor.pk, rich.pk]
    assert ids("net_min=1,000") == [rich.pk]
    assert ids("net_max=10") == [poor.pk]
    assert ids("tag=年会") == [poor.pk]
    assert ids("tag=没有") == []
    assert set(ids("quiet=30")) == {poor.pk, rich.pk}


def test_only_what_a_person_may_see_is_listed_and_counted() -> None:
    mine, others = make_branch(), make_branch()
    seen = make_customer(branch=mine)
    make_customer(branch=others)
    page = read("", make_user(sees=Sees.BRANCH, branch=mine))
    assert [row.pk for row in page.rows] == [seen.pk]
    assert (page.count, page.more) == (1, False)


def test_counting_stops_until_somebody_asks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "ENOUGH", 3)
    user = make_user(sees=Sees.ALL)
    company([None] * 5, [None] * 5)
    page = read("", user)
    assert (page.count, page.more) == (3, True)
    page = read("count=exact", user)
    assert (page.count, page.more) == (5, False)


def test_columns_stand_as_the_address_says_and_fixed_ones_stay() -> None:
    def names(query: str) -> list[str]:
        return [column.name for column in read(query, make_user(sees=Sees.ALL)).asked.columns]

    assert names("") == ["name", "contact", "net"]
    assert names("cols=code,net") == ["name", "code", "net"]
    assert names("cols=code&cols=net") == ["name", "code", "net"]


def test_statements_are_the_same_for_one_row_and_three() -> None:
    user = make_user(sees=Sees.ALL)
    counts: list[Any] = []
    for rows in (1, 2):
        company([1] * rows, [1] * rows)
        with CaptureQueriesContext(connection) as captured:
            read("sort=-net", user)
        counts.append(len(captured))
    assert counts[0] == counts[1] == 3  # the rows with a value, those without, the count
