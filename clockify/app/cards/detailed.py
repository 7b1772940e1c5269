"""The cards of the detailed page: search, the long table, totals of what is shown, one entry's card."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import streamlit as st
from numpy.typing import NDArray

from clockify.app.cards.downloads import ALL_COLUMNS, draw_files, entry_files, facts_of
from clockify.app.cards.entry import keep_clicked, show_clicked
from clockify.app.cards.figures import sums_line
from clockify.app.shell.kept import made
from clockify.app.shell.session import place_held
from clockify.app.shell.sidebar import held, hold
from clockify.desk.view import View
from clockify.directory import Kind
from clockify.periods import Period
from clockify.render.difference import difference_words
from clockify.render.facts import Facts
from clockify.render.formats import HourStyle, format_count
from clockify.render.markdown import escape_markdown, one_line
from clockify.render.palette import palette
from clockify.render.tables.entries import entry_table
from clockify.reports.detail import WITHOUT, Order, Search, detailed_rows, find_entries, ordered
from clockify.reports.measures import Totals, totals_of
from clockify.reports.rounding import EXACT, Rounding

HEIGHT = 520
SAID_OF_FILES = "All that is shown, without running timers. CSV, Excel and JSON add up to this page; Clockify's columns round each amount."
# What fits on a phone without scrolling sideways.
PHONE_FIRST = ("open", "day", "running", "duration", "swatch", "project", "description")
UNKNOWN_YET = ["end", "rate", "amount"]
ALL = {"tasks": "All tasks", "tags": "All tags"}
Ids = tuple[str, ...]
# What the list shows and searches: an id and the like are for files and one entry's card, and would hold a third more.
LIST_COLUMNS = tuple(name for name in ALL_COLUMNS if name not in ("id", "type", "locked"))


class Found:
    """The entries that the search leaves, oldest first, and the timers among them that still run."""

    def __init__(self, view: View) -> None:
        self.view, self.search = view, view.choice.search

    @cached_property
    def entries(self) -> pd.DataFrame:
        """The entries; not the timers."""
        return self._found(self.view.choice.rounding)

    @cached_property
    def totals(self) -> Totals:
        """The sums of the entries; a running timer is in none."""
        return totals_of(self.entries)

    @cached_property
    def exact(self) -> Totals:
        """The sums before rounding."""
        return self.totals if self.view.choice.rounding.is_exact else totals_of(self._found(EXACT))

    @cached_property
    def before(self) -> Totals | None:
        """The sums of the period compared with; None while it isn't there."""
        view = self.view
        if view.choice.compare is None or view.before is None or not view.is_whole:
            return None
        return totals_of(self._found(view.choice.rounding, view.previous))

    @cached_property
    def running(self) -> pd.DataFrame:
        """The running timers, as entries that end now."""
        return find_entries(self.view.running, self.search)

    def whole(self) -> pd.DataFrame:
        """Return the entries with every column there is, for a file."""
        return find_entries(self.view.entries(ALL_COLUMNS), self.search)

    def _found(self, rounding: Rounding, period: Period | None = None) -> pd.DataFrame:
        return find_entries(self.view.entries(LIST_COLUMNS, period, rounding), self.search)


def draw_search(view: View) -> None:
    """Draw what narrows the list beyond the sidebar."""
    with st.container(horizontal=True, vertical_alignment="bottom", gap="xsmall", key="search-bar"):
        text = st.session_state.get("search") or ""
        st.text_input("Search in descriptions", text, key="search", type="search", placeholder="Any words, as written", width="stretch")
        for name, kind in (("tasks", Kind.TASK), ("tags", Kind.TAG)):
            _draw_list(name, _options(view, kind), view.choice.search)
        st.selectbox("Sort by", list(Order), format_func=str, key="order", persist_state="session", width=150)
    words, lacking = list(WITHOUT), st.session_state.get("without")
    st.pills("Only entries with", words, selection_mode="multi", default=lacking, format_func=lambda word: f"no {word}", key="without")


@dataclass(frozen=True)
class Listing:
    """The entries as the list shows them, in its order; the label of each in the frame; their sums in words."""

    table: pa.Table
    labels: NDArray[Any]
    sums: str


def make_listing(found: Found, order: Order) -> Listing:
    """Make the list of what is found. It is kept as Arrow: what is sent are pieces of it."""
    entries = ordered(found.entries, order, found.view.directory)
    sums = sums_line(found.view, found.totals, found.before) + _rounded_by(found)
    return Listing(_arrow(found.view, entries), entries.index.to_numpy(), sums)


def _rounded_by(found: Found) -> str:
    """Say what rounding does to what a search leaves; without one the header says it."""
    view = found.view
    if view.choice.rounding.is_exact or found.search.is_empty or not view.is_whole:
        return ""
    difference = difference_words(found.totals, found.exact, money=view.sees_amounts)
    return f"  \n:gray[Rounded: {escape_markdown(difference)} against the exact total]"


def draw_entries(view: View, found: Found) -> bool:
    """Draw totals and table, or that nothing is left; tell if there are entries."""
    order = st.session_state.get("order", Order.NEWEST)
    listing = made(view, "list", lambda: make_listing(found, order), order)
    running = found.running
    if not len(listing.labels) and running.empty:
        _draw_nothing()
        return False
    with st.container(border=True, gap="xsmall", key="entries"):
        st.markdown(listing.sums)
        table = listing.table if running.empty else _with_running(view, running, listing.table)
        # The places of the rows, not the rows: what a session holds on to is there as long as its tab.
        find, narrow = partial(_find, view, running, listing.labels), view.look.narrow
        if narrow:
            st.space(22)  # for the table's own buttons, which a phone always shows
        st.dataframe(
            table,
            lazy=True,
            height=min(HEIGHT, 36 + 35 * len(table)),
            hide_index=True,
            column_config=_columns(partial(keep_clicked, find), HourStyle(view.look.hours), narrow=narrow),
            column_order=_phone_order(table.column_names) if narrow else None,
            placeholder="",
            key="entries-table",
            alt=f"{format_count(len(table), 'time entry', 'time entries')}, one row each",
        )
    show_clicked(view)
    return len(listing.labels) > 0


