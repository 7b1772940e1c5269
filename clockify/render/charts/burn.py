"""What a project has used so far, day by day, against its plan, and the band in which it goes on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

import altair as alt
import pandas as pd

from clockify.money import SECONDS_PER_HOUR, TICKS_PER_CENT
from clockify.periods import short_day
from clockify.render.charts.axes import MONTH, YEAR, axis_steps, iso_days
from clockify.render.charts.vega import finished
from clockify.render.formats import HourStyle, format_day, format_money, format_tracked
from clockify.render.palette import Palette
from clockify.reports.forecast import UsedUp
from clockify.reports.pace import Band

MOST_MONTHS = 9  # so many labels have room
TICKS_PER_UNIT = 100 * TICKS_PER_CENT
DASHES = [4, 3]
SAID: dict[str, Any] = {"fontSize": 12, "fontWeight": 600, "tooltip": None, "aria": False}


@dataclass(frozen=True)
class Burning:
    """What the chart shows: `used_daily` up to today, what follows (`course`, today first; empty without a forecast), the plan.

    Figures are seconds, or ticks of `currency`. `planned` has what earlier cycles left in it; None without a plan.
    """

    past: pd.DataFrame
    ahead: Sequence[tuple[date, Band]]
    planned: int | None
    found: UsedUp | None
    today: date
    currency: str = ""

    @property
    def used(self) -> int:
        """What is used until today."""
        return int(self.past["used"].iloc[-1]) if len(self.past) else 0

    @property
    def noun(self) -> str:
        """Name the plan: an estimate is of time, a budget of money."""
        return "budget" if self.currency else "estimate"

    def write(self, figure: int, style: HourStyle) -> str:
        """Write a figure: "536.0 h", "€1,235"."""
        return format_money(figure, self.currency, 0) if self.currency else f"{format_tracked(figure, style, 1)} h"

    def height(self, figure: float) -> float:
        """Return where a figure stands on the axis: in hours, or in the currency's units."""
        return figure / (TICKS_PER_UNIT if self.currency else SECONDS_PER_HOUR)


def burn_chart(burning: Burning, palette: Palette, style: HourStyle = HourStyle.DECIMAL, height: int = 360) -> alt.LayerChart:
    """Draw what is used as a line up to today, the plan as a level one, and what is foreseen dashed, in its band."""
    past, ahead = _past_rows(burning, style), _ahead_rows(burning, style)
    days = list(dict.fromkeys([*past["day"], *ahead["day"], burning.today.isoformat()]))
    x, tall = _x(sorted(days)), max(past["height"].max(), ahead["high"].max(), burning.height(burning.planned or 0), 0)
    axis = _y(burning, palette, 0 if pd.isna(tall) else float(tall))
    y, line = alt.Y("height:Q", **axis), _line(palette)
    band = alt.Chart(ahead).mark_area(color=palette.bar_light, tooltip=None, aria=False)
    tips = [alt.Tooltip(f"{name}:N", title=title) for name, title in {"label": "Day", "text": "Used", "range": "Between"}.items()]
    points = pd.concat([past, ahead.iloc[1:]], ignore_index=True)
    layers = [
        band.encode(x=x, y=alt.Y("low:Q", **axis), y2="high:Q"),
        *_plan(burning, palette, x, y, style, days),
        alt.Chart(past).mark_line(**line).encode(x=x, y=y),
        alt.Chart(ahead).mark_line(strokeDash=DASHES, **(line | {"strokeWidth": 2})).encode(x=x, y=y),
        *_today(burning, palette, x, y, style, days),
        *_used_up(burning, palette, x, y, days),
        alt.Chart(points).mark_point(opacity=0, size=80, filled=True, aria=False).encode(x=x, y=y, tooltip=tips),
    ]
    return finished(layers, palette, height)


