from __future__ import annotations

import tomllib
from colorsys import rgb_to_hls
from itertools import permutations
from pathlib import Path

import pytest

from clockify.render.palette import DARK, LIGHT, Palette, palette, project_color, series_colors

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
    for fill in (*colors.categorical, colors.grey, colors.none, colors.billable, colors.outline):
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


OWN = {"o": "#ff8800", "b": "#0066ff", "b2": "#0044cc", "b3": "#1133ee", "g": "#00cc77"}


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_a_project_has_one_hue_whatever_is_shown_beside_it(colors: Palette) -> None:
    every = series_colors([*OWN, "other", ""], OWN.__getitem__, colors)
    for name, own in OWN.items():
        alone = series_colors([name], OWN.__getitem__, colors)[name]
        assert alone == project_color(name, own, colors)
        assert hue(every[name]) == pytest.approx(hue(alone), abs=0.04)
    assert len(set(every.values())) == 7
    assert {every["other"], every[""]} == {colors.grey, colors.none}


def test_a_project_gets_the_slot_nearest_in_hue() -> None:
    assert [project_color(name, OWN[name], LIGHT) for name in ("o", "b", "g")] == ["#c2803d", "#1c6ea4", "#3fa281"]
    assert project_color("p", "", LIGHT) == project_color("p", "#888888", LIGHT) == LIGHT.categorical[-1]


def test_of_one_hue_the_first_by_id_is_as_in_tables_and_no_order_matters() -> None:
    for shown in permutations(["b", "b2", "b3"]):
        colors = series_colors(shown, OWN.__getitem__, LIGHT)
        assert colors["b"] == LIGHT.categorical[0]
        assert colors == series_colors(["b", "b2", "b3"], OWN.__getitem__, LIGHT)


@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_eight_of_no_colour_differ_and_can_be_seen(colors: Palette) -> None:
    shown = series_colors([f"u{n}" for n in range(8)], None, colors)
    assert len(set(shown.values())) == 8
    assert all(contrast(fill, colors.background) >= 3 for fill in shown.values())


def hue(color: str) -> float:
    return rgb_to_hls(*(int(color[place : place + 2], 16) / 255 for place in (1, 3, 5)))[0]


def test_only_a_colour_of_ours_goes_into_a_style() -> None:
    assert project_color("p", "#fff;background:url(//evil)", LIGHT) in LIGHT.categorical
    assert project_color("", "#ff0000", LIGHT) == LIGHT.none
