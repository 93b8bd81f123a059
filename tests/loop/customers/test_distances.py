from __future__ import annotations

from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from tests.factories.customers import make_customer as customer
from tests.factories.staff import make_branch as branch

from kexin.ground.audit.actor import Actor
from kexin.ground.jobs import actions as jobs
from kexin.ground.jobs.models import ACTIVE, Job
from kexin.ground.staff import errors as staff_errors
from kexin.ground.staff.models import Branch
from kexin.loop.customers import actions, queries
from kexin.loop.customers.models import Coordinates, Whereabouts
from kexin.loop.customers.rules.distances import Distance

pytestmark = pytest.mark.django_db
BY = Actor.system("test")
HANGZHOU, SHANGHAI = "30.2741, 120.1551", "31.2304, 121.4737"


def run_jobs(kind: str = "customers.distances") -> None:
    for job in Job.objects.filter(kind=kind, state__in=ACTIVE):
        assert jobs.run_here(job.pk).state == "done"


@pytest.fixture
def shop() -> Branch:
    made = branch()
    actions.locate_branch(branch_id=made.pk, given=HANGZHOU, by=BY)
    made.refresh_from_db()
    return made


def test_coordinates_give_an_exact_distance(shop: Branch) -> None:
    her = customer(branch=shop)

    actions.say_where(customer_id=her.pk, given=SHANGHAI, by=BY)

    found = queries.distance_km(her)
    assert found.km == pytest.approx(165.0, abs=1.5)
    assert (found.exactness, found.is_about, found.unknown) == ("exact", False, "")
    assert found.is_beyond(150) is True
    assert found.is_beyond(170) is False


def test_a_region_gives_a_distance_that_says_it_is_about(shop: Branch) -> None:
    her = actions.create_customer(name="陈燕", branch=shop, region="上海", by=BY)

    found = queries.distance_km(her)
    assert found.exactness == "province"
    assert found.is_about
    assert found.km == pytest.approx(164, abs=3)
    assert found.is_beyond(150) is None  # Shanghai is wider than what is missing
    assert found.is_beyond(60) is True


@pytest.mark.parametrize(("given", "reason"), [({}, "no_place"), ({"region": "某地"}, "no_place")])
def test_unknown_stays_unknown(shop: Branch, given: Any, reason: str) -> None:
    her = actions.create_customer(name="陈燕", branch=shop, by=BY, **given)

    assert queries.distance_km(her) == Distance(None, unknown=reason)


def test_without_a_branch_or_its_coordinates_nothing_is_measured() -> None:
    nobodys = actions.create_customer(name="陈燕", region="杭州", by=BY)
    theirs = actions.create_customer(name="陈燕", region="杭州", branch=branch(), by=BY)

    assert queries.distances_km([nobodys.pk, theirs.pk]) == {
        nobodys.pk: Distance(None, unknown="no_branch"),
        theirs.pk: Distance(None, unknown="branch_nowhere"),
    }


def test_a_later_word_takes_the_place_and_older_ones_stay(shop: Branch) -> None:
    her = customer(branch=shop)
    actions.say_where(customer_id=her.pk, given=SHANGHAI, by=BY)

    actions.say_where(customer_id=her.pk, given=HANGZHOU, by=BY)

    assert queries.distance_km(her).km == 0.0
    assert Coordinates.objects.filter(customer=her).count() == 2
    actions.forget_where(customer_id=her.pk, by=BY)
    assert queries.distance_km(her) == Distance(None, unknown="no_place")


