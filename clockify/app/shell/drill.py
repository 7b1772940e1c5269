"""From a figure to its entries, and back.

A click on a bar, a part of a donut, a row or a cell leads to the detailed page with the filters
set; the address it came from is kept for the way back, and the browser's own back button knows it too.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import streamlit as st

from clockify.app.shell.address import here, lead, turn_back
from clockify.app.shell.navigation import FIRST, PAGES, has_page
from clockify.app.shell.options import click_filters
from clockify.app.shell.session import session
from clockify.app.shell.sidebar import held, hold
from clockify.desk.choice import Choice, to_url
from clockify.desk.trail import ENTRIES_PAGE, Way
from clockify.periods import Period, Preset
from clockify.reports.detail import Search
from clockify.reports.grouping import Grouping

FILTER_OF = {Grouping.PERSON: "people", Grouping.CLIENT: "clients", Grouping.PROJECT: "projects"}
# Streamlit sends it along with each run: what only people read stays here.
_LINES = (Path(__file__).parent / "table_clicks.js").read_text(encoding="utf8").splitlines()
_SCRIPT = "\n".join(line.strip() for line in _LINES if not line.lstrip().startswith("//"))
_table_clicks = st.components.v2.component("table_clicks", js=_SCRIPT)


def chosen() -> Choice:
    """Return what a click starts from: all that is in force on a page of sums; what was searched for on another page isn't."""
    return replace(held(), search=Search())


def lead_to(choice: Choice) -> None:
    """In a callback: show the entries of a choice, or filter the page by it if that is what clicks do."""
    # A page of sums can't be filtered by tasks and tags, so these lead on in any case.
    if click_filters() and choice.search.is_empty:
        hold(choice)
        return
    workspace = {name: values for name, values in here().params.items() if name == "workspace"}
    lead(Way(ENTRIES_PAGE, to_url(choice, ENTRIES_PAGE) | workspace))


def draw_way_back() -> None:
    """Draw the button that leads back to where the click was, as it was."""
    way = session().trail.way_back
    if way and has_page(way.page or FIRST):
        title = PAGES[way.page or FIRST][0]
        st.button(f"Back to {title}", icon=":material/arrow_back:", type="tertiary", key="way-back", on_click=turn_back)


def narrowed(choice: Choice, grouping: Grouping, identifier: str) -> Choice:
    """Return a choice of one group's entries only: a person, client, project, task, tag ("" for those without one) or day."""
    if grouping is Grouping.DAY:
        day = date.fromisoformat(identifier)
        return on_days(choice, Period(day, date.fromordinal(day.toordinal() + 1)))
    if grouping in FILTER_OF:
        return filtered(choice, grouping, (identifier,))
    name, search = grouping.value, choice.search
    if not identifier:
        return replace(choice, search=replace(search, without=tuple(dict.fromkeys((*search.without, name)))))
    return replace(choice, search=replace(search, tags=(identifier,)) if grouping is Grouping.TAG else replace(search, tasks=(identifier,)))


def filtered(choice: Choice, grouping: Grouping, ids: tuple[str, ...]) -> Choice:
    """Return a choice of some people's, clients' or projects' entries only."""
    changes: dict[str, Any] = {FILTER_OF[grouping]: ids}
    return replace(choice, filters=replace(choice.filters, **changes))


def on_days(choice: Choice, days: Period) -> Choice:
    """Return a choice of these days."""
    return replace(choice, preset=Preset.CUSTOM, days=days)


def follow_clicks(
    table: str,
    rows: Sequence[bool],
    pick: Callable[[int, int | None], None],
    *,
    cells: bool = False,
    hint: str = "",
    folds: Sequence[bool | None] = (),
    turn: Callable[[int], None] | None = None,
) -> None:
    """Let rows of the table in the container `table` lead on: `pick` gets the row's place, and the column's if `cells` do.

    `hint` is said of a row; as long as nothing else is, that its entries come. `folds`: of each row if its parts show,
    None without any; `turn` gets the place of the one whose arrow was clicked.
    """
    key = f"clicks-{table}"

    def picked() -> None:
        where = st.session_state[key].get("picked")
        if where and where.get("turned"):
            if turn:
                turn(int(where["row"]))
        elif where:
            pick(int(where["row"]), where["column"])

    hint = hint or ("Filter by this" if click_filters() else "Show the entries")
    asked = {"table": table, "rows": list(rows), "cells": cells, "hint": hint, "folds": list(folds)}
    _table_clicks(data=asked, key=key, on_picked_change=picked)
