"""Who worked on what, drawn: texts, shades, what a click picks, and the sentence for those who hear it."""

from __future__ import annotations

import re
from datetime import date
from html import unescape
from typing import Any

import numpy as np
import pytest
import vl_convert

from clockify.directory import Kind
from clockify.frames import empty_cube
from clockify.render.charts.heat import TOTAL, UNREADABLE, heat_alt, heat_chart, heat_height, heat_shade, short_names
from clockify.render.charts.spec import spec_of
from clockify.render.formats import HourStyle
from clockify.render.palette import DARK, LIGHT, Palette
from clockify.reports.matrix import Head, Matrix, matrix
from clockify.reports.shares import OTHER
from tests.support.people import DIRECTORY, Row, cube_of
from tests.unit.test_render_palette import contrast, luminance

DAY = date(2026, 11, 2)
HOUR = 3600
HOSTILE = "![i](https://evil.invalid/x.png) $x$ <b>\"'];alert(1)//\n"
SMALL = matrix(
    cube_of([Row(DAY, "ana", "p1", 2 * HOUR), Row(DAY, "ben", "p1", 90), Row(DAY, "ben", "", 45_000), Row(DAY, "", "p2", 1800)]),
    DIRECTORY,
    Kind.PROJECT,
    also=["cleo"],
)
NOTHING = matrix(empty_cube(), DIRECTORY, Kind.CLIENT)


def big(people: int, rows: int) -> Matrix:
    heads = (*(Head(f"p{place}", HOSTILE * 3) for place in range(rows - 2)), Head(OTHER, "Other (9)"), Head("", "No project"))
    seconds = np.arange(people * rows, dtype=np.int64).reshape(rows, people) % 97 * 1234
    return Matrix(Kind.PROJECT, heads, tuple(Head(f"u{place}", f"Person{place} {HOSTILE}") for place in range(people)), seconds, ("p99",))


def cells(spec: dict[str, Any]) -> dict[tuple[str, str], dict[str, str]]:
    layer = spec["layer"][1]
    assert layer["name"] == "marks"
    return {(row["id"], row["person"]): row for row in spec["datasets"][layer["data"]["name"]]}


def texts(spec: dict[str, Any], width: int = 900) -> list[str]:
    return [unescape(one) for one in re.findall(r">([^<>]+)</t(?:ext|span)>", vl_convert.vegalite_to_svg(spec | {"width": width}))]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("some", [SMALL, NOTHING, big(30, 17)], ids=["small", "nothing", "big"])
@pytest.mark.parametrize("is_narrow", [False, True])
def test_every_table_is_a_whole_spec_that_can_be_drawn(some: Matrix, palette: Palette, is_narrow: bool) -> None:
    spec = heat_chart(some, palette, HourStyle.CLOCK, is_narrow=is_narrow).to_dict(validate=True)
    (pick,) = spec["params"]
    assert (pick["name"], pick["select"]["type"], pick["select"]["fields"]) == ("pick", "point", ["id", "person"])
    assert spec["background"] == palette.background and isinstance(spec["padding"], dict)
    svg = vl_convert.vegalite_to_svg(spec | {"width": 900})
    assert "<image" not in svg and "<b>" not in svg
    assert spec_of(heat_chart(some, palette))["datasets"]


def test_hours_stand_in_cells_and_zeros_are_blank() -> None:
    found = cells(heat_chart(SMALL, LIGHT).to_dict())
    assert {key: row["text"] for key, row in found.items()} == {
        ("p1", "ana"): "2.0",
        ("p1", "ben"): "0.0",  # some, but little
        ("p2", ""): "0.5",
        ("", "ben"): "12.5",
        ("p1", TOTAL): "2.0",
        ("p2", TOTAL): "0.5",
        ("", TOTAL): "12.5",
        (TOTAL, "ana"): "2.0",
        (TOTAL, "ben"): "12.5",
        (TOTAL, "cleo"): "0.0",
        (TOTAL, ""): "0.5",
        (TOTAL, TOTAL): "15.0",
    }
    assert {key for key, row in found.items() if row["weight"] == "bold"} == {key for key in found if TOTAL in key}
    assert found["p1", "ana"]["described"] == "Portal, Ana: 2.00 h"
    assert found["", "ben"]["fill"] == LIGHT.sequential[-1]