def _arrow(view: View, entries: pd.DataFrame, *, running: bool = False) -> pa.Table:
    """Return entries as the list shows them."""
    rows = detailed_rows(entries, view.directory, view.access.zone)
    if running:
        # Neither its end nor what it earns is known yet; a zero would be a figure.
        rows["running"] = True
        rows[UNKNOWN_YET] = rows[UNKNOWN_YET].mask(rows["running"])
    look = view.look
    table = entry_table(rows, view.directory, palette(look.theme), style=HourStyle(look.hours), money=view.sees_amounts)
    return pa.Table.from_pandas(table, preserve_index=False)


def _with_running(view: View, running: pd.DataFrame, table: pa.Table) -> pa.Table:
    """Put the timers that run before the entries."""
    timers = _arrow(view, running, running=True)
    place = timers.column_names.index("running")
    entries = table.add_column(place, "running", pa.array([False]).take(pa.array(np.zeros(len(table), dtype=np.int64))))
    return pa.concat_tables([timers.cast(entries.schema), entries]).unify_dictionaries()


def _find(view: View, running: pd.DataFrame, labels: NDArray[Any], row: int) -> pd.DataFrame | None:
    """Return the entry of a row of the list, with every column; None if there is no such row."""
    if row < len(running):
        return running.iloc[[row]]
    place = row - len(running)
    return view.entries(ALL_COLUMNS).loc[[labels[place]]] if place < len(labels) else None


def draw_downloads(view: View, found: Found) -> None:
    """Offer what is shown as files."""

    def facts() -> Facts:
        return facts_of(view, "Detailed", totals=found.totals, exact=found.exact, also=search_words(view))

    files = entry_files(view, found.whole, facts, "Detailed")
    draw_files(view, files, SAID_OF_FILES)


def search_words(view: View) -> str:
    """Say in plain text what is searched for: "“review” · no task"; "" for nothing."""
    search, label = view.choice.search, view.directory.label
    parts = [f"“{one_line(search.text)}”" if search.text else ""]
    for kind, ids in ((Kind.TASK, search.tasks), (Kind.TAG, search.tags)):
        parts.append(", ".join(dict.fromkeys(one_line(label(kind, one)) for one in ids)))
    return " · ".join([part for part in parts if part] + [f"no {name}" for name in search.without])


def _draw_list(name: str, options: Mapping[Ids, str], search: Search) -> None:
    """Draw the choice of one name; what a link chose beside it is an option, too."""
    chosen: Ids = getattr(search, name)
    labels = {(): ALL[name], **{ids: f"“{label}”" if label == ALL[name] else label for ids, label in options.items()}}
    if chosen not in labels:
        labels[chosen] = f"{len(chosen)} {name}"
    st.session_state[name] = chosen
    st.selectbox(name.capitalize(), list(labels), place_held(name, list(labels)), format_func=labels.__getitem__, key=name, width=150)


def _options(view: View, kind: Kind) -> dict[Ids, str]:
    """Return what can be chosen, by name: tasks of several projects may share one."""
    by_name: dict[str, list[str]] = {}
    for identifier in view.directory.names[kind]:
        by_name.setdefault(one_line(view.directory.label(kind, identifier)), []).append(identifier)
    return {tuple(ids): name for name, ids in sorted(by_name.items(), key=lambda item: item[0].casefold())}


def _draw_nothing() -> None:
    with st.container(border=True, key="nothing-found"):
        st.markdown(":material/search_off: **No entry is left by the search.**")
        st.caption("Search for less, or clear the search.")
        st.button("Clear search", icon=":material/search_off:", key="clear-search", on_click=_clear_search)


def _clear_search() -> None:
    hold(replace(held(), search=Search()))


def _phone_order(columns: list[str]) -> list[str]:
    return [*(name for name in PHONE_FIRST if name in columns), *(name for name in columns if name not in PHONE_FIRST)]


def _columns(on_open: Any, style: HourStyle, *, narrow: bool) -> dict[str, Any]:
    column = st.column_config
    decimal = style is HourStyle.DECIMAL
    hours, clock = column.NumberColumn("Hours", format="%.2f", width=62), column.TextColumn("Duration", alignment="right", width=76)
    return {
        "open": column.ButtonColumn("", type="tertiary", width=58, key="entry-clicked", on_click=on_open, pinned=True),
        "day": column.DateColumn("Day", format="D MMM" if narrow else "ddd D MMM YYYY", width=62 if narrow else 118),
        "start": column.DatetimeColumn("Start", format="HH:mm", width=56),
        "end": column.DatetimeColumn("End", format="HH:mm", width=56),
        "person": column.TextColumn("Person", width=112),
        "client": column.TextColumn("Client", width=130),
        "swatch": column.ImageColumn("", width=32),
        "project": column.TextColumn("Project", width=136),
        "task": column.TextColumn("Task", width=110),
        "description": column.TextColumn("Description", width=230),
        "tags": column.TextColumn("Tags", width=120),
        "billable": column.CheckboxColumn("Billable", width=70),
        "rate": column.NumberColumn("Rate", format="%.2f", width=80),
        "amount": column.NumberColumn("Amount", format="%.2f", width=84),
        "currency": column.TextColumn("Currency", width=66),
        "duration": hours if decimal else clock,
        "running": column.CheckboxColumn("Running", width=66),
    }
