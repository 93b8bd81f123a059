"""How likely two files are one customer. Symmetric: it does not matter which of the two came first."""

from __future__ import annotations

from dataclasses import dataclass, field

# How much each shared thing says on its own, in percent; several together say more than the strongest alone.
WEIGHTS = {
    "tax_number": 99,  # one organisation, one number
    "vin": 95,
    "phone": 90,  # families and front desks share phones
    "wecom": 90,
    "email": 85,
    "plate": 80,  # plates move from car to car
    "name_and_region": 60,
    "name_and_branch": 55,
    "name": 35,
}
TELL_FROM = 30  # percent; what says less is not shown


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


def shared(one: Marks, other: Marks) -> list[str]:
    """Which marks two customers share, the most telling first: keys of WEIGHTS."""
    same_name = bool(one.name) and one.name.casefold() == other.name.casefold()
    same_region = bool(one.region) and one.region == other.region
    same_branch = one.branch_id is not None and one.branch_id == other.branch_id
    found = {
        "tax_number": bool(one.tax_number) and one.tax_number == other.tax_number,
        "vin": bool(one.vins & other.vins),
        "phone": bool(one.phones & other.phones),
        "wecom": bool(one.wecom & other.wecom),
        "email": bool(one.emails & other.emails),
        "plate": bool(one.plates & other.plates),
        "name_and_region": same_name and same_region,
        "name_and_branch": same_name and not same_region and same_branch,
        "name": same_name and not same_region and not same_branch,
    }
    return [reason for reason in WEIGHTS if found[reason]]


def score(reasons: list[str]) -> int:
    """Percent, 0 to 99: each shared mark takes its share of the doubt the others left."""
    doubt = 1.0
    for reason in reasons:
        doubt *= 1 - WEIGHTS[reason] / 100
    return min(99, round(100 * (1 - doubt)))
