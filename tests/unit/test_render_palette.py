from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.render.palette import DARK, LIGHT, Palette, palette, series_colors, swatch_color

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"


def luminance(color: str) -> float:
    parts = [int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)


def mixed(color: str, ground: str, part: float) -> str:
    pairs = ((int(color[place : place + 2], 16), int(ground[place : place + 2], 16)) for place in (1, 3, 5))
    return "#" + "".join(f"{round(part * one + (1 - part) * other):02x}" for one, other in pairs)


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_contrast(colors: Palette) -> None:
    for fill in (*colors.categorical, colors.grey, colors.billable, colors.outline):
        assert contrast(fill, colors.background) >= 3
    for text in (colors.text, colors.muted, colors.over, colors.near, colors.ok):
        assert contrast(text, colors.background) >= 4.5
    for bar in (colors.bar, colors.bar_light, colors.secondary):
        assert contrast(colors.text, bar) >= 4.5


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_captions_can_be_read(colors: Palette) -> None:
    """Streamlit writes captions, deltas and placeholders in the text's colour at 60 %."""
    for ground in (colors.background, colors.secondary):
        assert contrast(mixed(colors.text, ground, 0.6), ground) >= 4.5


@pytest.mark.skipif(not CONFIG.exists(), reason="the theme isn't here")
@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_the_page_has_the_same_colours(colors: Palette) -> None:
    theme = tomllib.loads(CONFIG.read_text("utf-8"))["theme"][colors.mode]
    assert theme["backgroundColor"] == colors.background
    assert theme["textColor"] == colors.text
    assert theme["chartCategoricalColors"] == [*colors.categorical, colors.grey]
    assert theme["chartSequentialColors"] == list(colors.sequential)


def test_modes() -> None:
    assert (palette("dark"), palette("light"), palette(None)) == (DARK, LIGHT, LIGHT)


def test_a_project_gets_the_slot_nearest_in_hue() -> None:
    own = {"o": "#ff8800", "b": "#0066ff", "g": "#00cc77", "x": "", "bad": "red;background:url(x)"}
    colors = series_colors(["o", "b", "g", "x", "bad", "other", ""], lambda name: own.get(name, ""), LIGHT)
    assert (colors["o"], colors["b"], colors["g"]) == ("#c2803d", "#1c6ea4", "#3fa281")
    assert colors["other"] == colors[""] == LIGHT.grey
    assert len(set(colors.values())) == 6


@given(st.lists(st.sampled_from("abcdef"), unique=True), st.lists(st.from_regex("#[0-9a-f]{6}", fullmatch=True), min_size=6, max_size=6))
def test_up_to_six_series_differ(ids: list[str], given_colors: list[str]) -> None:
    own = dict(zip("abcdef", given_colors, strict=True))
    colors = series_colors(ids, own.__getitem__, DARK)
    assert len(set(colors.values())) == len(ids)
    assert colors == series_colors(ids, own.__getitem__, DARK)
    assert set(colors.values()) <= set(DARK.categorical)


def test_further_series_begin_again() -> None:
    colors = series_colors([f"s{n}" for n in range(8)], lambda _: "", LIGHT)
    assert set(list(colors.values())[6:]) <= set(LIGHT.categorical)


def test_only_a_colour_goes_into_a_style() -> None:
    assert swatch_color("#A1b2C3", LIGHT) == "#A1b2C3"
    assert swatch_color("#fff;background:url(//evil)", LIGHT) == swatch_color("", LIGHT) == LIGHT.grey
