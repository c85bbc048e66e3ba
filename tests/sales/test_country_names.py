"""Names of countries in many languages, as codes, and as people write them."""

import json
from pathlib import Path

import pytest

from pipeline.sales.countries import iso_codes

WORLD = json.loads((Path(__file__).parents[2] / "assets" / "world.json").read_text("utf-8"))


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("United Kingdom", "GB"), ("EIRE", "IE"), ("RSA", "ZA"), ("USA", "US"),
        ("U.S.A.", "US"), ("Korea", "KR"), ("Czech Republic", "CZ"), ("Hong Kong", "HK"),
        ("Turkey", "TR"), ("Türkiye", "TR"), ("Deutschland", "DE"), ("ESPAÑA", "ES"),
        ("Россия", "RU"), ("中国", "CN"), ("Côte d'Ivoire", "CI"), ("St. Lucia", "LC"),
        ("Saint Lucia", "LC"), ("Trinidad and Tobago", "TT"), ("DE", "DE"), ("DEU", "DE"),
        ("276", "DE"), ("UK", "GB"), ("Frankreich", "FR"), (" France ", "FR"),
    ],
)  # fmt: skip
def test_a_name_is_known(name: str, code: str):
    assert iso_codes([name]) == {name: code}


@pytest.mark.parametrize(
    "name",
    ["Channel Islands", "European Community", "Unspecified", "Nowhere", "XX", "in", "", "EU",
     "West Indies"],
)  # fmt: skip
def test_what_is_on_no_map_has_no_code(name: str):
    assert iso_codes([name]) == {name: None}


def test_the_world_has_a_place_for_countries_large_and_small():
    assert {"GB", "US", "FR", "CN", "XK"} <= set(WORLD["polygons"])
    assert {"SG", "MT", "HK", "BH", "JE"} <= set(WORLD["points"])
    assert not set(WORLD["polygons"]) & set(WORLD["points"])
    assert "public domain" in WORLD["source"]


def test_shapes_lie_on_the_globe():
    for rings in WORLD["polygons"].values():
        for ring in rings:
            assert len(ring) % 2 == 0
            assert len(ring) >= 8
            assert max(map(abs, ring[::2])) <= 1800
            assert max(map(abs, ring[1::2])) <= 900
    (longitude, latitude) = WORLD["points"]["MT"]
    assert (round(longitude / 10), round(latitude / 10)) == (14, 36)
