"""Every read of practices, partners and offices."""

from kexin.loop.partners.queries.directory import (
    NearOffice,
    ending_agreements,
    nearest_offices,
    partners_visible_to,
)
from kexin.loop.partners.queries.practices import (
    Counting,
    Line,
    by_kind_and_branch,
    confirmed_days,
    counting_practices,
    evidence_of,
    incidents_of,
    incidents_visible_to,
    kinds,
)

__all__ = [
    "Counting",
    "Line",
    "NearOffice",
    "by_kind_and_branch",
    "confirmed_days",
    "counting_practices",
    "ending_agreements",
    "evidence_of",
    "incidents_of",
    "incidents_visible_to",
    "kinds",
    "nearest_offices",
    "partners_visible_to",
]
