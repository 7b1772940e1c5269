from __future__ import annotations

import re
from datetime import date, timedelta
from typing import Any

import pandas as pd
import pytest
import vl_convert

from clockify.frames import CUBE_DTYPES, empty_cube
from clockify.render.charts.burn import Burning, burn_alt, burn_chart, used_up_words
from clockify.render.charts.spec import spec_of
from clockify.render.formats import HourStyle
from clockify.render.palette import DARK, LIGHT
from clockify.reports.burn import used_daily
from clockify.reports.forecast import UsedUp, course, last_drawn
from clockify.reports.pace import Pace

HOUR = 3600
TODAY = date(2026, 11, 25)
PACE = Pace(12, 40 * HOUR, 10 * HOUR, 1.0, 1.36343)
FOUND = UsedUp(date(2026, 12, 10), date(2026, 12, 14), date(2026, 12, 18))
NONE = UsedUp(None, None, None)


def cube(*rows: tuple[str, int]) -> pd.DataFrame:
    columns = {"day": [row[0] for row in rows], "seconds": [row[1] * HOUR for row in rows]}
    rest = {"user_id": "u", "project_id": "p", "task_id": "", "billable": True, "rate": 0, "currency": "EUR", "entries": 1}
    frame = pd.DataFrame(columns | rest)
    return frame.assign(amount_ticks=frame["seconds"] * 10_000)[list(CUBE_DTYPES)].astype(CUBE_DTYPES) if rows else empty_cube()


ROWS = cube(("2026-09-29", 6), ("2026-11-20", 8), ("2026-11-24", 4), ("2026-11-26", 99))


def burning(rows: pd.DataFrame = ROWS, planned: int | None = 118 * HOUR, found: UsedUp | None = FOUND, **more: Any) -> Burning:
    ahead = course(PACE, last_drawn(found, TODAY), today=TODAY) if found else []
    return Burning(used_daily(rows, TODAY, currency=more.get("currency", "")), ahead, planned, found, TODAY, **more)


def layers(one: Burning) -> dict[str, list[dict[str, Any]]]:
    """Rows of the drawn marks, by kind of mark, in order of the layers."""
    spec = burn_chart(one, LIGHT).to_dict(validate=True)
    found: dict[str, list[dict[str, Any]]] = {}
    for layer in spec["layer"]:
        found.setdefault(layer["mark"]["type"], []).append({"mark": layer["mark"], "rows": spec["datasets"][layer["data"]["name"]]})
    return found


def words(one: Burning, width: int = 400) -> list[str]:
    svg = vl_convert.vegalite_to_svg(burn_chart(one, LIGHT).properties(width=width).to_dict())
    return re.findall(r">([^<>]+)</t(?:ext|span)>", svg)


