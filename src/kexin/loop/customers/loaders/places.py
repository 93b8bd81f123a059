"""Coordinates in customer files: two columns and the map's system become one dated entry where they differ from what is known."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

from kexin.ground.errors import KexinError
from kexin.ground.imports import parsing
from kexin.ground.imports.parsing import Bad
from kexin.ground.staff import coordinates
from kexin.kit import geo
from kexin.loop.customers.choices import Source
from kexin.loop.customers.models import Coordinates

Said = tuple[float, float, str]  # WGS-84, and the system it was read from
COLUMNS = (
    "customer_id", "latitude", "longitude", "system", "source", "collected_on", "collected_by_id", "purpose", "recorded_at", "is_current",
)  # fmt: skip
DEGREES = re.compile(r"[-+]?\d{1,3}(?:\.\d{1,20})?")
SAME = 1e-6  # degrees: what rounding leaves
SYSTEM_WORDS = {
    **dict.fromkeys(("wgs84", "wgs-84", "gps", "wgs", "openstreetmap", "osm", "天地图", "84"), geo.WGS84),
    **dict.fromkeys(("gcj02", "gcj-02", "gcj", "amap", "高德", "高德地图", "腾讯", "腾讯地图", "tencent", "火星坐标", "国测局"), geo.GCJ02),
    **dict.fromkeys(("bd09", "bd-09", "bd09ll", "baidu", "百度", "百度地图"), geo.BD09),
}  # fmt: skip


def parsers() -> dict[str, Callable[[str], Any]]:
    return {"latitude": _degrees("latitude"), "longitude": _degrees("longitude"), "coordinate_system": _system}


def _degrees(name: str) -> Callable[[str], Any]:
    def read(raw: str) -> Any:
        text = parsing.clean(raw).replace("°", "").rstrip("NnEe ")  # amounts keep four decimals, a degree needs seven for a hand's width
        if not text:
            return None
        return float(text) if DEGREES.fullmatch(text) else Bad("bad_number", {"field": name, "value": parsing.shown(raw)})

    return read


def _system(raw: str) -> Any:
    text = parsing.clean(raw).casefold()
    if not text:
        return None
    return SYSTEM_WORDS.get(text) or Bad("coordinates_system_unknown", {"value": parsing.shown(raw)})


def paired(cells: Mapping[str, list[Any]], count: int, bad: dict[int, Bad]) -> list[Said | None]:
    """Each row's place. A row with half a pair, or with one that is on no map, is refused with its reason."""
    found: list[Said | None] = [None] * count
    nothing = [None] * count
    north, east, systems = (cells.get(name, nothing) for name in ("latitude", "longitude", "coordinate_system"))
    for row in range(count):
        latitude, longitude = north[row], east[row]
        if row in bad or (latitude is None and longitude is None):
            continue
        if latitude is None or longitude is None:
            bad[row] = Bad("missing", {"field": "latitude" if latitude is None else "longitude"})
            continue
        system = systems[row] or geo.WGS84
        try:
            found[row] = (*coordinates.checked(latitude, longitude, system), system)
        except KexinError as refused:
            bad[row] = Bad(refused.code, dict(refused.data))
    return found


def told(places: Sequence[Said | None], rows: Iterable[int], numbers: Sequence[int]) -> tuple[Said, int] | None:
    """Of the rows of one customer the first that says where they are, with its number."""
    for row in rows:
        place = places[row]
        if place is not None:
            return place, numbers[row]
    return None


def known(customers: Sequence[int]) -> dict[int, Coordinates]:
    return {one.customer_id: one for one in Coordinates.objects.filter(customer__in=customers, is_current=True)} if customers else {}


def differs(now: Coordinates | None, said: Said) -> bool:
    return now is None or abs(now.latitude - said[0]) > SAME or abs(now.longitude - said[1]) > SAME


def row(customer: int, said: Said, *, today: str, by: int | None, now: Any) -> tuple[Any, ...]:
    """A row as the table keeps it."""
    return (customer, *said, Source.IMPORT.value, today, by, "", now, 1)
