"""What many customers can be given at once from the list (kexin.ground.lists.editable), and why some cannot."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy

from kexin.ground.audit.actor import Actor
from kexin.ground.lists import actions as lists
from kexin.ground.lists import reading
from kexin.ground.lists.editable import EditField, Held
from kexin.ground.lists.errors import ValueMissing, ValueUnreadable
from kexin.ground.lists.listing import Choices
from kexin.ground.lists.models import Tagging
from kexin.ground.staff import queries as staff
from kexin.ground.staff.models import Branch, User
from kexin.loop.customers import actions, edits_own
from kexin.loop.customers.choices import Kind, PointKind, Source
from kexin.loop.customers.holding import held
from kexin.loop.customers.models import Customer

ON, OFF = "+", "-"
NOTHING, NOBODY = gettext_lazy("(nothing)"), gettext_lazy("Nobody")


def owner_choices(user: User) -> Choices:
    return [(str(person.pk), str(person)) for person in staff.owners_for(user)]


def branch_choices(user: User) -> Choices:
    """Indented as the tree is."""
    return [(str(branch.pk), "　" * (branch.path.count("/") - 2) + branch.name) for branch in staff.branches_visible_to(user)]


def edits(user: User) -> tuple[EditField, ...]:
    """The file's own fields, and those an administrator added that this person sees."""
    return FIELDS + edits_own.edits(user)


def _number(label: Any, choices: Callable[[User], Choices], *, empty: bool) -> Callable[[str, User], int | None]:
    def read(text: str, user: User) -> int | None:
        if not text and empty:
            return None
        if text not in {value for value, _label in choices(user)}:
            raise ValueUnreadable(beside="value", value=text, field=label) if text else ValueMissing(beside="value")
        return int(text)

    return read


def _one_of(label: Any, values: Sequence[str]) -> Callable[[str, User], str]:
    def read(text: str, user: User) -> str:  # noqa: ARG001 -- choices are everybody's
        if text not in values:
            raise ValueUnreadable(beside="value", value=text, field=label) if text else ValueMissing(beside="value")
        return text

    return read


def _hold_owner(ids: Sequence[int], user: User | None, wanted: Any) -> Mapping[int, Held]:  # noqa: ARG001 -- as declared
    """A file of the pool is claimed or assigned there, where limits and waiting times are kept."""
    return held(ids, user, lambda row: row.owner_id, refused=lambda row: _("in the public pool: assign it there") if row.pooled_at else "")


def _holding(column: str) -> Callable[[Sequence[int], User | None, Any], Mapping[int, Held]]:
    return lambda ids, user, wanted: held(ids, user, lambda row: getattr(row, column))  # noqa: ARG005 -- as declared


def _writing(field: str) -> Callable[[Mapping[int, Any], Actor], Mapping[int, Held]]:
    def write(values: Mapping[int, Any], by: Actor) -> Mapping[int, Held]:
        versions = actions.change_many(field=field, values=values, by=by)
        return {pk: Held("", values[pk], version) for pk, version in versions.items()}

    return write


def _write_owner(values: Mapping[int, Any], by: Actor) -> Mapping[int, Held]:
    versions = actions.give_owners(owners=values, by=by)
    return {pk: Held("", values[pk], version) for pk, version in versions.items()}


def _tell_owner(value: Any, count: int) -> None:
    if count > 1:
        actions.tell_of_owners(owner_id=value, customers=count)


def _names(model: type[User | Branch], nothing: Any = NOTHING) -> Callable[[Iterable[Any]], list[str]]:
    def words(values: Iterable[Any]) -> list[str]:
        wanted = list(values)
        found = {row.pk: str(row) for row in model._default_manager.filter(pk__in={pk for pk in wanted if pk is not None})}  # noqa: SLF001 -- Django's own name
        return [str(nothing) if pk is None else found.get(pk, "–") for pk in wanted]

    return words


def _labels(choices: Sequence[tuple[str, Any]]) -> Callable[[Iterable[Any]], list[str]]:
    named = dict(choices)
    return lambda values: [str(named.get(value, value)) if value else str(NOTHING) for value in values]


