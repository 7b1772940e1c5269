"""The cards of the billable page: money per currency, what has no rate, the table, the files."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from clockify.app.cards.compared import Pair, beside_of, pair_of, versus
from clockify.app.cards.customer import draw_customer_pdf
from clockify.app.cards.downloads import ALL_COLUMNS, File, draw_files, entry_files, facts_of
from clockify.app.cards.figures import good_or_bad, hours_text, label_of, noted_words
from clockify.app.cards.folding import draw_open_all, folds_of, turn
from clockify.app.shell.drill import chosen, follow_clicks, lead_to, narrowed
from clockify.app.shell.kept import drawn, made
from clockify.app.shell.look import csv_form
from clockify.desk.view import View
from clockify.money import largest_first
from clockify.render.facts import Facts
from clockify.render.files.comma import billable_csv
from clockify.render.files.xlsx import billable_xlsx
from clockify.render.formats import HourStyle, format_change, format_percent, format_tracked
from clockify.render.markdown import escape_markdown
from clockify.render.palette import palette
from clockify.render.tables.billable import IDS, billable_table
from clockify.render.tables.styling import markdown_money
from clockify.reports.beside import Before, united
from clockify.reports.billing import FoldedBilling, billing_rows, folded_billing, group_keys, unrated
from clockify.reports.compare import amount_changes
from clockify.reports.folding import Folds
from clockify.reports.grouping import Grouping
from clockify.reports.rounding import EXACT
from clockify.reports.summary import Totals, totals_of

TABLE = "billable"
CARDS = 3
NAMED = 6


@dataclass(frozen=True)
class Billing:
    """Billable hours and money: `rows` as `billing_rows` gives them; what of them shows, beside the period compared with."""

    rows: pd.DataFrame
    every: int
    shown: FoldedBilling
    table: Styler


def billing(view: View) -> Billing:
    """Return what the page is made of."""
    folds = folds_of(TABLE)
    return made(view, "billing", lambda: make_billing(view, folds), folds)


def make_billing(view: View, folds: Folds) -> Billing:
    """Add up billable hours by currency, client and project, and make their table."""
    rows, both, before = made(view, "billing rows", lambda: _billed(view))
    shown = folded_billing(both, folds)
    table = billable_table(
        shown.rows,
        view.directory,
        palette(view.look.theme),
        style=HourStyle(view.look.hours),
        narrow=view.look.narrow,
        before=_with_left_out(before, shown) if before else None,
        money=view.sees_amounts,
        states=shown.states,
    )
    return Billing(rows, len(both), shown, table)


def _billed(view: View) -> tuple[pd.DataFrame, pd.DataFrame, Before | None]:
    """Return the rows of the period; those with the groups that only the one before has; and what it had."""
    rows = billing_rows(view.cube, view.directory)
    if view.beside is None:
        return rows, rows, None
    before = beside_of(view, lambda cube: billing_rows(cube, view.directory), IDS, view.beside, view.cube)
    return rows, billing_rows(united(view.cube, view.beside), view.directory), before


def draw_money(view: View, found: Billing) -> None:
    """Draw a card for each of the largest currencies, and one for billable hours."""
    drawn(view, "money", lambda: _draw_money(view, found.rows))


def _draw_money(view: View, rows: pd.DataFrame) -> None:
    now = view.totals
    pair = pair_of(view)
    codes = largest_first(now.amounts) if view.sees_amounts else []
    closing = rows[rows["level"] == "currency"]
    hours = dict(zip(closing["currency"], closing["seconds"], strict=True))
    with st.grid(min(len(codes), CARDS) + 1, min_column_width=160, gap="small"):
        for code in codes[:CARDS]:
            _draw_currency(view, code, int(hours.get(code, 0)), now, pair)
        with st.container(key="kpi-billable", height="stretch"):
            st.metric(
                label_of(view, "Billable hours"),
                hours_text(view, now.billable_seconds),
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
    words = made(view, "unrated", lambda: unrated_words(view), view.access.may_note)
    if words:
        st.warning(words, icon=":material/warning:")
    if noted := noted_words(view):
        st.caption(noted)


def unrated_words(view: View) -> str:
    """Return what is said of billable time without a rate, in Markdown; "" if there is none or money isn't seen."""
    rows = unrated(view.cube, view.directory)
    if rows.empty or not view.sees_amounts:
        return ""
    names = [
        escape_markdown(row["project"]) + (f" ({escape_markdown(row['client'])})" if row["client"] else "")
        for row in rows.head(NAMED).to_dict("records")
    ]
    more = f" and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
    hours = format_tracked(int(rows["seconds"].sum()), HourStyle(view.look.hours), 2)
    here = ", or write one down in Settings" if view.access.may_note else ""
    return (
        f"**{hours} billable hours have no rate** and count as zero: {', '.join(names)}{more}. "
        f"Set a rate in Clockify for the project, task or person{here}."
    )


