from __future__ import annotations

from itertools import count
from typing import Any

from kexin.ground.audit.actor import Actor
from kexin.ground.lists import actions as lists
from kexin.ground.staff.models import User
from kexin.loop.customers import actions
from kexin.loop.customers.models import Customer
from kexin.loop.privacy import actions as privacy
from kexin.loop.privacy.models import Consent, Purpose
from kexin.loop.todo import actions as todos

_number = count(1)
# Every value by which somebody could tell who this was.
VALUES = {
    "name": "欧阳予倩",
    "phone": "13812345678",
    "email": "ouyang.yuqian@example.cn",
    "wecom": "ouyang_yq_77",
    "address": "北京市海淀区中关村南大街27号",
    "plate": "京N8K6R2",
    "vin": "LSVAA4182E2123456",
    "contact": "慕容晓晓",
    "contact_phone": "13987654321",
    "note": "家中老人需要接送，每周三去协和",
    "wish": "想给女儿换一辆白色轿车",
    "talk": "来电说刹车有异响，周五下午带女儿过来",
    "todo": "给欧阳女士回电说明刹车片价格",
    "tag": "协和家属",
    "consent": "我同意贵店电话回访我本人欧阳",
    "reason": "原负责人与欧阳家相识",
}


def make_person(by: Actor, owner: User, **fields: Any) -> Customer:
    """Somebody with a value in every corner of the file, each written by the action people use."""
    v = VALUES
    fields.setdefault("code", f"P-{next(_number):06d}")
    customer = actions.create_customer(
        name=v["name"], phones=[v["phone"]], emails=[v["email"]], wecom=v["wecom"], address=v["address"], region="北京市", by=by, **fields
    )
    contact = actions.add_contact(customer_id=customer.pk, name=v["contact"], role="女儿", by=by)
    actions.add_point(customer_id=customer.pk, contact_id=contact.pk, kind="phone", value=v["contact_phone"], by=by)
    actions.add_asset(customer_id=customer.pk, name="轿车", plate=v["plate"], vin=v["vin"], by=by)
    actions.add_occasion(customer_id=customer.pk, label="生日", month=5, day=20, year=1961, by=by)
    entry = actions.add_entry(customer_id=customer.pk, topic="note", value=v["note"], source="customer", by=by)
    actions.supersede_entry(entry_id=entry.pk, value=v["wish"], source="customer", by=by)
    actions.note_interaction(customer_id=customer.pk, kind="call", text=v["talk"], by=by)
    actions.hand_over(customer_id=customer.pk, owner=owner, reason=v["reason"], by=by)
    todos.open_todo(kind="call", title=v["todo"], customer=customer, by=by)
    lists.add_tag(kind="customer", name="老客户", record_ids=[customer.pk], by=by)
    make_consent(customer, by=by)
    actions.reveal_point(point_id=customer.points.get(kind="email").pk, by=by)
    customer.refresh_from_db()
    return customer


def make_consent(customer: Customer, *, by: Actor, code: str = "marketing", state: str = "given", **fields: Any) -> Consent:
    purpose = Purpose.objects.get_or_create(code=code, defaults={"name_zh": code})[0]
    fields.setdefault("words", VALUES["consent"])
    fields.setdefault("how", "phone")
    return privacy.note_consent(customer_id=customer.pk, purpose_id=purpose.pk, state=state, by=by, **fields)
