"""The charts of the overview: hours per day, week or month, and who or what has which share."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from fractions import Fraction
from functools import partial
from typing import Any, Literal

import streamlit as st
from pandas.io.formats.style import Styler

from clockify.app.shell.drill import FILTER_OF, chosen, filtered, follow_clicks, lead_to, narrowed, on_days
from clockify.app.shell.kept import drawn, made
from clockify.app.shell.options import click_filters, controls
from clockify.app.shell.session import session
from clockify.app.shell.sidebar import narrow
from clockify.desk.view import View
from clockify.directory import Kind
from clockify.periods import Period
from clockify.render.charts.alts import bars_alt, bars_by_series_alt, donut_alt
from clockify.render.charts.spec import spec_of
from clockify.render.charts.vega import bars_by_series_chart, bars_chart, donut_chart, ranked_chart
from clockify.render.formats import HourStyle
from clockify.render.palette import palette, series_colors
from clockify.render.tables.summary import legend_table
from clockify.reports.shares import seconds_by
from clockify.reports.summary import (
    OTHER,
    Grouping,
    Interval,
    by_interval,
    by_interval_and,
    interval_for,
    share_by,
)

BARS_HEIGHT = 400
TOOLBAR_HEIGHT = 36  # of the chart's own, which comes with the mouse over what stands above it: here that is nothing
ALL = Fraction(1)
MANY_PROJECTS = 20  # of more, clients say more at a glance
Titled = Literal["visible", "collapsed"]
COLOUR_BY = {"Billable": None, "Project": Kind.PROJECT, "Person": Kind.USER}
BY = {None: "", Kind.PROJECT: " by project", Kind.USER: " by person"}
SHARE_BY = {"project": Kind.PROJECT, "client": Kind.CLIENT, "person": Kind.USER}
GROUPING_OF = {Kind.PROJECT: Grouping.PROJECT, Kind.CLIENT: Grouping.CLIENT, Kind.USER: Grouping.PERSON}


@dataclass(frozen=True)
class Bars:
    """Hours per interval as a spec, in words, and where each bar ends: what a click on it means."""

    spec: dict[str, Any]
    alt: str
    ends: dict[str, date]


@dataclass(frozen=True)
class Share:
    """Who or what has which share as a spec and in words; `ids` of its parts, and what is in "Other"."""

    spec: dict[str, Any]
    alt: str
    ids: list[str]
    rest: list[str]
    legend: Styler


def draw_bars(view: View) -> None:
    """Draw hours per day, week or month; a click on a bar chooses its days."""
    with st.container(border=True, gap="xsmall", height="stretch", key="bars"):
        interval, kind = _bars_by(view)
        st.space(TOOLBAR_HEIGHT)
        bars = made(view, "bars", partial(make_bars, view, interval, kind), interval, kind)
        key = pick_key("bars")
        pick = partial(_pick_bar, key, bars.ends, kind)
        st.vega_lite_chart(bars.spec, width="stretch", key=key, selection_mode="pick", alt=bars.alt, on_select=pick)


def _bars_by(view: View) -> tuple[Interval, Kind | None]:
    """Draw the bars' title, of which the ends are chosen: in it, or on a phone behind a button beside it."""
    steps = [one.value for one in _intervals(view)], interval_for(view.period).value
    place: Literal["left", "distribute"] = "distribute" if view.look.narrow else "left"
    with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment=place, gap="xsmall"):
        if view.look.narrow:
            title = st.container(width="content")
            with controls("Step and colour", "bars-by", narrow=True):
                interval = Interval(_worded("Step", *steps, "interval", "visible"))
                kind = COLOUR_BY[_coloured_by("visible")]
            title.markdown(f"**Hours per {interval}{BY[kind]}**", width="content")
            return interval, kind
        st.markdown("**Hours per**", width="content")
        interval = Interval(_worded("Step", *steps, "interval"))
        with st.container(horizontal=True, width="content", vertical_alignment="center", gap="xsmall"):  # on paper it isn't
            st.markdown("**by**", width="content")
            return interval, COLOUR_BY[_coloured_by()]


def make_bars(view: View, interval: Interval, kind: Kind | None) -> Bars:
    """Make hours per interval, billable or not, or by who or what."""
    look, days = view.look, (view.week_start, view.access.workspace.working_days)
    colors, style = palette(look.theme), HourStyle(look.hours)
    if kind is None:
        frame = by_interval(view.cube, view.period, interval, *days)
        chart, alt = bars_chart(frame, interval, colors, style, BARS_HEIGHT), bars_alt(frame, interval, style)
    else:
        frame = by_interval_and(view.cube, view.period, interval, days[0], kind, view.directory, days[1])
        dealt = series_colors(frame["id"].unique(), _color_of(view, kind), colors)
        chart = bars_by_series_chart(frame, interval, colors, dealt, style, BARS_HEIGHT)
        alt = bars_by_series_alt(frame, interval, style)
    ends = {f"{start:%Y-%m-%d}": end.date() for start, end in zip(frame["start"], frame["end"], strict=True)}
    return Bars(spec_of(chart), alt, ends)


