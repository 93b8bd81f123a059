from __future__ import annotations

import pytest
from django.test import Client
from django.urls import reverse
from tests.factories.customers import make_customer
from tests.factories.staff import make_branch, make_user

from kexin.ground.staff.choices import Role, Sees
from kexin.loop.customers.models import CustomField, CustomValue

pytestmark = pytest.mark.django_db


def test_an_administrator_defines_a_field_and_staff_fill_it(client: Client) -> None:
    boss = make_user(role=Role.ADMINISTRATOR, sees=Sees.ALL, branch=make_branch())
    client.force_login(boss)
    tea = {"label_zh": "爱喝的茶", "label_en": "Tea", "kind": "choice", "choices": "红茶\n绿茶", "applies_to": "all"}
    tea |= {"position": "1", "is_active": "on"}
    assert "爱喝的茶" in client.post(reverse("customers:define_field"), tea, follow=True).content.decode()
    assert client.post(reverse("customers:define_field"), {**tea, "choices": "红茶"}).status_code == 422
    field = CustomField.objects.get()
    customer = make_customer(branch=boss.branch)
    green = field.options.get(label_zh="绿茶")
    saved = client.post(reverse("customers:field_values", args=[customer.pk]), {field.name: str(green.pk), "source": "events"}, follow=True)
    assert "绿茶" in saved.content.decode()
    assert CustomValue.objects.get().source == "events"
    form = client.get(reverse("customers:field_values", args=[customer.pk])).content.decode()
    assert "历来记录" in form
    assert f'<option value="{green.pk}" selected' in form
    assert client.post(reverse("customers:field_values", args=[customer.pk]), {field.name: "x", "source": "events"}).status_code == 422

    listed = client.get(reverse("customers:list") + f"?cols={field.name}&{field.name}={green.pk}").content.decode()
    assert "绿茶" in listed
    change = client.post(
        reverse("customers:change_field", args=[field.pk]), {**tea, "label_zh": "茶", "version": field.version}, follow=True
    )
    assert change.status_code == 200
    asked = client.post(reverse("customers:remove_field", args=[field.pk]), {})
    assert asked.status_code == 422
    assert "1 份档案" in asked.content.decode()
    client.post(reverse("customers:remove_field", args=[field.pk]), {"meant": "on"})
    assert not CustomField.objects.exists()
    told = client.get(reverse("customers:list") + f"?{field.name}={green.pk}")
    assert told.status_code == 403
    assert "没有您能用的" in told.content.decode()


def test_the_export_holds_own_fields_and_refuses_hidden_ones(client: Client) -> None:
    from kexin.loop.customers import actions  # noqa: PLC0415 -- beside its one use

    boss = make_user(role=Role.MANAGER, sees=Sees.ALL, branch=make_branch())
    client.force_login(boss)
    shown = actions.define_field(kind="text", label_zh="合同号", by=boss.actor)
    hidden = actions.define_field(kind="text", label_zh="底价", roles="administrator", by=boss.actor)
    customer = make_customer(branch=boss.branch)
    actions.write_fields(customer_id=customer.pk, values={shown.pk: "HT-7", hidden.pk: "三折"}, by=boss.actor)
    file = client.post(reverse("lists:export", args=["customers"]), {"query": f"cols={shown.name}", "ending": "csv"})
    text = b"".join(file.streaming_content).decode("utf-8-sig")  # type: ignore[attr-defined]  # a file is streamed
    assert "合同号" in text
    assert "HT-7" in text
    refused = client.post(reverse("lists:export", args=["customers"]), {"query": f"cols={hidden.name}", "ending": "csv"})
    assert refused.status_code == 403
