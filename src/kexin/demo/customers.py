"""The simulated customers: who they are, and the truth about how they behave, which the product does not know."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import IntEnum

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from kexin.demo import words
from kexin.demo.company import CITY_OF, DEPOTS, FRONT, SHOPS

CHUNK = 50_000  # customers made at once: memory stays flat however many are asked for
DAYS = 1096  # three years of orders, the last day is today
DUPLICATE_SHARE = 0.03
FAMILY_SHARE = 0.02  # persons who have the telephone and the address of another one: no duplicates
# How a second file of a person, of a firm came about.
PERSON_WAYS = ("same_phone", "title", "typo", "near_phone")
FIRM_WAYS = ("legal_form", "short_name", "typo", "swapped_contact")

Days = NDArray[np.int64]


class Sort(IntEnum):
    PERSON = 0
    FLEET = 1
    GARAGE = 2


class Segment(IntEnum):
    """How a customer truly behaves."""

    LOYAL = 0
    OCCASIONAL = 1
    GROWING = 2
    DECLINING = 3
    LEAVING = 4
    NEW = 5
    DEMANDING = 6
    PROSPECT = 7  # on file, never bought


SHARES = {  # of persons, fleets, garages
    Segment.LOYAL: (0.26, 0.34, 0.40),
    Segment.OCCASIONAL: (0.34, 0.16, 0.10),
    Segment.GROWING: (0.07, 0.14, 0.14),
    Segment.DECLINING: (0.09, 0.10, 0.10),
    Segment.LEAVING: (0.11, 0.12, 0.12),
    Segment.NEW: (0.06, 0.06, 0.06),
    Segment.DEMANDING: (0.03, 0.05, 0.06),
    Segment.PROSPECT: (0.04, 0.03, 0.02),
}
SORT_SHARES = (0.91, 0.055, 0.035)
ORDERS_A_YEAR = (1.7, 6.0, 18.0)
# How the rate changes over the three years, as the logarithm of last day over first day.
TREND = {Segment.GROWING: 1.6, Segment.DECLINING: -1.8, Segment.LEAVING: -0.3}
RATE = {Segment.OCCASIONAL: 0.35, Segment.LOYAL: 1.35, Segment.PROSPECT: 0.0, Segment.DEMANDING: 1.3}

TAX_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"
TAX_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28)
ENDINGS = ("先生", "小姐", "经理", "师傅")
COLUMNS = (
    *("code", "name", "salutation", "phone", "email", "tax_number", "region", "address"),
    *("branch", "owner", "source", "contact", "contact_role", "contact_phone"),
)


@dataclass(frozen=True)
class Customers:
    """Columns of equal length, one row a file. Days count from the first of the three years; the last is `DAYS` − 1."""

    first: int  # number of the first file in this chunk
    code: list[str]
    sort: NDArray[np.int64]  # Sort
    segment: NDArray[np.int64]  # Segment
    name: list[str]
    salutation: list[str]
    phone: list[str]
    email: list[str]
    tax_number: list[str]
    region: list[str]
    address: list[str]
    branch: list[str]
    owner: list[str]  # sign-in name
    source: list[str]
    contact: list[str]  # whom to ask for at an organisation; empty for a person
    contact_role: list[str]
    contact_phone: list[str]
    joined: Days
    leaves: Days  # first day without the customer; DAYS: still there
    rate: NDArray[np.float64]  # orders a year, before season and trend
    duplicate_of: NDArray[np.int64]  # row in this chunk; −1: no duplicate
    duplicate_way: list[str]  # of PERSON_WAYS or FIRM_WAYS; empty: no duplicate
    duplicate_since: Days  # from this day on, half of the original's orders were written to the duplicate

    def __len__(self) -> int:
        return len(self.code)


def chunks(count: int, seed: int) -> Iterator[Customers]:
    """`count` customer files in chunks. The same count and seed give the same customers, byte for byte."""
    for number, first in enumerate(range(0, count, CHUNK)):
        yield generate(np.random.default_rng([seed, 1, number]), first=first, count=min(CHUNK, count - first))


def generate(rng: Generator, *, first: int, count: int) -> Customers:
    duplicates = round(count * DUPLICATE_SHARE)
    originals = count - duplicates
    sort = rng.choice(3, originals, p=SORT_SHARES)
    segment = np.empty(originals, np.int64)
    for one in Sort:
        of = sort == one
        segment[of] = rng.choice(list(SHARES), int(of.sum()), p=[share[one] for share in SHARES.values()])
    branch = np.where(
        sort == Sort.GARAGE,
        rng.choice(np.array(DEPOTS), originals, p=(0.6, 0.4)),
        rng.choice(np.array(SHOPS), originals, p=(0.24, 0.18, 0.16, 0.17, 0.1, 0.15)),
    )
    joined, leaves = _when(rng, segment)
    rate = np.array(ORDERS_A_YEAR)[sort] * rng.gamma(2.2, 1 / 2.2, originals) * np.array([RATE.get(one, 1.0) for one in Segment])[segment]

    made = _who(rng, first, sort, branch)
    original = np.sort(rng.choice(originals, duplicates, replace=False))
    twins, ways = _twins(rng, made, original, first + originals, sort[original])
    since = np.minimum(np.maximum(joined[original], rng.integers(0, DAYS - 60, duplicates)), leaves[original] - 1)
    none = np.full(originals, -1)
    return Customers(
        first=first,
        sort=np.concatenate([sort, sort[original]]),
        segment=np.concatenate([segment, segment[original]]),
        joined=np.concatenate([joined, since]),
        leaves=np.concatenate([leaves, leaves[original]]),
        rate=np.concatenate([rate, np.zeros(duplicates)]),
        duplicate_of=np.concatenate([none, original]),
        duplicate_way=[""] * originals + ways,
        duplicate_since=np.concatenate([none, since]),
        **{name: [*made[name], *twins[name]] for name in made},
    )


def _when(rng: Generator, segment: NDArray[np.int64]) -> tuple[Days, Days]:
    """First day, and first day without the customer. Most were there before the three years began."""
    count = len(segment)
    joined = np.where(rng.random(count) < 0.6, 0, rng.integers(0, DAYS - 240, count))
    joined = np.where(segment == Segment.NEW, rng.integers(DAYS - 180, DAYS - 7, count), joined)
    # Those who leave do so in the last fourteen months, but not before they had half a year with us.
    went = np.maximum(rng.integers(DAYS - 420, DAYS - 45, count), np.minimum(joined + 180, DAYS - 40))
    return joined.astype(np.int64), np.where(segment == Segment.LEAVING, went, DAYS).astype(np.int64)


def _who(rng: Generator, first: int, sort: NDArray[np.int64], branch: NDArray[np.str_]) -> dict[str, list[str]]:
    count = len(sort)
    surname, given, female = _people(rng, count)
    cities = np.array([CITY_OF[code] for code in branch.tolist()])
    district = rng.random(count)
    made: dict[str, list[str]] = {name: [] for name in COLUMNS}
    phones = _phones(rng, 2 * count)
    picks = rng.random((count, 6))
    taken: set[str] = set()
    # Beyond the first fifty thousand a town has more houses and more firms, not more of one name at one door.
    block = first // CHUNK
    mark = words.mark(block)
    for n in range(count):
        organisation = sort[n] != Sort.PERSON
        person = f"{surname[n]}{given[n]}"
        city = str(cities[n])
        districts = words.CITIES[city][1]
        area = districts[int(district[n] * len(districts))]
        code = str(branch[n])
        owners = FRONT[code]
        made["code"].append(f"CH{first + n + 1:07d}")
        made["name"].append(_company_name(picks[n], city, Sort(int(sort[n])), taken, mark) if organisation else person)
        made["salutation"].append("" if organisation else "女士" if female[n] else "先生")
        made["phone"].append(phones[n])
        made["email"].append(f"c{first + n + 1}@example.com" if picks[n, 0] < (0.8 if organisation else 0.25) else "")
        made["tax_number"].append(_tax_number(first + n) if organisation and picks[n, 1] < 0.9 else "")
        made["region"].append(f"江苏 / {city} / {area}")
        made["address"].append(f"{words.STREETS[int(picks[n, 2] * len(words.STREETS))]} {int(picks[n, 3] * 900) + 1} 号")
        if block:
            made["address"][-1] += f" {block} 幢 {int(picks[n, 0] * 60) + 101} 室"
        made["branch"].append(code)
        made["owner"].append(owners[int(picks[n, 4] * len(owners))][0])
        made["source"].append(("过往交流", "户外活动", "市场调研", "过往项目")[int(picks[n, 5] ** 2 * 4)])
        made["contact"].append(person if organisation else "")
        made["contact_role"].append(("老板", "采购", "车队长", "财务")[int(picks[n, 0] * 4)] if organisation else "")
        made["contact_phone"].append(phones[count + n] if organisation else "")
    _families(rng, made, sort)
    return made


def _families(rng: Generator, made: dict[str, list[str]], sort: NDArray[np.int64]) -> None:
    """Two persons with one telephone at one address: married, or parent and child. Not one customer."""
    persons = np.flatnonzero(sort == Sort.PERSON)
    pairs = rng.permutation(persons)[: 2 * round(len(persons) * FAMILY_SHARE / 2)].reshape(-1, 2)
    for one, other in pairs.tolist():
        if made["name"][one][1:] != made["name"][other][1:]:
            for name in ("phone", "address", "region", "branch", "owner"):
                made[name][other] = made[name][one]


def _people(rng: Generator, count: int) -> tuple[list[str], list[str], NDArray[np.bool_]]:
    weights = np.array(list(words.SURNAMES.values()), float)
    surname = rng.choice(np.array(list(words.SURNAMES)), count, p=weights / weights.sum())
    female = rng.random(count) < 0.42
    given = np.where(female, rng.choice(np.array(words.FEMALE), count), rng.choice(np.array(words.MALE), count))
    return surname.tolist(), given.tolist(), female


def _phones(rng: Generator, count: int) -> list[str]:
    """Numbers that reach nobody: no operator was ever given the prefix 154."""
    return [f"154{number:08d}" for number in rng.integers(0, 100_000_000, count).tolist()]


def _company_name(pick: NDArray[np.float64], city: str, sort: Sort, taken: set[str], mark: str) -> str:
    trade = words.TRADE_NAMES[int(pick[2] * len(words.TRADE_NAMES))]
    lines = words.GARAGES if sort == Sort.GARAGE else words.FLEETS
    line = lines[int(pick[3] * len(lines))]
    ending = "" if sort == Sort.GARAGE and pick[4] < 0.6 else "有限公司"
    # No two firms of one town have one name, whatever their legal form: another of the same trade says which it is.
    second, count = int(pick[5] * len(words.TRADE_NAMES)), len(words.TRADE_NAMES)
    others = (words.TRADE_NAMES[(second + at) % count] for at in range(count))
    names = [f"{city}{trade}{mark}{line}", *(f"{city}{trade}{other}{mark}{line}" for other in others)]
    name = next((one for one in names if one not in taken), names[1])
    taken.add(name)
    return f"{name}{ending}"


def _tax_number(number: int) -> str:
    """A unified social credit code with its check digit (GB 32100-2015); its middle is only a counter."""
    body = f"91320500MA{number:06d}X"
    total = sum(TAX_DIGITS.index(digit) * weight for digit, weight in zip(body, TAX_WEIGHTS, strict=True))
    return body + TAX_DIGITS[(31 - total % 31) % 31]


def _twins(
    rng: Generator, made: dict[str, list[str]], original: NDArray[np.int64], first: int, sort: NDArray[np.int64]
) -> tuple[dict[str, list[str]], list[str]]:
    """Files somebody opened although the customer was on file, and how each of them came to differ from the first."""
    way = rng.integers(0, 4, len(original))
    phones = _phones(rng, len(original))
    twins: dict[str, list[str]] = {name: [] for name in made}
    ways: list[str] = []
    for at, row in enumerate(original.tolist()):
        values = {name: column[row] for name, column in made.items()}
        values["code"] = f"CH{first + at + 1:07d}"
        values["email"] = ""
        written = _second_person if sort[at] == Sort.PERSON else _second_firm
        ways.append(written(values, int(way[at]), phones[at]))
        for name, value in values.items():
            twins[name].append(value)
    return twins, ways


def _second_person(values: dict[str, str], way: int, other_phone: str) -> str:
    name, phone = values["name"], values["phone"]
    slip = _slipped(name[1:])
    if PERSON_WAYS[way] == "typo" and slip:
        values["name"], values["phone"] = name[0] + slip, other_phone  # the same house tells them apart from a namesake
        return "typo"
    values["address"] = ""
    if PERSON_WAYS[way] == "title":
        surname = next((two for two in words.SURNAMES if len(two) > 1 and name.startswith(two)), name[0])
        values["name"] = surname + ENDINGS[int(phone[-1]) % len(ENDINGS)]
        values["phone"] = f"{phone[:3]}-{phone[3:7]}-{phone[7:]}"
        return "title"
    if PERSON_WAYS[way] == "near_phone":
        values["phone"] = phone[:-1] + str((int(phone[-1]) + 3) % 10)
        return "near_phone"
    values["phone"] = f"+86 {phone}"
    return "same_phone"


def _second_firm(values: dict[str, str], way: int, other_phone: str) -> str:
    slip = _slipped(values["name"][2:4])
    values["address"] = ""
    if FIRM_WAYS[way] == "typo" and slip:
        values["name"] = values["name"][:2] + slip + values["name"][4:]
        values["phone"], values["contact_phone"], values["tax_number"] = other_phone, "", ""
        return "typo"
    if FIRM_WAYS[way] == "short_name":
        values["name"] = values["name"].removesuffix("有限公司")[2:]
        values["tax_number"] = ""
        return "short_name"
    if FIRM_WAYS[way] == "swapped_contact":
        values["phone"], values["contact_phone"] = values["contact_phone"], values["phone"]
        values["tax_number"] = ""
        return "swapped_contact"
    values["name"] = values["name"].removesuffix("有限公司") + "（集团）股份有限公司"
    values["phone"], values["contact_phone"], values["tax_number"] = other_phone, "", ""
    return "legal_form"


def _slipped(name: str) -> str:
    """The name with one character written wrong; empty where no such slip is known."""
    for at, character in enumerate(name):
        if character in words.SLIPS:
            return name[:at] + words.SLIPS[character] + name[at + 1 :]
    return ""