def draw_share(view: View) -> None:
    """Draw who or what has which share; a click on a part or its line leads to its entries."""
    with st.container(border=True, gap="xsmall", height="stretch", key="share"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown("**Share by**", width="content")
            word = _worded("Share by", *_share_options(view), "share-by")
        st.space(TOOLBAR_HEIGHT)
        kind, key = SHARE_BY[word], pick_key("share")
        share = made(view, "share", partial(make_share, view, word), word)
        pick = partial(_pick_part, key, kind, share.rest)
        st.vega_lite_chart(share.spec, width="stretch", key=key, selection_mode="pick", alt=share.alt, on_select=pick)
        with st.container(key="share-legend"):
            drawn(view, "legend", lambda: st.table(share.legend, border=False, hide_header=True, hide_index=True), word)
        follow_clicks("share-legend", [True] * len(share.ids), partial(_pick_legend, share.ids, kind, share.rest))


def make_share(view: View, word: str) -> Share:
    """Make the shares of projects, clients or people."""
    kind, colors, style = SHARE_BY[word], palette(view.look.theme), HourStyle(view.look.hours)
    share, total = share_by(view.cube, kind, view.directory), view.totals.seconds
    is_ring = sum(one not in ("", OTHER) for one in share["id"]) > 1  # a ring of one colour says nothing
    if not is_ring:
        share = share_by(view.cube, kind, view.directory, enough=ALL)
    dealt = series_colors(share["id"], _color_of(view, kind), colors)
    ids = share["id"].tolist()
    rest = [one for one in seconds_by(view.cube, kind, view.directory) if one not in set(ids)]
    chart = (donut_chart if is_ring else ranked_chart)(share, colors, total, dealt, style)
    spec, alt = spec_of(chart), donut_alt(share, total, word, style)
    return Share(spec, alt, ids, rest, legend_table(share, colors, dealt, style))


def _color_of(view: View, kind: Kind) -> Callable[[str], str] | None:
    """Say the own colour of each, which only projects have."""
    return view.directory.color_of if kind is Kind.PROJECT else None


def _share_options(view: View) -> tuple[list[str], str]:
    """Return by what to share, the usual first: clients where the workspace has many projects."""
    names = view.directory.names
    by_client = len(names[Kind.PROJECT]) > MANY_PROJECTS and len(names[Kind.CLIENT]) > 1
    options = sorted(SHARE_BY, key=lambda word: word != "client") if by_client else list(SHARE_BY)
    return options, options[0]


def _worded(label: str, options: list[str], usual: str, key: str, title: Titled = "collapsed") -> str:
    """Draw a choice whose title stands before it on the line."""
    index = options.index(usual)
    return str(
        st.selectbox(label, options, index=index, key=key, bind="query-params", persist_state="session", width=90, label_visibility=title)
    )


def _coloured_by(title: Titled = "collapsed") -> str:
    shown = st.segmented_control(
        "Colour by",
        list(COLOUR_BY),
        default="Billable",
        required=True,
        key="colour-by",
        bind="query-params",
        persist_state="session",
        label_visibility=title,
    )
    return str(shown or "Billable")


def _intervals(view: View) -> list[Interval]:
    """Offer the steps that cut the period into more than one piece and not into a hedge."""
    days = view.period.days
    fitting = {Interval.DAY: days <= 62, Interval.WEEK: days > 7, Interval.MONTH: days > 31}
    return [one for one, fits in fitting.items() if fits]


def pick_key(chart: str) -> str:
    """Return a chart's key, a new one after each click: what was picked is a filter then, and no selection."""
    return f"pick-{chart}-{session().picks}"


def picked_points(key: str) -> list[dict[str, object]]:
    """Return what was clicked, and let go of it."""
    event = st.session_state.get(key) or {}
    session().picks += 1
    points = event["selection"].get("pick") or []
    return list(points)


def _pick_bar(key: str, ends: dict[str, date], kind: Kind | None) -> None:
    for point in picked_points(key)[:1]:
        start, series = str(point.get("start"))[:10], str(point.get("id", OTHER))
        if start in ends:
            choice = on_days(chosen(), Period(date.fromisoformat(start), ends[start]))
            whole = kind is None or series == OTHER or click_filters()
            lead_to(choice if whole or kind is None else narrowed(choice, GROUPING_OF[kind], series))


def _pick_part(key: str, kind: Kind, rest: list[str]) -> None:
    for point in picked_points(key)[:1]:
        _pick_share(str(point.get("id", "")), kind, rest)


def _pick_legend(ids: list[str], kind: Kind, rest: list[str], place: int, _column: int | None) -> None:
    _pick_share(ids[place], kind, rest)


def _pick_share(identifier: str, kind: Kind, rest: list[str]) -> None:
    ids = rest if identifier == OTHER else [identifier]
    if not click_filters():
        lead_to(filtered(chosen(), GROUPING_OF[kind], tuple(ids)))
        return
    for one in ids:
        narrow(FILTER_OF[GROUPING_OF[kind]], one)
