"""How a team looks: the contrast of its colour, by WCAG's own examples and a search of all shades, and what can't be right."""

from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clockify.branding import LEAST_CONTRAST, WHITE, Branding, accent_problems, contrast, darker
from clockify.plans import problems_of
from tests.support.pictures import png

COLORS = st.integers(0, 0xFFFFFF).map(lambda number: f"#{number:06x}")


@pytest.mark.parametrize(
    ("color", "ratio"),
    # As published: black, WebAIM's table of greys, and its pure red, green and blue on white.
    [("#000000", 21.0), ("#ffffff", 1.0), ("#767676", 4.54), ("#777777", 4.48), ("#ff0000", 4.0), ("#00ff00", 1.37), ("#0000ff", 8.59)],
)
def test_the_contrast_is_that_which_is_published(color: str, ratio: float) -> None:
    assert contrast(color, WHITE) == pytest.approx(ratio, abs=0.005)
    assert contrast(WHITE, color) == contrast(color, WHITE)


@given(COLORS)
def test_what_is_offered_can_be_read_is_of_the_same_hue_and_the_nearest(color: str) -> None:
    offered = darker(color)
    assert contrast(offered, WHITE) >= LEAST_CONTRAST
    assert accent_problems(offered) == []
    if contrast(color, WHITE) >= LEAST_CONTRAST:
        assert offered == color
        return
    parts, shades = ([int(one[place : place + 2], 16) for place in (1, 3, 5)] for one in (color, offered))
    strongest = max(range(3), key=lambda place: parts[place])
    share = Fraction(shades[strongest], parts[strongest])
    assert all(abs(shade - part * share) <= 1 for part, shade in zip(parts, shades, strict=True))
    # Two steps lighter would be too light: no shade between is passed over.
    lighter = [min(255, round(part * (share + Fraction(2, parts[strongest])))) for part in parts]
    assert contrast("#" + "".join(f"{one:02x}" for one in lighter), WHITE) < LEAST_CONTRAST


@pytest.mark.parametrize(
    ("accent", "words"),
    [
        ("#ffcc00", "#ffcc00 and white have a contrast of 1.51, and it takes 4.5 to be read: #"),
        # 4.478 is no 4.48 that somebody would round up to enough.
        ("#777777", "a contrast of 4.47, and it takes 4.5 to be read: #767676 has it."),
        ("#FFCC00", "A colour is #"),
        ("#fc0", "A colour is #"),
        ("red", "A colour is #"),
        ("#12345g", "A colour is #"),
        ("#123456\n", "A colour is #"),
        ("#١٢٣٤٥٦", "A colour is #"),
    ],
)
def test_a_colour_that_cant_be_read_is_told_with_one_that_can(accent: str, words: str) -> None:
    (problem,) = problems_of(Branding(accent=accent))
    assert words in problem


@pytest.mark.parametrize(
    ("branding", "words"),
    [
        (Branding(name="x" * 201), "one line of at most 200"),
        (Branding(name="a\nb"), "can't be kept"),
        (Branding(name="a\0"), "can't be kept"),
        (Branding(address="\ud83c"), "can't be kept"),
        (Branding(address="a\rb"), "can't be kept"),
        (Branding(address="\n" * 8), "at most 8 lines"),
        (Branding(address="x" * 201), "at most 8 lines of 200"),
        (Branding(logo=png(2, 2), logo_type=""), "uploaded anew"),
    ],
)
def test_what_cant_be_right_is_said(branding: Branding, words: str) -> None:
    (problem,) = problems_of(branding)
    assert words in problem


def test_nothing_and_everything_can_be_right() -> None:
    assert problems_of(Branding()) == []
    assert problems_of(Branding("Ölund & Søn ❄", "Gate 5\n\n0150 Oslo", png(2, 2), "png", "#1b4d89")) == []
