"""Seven days of one person: what is tracked, what a timer adds, and the capacity as a line over each day."""

from __future__ import annotations

import altair as alt
import pandas as pd

from clockify.money import SECONDS_PER_HOUR
from clockify.render.charts.axes import iso_days
from clockify.render.charts.vega import finished, tooltips
from clockify.render.formats import NOT_APPLICABLE, format_day, format_duration
from clockify.render.palette import Palette

HEIGHT = 104
# The row of days beneath has seven equal parts, and no room on either side of them.
GAP = 0.42
LEAST = 60  # seconds: less of a running timer than this is no more than its outline


def own_week_chart(days: pd.DataFrame, palette: Palette) -> alt.LayerChart:
    """Draw a bar for each row of `day`, `seconds`, `running_seconds`, `capacity_seconds`: solid, dashed where a timer runs."""
    rows = _rows(days)
    highest = max(float(rows["top"].max()), 1.0)
    across = alt.X("start:N", axis=None, sort=None, scale=alt.Scale(domain=rows["start"].tolist(), paddingInner=GAP, paddingOuter=GAP / 2))
    scale = alt.Scale(domain=[0, highest * 1.3], nice=False)
    up = alt.Y("hours:Q", axis=None, scale=scale)
    told = tooltips({"label": "Day", "tracked": "Tracked", "runs": "Running", "planned": "Capacity"})
    base = alt.Chart(rows)
    bars = base.mark_bar(color=palette.billable, cornerRadius=2).encode(
        x=across, y=up, tooltip=told, description=alt.Description("described:N")
    )
    dashed = (
        alt.Chart(rows[rows["running_seconds"] >= LEAST])
        .mark_bar(filled=False, stroke=palette.billable, strokeDash=[3, 2], strokeWidth=1.5)
        .encode(x=across, y=up, y2=alt.Y2("whole:Q"), tooltip=told)
    )
    lines = (
        alt.Chart(rows[rows["capacity_seconds"] > 0])
        .mark_tick(color=palette.outline, thickness=1.5, orient="horizontal", tooltip=None, width=alt.RelativeBandSize(band=1.2))
        .encode(x=across, y=alt.Y("capacity:Q", axis=None, scale=scale))
    )
    figures = base.mark_text(dy=-8, fontSize=12, color=palette.muted, tooltip=None).encode(
        x=across, y=alt.Y("top:Q", axis=None, scale=scale), text=alt.Text("tracked:N")
    )
    # A layer of nothing would be a mark without a name to those who hear the page.
    drawn = [(bars, "seconds", 1), (dashed, "running_seconds", LEAST), (lines, "capacity_seconds", 1)]
    return finished([*(layer for layer, name, least in drawn if (rows[name] >= least).any()), figures], palette, HEIGHT)


def own_week_alt(days: pd.DataFrame) -> str:
    """Describe `own_week_chart`: each day's hours."""
    return "Hours of the week by day. " + " ".join(f"{words}." for words in _rows(days)["described"])


def _rows(days: pd.DataFrame) -> pd.DataFrame:
    labels = [format_day(day.date()) for day in days["day"]]
    tracked, running, planned = (_texts(days[name]) for name in ("seconds", "running_seconds", "capacity_seconds"))
    described = [
        f"{label} {time}" + (f", and {more} running" if more != NOT_APPLICABLE else "")
        for label, time, more in zip(labels, tracked, running, strict=True)
    ]
    hours, more, capacity = (days[name] / SECONDS_PER_HOUR for name in ("seconds", "running_seconds", "capacity_seconds"))
    return pd.DataFrame(
        {
            "start": iso_days(days["day"]),
            "label": labels,
            "tracked": tracked,
            "runs": running,
            "planned": planned,
            "described": described,
            "hours": hours,
            "whole": hours + more,
            "capacity": capacity,
            "top": pd.concat([hours + more, capacity], axis=1).max(axis=1),
            "seconds": days["seconds"],
            "running_seconds": days["running_seconds"],
            "capacity_seconds": days["capacity_seconds"],
        }
    )


def _texts(seconds: pd.Series) -> list[str]:
    return [format_duration(int(one)) if one else NOT_APPLICABLE for one in seconds]
