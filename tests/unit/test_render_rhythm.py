"""When people work, drawn: a square for each hour of the week, and the sentence for those who hear it."""

from __future__ import annotations

from typing import Any

import pandas as pd
import pytest
import vl_convert

from clockify.frames import empty_entries
from clockify.render.charts.heat import heat_shade
from clockify.render.charts.rhythm import rhythm_alt, rhythm_chart
from clockify.render.charts.spec import spec_of
from clockify.render.formats import HourStyle
from clockify.render.palette import DARK, LIGHT, Palette
from clockify.reports.rhythm import rhythm
from tests.unit.test_rhythm import frame, utc

# A Monday from 22:30 to Tuesday 1:15, and Sunday from 0:00 to 0:45.
SPANS = [(utc("2026-11-16T22:30"), utc("2026-11-17T01:15")), (utc("2026-11-22T00:00"), utc("2026-11-22T00:45"))]
CELLS = rhythm(frame(SPANS), "UTC")
NOTHING = rhythm(empty_entries(), "UTC")


def rows_of(spec: dict[str, Any], layer: int) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = spec["datasets"][spec["layer"][layer]["data"]["name"]]
    return rows


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize("cells", [CELLS, NOTHING, NOTHING.iloc[:0]], ids=["some", "nothing", "no rows"])
@pytest.mark.parametrize("narrow", [False, True])
def test_it_is_a_whole_spec_that_can_be_drawn(cells: pd.DataFrame, palette: Palette, narrow: bool) -> None:
    spec = rhythm_chart(cells, palette, HourStyle.CLOCK, narrow=narrow).to_dict(validate=True)
    assert spec["background"] == palette.background
    assert spec["height"] == 7 * 24 + 24
    assert "<svg" in vl_convert.vegalite_to_svg(spec | {"width": 700})
    assert spec_of(rhythm_chart(cells, palette))["datasets"]


def test_there_is_a_square_for_each_hour_of_the_week_in_its_order() -> None:
    spec = rhythm_chart(CELLS, LIGHT).to_dict()
    blanks = [(row["day"], row["hour"]) for row in rows_of(spec, 0)]
    assert len(set(blanks)) == len(blanks) == 168
    encoding = spec["layer"][1]["encoding"]
    assert encoding["y"]["scale"]["domain"] == ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"]
    assert encoding["x"]["scale"]["domain"] == list(range(24))
    assert encoding["x"]["axis"]["values"] == list(range(0, 24, 2))
    assert rhythm_chart(CELLS, LIGHT, narrow=True).to_dict()["layer"][1]["encoding"]["x"]["axis"]["values"] == [0, 4, 8, 12, 16, 20]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
def test_only_hours_with_time_are_shaded_the_more_the_stronger(palette: Palette) -> None:
    found = {(row["day"], row["hour"]): row for row in rows_of(rhythm_chart(CELLS, palette).to_dict(), 1)}
    assert {key: row["exact"] for key, row in found.items()} == {
        ("Mon", 22): "0.50 h",
        ("Mon", 23): "1.00 h",
        ("Tue", 0): "1.00 h",
        ("Tue", 1): "0.25 h",
        ("Sun", 0): "0.75 h",
    }
    assert found["Mon", 23]["clock"] == "23:00–23:59"
    assert found["Mon", 23]["fill"] == found["Tue", 0]["fill"] == palette.sequential[-1]
    assert {key: row["fill"] for key, row in found.items() if key == ("Tue", 1)} == {("Tue", 1): heat_shade(900, 3600, palette)[0]}
    assert len({row["fill"] for row in found.values()}) == 4


def test_hours_are_written_in_the_chosen_style() -> None:
    (row,) = [one for one in rows_of(rhythm_chart(CELLS, LIGHT, HourStyle.CLOCK).to_dict(), 1) if one["day"] == "Sun"]
    assert row["exact"] == "0:45 h"


def test_the_sentence() -> None:
    assert rhythm_alt(CELLS) == (
        "Hours by weekday and hour of the day. Most: Mon at 23:00, 1.0 h. "
        "Mon 1.5 h, Tue 1.3 h, Wed 0.0 h, Thu 0.0 h, Fri 0.0 h, Sat 0.0 h, Sun 0.8 h."
    )
    assert "Tue 1:15 h" in rhythm_alt(CELLS, HourStyle.CLOCK)
    for nothing in (NOTHING, NOTHING.iloc[:0]):
        assert rhythm_alt(nothing) == "Hours by weekday and hour of the day: nothing tracked."
