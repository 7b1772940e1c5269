"""Clockify's own column layouts, which importers and people's spreadsheets expect.

Headers and forms are those of real exports: every field quoted, durations as hh:mm:ss and
as a decimal of 2 places, dates and times as the profile writes them. Money stands in a pair
of columns per currency, since one column holds one currency. Amounts are rounded per row, as
Clockify does; our own files are the ones that add up to the cent.

"Group" is there and empty, for importers refuse a file without it (solidtime's and Kimai's
look for it by name). "Date of creation" is left out, as in exports without it: neither asks for
it, the API doesn't tell it, and an empty date is what no real export has.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Literal

import numpy as np
import pandas as pd

from clockify.directory import MISSING, Directory, Kind
from clockify.money import SECONDS_PER_HOUR, cents_of, largest_first
from clockify.periods import Period
from clockify.render.figures import Texts, cents_text, hours_text, written
from clockify.render.files.comma import Columns, csv_of, text_cell
from clockify.render.files.rows import by_category, each, local_clocks, names, pieces, tag_names
from clockify.reports.filters import in_period
from clockify.reports.grouping import Grouping
from clockify.reports.keys import ids_of
from clockify.reports.measures import AMOUNT_PREFIX, currencies_in, totals_of

DATES = {
    "MM/DD/YYYY": "%m/%d/%Y",
    "DD/MM/YYYY": "%d/%m/%Y",
    "DD.MM.YYYY": "%d.%m.%Y",
    "YYYY-MM-DD": "%Y-%m-%d",
    "DD-MM-YYYY": "%d-%m-%Y",
    "MM-DD-YYYY": "%m-%d-%Y",
    "YYYY/MM/DD": "%Y/%m/%d",
    "YYYY.MM.DD": "%Y.%m.%d",
    "MM.DD.YYYY": "%m.%d.%Y",
}
TIMES = {"HOUR12": "%I:%M:%S %p", "HOUR24": "%H:%M:%S"}
SECONDS_PER_DAY = 24 * SECONDS_PER_HOUR
EPOCH = datetime(1970, 1, 1)  # of wall clocks, in no zone
WITHOUT = {Kind.CLIENT: "(Without client)", Kind.PROJECT: "(Without project)", Kind.TASK: "(Without task)", Kind.TAG: "(Without tag)"}


@dataclass(frozen=True)
class Layout:
    """How dates and times are written, in strftime's language."""

    date: str = DATES["YYYY-MM-DD"]
    time: str = TIMES["HOUR24"]

    @classmethod
    def of_profile(cls, date_format: str, time_format: str) -> Layout:
        """Return the layout of a Clockify profile; forms that nobody knows become ISO."""
        return cls(DATES.get(date_format, cls.date), TIMES.get(time_format, cls.time))


SOLIDTIME = Layout(DATES["MM/DD/YYYY"], TIMES["HOUR12"])
ISO = Layout()


def detailed_csv(
    entries: pd.DataFrame, directory: Directory, zone: str, layout: Layout, *, emails: Mapping[str, str], money: bool = True
) -> bytes:
    """Write one row an entry, newest first as Clockify does; `emails` by user id.

    Without `money` there are no rates and amounts. No entries give the header, without money for want of a currency.
    """
    codes = largest_first(totals_of(entries).amounts) if money else []
    parts = pieces(entries, newest_first=True)
    return csv_of(_detailed_columns(rows, directory, zone, layout, emails, codes) for rows in parts)


def summary_csv_of_clockify(
    grouped: pd.DataFrame, directory: Directory, layout: Layout, *, first: Grouping, then: Grouping | None, money: bool = True
) -> bytes:
    """Write the lowest level of `grouped`; a project brings its client with it. Without `money` there are no amounts."""
    nested = then is not None and then is not first
    tops = grouped[grouped["level"] == 1]
    rows = grouped[grouped["level"] == (2 if nested else 1)]
    columns: dict[str, Iterable[str]] = {}
    levels = [(first, "first_id"), (then, "second_id")] if nested and then else [(first, "first_id")]
    labels = dict(zip(tops["first_id"], tops["label"], strict=True))
    for grouping, field in levels:
        shown = [labels[one] for one in rows[field]] if field == "first_id" else rows["label"].tolist()
        columns |= _summary_group(grouping, rows[field].tolist(), shown, directory, layout)
    columns |= _times(rows["seconds"])
    for code in currencies_in(grouped) if money else ():
        columns[f"Amount ({code})"] = written(grouped.loc[rows.index, AMOUNT_PREFIX + code], _amount)
    return _small_file(columns)


def weekly_csv(entries: pd.DataFrame, directory: Directory, week: Period, layout: Layout, *, money: bool = True) -> bytes:
    """Write person × project with a column a day, the total and, in one currency each, the amount; by name.

    Needs day, user_id, project_id, seconds, billable, amount_ticks, currency. Without `money` there are no amounts.
    """
    rows = in_period(entries, week)
    rows = rows.assign(project_id=by_category(ids_of(rows, Kind.PROJECT, directory), str), user_id=rows["user_id"].astype("str"))
    days = pd.date_range(week.start, week.last_day)
    sums = _sums(rows, "day", "seconds").reindex(columns=days, fill_value=0)
    keys = [_named(user, project, directory) for user, project in sums.index]
    sums = sums.iloc[sorted(range(len(keys)), key=keys.__getitem__)]
    columns: dict[str, Iterable[str]] = {
        "User": [directory.label(Kind.USER, user) for user, _ in sums.index],
        "Project": [directory.label(Kind.PROJECT, one) if one else WITHOUT[Kind.PROJECT] for _, one in sums.index],
        "Client": [_client(directory, one) for _, one in sums.index],
        **{day.strftime(layout.date): written(sums[day], _clock) for day in days},
        "Total": written(sums.sum(axis=1), _clock),
    }
    codes = largest_first(totals_of(rows).amounts) if money else []
    earned = _sums(rows, "currency", "amount_ticks").reindex(index=sums.index)
    for code in codes:
        columns["Amount" if len(codes) == 1 else f"Amount ({code})"] = written(earned[code], _amount)
    return _small_file(columns)


