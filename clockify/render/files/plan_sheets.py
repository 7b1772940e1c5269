"""Plans to take away as tables: every plan as it runs with what is foreseen, and every cycle up to it.

Time stands in seconds and in hours, money in its currency. What isn't known stays empty; "Complete" says whether all
that makes up used and left is known. CSVs are written as all of ours (see `comma`), Excel as all of ours (see `workbook`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import date
from fractions import Fraction
from typing import Any

import numpy as np
import pandas as pd

from clockify.directory import Directory, Kind
from clockify.money import SECONDS_PER_HOUR
from clockify.periods import ONE_DAY
from clockify.plans import Cycle
from clockify.render.facts import Facts
from clockify.render.figures import exact_amount, hours_text
from clockify.render.files.comma import csv_of, text_cells
from clockify.render.files.workbook import FIRST_DAY, MONEY, SECONDS_PER_DAY, Column, Form, Row, file_of, text_cell
from clockify.render.formats import TICKS_PER_UNIT, format_percent
from clockify.reports.budgets import Budget, Foreseen
from clockify.sheets import CsvForm

PLANNED, CARRIED_IN, USED, LEFT = "Planned", "Carried in", "Used", "Left"
FIGURES: dict[str, Callable[[Budget], int]] = {
    PLANNED: lambda one: (one.burn.planned or 0) - one.carried,
    CARRIED_IN: lambda one: one.carried,
    USED: lambda one: one.burn.used,
    LEFT: lambda one: one.burn.left or 0,
}
CYCLE_FIGURES = {PLANNED: "planned", CARRIED_IN: "carried_in", USED: "used", LEFT: "left", "Carried out": "carried_out"}
NO_FORECAST = Foreseen()


def plans_csv(
    rows: Sequence[Budget],
    foreseen: Mapping[str, Foreseen],
    directory: Directory,
    *,
    money: bool = True,
    form: CsvForm = CsvForm.COMMA,
) -> bytes:
    """Write every plan, a row each in their order; without `money` no budget and no column of money. Nothing gives the header."""
    shown = [one for one in rows if money or not one.burn.money]
    columns = _names([one.project_id for one in shown], directory)
    for title, word in _words(foreseen).items():
        columns[title] = text_cells(map(word, shown))
    figures: dict[str, list[str]] = {"Burn": [_percent(one.burn.ratio) for one in shown]}
    for title, figure in FIGURES.items():
        values = [(figure(one), one.burn.currency) for one in shown]
        figures |= _figures(title, values, money)
    columns |= {title: list(form.figures(texts)) for title, texts in figures.items()}
    if money:
        columns["Currency"] = text_cells(one.burn.currency for one in shown)
        columns["Amounts left out"] = text_cells(one.others for one in shown)
    return csv_of([columns], form)


def cycles_csv(cycles: pd.DataFrame, directory: Directory, today: date, *, money: bool = True, form: CsvForm = CsvForm.COMMA) -> bytes:
    """Write every cycle (`CYCLE_DTYPES`), project by project, the oldest first; "Running" is the one that has today in it."""
    rows = [row for row in cycles.to_dict("records") if money or not row["currency"]]
    columns = _names([str(row["project_id"]) for row in rows], directory)
    columns["First day"] = [_day(row["start"].date()) for row in rows]
    columns["Last day"] = [_day(None if pd.isna(row["end"]) else row["end"].date() - ONE_DAY) for row in rows]
    columns["Running"] = ["Yes" if row["running"] and row["start"].date() <= today else "No" for row in rows]
    figures: dict[str, list[str]] = {}
    for title, name in CYCLE_FIGURES.items():
        figures |= _figures(title, [(int(row[name]), str(row["currency"])) for row in rows], money)
    columns |= {title: list(form.figures(texts)) for title, texts in figures.items()}
    if money:
        columns["Currency"] = text_cells(str(row["currency"]) for row in rows)
        columns["Amounts left out"] = text_cells(str(row["others"]) for row in rows)
    return csv_of([columns], form)


def plans_xlsx(
    rows: Sequence[Budget], foreseen: Mapping[str, Foreseen], directory: Directory, facts: Facts, *, money: bool = True
) -> bytes:
    """Write every plan with real durations, amounts and days, and the totals of the time they are made of."""
    shown = [one for one in rows if money or not one.burn.money]
    days = ("First day", "Last day", "Earliest", "Middle", "Latest")
    columns = [
        Column("Project ID", Form.TEXT, 26),
        Column("Project", Form.TEXT, 30),
        Column("Client", Form.TEXT, 22),
        *(Column(title, Form.DAY if title in days else Form.TEXT, 14) for title in _words(foreseen)),
        Column("Burn", Form.SHARE),
        *(column for title in FIGURES for column in _sheet_columns(title, money)),
        *((Column("Currency", Form.TEXT), Column("Amounts left out", Form.TEXT, 16)) if money else ()),
    ]
    cells = _sheet_rows(shown, foreseen, directory, frozenset(days), money)
    return file_of(facts if money else facts.without_money(), "Projects", columns, cells, len(shown))


def _words(foreseen: Mapping[str, Foreseen]) -> dict[str, Callable[[Budget], str]]:
    """Return what is said of a plan, by the column's title, in their order."""
    ahead: Callable[[Budget], Foreseen] = lambda one: foreseen.get(one.project_id, NO_FORECAST)  # noqa: E731

    def when(name: str) -> Callable[[Budget], str]:
        # Of a plan that begins anew the next cycle comes first.
        return lambda one: _day(getattr(ahead(one).found, name, None) if one.end is None else None)

    return {
        "Plan": lambda one: "Budget" if one.burn.money else "Estimate of billable time" if one.billable_only else "Estimate",
        "Source": lambda one: one.source.value.capitalize(),
        "Cycle": lambda one: one.plan.cycle.value.capitalize(),
        "First day": lambda one: _day(one.start if one.plan.cycle is not Cycle.WHOLE else None),
        "Last day": lambda one: _day(one.end - ONE_DAY if one.end else None),
        "State": lambda one: one.burn.state.value.capitalize(),
        "Complete": lambda one: "Yes" if one.is_whole else "No",
        "Earliest": when("earliest"),
        "Middle": when("middle"),
        "Latest": when("latest"),
        "End of cycle": lambda one: str(getattr(ahead(one).outlook, "chance", "")).capitalize() if one.end else "",
    }


