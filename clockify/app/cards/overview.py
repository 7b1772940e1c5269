"""The cards of the overview: when, on what, and the table."""

from __future__ import annotations

from datetime import date, timedelta
from functools import partial
from typing import TypedDict

import pandas as pd
import streamlit as st

from clockify.app.cards.downloads import ALL_COLUMNS, File, draw_files, entry_files, facts_of, layout_of
from clockify.app.shell.drill import FILTER_OF, chosen, filtered, follow_clicks, lead_to, narrowed, on_days
from clockify.app.shell.look import colors, hour_style, is_narrow
from clockify.app.shell.options import click_filters
from clockify.app.shell.session import session
from clockify.app.shell.sidebar import narrow
from clockify.desk.view import View
from clockify.directory import Kind
from clockify.periods import Period
from clockify.render.charts.alts import bars_alt, bars_by_series_alt, donut_alt
from clockify.render.charts.vega import bars_by_series_chart, bars_chart, donut_chart
from clockify.render.files.clockify_csv import summary_csv_of_clockify
from clockify.render.files.comma import summary_csv
from clockify.render.files.reports_pdf import summary_charts, summary_pdf
from clockify.render.files.xlsx import summary_xlsx
from clockify.render.palette import series_colors
from clockify.render.tables.summary import legend_table, parted, summary_table
from clockify.reports.beside import Before, before_of, moved, united
from clockify.reports.shares import seconds_by
from clockify.reports.summary import (
    OTHER,
    Grouping,
    Interval,
    Sort,
    by_interval,
    by_interval_and,
    grouped,
    interval_for,
    share_by,
    totals_of,
)

BARS_HEIGHT = 384
SLICES = 6
COLOUR_BY = {"Billable": None, "Project": Kind.PROJECT, "Person": Kind.USER}
SHARE_BY = {"project": Kind.PROJECT, "client": Kind.CLIENT, "person": Kind.USER}
GROUPING_OF = {Kind.PROJECT: Grouping.PROJECT, Kind.CLIENT: Grouping.CLIENT, Kind.USER: Grouping.PERSON}
NOTHING = "Nothing"
TAGGED = ("seconds", "amount_ticks", "currency", "tag_ids", "task_id")
DAY = timedelta(days=1)


class Shape(TypedDict):
    """How a table is grouped."""

    first: Grouping
    then: Grouping | None


def draw_bars(view: View) -> None:
    """Draw hours per day, week or month; a click on a bar chooses its days."""
    with st.container(border=True, gap="xsmall", height="stretch", key="bars"):
        usual = interval_for(view.period)
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            with st.container(horizontal=True, width="content", vertical_alignment="center", gap="xsmall"):
                st.markdown("**Hours per**", width="content")
                interval = Interval(_worded("Step", [one.value for one in _intervals(view)], usual.value, "interval"))
            with st.container(horizontal=True, width="content", vertical_alignment="center", gap="xsmall"):
                st.caption("Colour by", width="content")
                kind = COLOUR_BY[_coloured_by()]
        week_start, workdays = view.week_start, view.access.workspace.working_days
        if kind is None:
            frame = by_interval(view.cube, view.period, interval, week_start, workdays)
            chart, alt = bars_chart(frame, interval, colors(), hour_style(), BARS_HEIGHT), bars_alt(frame, interval, hour_style())
        else:
            frame = by_interval_and(view.cube, view.period, interval, week_start, kind, view.directory, SLICES, workdays)
            dealt = series_colors(frame["id"].unique(), view.directory.color_of, colors())
            chart, alt = (
                bars_by_series_chart(frame, interval, colors(), dealt, hour_style(), BARS_HEIGHT),
                bars_by_series_alt(frame, interval, hour_style()),
            )
        key = _pick_key("bars")
        ends = {f"{start:%Y-%m-%d}": end.date() for start, end in zip(frame["start"], frame["end"], strict=True)}
        st.altair_chart(chart, width="stretch", key=key, selection_mode="pick", alt=alt, on_select=partial(_pick_bar, key, ends, kind))


