"""Consent files: who agreed to what or took it back, when, how and in which words. As note_consent asks it of a person."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from zoneinfo import ZoneInfo

from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from kexin.ground.imports import bulk, parsing, undoing
from kexin.ground.imports.loaders import Batch, Context, Field, Journal, Loader, Plan, Sample, Text, Undo
from kexin.ground.imports.parsing import Bad, clean
from kexin.ground.staff.models import Company
from kexin.loop.customers.loaders.fields import CHANNELS, CODE
from kexin.loop.customers.loaders.holding import hold
from kexin.loop.customers.models import Customer
from kexin.loop.privacy.actions.consent import CLOCKS_DIFFER
from kexin.loop.privacy.choices import ConsentState, How
from kexin.loop.privacy.models import Consent, Purpose

FIELDS = (
    Field("code", _("Customer code"), CODE, required=True),
    Field(
        "purpose", _("Purpose"), ("用途", "目的", "授权用途", "同意事项", "purpose"), required=True, help=_("Its name or its short name.")
    ),
    Field(
        "state", _("Consent"), ("授权同意", "同意", "是否同意", "授权", "状态", "consent", "state", "opt in"), parse="choice", required=True
    ),
    Field(
        "occurred_at", _("When"), ("时间", "日期", "同意时间", "授权时间", "occurred at", "when", "date"), parse="datetime", required=True
    ),
    Field("channel", _("Channel"), ("渠道", "方式", "channel"), parse="choice", help=_("Left empty: every channel")),
    Field("how", _("How it was said"), ("取得方式", "同意方式", "how"), parse="choice"),
    Field(
        "words", _("In these words"), ("原话", "证明", "凭证", "words", "proof"),
        help=_("What was said or signed. A row that gives consent is refused without it."),
    ),
)  # fmt: skip
STATES = {
    **dict.fromkeys(("given", "yes", "y", "true", "1", "opt in", "同意", "已同意", "授权", "已授权", "是"), ConsentState.GIVEN.value),
    **dict.fromkeys(
        ("withdrawn", "no", "n", "false", "0", "opt out", "撤回", "已撤回", "不同意", "拒绝", "取消授权", "否"),
        ConsentState.WITHDRAWN.value,
    ),
}
HOWS = {
    **{one.value: one.value for one in How},
    **dict.fromkeys(("书面", "签字", "书面签字", "纸质"), How.WRITTEN.value),
    **dict.fromkeys(("口头", "当面", "当面口头"), How.SPOKEN.value),
    **dict.fromkeys(("电话",), How.PHONE.value),
    **dict.fromkeys(("短信", "消息", "邮件", "消息或邮件"), How.MESSAGE.value),
    **dict.fromkeys(("网页", "网站", "网络"), How.WEB.value),
    **dict.fromkeys(("其他系统", "导入"), How.IMPORT.value),
}
COLUMNS = ("customer_id", "purpose_id", "state", "channel", "occurred_at", "how", "words", "document_id", "by_id", "recorded_at")
LONGEST_WORDS, SAMPLES = 500, 20


@dataclass(frozen=True)
class Told:
    customer: Customer
    purpose: Purpose
    state: str
    channel: str
    at: dt.datetime
    how: str
    words: str

    @property
    def key(self) -> tuple[Any, ...]:
        """Two that differ by less than a second are one: files have no more."""
        return (self.customer.pk, self.purpose.pk, self.state, self.channel, self.at.replace(microsecond=0))


class ConsentSession:
    def __init__(self, context: Context) -> None:
        self.context = context
        company = Company.objects.filter(pk=1).first() or Company()
        self.zone = ZoneInfo(company.zone)
        self.purposes: dict[str, Purpose] = {}
        for purpose in Purpose.objects.order_by("-position", "-pk"):
            for word in (purpose.name_en, purpose.name_zh, purpose.code):
                self.purposes[word.casefold()] = purpose
        self.purposes.pop("", None)

    def forget(self) -> None:
        """Nothing of the database is remembered between batches but the purposes."""

    def plan(self, batch: Batch) -> Plan:
        plan = Plan()
        told: list[Told] = []
        plan.work = told
        files = self._files({clean(cell) for cell in batch.column("code")})
        kept = Consent.objects.filter(customer__in=[file.pk for file in files.values()])
        known = {
            (*said, at.replace(microsecond=0))
            for *said, at in kept.values_list("customer_id", "purpose_id", "state", "channel", "occurred_at")
        }
        for number, *cells in zip(batch.numbers, *(batch.column(field.name) for field in FIELDS), strict=True):
            read = self._read(cells, files)
            if isinstance(read, Bad):
                plan.refuse(number, read)
            elif read.key in known:
                plan.unchanged += 1
            else:
                known.add(read.key)
                told.append(read)
                plan.added += 1
                if len(plan.samples) < SAMPLES:
                    plan.samples.append(Sample(number, read.customer.name, str(read.purpose), "", str(ConsentState(read.state).label)))
        return plan

    @staticmethod
    def _files(codes: set[str]) -> dict[str, Customer]:
        """By code; what was said under the code of a file that was merged counts for the one it went up in."""
        found = Customer.objects.filter(code__in=codes).select_related("merged_into")
        return {file.code: file.merged_into or file for file in found}

    def _read(self, cells: Sequence[str], files: Mapping[str, Customer]) -> Told | Bad:
        code, purpose_raw, state_raw, at_raw, channel_raw, how_raw, words_raw = cells
        for name, raw in (("code", code), ("purpose", purpose_raw), ("state", state_raw), ("occurred_at", at_raw)):
            if not raw.strip():
                return Bad("missing", {"field": name})
        purpose = self.purposes.get(clean(purpose_raw).casefold())
        if purpose is None:
            return Bad("bad_choice", {"field": "purpose", "value": parsing.shown(purpose_raw)})
        chosen: dict[str, str] = {}
        for name, raw, known in (("state", state_raw, STATES), ("channel", channel_raw, CHANNELS), ("how", how_raw, HOWS)):
            found = parsing.choice(raw, words=known)
            if isinstance(found, Bad):
                return Bad(found.code, {**found.data, "field": name})
            chosen[name] = found or ""
        at, words = self._moment(at_raw), clean(words_raw)
        if isinstance(at, Bad):
            return at
        refusal = _unproven(purpose, chosen["state"], words) or _unfit(files.get(clean(code)), code)
        if refusal is not None:
            return refusal
        return Told(files[clean(code)], purpose, chosen["state"], chosen["channel"], at, chosen["how"] or How.IMPORT.value, words)

    def _moment(self, raw: str) -> dt.datetime | Bad:
        at = parsing.moment(raw, order=self.context.date_orders.get("occurred_at", ""))
        if not isinstance(at, dt.datetime):
            return Bad(at.code, {**at.data, "field": "occurred_at"}) if at is not None else Bad("missing", {"field": "occurred_at"})
        moment = parsing.in_zone(at, self.zone)
        if moment > timezone.now() + CLOCKS_DIFFER:
            return Bad("in_future", {"field": "occurred_at", "value": parsing.shown(raw)})
        return moment

    def write(self, plan: Plan, *, change: int) -> Journal:
        told: list[Told] = plan.work
        hold(one.customer.pk for one in told)
        ids = bulk.allocate(Consent, len(told))
        now, by = bulk.stored_moment(timezone.now()), self.context.by.id
        rows = [
            (
                *(pk, one.customer.pk, one.purpose.pk, one.state, one.channel, bulk.stored_moment(one.at), one.how, one.words),
                *(None, by, now),
            )
            for pk, one in zip(ids, told, strict=True)
        ]
        bulk.insert(Consent, ("id", *COLUMNS), rows)
        Customer.objects.filter(pk__in={one.customer.pk for one in told}).update(change=change)
        return Journal(added=[("consent", first, last) for first, last in bulk.ranges(ids)])

    def finish(self, start: Mapping[str, Any], seconds: float) -> tuple[Mapping[str, Any] | None, Journal]:
        del start, seconds
        return None, Journal()


def _unproven(purpose: Purpose, state: str, words: str) -> Bad | None:
    if len(words) > LONGEST_WORDS:
        return Bad("text_too_long", {"field": "words", "limit": LONGEST_WORDS})
    if state == ConsentState.WITHDRAWN:
        return None
    if not words:
        return Bad("consent_unproven", {})
    return None if purpose.is_active else Bad("purpose_unused", {"value": str(purpose)})


def _unfit(file: Customer | None, code: str) -> Bad | None:
    if file is None:
        return Bad("customer_unknown", {"value": parsing.shown(code)})
    return Bad("erased", {"code": file.code}) if file.erased_at is not None else None


def keys(columns: Mapping[str, Sequence[str]], rows: int) -> list[str]:
    return [clean(code) for code in columns.get("code") or [""] * rows]


def blockers(steps: Sequence[Undo], run_id: int) -> list[Text]:
    """Nothing stands in the way: what was said since counts anyway."""
    del steps, run_id
    return []


def undo(steps: Sequence[Undo], change: int) -> None:
    undoing.take_back(steps, {"consent": Consent}, change)


LOADER = Loader(
    kind="consents", label=_("Consents"), fields=FIELDS, group_keys=keys, session=ConsentSession, blockers=blockers, undo=undo, order=5
)