def test_rows_and_people_are_in_the_order_of_the_table() -> None:
    spec = heat_chart(SMALL, LIGHT).to_dict()
    encoding = spec["layer"][1]["encoding"]
    assert encoding["y"]["scale"]["domain"] == ["p1", "p2", "", TOTAL]
    assert encoding["x"]["scale"]["domain"] == ["ana", "ben", "cleo", "", TOTAL]
    shown = texts(spec)
    assert [one for one in shown if one in ("Ana", "ben", "Cleo", "No person", "Total")] == [
        "Ana",
        "ben",
        "Cleo",
        "No person",
        "Total",
        "Total",
    ]
    assert {"Portal", "Shop", "No project"} <= set(shown)


def test_many_people_have_short_figures_in_their_cells_and_whole_ones_in_tooltips() -> None:
    seconds = np.array([[9 * HOUR + 3420, 9 * HOUR + 3420 - 1, 0, 1234 * HOUR, 1] + [0] * 12], dtype=np.int64)
    people = tuple(Head(f"u{place}", f"P{place}") for place in range(17))
    found = cells(heat_chart(Matrix(Kind.TASK, (Head("k", "Task"),), people, seconds), LIGHT, HourStyle.CLOCK).to_dict())
    assert [found["k", f"u{place}"]["text"] for place in (0, 1, 3, 4)] == ["10", "9.9", "1.2k", "0.0"]
    assert found["k", "u3"]["exact"] == "1,234:00 h"
    assert found[TOTAL, "u2"]["text"] == "0"


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_shades_go_one_way_and_every_text_can_be_read(palette: Palette) -> None:
    found = list(dict.fromkeys(heat_shade(seconds, 1000, palette) for seconds in range(1, 1001)))
    assert len(found) == 9 and found[-1][0] == palette.sequential[-1]
    assert all(contrast(fill, ink) >= 4.5 for fill, ink in found)
    assert {ink for _, ink in found} == {palette.text, palette.background}
    # By lightness alone, so that no kind of colour blindness turns the order around.
    light = [luminance(fill) for fill, _ in found]
    assert light == sorted(light, reverse=palette is LIGHT)
    left_out = palette.sequential[UNREADABLE[palette.mode]]
    assert max(contrast(left_out, palette.text), contrast(left_out, palette.background)) < 4.5


def test_names_are_shortened_where_that_tells_them_apart() -> None:
    names = [
        "Ana Kovač",
        "Ana Maria Krug",
        "Ben Osei",
        "Cleo",
        "  Dan\nvan  der Poel ",
        "Ben Otto",
        "",
        "Unknown person 1a2b3c",
        "山田 太郎",
    ]
    assert short_names(names) == ["Ana Kovač", "Ana Maria Krug", "Ben Osei", "Cleo", "Dan P.", "Ben Otto", *names[6:]]


def test_it_is_as_high_as_its_rows() -> None:
    assert heat_height(big(30, 17)) == 17 * 26 + 26 + 76
    assert heat_chart(big(30, 17), LIGHT).to_dict()["height"] == heat_height(big(30, 17))
    assert heat_height(NOTHING) == 26 + 26


def test_the_sentence_has_the_totals() -> None:
    assert heat_alt(SMALL) == (
        "Hours by project and person: 15.0 tracked by 4 people. Most: ben on No project, 12.5. "
        "Portal 2.0, Shop 0.5, No project 12.5. Ana 2.0, ben 12.5, Cleo 0.0, No person 0.5."
    )
    assert heat_alt(NOTHING) == "Hours by client and person: nothing tracked."