def draw_share(view: View) -> None:
    """Draw who or what has which share; a click on a part or its line leads to its entries."""
    with st.container(border=True, gap="xsmall", height="stretch", key="share"):
        with st.container(horizontal=True, vertical_alignment="center", gap="xsmall"):
            st.markdown("**Share by**", width="content")
            word = _worded("Share by", list(SHARE_BY), "project", "share-by")
        kind = SHARE_BY[word]
        share = share_by(view.cube, kind, view.directory, SLICES)
        dealt = series_colors(share["id"], view.directory.color_of, colors())
        total = view.totals.seconds
        key = _pick_key("share")
        rest = [one for one in seconds_by(view.cube, kind, view.directory) if one not in set(share["id"])]
        st.altair_chart(
            donut_chart(share, colors(), total, dealt, hour_style()),
            width="stretch",
            key=key,
            selection_mode="pick",
            alt=donut_alt(share, total, word, hour_style()),
            on_select=partial(_pick_part, key, kind, rest),
        )
        with st.container(key="share-legend"):
            st.table(legend_table(share, colors(), dealt, hour_style()), border=False, hide_header=True, hide_index=True)
        follow_clicks("share-legend", [True] * len(share), partial(_pick_legend, share["id"].tolist(), kind, rest))


def draw_summary(view: View) -> None:
    """Draw the table by one or two groups, and its download."""
    with st.container(border=True, gap="xsmall", key="summary"):
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            st.markdown("**Summary**", width="content")
            first, then, sort = _groupings()
        frame, before = _summed(view, first, then)
        table, totals = grouped(frame, first, then, view.directory, sort), view.totals
        with st.container(key="summary-table"):
            styler = summary_table(
                table, totals, view.directory, colors(), first=first, then=then, style=hour_style(), narrow=is_narrow(), before=before
            )
            st.table(styler, border="horizontal", hide_index=True)
        follow_clicks("summary-table", [True] * len(parted(table)[0]), partial(_pick_row, table, first, then))
        if Grouping.TAG in (first, then):
            st.caption("An entry with several tags counts in the row of each, and once in the total.")
        _caption_money(view)
    _draw_downloads(view, table, first, then)


def _summed(view: View, first: Grouping, then: Grouping | None) -> tuple[pd.DataFrame, Before | None]:
    """Return what the table adds up, and what stands beside it; tags need the entries."""
    tagged = Grouping.TAG in (first, then)
    now = view.entries(TAGGED) if tagged else view.cube
    if view.beside is None:
        return now, None
    before = moved(view.entries(TAGGED, view.previous), view.previous, view.period) if tagged else view.beside
    rows = grouped(before, first, then, view.directory)
    return united(now, before), before_of(rows, ("first_id", "second_id"), totals_of(before), view.previous)


def _draw_downloads(view: View, table: pd.DataFrame, first: Grouping, then: Grouping | None) -> None:
    money, directory, facts, layout = view.sees_amounts, view.directory, facts_of(view, "Summary"), layout_of(view)
    shape: Shape = {"first": first, "then": then}
    table = table[table["entries"] > 0]  # what only the period beside it has stands on the page alone

    def excel() -> bytes:
        return summary_xlsx(table, facts, **shape, money=money)

    def pdf() -> bytes:
        interval = interval_for(view.period)
        bars = by_interval(view.cube, view.period, interval, view.week_start, view.access.workspace.working_days)
        charts = summary_charts(bars, interval, share_by(view.cube, Kind.PROJECT, directory, SLICES), directory, style=hour_style())
        return summary_pdf(table, view.totals, charts, facts, directory, **shape, style=hour_style(), money=money)

    draw_files(
        view,
        [
            File("Summary CSV", "summary-csv", "Summary", "csv", lambda: summary_csv(table, view.totals, directory, **shape, money=money)),
            File(
                "Excel",
                "summary-xlsx",
                "Summary",
                "xlsx",
                excel,
                ":material/table_view:",
            ),
            File("PDF", "summary-pdf", "Summary", "pdf", pdf, ":material/picture_as_pdf:"),
            File(
                "Clockify CSV",
                "summary-clockify-csv",
                "Summary",
                "csv",
                lambda: summary_csv_of_clockify(table, directory, layout, **shape, money=money),
            ),
            *(file for file in entry_files(view, lambda: view.entries(ALL_COLUMNS), lambda: facts, "Detailed") if file.extension == "json"),
        ],
        "Files follow the filters above. Cells that a spreadsheet would take for a formula begin with an apostrophe.",
    )


