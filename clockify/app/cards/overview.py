"""The cards of the overview: when, on what, and the table."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import TypedDict

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from clockify.app.cards.compared import beside_of
from clockify.app.cards.downloads import ALL_COLUMNS, File, draw_files, entry_files, facts_of, layout_of
from clockify.app.cards.figures import noted_words
from clockify.app.cards.folding import draw_open_all, folds_of, turn
from clockify.app.shell.drill import chosen, follow_clicks, lead_to, narrowed
from clockify.app.shell.kept import drawn, made
from clockify.app.shell.look import csv_form
from clockify.app.shell.options import controls
from clockify.desk.view import View
from clockify.directory import Kind
from clockify.render.files.clockify_csv import summary_csv_of_clockify
from clockify.render.files.comma import summary_csv
from clockify.render.files.reports_pdf import summary_charts, summary_pdf
from clockify.render.files.xlsx import summary_xlsx
from clockify.render.formats import HourStyle
from clockify.render.palette import palette
from clockify.render.tables.summary import summary_table
from clockify.reports.beside import Before, moved, united
from clockify.reports.folding import Folded, Folds, fold
from clockify.reports.summary import (
    Grouping,
    Sort,
    by_interval,
    grouped,
    interval_for,
    share_by,
)

NOTHING = "Nothing"
TAGGED = ("seconds", "amount_ticks", "currency", "tag_ids", "task_id")


class Shape(TypedDict):
    """How a table is grouped."""

    first: Grouping
    then: Grouping | None


@dataclass(frozen=True)
class Summary:
    """The table by one or two groups: its groups (`grouped`), which of them show, and how."""

    groups: pd.DataFrame
    folded: Folded
    table: Styler


def draw_summary(view: View) -> None:
    """Draw the table by one or two groups, and its download."""
    with st.container(border=True, gap="xsmall", key="summary"):
        with st.container(horizontal=True, vertical_alignment="bottom", horizontal_alignment="distribute"):
            title = st.container(horizontal=True, vertical_alignment="center", width="content", gap="small")
            title.markdown("**Summary**", width="content")
            first, then, sort = _groupings(view.look.narrow)
        name = f"summary-{first.value}"
        ask = (first, then, sort, folds_of(name))
        summary = made(view, "summary", partial(make_summary, view, *ask), *ask)
        with title:
            draw_open_all(name, len(summary.groups))
        with st.container(key="summary-table"):
            drawn(view, "summary", lambda: st.table(summary.table, border="horizontal", hide_index=True), *ask)
        _follow_rows(name, summary, first, then)
        if Grouping.TAG in (first, then):
            st.caption("An entry with several tags counts in the row of each, and once in the total.")
        _caption_money(view)
    _draw_downloads(view, summary.groups, first, then)


def _follow_rows(name: str, summary: Summary, first: Grouping, then: Grouping | None) -> None:
    shown = summary.groups.iloc[summary.folded.places]
    folds = [*summary.folded.states, *([False] if summary.folded.left_out and not summary.folded.capped else [])]
    turned = partial(turn, name, [*_keys(shown), ""])
    follow_clicks("summary-table", [True] * len(shown), partial(_pick_row, shown, first, then), folds=folds, turn=turned)


def _keys(groups: pd.DataFrame) -> list[str]:
    """Return what each row's group is called where groups open and close; those without a client have a name, too."""
    return [f"group {one}" for one in groups["first_id"]]


def make_summary(view: View, first: Grouping, then: Grouping | None, sort: Sort, folds: Folds) -> Summary:
    """Make the table by one or two groups."""
    groups, before = made(view, "groups", lambda: _grouped(view, first, then, sort), first, then, sort)
    folded = fold(_keys(groups), (groups["level"] > 1).tolist(), folds)
    table = summary_table(
        groups,
        view.totals,
        view.directory,
        palette(view.look.theme),
        first=first,
        then=then,
        style=HourStyle(view.look.hours),
        narrow=view.look.narrow,
        money=view.sees_amounts,
        folded=folded,
        before=before,
        idle=_idle(view, first),
    )
    return Summary(groups, folded, table)


def _grouped(view: View, first: Grouping, then: Grouping | None, sort: Sort) -> tuple[pd.DataFrame, Before | None]:
    frame, before = _summed(view, first, then)
    return grouped(frame, first, then, view.directory, sort, also=_idle(view, first)), before


