from __future__ import annotations

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kexin.kit import geo, regions

ANYWHERE = st.tuples(st.floats(-90, 90), st.floats(-180, 180))
IN_CHINA = st.tuples(st.floats(19, 52), st.floats(75, 134))


# Great-circle distances as published; the sphere's error (0.56 %) covers ellipsoidal ones.
@pytest.mark.parametrize(
    ("one", "other", "km", "off"),
    [
        ((36.12, -86.67), (33.94, -118.40), 2887.26, 1.0),  # Rosetta Code, Haversine formula (mean radius 6372.8): BNA to LAX
        ((50.066389, -5.714722), (58.643889, -3.07), 968.9, 0.2),  # Veness, Calculate distance: Land's End to John o' Groats
        ((31.143333, 121.805278), (40.0725, 116.5975), 1098.0, 7.0),  # Shanghai Pudong to Beijing Capital, 593 NM
    ],
)
def test_distances_are_the_published_ones(one: Any, other: Any, km: float, off: float) -> None:
    assert geo.great_circle_km(*one, *other) == pytest.approx(km, abs=off)


def test_half_the_earth_is_half_its_circumference() -> None:
    assert geo.great_circle_km(0, 0, 0, 180) == pytest.approx(math.pi * geo.EARTH_KM)


@given(ANYWHERE, ANYWHERE)
def test_a_distance_is_the_same_both_ways_and_never_more_than_half_the_earth(one: Any, other: Any) -> None:
    there, back = geo.great_circle_km(*one, *other), geo.great_circle_km(*other, *one)
    assert there == pytest.approx(back, abs=1e-6)
    assert 0 <= there <= math.pi * geo.EARTH_KM + 1e-6


@given(ANYWHERE, ANYWHERE, ANYWHERE)
def test_no_way_round_is_shorter(one: Any, other: Any, third: Any) -> None:
    assert geo.great_circle_km(*one, *third) <= geo.great_circle_km(*one, *other) + geo.great_circle_km(*other, *third) + 1e-6


@pytest.mark.parametrize("system", [geo.GCJ02, geo.BD09])
@given(point=IN_CHINA)
def test_a_chinese_map_and_back_is_the_same_place(system: str, point: Any) -> None:
    shown = geo.from_wgs84(*point, system)
    moved_km = geo.great_circle_km(*point, *shown)
    back_km = geo.great_circle_km(*point, *geo.to_wgs84(*shown, system))

    assert moved_km < 3
    assert back_km < geo.CONVERTED_KM[system]


def test_the_shift_is_the_known_one() -> None:
    # eviltransform's own test: (31.1774276, 121.5272106) in WGS-84 is (31.17530398364597, 121.531541859215) in GCJ-02.
    assert geo.from_wgs84(31.1774276, 121.5272106, geo.GCJ02) == pytest.approx((31.17530398364597, 121.531541859215), abs=1e-6)


@pytest.mark.parametrize(
    ("text", "point"),
    [
        ("31.23, 121.47", (31.23, 121.47)),
        ("31.23，121.47", (31.23, 121.47)),
        ("(31.23 121.47)", (31.23, 121.47)),
        ("31.23°N, 121.47°E", (31.23, 121.47)),
        ("33.9S 151.2E", (-33.9, 151.2)),
        ("１２.5, -70", (12.5, -70.0)),
        ("31,23", (31.0, 23.0)),
        ("三十一", None),
        ("31.23", None),
        ("1e3, 4", None),
        ("31.23, 121.47, 5", None),
    ],
)
def test_pairs_are_read_as_people_paste_them(text: str, point: Any) -> None:
    assert geo.read_pair(text) == point


@given(st.text(max_size=40))
def test_reading_a_pair_never_breaks(text: str) -> None:
    pair = geo.read_pair(text)
    assert pair is None or all(map(math.isfinite, pair))


@pytest.mark.parametrize(
    ("region", "address", "words"),
    [
        ("浙江 杭州", "", "浙江省杭州市"),
        ("浙江省/杭州市/西湖区", "", "浙江省杭州市西湖区"),
        ("杭州", "西湖区文三路 1 号", "浙江省杭州市西湖区"),
        ("上海", "浦东新区世纪大道", "上海市浦东新区"),
        ("昆山", "", "江苏省苏州市昆山市"),
        ("延边", "", "吉林省延边朝鲜族自治州"),
        ("内蒙古 呼和浩特", "", "内蒙古自治区呼和浩特市"),
        ("", "上海市浦东新区世纪大道", "上海市浦东新区"),
        ("浙江", "江苏省南京市", "浙江省"),  # what contradicts the region is not believed
    ],
)
def test_regions_are_found_as_people_write_them(region: str, address: str, words: str) -> None:
    assert regions.words(regions.find(region, address).code) == words


@pytest.mark.parametrize(("region", "address"), [("", ""), ("德国", ""), ("朝阳区", ""), ("", "北京路 5 号"), ("somewhere", "")])
def test_what_is_not_surely_meant_is_not_found(region: str, address: str) -> None:
    assert regions.find(region, address) is None


@given(st.text(max_size=30), st.text(max_size=30))
def test_finding_a_region_never_breaks(region: str, address: str) -> None:
    found = regions.find(region, address)
    assert found is None or geo.exists(found.latitude, found.longitude)


def test_every_centre_is_in_its_province() -> None:
    """A wrong namesake would lie far away."""
    for code, area in regions._table().by_code.items():
        province = regions.area(f"{code[:2]}0000")
        assert geo.great_circle_km(area.latitude, area.longitude, province.latitude, province.longitude) <= max(60, 2.2 * province.km), area
