"""How likely two files are one customer. Symmetric: it does not matter which of the two came first."""

from __future__ import annotations

from dataclasses import dataclass, field

from kexin.loop.customers.rules import names

# How much each shared thing says on its own, in percent; several together say more than the strongest alone.
WEIGHTS = {
    "tax_number": 99,  # one organisation, one number
    "vin": 95,
    "phone": 90,  # families and front desks share phones
    "wecom": 90,
    "email": 85,
    "firm_and_region": 85,  # one firm's name without legal form and town, in one town
    "plate": 80,  # plates move from car to car
    "contact": 75,  # one file is the contact of the other: a person filed twice, once by themselves, once for their firm
    "address_and_name": 75,
    "near_phone": 70,  # one digit differs, and the names agree
    "alike_firm_and_region": 72,  # written otherwise, spoken alike
    "name_and_region": 60,  # towns have many of one name
    "name_and_branch": 55,
    "alike_name": 45,  # one character differs: beside something else that is shared
    "name": 35,
}
# What speaks against: the share that is left of the likelihood.
DOUBTS = {
    "other_name": 0.45,  # a family with one telephone, a car that was sold
    "other_tax_number": 0.1,  # two firms at one desk
}
TELL_FROM = 30  # percent; what says less is not shown while a new file is written
LIST_FROM = 70  # percent; what says less is not put on the list of pairs


@dataclass(frozen=True)
class Marks:
    """What identifies one customer, in comparable form."""

    name: str = ""
    region: str = ""
    branch_id: int | None = None
    tax_number: str = ""
    phones: frozenset[str] = field(default_factory=frozenset)
    emails: frozenset[str] = field(default_factory=frozenset)
    wecom: frozenset[str] = field(default_factory=frozenset)
    plates: frozenset[str] = field(default_factory=frozenset)
    vins: frozenset[str] = field(default_factory=frozenset)
    kind: str = ""  # person, organisation; empty: not said
    address: str = ""
    contacts: frozenset[str] = field(default_factory=frozenset)  # names of people at it


def shared(one: Marks, other: Marks) -> list[str]:
    """Which marks two customers share, the most telling first, then what speaks against: keys of WEIGHTS and DOUBTS."""
    firms = names.is_firm(one.name, one.kind) and names.is_firm(other.name, other.kind)
    relation = names.compare(one.name, other.name, firms=firms, region=one.region, other_region=other.region)
    same = relation == names.SAME
    agree = relation in {names.SAME, names.CORE, names.ALIKE, names.NEAR}
    district = bool(one.region) and names.region_parts(one.region) == names.region_parts(other.region)
    town = names.town(one.region)
    one_town = bool(town) and town == names.town(other.region)
    branch = one.branch_id is not None and one.branch_id == other.branch_id
    contact = _is_contact(one, other) or _is_contact(other, one)
    firm = firms and relation in {names.SAME, names.CORE} and one_town
    found = {
        "tax_number": bool(one.tax_number) and one.tax_number == other.tax_number,
        "vin": bool(one.vins & other.vins),
        "phone": bool(one.phones & other.phones),
        "wecom": bool(one.wecom & other.wecom),
        "email": bool(one.emails & other.emails),
        "plate": bool(one.plates & other.plates),
        "contact": contact,
        "firm_and_region": firm,
        "address_and_name": agree and district and bool(one.address) and address_key(one.address) == address_key(other.address),
        "near_phone": agree and not one.phones & other.phones and _near(one.phones, other.phones),
        "alike_firm_and_region": firms and relation == names.ALIKE and one_town,
        "name_and_region": same and not firm and district,
        "name_and_branch": same and not firm and not district and branch,
        "alike_name": relation == names.NEAR or (not firms and relation == names.ALIKE),
        "name": same and not firm and not district and not branch,
        "other_name": relation == names.OTHER and not contact and not _only_a_number(one, other),
        "other_tax_number": bool(one.tax_number and other.tax_number) and one.tax_number != other.tax_number,
    }
    reasons = [reason for reason in WEIGHTS if found[reason]]
    return reasons + [doubt for doubt in DOUBTS if found[doubt]] if reasons else []


def score(reasons: list[str]) -> int:
    """Percent, 0 to 99: each shared mark takes its share of the doubt the others left; what speaks against takes its share of that."""
    doubt, left = 1.0, 1.0
    for reason in reasons:
        if reason in WEIGHTS:
            doubt *= 1 - WEIGHTS[reason] / 100
        else:
            left *= DOUBTS[reason]
    return min(99, round(100 * (1 - doubt) * left))


def address_key(address: str) -> str:
    """中山路 5 号 and 中山路5号 are one house."""
    return names.plain(address)


def _is_contact(firm: Marks, person: Marks) -> bool:
    """Whether one file is a person at the other, reached by the same number."""
    return names.plain(person.name) in {names.plain(name) for name in firm.contacts} and bool(firm.phones & person.phones)


def _only_a_number(one: Marks, other: Marks) -> bool:
    """Without a name on one of the files there is nothing that differs."""
    return not one.name or not other.name


def _near(one: frozenset[str], other: frozenset[str]) -> bool:
    return any(len(a) == len(b) and sum(x != y for x, y in zip(a, b, strict=True)) == 1 for a in one for b in other)
