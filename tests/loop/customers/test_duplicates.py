from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.staff.choices import Sees
from kexin.loop.customers import actions, queries
from kexin.loop.customers.rules import duplicates

BY = Actor.system("cli")
few = st.frozensets(st.sampled_from(["1", "2", "3"]), max_size=2)
marks = st.builds(
    duplicates.Marks,
    name=st.sampled_from(
        ["", "王伟", "王伟明", "王卫明", "王先生", "小王", "李娜", "苏州锦程物流有限公司", "锦程物流", "锦城物流", "王伟物流"]
    ),
    region=st.sampled_from(["", "城南", "江苏 / 苏州 / 园区", "江苏省苏州市园区", "江苏 / 苏州 / 吴中"]),
    kind=st.sampled_from(["", "person", "organisation"]),
    address=st.sampled_from(["", "中山路 5 号", "中山路5号"]),
    contacts=st.frozensets(st.sampled_from(["王伟", "李娜"]), max_size=1),
    branch_id=st.sampled_from([None, 1, 2]),
    tax_number=st.sampled_from(["", "A", "B"]),
    phones=few,
    emails=few,
    wecom=few,
    plates=few,
    vins=few,
)


@given(one=marks, other=marks)
def test_it_does_not_matter_which_came_first(one: duplicates.Marks, other: duplicates.Marks) -> None:
    assert duplicates.shared(one, other) == duplicates.shared(other, one)


@given(reasons=st.lists(st.sampled_from(list(duplicates.WEIGHTS)), unique=True))
def test_one_more_shared_mark_never_makes_two_files_less_alike(reasons: list[str]) -> None:
    assert 0 <= duplicates.score(reasons) <= 99
    assert duplicates.score(reasons) >= duplicates.score(reasons[:-1])


@pytest.mark.django_db
def test_each_mark_finds_its_file_with_the_reason() -> None:
    boss = make_user(sees=Sees.ALL)
    branch = make_branch()
    customer = actions.create_customer(
        name="恒达商贸",
        phones=["13800138000"],
        emails=["a@b.cn"],
        wecom="wx_1",
        tax_number="91350100M000100Y43",
        region="城南",
        branch=branch,
        by=BY,
    )
    actions.add_asset(customer_id=customer.pk, name="", plate="澄A·12345", vin="VIN1", by=BY)

    def found(**asked: object) -> list[tuple[int | None, tuple[str, ...]]]:
        return [(twin.customer_id, twin.reasons) for twin in queries.possible_duplicates(user=boss, **asked)]  # type: ignore[arg-type]

    assert found(phones=["+86 138 0013 8000"]) == [(customer.pk, ("phone",))]
    assert found(emails=["A@B.cn"]) == [(customer.pk, ("email",))]
    assert found(wecom="WX_1") == [(customer.pk, ("wecom",))]
    assert found(tax_number="91350100m000100y43") == [(customer.pk, ("tax_number",))]
    assert found(plates=["澄a12345"]) == [(customer.pk, ("plate",))]
    assert found(vins=["vin1"]) == [(customer.pk, ("vin",))]
    assert found(name="恒达商贸", region="城南") == [(customer.pk, ("name_and_region",))]
    assert found(name="恒达商贸", branch_id=branch.pk) == [(customer.pk, ("name_and_branch",))]
    assert found(name="恒达商贸") == [(customer.pk, ("name",))]
    assert found(name="恒达", phones=["13800138001"]) == []
    assert found() == []


@pytest.mark.django_db
def test_what_another_branch_keeps_is_told_without_telling_who_it_is() -> None:
    here, there = make_branch(name="城南店"), make_branch(name="城北店")
    user = make_user(branch=here)
    actions.create_customer(name="顾雪亭", phones=["13812342207"], branch=there, by=BY)

    assert queries.possible_duplicates("王伟", ["13812342207"], user=user) == [
        queries.Duplicate(None, "", "顾••", "城北店", "", "", 40, ("phone", "other_name"), is_active=True)
    ]


@pytest.mark.django_db
def test_a_front_desk_number_on_hundreds_of_files_stays_a_short_list(django_assert_max_num_queries: object) -> None:
    boss = make_user(sees=Sees.ALL)
    for _ in range(70):
        customer = make_customer()
        actions.add_point(customer_id=customer.pk, kind="phone", value="4008001234", by=BY)
    with django_assert_max_num_queries(8):  # type: ignore[operator] -- a fixture
        assert len(queries.possible_duplicates("王伟", ["4008001234"], user=boss)) == 8
