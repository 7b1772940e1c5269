"""One entry's card: all its fields, and the way to its day in Clockify's own web app."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pandas as pd
import streamlit as st

from clockify.app.shell.door import if_admitted
from clockify.app.shell.session import session
from clockify.desk.caches import Lost
from clockify.desk.view import View
from clockify.directory import Kind
from clockify.render.formats import format_day, format_duration
from clockify.render.markdown import escape_markdown
from clockify.render.tables.styling import markdown_money, markdown_rate
from clockify.reports.detail import detailed_rows

WEB_APP = "https://app.clockify.me"


@if_admitted
def keep_clicked(find: Callable[[], pd.DataFrame | None]) -> None:
    """In a callback: keep the entry whose row was clicked for `show_clicked`; `find` gets it whole.

    If the month has changed since the list was drawn, nothing is kept: the list is drawn anew, and says more.
    """
    try:
        session().entry = find()
    except Lost:
        session().entry = None


def show_clicked(view: View) -> None:
    """Open the card of the entry that was clicked, once."""
    entry, session().entry = session().entry, None
    if entry is not None:
        _draw_card(view, entry)


def clockify_day(day: date) -> str:
    """Return the address of a day's detailed report in Clockify's web app, in the form that its own links have."""
    return f"{WEB_APP}/reports/detailed?start={day:%Y-%m-%d}T00:00:00.000Z&end={day:%Y-%m-%d}T23:59:59.999Z"


@st.dialog("Time entry", width="medium")
def _draw_card(view: View, entry: pd.DataFrame) -> None:
    row = detailed_rows(entry, view.directory, view.access.zone).iloc[0]
    source = entry.iloc[0]
    day = row["day"].date()
    is_running = source["id"] in set(view.access.running(view.now)["id"])
    end = "running, in no total" if is_running else f"{row['end']:%H:%M:%S}{_later(row)}"
    st.markdown(f"**{escape_markdown(row['description']) or 'No description'}**")
    fields = {
        "Day": format_day(day, with_year=True),
        "Time": f"{row['start']:%H:%M:%S} – {end} · {escape_markdown(view.access.zone)}",
        "Duration": f"{format_duration(int(source['seconds']), with_seconds=True)} h",
        "Person": escape_markdown(row["person"]),
        "Client": escape_markdown(row["client"] or view.directory.label(Kind.CLIENT, "")),
        "Project": escape_markdown(row["project"] or view.directory.label(Kind.PROJECT, "")),
        "Task": escape_markdown(row["task"] or view.directory.label(Kind.TASK, "")),
        "Tags": escape_markdown(row["tags"] or view.directory.label(Kind.TAG, "")),
        "Billable": "yes" if row["billable"] else "no",
        **({} if is_running else _money(view, source)),
        "Type": escape_markdown(str(source["type"]).lower()),
        "Locked": "yes" if source["locked"] else "no",
        "Id": f"`{escape_markdown(str(source['id']))}`",
    }
    shown = pd.DataFrame({"Field": list(fields), "Value": list(fields.values())}, dtype="str")
    st.table(shown, border="horizontal", hide_header=True, hide_index=True)
    if view.is_demo:
        st.caption("In a workspace of your own, a link to this day in Clockify stands here.")
    else:
        st.link_button("Open this day in Clockify", clockify_day(day), icon=":material/open_in_new:")


def _later(row: pd.Series) -> str:
    days = (row["end"].normalize() - row["day"]).days
    return f" (+{days} d)" if days > 0 else ""


def _money(view: View, source: pd.Series) -> dict[str, str]:
    if not view.sees_amounts:
        return {}
    currency = str(source["currency"])
    rate = markdown_rate(int(source["rate"]), currency) if source["rate"] else "–"
    return {"Rate": rate, "Amount": markdown_money(int(source["amount_ticks"]), currency)}
