"""The two pictures of a client's report: hours as bars with their figures, and each project's share as one bar."""

from __future__ import annotations

from collections.abc import Mapping

import altair as alt
import pandas as pd

from clockify.money import SECONDS_PER_HOUR
from clockify.periods import Period, short_day
from clockify.render.charts.axes import interval_label, iso_days, x_axis, y_axis
from clockify.render.charts.vega import finished
from clockify.render.formats import HourStyle, format_percent, format_tracked
from clockify.render.markdown import one_line
from clockify.render.palette import Palette
from clockify.reports.intervals import Interval

MOST_FIGURES, MOST_NAMES = 8, 6  # bars above which a figure, and below which a week's days have room
BAR_TEXTS = ("start", "text", "described")
SHARE_HEIGHT = 14


def client_bars(
    frame: pd.DataFrame, interval: Interval, palette: Palette, color: str, style: HourStyle = HourStyle.DECIMAL, height: int = 190
) -> alt.LayerChart:
    """Draw `by_interval` as bars of one colour; few have their figures above them, many an axis."""
    rows, axis, few = _bar_rows(frame, interval, style), x_axis(frame, interval), len(frame) <= MOST_FIGURES
    if len(frame) <= MOST_NAMES and interval is Interval.WEEK:
        axis["axis"]["labelExpr"] = _week_names(frame)
    scale = y_axis("hours:Q", frame["seconds"], palette)
    if few:
        scale["axis"] = None
    base = alt.Chart(rows).encode(x=axis, y=scale)
    tooltip = alt.Tooltip("described:N", title="Hours")
    bars = base.mark_bar(color=color, cornerRadiusEnd=2).encode(description=alt.Description("described:N"), tooltip=[tooltip])
    figures = base.mark_text(dy=-7, fontSize=11, fontWeight=600, color=palette.text, tooltip=None, aria=False)
    return finished([bars, figures.encode(text=alt.Text("text:N"))] if few else [bars], palette, height)


def share_bar(
    share: pd.DataFrame, palette: Palette, colors: Mapping[str, str], style: HourStyle = HourStyle.DECIMAL, height: int = SHARE_HEIGHT
) -> alt.LayerChart:
    """Draw `share_by` as one bar of parts in its order; names stand in a list beside it."""
    described = [f"{one_line(name)}: {_hours(int(seconds), style)}, {format_percent(part)}" for name, seconds, part in _parts(share)]
    rows = pd.DataFrame({"id": share["id"], "seconds": share["seconds"], "rank": range(len(share)), "described": described})
    scale = alt.Scale(domain=share["id"].tolist(), range=[colors.get(name, palette.grey) for name in share["id"]])
    whole = alt.Scale(domain=[0, max(int(share["seconds"].sum()), 1)], nice=False)
    bar = (
        alt.Chart(rows)
        .mark_bar(stroke=palette.background, strokeWidth=2, height=height)
        .encode(
            x=alt.X("seconds:Q", stack="zero", axis=None, scale=whole),
            color=alt.Color("id:N", scale=scale, legend=None),
            order=alt.Order("rank:Q"),
            tooltip=[alt.Tooltip("described:N", title="Share")],
            description=alt.Description("described:N"),
        )
    )
    return finished([bar], palette, height)


def client_bars_alt(frame: pd.DataFrame, interval: Interval, style: HourStyle = HourStyle.DECIMAL) -> str:
    """Describe `client_bars`: the hours of each interval that has some."""
    rows = _bar_rows(frame, interval, style)
    return f"Hours by {interval}: " + (", ".join(rows["described"][rows["hours"] > 0]) or "none") + "."


def _bar_rows(frame: pd.DataFrame, interval: Interval, style: HourStyle) -> pd.DataFrame:
    days = zip(frame["start"].dt.date, frame["end"].dt.date, strict=True)
    names = [interval_label(Period(start, end), interval) for start, end in days]
    texts = [format_tracked(int(one), style) for one in frame["seconds"]]
    rows = pd.DataFrame({"start": iso_days(frame["start"]), "hours": frame["seconds"] / SECONDS_PER_HOUR, "text": texts})
    return rows.assign(described=[f"{name}: {text} h" for name, text in zip(names, texts, strict=True)]).astype(
        dict.fromkeys(BAR_TEXTS, "str")
    )


def _week_names(frame: pd.DataFrame) -> str:
    """Return the labels of a few weeks as a Vega expression: "2–8 Nov", of a day alone "30 Nov"."""
    names = {}
    for start, end in zip(frame["start"].dt.date, frame["end"].dt.date, strict=True):
        last = Period(start, end).last_day
        first = str(start.day) if start.month == last.month else short_day(start)
        names[start.isoformat()] = short_day(last) if start == last else f"{first}–{short_day(last)}"
    return f"({names!r})[datum.value]"


def _parts(share: pd.DataFrame) -> list[tuple[str, int, float]]:
    return list(zip(share["label"], share["seconds"], share["share"], strict=True))


def _hours(seconds: int, style: HourStyle) -> str:
    return f"{format_tracked(seconds, style)} h"