def _names(projects: Sequence[str], directory: Directory) -> dict[str, Sequence[str]]:
    return {
        "Project ID": text_cells(projects),
        "Project": text_cells(directory.label(Kind.PROJECT, one) for one in projects),
        "Client": text_cells(_client(one, directory) for one in projects),
    }


def _client(project: str, directory: Directory) -> str:
    client = directory.client_of(project)
    return directory.label(Kind.CLIENT, client) if client else ""


def _figures(title: str, values: Sequence[tuple[int, str]], money: bool) -> dict[str, list[str]]:
    """Return the columns of a figure, seconds or ticks of a currency: time in the first two, money in the last."""
    found = {
        f"{title} seconds": ["" if code else str(figure) for figure, code in values],
        f"{title} hours": ["" if code else hours_text(figure) for figure, code in values],
    }
    return found | ({f"{title} amount": [exact_amount(figure) if code else "" for figure, code in values]} if money else {})


def _sheet_columns(title: str, money: bool) -> list[Column]:
    columns = [Column(title, Form.DURATION), Column(f"{title} hours", Form.HOURS, 14)]
    return [*columns, *([Column(f"{title} amount", MONEY, 16)] if money else [])]


def _sheet_rows(
    rows: Sequence[Budget], foreseen: Mapping[str, Foreseen], directory: Directory, days: frozenset[str], money: bool
) -> Iterator[Row]:
    words = _words(foreseen)
    for one in rows:
        names = (one.project_id, directory.label(Kind.PROJECT, one.project_id), _client(one.project_id, directory))
        said = [_excel_day(word(one)) if title in days else text_cell(word(one)) for title, word in words.items()]
        burn = None if one.burn.ratio is None else float(one.burn.ratio)
        figures: list[Any] = []
        for figure in FIGURES.values():
            time, amount = (None, figure(one)) if one.burn.money else (figure(one), None)
            figures += [None if time is None else time / SECONDS_PER_DAY, None if time is None else time / SECONDS_PER_HOUR]
            figures += [None if amount is None else amount / TICKS_PER_UNIT] if money else []
        last = [text_cell(one.burn.currency), text_cell(one.others)] if money else []
        yield [*map(text_cell, names), *said, burn, *figures, *last]


def _day(day: date | None) -> str:
    return day.isoformat() if day else ""


def _excel_day(text: str) -> float | None:
    return float((np.datetime64(text, "D") - FIRST_DAY) / np.timedelta64(1, "D")) if text else None


def _percent(ratio: Fraction | None) -> str:
    return "" if ratio is None else format_percent(ratio, 2).replace(",", "")
