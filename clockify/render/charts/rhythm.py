"""When in the week time is tracked: weekdays down, hours of the day across, darker where there is more."""

from __future__ import annotations

import altair as alt
import pandas as pd

from clockify.money import SECONDS_PER_HOUR
from clockify.periods import WEEKDAYS
from clockify.render.charts.heat import heat_shade
from clockify.render.charts.vega import finished, tooltips
from clockify.render.formats import HourStyle, format_tracked
from clockify.render.palette import Palette

ROW_HEIGHT, HEAD_HEIGHT = 24, 24
TOLD = {"day": "Day", "clock": "Hour", "exact": "Tracked"}
LABELS = [day[:3].capitalize() for day in WEEKDAYS]


def rhythm_chart(cells: pd.DataFrame, palette: Palette, style: HourStyle = HourStyle.DECIMAL, *, narrow: bool = False) -> alt.LayerChart:
    """Draw `rhythm`: a square for each weekday and hour, blank without time."""
    largest = int(cells["seconds"].max()) if len(cells) else 0
    shown = cells[cells["seconds"] > 0]
    rows = pd.DataFrame(
        {
            "day": [LABELS[one] for one in shown["weekday"]],
            "hour": shown["hour"].to_numpy(),
            "clock": [f"{hour:02}:00–{hour:02}:59" for hour in shown["hour"]],
            "exact": [f"{format_tracked(int(one), style)} h" for one in shown["seconds"]],
            "fill": [heat_shade(int(one), largest, palette)[0] for one in shown["seconds"]],
        }
    ).astype({"day": "str", "clock": "str", "exact": "str", "fill": "str"})
    every = pd.DataFrame([(day, hour) for day in LABELS for hour in range(24)], columns=["day", "hour"]).astype({"day": "str"})
    step = 4 if narrow else 2
    across = alt.X(
        "hour:O",
        scale=alt.Scale(domain=list(range(24)), paddingInner=0.06),
        axis=alt.Axis(
            title=None,
            orient="top",
            values=list(range(0, 24, step)),
            labelAngle=0,
            labelExpr="datum.value + ':00'",
            domain=False,
            ticks=False,
        ),
    )
    axis = alt.Axis(title=None, domain=False, ticks=False, labelPadding=6)
    down = alt.Y("day:N", sort=None, scale=alt.Scale(domain=LABELS, paddingInner=0.08), axis=axis)
    blanks = alt.Chart(every).mark_rect(color=palette.secondary, cornerRadius=2, tooltip=None).encode(x=across, y=down)
    shades = (
        alt.Chart(rows).mark_rect(cornerRadius=2).encode(x=across, y=down, color=alt.Color("fill:N", scale=None), tooltip=tooltips(TOLD))
    )
    return finished([blanks, shades], palette, ROW_HEIGHT * len(LABELS) + HEAD_HEIGHT)


def rhythm_alt(cells: pd.DataFrame, style: HourStyle = HourStyle.DECIMAL) -> str:
    """Describe `rhythm_chart`: the busiest hour, and every weekday's hours."""
    if not len(cells) or not cells["seconds"].any():
        return "Hours by weekday and hour of the day: nothing tracked."
    top = cells.iloc[int(cells["seconds"].to_numpy().argmax())]
    days = cells.groupby("weekday")["seconds"].sum()
    listed = ", ".join(f"{LABELS[day]} {format_tracked(int(seconds), style, 1)} h" for day, seconds in zip(range(7), days, strict=True))
    most = f"{LABELS[int(top['weekday'])]} at {int(top['hour']):02}:00, {int(top['seconds']) / SECONDS_PER_HOUR:.1f} h"
    return f"Hours by weekday and hour of the day. Most: {most}. {listed}."
