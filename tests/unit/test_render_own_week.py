"""A person's week, drawn: what is tracked, what still runs, capacity, and the sentence for those who hear it."""

from __future__ import annotations

from datetime import date
from typing import Any

import pandas as pd
import pytest
import vl_convert

from clockify.render.charts.own_week import own_week_alt, own_week_chart
from clockify.render.charts.spec import spec_of
from clockify.render.palette import DARK, LIGHT, Palette

HOUR = 3600
DAYS = pd.date_range(date(2026, 11, 23), periods=7, unit="us")


def week(seconds: list[int], running: int = 0, capacity: int = 8 * HOUR) -> pd.DataFrame:
    """Return a week of which Thursday has a timer, and Saturday and Sunday no capacity."""
    more = [0, 0, 0, running, 0, 0, 0]
    return pd.DataFrame({"day": DAYS, "seconds": seconds, "running_seconds": more, "capacity_seconds": [capacity] * 5 + [0, 0]})


SOME, NOTHING = [7 * HOUR, 6 * HOUR, 5 * HOUR, 3 * HOUR, 0, 0, 0], [0] * 7


def marks(spec: dict[str, Any]) -> list[str]:
    return [layer["mark"]["type"] for layer in spec["layer"]]


@pytest.mark.parametrize("palette", [LIGHT, DARK], ids=["light", "dark"])
@pytest.mark.parametrize(
    ("days", "wanted"),
    [
        (week(SOME, 72 * 60), ["bar", "bar", "tick", "text"]),
        (week(SOME, 59), ["bar", "tick", "text"]),
        (week(NOTHING), ["tick", "text"]),
        (week(SOME, capacity=0), ["bar", "text"]),
        (week(NOTHING, capacity=0), ["text"]),
    ],
    ids=["some and a timer", "a timer of seconds", "nothing", "no capacity", "nothing and no capacity"],
)
def test_what_there_is_of_is_drawn_and_nothing_else(days: pd.DataFrame, wanted: list[str], palette: Palette) -> None:
    spec = own_week_chart(days, palette).to_dict(validate=True)
    assert marks(spec) == wanted
    assert spec["background"] == palette.background
    assert "<svg" in vl_convert.vegalite_to_svg(spec | {"width": 500})
    # Every row that a layer draws is sent along, by its name.
    sent = spec_of(own_week_chart(days, palette))
    names = {one["data"]["name"] for one in (sent, *sent["layer"]) if "data" in one}
    assert names == set(sent["datasets"]) != set()


def test_days_keep_their_order_and_a_timer_stands_upon_what_is_tracked() -> None:
    spec = own_week_chart(week(SOME, 72 * 60), LIGHT).to_dict()
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [f"2026-11-{day}" for day in range(23, 30)]
    (timer,) = spec["datasets"][spec["layer"][1]["data"]["name"]]
    assert (timer["hours"], timer["whole"], timer["tracked"], timer["runs"]) == (3.0, pytest.approx(4.2), "3:00", "1:12")


def test_it_is_said_day_by_day() -> None:
    said = own_week_alt(week(SOME, 72 * 60))
    assert said.startswith("Hours of the week by day. Mon 23 Nov 7:00. ")
    assert "Thu 26 Nov 3:00, and 1:12 running." in said
    assert "Sun 29 Nov –." in said
