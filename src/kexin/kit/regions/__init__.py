"""Regions of China by name: which province, city or district is meant, and about where it lies (centres.csv, see SOURCE.md)."""

from __future__ import annotations

import csv
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files

PROVINCE, CITY, DISTRICT = "province", "city", "district"
_BETWEEN = " ,，、/\\-–—·|>\t"
_PEOPLES = (
    "土家族|苗族|藏族|羌族|彝族|布依族|侗族|哈尼族|壮族|傣族|白族|景颇族|傈僳族|回族|朝鲜族|蒙古族|蒙古|哈萨克|柯尔克孜|维吾尔|满族|瑶族|"
    "黎族|畲族|纳西族|拉祜族|佤族|仡佬族|水族|土族|撒拉族|东乡族|保安族|裕固族|锡伯|塔吉克|达斡尔族|仫佬族|毛南族|独龙族|怒族|普米族|布朗族|各族"
)
_AUTONOMOUS = re.compile(rf"(?:{_PEOPLES})*自治[区州县旗]$")
_ENDINGS = ("特别行政区", "地区", "新区", "林区", "省", "市", "区", "县", "旗", "盟", "州")
_WITH_ITS_PEOPLE = {"内蒙古自治区": "内蒙古"}
_LEAST = 2  # characters of a short name
_PART_OF_NAME = "省市区县旗盟州"  # right behind a short name: the name goes on, and is another


@dataclass(frozen=True)
class Area:
    """A province, city or district, about where it is, and how far from there a point of it may be expected to lie."""

    code: str  # GB/T 2260
    name: str
    latitude: float
    longitude: float
    km: float

    @property
    def level(self) -> str:
        return PROVINCE if self.code.endswith("0000") else CITY if self.code.endswith("00") else DISTRICT


def short_name(name: str) -> str:
    """杭州市 → 杭州, 延边朝鲜族自治州 → 延边. What would be left with one character keeps its ending."""
    if name in _WITH_ITS_PEOPLE:
        return _WITH_ITS_PEOPLE[name]
    bare = _AUTONOMOUS.sub("", name)
    if bare == name:
        ending = next((ending for ending in _ENDINGS if name.endswith(ending)), "")
        bare = name.removesuffix(ending)
    return bare if len(bare) >= _LEAST else name


@dataclass
class _Names:
    """The areas below one area, by full and by short name, the longest first."""

    full: dict[str, Area] = field(default_factory=dict)
    short: dict[str, Area] = field(default_factory=dict)

    def take(self, areas: Iterable[Area]) -> _Names:
        unclear: set[str] = set()
        for area in areas:
            for names, name in ((self.full, area.name), (self.short, short_name(area.name))):
                if names.setdefault(name, area) is not area:
                    unclear.add(name)
        for name in unclear:  # two of one name: neither is meant for certain
            self.full.pop(name, None)
            self.short.pop(name, None)
        return self

    def at_start(self, text: str, *, full_only: bool) -> tuple[Area, str] | None:
        for names in (self.full,) if full_only else (self.full, self.short):
            for length in range(min(len(text), 15), _LEAST - 1, -1):
                area = names.get(text[:length])
                if area is not None and (names is self.full or text[length : length + 1] not in _PART_OF_NAME or length == len(text)):
                    return area, text[length:].lstrip(_BETWEEN)
        return None


@dataclass(frozen=True)
class _Table:
    provinces: _Names
    cities: dict[str, _Names]  # by two digits of the province; "" all
    districts: dict[str, _Names]  # by two or four digits; "" all
    by_code: dict[str, Area]


@lru_cache(maxsize=1)
def _table() -> _Table:
    text = (files(__package__) / "centres.csv").read_text(encoding="utf-8")
    areas = [
        Area(row["code"], row["name"], float(row["latitude"]), float(row["longitude"]), float(row["km"]))
        for row in csv.DictReader(text.splitlines())
    ]
    cities: dict[str, list[Area]] = {"": []}
    districts: dict[str, list[Area]] = {"": []}
    for area in areas:
        if area.level == CITY:
            for key in ("", area.code[:2]):
                cities.setdefault(key, []).append(area)
        elif area.level == DISTRICT:
            for key in ("", area.code[:2], area.code[:4]):
                districts.setdefault(key, []).append(area)
    return _Table(
        _Names().take(area for area in areas if area.level == PROVINCE),
        {key: _Names().take(several) for key, several in cities.items()},
        {key: _Names().take(several) for key, several in districts.items()},
        {area.code: area for area in areas},
    )


def area(code: str) -> Area | None:
    return _table().by_code.get(code)


def words(code: str) -> str:
    """浙江省杭州市西湖区: an area with those it lies in."""
    chain = [area(f"{code[:2]}0000"), area(f"{code[:4]}00") if code[2:] != "0000" else None, area(code) if code[4:] != "00" else None]
    return "".join(one.name for one in chain if one is not None)


@lru_cache(maxsize=20_000)
def find(region: str, address: str = "") -> Area | None:
    """The smallest area that is surely meant, None where none is.

    `region` may be written as people write: 浙江 杭州, 浙江省杭州市, 杭州. An address counts only where it begins with full names,
    since 北京路 is in every city.
    """
    found = _read(_plain(region), full_only=False, within=None)
    if not address:
        return found
    finer = _read(_plain(address), full_only=True, within=found)
    return finer or found


def _plain(text: str) -> str:
    return unicodedata.normalize("NFKC", text).strip(_BETWEEN).removeprefix("中国").lstrip(_BETWEEN)


def _read(text: str, *, full_only: bool, within: Area | None) -> Area | None:
    """From the largest area down, each at the beginning of what is left."""
    table = _table()
    found = within
    province = table.provinces.at_start(text, full_only=full_only)
    if province is not None:
        if within is not None and province[0].code[:2] != within.code[:2]:
            return None
        found, text = (within or province[0]), province[1]
    if found is None or found.level != DISTRICT:
        city = table.cities.get(found.code[:2] if found else "", _Names()).at_start(text, full_only=full_only)
        if city is not None and (found is None or found.level == PROVINCE or found.code[:4] == city[0].code[:4]):
            found, text = city
    key = "" if found is None else found.code[: 2 if found.level == PROVINCE else 4]
    if found is None or found.level != DISTRICT:
        district = table.districts.get(key, _Names()).at_start(text, full_only=full_only)
        if district is not None and (found is not None or not full_only):
            found = district[0]
    return found if found is not within else None
