"""The card of profit on Billable: what is earned less what people's hours cost."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from clockify.app.cards.downloads import File, draw_files
from clockify.app.cards.weeks_done import weeks_words
from clockify.app.shell.kept import drawn, made
from clockify.app.shell.look import csv_form
from clockify.desk.view import View
from clockify.render.files.profit_csv import profit_csv
from clockify.render.formats import HourStyle, format_tracked
from clockify.render.palette import palette
from clockify.render.tables.profit import profit_table
from clockify.reports.profit import OTHER_COST_PREFIX, By, profit, profit_total

ROWS_SHOWN = 30


@dataclass(frozen=True)
class Profit:
    """The rows by client, project, person or month with their total, and the table of those that show."""

    rows: pd.DataFrame
    total: pd.DataFrame
    table: Styler


def draw_profit(view: View) -> None:
    """Draw earned, cost and margin where cost rates are written down; for who sees money and cost alone."""
    if not view.access.sees_cost or not view.sees_amounts or not view.access.notes.cost_rates:
        return
    with st.container(border=True, gap="xsmall", key="profit"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown("**Profit** :gray[:small[· all tracked time at its cost, by]]", width="content")
            words = [one.value for one in By]
            word = st.segmented_control(
                "Profit by", words, default=words[0], required=True, key="profit-by", bind="query-params", label_visibility="collapsed"
            )
        by = By(str(word or words[0]))
        found = made(view, "profit", partial(make_profit, view, by), by)
        with st.container(key="profit-table"):
            drawn(view, "profit", lambda: st.table(found.table, border="horizontal", hide_index=True), by)
        st.caption(_said(view, found))
        form = csv_form()
        file = File("Profit CSV", "profit-csv", f"Profit_by_{by.label}", "csv", lambda: profit_csv(found.rows, found.total, by, form))
        draw_files(view, [file], asks_form=False)


def make_profit(view: View, by: By) -> Profit:
    """Hold what is earned against cost rates; people, clients and projects as filtered, billable or not."""
    rows = profit(view.cube, view.access.notes.cost_rates, view.directory, by)
    total, look = profit_total(rows), view.look
    shown = pd.concat([rows.head(ROWS_SHOWN), total], ignore_index=True)
    return Profit(rows, total, profit_table(shown, by, palette(look.theme), HourStyle(look.hours), narrow=look.narrow))


def _said(view: View, found: Profit) -> str:
    """Say what the margin leaves out."""
    row = found.total.iloc[0]
    style, parts = HourStyle(view.look.hours), ["Cost rates are those written down in Settings, of the day on which time is tracked."]
    if row["uncosted_seconds"]:
        hours = format_tracked(int(row["uncosted_seconds"]), style)
        parts.append(f"{hours} h of people without a cost rate cost nothing here, so that margins are at most so much (≤).")
    if any(str(name).startswith(OTHER_COST_PREFIX) for name in found.rows):
        parts.append(
            "“and …”: cost in another currency than what is earned, which is in no margin, so that the margin is at most so much (≤)."
        )
    if len(found.rows) > ROWS_SHOWN:
        parts.append(f"{len(found.rows) - ROWS_SHOWN} more rows are in the file and in the total.")
    return " ".join([*parts, *([open_weeks] if (open_weeks := weeks_words(view)) else [])])
