from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from kexin.ground.audit.actor import Actor
from kexin.loop.customers import actions
from kexin.loop.customers.models import Customer
from kexin.loop.customers.queries.found import why_found

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")


def test_what_a_name_does_not_say_is_said_and_no_number_whole() -> None:
    one = actions.create_customer(name="曾令仪", phones=["13812342207"], by=BY)
    actions.add_asset(customer_id=one.pk, name="云岫", plate="澄A·3K72Q", vin="LSVAA4182E2184847", by=BY)
    actions.add_contact(customer_id=one.pk, name="郭先生", phone="13900000416", by=BY)
    other = actions.create_customer(name="旧档案", code="X-900", by=BY)
    actions.merge_customers(survivor_id=one.pk, merged_id=other.pk, by=BY)
    rows = list(Customer.objects.filter(pk=one.pk))

    def why(text: str) -> str:
        return why_found(rows, text).get(one.pk, "")

    assert [why(text) for text in ("曾令", "zly", "zengling", one.code, "没有")] == [""] * 5
    assert "郭先生" in why("郭先")
    assert "郭先生" in why("guo")
    assert "3K72Q" in why("3k72q")
    assert "2184847" in why("2184847")
    assert "X-900" in why("x900")
    assert why("0416").endswith("0416")
    assert "138" not in why("12342207")


def test_it_costs_nothing_where_names_say_it_and_no_more_for_many() -> None:
    for count in (1, 3):
        rows = [actions.create_customer(name=f"王伟{n}", phones=["13812342207"], by=BY) for n in range(count)]
        with CaptureQueriesContext(connection) as captured:
            why_found(rows, "王伟")
            assert len(captured) == 0
            why_found(rows, "2207")
        assert len(captured) == 4
