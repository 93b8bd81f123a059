"""Fields an administrator adds: typed, listed, sorted, searched, imported; renamed, retired and removed without surprises."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.django import TestCase
from tests.factories.customers import make_customer
from tests.factories.imports import counts, csv_bytes, finish, load_csv, undo
from tests.factories.staff import make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import Conflict, Invalid, KexinError
from kexin.ground.imports import actions as imports
from kexin.ground.lists import asking, reading
from kexin.ground.lists.errors import ConditionNotYours
from kexin.ground.search import queries as found
from kexin.ground.staff.choices import Role, Sees
from kexin.loop.customers import actions, errors, parts, queries
from kexin.loop.customers.listing import CUSTOMERS
from kexin.loop.customers.models import Customer, CustomField, CustomValue

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")
DAY = dt.date(2026, 3, 1)


def field(kind: str, label: str = "", **more: Any) -> CustomField:
    choices = ["红茶 | Black tea", "绿茶 | Green tea", "咖啡 | Coffee"] if kind in {"choice", "several"} else []
    return actions.define_field(kind=kind, label_zh=label or kind, choices=choices, by=BY, **more)


def option(one: CustomField, label: str) -> int:
    return one.options.get(label_zh=label).pk


def write(customer: Customer, one: CustomField, value: Any, **more: Any) -> None:
    actions.write_fields(customer_id=customer.pk, values={one.pk: value}, by=BY, **more)


def values_of(kind: str) -> tuple[CustomField, list[Any]]:
    """A field and three values of it in rising order."""
    one = field(kind)
    by_kind: dict[str, list[Any]] = {
        "text": ["apple", "birch", "cedar"],
        "number": [Decimal("-1.5"), Decimal(2), Decimal(30)],
        "money": [Decimal(1), Decimal(20), Decimal("300.55")],
        "date": [DAY, DAY + dt.timedelta(days=1), DAY + dt.timedelta(days=400)],
        "yes_no": [False, True, True],
        "choice": [option(one, "红茶"), option(one, "绿茶"), option(one, "咖啡")] if kind == "choice" else [],
        "several": [[option(one, "红茶")], [option(one, "红茶"), option(one, "绿茶")], [option(one, "咖啡")]] if kind == "several" else [],
    }
    return one, by_kind[kind]


@pytest.mark.parametrize("kind", ["text", "number", "money", "date", "yes_no", "choice", "several"])
def test_every_kind_is_kept_shown_filtered_sorted_and_older_values_stay(kind: str) -> None:
    boss = make_user(role=Role.MANAGER, sees=Sees.ALL)
    one, values = values_of(kind)
    for place, value in enumerate(values):
        write(make_customer(name=f"客户{place}"), one, value)
    make_customer(name="没填")
    first = Customer.objects.get(name="客户0")
    write(first, one, values[1], collected_on=dt.date(2020, 1, 1))  # learnt late: history at once

    newest = queries.words_of(one, queries.custom_history(first, boss)[0])
    assert newest == queries.words_of(one, CustomValue.objects.get(customer=first, is_current=True))
    assert len(queries.custom_history(first, boss)) == 2
    if kind != "several":
        rows = reading.read(CUSTOMERS, {"sort": one.name, "cols": one.name}, boss).rows
        assert [row.name for row in rows] == ["客户0", "客户1", "客户2", "没填"]
        again = reading.read(CUSTOMERS, {"sort": f"-{one.name}", "cols": one.name, "size": "20"}, boss)
        assert [row.name for row in again.rows][-1] == "没填"
    only = values[0][0] if kind == "several" else values[0]
    asked = {
        "text": {one.name: str(only)},
        "number": {f"{one.name}_max": "0"},
        "money": {f"{one.name}_max": "1"},
        "date": {f"{one.name}_max": "2026-03-01"},
        "yes_no": {one.name: "0"},
    }.get(kind, {one.name: str(only)})
    names = sorted(row.name for row in reading.read(CUSTOMERS, asked, boss).rows)
    assert names == (["客户0", "客户1"] if kind == "several" else ["客户0"])


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        ("number", "twelve"), ("number", Decimal(10) ** 14), ("number", True), ("date", "tomorrow"), ("yes_no", "maybe"),
        ("choice", 999_999), ("several", [999_999]), ("text", "x" * 301), ("money", 1.5),
    ],
)  # fmt: skip
def test_what_does_not_fit_is_refused_and_nothing_of_it_written(kind: str, value: Any) -> None:
    customer, wrong, right = make_customer(), field(kind), field("text", "好的")
    with pytest.raises(Invalid):
        actions.write_fields(customer_id=customer.pk, values={right.pk: "行", wrong.pk: value}, by=BY)
    assert not CustomValue.objects.exists()


def test_a_required_field_cannot_be_emptied_and_others_can() -> None:
    customer, needed, free = make_customer(), field("text", "必填", is_required=True), field("text", "可空")
    write(customer, free, "有")
    with pytest.raises(errors.FieldMissing):
        write(customer, needed, None)
    write(customer, free, None)
    assert CustomValue.objects.get(customer=customer, field=free, is_current=True).content is None
    write(customer, free, None)  # says nothing new
    assert CustomValue.objects.filter(field=free).count() == 2


def test_renaming_and_retiring_keep_values_and_removing_asks() -> None:
    boss = make_user(role=Role.MANAGER, sees=Sees.ALL)
    customer, tea = make_customer(), field("choice", "茶")
    write(customer, tea, option(tea, "绿茶"))
    actions.change_field(field_id=tea.pk, version=tea.version, label_zh="饮品", choices=["红茶", "乌龙"], by=BY)
    tea.refresh_from_db()
    with pytest.raises(Conflict):
        actions.change_field(field_id=tea.pk, version=1, label_zh="别名", by=BY)
    filled = queries.custom_of(customer, boss)[0]
    assert (str(filled.field), filled.words) == ("饮品", "绿茶")
    actions.change_field(field_id=tea.pk, version=tea.version, is_active=False, by=BY)
    assert [one.words for one in queries.custom_of(customer, boss)] == ["绿茶"]
    assert queries.custom_of(make_customer(), boss) == []
    with pytest.raises(errors.FieldHasValues) as asked:
        actions.remove_field(field_id=tea.pk, by=BY)
    assert "1" in asked.value.sentence()
    actions.remove_field(field_id=tea.pk, meant=True, by=BY)
    assert not CustomValue.objects.exists()
    with pytest.raises(errors.FieldGone):
        write(customer, tea, None)


def test_a_field_for_some_is_not_there_for_others_in_any_way() -> None:
    boss = make_user(role=Role.MANAGER, sees=Sees.ALL)
    front = make_user(role=Role.FRONT_LINE, sees=Sees.ALL)
    secret = field("text", "底价", roles="manager,administrator", is_searchable=True)
    customer = make_customer(name="甲")
    write(customer, secret, "三折")

    assert [row.name for row in reading.read(CUSTOMERS, {secret.name: "三折"}, boss).rows] == ["甲"]
    gone = actions.define_field(kind="text", label_zh="没了", by=BY)
    actions.remove_field(field_id=gone.pk, by=BY)
    told = set()
    for asked in ({secret.name: "三折"}, {"sort": secret.name}, {"cols": secret.name}, {gone.name: "x"}, {f"{secret.name}_min": "1"}):
        with pytest.raises(ConditionNotYours) as refused:
            reading.read(CUSTOMERS, asked, front)
        told.add(refused.value.sentence().replace(gone.name, secret.name).removesuffix("_min"))
    assert len({sentence.replace("_min", "") for sentence in told}) == 1  # a hidden field reads like one that is not there
    assert queries.custom_of(customer, front) == []
    assert queries.custom_history(customer, front) == []
    assert not found.matching(Customer.objects.all(), "customer", "三折").exists()


def test_searchable_values_find_their_customer_until_they_do_not() -> None:
    number = field("text", "合同号", is_searchable=True)
    customer = make_customer(name="甲")
    write(customer, number, "澄湖合同")
    assert list(found.matching(Customer.objects.all(), "customer", "湖合")) == [customer]
    actions.change_field(field_id=number.pk, version=number.version, is_searchable=False, by=BY)
    assert list(found.matching(Customer.objects.all(), "customer", "湖合")) == []


HEADINGS = ["客户编号", "客户名称", "面积", "合同日期", "爱喝", "有展厅"]


def four_fields() -> list[CustomField]:
    return [field("number", "面积"), field("date", "合同日期"), field("several", "爱喝"), field("yes_no", "有展厅")]


def test_a_file_brings_own_fields_twice_changes_nothing_and_takes_them_back() -> None:
    area, _signed, drinks, _hall = four_fields()
    known = make_customer(code="K1", name="甲")
    write(known, area, Decimal(80), collected_on=DAY)
    rows = [
        ["K1", "甲", "120.5", "2024-05-06", "红茶、咖啡", "是"],
        ["K2", "乙", "", "", "Green tea", "否"],
        ["K3", "丙", "很大", "", "", ""],
    ]

    run = load_csv("customers", HEADINGS, rows)

    assert counts(run) == ("done", 3, 1, 1, 0, 1)
    values = {value.field.label_zh: value.content for value in CustomValue.objects.filter(customer=known, is_current=True)}
    assert values == {
        "面积": Decimal("120.5"), "合同日期": dt.date(2024, 5, 6), "爱喝": [option(drinks, "红茶"), option(drinks, "咖啡")], "有展厅": True,
    }  # fmt: skip
    assert counts(load_csv("customers", HEADINGS, rows)) == ("done", 3, 0, 0, 2, 1)
    undo(run)
    assert [value.content for value in CustomValue.objects.filter(is_current=True)] == [Decimal(80)]


def test_an_import_goes_on_when_its_field_is_renamed_retired_or_removed_meanwhile() -> None:
    import io  # noqa: PLC0415 -- beside its one use

    area = field("number", "面积")
    content = csv_bytes(["客户编号", "客户名称", "面积"], [["K1", "甲", "12"]])
    for number, change in enumerate(("rename", "retire", "remove")):
        file = io.BytesIO(content.replace(b"K1", f"K{number}".encode()))
        columns = {"code": "客户编号", "name": "客户名称", area.name: "面积"}
        run = imports.begin(kind="customers", content=file, name="甲.csv", by=BY, columns=columns)
        if change == "rename":
            area = actions.change_field(field_id=area.pk, version=area.version, label_zh="展厅大小", by=BY)
        elif change == "retire":
            area = actions.change_field(field_id=area.pk, version=area.version, is_active=False, by=BY)
        else:
            actions.remove_field(field_id=area.pk, meant=True, by=BY)
        done = finish(run)
        assert counts(done) == ("done", 1, 1, 0, 0, 0)
        there = CustomValue.objects.filter(customer__code=f"K{number}").count()
        assert there == (0 if change == "remove" else 1)
        assert ("fields_gone" in done.summary.get("warnings", {})) == (change == "remove")


def test_statements_do_not_grow_with_rows_or_fields(django_assert_num_queries: Any) -> None:
    boss = make_user(role=Role.MANAGER, sees=Sees.ALL)
    fields = four_fields()
    drinks = fields[2]
    names = ",".join(one.name for one in fields)
    for count in (1, 3):
        for _ in range(count):
            customer = make_customer()
            actions.write_fields(customer_id=customer.pk, values={fields[0].pk: Decimal(1), drinks.pk: [option(drinks, "红茶")]}, by=BY)
        with django_assert_num_queries(9):  # fields, choices; rows with and without values, how many, first phones; values, picks, choices
            reading.read(CUSTOMERS, {"cols": names}, boss)


class Laws(TestCase):
    @settings(max_examples=20, deadline=None)
    @given(st.lists(st.tuples(st.booleans(), st.integers(0, 1), st.integers(0, 30), st.integers(0, 9)), max_size=8))
    def test_merging_and_parting_again_changes_nothing(self, said: list[tuple[bool, int, int, int]]) -> None:
        fields, files = [field("number", "一"), field("number", "二")], [make_customer(), make_customer()]
        for second, which, day, number in said:
            write(files[int(second)], fields[which], Decimal(number), collected_on=DAY - dt.timedelta(days=day))
        stood = sorted(CustomValue.objects.values_list("pk", "customer_id", "is_current"))
        part = parts.named("customers.fields")
        assert part.move is not None
        assert part.move_back is not None
        moved = part.move(files[1], files[0])
        for one in fields:
            assert CustomValue.objects.filter(customer=files[0], field=one, is_current=True).count() <= 1
        part.move_back(files[1], files[0], moved)
        assert sorted(CustomValue.objects.values_list("pk", "customer_id", "is_current")) == stood


def test_definitions_that_cannot_be_are_refused() -> None:
    cases: list[dict[str, Any]] = [
        {"kind": "choice", "label_zh": "茶", "choices": ["只有一个"]}, {"kind": "text", "label_zh": " "},
        {"kind": "text", "label_zh": "长" * 41}, {"kind": "money", "label_zh": "钱", "currency": "元"},
    ]  # fmt: skip
    for given_ in cases:
        with pytest.raises(KexinError):
            actions.define_field(by=BY, **given_)
    assert not CustomField.objects.exists()


def test_a_saved_view_of_a_removed_field_says_so() -> None:
    boss = make_user(role=Role.MANAGER, sees=Sees.ALL)
    with pytest.raises(ConditionNotYours):
        asking.read(CUSTOMERS.seen_by(boss), {"field_999": "x"})
