"""Places on the earth: one system kept (WGS-84), the two of Chinese maps read, distance as the crow flies.

Nothing here knows roads. A distance says how far two points are apart over the ground's curve, no more.
"""

from __future__ import annotations

import math
import re
import unicodedata
from typing import NamedTuple

WGS84, GCJ02, BD09 = "wgs84", "gcj02", "bd09"
SYSTEMS = (WGS84, GCJ02, BD09)
EARTH_KM = 6371.0088  # mean radius R1 of WGS-84 = (2a + b) / 3; Moritz 2000, Geodetic Reference System 1980
# On the sphere instead of the ellipsoid a distance is off by at most this share (the flattening 1/298 works both ways).
SPHERE_ERROR = 0.0056
# What is left after converting back from the Chinese systems by the published formulas, in km: metres, not more.
CONVERTED_KM = {WGS84: 0.0, GCJ02: 0.001, BD09: 0.01}
# The rectangle in which the Chinese systems differ from WGS-84, as every published conversion has it: latitude, longitude.
CHINA = ((0.8293, 55.8271), (72.004, 137.8347))
# Where China's towns are: what lies here only after latitude and longitude changed places was written the wrong way round.
TOWNS = ((18.0, 54.0), (73.0, 135.5))

# The Krasovsky ellipsoid of GCJ-02, and the factor between Baidu's plane and the circle.
_A, _EE = 6378245.0, 0.00669342162296594323
_X_PI = math.pi * 3000.0 / 180.0
_STEPS = 12


class Point(NamedTuple):
    """Degrees, north and east positive."""

    latitude: float
    longitude: float


def great_circle_km(latitude: float, longitude: float, other_latitude: float, other_longitude: float) -> float:
    """How far two points are apart on a sphere of the earth's mean radius. Exact to the sphere also for near points (haversine)."""
    phi, other_phi = math.radians(latitude), math.radians(other_latitude)
    half_chord = (
        math.sin((other_phi - phi) / 2) ** 2
        + math.cos(phi) * math.cos(other_phi) * math.sin(math.radians(other_longitude - longitude) / 2) ** 2
    )  # Sinnott 1984, Virtues of the Haversine, Sky & Telescope 68, 159
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(half_chord)))


def exists(latitude: float, longitude: float) -> bool:
    """Within the globe. NaN is not."""
    return -90 <= latitude <= 90 and -180 <= longitude <= 180  # noqa: PLR2004 -- the poles and the date line


def is_nowhere(latitude: float, longitude: float) -> bool:
    """0, 0: in the sea, and what programs write when they know nothing."""
    return abs(latitude) < 1e-6 and abs(longitude) < 1e-6  # noqa: PLR2004 -- a tenth of a metre


def in_china(latitude: float, longitude: float, within: tuple[tuple[float, float], tuple[float, float]] = CHINA) -> bool:
    (south, north), (west, east) = within
    return south <= latitude <= north and west <= longitude <= east


def look_swapped(latitude: float, longitude: float) -> bool:
    """Outside China as they stand, inside when they change places: written the wrong way round, as some maps give them."""
    return not in_china(latitude, longitude) and in_china(longitude, latitude, TOWNS)


def to_wgs84(latitude: float, longitude: float, system: str = WGS84) -> Point:
    """A point of a Chinese map on the common one. Outside China all three systems are the same."""
    if system == BD09:
        latitude, longitude = _from_bd09(latitude, longitude)
        system = GCJ02
    if system == GCJ02:
        return _from_gcj02(latitude, longitude)
    return Point(latitude, longitude)


