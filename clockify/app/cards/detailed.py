"""The cards of the detailed page: search, the long table, totals of what is shown, one entry's card."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, timedelta
from functools import cached_property, partial
from typing import Any

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from clockify.app.cards.compared import Pair
from clockify.app.cards.customer import draw_customer_pdf
from clockify.app.cards.downloads import ALL_COLUMNS, draw_files, entry_files, facts_of
from clockify.app.cards.entry import keep_clicked, show_clicked
from clockify.app.cards.figures import sums_line
from clockify.app.shell.drill import follow_clicks
from clockify.app.shell.kept import drawn, made
from clockify.app.shell.options import controls
from clockify.app.shell.session import place_held, session
from clockify.app.shell.sidebar import held, hold
from clockify.desk.view import View
from clockify.directory import Kind
from clockify.periods import Month, Period
from clockify.render.difference import difference_words
from clockify.render.facts import Facts
from clockify.render.formats import HourStyle
from clockify.render.markdown import escape_markdown, one_line
from clockify.render.palette import palette
from clockify.render.tables.entries import EntryTable, entry_cards, entry_table
from clockify.reports.detail import WITHOUT, Order, Search, detailed_rows, find_entries, found_by, places_in
from clockify.reports.filters import in_period
from clockify.reports.measures import Totals, totals_of
from clockify.reports.rounding import EXACT, Rounding

SAID_OF_FILES = "All that is shown, without running timers. CSV, Excel and JSON add up to this page; Clockify's columns round each amount."
PAGE_ROWS, PHONE_ROWS = 50, 25
BY_DAY = (Order.NEWEST, Order.OLDEST)
ALL = {"tasks": "All tasks", "tags": "All tags"}
Ids = tuple[str, ...]
# What the list shows and searches: an id and the like are for files and one entry's card, and would hold a third more.
LIST_COLUMNS = tuple(name for name in ALL_COLUMNS if name not in ("id", "type", "locked"))


class Found:
    """The entries that the search leaves, oldest first, and the timers among them that still run."""

    def __init__(self, view: View) -> None:
        self.view, self.search = view, view.choice.search

    @cached_property
    def among(self) -> pd.DataFrame:
        """The entries that are searched."""
        return self.view.entries(LIST_COLUMNS)

    @cached_property
    def mask(self) -> pd.Series | None:
        """Which of them are left; None for all."""
        return found_by(self.among, self.search)

    @cached_property
    def entries(self) -> pd.DataFrame:
        """The entries; not the timers."""
        return self.among if self.mask is None else self.among[self.mask]

    @cached_property
    def totals(self) -> Totals:
        """The sums of the entries; a running timer is in none."""
        return totals_of(self.entries)

    @cached_property
    def exact(self) -> Totals:
        """The sums before rounding."""
        return self.totals if self.view.choice.rounding.is_exact else totals_of(self._searched(EXACT))

    @cached_property
    def pair(self) -> Pair | None:
        """The sums that are compared, if that was chosen; None while they aren't there, or where there is nothing to compare."""
        view = self.view
        if view.choice.compare is None or view.before is None or not view.is_whole or view.ended is None:
            return None
        return Pair(totals_of(in_period(self.entries, view.ended)), totals_of(self._searched(view.choice.rounding, view.previous)))

    @cached_property
    def running(self) -> pd.DataFrame:
        """The running timers, as entries that end now."""
        return find_entries(self.view.running, self.search)

    def whole(self) -> pd.DataFrame:
        """Return the entries with every column there is, for a file."""
        return find_entries(self.view.entries(ALL_COLUMNS), self.search)

    def _searched(self, rounding: Rounding, period: Period | None = None) -> pd.DataFrame:
        return find_entries(self.view.entries(LIST_COLUMNS, period, rounding), self.search)


def draw_search(view: View) -> None:
    """Draw what narrows the list beyond the sidebar."""
    narrow = view.look.narrow
    # Behind a button nobody sees why there are fewer entries.
    label = "Search and sort" if view.choice.search.is_empty else "Search and sort · in force"
    with (bar := controls(label, "search-bar", narrow=narrow)):
        text = st.session_state.get("search") or ""
        terms: dict[str, Any] = {"placeholder": "Any words, as written", "width": "stretch"}
        st.text_input("Search in descriptions", text, key="search", persist_state="session", type="search", **terms)
        for name, kind in (("tasks", Kind.TASK), ("tags", Kind.TAG)):
            _draw_list(name, _options(view, kind), view.choice.search)
        st.selectbox("Sort by", list(Order), format_func=str, key="order", persist_state="session", width=150)
    words, lacking = list(WITHOUT), st.session_state.get("without")
    with bar if narrow else nullcontext():
        terms = {"key": "without", "persist_state": "session", "format_func": lambda word: f"no {word}"}
        st.pills("Only entries with", words, selection_mode="multi", default=lacking, **terms)


@dataclass(frozen=True)
class Listing:
    """Where the entries of a list stand in its view's, in the list's order; their sums in words; the seconds of its days."""

    places: NDArray[np.int32]
    sums: str
    days: Mapping[date, int]


def make_listing(found: Found, order: Order) -> Listing:
    """Make the list of what is found. It holds places, not rows: what is looked at are some dozens of a million."""
    entries = found.entries
    kept = np.flatnonzero(found.mask) if found.mask is not None else np.arange(len(entries))
    places = kept[places_in(entries, order, found.view.directory)]
    sums = sums_line(found.view, found.totals, found.pair) + _rounded_by(found)
    by_day = entries.groupby("day")["seconds"].sum()
    days = dict(zip(pd.DatetimeIndex(by_day.index).date, by_day.tolist(), strict=True))
    return Listing(places.astype(np.int32), sums, days)


