from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.audit.actor import Actor
from kexin.ground.staff.choices import Role
from kexin.ground.staff.models import User
from kexin.loop.customers import actions
from kexin.loop.customers.models import Asset, Project, ProjectStage, Relation

pytestmark = pytest.mark.django_db
BY = Actor.system("cli")


@pytest.fixture
def person(client: Client) -> User:
    person = make_user(role=Role.MANAGER, branch=make_branch())
    client.force_login(person)
    return person


def test_a_project_is_begun_planned_moved_and_listed(client: Client, person: User) -> None:
    customer = make_customer(branch=person.branch, name="澄湖物流")
    form = {"name": "二期展厅", "amount": "300000", "expected_on": "2026-01-01", "currency": "CNY", "source": "dealings"}
    page = client.post(reverse("customers:start_project", args=[customer.pk]), form, follow=True).content.decode()
    assert "二期展厅" in page
    project = Project.objects.get()
    quoted = ProjectStage.objects.get(name_zh="报价")
    client.post(reverse("customers:plan_project", args=[project.pk]), {f"stage_{quoted.pk}": "2026-03-01"})
    moved = client.post(
        reverse("customers:move_project", args=[project.pk]), {"stage": quoted.pk, "note": "口头"}, follow=True
    ).content.decode()
    for shown in ("报价", "口头", "2026-03-01"):
        assert shown in moved
    assert client.post(reverse("customers:move_project", args=[project.pk]), {"stage": "99999"}).status_code == 422
    listed = client.get(reverse("customers:projects") + "?outcome=open").content.decode()
    assert "澄湖物流" in listed
    assert "二期展厅" in client.get(reverse("customers:change_project", args=[project.pk])).content.decode()


def test_relations_are_added_by_code_and_others_names_are_kept(client: Client, person: User) -> None:
    customer = make_customer(branch=person.branch)
    parent = make_customer(branch=person.branch, name="湖畔集团", code="G1")
    answer = client.post(
        reverse("customers:add_relation", args=[customer.pk]), {"kind": "parent", "other": "G1", "source": "dealings"}, follow=True
    )
    assert "湖畔集团" in answer.content.decode()
    assert "下属单位" in client.get(reverse("customers:customer", args=[parent.pk])).content.decode()
    refused = client.post(
        reverse("customers:add_relation", args=[parent.pk]), {"kind": "parent", "other": customer.code, "source": "dealings"}
    )
    assert refused.status_code == 422
    hidden = make_customer(branch=make_branch(), name="远方公司", code="X1")
    assert (
        client.post(
            reverse("customers:add_relation", args=[customer.pk]), {"kind": "partner", "other": "X1", "source": "dealings"}
        ).status_code
        == 422
    )
    actions.add_relation(customer_id=customer.pk, kind="partner", other_id=hidden.pk, by=BY)
    assert "远方公司" not in client.get(reverse("customers:customer", args=[customer.pk])).content.decode()
    relation = Relation.objects.get(kind="parent")
    client.post(reverse("customers:end_relation", args=[relation.pk]), {"ended_on": ""})
    relation.refresh_from_db()
    assert relation.ended_on is not None


def test_an_asset_is_sold_and_gets_a_new_owner(client: Client, person: User) -> None:
    customer, buyer = make_customer(branch=person.branch), make_customer(branch=person.branch, name="买家", code="B1")
    asset = actions.add_asset(customer_id=customer.pk, name="云岫 S5", plate="沪A12345", by=BY)
    sold = client.post(reverse("customers:end_asset", args=[asset.pk]), {"state": "sold"}, follow=True).content.decode()
    assert "已转卖" in sold
    client.post(reverse("customers:transfer_asset", args=[asset.pk]), {"to": "B1"})
    assert Asset.objects.get().customer == buyer


def test_stages_are_the_administrator_s(client: Client, person: User) -> None:
    assert client.get(reverse("customers:stages")).status_code == 403
    client.force_login(make_user(role=Role.ADMINISTRATOR))
    form = {"name_zh": "样机试用", "name_en": "Trial", "outcome": "open", "position": "3", "is_active": "on"}
    assert "样机试用" in client.post(reverse("customers:add_stage"), form, follow=True).content.decode()
    stage = ProjectStage.objects.get(name_zh="样机试用")
    client.post(reverse("customers:change_stage", args=[stage.pk]), {**form, "name_zh": "试用", "is_active": ""})
    stage.refresh_from_db()
    assert (stage.name_zh, stage.is_active) == ("试用", False)
    assert client.post(reverse("customers:add_stage"), {**form, "name_zh": ""}).status_code == 422