def _sums(rows: pd.DataFrame, across: str, what: str) -> pd.DataFrame:
    """Add whole numbers up by person and project, in columns by `across`."""
    return rows[what].groupby([rows["user_id"], rows["project_id"], rows[across]], observed=True).sum().unstack(fill_value=0)


def _named(user: str, project: str, directory: Directory) -> tuple[str, str, str, str]:
    """Return what a row of the week is ordered by: names, then ids, for two may have one name."""
    return directory.label(Kind.USER, user), directory.label(Kind.PROJECT, project), user, project


def _detailed_columns(
    rows: pd.DataFrame, directory: Directory, zone: str, layout: Layout, emails: Mapping[str, str], codes: Sequence[str]
) -> Columns:
    starts, ends = local_clocks(rows["start"], zone), local_clocks(rows["end"], zone)
    columns: dict[str, Sequence[str] | Texts] = {
        "Project": names(rows, Kind.PROJECT, directory, text_cell),
        "Client": names(rows, Kind.CLIENT, directory, text_cell),
        "Description": each(rows["description"], text_cell),
        "Task": names(rows, Kind.TASK, directory, text_cell),
        "User": names(rows, Kind.USER, directory, text_cell),
        "Group": [""] * len(rows),
        "Email": by_category(ids_of(rows, Kind.USER, directory), lambda one: text_cell(emails.get(one, ""))),
        "Tags": tag_names(rows, directory, text_cell),
        "Billable": np.where(rows["billable"].to_numpy(), "Yes", "No"),
        "Start Date": _in_form(starts, "D", layout.date),
        "Start Time": _in_form(starts, "s", layout.time),
        "End Date": _in_form(ends, "D", layout.date),
        "End Time": _in_form(ends, "s", layout.time),
        "Duration (h)": written(rows["seconds"], _clock),
        "Duration (decimal)": written(rows["seconds"], hours_text),
    }
    for code in codes:
        own = (rows["currency"] == code).to_numpy()
        columns[f"Billable Rate ({code})"] = _where(own, written(rows["rate"], cents_text))
        columns[f"Billable Amount ({code})"] = _where(own, written(rows["amount_ticks"], _amount))
    return columns


def _in_form(clocks: pd.Series, unit: Literal["D", "s"], form: str) -> Texts:
    """Write the day ("D") or the time of day ("s") of wall clocks."""
    seconds = clocks.to_numpy().astype("datetime64[s]").astype("int64")
    figures = seconds // SECONDS_PER_DAY * SECONDS_PER_DAY if unit == "D" else seconds % SECONDS_PER_DAY
    return written(figures, lambda one: _formatted(one, form))


@lru_cache(maxsize=SECONDS_PER_DAY)
def _formatted(seconds: int, form: str) -> str:
    return (EPOCH + timedelta(seconds=seconds)).strftime(form)


def _summary_group(
    grouping: Grouping, ids: Sequence[str], labels: Sequence[str], directory: Directory, layout: Layout
) -> dict[str, list[str]]:
    if grouping is Grouping.DAY:
        return {"Date": [pd.Timestamp(one).strftime(layout.date) for one in ids]}
    title = "User" if grouping is Grouping.PERSON else grouping.label
    kind = grouping.kind
    missing = WITHOUT.get(kind, MISSING[Kind.USER]) if kind else ""
    columns = {title: [label if one else missing for one, label in zip(ids, labels, strict=True)]}
    return columns | {"Client": [_client(directory, one) for one in ids]} if grouping is Grouping.PROJECT else columns


def _client(directory: Directory, project_id: str) -> str:
    client = directory.client_of(project_id)
    return directory.label(Kind.CLIENT, client) if client else WITHOUT[Kind.CLIENT]


def _times(seconds: pd.Series) -> dict[str, Texts]:
    return {"Time (h)": written(seconds, _clock), "Time (decimal)": written(seconds, hours_text)}


def _clock(seconds: int) -> str:
    """Write "02:06:30", as Clockify pads it."""
    return f"{seconds // 3600:02}:{seconds // 60 % 60:02}:{seconds % 60:02}"


def _amount(ticks: int) -> str:
    return cents_text(cents_of(ticks))


def _where(mine: np.ndarray, texts: Texts) -> Texts:
    result: Texts = np.where(mine, texts, "")
    return result


def _small_file(columns: Mapping[str, Iterable[str]]) -> bytes:
    """Write a file of names and figures."""
    somebodys = ("User", "Project", "Client", "Task", "Tag")
    return csv_of([{name: list(map(text_cell, cells)) if name in somebodys else list(cells) for name, cells in columns.items()}])