def _rounded_by(found: Found) -> str:
    """Say what rounding does to what a search leaves; without one the header says it."""
    view = found.view
    if view.choice.rounding.is_exact or found.search.is_empty or not view.is_whole:
        return ""
    difference = difference_words(found.totals, found.exact, HourStyle(view.look.hours), money=view.sees_amounts)
    return f"  \n:gray[Rounded: {escape_markdown(difference)} against the exact total]"


def draw_entries(view: View, found: Found) -> bool:
    """Draw totals and a page of the list, or that nothing is left; tell if there are entries."""
    order = st.session_state.get("order", Order.NEWEST)
    listing = made(view, "list", lambda: make_listing(found, order), order)
    running = found.running.iloc[::-1]
    if not len(listing.places) and running.empty:
        _draw_nothing()
        return False
    rows = PHONE_ROWS if view.look.narrow else PAGE_ROWS
    pages = max(-(-len(listing.places) // rows), 1)
    number = _page_number(view, order, pages)
    window = listing.places[(number - 1) * rows : number * rows].copy()  # a piece would hold on to all of them
    with st.container(border=True, gap="xsmall", key="entries"):
        st.markdown(listing.sums)
        timers = running if number == 1 else running.iloc[:0]
        _draw_page(view, found, listing, order, window, timers)
        if pages > 1:
            _draw_pages(pages, (number - 1) * rows, len(window), len(listing.places))
    show_clicked(view)
    return len(listing.places) > 0


def _page_number(view: View, order: Order, pages: int) -> int:
    """Return which page is looked at: the first of whatever is newly asked for."""
    choice = view.choice
    asked = repr((choice.filters, choice.search, view.period, order))
    number = st.session_state.get("list-page", 1) if session().list_of == asked else 1
    session().list_of = asked
    st.session_state["list-page"] = min(number, pages)
    return min(number, pages)


def _draw_page(view: View, found: Found, listing: Listing, order: Order, window: NDArray[np.int32], timers: pd.DataFrame) -> None:
    """Draw some dozens of rows, each of which opens its entry; the timers that run stand before them."""

    def make() -> EntryTable:
        entries = found.among.iloc[window]
        return _page_table(view, pd.concat([timers[list(entries)], entries]) if len(timers) else entries, len(timers), days)

    look = view.look
    days = listing.days if look.narrow and order in BY_DAY else None
    # What runs is as long as it was when somebody looked last within this minute.
    running = (view.access.running_read_at, view.now.replace(second=0, microsecond=0)) if len(timers) else None
    ask = (order, window.tobytes(), running)
    shown = made(view, "page", make, *ask)

    def draw() -> None:
        st.table(shown.table, border="horizontal", hide_index=True, hide_header=look.narrow)

    with st.container(key="entries-table"):
        drawn(view, "page", draw, *ask)
    # What a session holds on to is there as long as its tab: the places of the rows, not the rows.
    places, find = shown.places, partial(_find, view, timers, window)

    def pick(row: int, _column: int | None) -> None:
        keep_clicked(partial(find, places[row]))

    follow_clicks("entries-table", [place is not None for place in places], pick, hint="Open this entry")


def _page_table(view: View, entries: pd.DataFrame, timers: int, days: Mapping[date, int] | None) -> EntryTable:
    rows = detailed_rows(entries, view.directory, view.access.zone)
    rows["running"] = np.arange(len(rows)) < timers
    look, years = view.look, {view.period.start.year, view.period.last_day.year}
    make = partial(entry_cards, days=days) if look.narrow else entry_table
    terms: dict[str, Any] = {"style": HourStyle(look.hours), "money": view.sees_amounts, "with_year": len(years) > 1}
    return make(rows, view.directory, palette(look.theme), **terms)


def _draw_pages(pages: int, before: int, shown: int, of: int) -> None:
    with st.container(horizontal=True, horizontal_alignment="distribute", vertical_alignment="center", key="entries-pages"):
        st.pagination(pages, key="list-page")
        st.caption(f"{before + 1:,}–{before + shown:,} of {of:,}", width="content")


def _find(view: View, timers: pd.DataFrame, window: NDArray[np.int32], row: int | None) -> pd.DataFrame | None:
    """Return the entry of a row of the page, with every column; None if there is no such row."""
    if row is None or row >= len(timers) + len(window):
        return None
    if row < len(timers):
        return timers.iloc[[row]]
    place = int(window[row - len(timers)])
    days = view.entries(LIST_COLUMNS)["day"]
    day = days.iloc[place].date()
    # Of one month alone: whole entries of a year would take 100 MB to look at one.
    opened = replace(view, opening=replace(view.opening, wanted=(Month.of(day),)))
    whole = opened.entries(ALL_COLUMNS, Period(day, day + timedelta(days=1)))
    return whole.iloc[[place - int(days.searchsorted(days.iloc[place]))]]


def draw_downloads(view: View, found: Found) -> None:
    """Offer what is shown as files."""

    def facts() -> Facts:
        return facts_of(view, "Detailed", totals=found.totals, exact=found.exact, also=search_words(view))

    files = entry_files(view, found.whole, facts, "Detailed")
    letter = partial(draw_customer_pdf, view, found.whole, facts, "Detailed", "entries-pdf", found.totals.entries)
    draw_files(view, files, SAID_OF_FILES, beside=letter)


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
    place = place_held(name, list(labels))
    st.selectbox(name.capitalize(), list(labels), place, format_func=labels.__getitem__, key=name, persist_state="session", width=150)


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
