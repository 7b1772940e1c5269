from __future__ import annotations

import re
from datetime import date
from typing import Any

import pandas as pd
import pytest
import vl_convert
from hypothesis import given
from hypothesis import strategies as st

from clockify.directory import Directory, Kind, Project
from clockify.frames import CUBE_DTYPES, empty_cube
from clockify.periods import Period
from clockify.render.charts.axes import axis_steps, interval_label
from clockify.render.charts.vega import bars_alt, bars_by_series_alt, bars_by_series_chart, bars_chart, donut_alt, donut_chart, ranked_chart
from clockify.render.formats import HourStyle
from clockify.render.palette import DARK, LIGHT, series_colors
from clockify.reports.summary import Interval, by_interval, by_interval_and, interval_for, share_by

NOVEMBER = Period(date(2026, 11, 1), date(2026, 12, 1))
HOSTILE = "![i](https://evil.invalid/x.png) $x$ <b>\"'];alert(1)//"
PROJECTS = {"p1": Project("p1", HOSTILE, color="#ff8800"), "p2": Project("p2", "datum.label", color="nonsense")}
DIRECTORY = Directory({kind: {} for kind in Kind} | {Kind.PROJECT: {key: project.name for key, project in PROJECTS.items()}}, PROJECTS)


def cube(*rows: tuple[str, str, int, bool]) -> pd.DataFrame:
    columns = {"day": [row[0] for row in rows], "project_id": [row[1] for row in rows], "seconds": [row[2] for row in rows]}
    columns |= {"billable": [row[3] for row in rows]}
    rest = {"user_id": "u", "task_id": "", "rate": 0, "currency": "EUR", "amount_ticks": 0, "entries": 1}
    return pd.DataFrame(columns | rest).astype(CUBE_DTYPES) if rows else empty_cube()


ROWS = cube(("2026-11-02", "p1", 7200, True), ("2026-11-02", "p2", 1800, False), ("2026-11-30", "", 3600, True))


def bars(frame: pd.DataFrame = ROWS, period: Period = NOVEMBER) -> dict[str, Any]:
    step = interval_for(period)
    return bars_chart(by_interval(frame, period, step, "MONDAY"), step, LIGHT).to_dict(validate=True)


def main_layer(spec: dict[str, Any]) -> dict[str, Any]:
    return next(layer for layer in spec["layer"] if layer["mark"]["type"] == "bar")


def values(spec: dict[str, Any], layer: dict[str, Any]) -> list[dict[str, Any]]:
    return list(spec["datasets"][layer["data"]["name"]])


def test_bars_stack_billable_time_first() -> None:
    spec = bars()
    layer = main_layer(spec)
    found = [(row["start"], row["kind"], row["hours"], row["rank"]) for row in values(spec, layer)]
    assert found == [("2026-11-02", "Billable", 2, 0), ("2026-11-30", "Billable", 1, 0), ("2026-11-02", "Non-billable", 0.5, 1)]
    assert layer["encoding"]["x"]["type"] == "ordinal"
    assert len(layer["encoding"]["x"]["scale"]["domain"]) == 30
    assert layer["encoding"]["y"]["axis"]["title"] == "hours"
    assert layer["encoding"]["y"]["scale"]["domain"][0] == 0
    texts = [row["total_text"] for row in values(spec, layer)]
    assert texts == ["2.5 h", "1.0 h", "2.5 h"]


def test_days_off_have_a_band() -> None:
    spec = bars()
    band = next(layer for layer in spec["layer"] if layer["mark"]["type"] == "rect")
    assert [row["start"] for row in values(spec, band)][:4] == ["2026-11-01", "2026-11-07", "2026-11-08", "2026-11-14"]
    assert len(values(spec, band)) == 9


def test_a_click_picks_the_interval() -> None:
    (pick,) = bars()["params"]
    assert (pick["name"], pick["select"]["type"], pick["select"]["fields"]) == ("pick", "point", ["start"])


def charts(frame: pd.DataFrame, period: Period, mode: Any, style: HourStyle) -> list[Any]:
    step = interval_for(period)
    series = by_interval_and(frame, period, step, "MONDAY", Kind.PROJECT, DIRECTORY)
    share = share_by(frame, Kind.PROJECT, DIRECTORY)
    colors = series_colors(share["id"], DIRECTORY.color_of, mode)
    return [
        bars_chart(by_interval(frame, period, step, "MONDAY"), step, mode, style),
        bars_by_series_chart(series, step, mode, colors, style),
        donut_chart(share, mode, int(frame["seconds"].sum()), colors, style),
        ranked_chart(share, mode, max(int(frame["seconds"].sum()), 1), colors, style),
    ]


PERIODS = [
    NOVEMBER,
    Period(date(2026, 10, 23), date(2026, 11, 22)),
    Period(date(2026, 11, 2), date(2026, 11, 9)),
    Period(date(2026, 6, 1), date(2026, 12, 1)),
    Period(date(2026, 1, 1), date(2027, 1, 1)),
    Period(date(2024, 1, 1), date(2027, 1, 1)),
]


@pytest.mark.parametrize("period", PERIODS, ids=Period.label)
def test_every_chart_is_a_whole_spec(period: Period) -> None:
    for chart in charts(ROWS, period, DARK, HourStyle.CLOCK):
        spec = chart.to_dict(validate=True)
        assert spec["background"] == DARK.background
        assert spec["config"]["view"]["stroke"] is None
        assert [param["name"] for param in spec["params"]] == ["pick"]
        assert isinstance(spec["padding"], dict)  # Streamlit breaks on a number