def burn_alt(burning: Burning, style: HourStyle = HourStyle.DECIMAL) -> str:
    """Describe `burn_chart`: what is used of what, and when it is used up."""
    used = burning.write(burning.used, style)
    if burning.planned is None:
        return f"Used until {_day(burning.today, burning.today, True)}: {used}, without a plan."
    plan = f"{burning.noun} {burning.write(burning.planned, style)}"
    return f"Used until {_day(burning.today, burning.today, True)}: {used}, {plan}; {used_up_words(burning.found, burning.today)}."


def used_up_words(found: UsedUp | None, today: date) -> str:
    """Say when a plan is used up: "used up 14 Dec (10–18 Dec)", "used up not before 10 Dec"; years where they aren't today's."""
    if found is None:
        return "too little to say when it is used up"
    if found.already:
        return "used up"
    if found.earliest is None:
        return "not used up within two years"
    if found.latest is None or found.middle is None:
        return f"used up not before {_day(found.earliest, today)}"
    if found.earliest == found.latest:
        return f"used up {_day(found.middle, today)}"
    return f"used up {_day(found.middle, today)} ({_days(found.earliest, found.latest)})"


def _day(day: date, today: date, with_year: bool = False) -> str:
    return f"{short_day(day)} {day.year}" if with_year or day.year != today.year else short_day(day)


def _days(first: date, last: date) -> str:
    """Write a range whose year is known, unless it has two."""
    if (first.year, first.month) == (last.year, last.month):
        return f"{first.day}–{short_day(last)}"
    return f"{_day(first, last)} – {_day(last, first)}"


def _line(palette: Palette) -> dict[str, Any]:
    return {"strokeWidth": 2.5, "tooltip": None, "aria": False, "color": palette.billable}


def _past_rows(burning: Burning, style: HourStyle) -> pd.DataFrame:
    texts = [burning.write(figure, style) for figure in burning.past["used"].tolist()]
    labels = [format_day(day, with_year=True) for day in burning.past["day"].dt.date]
    heights = [burning.height(figure) for figure in burning.past["used"].tolist()]
    return _rows(iso_days(burning.past["day"]).tolist(), heights, heights, heights, labels, texts, [""] * len(texts))


def _ahead_rows(burning: Burning, style: HourStyle) -> pd.DataFrame:
    """Return what is foreseen, on top of what is used."""
    days, bands = [day for day, _ in burning.ahead], [band for _, band in burning.ahead]
    lines = [[burning.used + figure for figure in line] for line in zip(*((one.low, one.middle, one.high) for one in bands), strict=True)]
    low, middle, high = lines or [[], [], []]
    texts = [f"about {burning.write(figure, style)}" for figure in middle]
    ranges = [f"{burning.write(first, style)} and {burning.write(last, style)}" for first, last in zip(low, high, strict=True)]
    middle, low, high = ([burning.height(figure) for figure in line] for line in (middle, low, high))
    return _rows([day.isoformat() for day in days], middle, low, high, [format_day(day, with_year=True) for day in days], texts, ranges)


def _rows(
    days: list[str], middle: list[float], low: list[float], high: list[float], labels: list[str], texts: list[str], ranges: list[str]
) -> pd.DataFrame:
    kinds = dict.fromkeys(("day", "label", "text", "range"), "str") | dict.fromkeys(("height", "low", "high"), "float64")
    columns = {"day": days, "height": middle, "low": low, "high": high, "label": labels, "text": texts, "range": ranges}
    rows: pd.DataFrame = pd.DataFrame(columns).astype(kinds)
    return rows


