"""Axes of charts over time: what stands at the bars and beside the lines.

Days travel as text ("2026-11-03"): a date would be turned by the browser's zone, and text
gets a band for each bar.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from decimal import ROUND_CEILING, Decimal

import altair as alt
import pandas as pd

from clockify.money import SECONDS_PER_HOUR
from clockify.periods import Period
from clockify.render.formats import format_day
from clockify.render.palette import Palette
from clockify.reports.intervals import Interval

MOST_TICKS = 5
NARROW = 420  # px: from here down a phone's labels


def x_axis(frame: pd.DataFrame, interval: Interval) -> alt.X:
    """Return a band for each interval of the frame, oldest first, whether it has bars or not."""
    starts = iso_days(frame["start"]).drop_duplicates().tolist()
    axis = alt.Axis(
        title=None,
        labelExpr=label_expression(starts, interval),
        labelAngle=0,
        labelOverlap=False,
        labelLineHeight=13,
        ticks=False,
        grid=False,
    )
    return alt.X("start:O", sort=None, scale=alt.Scale(domain=starts, paddingInner=0.22, paddingOuter=0.11), axis=axis)


def y_axis(field: str, totals: pd.Series, palette: Palette) -> alt.Y:
    """Return hours from 0 to a round value above the tallest bar (`totals` in seconds)."""
    steps = axis_steps(float(totals.max()) / SECONDS_PER_HOUR if len(totals) else 0)
    axis = alt.Axis(
        title="hours", values=steps, format=",.2~f", gridColor=palette.border, domain=False, ticks=False, titleFontWeight="normal"
    )
    return alt.Y(field, stack="zero", scale=alt.Scale(domain=[0, steps[-1]], nice=False), axis=axis)


def axis_steps(largest: float) -> list[float]:
    """Return at most `MOST_TICKS` round values from 0 up to, or past, the largest; an hour if there is none."""
    if largest <= 0:
        return [0.0, 1.0]
    scale = Decimal(1).scaleb(Decimal(str(largest)).adjusted() - 1)
    top = Decimal(str(largest))
    for factor in ("1", "2", "2.5", "5", "10", "20", "25", "50", "100"):
        step = Decimal(factor) * scale
        count = (top / step).to_integral_value(ROUND_CEILING)
        if count < MOST_TICKS:
            return [float(step * place) for place in range(int(count) + 1)]
    raise AssertionError("a step of the largest power of ten always fits")


def interval_label(period: Period, interval: Interval) -> str:
    """Name an interval: "Mon 3 Nov 2026", "9–15 Nov 2026", "Nov 2026"; a cut month says its days."""
    if interval is Interval.DAY:
        return format_day(period.start, with_year=True)
    whole = period.months()
    if interval is Interval.MONTH and period == whole[0].period:
        return whole[0].label()
    return period.label()


def interval_labels(frame: pd.DataFrame, interval: Interval) -> list[str]:
    """Name the interval of each row."""
    days = zip(frame["start"].dt.date, frame["end"].dt.date, strict=True)
    return [interval_label(Period(start, end), interval) for start, end in days]


def iso_days(days: pd.Series) -> pd.Series:
    """Write days as "2026-11-03"."""
    texts: pd.Series = days.dt.strftime("%Y-%m-%d").astype("str")
    return texts


def label_expression(starts: Sequence[str], interval: Interval) -> str:
    """Return the axis labels as a Vega expression: two lines where there is room, fewer on a phone or a long axis."""
    labels = {Interval.DAY: _day_labels, Interval.WEEK: _week_labels, Interval.MONTH: _month_labels}
    return labels[interval](starts)


MOMENT = "toDate(datum.value + 'T12:00')"  # noon exists on every day of every zone
NUMBER, WEEKDAY, MONTH, YEAR = (f"timeFormat({MOMENT}, '{form}')" for form in ("%-d", "%a", "%b", "%Y"))
IS_MONDAY = f"day({MOMENT}) == 1"
IS_NARROW = f"width < {NARROW}"


def _day_labels(starts: Sequence[str]) -> str:
    if len(starts) <= 7:
        return f"[{NUMBER}, {WEEKDAY}]"
    few = "true" if len(starts) > 35 else IS_NARROW
    if len({start[:7] for start in starts}) > 1:
        return f"{few} && !({IS_MONDAY}) ? '' : [{NUMBER}, {IS_MONDAY} ? {MONTH} : '']"
    return f"{few} ? ({IS_MONDAY} ? {NUMBER} : '') : [{NUMBER}, {IS_MONDAY} ? 'Mon' : '']"


def _week_labels(starts: Sequence[str]) -> str:
    if len(starts) > 60:
        return f"{_among(_turns(starts, 4))} ? {YEAR} : ''"
    months, years = _among(_turns(starts, 7)), _among(_turns(starts, 4))
    if len(starts) > 32:
        return f"{months} ? [{IS_NARROW} ? slice({MONTH}, 0, 1) : {MONTH}, {years} ? {YEAR} : ''] : ''"
    return f"{IS_NARROW} ? ({months} ? {MONTH} : '') : [{NUMBER}, {months} ? {MONTH} : '']"


def _month_labels(starts: Sequence[str]) -> str:
    year = f"({_among(_turns(starts, 4))} ? {YEAR} : '')"
    if len(starts) > 24:
        return year
    short = f"slice({MONTH}, 0, 1)" if len(starts) > 6 else MONTH
    return f"[{IS_NARROW} ? {short} : {MONTH}, {year}]"


def _turns(starts: Sequence[str], length: int) -> list[str]:
    """Return where a new month (7 characters) or year (4) begins; of two within three steps the later one."""
    places = [place for place, start in enumerate(starts) if not place or start[:length] != starts[place - 1][:length]]
    ends = [*places[1:], len(starts) + 3]
    return [starts[place] for place, end in zip(places, ends, strict=True) if end - place >= 3]


def _among(starts: Sequence[str]) -> str:
    return f"indexof({json.dumps(list(starts))}, datum.value) >= 0"