@pytest.mark.parametrize("frame", [ROWS, cube()], ids=["rows", "nothing"])
def test_every_chart_can_be_drawn(frame: pd.DataFrame) -> None:
    for chart in charts(frame, NOVEMBER, LIGHT, HourStyle.DECIMAL):
        assert "<svg" in vl_convert.vegalite_to_svg(chart.properties(width=400).to_dict())


def test_names_are_shown_as_they_are() -> None:
    _, series, *_ = charts(ROWS, NOVEMBER, LIGHT, HourStyle.DECIMAL)
    svg = vl_convert.vegalite_to_svg(series.properties(width=900).to_dict())
    assert "datum.label" in svg
    assert "![i](https://ev" in svg
    assert "<image" not in svg and "<b>" not in svg


def labels(period: Period, step: Interval, width: int) -> list[str]:
    """Return what stands under the bars of the drawn chart, in order."""
    chart = bars_chart(by_interval(cube(), period, step, "MONDAY"), step, LIGHT).properties(width=width)
    texts = re.findall(r">([^<>]+)</t(?:ext|span)>", vl_convert.vegalite_to_svg(chart.to_dict()))
    return [text for text in texts if text not in ("0", "1", "hours", "Billable", "Non-billable")]


YEAR, YEARS = Period(date(2026, 1, 1), date(2027, 1, 1)), Period(date(2024, 1, 1), date(2027, 1, 1))


@pytest.mark.parametrize(
    ("period", "step", "width", "shown"),
    [
        (NOVEMBER, Interval.DAY, 280, "2 9 16 23 30"),
        (PERIODS[2], Interval.DAY, 280, "2 Mon 3 Tue 4 Wed 5 Thu 6 Fri 7 Sat 8 Sun"),
        (Period(date(2026, 10, 1), date(2026, 12, 1)), Interval.DAY, 490, "5 Oct 12 Oct 19 Oct 26 Oct 2 Nov 9 Nov 16 Nov 23 Nov 30 Nov"),
        (Period(date(2026, 10, 28), date(2026, 12, 8)), Interval.WEEK, 490, "28 2 Nov 9 16 23 30 7 Dec"),
        (YEAR, Interval.WEEK, 490, "Jan 2026 Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec"),
        (YEAR, Interval.MONTH, 280, "J 2026 F M A M J J A S O N D"),
        (YEARS, Interval.WEEK, 490, "2024 2025 2026"),
        (YEARS, Interval.MONTH, 280, "2024 2025 2026"),
    ],
)
def test_labels_have_room(period: Period, step: Interval, width: int, shown: str) -> None:
    assert " ".join(labels(period, step, width)) == shown


@given(st.floats(0.001, 1e7))
def test_axes_have_few_round_steps(largest: float) -> None:
    steps = axis_steps(largest)
    assert 2 <= len(steps) <= 5
    assert steps[0] == 0
    assert steps[-2] < largest <= steps[-1] * (1 + 1e-9)


def test_axes_by_hand() -> None:
    assert axis_steps(0) == [0, 1]
    assert axis_steps(71.5) == [0, 20, 40, 60, 80]
    assert axis_steps(100) == [0, 25, 50, 75, 100]
    assert axis_steps(0.5) == [0, 0.2, 0.4, 0.6]


def test_intervals_have_names() -> None:
    assert interval_label(Period(date(2026, 11, 2), date(2026, 11, 3)), Interval.DAY) == "Mon 2 Nov 2026"
    assert interval_label(Period(date(2026, 11, 2), date(2026, 11, 9)), Interval.WEEK) == "2–8 Nov 2026"
    assert interval_label(NOVEMBER, Interval.MONTH) == "November 2026"
    assert interval_label(Period(date(2026, 11, 2), date(2026, 12, 1)), Interval.MONTH) == "2–30 Nov 2026"


def test_sentences_have_the_figures() -> None:
    frame = by_interval(ROWS, NOVEMBER, Interval.DAY, "MONDAY")
    assert bars_alt(frame, Interval.DAY) == (
        "Hours per day, 1–30 Nov 2026: 3.5 tracked, 3.0 of them billable. Most on Mon 2 Nov 2026: 2.5. 28 days without any."
    )
    share = share_by(ROWS, Kind.PROJECT, DIRECTORY)
    ring = donut_chart(share, LIGHT, 12600).layer[0].data
    assert ring["described"].tolist() == [f"{HOSTILE}: 2.0 h, 57%", "datum.label: 0.5 h, 14%", "No project: 1.0 h, 29%"]
    assert donut_alt(share, 12600) == f"Share by project of 3.5 hours: {HOSTILE} 2.0 (57%), datum.label 0.5 (14%), No project 1.0 (29%)."
    series = by_interval_and(ROWS, NOVEMBER, Interval.DAY, "MONDAY", Kind.PROJECT, DIRECTORY)
    assert "3.5 tracked; " in bars_by_series_alt(series, Interval.DAY)
    nothing = by_interval(cube(), NOVEMBER, Interval.DAY, "MONDAY")
    assert bars_alt(nothing, Interval.DAY) == "Hours per day: nothing tracked."
    assert donut_alt(share_by(cube(), Kind.PROJECT, DIRECTORY), 0) == "Share by project: nothing tracked."
