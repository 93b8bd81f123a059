"""Which files are worth comparing: those that share a key, and neighbours when names are sorted. Never everybody with everybody."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations
from operator import ne

from kexin.loop.customers.rules import names
from kexin.loop.customers.rules.duplicates import Marks, address_key

LONGEST_KEY = 160
END_OF_BLOCK = "|"  # neighbours are compared within one block: one town, one sound, one house
WINDOW = 8  # how many neighbours in sorting order each file is compared with
FEW_NUMBERS = 9  # up to here comparing each with each is quicker than leaving out digits
LARGEST_BLOCK = 12  # files sharing one key that are compared each with each; in larger ones only neighbours by name
SOUND, HOUSE, FIRM, FIRM_TURNED = "p", "a", "f", "r"

Pair = tuple[int, int]


def keys_of(marks: Marks) -> list[str]:
    """Where a file stands in each sorting: persons by town and sound and by house, firms by name from the front and from the back."""
    if not marks.name:
        return []
    town = names.town(marks.region)
    if names.is_firm(marks.name, marks.kind):
        heart = names.core(marks.name, marks.region)
        turned = names.sound(heart)[::-1]
        return [_key(FIRM, town, names.sound(heart)), _key(FIRM_TURNED, town, turned)]
    district, house = "/".join(names.region_parts(marks.region)), address_key(marks.address)
    found = [_key(SOUND, f"{town} {names.sound(names.plain(marks.name))}", f"{district} {house}")]
    if house:
        found.append(_key(HOUSE, f"{district} {house}", names.sound(names.plain(marks.name))))
    return found


def block_of(key: str) -> str:
    return key.partition(END_OF_BLOCK)[0]


def neighbours(rows: Sequence[tuple[str, int]]) -> Iterator[Pair]:
    """Pairs of neighbours in one sorting, (key, file) in order, within blocks."""
    block, start = "", 0
    for at, (key, one) in enumerate(rows):
        if block_of(key) != block:
            block, start = block_of(key), at
        for _other_key, other in rows[max(start, at - WINDOW) : at]:
            if other != one:
                yield ordered(one, other)


def within(files: Iterable[tuple[str, int]]) -> Iterator[Pair]:
    """Pairs among files that share one key, given as (name, file): all of a small block, neighbours by name in a large one."""
    block = sorted({(names.sound(names.plain(name)), pk) for name, pk in files})
    if len(block) <= LARGEST_BLOCK:
        for (_one, first), (_other, second) in combinations(block, 2):
            if first != second:
                yield ordered(first, second)
        return
    for at, (_name, one) in enumerate(block):
        for _other_name, other in block[max(0, at - WINDOW) : at]:
            if other != one:
                yield ordered(one, other)


def near_numbers(block: Iterable[tuple[int, Iterable[str]]]) -> Iterator[Pair]:
    """Pairs of files of one block with a number of which at most one digit differs.

    A few are compared each with each, of many each digit is left out in turn.
    """
    rows = [(pk, number) for pk, numbers in block for number in numbers]
    if len(rows) <= FEW_NUMBERS:
        for (one, number), (other, another) in combinations(rows, 2):
            if one != other and _near(number, another):
                yield ordered(one, other)
        return
    yield from _near_among_many(rows)


def _near(one: str, other: str) -> bool:
    return len(one) == len(other) and sum(map(ne, one, other)) <= 1


def _near_among_many(rows: Iterable[tuple[int, str]]) -> Iterator[Pair]:
    seen: dict[tuple[int, str], list[int]] = {}
    for pk, number in rows:
        for at in range(len(number)):
            others = seen.setdefault((at, number[:at] + "." + number[at + 1 :]), [])
            for other in others:
                if other != pk:
                    yield ordered(pk, other)
            if len(others) < WINDOW:
                others.append(pk)


def ordered(one: int, other: int) -> Pair:
    return (one, other) if one < other else (other, one)


def _key(sorting: str, block: str, rest: str) -> str:
    clean = f"{sorting}{block}".replace(END_OF_BLOCK, " ")[: LONGEST_KEY // 2]
    return f"{clean}{END_OF_BLOCK}{rest}"[:LONGEST_KEY]