def test_every_day_has_what_was_used_until_then() -> None:
    days = used_daily(ROWS, TODAY)
    assert days.dtypes.astype(str).to_dict() == {"day": "datetime64[us]", "used": "int64"}
    assert len(days) == 2 + 31 + 25
    assert dict(zip(days["day"].dt.strftime("%m-%d"), days["used"] // HOUR, strict=True)) == {
        (date(2026, 9, 29) + timedelta(days=step)).strftime("%m-%d"): 6 if step < 52 else 14 if step < 56 else 18 for step in range(58)
    }
    assert used_daily(ROWS, TODAY, currency="EUR")["used"].iloc[-1] == 18 * HOUR * 10_000
    assert used_daily(ROWS, TODAY, currency="USD")["used"].iloc[-1] == 0
    assert used_daily(ROWS.assign(billable=ROWS["seconds"] > 7 * HOUR), TODAY, billable_only=True)["used"].iloc[-1] == 8 * HOUR
    assert used_daily(cube(("2026-11-26", 9)), TODAY).empty
    assert used_daily(empty_cube(), TODAY).dtypes.astype(str).to_dict() == {"day": "datetime64[us]", "used": "int64"}


def test_the_line_the_band_and_the_plan() -> None:
    found = layers(burning())
    past, ahead = found["line"]
    assert [(row["day"], row["height"]) for row in past["rows"]][-2:] == [("2026-11-24", 18), ("2026-11-25", 18)]
    assert "strokeDash" in ahead["mark"] and "strokeDash" not in past["mark"]
    # Both begin where the other ends; 40 hours a week are 8 on Thursday, 26 November.
    assert [(row["day"], row["height"]) for row in ahead["rows"]][:3] == [("2026-11-25", 18), ("2026-11-26", 26), ("2026-11-27", 34)]
    assert ahead["rows"][-1]["day"] == "2026-12-25"
    (band,) = found["area"]
    assert all(row["low"] <= row["height"] <= row["high"] for row in band["rows"])
    plan, today = found["rule"]
    assert [row["height"] for row in plan["rows"]] == [118]
    assert [(row["day"], row["height"]) for row in today["rows"]] == [("2026-11-25", 18)]


def test_its_words_are_drawn() -> None:
    shown = words(burning())
    for text in ("estimate 118.0 h", "18.0 h", "today", "used up 14 Dec (10–18 Dec)", "hours", "Oct", "Nov", "Dec"):
        assert text in shown
    money = words(burning(planned=50_000 * HOUR * 30, currency="EUR"))
    assert "budget €15,000" in money and "€1,800" in money and "EUR" in money and "hours" not in money


def test_years_stand_where_they_turn() -> None:
    shown = words(burning(cube(("2024-11-02", 6))), 700)
    assert [text for text in shown if re.fullmatch(r"20\d\d", text)] == ["2024", "2025", "2026"]
    assert sum(text in {"Dec", "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov"} for text in shown) <= 9


CASES = {
    "a plan": burning(),
    "none": burning(planned=None),
    "a plan overdrawn before it began": burning(planned=-HOUR),
    "no forecast": burning(found=None),
    "stopped": burning(found=NONE),
    "already": burning(planned=HOUR, found=UsedUp(TODAY, TODAY, TODAY, already=True)),
    "far": burning(found=UsedUp(date(2028, 1, 3), date(2028, 9, 1), None)),
    "no time": burning(empty_cube()),
    "nothing": burning(empty_cube(), None, None),
    "money": burning(currency="CHF"),
}


@pytest.mark.parametrize("one", CASES.values(), ids=CASES)
def test_it_can_be_drawn(one: Burning) -> None:
    chart = burn_chart(one, DARK, HourStyle.CLOCK)
    spec = chart.to_dict(validate=True)
    assert spec["background"] == DARK.background
    assert isinstance(spec["padding"], dict)
    assert "<svg" in vl_convert.vegalite_to_svg(chart.properties(width=400).to_dict())
    assert spec_of(burn_chart(one, DARK))["datasets"]


def test_marks_only_where_there_is_something_to_mark() -> None:
    assert [len(layers(CASES[name])["rule"]) for name in ("a plan", "none", "a plan overdrawn before it began")] == [2, 1, 1]
    used_up = [any("used up" in text for text in words(CASES[name])) for name in ("a plan", "no forecast", "stopped", "already", "far")]
    assert used_up == [True, False, False, False, False]


@pytest.mark.parametrize(
    ("found", "said"),
    [
        (None, "too little to say when it is used up"),
        (UsedUp(TODAY, TODAY, TODAY, already=True), "used up"),
        (NONE, "not used up within two years"),
        (UsedUp(date(2026, 12, 10), date(2026, 12, 20), None), "used up not before 10 Dec"),
        (UsedUp(date(2027, 1, 10), None, None), "used up not before 10 Jan 2027"),
        (UsedUp(*[date(2026, 12, 14)] * 3), "used up 14 Dec"),
        (FOUND, "used up 14 Dec (10–18 Dec)"),
        (UsedUp(date(2026, 11, 28), date(2026, 12, 1), date(2026, 12, 3)), "used up 1 Dec (28 Nov – 3 Dec)"),
        (UsedUp(date(2026, 12, 28), date(2027, 1, 1), date(2027, 1, 3)), "used up 1 Jan 2027 (28 Dec 2026 – 3 Jan 2027)"),
        (UsedUp(date(2027, 3, 1), date(2027, 4, 1), date(2027, 5, 3)), "used up 1 Apr 2027 (1 Mar – 3 May)"),
    ],
)
def test_the_day_in_words(found: UsedUp | None, said: str) -> None:
    assert used_up_words(found, TODAY) == said


def test_a_sentence_for_those_who_hear_it() -> None:
    assert burn_alt(burning()) == "Used until 25 Nov 2026: 18.0 h, estimate 118.0 h; used up 14 Dec (10–18 Dec)."
    assert burn_alt(CASES["none"], HourStyle.CLOCK) == "Used until 25 Nov 2026: 18:00 h, without a plan."
    assert burn_alt(burning(planned=10**9, found=None, currency="EUR")) == (
        "Used until 25 Nov 2026: €1,800, budget €2,778; too little to say when it is used up."
    )


def test_as_much_is_drawn_as_is_known() -> None:
    assert last_drawn(None, TODAY) == last_drawn(NONE, TODAY) == TODAY + timedelta(weeks=4)
    assert last_drawn(FOUND, TODAY) == date(2026, 12, 25)
    assert last_drawn(UsedUp(date(2026, 12, 10), date(2027, 2, 1), None), TODAY) == date(2027, 2, 8)
    assert last_drawn(CASES["far"].found, TODAY) == TODAY + timedelta(weeks=26)
