"""What a chart shows, in a sentence with its figures, for those who hear the page."""

from __future__ import annotations

import pandas as pd

from clockify.periods import Period
from clockify.render.charts.axes import interval_label
from clockify.render.formats import HourStyle, format_count, format_percent, format_tracked
from clockify.render.markdown import one_line
from clockify.reports.intervals import Interval


def bars_alt(frame: pd.DataFrame, interval: Interval, style: HourStyle = HourStyle.DECIMAL) -> str:
    """Describe `bars_chart`: the whole, the billable part, the largest interval and the empty ones."""
    total = int(frame["seconds"].sum())
    if not total:
        return f"Hours per {interval}: nothing tracked."
    whole = Period(frame["start"].iloc[0].date(), frame["end"].iloc[-1].date())
    billable = int(frame["billable_seconds"].sum())
    return (
        f"Hours per {interval}, {whole.label()}: {_hours(total, style)} tracked, {_hours(billable, style)} of them billable. "
        f"{_most(frame, interval, style)}"
    )


def bars_by_series_alt(frame: pd.DataFrame, interval: Interval, style: HourStyle = HourStyle.DECIMAL) -> str:
    """Describe `bars_by_series_chart`: each series' hours, and the largest interval."""
    total = int(frame["seconds"].sum())
    if not total:
        return f"Hours per {interval}: nothing tracked."
    whole = Period(frame["start"].iloc[0].date(), frame["end"].iloc[-1].date())
    labels = dict(zip(frame["id"], frame["label"], strict=True))
    sums = frame.groupby("id")["seconds"].sum().to_dict()
    parts = ", ".join(f"{one_line(label)} {_hours(sums[name], style)}" for name, label in labels.items())
    together = frame.groupby(["start", "end"])[["seconds"]].sum().reset_index()
    return f"Hours per {interval}, {whole.label()}: {_hours(total, style)} tracked; {parts}. {_most(together, interval, style)}"


def donut_alt(share: pd.DataFrame, total: int, what: str = "project", style: HourStyle = HourStyle.DECIMAL) -> str:
    """Describe `donut_chart`: the total and each part."""
    if share.empty:
        return f"Share by {what}: nothing tracked."
    rows = zip(share["label"], share["seconds"], share["share"], strict=True)
    parts = ", ".join(f"{one_line(label)} {_hours(seconds, style)} ({format_percent(part)})" for label, seconds, part in rows)
    return f"Share by {what} of {_hours(total, style)} hours: {parts}."


def _most(frame: pd.DataFrame, interval: Interval, style: HourStyle) -> str:
    """Name the interval with the most time, and count those without any."""
    place = int(frame["seconds"].to_numpy().argmax())
    name = interval_label(Period(frame["start"].iloc[place].date(), frame["end"].iloc[place].date()), interval)
    text = f"Most on {name}: {_hours(frame['seconds'].iloc[place], style)}."
    empty = int((frame["seconds"] == 0).sum())
    return f"{text} {format_count(empty, interval.value)} without any." if empty else text


def _hours(seconds: int, style: HourStyle) -> str:
    return format_tracked(int(seconds), style, 1)