def _idle(view: View, first: Grouping) -> frozenset[str]:
    """Return who logged nothing, where the groups are people."""
    return view.idle if first is Grouping.PERSON else frozenset()


def _summed(view: View, first: Grouping, then: Grouping | None) -> tuple[pd.DataFrame, Before | None]:
    """Return what the table adds up, and what stands beside it; tags need the entries."""
    tagged = Grouping.TAG in (first, then)
    now = view.entries(TAGGED) if tagged else view.cube
    if view.beside is None:
        return now, None
    before = moved(view.entries(TAGGED, view.previous), view.previous, view.period) if tagged else view.beside
    rows = partial(grouped, first=first, then=then, directory=view.directory)
    return united(now, before), beside_of(view, rows, ("first_id", "second_id"), before, now)


def _draw_downloads(view: View, table: pd.DataFrame, first: Grouping, then: Grouping | None) -> None:
    money, directory, facts, layout = view.sees_amounts, view.directory, partial(facts_of, view, "Summary"), layout_of(view)
    shape: Shape = {"first": first, "then": then}
    form = csv_form()
    worked = table[table["entries"] > 0]  # what only the period beside it has stands on the page alone
    table = table[(table["entries"] > 0) | table["first_id"].isin(list(_idle(view, first))) & (table["level"] == 1)]

    def excel() -> bytes:
        return summary_xlsx(table, facts(), **shape, money=money)

    def pdf() -> bytes:
        style = HourStyle(view.look.hours)
        interval = interval_for(view.period)
        bars = by_interval(view.cube, view.period, interval, view.week_start, view.access.workspace.working_days)
        charts = summary_charts(bars, interval, share_by(view.cube, Kind.PROJECT, directory), directory, style=style)
        return summary_pdf(table, view.totals, charts, facts(), directory, **shape, style=style, money=money)

    def comma() -> bytes:
        return summary_csv(table, view.totals, directory, **shape, money=money, form=form)

    def in_layout() -> bytes:
        return summary_csv_of_clockify(worked, directory, layout, **shape, money=money)

    files = [
        File("Summary CSV", "summary-csv", "Summary", "csv", comma),
        File("Excel", "summary-xlsx", "Summary", "xlsx", excel),
        File("PDF", "summary-pdf", "Summary", "pdf", pdf),
        File("Clockify CSV", "summary-clockify-csv", "Summary", "csv", in_layout),
        *(file for file in entry_files(view, lambda: view.entries(ALL_COLUMNS), facts, "Detailed") if file.extension == "json"),
    ]
    said = "Files follow the filters above. An apostrophe stands before what a spreadsheet would take for a formula."
    draw_files(view, files, said)


def _groupings(narrow: bool) -> tuple[Grouping, Grouping | None, Sort]:
    by_label = {one.label: one for one in Grouping}
    sorts = {one.label: one for one in Sort}
    with controls("Group and sort", "groupings", narrow=narrow, width="content"):
        first = by_label[_select("Group by", list(by_label), "Client", "group-by")]
        then = by_label.get(_select("Then by", [NOTHING, *by_label], "Project", "group-by-then"))
        sort = sorts[_select("Sort by", list(sorts), "Hours", "sort-by")]
    return first, None if then is first else then, sort


def _select(label: str, options: list[str], usual: str, key: str) -> str:
    return str(st.selectbox(label, options, index=options.index(usual), key=key, bind="query-params", persist_state="session", width=130))


def _caption_money(view: View) -> None:
    is_beneath = view.look.narrow and view.beside is not None
    st.caption(
        (f"Beneath in small: the change against {view.previous.label()}. " if is_beneath else "")
        + "An entry belongs to the day on which it starts. Rows are rounded each, the total once."
        + ("" if view.sees_amounts else f" Amounts are hidden from {'this key' if view.access.may_see_money else 'you'}.")
        + (f" {noted}" if (noted := noted_words(view)) else "")
    )


def _pick_row(table: pd.DataFrame, first: Grouping, then: Grouping | None, place: int, _column: int | None) -> None:
    row = table.iloc[place]
    choice = narrowed(chosen(), first, str(row["first_id"]))
    lead_to(narrowed(choice, then, str(row["second_id"])) if then and row["level"] == 2 else choice)
