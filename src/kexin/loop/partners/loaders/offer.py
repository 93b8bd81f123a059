"""Partner files: a row is a partner, with one of its offices and one person to ask there. Rows of one partner stand for one."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from django.utils.translation import gettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from kexin.ground.errors import KexinError
from kexin.ground.imports import bulk, parsing, undoing
from kexin.ground.imports.loaders import Batch, Context, Field, Journal, Loader, Plan, Sample, Text, Undo, register
from kexin.ground.imports.parsing import Bad, clean
from kexin.ground.staff import coordinates
from kexin.kit import geo
from kexin.loop.customers.loaders.places import SYSTEM_WORDS
from kexin.loop.partners.actions.directory import free_code
from kexin.loop.partners.choices import Role
from kexin.loop.partners.models import Office, Partner, PartnerContact

ROLES = {
    word.casefold(): role.value
    for role, words in {
        Role.DISTRIBUTOR: ("经销商", "分销商", "distributor"),
        Role.SUPPLIER: ("供应商", "供货商", "supplier"),
        Role.CARRIER: ("物流商", "物流", "承运商", "carrier"),
        Role.COLLECTOR: ("代收款方", "代收", "collector"),
        Role.JOINT_OFFICE: ("联合办事处", "办事处", "joint office", "joint_office"),
        Role.OTHER: ("其他", "other"),
    }.items()
    for word in words
}
OWN, PLACE, PERSON = pgettext_lazy("partner", "Partner"), pgettext_lazy("partner", "Office"), pgettext_lazy("partner", "Person")
FIELDS = (
    Field("code", _("Code"), ("编号", "合作方编号", "code", "partner code"), group=OWN),
    Field("name", pgettext_lazy("partner", "Name"), ("名称", "合作方", "合作方名称", "公司", "name", "partner"), required=True, group=OWN),
    Field("role", pgettext_lazy("partner", "What they are"), ("类型", "合作类型", "role", "type"), parse="choice", group=OWN),
    Field("covers_regions", _("Covers regions"), ("覆盖地区", "区域", "covers regions", "regions"), group=OWN),
    Field("covers_products", _("Covers products"), ("覆盖产品", "产品", "covers products", "products"), group=OWN),
    Field("agreed_from", _("Agreed from"), ("协议起始", "协议开始", "agreed from"), parse="date", group=OWN),
    Field("agreed_until", _("Agreed until"), ("协议到期", "协议结束", "agreed until"), parse="date", group=OWN),
    Field("price_agreement", _("Price comparison"), ("比价约定", "price comparison"), group=OWN),
    Field("office", pgettext_lazy("partner", "Office"), ("办事处", "网点名称", "office"), group=PLACE),
    Field("region", _("Region"), ("地区", "省市", "region", "city"), group=PLACE),
    Field("address", _("Address"), ("地址", "address"), group=PLACE),
    Field("hours", _("Opening hours"), ("营业时间", "opening hours", "hours"), group=PLACE),
    Field("coordinates", _("Coordinates"), ("坐标", "经纬度", "coordinates"), group=PLACE),
    Field("system", _("Coordinate system"), ("坐标系", "地图", "coordinate system"), group=PLACE),
    Field("person", pgettext_lazy("partner", "Person"), ("联系人", "姓名", "person", "contact"), group=PERSON),
    Field("task", _("Asked for what"), ("负责什么", "职务", "asked for", "job title"), group=PERSON),
    Field("phone", _("Phone"), ("电话", "手机", "phone"), group=PERSON),
    Field("email", _("E-mail"), ("邮箱", "email", "e-mail"), group=PERSON),
)  # fmt: skip
NAMES = tuple(one.name for one in FIELDS)
PARTNER_TEXTS = {"name": 120, "covers_regions": 300, "covers_products": 300, "price_agreement": 500}
OTHER_TEXTS = {"code": 40, "office": 80, "region": 60, "address": 200, "hours": 120, "person": 80, "task": 60, "phone": 40, "email": 120}
SAMPLES = 20


@dataclass
class Work:
    """One partner of the batch: there already, or new; with what is new or another of it."""

    row: int
    partner: Partner
    is_new: bool
    before: dict[str, Any] = field(default_factory=dict)
    offices: dict[str, Office] = field(default_factory=dict)  # new ones by name
    people: list[tuple[PartnerContact, str]] = field(default_factory=list)  # new ones, with the name of their office


class PartnerSession:
    def __init__(self, context: Context) -> None:
        self.context = context

    def forget(self) -> None:
        """Nothing of the database is remembered between batches."""

    def plan(self, batch: Batch) -> Plan:
        plan = Plan()
        plan.work = {}
        for number, *cells in zip(batch.numbers, *(batch.column(name) for name in NAMES), strict=True):
            read = self._read(dict(zip(NAMES, cells, strict=True)))
            if isinstance(read, Bad):
                plan.refuse(number, read)
            else:
                self._take(number, read, plan)
        return plan

    def _read(self, raw: Mapping[str, str]) -> dict[str, Any] | Bad:
        values: dict[str, Any] = {}
        for name, limit in {**PARTNER_TEXTS, **OTHER_TEXTS}.items():
            values[name] = clean(raw[name])
            if len(values[name]) > limit:
                return Bad("text_too_long", {"field": name, "limit": limit})
        if not values["name"]:
            return Bad("missing", {"field": "name"})
        role = parsing.choice(raw["role"], words=ROLES)
        if isinstance(role, Bad):
            return Bad(role.code, {**role.data, "field": "role"})
        values["role"] = role or ""
        for name in ("agreed_from", "agreed_until"):
            day = parsing.day(raw[name], order=self.context.date_orders.get(name, ""))
            if isinstance(day, Bad):
                return Bad(day.code, {**day.data, "field": name})
            values[name] = day
        return self._placed(values, raw)

    @staticmethod
    def _placed(values: dict[str, Any], raw: Mapping[str, str]) -> dict[str, Any] | Bad:
        system = SYSTEM_WORDS.get(clean(raw["system"]).casefold(), geo.WGS84 if not raw["system"].strip() else "")
        if not system:
            return Bad("coordinates_system_unknown", {"value": parsing.shown(raw["system"])})
        try:
            values["point"] = coordinates.read(raw["coordinates"], system)
        except KexinError as refused:
            if refused.code == "coordinates_unreadable":
                return Bad("bad_number", {"field": "coordinates", "value": parsing.shown(raw["coordinates"])})
            return Bad(refused.code, dict(refused.data))
        return values | {"system": system}

    def _take(self, number: int, read: dict[str, Any], plan: Plan) -> None:
        key = ("code", read["code"]) if read["code"] else ("name", read["name"])
        work: Work | None = plan.work.get(key)
        begun = work is None
        if work is None:
            found = self._found(number, dict([key]), plan)
            if isinstance(found, Bad):
                plan.refuse(number, found)
                return
            work = found
            begun = not any(work is one for one in plan.work.values())
        if not self._fits(work.partner, read):
            plan.refuse(number, Bad("ends_before_it_begins", {}))
            return
        plan.work[key] = work
        differs = self._compare(number, work, read, plan)
        if work.is_new and begun:
            plan.added += 1
        elif differs:
            plan.changed += 1
        else:
            plan.unchanged += 1

    @staticmethod
    def _found(number: int, by: dict[str, str], plan: Plan) -> Work | Bad:
        """The partner of a code or a name: of this batch, where an earlier row called it otherwise, of the directory, or new."""
        known = list(Partner.objects.filter(**by).order_by("pk")[:2])
        if len(known) > 1:
            return Bad("customer_ambiguous", {"value": ", ".join(one.code for one in known)})
        if known:
            return next((one for one in plan.work.values() if one.partner.pk == known[0].pk), Work(number, known[0], is_new=False))
        new = {id(one): one for one in plan.work.values() if one.is_new and all(getattr(one.partner, name) == by[name] for name in by)}
        if len(new) > 1:
            return Bad("customer_ambiguous", {"value": ", ".join(one.partner.code for one in new.values())})
        return next(iter(new.values()), Work(number, Partner(**by), is_new=True))

    @staticmethod
    def _fits(partner: Partner, read: Mapping[str, Any]) -> bool:
        begins: dt.date | None = read["agreed_from"] or partner.agreed_from
        ends: dt.date | None = read["agreed_until"] or partner.agreed_until
        return begins is None or ends is None or begins <= ends

    def _compare(self, number: int, work: Work, read: Mapping[str, Any], plan: Plan) -> bool:
        differs = False
        partner = work.partner
        for name in (*PARTNER_TEXTS, "role", "agreed_from", "agreed_until"):
            old, new = getattr(partner, name), read[name]
            if new in ("", None) or old == new:
                continue
            work.before.setdefault(name, old)
            setattr(partner, name, new)
            differs = True
            if len(plan.samples) < SAMPLES:
                plan.samples.append(Sample(number, partner.name, name, str(old or ""), str(new)))
        if read["office"] and read["office"] not in work.offices and not self._has(work, Office, read["office"]):
            point = read["point"]
            work.offices[read["office"]] = Office(
                **{name: read[name] for name in ("region", "address", "hours", "system")},
                name=read["office"],
                latitude=point and point.latitude,
                longitude=point and point.longitude,
            )
            differs = True
        if (
            read["person"]
            and read["person"] not in [one.name for one, _at in work.people]
            and not self._has(work, PartnerContact, read["person"])
        ):
            person = PartnerContact(name=read["person"], role=read["task"], phone=read["phone"], email=read["email"])
            work.people.append((person, read["office"]))
            differs = True
        return differs

    @staticmethod
    def _has(work: Work, model: type[Office | PartnerContact], name: str) -> bool:
        return not work.is_new and bool(model._default_manager.filter(partner=work.partner, name=name).exists())  # noqa: SLF001 -- Django's own name for a model's manager

    def write(self, plan: Plan, *, change: int) -> Journal:
        journal = Journal()
        every = {id(work): work for work in plan.work.values()}.values()
        works: list[Work] = [work for work in every if work.is_new or work.before or work.offices or work.people]
        new = [work for work in works if work.is_new]
        ids = bulk.allocate(Partner, len(new))
        taken = {work.partner.code for work in new}
        for pk, work in zip(ids, new, strict=True):
            work.partner.pk, work.partner.change = pk, change
            work.partner.code = work.partner.code or free_code(pk, taken)
            taken.add(work.partner.code)
        Partner.objects.bulk_create([work.partner for work in new])
        journal.added += [("partner", first, last) for first, last in bulk.ranges(ids)]
        for work in works:
            if not work.is_new and work.before:
                work.partner.version, work.partner.change = work.partner.version + 1, change
                work.partner.save()
                journal.changed.append(("partner", work.partner.pk, {name: _plain(value) for name, value in work.before.items()}))
        self._add_belongings(works, journal)
        return journal

    @staticmethod
    def _add_belongings(works: Sequence[Work], journal: Journal) -> None:
        offices = [(work, office) for work in works for office in work.offices.values()]
        ids = bulk.allocate(Office, len(offices))
        for pk, (work, office) in zip(ids, offices, strict=True):
            office.pk, office.partner = pk, work.partner
        Office.objects.bulk_create([office for _work, office in offices])
        journal.added += [("office", first, last) for first, last in bulk.ranges(ids)]
        people = [(work, person, at) for work in works for person, at in work.people]
        ids = bulk.allocate(PartnerContact, len(people))
        for pk, (work, person, at) in zip(ids, people, strict=True):
            person.pk, person.partner = pk, work.partner
            person.office = work.offices.get(at) or (Office.objects.filter(partner=work.partner, name=at).first() if at else None)
        PartnerContact.objects.bulk_create([person for _work, person, _at in people])
        journal.added += [("partner_contact", first, last) for first, last in bulk.ranges(ids)]

    def finish(self, start: Mapping[str, Any], seconds: float) -> tuple[Mapping[str, Any] | None, Journal]:
        del start, seconds
        return None, Journal()


def _plain(value: Any) -> Any:
    return value.isoformat() if isinstance(value, dt.date) else value


def keys(columns: Mapping[str, Sequence[str]], rows: int) -> list[str]:
    codes, names = (columns.get(name) or [""] * rows for name in ("code", "name"))
    return [clean(code) or clean(name) for code, name in zip(codes, names, strict=True)]


def blockers(steps: Sequence[Undo], run_id: int) -> list[Text]:
    """Partners somebody changed since, and offices or people somebody added to them."""
    added = undoing.ids_of(steps, "partner", added=True)
    touched = [*added, *undoing.ids_of(steps, "partner", added=False)]
    found: list[Text] = [
        gettext("partner %(code)s was changed since") % {"code": one.code} for one in undoing.foreign_changes(Partner, touched, run_id)
    ]
    for model, kind in ((Office, "office"), (PartnerContact, "partner_contact")):
        own = undoing.ids_of(steps, kind, added=True)
        other = model._default_manager.filter(partner__in=added).exclude(pk__in=own).select_related("partner").first()  # noqa: SLF001 -- as above
        if other is not None and not found:
            found.append(gettext("partner %(code)s was changed since") % {"code": other.partner.code})
    return found


def undo(steps: Sequence[Undo], change: int) -> None:
    PartnerContact.objects.filter(office__in=undoing.ids_of(steps, "office", added=True)).update(office=None)
    undoing.take_back(steps, {"partner": Partner, "office": Office, "partner_contact": PartnerContact}, change)


register(
    Loader(
        kind="partners",
        label=_("Partners and joint offices"),
        fields=FIELDS,
        group_keys=keys,
        session=PartnerSession,
        blockers=blockers,
        undo=undo,
        order=6,
    )
)
