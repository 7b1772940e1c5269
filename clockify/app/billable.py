"""The cards of the billable page: money per currency, what has no rate, the table, the files."""

from __future__ import annotations

import pandas as pd
import streamlit as st

from clockify.app.cards import against, good_or_bad, hours_text, label_of
from clockify.app.loaders import View
from clockify.app.look import colors, hour_style, is_narrow
from clockify.frames import ENTRY_DTYPES
from clockify.money import largest_first
from clockify.render.csv import billable_csv, entries_csv, file_name
from clockify.render.formats import format_change, format_percent, format_tracked
from clockify.render.markdown import escape_markdown
from clockify.render.tables import billable_table, markdown_money
from clockify.reports.billing import unrated
from clockify.reports.compare import amount_changes
from clockify.reports.summary import Totals, totals_of

CARDS = 3
NAMED = 6


def draw_money(view: View, rows: pd.DataFrame) -> None:
    """Draw a card for each of the largest currencies, and one for billable hours; `rows` are `billing_rows`."""
    now = totals_of(view.cube)
    before = totals_of(view.before) if view.before is not None and view.is_whole else None
    codes = largest_first(now.amounts) if view.sees_amounts else []
    closing = rows[rows["level"] == "currency"]
    hours = dict(zip(closing["currency"], closing["seconds"], strict=True))
    with st.grid(min(len(codes), CARDS) + 1, min_column_width=160, gap="small"):
        for code in codes[:CARDS]:
            _draw_currency(view, code, int(hours.get(code, 0)), now, before)
        with st.container(key="kpi-billable", height="stretch"):
            st.metric(
                label_of(view, "Billable hours"),
                hours_text(now.billable_seconds),
                format_percent(now.billability),
                delta_arrow="off",
                delta_color="gray",
                delta_description="of tracked",
                border=True,
                height="stretch",
            )
    if len(codes) > CARDS:
        st.caption(f"Further currencies, in the table: {escape_markdown(', '.join(codes[CARDS:]))}")


def draw_unrated(view: View) -> None:
    """Name the projects whose billable time has no rate: it counts as zero."""
    rows = unrated(view.cube, view.directory)
    if rows.empty or not view.sees_amounts:
        return
    names = [
        escape_markdown(row["project"]) + (f" ({escape_markdown(row['client'])})" if row["client"] else "")
        for row in rows.head(NAMED).to_dict("records")
    ]
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    hours = format_tracked(int(rows["seconds"].sum()), hour_style(), 2)
    st.warning(
        f"**{hours} billable hours have no rate** and count as zero: {', '.join(names)}{more}. "
        "Set a rate in Clockify for the project, task or person.",
        icon=":material/warning:",
    )


def draw_table(view: View, rows: pd.DataFrame) -> None:
    """Draw billable hours by currency, client and project."""
    with st.container(border=True, gap="xsmall", key="to-invoice"):
        st.markdown("**To invoice** :gray[:small[· as tracked, no rounding · amounts exact to the cent, never added across currencies]]")
        with st.container(key="billable-table"):
            st.table(
                billable_table(rows, view.directory, colors(), style=hour_style(), narrow=is_narrow()),
                border="horizontal",
                hide_index=True,
            )


def draw_downloads(view: View, rows: pd.DataFrame) -> None:
    """Offer the table and its entries as files, made on the click."""
    with st.container(horizontal=True, vertical_alignment="center"):
        _download(view, "Billable CSV", "download-billable-csv", "Billable", lambda: billable_csv(rows))
        _download(view, "Entries CSV", "download-entries-csv", "Billable_Entries", lambda: _entries_file(view))
        st.caption("Sums of the files equal this page: amounts stand in them with all their decimals.")


def _entries_file(view: View) -> bytes:
    entries = view.entries(list(ENTRY_DTYPES))
    return entries_csv(entries[entries["billable"]], view.directory, view.mirror.zone)


def _download(view: View, label: str, key: str, report: str, make: object) -> None:
    st.download_button(
        label,
        data=make,  # type: ignore[arg-type]
        file_name=file_name(report, view.period),
        mime="text/csv",
        icon=":material/download:",
        key=key,
        on_click="ignore",
        disabled=not view.is_whole,
        help=None if view.is_whole else "A file is made when every month of the period is there.",
    )


def _draw_currency(view: View, code: str, seconds: int, now: Totals, before: Totals | None) -> None:
    change = format_change(amount_changes(now, before)[code]) if before else None
    with st.container(key=f"kpi-amount-{code}", height="stretch"):
        st.metric(
            label_of(view, f"Amount {escape_markdown(code)}"),
            markdown_money(now.amounts[code], code, 0),
            change.magnitude if change else hours_text(seconds),
            delta_arrow=change.arrow if change else "off",  # type: ignore[arg-type]
            delta_color=good_or_bad(change),  # type: ignore[arg-type]
            delta_description=f"{against(view)} · {hours_text(seconds)}" if change else None,
            border=True,
            height="stretch",
        )
