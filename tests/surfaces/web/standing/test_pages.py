"""The standing pages, with real assessments behind them."""

from __future__ import annotations

import datetime as dt
import html
import re
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from tests.factories.customers import make_customer
from tests.factories.orders import make_order
from tests.factories.staff import make_branch, make_user
from tests.factories.standing import BY, assessed, make_move, make_run

from kexin.ground.staff.choices import Role, Sees
from kexin.ground.staff.queries import company
from kexin.loop.standing import actions, queries
from kexin.loop.standing.models import RulesState, Transition
from kexin.loop.todo.models import ToDo
from kexin.surfaces.web.standing import reading

BACKEND = "kexin.surfaces.web.account.adapter.Backend"
BEFORE, NOW = dt.date(2024, 4, 1), dt.date(2025, 4, 1)


def signed_in(**fields: object) -> Client:
    client = Client()
    client.force_login(make_user(**{"role": Role.MANAGER, "sees": Sees.ALL, "language": "en", **fields}), backend=BACKEND)
    return client


def two_assessments(movers: int) -> None:
    one = company()
    one.currency = "CNY"
    one.save()
    for n in range(movers):
        customer = make_customer(name=f"Customer {n}")
        for month in (1, 2):
            make_order(customer=customer, on=dt.date(2024, month, 10), lines=[(1, str(1000 + n), "600")])
    steady = make_customer(name="Steady")
    make_order(customer=steady, on=dt.date(2025, 3, 1), lines=[(2, "500", "300")])
    assessed(BEFORE)
    assessed(NOW)


@pytest.mark.django_db(transaction=True)
def test_the_overview_says_what_may_be_concluded_in_at_most_twenty_statements() -> None:
    client, counts = signed_in(), []
    for movers in (1, 3):
        two_assessments(movers)
        client.get("/standing/")  # the first request of a session also writes it
        with CaptureQueriesContext(connection) as asked:
            page = client.get("/standing/")
        counts.append(len(asked.captured_queries))
        text = page.content.decode()
        assert page.status_code == 200
        assert "of customers make 80% of the profit" in text
        assert "Customer 0" in text
    assert counts[0] == counts[1] <= 20


@pytest.mark.django_db(transaction=True)
def test_a_draft_is_edited_simulated_looked_at_and_applied_on_pages() -> None:
    two_assessments(2)
    client = signed_in()
    client.post("/standing/rules/new/")
    draft = queries.draft()
    assert draft is not None
    page = client.get(f"/standing/rules/{draft.pk}/")
    assert page.status_code == 200

    typed = {"version": draft.version, "margin": "10", "patience": "1", "abc_a": "80", "abc_b": "95", "simulate": "1"}
    for kind, name, conditions in actions.ruling.Definition.from_json(draft.definition).groups():
        for position, one in enumerate(conditions):
            key = f"{kind}.{name}.{position}"
            typed |= {f"{key}.metric": one.metric, f"{key}.operator": one.operator, f"{key}.value": f"{one.value:g}"}
    typed["tiers.A.1.value"] = "9，0"  # full-width comma, as a Chinese keyboard types it
    answer = client.post(f"/standing/rules/{draft.pk}/", typed)
    draft.refresh_from_db()
    assert answer.status_code == 302
    assert draft.definition["tiers"]["A"][1] == ["orders_year", ">=", 90.0]
    assert draft.simulation["customers"] == 3

    late = client.post(f"/standing/rules/{draft.pk}/", {**typed, "tiers.A.1.value": "5"})
    assert late.status_code == 409
    if draft.simulation["key_slips"]:
        assert client.post(f"/standing/rules/{draft.pk}/apply/", {"version": draft.version}).status_code == 409
        client.post(f"/standing/rules/{draft.pk}/looked/")
    draft.refresh_from_db()
    applied = client.post(f"/standing/rules/{draft.pk}/apply/", {"version": draft.version})
    draft.refresh_from_db()
    assert (applied.status_code, draft.state) == (302, RulesState.APPLIED)


@pytest.mark.django_db
def test_wrong_rules_are_told_in_words_and_nothing_is_lost() -> None:
    draft = actions.new_draft(by=BY)
    client = signed_in()
    answer = client.post(
        f"/standing/rules/{draft.pk}/",
        {"version": draft.version, "tiers.A.0.metric": "net_year", "tiers.A.0.operator": ">=", "tiers.A.0.value": "many"},
    )
    assert answer.status_code == 422
    assert "is not a number" in answer.content.decode()
    assert "many" in answer.content.decode()


@pytest.mark.django_db
def test_nothing_assessed_yet_says_what_to_do_first() -> None:
    for role in (Role.FRONT_LINE, Role.MANAGER):
        page = signed_in(role=role).get("/standing/")
        assert page.status_code == 200
        assert "Load orders first" in page.content.decode()


@pytest.mark.django_db
def test_movers_are_only_those_one_may_see() -> None:
    mine, other = make_branch(), make_branch()
    run = make_run()
    make_move(customer=make_customer(name="Ours", branch=mine), run=run)
    hidden = make_move(customer=make_customer(name="Theirs", branch=other), run=run)
    client = signed_in(role=Role.FRONT_LINE, sees=Sees.BRANCH, branch=mine)
    text = client.get("/standing/movers/").content.decode()
    assert "Ours" in text
    assert "Theirs" not in text
    assert client.post(f"/standing/moves/{hidden.pk}/todo/").status_code == 404


@pytest.mark.django_db
def test_all_movers_are_paged_with_the_largest_loss_first_and_unknown_values_last(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reading, "MOVERS_A_PAGE", 2)
    run = make_run()
    for name, impact in (("一", "5"), ("二", None), ("三", "-90.5"), ("四", "-90.5"), ("五", None), ("六", "0")):
        make_move(customer=make_customer(name=name), run=run, impact=impact and Decimal(impact))
    client, pages, address = signed_in(), [], "/standing/movers/"
    while address:
        text = client.get(address).content.decode()
        pages.append(re.findall(r'href="/customers/\d+/">(.)</a>', text))
        found = re.search(r'href="(\?run=[^"]*after=[^"]*)"', text)
        address = f"/standing/movers/{html.unescape(found[1])}" if found else ""

    assert pages == [["三", "四"], ["六", "一"], ["二", "五"]]
    assert client.get("/standing/movers/?after=nonsense").status_code == 200


@pytest.mark.django_db
def test_a_move_becomes_one_to_do_however_often_it_is_asked_for() -> None:
    move = make_move(customer=make_customer())
    client = signed_in()
    for _ in range(2):
        assert client.post(f"/standing/moves/{move.pk}/todo/").status_code == 302
    (todo,) = ToDo.objects.all()
    assert (todo.customer_id, todo.origin_id) == (move.customer_id, move.pk)
    assert Transition.objects.count() == 1


@pytest.mark.django_db
def test_an_analyst_may_assess_but_not_change_rules() -> None:
    client = signed_in(role=Role.ANALYST)
    draft = actions.new_draft(by=BY)
    assert client.post("/standing/rules/new/").status_code == 403
    assert client.post(f"/standing/rules/{draft.pk}/apply/", {"version": 1}).status_code == 403
    assert client.post(f"/standing/rules/{draft.pk}/", {"version": 1}).status_code == 403
    assert client.get(f"/standing/rules/{draft.pk}/").status_code == 200