def from_wgs84(latitude: float, longitude: float, system: str = WGS84) -> Point:
    """The same point as a Chinese map shows it."""
    if system == WGS84:
        return Point(latitude, longitude)
    shifted = _gcj02(latitude, longitude)
    if system == GCJ02 or not in_china(latitude, longitude):
        return shifted
    # Published by Baidu's own conversion service and reproduced by everybody since 2013; there is no official formula.
    z = math.hypot(shifted.longitude, shifted.latitude) + 0.00002 * math.sin(shifted.latitude * _X_PI)
    theta = math.atan2(shifted.latitude, shifted.longitude) + 0.000003 * math.cos(shifted.longitude * _X_PI)
    return Point(z * math.sin(theta) + 0.006, z * math.cos(theta) + 0.0065)


_PAIR = re.compile(r"^\(?([-+]?\d{1,3}(?:\.\d+)?)°?([NSns]?)[,;\s]+([-+]?\d{1,3}(?:\.\d+)?)°?([EWew]?)\)?$")


def read_pair(text: str) -> Point | None:
    """Two numbers as people paste them: 31.23, 121.47 · 31.23N 121.47E. None when it is something else. Order is left as it stands."""
    plain = unicodedata.normalize("NFKC", text).replace("、", ",").replace("，", ",").replace("−", "-").strip()
    found = _PAIR.match(plain)
    if found is None:
        return None
    latitude, longitude = float(found[1]), float(found[3])
    return Point(-latitude if found[2] in "Ss" and found[2] else latitude, -longitude if found[4] in "Ww" and found[4] else longitude)


def _gcj02(latitude: float, longitude: float) -> Point:
    """GB 20600 does not publish the shift; this is the formula known since 2010 (eviltransform), good to a metre."""
    if not in_china(latitude, longitude):
        return Point(latitude, longitude)
    x, y = longitude - 105.0, latitude - 35.0
    wave = (20.0 * math.sin(6.0 * x * math.pi) + 20.0 * math.sin(2.0 * x * math.pi)) * 2.0 / 3.0
    north = -100.0 + 2.0 * x + 3.0 * y + 0.2 * y * y + 0.1 * x * y + 0.2 * math.sqrt(abs(x)) + wave
    north += (20.0 * math.sin(y * math.pi) + 40.0 * math.sin(y / 3.0 * math.pi)) * 2.0 / 3.0
    north += (160.0 * math.sin(y / 12.0 * math.pi) + 320.0 * math.sin(y * math.pi / 30.0)) * 2.0 / 3.0
    east = 300.0 + x + 2.0 * y + 0.1 * x * x + 0.1 * x * y + 0.1 * math.sqrt(abs(x)) + wave
    east += (20.0 * math.sin(x * math.pi) + 40.0 * math.sin(x / 3.0 * math.pi)) * 2.0 / 3.0
    east += (150.0 * math.sin(x / 12.0 * math.pi) + 300.0 * math.sin(x / 30.0 * math.pi)) * 2.0 / 3.0
    phi = math.radians(latitude)
    bend = 1 - _EE * math.sin(phi) ** 2
    return Point(
        latitude + math.degrees(north / ((_A * (1 - _EE)) / (bend * math.sqrt(bend)))),
        longitude + math.degrees(east / (_A / math.sqrt(bend) * math.cos(phi))),
    )


def _from_gcj02(latitude: float, longitude: float) -> Point:
    """The shift has no inverse in a formula: the point is searched whose shift lands here. It stands still after a few steps."""
    guess = Point(latitude, longitude)
    for _step in range(_STEPS):
        shifted = _gcj02(*guess)
        guess = Point(guess.latitude + latitude - shifted.latitude, guess.longitude + longitude - shifted.longitude)
    return guess


def _from_bd09(latitude: float, longitude: float) -> Point:
    if not in_china(latitude, longitude):
        return Point(latitude, longitude)
    x, y = longitude - 0.0065, latitude - 0.006
    z = math.hypot(x, y) - 0.00002 * math.sin(y * _X_PI)
    theta = math.atan2(y, x) - 0.000003 * math.cos(x * _X_PI)
    return Point(z * math.sin(theta), z * math.cos(theta))
