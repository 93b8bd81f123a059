"""What a scan for duplicates reads: files page by page, in the order of one key after the other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Q, QuerySet

from kexin.loop.customers.choices import PairState, PointKind
from kexin.loop.customers.models import Asset, ContactPoint, Customer, DuplicatePair, NameKey
from kexin.loop.customers.queries.duplicates import MOST_CANDIDATES, marks_of
from kexin.loop.customers.rules import duplicates, names, neighbours
from kexin.loop.customers.rules.duplicates import Marks
from kexin.loop.customers.rules.neighbours import Pair

PAGE = 3000
AT_ONCE = 900  # numbers in one condition
NEAREST = 400  # files of one town and sound whose numbers are compared when one file changed


OPEN = Q(customer__merged_into=None, customer__is_active=True)
NAMED = (
    "key",
    "customer_id",
    "pk",
    "customer__name",
    "customer__region",
    "customer__tax_number",
    "customer__kind",
    "customer__address",
)


@dataclass(frozen=True)
class Walk:
    """One page of a walk: the pairs worth comparing, and where the next page begins. `after` None: that was all."""

    pairs: set[Pair]
    after: list[Any] | None
    rows: int


def open_files() -> QuerySet[Customer]:
    return Customer.objects.filter(merged_into=None, is_active=True, erased_at=None)


def files_after(pk: int, *, limit: int) -> list[tuple[int, str, str, str, str]]:
    """The next files by number, with what their sorting keys are made of: name, region, kind, address."""
    return list(open_files().filter(pk__gt=pk).order_by("pk").values_list("pk", "name", "region", "kind", "address")[:limit])


def by_point(after: list[Any] | None) -> Walk:
    return _by_key(ContactPoint.objects.all(), "key", "customer_id", after)


def by_tax_number(after: list[Any] | None) -> Walk:
    return _by_key(Customer.objects.filter(tax_number__gt=""), "tax_number", "pk", after)


def by_vin(after: list[Any] | None) -> Walk:
    return _by_key(Asset.objects.filter(vin__gt=""), "vin", "customer_id", after)


def by_plate(after: list[Any] | None) -> Walk:
    return _by_key(Asset.objects.filter(plate__gt=""), "plate", "customer_id", after)


def by_name(after: list[Any] | None) -> Walk:
    """Neighbours in the sorted names that agree on the name and on something more; those that share a key were found before."""
    rows = list(_page_after(NameKey.objects.filter(OPEN), "key", after).values_list(*NAMED)[:PAGE])
    whole = len(rows) < PAGE
    found = near_names(rows)
    if whole:
        return Walk(found, None, len(rows))
    # The next page begins so far back that no neighbours are torn apart, and no block of one sound: it may be compared twice.
    last = rows[-1][0]
    block = neighbours.block_of(last)
    start = next((at for at, row in enumerate(rows) if neighbours.block_of(row[0]) == block), 0)
    back = len(rows) - 1 - neighbours.WINDOW
    if last[0] == neighbours.SOUND and start > PAGE // 2:
        back = min(back, start - 1)
    return Walk(found, [rows[back][0], rows[back][2]], back + 1)


def near_names(rows: Sequence[tuple[Any, ...]]) -> set[Pair]:
    """Of neighbours in sorted names, those whose names agree and who share a house, a town as firms, or nearly a number."""
    known = {row[1]: _named(row) for row in rows}
    found = {pair for pair in neighbours.neighbours([row[:2] for row in rows]) if _worth(known[pair[0]], known[pair[1]])}
    blocks: dict[str, list[int]] = defaultdict(list)
    for key, customer, *_more in rows:
        if key[0] == neighbours.SOUND:
            blocks[neighbours.block_of(key)].append(customer)
    several = [files for files in blocks.values() if len(files) > 1]
    numbers: dict[int, list[str]] = defaultdict(list)
    for part in _parts(sorted({pk for files in several for pk in files})):
        for pk, key in ContactPoint.objects.filter(customer__in=part, kind=PointKind.PHONE).values_list("customer_id", "key"):
            numbers[pk].append(key)
    for files in several:
        found.update(neighbours.near_numbers((pk, numbers[pk]) for pk in files if pk in numbers))
    return found


def pairs_of(customers: Sequence[Customer], marks: dict[int, Marks]) -> set[Pair]:
    """What some files that changed are to be compared with, by indexed keys only."""
    found: set[Pair] = set()
    for records, key, owner, marked in SHARED:
        mine: dict[str, set[int]] = defaultdict(set)
        for customer in customers:
            for value in marked(marks[customer.pk]):
                mine[value].add(customer.pk)
        found |= _sharing(records(), key, owner, mine)
    for customer in customers:
        for key in neighbours.keys_of(marks[customer.pk]):
            found |= {pair for pair in near_names(_around(key)) if customer.pk in pair}
    return found


def _sharing(records: Any, key: str, owner: str, mine: dict[str, set[int]]) -> set[Pair]:
    """Pairs of these files and the first others that have the same key."""
    others: dict[str, list[int]] = defaultdict(list)
    for part in _parts(sorted(mine)):
        for value, pk in records.filter(**{f"{key}__in": part}).order_by("pk").values_list(key, owner):
            if len(others[value]) < MOST_CANDIDATES:
                others[value].append(pk)
    return {neighbours.ordered(one, pk) for value, files in others.items() for one in mine[value] for pk in files if pk != one}


def scored(pairs: Collection[Pair]) -> dict[Pair, tuple[int, list[str]]]:
    """Those of the pairs that belong on the list: score and reasons. Deactivated and merged files have no duplicates."""
    ids = sorted({pk for pair in pairs for pk in pair})
    known: dict[int, Marks] = {}
    for part in _parts(ids):
        known |= marks_of(list(open_files().filter(pk__in=part)))
    found: dict[Pair, tuple[int, list[str]]] = {}
    for one, other in pairs:
        if one in known and other in known:
            reasons = duplicates.shared(known[one], known[other])
            score = duplicates.score(reasons)
            if score >= duplicates.LIST_FROM:
                found[one, other] = (score, reasons)
    return found


def decided_before(pairs: Iterable[Pair]) -> set[Pair]:
    """Pairs somebody decided about, also through a file that went up in one of the two since."""
    wanted = list(pairs)
    ids = {pk for pair in wanted for pk in pair}
    into: dict[int, int] = {}
    for part in _parts(sorted(ids)):
        into.update(Customer.objects.filter(merged_into__in=part).values_list("pk", "merged_into_id"))
    everyone = sorted(ids | into.keys())
    found: set[Pair] = set()
    for part in _parts(everyone):
        for one, other in DuplicatePair.objects.filter(smaller__in=part, state=PairState.DIFFERENT).values_list("smaller_id", "larger_id"):
            found.add(neighbours.ordered(into.get(one, one), into.get(other, other)))
    return found & set(wanted)


def _by_key(records: Any, key: str, owner: str, after: list[Any] | None) -> Walk:
    rows = _rows_after(records, key, owner, after)
    if not rows:
        return Walk(set(), None, 0)
    whole = len(rows) < PAGE
    if not whole and rows[0][0] != rows[-1][0]:  # the last key may go on: it is taken with the next page
        rows = [row for row in rows if row[0] != rows[-1][0]]
    blocks: dict[str, set[int]] = defaultdict(set)
    for value, customer, _pk in rows:
        blocks[value].add(customer)
    shared = [files for files in blocks.values() if len(files) > 1]
    large = {pk for files in shared if len(files) > neighbours.LARGEST_BLOCK for pk in files}
    called: dict[int, str] = {}
    for part in _parts(sorted(large)):
        called.update(Customer.objects.filter(pk__in=part).values_list("pk", "name"))
    pairs = {pair for files in shared for pair in neighbours.within((called.get(pk, ""), pk) for pk in files)}
    return Walk(pairs, None if whole else [rows[-1][0], rows[-1][2]], len(rows))


def _rows_after(records: Any, key: str, owner: str, after: list[Any] | None) -> list[tuple[str, int, int]]:
    return list(_page_after(records, key, after).values_list(key, owner, "pk")[:PAGE])


def _page_after(records: Any, key: str, after: list[Any] | None) -> Any:
    if after is not None:
        records = records.filter(Q(**{f"{key}__gte": after[0]}) & (Q(**{f"{key}__gt": after[0]}) | Q(pk__gt=after[1])))
    return records.order_by(key, "pk")


def _around(key: str) -> list[tuple[Any, ...]]:
    """The neighbours of one key on both sides; of a town and sound also the others, for their numbers."""
    side = NEAREST if key[0] == neighbours.SOUND else neighbours.WINDOW + 1
    block = neighbours.block_of(key) + neighbours.END_OF_BLOCK
    end = block[:-1] + chr(ord(neighbours.END_OF_BLOCK) + 1)
    keys = NameKey.objects.filter(OPEN, key__gte=block, key__lt=end).values_list(*NAMED)
    before = keys.filter(key__lt=key).order_by("-key", "-pk")[:side]
    after = keys.filter(key__gte=key).order_by("key", "pk")[:side]
    return [*reversed(before), *after]


@dataclass(frozen=True, slots=True)
class Named:
    """A file among sorted names, with what every comparison needs of it."""

    row: tuple[Any, ...]
    house: str
    is_firm: bool

    @property
    def marks(self) -> Marks:
        """Without what other tables hold. Few neighbours come so far that these are asked for."""
        _key, _customer, _pk, name, region, tax, kind, address = self.row
        return Marks(name=name, region=region, tax_number=tax, kind=kind, address=address)


def _named(row: tuple[Any, ...]) -> Named:
    """Of one row of NAMED."""
    _key, _customer, _pk, name, _region, _tax, kind, address = row
    return Named(row, duplicates.address_key(address) if address else "", names.is_firm(name, kind))


def _worth(one: Named, other: Named) -> bool:
    """Whether two neighbours could belong on the list by their names alone: cheap, before anything more is read."""
    if not (one.is_firm and other.is_firm) and (not one.house or one.house != other.house):
        return False
    mine, theirs = one.marks, other.marks
    if mine.tax_number and theirs.tax_number and mine.tax_number != theirs.tax_number:
        return False
    return duplicates.score(duplicates.shared(mine, theirs)) >= duplicates.LIST_FROM


def _parts(values: Sequence[Any]) -> Iterable[Sequence[Any]]:
    for start in range(0, len(values), AT_ONCE):
        yield values[start : start + AT_ONCE]


WALKS: dict[str, Callable[[list[Any] | None], Walk]] = {
    "point": by_point,
    "tax_number": by_tax_number,
    "vin": by_vin,
    "plate": by_plate,
    "name": by_name,
}
# What files share: the table, its column, whose it is, and what a file's marks say of it.
SHARED: tuple[tuple[Callable[[], Any], str, str, Callable[[Marks], Iterable[str]]], ...] = (
    (ContactPoint.objects.all, "key", "customer_id", lambda marks: marks.phones | marks.emails | marks.wecom),
    (Asset.objects.all, "plate", "customer_id", lambda marks: marks.plates),
    (Asset.objects.all, "vin", "customer_id", lambda marks: marks.vins),
    (Customer.objects.all, "tax_number", "pk", lambda marks: {marks.tax_number} - {""}),
)
