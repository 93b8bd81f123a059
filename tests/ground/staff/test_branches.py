from __future__ import annotations

import pytest
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit import queries as audit
from kexin.ground.audit.actor import Actor
from kexin.ground.errors import Conflict, NotFound
from kexin.ground.staff import errors, queries
from kexin.ground.staff.actions import branches
from kexin.ground.staff.choices import Sees
from kexin.ground.staff.models import Branch

pytestmark = pytest.mark.django_db
BY = Actor(id=1, name="管理员")


def test_a_branch_stands_below_its_parent() -> None:
    group = branches.create_branch(name="集团", code="HQ", by=BY)
    east = branches.create_branch(name="华东", code="E", parent=group, by=BY)

    assert (group.path, east.path) == (f"/{group.pk}/", f"/{group.pk}/{east.pk}/")
    assert [(branch.name, branch.depth) for branch in queries.branch_tree()] == [("集团", 0), ("华东", 1)]
    assert audit.trail(kind="branch", record_id=east.pk)[0].changes["parent"] == ["", "集团"]


def test_a_moved_branch_takes_everything_below_along() -> None:
    group, west = make_branch(name="集团"), make_branch(name="西部")
    east = make_branch(name="东部", parent=group)
    shop = make_branch(name="门店", parent=east)
    person = make_user(sees=Sees.BRANCH, branch=west)

    branches.move_branch(branch_id=east.pk, parent_id=west.pk, by=BY)

    shop.refresh_from_db()
    assert shop.path == f"/{west.pk}/{east.pk}/{shop.pk}/"
    assert set(queries.branch_ids_of(person)) == {west.pk, east.pk, shop.pk}
    assert audit.trail(kind="branch", record_id=east.pk)[0].changes == {"parent": ["集团", "西部"]}


def test_a_branch_can_become_the_top() -> None:
    group = make_branch()
    east = make_branch(parent=group)

    assert branches.move_branch(branch_id=east.pk, parent_id=None, by=BY).path == f"/{east.pk}/"


def test_similar_numbers_are_not_taken_for_branches_below() -> None:
    """ "/1/" must not match "/12/": paths end with a slash."""
    top = make_branch()
    others = [make_branch() for _ in range(12)]

    assert queries.branch_ids_of(make_user(branch=top)) == [top.pk]
    assert all(not other.path.startswith(top.path) for other in others)


def test_a_branch_never_stands_below_itself() -> None:
    group = make_branch()
    east = make_branch(parent=group)

    for parent in (east, group):
        with pytest.raises(errors.BranchBelowItself):
            branches.move_branch(branch_id=group.pk, parent_id=parent.pk, by=BY)


def test_codes_zones_and_holidays_are_checked() -> None:
    branch = make_branch(code="A1")

    with pytest.raises(errors.CodeTaken):
        branches.create_branch(name="二", code="A1", by=BY)
    with pytest.raises(errors.UnknownZone):
        branches.change_branch(branch_id=branch.pk, version=1, fields={"zone": "Asia/Peking"}, by=BY)
    with pytest.raises(errors.UnknownHolidays):
        branches.change_branch(branch_id=branch.pk, version=1, fields={"holidays": "XX"}, by=BY)
    with pytest.raises(NotFound):
        branches.change_branch(branch_id=0, version=1, fields={}, by=BY)


def test_the_later_of_two_editors_is_told_and_nothing_is_lost() -> None:
    branch = make_branch(name="老名字", code="A1")
    branches.change_branch(branch_id=branch.pk, version=1, fields={"name": "甲的名字"}, by=BY)

    with pytest.raises(Conflict) as told:
        branches.change_branch(branch_id=branch.pk, version=1, fields={"name": "乙的名字", "code": "A1"}, by=BY)

    assert (told.value.theirs, told.value.yours, told.value.version) == ({"name": "甲的名字"}, {"name": "乙的名字"}, 2)
    assert Branch.objects.get(pk=branch.pk).name == "甲的名字"
    assert branches.change_branch(branch_id=branch.pk, version=2, fields={"name": "乙的名字"}, by=BY).version == 3


def test_saving_without_a_change_writes_nothing() -> None:
    branch = make_branch(name="一")

    assert branches.change_branch(branch_id=branch.pk, version=1, fields={"name": "一"}, by=BY).version == 1
    assert audit.trail(kind="branch") == []


def test_a_branch_in_use_is_not_closed() -> None:
    group = make_branch()
    east = make_branch(parent=group)
    make_user(branch=group)

    with pytest.raises(errors.BranchInUse) as told:
        branches.close_branch(branch_id=group.pk, by=BY)
    assert told.value.data == {"people": 1, "branches": 1}

    assert not branches.close_branch(branch_id=east.pk, by=BY).is_active
    assert branches.open_branch(branch_id=east.pk, by=BY).is_active
