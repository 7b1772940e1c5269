"""The two charts of a client's report: whole specs, with every interval and part, and labels that have room."""

from __future__ import annotations

import io
from datetime import date
from typing import Any

import pyarrow as pa
import pytest

from clockify.periods import Period
from clockify.render.charts.client import MOST_FIGURES, MOST_NAMES, client_bars, client_bars_alt, share_bar
from clockify.render.charts.spec import spec_of
from clockify.render.palette import DARK, LIGHT
from clockify.reports.intervals import Interval, by_interval
from tests.support.clients import ALL, frame, paper_shown

PERIODS = {
    Interval.DAY: Period(date(2026, 11, 1), date(2026, 12, 1)),
    Interval.WEEK: Period(date(2026, 11, 1), date(2026, 12, 1)),
    Interval.MONTH: Period(date(2026, 1, 1), date(2027, 1, 1)),
}


def rows_of(spec: dict[str, Any]) -> list[dict[str, Any]]:
    (stream,) = spec["datasets"].values()
    rows: list[dict[str, Any]] = pa.ipc.open_stream(io.BytesIO(stream)).read_all().to_pylist()
    return rows


@pytest.mark.parametrize("interval", list(Interval))
@pytest.mark.parametrize("colors", [LIGHT, DARK])
def test_every_interval_is_a_bar_with_its_hours(interval: Interval, colors: Any) -> None:
    bars = by_interval(frame(), PERIODS[interval], interval, "MONDAY")
    client_bars(bars, interval, colors, "#882b59").to_dict(validate=True)
    spec = spec_of(client_bars(bars, interval, colors, "#882b59"))
    assert [round(row["hours"] * 3600) for row in rows_of(spec)] == bars["seconds"].tolist()
    assert spec["layer"][0]["mark"]["color"] == "#882b59"
    few = len(bars) <= MOST_FIGURES
    assert len(spec["layer"]) == (2 if few else 1), "figures stand above few bars, and an axis beside many"
    assert ("axis" in spec["layer"][0]["encoding"]["y"] and spec["layer"][0]["encoding"]["y"]["axis"] is None) is few


def test_few_weeks_are_named_by_their_days() -> None:
    weeks = by_interval(frame(), PERIODS[Interval.WEEK], Interval.WEEK, "MONDAY")
    assert len(weeks) == MOST_NAMES
    label = client_bars(weeks, Interval.WEEK, LIGHT, "#882b59").to_dict()["layer"][0]["encoding"]["x"]["axis"]["labelExpr"]
    for name in ("'1 Nov'", "'2–8 Nov'", "'30 Nov'"):
        assert name in label
    said = client_bars_alt(weeks, Interval.WEEK)
    # 1:11, 1:06 and 2:04 of the first week are 4.35 h.
    assert said == "Hours by week: 2–8 Nov 2026: 4.35 h, 9–15 Nov 2026: 1.00 h, 30 Nov 2026: 1.43 h."


def test_parts_make_up_the_whole_bar() -> None:
    paper = paper_shown(ALL)
    share_bar(paper.share, LIGHT, {}).to_dict(validate=True)
    spec = spec_of(share_bar(paper.share, LIGHT, {}))
    rows = rows_of(spec)
    assert [row["seconds"] for row in rows] == paper.share["seconds"].tolist()
    assert spec["layer"][0]["encoding"]["x"]["scale"]["domain"] == [0, sum(row["seconds"] for row in rows)]
    assert [row["described"] for row in rows] == ["Portal: 4.00 h, 53%", "Shop: 2.75 h, 37%", "Care: 0.75 h, 10%"]