def _x(days: list[str]) -> alt.X:
    """Return the days as text, in order, with a label where a month begins: of long histories only some months, with years."""
    firsts = [day for day in days if day.endswith("-01")] or days[:1]
    shown = firsts[:: -(-len(firsts) // MOST_MONTHS)]
    turns = [day for place, day in enumerate(shown) if not place or day[:4] != shown[place - 1][:4]]
    years = f"indexof({json.dumps(turns if len({day[:4] for day in days}) > 1 else [])}, datum.value) >= 0 ? {YEAR} : ''"
    axis = alt.Axis(title=None, values=shown, labelExpr=f"[{MONTH}, {years}]", labelAngle=0, ticks=False, grid=False)
    return alt.X("day:O", sort=None, scale=alt.Scale(domain=days, padding=0.5), axis=axis)


def _y(burning: Burning, palette: Palette, tallest: float) -> dict[str, Any]:
    steps = axis_steps(tallest)
    title = burning.currency or "hours"
    axis = alt.Axis(
        title=title, values=steps, format=",.2~f", gridColor=palette.border, domain=False, ticks=False, titleFontWeight="normal"
    )
    return {"axis": axis, "scale": alt.Scale(domain=[0, steps[-1]], nice=False)}


def _plan(burning: Burning, palette: Palette, x: alt.X, y: alt.Y, style: HourStyle, days: list[str]) -> list[alt.Chart]:
    """Draw the plan as a level line with its words under it; nothing without one, or where nothing was left of it to begin with."""
    if not burning.planned or burning.planned < 0:
        return []
    text = f"{burning.noun} {burning.write(burning.planned, style)}"
    rows = pd.DataFrame({"day": days[:1], "height": [burning.height(burning.planned)], "text": [text]})
    base = alt.Chart(rows)
    words = base.mark_text(align="left", baseline="top", dy=5, color=palette.text, tooltip=None, aria=False)
    return [
        base.mark_rule(color=palette.text, strokeWidth=1.5, tooltip=None, aria=False).encode(y=y),
        words.encode(x=x, y=y, text=alt.Text("text:N")),
    ]


def _today(burning: Burning, palette: Palette, x: alt.X, y: alt.Y, style: HourStyle, days: list[str]) -> list[alt.Chart]:
    """Mark today, and write what is used until then."""
    day = burning.today.isoformat()
    rows = pd.DataFrame(
        {"day": [day], "height": [burning.height(burning.used)], "zero": [0.0], "text": [burning.write(burning.used, style)]}
    )
    base, align = alt.Chart(rows), _aligned(day, days)
    side: dict[str, Any] = {"align": align, "dx": -8 if align == "right" else 8}
    low = base.mark_text(dy=-7, color=palette.muted, tooltip=None, aria=False, **(side | {"dx": side["dx"] // 2}))
    return [
        base.mark_rule(strokeDash=[2, 3], color=palette.muted, tooltip=None, aria=False).encode(x=x, y=alt.Y("zero:Q"), y2="height:Q"),
        low.encode(x=x, y=alt.Y("zero:Q"), text=alt.TextValue("today")),
        base.mark_point(filled=True, opacity=1, size=70, color=palette.billable, tooltip=None, aria=False).encode(x=x, y=y),
        base.mark_text(dy=-5, color=palette.billable, **side, **SAID).encode(x=x, y=y, text=alt.Text("text:N")),
    ]


def _used_up(burning: Burning, palette: Palette, x: alt.X, y: alt.Y, days: list[str]) -> list[alt.Chart]:
    """Mark the day on which the middle line meets the plan, and write the range over it."""
    found = burning.found
    if found is None or found.already or found.middle is None or burning.planned is None or found.middle.isoformat() not in days:
        return []
    day, words = found.middle.isoformat(), used_up_words(found, burning.today)
    base = alt.Chart(pd.DataFrame({"day": [day], "height": [burning.height(burning.planned)], "text": [words]}))
    text = base.mark_text(align=_aligned(day, days), dy=-15, color=palette.near, **SAID)
    return [
        base.mark_point(filled=True, opacity=1, size=80, color=palette.near, tooltip=None, aria=False).encode(x=x, y=y),
        text.encode(x=x, y=y, text=alt.Text("text:N")),
    ]


def _aligned(day: str, days: list[str]) -> Literal["left", "right"]:
    """Let words grow towards the middle of the chart."""
    return "right" if sorted(days).index(day) * 2 > len(days) else "left"
