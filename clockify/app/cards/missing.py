"""The cards of missing time, with a text to send, and of when in the week people work."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from typing import Any

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from clockify.app.cards.team import PEOPLE_SHOWN, Team, team_of
from clockify.app.shell.drill import chosen, follow_clicks, lead_to, narrowed
from clockify.app.shell.kept import drawn, made
from clockify.desk.view import View
from clockify.directory import Kind, told_apart
from clockify.render.charts.rhythm import rhythm_alt, rhythm_chart
from clockify.render.charts.spec import spec_of
from clockify.render.formats import HourStyle, format_count, format_tracked
from clockify.render.markdown import one_line
from clockify.render.palette import palette
from clockify.render.tables.missing import missing_table
from clockify.reports.grouping import Grouping
from clockify.reports.missing import by_week, reminder
from clockify.reports.rhythm import rhythm
from clockify.reports.rounding import EXACT

MISSING, LONG_DAYS = "missing-time", 62
TEXT_WIDTH, TEXT_HEIGHT = 560, 380


@dataclass(frozen=True)
class Missing:
    """The people whom time is missing, the most first: rows by day or week, their ids, and the table."""

    rows: pd.DataFrame
    ids: tuple[str, ...]
    table: Styler | None


def draw_missing(view: View) -> None:
    """Draw who is below capacity on which days, and a text to copy to each."""
    found = made(view, MISSING, partial(make_missing, view, team_of(view)))
    with st.container(border=True, gap="xsmall", key=MISSING):
        by = "week" if "days" in found.rows else "day"
        st.markdown(f"**Missing time** :gray[:small[· below capacity, by {by}]]")
        if found.table is None:
            st.caption("Nobody is below capacity on a day that has ended.")
            return
        with st.container(key="missing-table"):
            table = found.table
            drawn(view, "missing-table", lambda: st.table(table, border="horizontal", hide_index=True))
        follow_clicks("missing-table", [True] * len(found.ids[:PEOPLE_SHOWN]), partial(_pick, found.ids))
        if len(found.ids) > PEOPLE_SHOWN:
            st.caption(f"{format_count(len(found.ids) - PEOPLE_SHOWN, 'person', 'people')} more in the file.")
        _draw_text(view, found)


def make_missing(view: View, found: Team) -> Missing:
    """Order people by what they miss; of long periods by week."""
    rows = by_week(found.missing, view.week_start) if view.period.days > LONG_DAYS else found.missing
    sums = rows.groupby("user_id", observed=True)["missing_seconds"].sum()
    labels = {str(one): view.directory.label(Kind.USER, str(one)) for one in sums.index}
    ids = tuple(sorted(labels, key=lambda one: (-int(sums[one]), labels[one].casefold(), one)))
    if not ids:
        return Missing(rows, (), None)
    look = view.look
    table = missing_table(rows, ids[:PEOPLE_SHOWN], labels, palette(look.theme), style=HourStyle(look.hours), narrow=look.narrow)
    return Missing(rows, ids, table)


def draw_rhythm(view: View) -> None:
    """Draw on which days and at which hours time is tracked."""
    spec, alt, total = made(view, "rhythm", partial(make_rhythm, view))
    with st.container(border=True, gap="xsmall", height="stretch", key="rhythm"):
        st.markdown("**Rhythm** :gray[:small[· tracked hours by weekday and hour of the day]]")
        if total:
            st.vega_lite_chart(spec, width="stretch", alt=alt, key="rhythm-chart")
        else:
            st.caption("Nothing was tracked.")


def make_rhythm(view: View) -> tuple[dict[str, Any], str, int]:
    """Spread the period's entries over the hours that they cover."""
    cells = rhythm(view.entries(("start", "end"), rounding=EXACT), view.access.zone)
    style, total = HourStyle(view.look.hours), int(cells["seconds"].sum())
    return spec_of(rhythm_chart(cells, palette(view.look.theme), style, narrow=view.look.narrow)), rhythm_alt(cells, style), total


def _draw_text(view: View, found: Missing) -> None:
    labels = told_apart({one: one_line(view.directory.label(Kind.USER, one)) for one in found.ids})
    style = HourStyle(view.look.hours)
    with st.popover("A text to send", icon=":material/content_copy:", key="missing-text"):
        person = st.selectbox("To", found.ids, format_func=labels.__getitem__, key="missing-person")
        rows = found.rows[found.rows["user_id"] == person]
        text = reminder(view.directory.label(Kind.USER, person), rows, view.period, lambda seconds: format_tracked(seconds, style))
        st.code(text, language=None, height=TEXT_HEIGHT, width=TEXT_WIDTH, wrap_lines=True)


def _pick(ids: tuple[str, ...], place: int, _column: int | None) -> None:
    lead_to(narrowed(chosen(), Grouping.PERSON, ids[place]))
