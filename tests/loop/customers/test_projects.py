"""Projects: from stage to stage, planned and reached, ended by an ending stage, kept whatever happens."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.errors import Conflict, Invalid
from kexin.ground.lists import reading
from kexin.ground.staff.choices import Role, Sees
from kexin.loop.customers import actions, errors, parts, queries
from kexin.loop.customers.models import Asset, AssetEvent, Project, ProjectStage, StageMove
from kexin.loop.customers.projects_listing import PROJECTS

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")


def stage(name: str) -> ProjectStage:
    return ProjectStage.objects.get(name_zh=name)


def test_a_project_goes_through_stages_and_everything_stays() -> None:
    customer = make_customer()
    project = actions.start_project(customer_id=customer.pk, name="二期展厅", amount=Decimal(300000), by=BY)
    assert (project.stage.name_zh, project.outcome) == ("需求", "open")

    actions.plan_stages(project_id=project.pk, planned={stage("报价").pk: dt.date(2026, 1, 10), stage("成交").pk: None}, by=BY)
    actions.move_project(project_id=project.pk, stage_id=stage("报价").pk, moved_on=dt.date(2026, 1, 15), note="图纸晚了", by=BY)
    actions.move_project(project_id=project.pk, stage_id=stage("成交").pk, by=BY)

    project.refresh_from_db()
    assert (project.outcome, project.ended_on is not None) == ("won", True)
    quoted = next(line for line in queries.stage_lines(project) if line.stage.name_zh == "报价")
    assert (quoted.planned_on, quoted.reached_on, quoted.late_by) == (dt.date(2026, 1, 10), dt.date(2026, 1, 15), 5)
    assert [move.new_stage.name_zh for move in queries.moves_of(project)] == ["成交", "报价", "需求"]
    actions.move_project(project_id=project.pk, stage_id=stage("谈判").pk, by=BY)
    project.refresh_from_db()
    assert (project.outcome, project.ended_on) == ("open", None)


@pytest.mark.parametrize(
    ("given", "field"),
    [
        ({"name": " "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "x", "amount": Decimal(-1)}, "amount"),
        ({"name": "x", "currency": "元"}, "currency"),
        ({"name": "x", "starts_on": dt.date(2026, 5, 2), "expected_on": dt.date(2026, 5, 1)}, "expected_on"),
    ],
)
def test_what_cannot_be_is_refused(given: dict[str, Any], field: str) -> None:
    with pytest.raises(Invalid) as refused:
        actions.start_project(customer_id=make_customer().pk, by=BY, **given)
    assert field in (set(refused.value.fields()) or {refused.value.field})
    assert not Project.objects.exists()


def test_moves_that_say_nothing_or_lie_ahead_are_refused() -> None:
    project = actions.start_project(customer_id=make_customer().pk, name="x", by=BY)
    with pytest.raises(errors.StageIsSo):
        actions.move_project(project_id=project.pk, stage_id=project.stage_id, by=BY)
    with pytest.raises(errors.DayInFuture):
        actions.move_project(project_id=project.pk, stage_id=stage("报价").pk, moved_on=dt.date(2999, 1, 1), by=BY)
    ProjectStage.objects.filter(name_zh="报价").update(is_active=False)
    with pytest.raises(errors.StageGone):
        actions.move_project(project_id=project.pk, stage_id=stage("报价").pk, by=BY)


def test_two_people_editing_one_project_are_told() -> None:
    project = actions.start_project(customer_id=make_customer().pk, name="x", by=BY)
    actions.change_project(project_id=project.pk, version=project.version, fields={"note": "一"}, by=BY)
    with pytest.raises(Conflict):
        actions.change_project(project_id=project.pk, version=project.version, fields={"note": "二"}, by=BY)


def test_the_list_is_of_customers_one_may_see_and_costs_the_same(django_assert_num_queries: Any) -> None:
    branch = make_branch()
    boss = make_user(role=Role.MANAGER, sees=Sees.BRANCH, branch=branch)
    actions.start_project(customer_id=make_customer(branch=make_branch()).pk, name="别人的", by=BY)
    reading.read(PROJECTS, {}, boss)  # the branches below one's own are remembered
    for count in (1, 2):
        for number in range(count):
            actions.start_project(
                customer_id=make_customer(branch=branch).pk, name=f"{count}{number}", expected_on=dt.date(2026, 1, 1), by=BY
            )
        with django_assert_num_queries(3):  # rows with values, rows without, how many
            page = reading.read(PROJECTS, {"outcome": "open", "late": "1"}, boss)
            assert "别人的" not in [row.name for row in page.rows]
            assert {row.customer.owner for row in page.rows} == {None}


def test_what_becomes_of_a_vehicle_is_told_on_both_files_and_moves_with_a_merge() -> None:
    seller, buyer = make_customer(name="甲"), make_customer(name="乙")
    asset = actions.add_asset(customer_id=seller.pk, name="云岫 S5", plate="沪A12345", by=BY)
    actions.change_asset(asset_id=asset.pk, version=asset.version, fields={"plate": "沪B99999"}, by=BY)
    actions.end_asset(asset_id=asset.pk, state="sold", by=BY)
    with pytest.raises(errors.AssetIsSo):
        actions.end_asset(asset_id=asset.pk, state="sold", by=BY)
    with pytest.raises(errors.AssetStaysHere):
        actions.transfer_asset(asset_id=asset.pk, to_customer_id=seller.pk, by=BY)
    actions.transfer_asset(asset_id=asset.pk, to_customer_id=buyer.pk, note="二手", by=BY)

    asset = Asset.objects.get()
    assert (asset.customer, asset.state, asset.ended_on) == (buyer, "in_use", None)
    assert [(row.act, row.old, row.new) for row in AssetEvent.objects.filter(customer=seller).order_by("pk")] == [
        ("plate", "沪A12345", "沪B99999"),
        ("sold", "in_use", "sold"),
        ("owner", seller.code, buyer.code),
    ]
    assert AssetEvent.objects.get(customer=buyer).note == "二手"
    for name in ("customers.assets", "customers.projects"):
        part = parts.named(name)
        assert part.move is not None
        assert part.move_back is not None
        moved = part.move(seller, buyer)
        part.move_back(seller, buyer, moved)
    assert AssetEvent.objects.filter(customer=seller).count() == 3
    with pytest.raises(errors.EndBeforeStart):
        actions.end_asset(asset_id=asset.pk, state="scrapped", occurred_on=dt.date(2000, 1, 1), by=BY)


def test_the_timeline_tells_of_projects_and_assets() -> None:
    boss = make_user(role=Role.MANAGER, sees=Sees.ALL)
    customer = make_customer()
    project = actions.start_project(customer_id=customer.pk, name="二期展厅", by=BY)
    actions.move_project(project_id=project.pk, stage_id=stage("丢单").pk, note="价格", by=BY)
    asset = actions.add_asset(customer_id=customer.pk, name="云岫 S5", by=BY)
    actions.end_asset(asset_id=asset.pk, state="scrapped", by=BY)
    items = queries.timeline(customer, boss).items
    assert [(item.kind, item.title) for item in items] == [
        ("asset", "云岫 S5：报废"),
        ("project", "二期展厅：需求 → 丢单"),
        ("project", "项目开始：二期展厅"),
    ]
    part = parts.named("customers.projects")
    assert part.export is not None
    assert part.erase is not None
    assert part.export(customer)[0]["outcome"] == "lost"
    part.erase(customer)
    assert not StageMove.objects.exists()
