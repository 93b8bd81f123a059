"""How far a customer is from its branch, with what may be said of it: exactly, about, or nothing at all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

from kexin.kit import geo, regions

EXACT = "exact"
NO_PLACE, NO_BRANCH, BRANCH_NOWHERE = "no_place", "no_branch", "branch_nowhere"
# A pair of coordinates stands for a yard, not for a door, and the sphere is not quite the earth.
TYPED_KM = 0.1


class Where(NamedTuple):
    """Where somebody is taken to be."""

    latitude: float
    longitude: float
    exactness: str
    within_km: float
    region_code: str


@dataclass(frozen=True)
class Distance:
    """Kilometres as the crow flies, never by road. `km` is None where it is not known, and `unknown` says why; it is never 0 instead.

    `within_km`: the truth lies that much around `km`. For an area's centre that is the size of the area.
    """

    km: float | None
    exactness: str = ""  # choices.Exactness, where km is known
    within_km: float = 0.0
    unknown: str = ""  # no_place, no_branch, branch_nowhere

    @property
    def is_about(self) -> bool:
        """Measured from the middle of an area: to be said with every such number."""
        return self.km is not None and self.exactness != EXACT

    @property
    def least_km(self) -> float | None:
        return None if self.km is None else max(0.0, self.km - self.within_km)

    @property
    def most_km(self) -> float | None:
        return None if self.km is None else self.km + self.within_km

    def is_beyond(self, limit_km: float) -> bool | None:
        """Whether it is farther than a limit. None: unknown, or the limit lies within what is not known exactly."""
        if self.least_km is None or self.most_km is None:
            return None
        return True if self.least_km > limit_km else False if self.most_km <= limit_km else None


def where(point: tuple[float, float, str] | None, region: str, address: str) -> Where | None:
    """By the coordinates somebody gave (with the system they were read from), else by the smallest area that is surely named."""
    if point is not None:
        latitude, longitude, system = point
        return Where(latitude, longitude, EXACT, TYPED_KM + geo.CONVERTED_KM[system], "")
    area = regions.find(region, address) if region or address else None
    if area is None:
        return None
    return Where(area.latitude, area.longitude, area.level, area.km, area.code)


def km_between(at: Where | None, branch: tuple[float, float] | None) -> float | None:
    """Between where somebody is and their branch, to ten metres. None where either is not known."""
    if at is None or branch is None:
        return None
    return round(geo.great_circle_km(at.latitude, at.longitude, *branch), 2)


def error_km(km: float, within_km: float) -> float:
    """What the place leaves open, and what the sphere adds."""
    return within_km + km * geo.SPHERE_ERROR
