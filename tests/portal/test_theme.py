"""Colours: apart from each other, apart from the card, in both modes."""

from itertools import combinations

import pytest

from pipeline.segments.naming import ARCHETYPES, BIG_SPENDERS, MORE_ARCHETYPES
from portal.words import theme
from portal.words.theme import PALETTES, SEGMENTS, SPARE, marks

SCATTER3D = {
    "circle", "circle-open", "cross", "diamond", "diamond-open", "square", "square-open", "x",
}  # fmt: skip
NAMES = [BIG_SPENDERS, *(each.name for each in (*ARCHETYPES, *MORE_ARCHETYPES))]


def luminance(colour: str) -> float:
    parts = (int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5))
    red, green, blue = (
        part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts
    )
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    darker, lighter = sorted((luminance(one), luminance(other)))
    return (lighter + 0.05) / (darker + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_marks_stand_out_from_the_card(mode: theme.Mode) -> None:
    card = PALETTES[mode].card
    drawn = [mark.colour for mark in (*SEGMENTS.values(), *SPARE)]
    for colour in (*drawn, theme.MAIN, theme.SECOND, theme.QUIET, theme.GOOD, theme.BAD):
        assert contrast(colour, card) >= 3, colour


@pytest.mark.parametrize("mode", ["light", "dark"])
def test_text_is_readable(mode: theme.Mode) -> None:
    look = PALETTES[mode]
    for text in (look.text, look.muted, look.accent):
        assert contrast(text, look.card) >= 4.5
        assert contrast(text, look.page) >= 4.5


def test_white_is_readable_on_every_shade_of_the_dark() -> None:
    for scale in theme.SCALES["dark"]:
        for _, colour in scale:
            assert contrast("#ffffff", str(colour)) >= 4.5, colour


def test_every_name_of_a_segment_has_a_mark_of_its_own() -> None:
    assert set(NAMES) == set(SEGMENTS)
    for one, other in combinations(SEGMENTS.values(), 2):
        assert one.colour != other.colour
    assert {mark.symbol for mark in (*SEGMENTS.values(), *SPARE)} <= SCATTER3D


def test_the_usual_segments_differ_in_symbol_too() -> None:
    usual = [SEGMENTS[each.name].symbol for each in ARCHETYPES]
    assert len(set(usual)) == len(usual)


def test_unknown_names_keep_their_colour_by_order() -> None:
    first = marks(["At Risk", "Group 1", "Group 2"])
    assert first == marks(["At Risk", "Group 1", "Group 2"])
    assert first["Group 1"] != first["Group 2"]
    assert first["At Risk"] == SEGMENTS["At Risk"]


def test_styles_and_templates_share_their_colours() -> None:
    from portal.app import ASSETS

    tokens = (ASSETS / "tokens.css").read_text("utf-8")
    light, dark = tokens.split('[data-bs-theme="dark"] {')
    for text, look in ((light, PALETTES["light"]), (dark, PALETTES["dark"])):
        for name in ("page", "card", "text", "muted", "border", "accent"):
            assert f"--{name}: {getattr(look, name)};" in text, name
