"""The file's own tables when two files become one: rows move, and what both files hold stands once.

What the target has already stays behind on the file that closes, as it was, so that nothing need be made anew when the
merge is taken back. Blanks of the row that stands for both are filled from the one that stays behind.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable
from typing import Any

from kexin.loop.customers.models import Asset, Contact, ContactPoint, Customer, FileEntry, HandOver, Interaction, Occasion

Moved = dict[str, Any]
FILLED: dict[type[Any], tuple[str, ...]] = {
    Contact: ("role", "note"),
    ContactPoint: ("note",),
    Asset: ("plate", "vin", "acquired_on", "note"),
    Occasion: ("year",),
}
WHOLE = (Interaction, HandOver)  # nothing in these is ever the same twice
IN_TURN = (Contact, ContactPoint, Asset, Occasion, FileEntry)
MODELS: dict[str, type[Any]] = {model.__name__: model for model in (*IN_TURN, *WHOLE)}
AT_ONCE = 500


def move(source: Customer, target: Customer) -> Moved:
    """Rows that moved by table, and under `set` every other value that was written: [table, id, field, before, after]."""
    moved: Moved = {"set": [], "first": []}
    stand_in: dict[int, int] = {}  # a contact of the source -> the contact of the target who is the same person
    moved["Contact"] = _contacts(source, target, stand_in, moved)
    moved["ContactPoint"] = _points(source, target, stand_in, moved)
    moved["Asset"] = _assets(source, target, moved)
    moved["Occasion"] = _occasions(source, target, stand_in, moved)
    moved["FileEntry"] = _entries(source, target)
    for model in WHOLE:
        rows: Any = model._default_manager.filter(customer=source)  # noqa: SLF001 -- Django's own name for a model's manager
        moved[model.__name__] = list(rows.order_by("pk").values_list("pk", flat=True))
        rows.update(customer=target)
    return moved


def move_back(source: Customer, target: Customer, moved: Moved) -> None:
    """Rows go back as they are now, edited or not; what was added to a contact since goes with the contact."""
    there: dict[str, set[int]] = {}
    clashes = _clashing(source, target, moved)
    for model in IN_TURN:
        name = model.__name__
        going = [pk for pk in moved.get(name, ()) if (name, pk) not in clashes]
        there[name] = _still_there(model, going, target)
    for name in ("Contact", "ContactPoint"):  # nobody is first while they are on their way: two may not be
        MODELS[name]._default_manager.filter(pk__in=there[name], is_primary=True).update(is_primary=False)  # noqa: SLF001 -- as above
    for model in IN_TURN:
        model._default_manager.filter(pk__in=there[model.__name__]).update(customer=source)  # noqa: SLF001 -- as above
    for model in (ContactPoint, Occasion):
        model._default_manager.filter(customer=target, contact__in=there["Contact"]).update(customer=source)  # noqa: SLF001 -- as above
    for whole in WHOLE:
        ids = moved.get(whole.__name__, [])
        for start in range(0, len(ids), AT_ONCE):
            whole._default_manager.filter(customer=target, pk__in=ids[start : start + AT_ONCE]).update(customer=source)  # noqa: SLF001 -- as above
    _set_back(there, moved)
    _first_again(moved)


def _contacts(source: Customer, target: Customer, stand_in: dict[int, int], moved: Moved) -> list[int]:
    rows = list(Contact.objects.filter(customer=target).order_by("pk"))
    known = {row.name.casefold(): row for row in reversed(rows)}
    main = [row for row in rows if row.is_primary]
    moved["first"] += map(_place_of, main)
    going: list[int] = []
    for row in Contact.objects.filter(customer=source).order_by("pk"):
        twin = known.get(row.name.casefold())
        if twin is not None:
            stand_in[row.pk] = twin.pk
            _fill(row, twin, moved)
            continue
        going.append(row.pk)
        known[row.name.casefold()] = row
        if row.is_primary:
            moved["first"].append(_place_of(row))
            if main:
                _set(row, "is_primary", False, moved)
    Contact.objects.filter(pk__in=going).update(customer=target)
    return going


def _points(source: Customer, target: Customer, stand_in: dict[int, int], moved: Moved) -> list[int]:
    known: dict[tuple[Hashable, ...], ContactPoint] = {}
    first: set[tuple[Hashable, ...]] = set()
    for row in ContactPoint.objects.filter(customer=target).order_by("pk"):
        known[row.contact_id, row.kind, row.key] = row
        if row.is_primary:
            first.add((row.contact_id, row.kind))
            moved["first"].append(_place_of(row))
    going: list[int] = []
    for row in ContactPoint.objects.filter(customer=source).order_by("pk"):
        whose = stand_in.get(row.contact_id or 0, row.contact_id)
        twin = known.get((whose, row.kind, row.key))
        if twin is not None:
            _fill(row, twin, moved)
            continue
        going.append(row.pk)
        known[whose, row.kind, row.key] = row
        if row.is_primary:
            moved["first"].append(_place_of(row))
            if (whose, row.kind) in first:
                _set(row, "is_primary", False, moved)
            first.add((whose, row.kind))
        if whose != row.contact_id:
            _set(row, "contact_id", whose, moved)
    ContactPoint.objects.filter(pk__in=going).update(customer=target)
    return going


def _assets(source: Customer, target: Customer, moved: Moved) -> list[int]:
    known: dict[tuple[str, str], Asset] = {}
    for row in Asset.objects.filter(customer=target).order_by("-pk"):
        known.update(dict.fromkeys(_names_of(row), row))
    going: list[int] = []
    for row in Asset.objects.filter(customer=source).order_by("pk"):
        twin = next((known[name] for name in _names_of(row) if name in known), None)
        if twin is not None and not _disagree(row, twin):
            _fill(row, twin, moved)
        else:
            going.append(row.pk)
    Asset.objects.filter(pk__in=going).update(customer=target)
    return going


def _names_of(asset: Asset) -> list[tuple[str, str]]:
    """By what an asset is known: its VIN, its plate, else what it is called."""
    marks = [(kind, value) for kind, value in (("vin", asset.vin), ("plate", asset.plate)) if value]
    return marks or [("name", asset.name.casefold())]


def _disagree(one: Asset, other: Asset) -> bool:
    """One plate on two vehicles: plates move from car to car."""
    return bool(one.vin and other.vin and one.vin != other.vin)


def _occasions(source: Customer, target: Customer, stand_in: dict[int, int], moved: Moved) -> list[int]:
    def marks(row: Occasion) -> tuple[Hashable, ...]:
        whose = stand_in.get(row.contact_id or 0, row.contact_id)
        return (whose, row.label, row.calendar, row.month, row.day, row.is_leap_month)

    known = {marks(row): row for row in Occasion.objects.filter(customer=target).order_by("-pk")}
    going: list[int] = []
    for row in Occasion.objects.filter(customer=source).order_by("pk"):
        twin = known.get(marks(row))
        if twin is not None and (row.year is None or twin.year is None or row.year == twin.year):
            _fill(row, twin, moved)
            continue
        going.append(row.pk)
        whose = stand_in.get(row.contact_id or 0, row.contact_id)
        if whose != row.contact_id:
            _set(row, "contact_id", whose, moved)
    Occasion.objects.filter(pk__in=going).update(customer=target)
    return going


def _entries(source: Customer, target: Customer) -> list[int]:
    """What both files say today stands once; older values all stay readable."""

    def marks(row: FileEntry) -> tuple[Hashable, ...]:
        return (row.topic, row.choice, row.value.casefold(), row.is_inference)

    known = {marks(row) for row in FileEntry.objects.filter(customer=target, superseded_by=None)}
    rows = FileEntry.objects.filter(customer=source).order_by("pk")
    going = [row.pk for row in rows if row.superseded_by_id is not None or marks(row) not in known]
    for start in range(0, len(going), AT_ONCE):
        FileEntry.objects.filter(pk__in=going[start : start + AT_ONCE]).update(customer=target)
    return going


def _fill(row: Any, twin: Any, moved: Moved) -> None:
    for field in FILLED[type(row)]:
        if getattr(row, field) and not getattr(twin, field):
            _set(twin, field, getattr(row, field), moved)


def _set(row: Any, field: str, value: Any, moved: Moved) -> None:
    moved["set"].append([type(row).__name__, row.pk, field, _plain(getattr(row, field)), _plain(value)])
    setattr(row, field, value)
    type(row).objects.filter(pk=row.pk).update(**{field: value})


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (bool, int, str)) else str(value)


def _still_there(model: Any, ids: Iterable[int], target: Customer) -> set[int]:
    return set(model.objects.filter(pk__in=list(ids), customer=target).values_list("pk", flat=True))


def _clashing(source: Customer, target: Customer, moved: Moved) -> set[tuple[str, int]]:
    """Numbers that were changed since into one the other file has of its own: they stay where they are."""
    contact_of = {pk: before for name, pk, field, before, _after in moved["set"] if name == "ContactPoint" and field == "contact_id"}
    kept = set(ContactPoint.objects.filter(customer=source).values_list("contact_id", "kind", "key"))
    found: set[tuple[str, int]] = set()
    for pk, contact, kind, key in (
        ContactPoint.objects.filter(customer=target, pk__in=moved.get("ContactPoint", ()))
        .order_by("pk")
        .values_list("pk", "contact_id", "kind", "key")
    ):
        place = (contact_of.get(pk, contact), kind, key)
        if place in kept:
            found.add(("ContactPoint", pk))
        kept.add(place)
    return found


def _set_back(there: dict[str, set[int]], moved: Moved) -> None:
    for name, pk, field, before, after in moved["set"]:
        if field == "is_primary":
            continue  # see _first_again
        rows = MODELS[name].objects.filter(pk=pk)
        if pk not in there[name]:  # a row of the target that was filled: what somebody wrote since is theirs
            rows = rows.filter(**{field: after})
        rows.update(**{field: before})


def _place_of(row: Contact | ContactPoint) -> list[Any]:
    """Of whose numbers of one kind (or contacts of one file) this one is the first: [table, id, file, contact, kind]."""
    if isinstance(row, Contact):
        return ["Contact", row.pk, row.customer_id, None, ""]
    return ["ContactPoint", row.pk, row.customer_id, row.contact_id, row.kind]


def _first_again(moved: Moved) -> None:
    """Who was first on either file before is first again, where nobody else is by now; if they are gone, the oldest."""
    for name, pk, customer_id, contact_id, kind in moved["first"]:
        rows: Any = MODELS[name].objects.filter(customer=customer_id)
        if name == "ContactPoint":
            rows = rows.filter(contact=contact_id, kind=kind)
        if rows.filter(is_primary=True).exists():
            continue
        heir = rows.filter(pk=pk).first() or (rows.order_by("pk").first() if name == "ContactPoint" else None)
        if heir is not None:
            MODELS[name].objects.filter(pk=heir.pk).update(is_primary=True)
