"""Irregular practices and partners of the simulated company: reports at every step, a directory with offices and people."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from kexin.ground.audit.actor import Actor
from kexin.ground.staff.models import User
from kexin.loop.customers import actions as customers
from kexin.loop.customers.models import Customer
from kexin.loop.partners import actions, queries

# Kind, what, days ago, how far it went (0 reported … 4 closed; -1: not confirmed), what the customer said, what was found.
STORIES = (
    ("拖欠货款", "三笔尾款过了约定日期仍未付", 40, 4, "年底资金紧，已付两笔，月底付清", "财务对账属实"),
    ("不执行公司政策", "把约定自用的配件转卖给路边店", 75, 3, "只卖过一次，以后不会", "门店小票两张"),
    ("低价倾销、乱价", "在平台上低于协议价出售保养卡", 20, 2, "是亲戚代卖的，已下架", "平台页面截图"),
    ("跨区销售（窜货）", "听同行说把团购配件卖到了外省", 12, 1, "", ""),
    ("虚假报销、虚开发票", "发票抬头与实际单位不一致", 6, 0, "", ""),
    ("泄露协议条件", "听说把团购价发在了群里", 90, -1, "群里那张图不是我们发的", "图上的价格与我们的协议不符"),
)
ANSWERS = {"拖欠货款": "talk", "不执行公司政策": "talk"}
PARTNERS = (
    ("顺达物流", "carrier", "江苏、浙江、上海", "整车、配件运输", 45, ""),
    ("恒信代收", "collector", "江苏", "货到付款代收", 300, ""),
    ("长三角配件联合办事处", "joint_office", "江苏、浙江、上海", "机油、轮胎、易损件", 200, "与三家配件商每季度比价：机油、轮胎、刹车片"),
    ("固优轮胎", "supplier", "全国", "轮胎", 20, "与另两家轮胎商比价，每半年一次"),
    ("安途汽配", "distributor", "南京", "配件", 500, ""),
)
# Partner, office, region, hours, person, asked for what.
OFFICES = (
    ("顺达物流", "苏州站", "江苏 苏州", "8:00–20:00", "老陈", "派车"),
    ("顺达物流", "南通站", "江苏 南通", "8:00–18:00", "小季", "签收单"),
    ("恒信代收", "无锡营业厅", "江苏 无锡", "9:00–17:00", "周会计", "对账"),
    ("长三角配件联合办事处", "昆山办事处", "江苏 苏州 昆山", "周一至周六 8:30–17:30", "顾经理", "调货"),
    ("长三角配件联合办事处", "常州办事处", "江苏 常州", "周一至周五 9:00–17:00", "小陆", "退换"),
    ("固优轮胎", "上海总部", "上海", "9:00–18:00", "潘小姐", "报价"),
    ("安途汽配", "南京仓", "江苏 南京", "8:00–17:00", "老韩", "提货"),
)


def write(*, staff: dict[str, User], today: date, by: Actor) -> int:
    """Everything by the rooms' own actions. How many incidents there are."""
    kinds = {kind.name_zh: kind for kind in queries.kinds()}
    files = Customer.objects.filter(kind="organisation", is_active=True, merged_into=None, branch__isnull=False).order_by("pk")
    chosen = list(files.select_related("owner")[: len(STORIES)])
    lead = next((person for person in staff.values() if person.role == "manager"), None)
    boss = lead.actor if lead is not None else by
    for customer, (kind, what, ago, steps, said, found) in zip(chosen, STORIES, strict=False):
        made = actions.report_practice(
            customer_id=customer.pk,
            kind_id=kinds[kind].pk,
            what=what,
            happened_on=today - timedelta(days=ago),
            learnt_on=today - timedelta(days=ago - 3),
            amount=Decimal(12_800) if kind == "拖欠货款" else None,
            by=customer.owner.actor if customer.owner is not None else by,
        )
        _go_on(made.pk, steps, ANSWERS.get(kind, ""), said, found, boss)
    _directory(today, by)
    if chosen:  # a few know exactly where they are
        for place, one in enumerate(chosen[:3]):
            customers.say_where(customer_id=one.pk, given=f"{31.30 + place / 50:.4f}, {120.58 + place / 40:.4f}", system="gcj02", by=by)
    return len(chosen)


def _go_on(pk: int, steps: int, answer: str, said: str, found: str, by: Actor) -> None:
    if steps == 0:
        return
    actions.examine(incident_id=pk, by=by)
    if steps == 1:
        return
    actions.hear(incident_id=pk, statement=said, by=by)
    if steps == -1:
        actions.reject(incident_id=pk, finding=found, by=by)
        actions.close(incident_id=pk, by=by)
        return
    actions.confirm(incident_id=pk, finding=found, by=by)
    if steps > 2:
        actions.answer(incident_id=pk, answer=answer, by=by)
    if steps > 3:
        actions.close(incident_id=pk, by=by)


def _directory(today: date, by: Actor) -> None:
    made = {}
    for name, role, regions, products, days, prices in PARTNERS:
        until = today + timedelta(days=days)
        fields = {"name": name, "role": role, "covers_regions": regions, "covers_products": products, "price_agreement": prices}
        made[name] = actions.add_partner(fields={**fields, "agreed_from": until - timedelta(days=730), "agreed_until": until}, by=by)
    for name, place, region, hours, person, task in OFFICES:
        office = actions.add_office(partner_id=made[name].pk, fields={"name": place, "region": region, "hours": hours}, by=by)
        fields = {"name": person, "role": task, "phone": "0512-55550000"}
        actions.add_contact(partner_id=made[name].pk, office=office, fields=fields, by=by)