@pytest.mark.parametrize(
    ("given", "error"),
    [
        ("121.4737, 31.2304", staff_errors.CoordinatesSwapped),
        ("91, 10", staff_errors.CoordinatesOutOfRange),
        ("30, 181", staff_errors.CoordinatesOutOfRange),
        ("0, 0", staff_errors.CoordinatesNowhere),
        ("文三路 1 号", staff_errors.CoordinatesUnreadable),
        ("nan, nan", staff_errors.CoordinatesUnreadable),
    ],
)
def test_what_is_no_place_is_refused_and_nothing_is_written(shop: Branch, given: Any, error: type[Exception]) -> None:
    her = customer(branch=shop)

    with pytest.raises(error):
        actions.say_where(customer_id=her.pk, given=given, by=BY)
    with pytest.raises(error):
        actions.locate_branch(branch_id=shop.pk, given=given, by=BY)

    assert not Coordinates.objects.exists()


def test_a_chinese_map_is_brought_to_wgs84(shop: Branch) -> None:
    her = customer(branch=shop)

    said = actions.say_where(customer_id=her.pk, given="39.9101035, 116.4037436", system="gcj02", by=BY)

    assert (said.latitude, said.longitude) == pytest.approx((39.9087, 116.3975), abs=1e-5)
    assert said.system == "gcj02"


def test_another_branch_region_or_address_is_measured_in_the_same_act(shop: Branch) -> None:
    other = branch()
    actions.locate_branch(branch_id=other.pk, given=SHANGHAI, by=BY)
    her = actions.create_customer(name="陈燕", branch=shop, region="浙江 杭州", by=BY)
    near = queries.distance_km(her).km

    actions.change_customer(customer_id=her.pk, version=None, fields={"branch": other}, by=BY)
    assert queries.distance_km(her).km > 100 > near
    actions.change_customer(customer_id=her.pk, version=None, fields={"region": "", "address": ""}, by=BY)
    assert queries.distance_km(her) == Distance(None, unknown="no_place")


def test_many_at_once_are_measured_in_the_same_act(shop: Branch) -> None:
    other = branch()
    actions.locate_branch(branch_id=other.pk, given=SHANGHAI, by=BY)
    her = actions.create_customer(name="陈燕", branch=shop, region="浙江 杭州", by=BY)

    actions.change_many(field="branch", values={her.pk: other.pk}, by=BY)

    assert (queries.distance_km(her).km or 0) > 100


def test_a_branch_that_moves_measures_its_customers_as_a_job(shop: Branch) -> None:
    her = actions.create_customer(name="陈燕", branch=shop, region="上海", by=BY)
    before = queries.distance_km(her).km

    actions.locate_branch(branch_id=shop.pk, given=SHANGHAI, by=BY)
    run_jobs()

    assert queries.distance_km(her).km < 5 < before
    actions.locate_branch(branch_id=shop.pk, given="", by=BY)
    run_jobs()
    assert queries.distance_km(her) == Distance(None, unknown="branch_nowhere")


def test_files_from_before_are_found_by_a_job(shop: Branch) -> None:
    her = actions.create_customer(name="陈燕", branch=shop, region="上海", by=BY)
    Whereabouts.objects.all().delete()

    jobs.start(kind="customers.whereabouts", by=BY)
    run_jobs("customers.whereabouts")

    assert queries.distance_km(her).is_about


@pytest.mark.parametrize("count", [1, 3])
def test_many_distances_cost_one_statement(shop: Branch, count: int) -> None:
    ids = [actions.create_customer(name="陈燕", branch=shop, region="上海", by=BY).pk for _ in range(count)]

    with CaptureQueriesContext(connection) as told:
        found = queries.distances_km(ids)

    assert len(told) == 1
    assert list(found) == ids


def test_merge_takes_the_place_along_and_back(shop: Branch) -> None:
    one, other = customer(branch=shop, name="甲"), customer(branch=shop, name="乙")
    actions.say_where(customer_id=other.pk, given=SHANGHAI, by=BY)

    merge = actions.merge_customers(survivor_id=one.pk, merged_id=other.pk, by=BY)
    assert queries.distance_km(one).km > 100

    actions.unmerge_customers(merge_id=merge.pk, by=BY)
    assert queries.distance_km(one) == Distance(None, unknown="no_place")
    assert queries.distance_km(other).km > 100
