"""People to take away as tables: each person's figures, who worked on what, and which days lack time.

CSVs are written as all of ours (see `comma`), Excel as all of ours (see `workbook`). Without `money` there are no amounts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any

import numpy as np
import pandas as pd

from clockify.directory import Directory, Kind
from clockify.money import SECONDS_PER_HOUR
from clockify.render.facts import Facts
from clockify.render.figures import Texts, adding_up, cents_text, exact_amount, hours_text, written
from clockify.render.files.comma import Columns, csv_of, text_cells
from clockify.render.files.rows import by_category, dates
from clockify.render.files.workbook import MONEY, SECONDS_PER_DAY, Column, Form, Row, file_of, text_cell
from clockify.render.formats import TICKS_PER_UNIT, format_percent
from clockify.reports.keys import as_categorical
from clockify.reports.matrix import ROW_DTYPES
from clockify.reports.measures import AMOUNT_PREFIX, currencies_in
from clockify.reports.team import RATE_PREFIX
from clockify.sheets import CsvForm

TOTAL = "Total"
# What `reports.team` has in seconds, in the order of the files; "tracked" is what is held against capacity.
TIMES = {
    "Capacity": "capacity_seconds",
    "Days off": "off_seconds",
    "Tracked": "ended_seconds",
    "All tracked": "seconds",
    "Billable": "billable_seconds",
    "Missing": "missing_seconds",
    "Overtime": "overtime_seconds",
}
RATIOS = {"Utilization": "utilization", "Billability": "billability"}
TARGETS = {"Utilization target": "target_utilization", "Billability target": "target_billability"}


def team_csv(rows: pd.DataFrame, total: pd.DataFrame, *, money: bool = True, form: CsvForm = CsvForm.COMMA) -> bytes:
    """Write `reports.team` and its total: a row for each person, last row "Total"; each time in seconds and in hours.

    Capacity, days off, tracked, utilization, missing and overtime are of the days that have ended, "All tracked" and
    billable of all. Ratios are "87.50%", targets "85%", empty where there is none; "Per hour" is the effective rate.
    """
    ids, labels = text_cells(rows["user_id"]), text_cells(rows["label"])
    both = pd.concat([rows, total], ignore_index=True)
    columns: dict[str, Sequence[str]] = {"Person ID": [*ids, ""], "Person": [*labels, TOTAL]}
    figures: dict[str, Iterable[str]] = {}
    for title, name in TIMES.items():
        figures |= {f"{title} seconds": written(both[name], str), f"{title} hours": written(both[name], hours_text)}
    figures |= {title: [_percent(one, 2) for one in both[name].tolist()] for title, name in RATIOS.items()}
    figures |= {title: ["" if pd.isna(one) else f"{one}%" for one in both[name].tolist()] for title, name in TARGETS.items()}
    for code in currencies_in(rows) if money else ():
        own = AMOUNT_PREFIX + code
        figures[f"Amount ({code})"] = [*adding_up(rows[own]), exact_amount(int(total[own].iloc[0]))]
        figures[f"Per hour ({code})"] = ["" if pd.isna(one) else cents_text(one) for one in both[RATE_PREFIX + code].tolist()]
    columns |= {title: form.figures(texts) for title, texts in figures.items()}
    columns["Usual capacity"] = ["Yes" if one else "No" for one in both["is_usual"].tolist()]
    columns["Status"] = [str(one) for one in both["status"].tolist()]
    return csv_of([columns], form)


def matrix_csv(rows: pd.DataFrame, form: CsvForm = CsvForm.COMMA) -> bytes:
    """Write `matrix_rows`: person_id, person, project_id, project, seconds; nothing gives the header."""
    columns = {name: written(rows[name], str) if kind == "int64" else text_cells(rows[name]) for name, kind in ROW_DTYPES.items()}
    return csv_of([columns], form)


def missing_csv(missing: pd.DataFrame, directory: Directory, form: CsvForm = CsvForm.COMMA) -> bytes:
    """Write `missing_days`: a row for each day that lacks time, by person's name and day; nothing gives the header."""
    rows = _by_name(missing, directory)
    users = as_categorical(rows["user_id"])
    times = {"Tracked": "seconds", "Capacity": "capacity_seconds", "Missing": "missing_seconds"}
    columns: dict[str, Sequence[str] | Texts] = {
        "Person ID": text_cells(users),
        "Person": by_category(users, lambda one: text_cells([directory.label(Kind.USER, one)])[0]),
        "Day": dates(rows["day"]),
    }
    for title, name in times.items():
        columns[f"{title} seconds"] = written(rows[name], str)
        columns[f"{title} hours"] = form.figures(written(rows[name], hours_text))
    whole: Columns = columns
    return csv_of([whole], form)