def _groupings() -> tuple[Grouping, Grouping | None, Sort]:
    by_label = {one.label: one for one in Grouping}
    sorts = {one.label: one for one in Sort}
    with st.container(horizontal=True, width="content", gap="xsmall"):
        first = by_label[_select("Group by", list(by_label), "Client", "group-by")]
        then = by_label.get(_select("Then by", [NOTHING, *by_label], "Project", "group-by-then"))
        sort = sorts[_select("Sort by", list(sorts), "Hours", "sort-by")]
    return first, None if then is first else then, sort


def _select(label: str, options: list[str], usual: str, key: str) -> str:
    width = 106 if is_narrow() else 130  # three of them fit beside each other on a phone
    return str(st.selectbox(label, options, index=options.index(usual), key=key, bind="query-params", persist_state="session", width=width))


def _worded(label: str, options: list[str], usual: str, key: str) -> str:
    """Draw a choice whose title stands before it on the line."""
    index = options.index(usual)
    return str(
        st.selectbox(
            label, options, index=index, key=key, bind="query-params", persist_state="session", width=105, label_visibility="collapsed"
        )
    )


def _coloured_by() -> str:
    shown = st.segmented_control(
        "Colour by",
        list(COLOUR_BY),
        default="Billable",
        required=True,
        key="colour-by",
        bind="query-params",
        persist_state="session",
        label_visibility="collapsed",
    )
    return str(shown or "Billable")


def _intervals(view: View) -> list[Interval]:
    """Offer the steps that cut the period into more than one piece and not into a hedge."""
    days = view.period.days
    fitting = {Interval.DAY: days <= 62, Interval.WEEK: days > 7, Interval.MONTH: days > 31}
    return [one for one, fits in fitting.items() if fits]


def _caption_money(view: View) -> None:
    st.caption(
        "An entry belongs to the day on which it starts. Rows are rounded each, the total once."
        + ("" if view.sees_amounts else " Amounts are hidden from this key.")
    )


def _pick_key(chart: str) -> str:
    """Return a chart's key, a new one after each click: what was picked is a filter then, and no selection."""
    return f"pick-{chart}-{session().picks}"


def _points(key: str) -> list[dict[str, object]]:
    """Return what was clicked, and let go of it."""
    event = st.session_state.get(key) or {}
    session().picks += 1
    points = event["selection"].get("pick") or []
    return list(points)


def _pick_bar(key: str, ends: dict[str, date], kind: Kind | None) -> None:
    for point in _points(key)[:1]:
        start, series = str(point.get("start"))[:10], str(point.get("id", OTHER))
        if start in ends:
            choice = on_days(chosen(), Period(date.fromisoformat(start), ends[start]))
            whole = kind is None or series == OTHER or click_filters()
            lead_to(choice if whole or kind is None else narrowed(choice, GROUPING_OF[kind], series))


def _pick_part(key: str, kind: Kind, rest: list[str]) -> None:
    for point in _points(key)[:1]:
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


def _pick_row(table: pd.DataFrame, first: Grouping, then: Grouping | None, place: int, _column: int | None) -> None:
    row = table.iloc[place]
    choice = narrowed(chosen(), first, str(row["first_id"]))
    lead_to(narrowed(choice, then, str(row["second_id"])) if then and row["level"] == 2 else choice)
