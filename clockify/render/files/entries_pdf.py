"""Entries on paper for a customer: what goes with an invoice, by project and day, with what was typed as its head."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pandas as pd

from clockify.directory import Directory, Kind
from clockify.money import TICKS_PER_CENT, largest_first
from clockify.render.facts import Facts
from clockify.render.figures import in_steps
from clockify.render.files.mail import NON_BILLABLE, footer_of, plain
from clockify.render.files.pdf import Figure, PdfColumn, PdfRow, PdfTable, Report, to_pdf
from clockify.render.files.reports_pdf import NOTHING_FOUND, subtitle_of
from clockify.render.files.rows import NAMED, each, names, oldest_first
from clockify.render.formats import (
    NOT_APPLICABLE,
    HourStyle,
    format_count,
    format_day,
    format_money,
    format_percent,
    format_rate,
    format_tracked,
)

TITLE = "Time report"
# Typst holds the whole paper in memory: 10,000 entries are some 390 pages, 10 s and a gigabyte.
MOST_ENTRIES = 10_000
ADDS_UP = "Hours and amounts are rounded so that their columns add up to the totals; what rounding leaves over goes into the next row."
TEXT = "Task · description"
SHARES = {"Person": 3, TEXT: 8}
LETTERS = 20  # a currency has any name, and must not take all the room
HOUR_STEPS = {HourStyle.DECIMAL: 36, HourStyle.CLOCK: 60}  # seconds in the last place that is written
Row = Mapping[Any, Any]


@dataclass(frozen=True)
class Letter:
    """What is typed for one file: title, to whom it goes, and notes, the last two of any number of lines; "" leaves nothing behind."""

    title: str = ""
    addressee: str = ""
    notes: str = ""


def entries_pdf(
    entries: pd.DataFrame,
    directory: Directory,
    facts: Facts,
    letter: Letter,
    *,
    style: HourStyle = HourStyle.DECIMAL,
    money: bool = True,
) -> bytes:
    """Return entries as PDF: by client and project ("No project" last), oldest first, each project with its sum; the total.

    Columns: day, person, task and description, hours, and with `money` rate and amount. No entries say so.
    Raise ValueError for more than `MOST_ENTRIES`.
    """
    if len(entries) > MOST_ENTRIES:
        raise ValueError(f"{len(entries):,} entries are more than a PDF holds: {MOST_ENTRIES:,} at most")
    facts = facts if money else facts.without_money()
    groups = _groups(entries, directory, style)
    title = plain(letter.title) or TITLE
    rows = [*_table_rows(groups, style, money)]
    table = PdfTable("", _columns(rows, money), rows, ADDS_UP, flowing=True)
    return to_pdf(
        Report(
            title=title,
            subtitle=subtitle_of(facts.filters, facts),
            addressee=_lines(letter.addressee),
            remarks=_lines(letter.notes),
            footer=footer_of(facts, style),
            figures=_figures(facts, style) if groups else (),
            tables=[table] if groups else (),
            note="" if groups else NOTHING_FOUND,
        )
    )


def _groups(entries: pd.DataFrame, directory: Directory, style: HourStyle) -> list[tuple[str, list[dict[Any, Any]]]]:
    """Return the entries of each project under its name, in the order of the paper, with figures that add up to the last place."""
    rows = entries.iloc[oldest_first(entries)]
    people, clients, projects, tasks = (names(rows, kind, directory, plain) for kind in NAMED)
    listed = pd.DataFrame(
        {
            "project_id": rows["project_id"].astype("str").to_numpy(),
            "client": clients,
            "project": projects,
            "day": rows["day"].to_numpy(),
            "person": people,
            "task": tasks,
            "description": each(rows["description"], plain),
            **{name: rows[name].to_numpy() for name in ("billable", "seconds", "rate", "amount_ticks")},
            "currency": rows["currency"].astype("str").to_numpy(),
        }
    )
    found: dict[str, list[dict[Any, Any]]] = {}
    for row in listed.to_dict("records"):
        found.setdefault(row["project_id"], []).append(row)
    order = sorted(found, key=lambda one: (not one, *(found[one][0][name].casefold() for name in ("client", "project")), one))
    _fit([row for one in order for row in found[one]], style)
    return [(_heading(found[one][0], directory), found[one]) for one in order]


def _fit(rows: Sequence[dict[Any, Any]], style: HourStyle) -> None:
    """Replace seconds and ticks by what is written of them, down the page, each currency by itself."""
    for row, seconds in zip(rows, in_steps([row["seconds"] for row in rows], HOUR_STEPS[style]), strict=True):
        row["seconds"] = seconds
    for code in {row["currency"] for row in rows}:
        own = [row for row in rows if row["currency"] == code]
        for row, ticks in zip(own, in_steps([row["amount_ticks"] for row in own], TICKS_PER_CENT), strict=True):
            row["amount_ticks"] = ticks


def _heading(row: Row, directory: Directory) -> str:
    if not row["project_id"]:
        return plain(directory.label(Kind.PROJECT, ""))
    return f"{row['project']} · {row['client']}" if row["client"] else str(row["project"])


def _columns(rows: Sequence[PdfRow], money: bool) -> list[PdfColumn]:
    titles = ["Day", "Person", TEXT, "Hours", *(["Rate", "Amount"] if money else [])]
    figures = [row.cells for row in rows if not row.heading]
    columns = []
    for place, title in enumerate(titles):
        widest = max([len(title), *(len(line) for cells in figures for line in cells[place].splitlines())])
        share = SHARES.get(title, 0)
        columns.append(PdfColumn(title, right=place > 2, share=share, letters=0 if share else min(widest, LETTERS)))
    return columns


def _table_rows(groups: Sequence[tuple[str, Sequence[Row]]], style: HourStyle, money: bool) -> Iterator[PdfRow]:
    years = {row["day"].year for _, rows in groups for row in rows}
    for name, rows in groups:
        yield PdfRow([name], heading=True)
        for place, row in enumerate(rows, start=1):
            earned = _earned(row) if money else []
            day = format_day(row["day"].date(), with_year=len(years) > 1)
            last = place == len(rows)  # stays with the sum under it
            cells = [day, row["person"], _said(row), format_tracked(row["seconds"], style), *earned]
            yield PdfRow(cells, keep=last, ends=last)
        if len(groups) > 1:
            yield _sum_row("Subtotal", rows, style, money)
    yield _sum_row("Total", [row for _, rows in groups for row in rows], style, money)


def _said(row: Row) -> str:
    """Return the words of an entry: "Design · Menu · non-billable"."""
    return " · ".join(part for part in (row["task"], row["description"], "" if row["billable"] else NON_BILLABLE) if part)


def _earned(row: Row) -> list[str]:
    code = row["currency"]
    if not (row["rate"] or row["amount_ticks"]):
        return ["", NOT_APPLICABLE]
    return [plain(format_rate(row["rate"], code)) if row["rate"] else "", plain(format_money(row["amount_ticks"], code))]


def _sum_row(label: str, rows: Sequence[Row], style: HourStyle, money: bool) -> PdfRow:
    """Add up what is written; each currency stands on a line of its own."""
    sums: Counter[str] = Counter()
    for row in rows:
        if row["billable"] or row["amount_ticks"]:
            sums[row["currency"]] += row["amount_ticks"]
    earned = ["", "\n".join(plain(format_money(sums[code], code)) for code in largest_first(sums)) or NOT_APPLICABLE]
    hours = format_tracked(sum(row["seconds"] for row in rows), style)
    return PdfRow([label, "", "", hours, *(earned if money else [])], bold=True, total=label == "Total")


def _figures(facts: Facts, style: HourStyle) -> list[Figure]:
    totals, unit = facts.totals, "" if style is HourStyle.CLOCK else " h"
    return [
        Figure("Hours", format_tracked(totals.seconds, style) + unit, format_count(totals.entries, "entry", "entries")),
        Figure("Billable", format_tracked(totals.billable_seconds, style) + unit, f"{format_percent(totals.billability)} of all"),
        *(Figure(f"Amount {plain(code)}", plain(format_money(totals.amounts[code], code))) for code in largest_first(totals.amounts)),
    ]


def _lines(text: str) -> str:
    """Return typed text line by line, without what no file can hold."""
    return "\n".join(map(plain, text.splitlines())).strip()