def _read_region(text: str, user: User) -> str:  # noqa: ARG001 -- as declared
    if len(text) > 60:  # noqa: PLR2004 -- the column's
        raise ValueUnreadable(beside="value", value=text[:30] + "…", field=_("Region"))
    return " ".join(text.split())


def _read_tag(sign: str) -> Callable[[str, User], str]:
    def read(text: str, user: User) -> str:  # noqa: ARG001 -- tags are everybody's
        word = " ".join(text.split())
        if not word:
            raise ValueMissing(beside="value")
        if len(word) > lists.TAG_LENGTH:
            raise ValueUnreadable(beside="value", value=word[:40], field=_("Tag"))
        return sign + word

    return read


def _hold_tag(ids: Sequence[int], user: User | None, wanted: Any) -> Mapping[int, Held]:
    """Of one word: whether it is there."""
    word = str(wanted)[1:]
    tagged = set(Tagging.objects.filter(tag__kind="customer", tag__name=word, record_id__in=list(ids)).values_list("record_id", flat=True))
    return held(ids, user, lambda row: (ON if row.pk in tagged else OFF) + word)


def _write_tag(values: Mapping[int, Any], by: Actor) -> Mapping[int, Held]:
    word = str(next(iter(values.values())))[1:]
    lists.give_tags(kind="customer", word=word, wanted={pk: value.startswith(ON) for pk, value in values.items()}, by=by)
    versions = dict(Customer.objects.filter(pk__in=list(values)).values_list("pk", "version"))
    return {pk: Held("", value, versions[pk]) for pk, value in values.items()}


def _tag_words(values: Iterable[Any]) -> list[str]:
    return [
        _("with “%(tag)s”") % {"tag": value[1:]} if value.startswith(ON) else _("without “%(tag)s”") % {"tag": value[1:]}
        for value in map(str, values)
    ]


def _tags(user: User) -> list[str]:  # noqa: ARG001 -- tags are everybody's
    return reading.tag_names("customer")


def _choice(field: str, label: Any, choices: Sequence[tuple[str, Any]], *, clears: Any = "") -> EditField:
    values = [value for value, _label in choices] + ([""] if clears else [])
    return EditField(
        field, label, read=_one_of(label, values), hold=_holding(field), write=_writing(field), words=_labels(choices),
        choices=lambda _user: choices, clears=clears, permission="customer.bulk", record_kind="customer",
    )  # fmt: skip


def _tag(name: str, label: Any, sign: str) -> EditField:
    return EditField(
        name, label, read=_read_tag(sign), hold=_hold_tag, write=_write_tag, words=_tag_words, kind="text", suggestions=_tags,
        permission="customer.bulk", slot_of=lambda value: f"tag:{str(value)[1:]}",
    )  # fmt: skip


FIELDS = (
    EditField(
        "owner", gettext_lazy("Owner"), read=_number(gettext_lazy("Owner"), owner_choices, empty=True), hold=_hold_owner,
        write=_write_owner, words=_names(User, NOBODY), choices=owner_choices, clears=NOBODY, permission="customer.bulk",
        record_kind="customer", ended=_tell_owner,
    ),
    EditField(
        "branch", gettext_lazy("Branch"), read=_number(gettext_lazy("Branch"), branch_choices, empty=False),
        hold=_holding("branch_id"), write=_writing("branch"), words=_names(Branch), choices=branch_choices, permission="customer.bulk",
        record_kind="customer",
    ),
    _tag("tag_on", gettext_lazy("Add a tag"), ON),
    _tag("tag_off", gettext_lazy("Take off a tag"), OFF),
    _choice("kind", pgettext_lazy("customer", "Kind"), Kind.choices),
    _choice("source", gettext_lazy("How we met"), Source.choices),
    EditField(
        "region", gettext_lazy("Region"), read=_read_region, hold=_holding("region"), write=_writing("region"), words=_labels(()),
        kind="text", clears=NOTHING, free=True, permission="customer.bulk", record_kind="customer",
    ),
    _choice("preferred_channel", gettext_lazy("Preferred channel"), PointKind.choices, clears=NOTHING),
)  # fmt: skip
