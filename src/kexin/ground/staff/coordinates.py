"""Where something stands, as people give it: read, checked, brought to WGS-84. Branches, customers and offices ask the same."""

from __future__ import annotations

from kexin.ground.staff import errors
from kexin.kit import geo


def read(given: str, system: str = geo.WGS84) -> geo.Point | None:
    """What somebody typed or pasted, as a point of WGS-84. Blank is None; anything that is no place is refused with the reason."""
    if not given.strip():
        return None
    pair = geo.read_pair(given)
    if pair is None:
        raise errors.CoordinatesUnreadable(value=given.strip()[:60])
    return checked(*pair, system)


def checked(latitude: float, longitude: float, system: str = geo.WGS84) -> geo.Point:
    """A pair of numbers as a point of WGS-84."""
    if system not in geo.SYSTEMS:
        raise errors.UnknownSystem(value=system[:20])
    value = f"{latitude:g}, {longitude:g}"
    if geo.look_swapped(latitude, longitude):
        raise errors.CoordinatesSwapped(value=value)
    if not geo.exists(latitude, longitude):
        raise errors.CoordinatesOutOfRange(value=value)
    if geo.is_nowhere(latitude, longitude):
        raise errors.CoordinatesNowhere
    point = geo.to_wgs84(latitude, longitude, system)
    return geo.Point(round(point.latitude, 6), round(point.longitude, 6))  # a tenth of a metre