def draw_table(view: View, found: Billing) -> None:
    """Draw billable hours by currency, client and project; a click on a row leads to its entries."""
    with st.container(border=True, gap="xsmall", key="to-invoice"):
        rule = "as tracked, no rounding" if view.choice.rounding.is_exact else view.choice.rounding.label
        said = f"**To invoice** :gray[:small[· {rule} · amounts exact to the cent, never added across currencies]]"
        with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
            st.markdown(said, width="content" if not view.look.narrow else "stretch")
            draw_open_all(TABLE, found.every)
        with st.container(key="billable-table"):
            drawn(view, "to invoice", lambda: st.table(found.table, border="horizontal", hide_index=True), folds_of(TABLE))
        rows = found.shown.rows
        leads = [level in ("client", "project") for level in rows["level"]]
        # A row of those that are left out has no group of its own.
        groups = [key if level == "client" else "" for key, level in zip(group_keys(rows), rows["level"], strict=True)]
        turned = partial(turn, TABLE, groups)
        follow_clicks("billable-table", leads, partial(_pick_row, rows), folds=found.shown.states, turn=turned)


def _with_left_out(before: Before, shown: FoldedBilling) -> Before:
    """Return the period before with a figure for each row of clients that are left out."""
    for code, clients in shown.left_out.items():
        before = before.with_sum(("more", code, "", ""), [("client", code, client, "") for client in clients])
    return before


def _pick_row(rows: pd.DataFrame, place: int, _column: int | None) -> None:
    """Lead to a client's or a project's billable entries."""
    row = rows.iloc[place]
    choice = chosen()
    choice = narrowed(replace(choice, filters=replace(choice.filters, billable=True)), Grouping.CLIENT, str(row["client_id"]))
    lead_to(narrowed(choice, Grouping.PROJECT, str(row["project_id"])) if row["level"] == "project" else choice)


def draw_downloads(view: View, found: Billing) -> None:
    """Offer the table and its entries as files, made on the click."""
    money, rows, form = view.sees_amounts, found.rows, csv_form()

    def entries() -> pd.DataFrame:
        found = view.entries(ALL_COLUMNS)
        return found[found["billable"]]

    def facts() -> Facts:
        exact = view.entries(ALL_COLUMNS, rounding=EXACT)
        return facts_of(view, "Billable", totals=totals_of(entries()), exact=totals_of(exact[exact["billable"]]), billable=True)

    def excel() -> bytes:
        return billable_xlsx(rows, facts(), money=money)

    table = [
        File("Billable CSV", "billable-csv", "Billable", "csv", lambda: billable_csv(rows, money=money, form=form)),
        File("Excel", "billable-xlsx", "Billable", "xlsx", excel),
    ]
    own = {"CSV": "Entries CSV", "Excel": "Entries Excel", "JSON": "Entries JSON"}
    each = [replace(file, label=own.get(file.label, file.label)) for file in entry_files(view, entries, facts, "Billable_Entries")]
    count = int(rows.loc[rows["level"] == "all", "entries"].sum())
    letter = partial(draw_customer_pdf, view, entries, facts, "Billable", "billable-pdf", count)
    draw_files(view, [*table, *each], "CSV, Excel and JSON add up to this page. Clockify's columns round each amount.", beside=letter)


def _draw_currency(view: View, code: str, seconds: int, now: Totals, pair: Pair | None) -> None:
    change = format_change(amount_changes(pair.now, pair.before).get(code)) if pair else None
    with st.container(key=f"kpi-amount-{code}", height="stretch"):
        st.metric(
            # The hours stand beside the name: beside "vs Sep" they would be taken for September's.
            f"{label_of(view, f'Amount {escape_markdown(code)}')} :gray[for {hours_text(view, seconds)}]",
            markdown_money(now.amounts[code], code, 0),
            change.magnitude if change else versus(view, compared=False) or None,
            delta_arrow=change.arrow if change else "off",  # type: ignore[arg-type]
            delta_color=good_or_bad(change),  # type: ignore[arg-type]
            delta_description=versus(view, compared=True) if change else None,
            border=True,
            height="stretch",
        )
