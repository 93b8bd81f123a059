"""The customer file's own part of the timeline: calls, visits and notes, file entries, who looked after them."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from typing import Any

from django.db.models import CharField, F, OuterRef, QuerySet, Subquery, Value
from django.db.models.functions import Cast, Coalesce, Concat, NullIf
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import User
from kexin.loop.customers import combining, own_copy, own_erasure, parts
from kexin.loop.customers.choices import Hobby, InteractionKind, Topic
from kexin.loop.customers.models import Customer, FileEntry, HandOver, Interaction
from kexin.loop.customers.parts import Cursor, Part, TimelineItem

NAME = "customers"
ICONS = {
    InteractionKind.CALL: "phone",
    InteractionKind.VISIT: "map-pin",
    InteractionKind.MESSAGE: "message",
    InteractionKind.NOTE: "pencil",
}
KINDS = {
    "call": _("Calls"),
    "visit": _("Visits"),
    "message": _("Messages"),
    "note": _("Notes"),
    "entry": _("File entries"),
    "owner": _("Owner changes"),
}
# Rows of three tables become one statement: sort, id, kind, words and person in columns of equal meaning. Ids of the
# three are kept apart by a remainder, so that (time, id) still tells any two items apart.
TABLES = {"interaction": 0, "entry": 1, "owner": 2}


def items(customer: Customer, before: Cursor | None, limit: int, user: Any) -> list[TimelineItem]:
    return items_of(customer, before, limit, user, tuple(KINDS))


def items_of(customer: Customer, before: Cursor | None, limit: int, user: Any, kinds: Collection[str]) -> list[TimelineItem]:
    """Interactions, entries and hand-overs of one customer, newest first, in one statement."""
    talks = sorted(set(kinds) & set(InteractionKind.values))
    branches: list[QuerySet[Any, Any]] = []
    if talks:
        branches.append(_rows(Interaction.objects.filter(customer=customer, kind__in=talks), "interaction", "occurred_at", before))
    if "entry" in kinds:
        branches.append(_rows(entries_for(customer, user), "entry", "recorded_at", before))
    if "owner" in kinds:
        branches.append(_rows(HandOver.objects.filter(customer=customer), "owner", "occurred_at", before))
    if not branches:
        return []
    rows = branches[0].union(*branches[1:], all=True) if len(branches) > 1 else branches[0]
    return [_item(row) for row in rows.order_by("-moment", "-number")[:limit]]


def counts(customer: Customer, user: Any) -> Mapping[str, QuerySet[Any]]:
    talks = {kind: Interaction.objects.filter(customer=customer, kind=kind) for kind in InteractionKind.values}
    return {
        **talks,
        "entry": entries_for(customer, user),
        "owner": HandOver.objects.filter(customer=customer),
    }


def entries_for(customer: Customer, user: Any) -> QuerySet[FileEntry]:
    """What this person may read: credit is for those who may see credit."""
    entries = FileEntry.objects.filter(customer=customer)
    return entries if staff.may(user, "customer.credit") else entries.exclude(topic=Topic.CREDIT)


def export(customer: Customer) -> list[dict[str, Any]]:
    """What this part holds, for a copy of the file."""
    found = own_copy.rows(customer)
    found += [
        {"part": "interaction", "kind": row.kind, "at": row.occurred_at.isoformat(), "text": row.text}
        for row in Interaction.objects.filter(customer=customer).order_by("occurred_at", "pk")
    ]
    found += [
        {
            "part": "entry",
            "topic": row.topic,
            "value": row.value,
            "source": row.source,
            "collected_on": row.collected_on.isoformat(),
            "is_inference": row.is_inference,
            "evidence": row.evidence,
        }
        for row in FileEntry.objects.filter(customer=customer).order_by("recorded_at", "pk")
    ]
    return found


def _rows(records: QuerySet[Any, Any], table: str, at: str, before: Cursor | None) -> QuerySet[Any, Any]:
    by = {"interaction": "by_id", "entry": "collected_by_id", "owner": "by_id"}[table]
    columns: dict[str, tuple[Any, Any, Any, Any]] = {
        "interaction": (F("kind"), F("text"), Value(""), Value("")),
        "entry": (F("topic"), F("value"), F("choice"), F("evidence")),
        "owner": (Value("owner"), Concat("reason", Value("\n"), "note"), _name_of("old_owner_id"), _name_of("new_owner_id")),
    }
    first, second, third, fourth = columns[table]
    numbered: Any = records.annotate(
        moment=F(at),
        number=F("pk") * len(TABLES) + TABLES[table],
        table=Value(table),
        first=Cast(first, CharField(max_length=20)),
        second=Cast(second, CharField(max_length=4000)),
        third=Cast(third, CharField(max_length=80)),
        fourth=Cast(fourth, CharField(max_length=300)),
        person=_name_of(by),
    )
    rows: QuerySet[Any, Any] = numbered.filter(Cursor.older(before, part=NAME, at="moment", number="number")).values_list(
        "moment", "number", "table", "first", "second", "third", "fourth", "person"
    )
    return rows


def _name_of(column: str) -> Coalesce:
    names = User.objects.filter(pk=OuterRef(column)).annotate(shown=Coalesce(NullIf("name", Value("")), "username")).values("shown")
    return Coalesce(Subquery(names, output_field=CharField()), Value(""), output_field=CharField())


def _item(row: tuple[Any, ...]) -> TimelineItem:
    moment, number, table, first, second, third, fourth, person = row
    if isinstance(moment, str):  # SQLite gives the text it keeps when three tables are read as one
        moment = datetime.fromisoformat(moment)
        moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    common: dict[str, Any] = {"at": moment, "part": NAME, "id": number, "who": person}
    if table == "interaction":
        kind = InteractionKind(first)
        return TimelineItem(kind=first, icon=ICONS[kind], title=str(kind.label), text=second, **common)
    if table == "entry":
        group = str(Hobby(third).label) if third else ""
        value = gettext("%(group)s: %(value)s") % {"group": group, "value": second} if group and second else group or second
        return TimelineItem(
            kind="entry",
            icon="file-text",
            title=gettext("File entry: %(topic)s") % {"topic": Topic(first).label},
            text=value,
            chip=gettext("Inference") if fourth else "",
            **common,
        )
    nobody = pgettext("owner", "nobody")
    title = gettext("Owner: %(old)s → %(new)s") % {"old": third or nobody, "new": fourth or nobody}
    return TimelineItem(kind="owner", icon="users", title=title, text=second.strip(), **common)


PART = Part(
    NAME,
    _("Customer file"),
    kinds=KINDS,
    timeline=items,
    timeline_of=items_of,
    counts=counts,
    move=combining.move,
    move_back=combining.move_back,
    tables=(Interaction, FileEntry),
    export=export,
    erase=own_erasure.erase,
    position=10,
)


def register() -> None:
    parts.register(PART)
