"""Entries as a long table for `st.dataframe`, which shows text as it is and draws pictures from data of ours alone."""

from __future__ import annotations

from functools import partial
from urllib.parse import quote

import pandas as pd

from clockify.directory import Directory
from clockify.render.formats import HourStyle, format_duration
from clockify.render.palette import Palette, swatch_color
from clockify.reports.keys import as_categorical, recoded

OPEN = "Open"
_DOT = "<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 24 24'><circle cx='12' cy='12' r='6' fill='{}'/></svg>"


def entry_table(
    rows: pd.DataFrame, directory: Directory, palette: Palette, *, style: HourStyle = HourStyle.DECIMAL, money: bool = True
) -> pd.DataFrame:
    """Show `detailed_rows`, which may have a column `running`.

    Columns: open (the word on the button), day, start, end, running (if it is there), duration (hours, or
    "1:15:00" in that style), person, swatch (a picture as a data address, "" for no project), project,
    amount, currency, description, task, client, tags, billable, rate (amount, currency, rate only with `money`).
    """
    swatches = recoded(as_categorical(rows["project_id"]), partial(_swatch, directory, palette))
    table = rows.drop(columns=["project_id", "hours"]).assign(
        open=pd.Categorical([OPEN]).take([0] * len(rows)), swatch=swatches, duration=_durations(rows["hours"], style)
    )
    running, amount, rate = ["running"] if "running" in rows else [], ["amount", "currency"] if money else [], ["rate"] if money else []
    order = ["open", "day", "start", "end", *running, "duration", "person", "swatch", "project", *amount, "description", "task", "client"]
    return table[[*order, "tags", "billable", *rate]]


def _swatch(directory: Directory, palette: Palette, project_id: str) -> str:
    if not project_id:
        return ""
    return "data:image/svg+xml," + quote(_DOT.format(swatch_color(directory.color_of(project_id), palette)))


def _durations(hours: pd.Series, style: HourStyle) -> pd.Series:
    if style is HourStyle.DECIMAL:
        return hours
    return hours.map({one: _clock(one) for one in hours.unique()}).astype("str")


def _clock(hours: float) -> str:
    return format_duration(round(hours * 3600), with_seconds=True)
