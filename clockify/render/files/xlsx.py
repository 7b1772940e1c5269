"""Excel files that add up: real durations, numbers and dates, and a sheet of totals.

Without `money`, for somebody who may not see it, a file has no column and no total of it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import pandas as pd

from clockify.directory import Directory
from clockify.money import SECONDS_PER_HOUR
from clockify.render.facts import Facts
from clockify.render.files.rows import NAMED, each, local_clocks, names, of_few, pieces, tag_names
from clockify.render.files.workbook import MONEY, SECONDS_PER_DAY, Column, Form, Row, days_of, file_of, text_cell
from clockify.render.formats import TICKS_PER_UNIT
from clockify.reports.grouping import Grouping
from clockify.reports.measures import AMOUNT_PREFIX, currencies_in

YES, NO = text_cell("Yes"), text_cell("No")
ENTRY_COLUMNS = (
    Column("Date", Form.DAY, 11),
    Column("Start", Form.CLOCK, 19),
    Column("End", Form.CLOCK, 19),
    Column("Person", Form.TEXT, 20),
    Column("Client", Form.TEXT, 20),
    Column("Project", Form.TEXT, 24),
    Column("Task", Form.TEXT, 18),
    Column("Description", Form.TEXT, 44),
    Column("Tags", Form.TEXT, 16),
    Column("Billable", Form.TEXT, 8),
    Column("Type", Form.TEXT, 10),
    Column("Duration", Form.DURATION, 11),
    Column("Hours", Form.HOURS, 9),
)
MONEY_COLUMNS = (Column("Rate", MONEY, 10), Column("Amount", MONEY, 12), Column("Currency", Form.TEXT, 9))


def entries_xlsx(entries: pd.DataFrame, directory: Directory, facts: Facts, *, money: bool = True) -> bytes:
    """Write one row an entry, oldest first, in sheets of at most a million rows, and the totals."""
    columns = ENTRY_COLUMNS + MONEY_COLUMNS if money else ENTRY_COLUMNS
    return _file(facts, "Entries", columns, _entry_rows(entries, directory, facts.zone, money), len(entries), money)


def summary_xlsx(grouped: pd.DataFrame, facts: Facts, *, first: Grouping, then: Grouping | None, money: bool = True) -> bytes:
    """Write the lowest level of `grouped`, so that a column adds up, and the totals."""
    nested = then is not None and then is not first
    codes = currencies_in(grouped) if money else []
    count = int((grouped["level"] == (2 if nested else 1)).sum())
    columns = [
        *(Column(one.label, Form.TEXT, 26) for one in ([first, then] if nested and then else [first])),
        Column("Duration", Form.DURATION),
        Column("Hours", Form.HOURS),
        Column("Billable", Form.DURATION),
        Column("Share", Form.SHARE),
        Column("Entries", Form.COUNT),
        *(Column(f"Amount ({code})", MONEY, 14) for code in codes),
    ]
    return _file(facts, "Summary", columns, _summary_rows(grouped, codes, nested), count, money)


def billable_xlsx(rows: pd.DataFrame, facts: Facts, *, money: bool = True) -> bytes:
    """Write the projects of `billing_rows`, and the totals."""
    columns = [
        Column("Client", Form.TEXT, 26),
        Column("Project", Form.TEXT, 26),
        Column("Duration", Form.DURATION),
        Column("Hours", Form.HOURS),
        Column("Entries", Form.COUNT),
        *((Column("Currency", Form.TEXT, 9), Column("Rate", MONEY), Column("Amount", MONEY, 14)) if money else ()),
    ]
    return _file(facts, "Billable", columns, _billable_rows(rows, money), int((rows["level"] == "project").sum()), money)


def weekly_grid_xlsx(grid: pd.DataFrame, facts: Facts, *, title: str = "Name", money: bool = True) -> bytes:
    """Write `week_grid`: label, a column of durations for each day (ISO dates), total; and the totals."""
    figures = grid.drop(columns=["id", "label"])
    columns = [Column(title, Form.TEXT, 26), *(Column(str(name).capitalize(), Form.DURATION) for name in figures)]
    shown = [each(grid["label"], text_cell), *((figures[name] / SECONDS_PER_DAY).tolist() for name in figures)]
    return _file(facts, "Week", columns, zip(*shown, strict=True), len(grid), money)


def _file(facts: Facts, name: str, columns: Sequence[Column], rows: Iterator[Row], count: int, money: bool) -> bytes:
    return file_of(facts if money else facts.without_money(), name, columns, rows, count)


def _entry_rows(entries: pd.DataFrame, directory: Directory, zone: str, money: bool) -> Iterator[Row]:
    for rows in pieces(entries):
        seconds = rows["seconds"].to_numpy()
        columns = [
            days_of(rows["day"]),
            days_of(local_clocks(rows["start"], zone)),
            days_of(local_clocks(rows["end"], zone)),
            *(names(rows, kind, directory, text_cell) for kind in NAMED),
            each(rows["description"], text_cell),
            tag_names(rows, directory, text_cell),
            [YES if flag else NO for flag in rows["billable"]],
            of_few(rows["type"], text_cell),
            (seconds / SECONDS_PER_DAY).tolist(),
            (seconds / SECONDS_PER_HOUR).tolist(),
        ]
        if money:
            rates, amounts = rows["rate"].to_numpy() / 100, rows["amount_ticks"].to_numpy() / TICKS_PER_UNIT
            columns += [rates.tolist(), amounts.tolist(), of_few(rows["currency"], text_cell)]
        yield from zip(*columns, strict=True)


def _summary_rows(grouped: pd.DataFrame, codes: Sequence[str], nested: bool) -> Iterator[Row]:
    tops = grouped[grouped["level"] == 1]
    label_of = dict(zip(tops["first_id"], tops["label"], strict=True))
    for row in grouped[grouped["level"] == (2 if nested else 1)].to_dict("records"):
        labels = [label_of[row["first_id"]], row["label"]] if nested else [row["label"]]
        times = [row["seconds"] / SECONDS_PER_DAY, row["seconds"] / SECONDS_PER_HOUR, row["billable_seconds"] / SECONDS_PER_DAY]
        amounts = (row[AMOUNT_PREFIX + code] / TICKS_PER_UNIT for code in codes)
        yield [*map(text_cell, labels), *times, row["share"], row["entries"], *amounts]


def _billable_rows(rows: pd.DataFrame, money: bool) -> Iterator[Row]:
    clients = rows[rows["level"] == "client"]
    client_of = dict(zip(clients["client_id"], clients["label"], strict=True))
    for row in rows[rows["level"] == "project"].to_dict("records"):
        labels = [text_cell(client_of[row["client_id"]]), text_cell(row["label"])]
        times = [row["seconds"] / SECONDS_PER_DAY, row["seconds"] / SECONDS_PER_HOUR, row["entries"]]
        rate = None if pd.isna(row["rate"]) else int(row["rate"]) / 100
        earned = [text_cell(row["currency"]), rate, row["amount_ticks"] / TICKS_PER_UNIT]
        yield [*labels, *times, *(earned if money else ())]