def team_xlsx(rows: pd.DataFrame, facts: Facts, *, money: bool = True) -> bytes:
    """Write the people of `reports.team`, real durations and shares, and the totals."""
    codes = currencies_in(rows) if money else []
    columns = [
        Column("Person ID", Form.TEXT, 26),
        Column("Person", Form.TEXT, 26),
        *(Column(title, Form.DURATION) for title in TIMES),
        Column("Capacity hours", Form.HOURS, 14),
        Column("Tracked hours", Form.HOURS, 14),
        *(Column(title, Form.SHARE, 18) for title in (*RATIOS, *TARGETS)),
        *(column for code in codes for column in (Column(f"Amount ({code})", MONEY, 14), Column(f"Per hour ({code})", MONEY, 14))),
        Column("Usual capacity", Form.TEXT, 14),
        Column("Status", Form.TEXT, 14),
    ]
    return file_of(facts if money else facts.without_money(), "People", columns, _sheet_rows(rows, codes), len(rows))


def _sheet_rows(rows: pd.DataFrame, codes: Sequence[str]) -> Iterator[Row]:
    parts: list[Sequence[Any]] = [[text_cell(one) for one in rows[name]] for name in ("user_id", "label")]
    parts += [(rows[name] / SECONDS_PER_DAY).tolist() for name in TIMES.values()]
    parts += [(rows[name] / SECONDS_PER_HOUR).tolist() for name in ("capacity_seconds", "ended_seconds")]
    parts += [_known(rows[name]) for name in RATIOS.values()]
    parts += [[None if one is None else one / 100 for one in _known(rows[name])] for name in TARGETS.values()]
    for code in codes:
        parts.append((rows[AMOUNT_PREFIX + code] / TICKS_PER_UNIT).tolist())
        parts.append([None if one is None else one / 100 for one in _known(rows[RATE_PREFIX + code])])
    parts.append([text_cell("Yes" if one else "No") for one in rows["is_usual"]])
    parts.append([text_cell(str(one)) for one in rows["status"]])
    return zip(*parts, strict=True)


def _by_name(missing: pd.DataFrame, directory: Directory) -> pd.DataFrame:
    """Put days in the order of people's names, then of days."""
    users = as_categorical(missing["user_id"])
    ids = [str(one) for one in users.categories]
    ranked = sorted(range(len(ids)), key=lambda place: (directory.label(Kind.USER, ids[place]).casefold(), ids[place]))
    rank = np.empty(len(ids), dtype=np.intp)
    rank[ranked] = np.arange(len(ids))
    return missing.iloc[np.lexsort((missing["day"].to_numpy(), rank.take(users.codes)))] if len(missing) else missing


def _known(column: pd.Series) -> list[Any]:
    """Return a column's numbers, None where there is none: an empty cell."""
    return [None if pd.isna(one) else one for one in column.tolist()]


def _percent(ratio: Any, places: int) -> str:
    """Write a ratio without a thousands' comma, "" where there is none."""
    return "" if pd.isna(ratio) else format_percent(float(ratio), places).replace(",", "")
