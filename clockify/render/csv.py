"""Tables to take away, as CSV after RFC 4180.

UTF-8, comma, every field quoted, lines end with CRLF as the RFC has it (spreadsheets and
importers of every system read that). No byte order mark: importers match headers by
name, and it would become part of the first. A spreadsheet takes a cell that begins with
= + - @ as a formula, so text from Clockify gets an apostrophe before it; our own numbers don't.

Amounts have 8 places, and a column of them adds up to its exact total: what rounding leaves
over goes into the next row. Rounded one by one they could miss a cent that stands on the edge.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from zoneinfo import ZoneInfo

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.directory import Directory, Kind
from clockify.money import hours_of
from clockify.periods import Period
from clockify.render.formats import TICKS_PER_UNIT
from clockify.reports.grouping import Grouping
from clockify.reports.keys import as_categorical, ids_of
from clockify.reports.measures import AMOUNT_PREFIX, Totals, currencies_in

FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
PLACES = 8
_SCALE = 10**PLACES


def to_csv(frame: pd.DataFrame, numbers: Collection[str] = ()) -> bytes:
    """Write a frame; text is neutralised except in `numbers`, the columns whose text is a figure of ours."""
    columns = [_cells(frame[name], neutral=name in numbers) for name in frame]
    text = io.StringIO(newline="")
    writer = csv.writer(text, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    writer.writerow([neutralised(str(name)) for name in frame])
    writer.writerows(zip(*columns, strict=True))
    # A lone surrogate in a name can't be encoded; it must not cost the whole file.
    return text.getvalue().encode("utf-8", "replace")


def summary_csv(grouped: pd.DataFrame, totals: Totals, directory: Directory, *, first: Grouping, then: Grouping | None = None) -> bytes:
    """Write `grouped` as flat rows, each with the names of its groups, so that a column adds up; last row "Total".

    A project brings its client with it. Days are ISO dates. Tags overlap, so their rows may exceed the total.
    """
    nested = then is not None and then is not first
    rows = grouped[grouped["level"] == (2 if nested else 1)]
    groups = _group_columns(grouped, rows, directory, first, then if nested else None)
    figures = _figures(rows["seconds"], rows["billable_seconds"], rows["share"], rows["entries"])
    codes = currencies_in(grouped)
    amounts = {f"Amount ({code})": _adding_up(rows[AMOUNT_PREFIX + code]) for code in codes}
    table = pd.concat([_text_frame(groups | figures | amounts), _total_row(list(groups), totals, codes)], ignore_index=True)
    return to_csv(table, numbers=[*figures, *amounts])


def billable_csv(rows: pd.DataFrame) -> bytes:
    """Write the projects of `billing_rows`, each currency closed by its "Total"; money columns of their own for each."""
    clients = rows[rows["level"] == "client"]
    client_of = dict(zip(clients["client_id"], clients["label"], strict=True))
    shown = rows[rows["level"].isin(["project", "currency"])]
    is_total = shown["level"] == "currency"
    names: dict[str, Iterable[str]] = {
        "Client": ["Total" if total else client_of[one] for total, one in zip(is_total, shown["client_id"], strict=True)],
        "Project": shown["label"].mask(is_total, ""),
        "Currency": shown["currency"],
    }
    figures: dict[str, Iterable[str]] = {**_times(shown["seconds"]), "Entries": shown["entries"].astype("str")}
    for code in shown["currency"].unique():
        own = shown["currency"] == code
        rates = zip(own, shown["rate"], strict=True)
        figures[f"Rate ({code})"] = [cents_text(int(rate)) if mine and not pd.isna(rate) else "" for mine, rate in rates]
        amounts = pd.Series("", index=shown.index, dtype=object)
        for part in (own & ~is_total, own & is_total):
            amounts[part] = _adding_up(shown.loc[part, "amount_ticks"])
        figures[f"Amount ({code})"] = amounts
    return to_csv(_text_frame(names | figures), numbers=list(figures))


def entries_csv(entries: pd.DataFrame, directory: Directory, zone: str) -> bytes:
    """Write one row an entry, oldest first; times are ISO 8601 in the report zone, what is missing is empty."""
    rows = entries.sort_values(["start", "id"], kind="stable")
    names: dict[str, Iterable[str]] = {
        "Date": np.datetime_as_string(rows["day"].to_numpy().astype("datetime64[D]")),
        "Start": local_times(rows["start"], zone),
        "End": local_times(rows["end"], zone),
        "Person": _names(rows, Kind.USER, directory),
        "Client": _names(rows, Kind.CLIENT, directory),
        "Project": _names(rows, Kind.PROJECT, directory),
        "Task": _names(rows, Kind.TASK, directory),
        "Description": rows["description"],
        "Tags": _by_category(as_categorical(rows["tag_ids"]), lambda ids: _tag_names(ids, directory)),
        "Billable": np.where(rows["billable"].to_numpy(), "Yes", "No"),
        "Type": rows["type"],
    }
    amounts = pd.Series("", index=rows.index, dtype=object)
    for code in rows["currency"].unique():
        own = rows["currency"] == code
        amounts[own] = _adding_up(rows.loc[own, "amount_ticks"])
    figures: dict[str, Iterable[str]] = {
        **_times(rows["seconds"]),
        "Rate": _written(rows["rate"], lambda cents: cents_text(cents) if cents else ""),
        "Amount": amounts,
    }
    table = _text_frame(names | figures | {"Currency": rows["currency"]})
    return to_csv(table, numbers=["Date", "Start", "End", *figures])


def file_name(report: str, period: Period, extension: str = "csv") -> str:
    """Name a file as Clockify does: Clockify_Time_Report_Summary_01_11_2026-30_11_2026.csv."""
    return f"Clockify_Time_Report_{report}_{period.start:%d_%m_%Y}-{period.last_day:%d_%m_%Y}.{extension}"


def exact_amount(ticks: int) -> str:
    """Write ticks as a decimal with 2 to 8 places, no more than it needs: "12.50", "0.00027778"."""
    rounded = (abs(ticks) * _SCALE * 2 + TICKS_PER_UNIT) // (TICKS_PER_UNIT * 2)
    return _decimal(-rounded if ticks < 0 else rounded)


def _adding_up(ticks: pd.Series) -> NDArray[np.object_]:
    """Write ticks as amounts whose sum is the sum of the ticks, written: each differs from its own by the last place at most."""
    sums = ticks.to_numpy(dtype="int64").cumsum()
    units, rest = np.divmod(np.abs(sums), TICKS_PER_UNIT)
    rounded = np.sign(sums) * (units * _SCALE + (rest * _SCALE * 2 + TICKS_PER_UNIT) // (TICKS_PER_UNIT * 2))
    return _written(pd.Series(np.diff(rounded, prepend=0)), _decimal)


def _decimal(places: int) -> str:
    """Write a whole number of the last place: "12.50"."""
    whole, part = divmod(abs(places), _SCALE)
    text = f"{whole}.{f'{part:0{PLACES}}'.rstrip('0').ljust(2, '0')}"
    return f"-{text}" if places < 0 else text


def cents_text(cents: int) -> str:
    """Write whole cents: "98.00"."""
    return f"{'-' if cents < 0 else ''}{abs(cents) // 100}.{abs(cents) % 100:02}"


def duration_text(seconds: int) -> str:
    """Write seconds as "27:06:30"."""
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def neutralised(text: str) -> str:
    """Return text that a spreadsheet doesn't take for a formula."""
    return "'" + text if text.startswith(FORMULA_STARTS) else text


def local_times(moments: pd.Series, zone: str) -> NDArray[np.object_]:
    """Write aware moments in a zone: "2026-11-03T09:00:00+01:00"."""
    utc = moments.dt.tz_convert("UTC").dt.tz_localize(None)
    local = moments.dt.tz_convert(ZoneInfo(zone)).dt.tz_localize(None)
    clocks = np.datetime_as_string(local.to_numpy().astype("datetime64[s]")).astype(object)
    texts: NDArray[np.object_] = clocks + _written((local - utc).dt.total_seconds().astype("int64"), _offset)
    return texts


def _offset(seconds: int) -> str:
    minutes = abs(seconds) // 60
    return f"{'-' if seconds < 0 else '+'}{minutes // 60:02}:{minutes % 60:02}"


def _group_columns(
    grouped: pd.DataFrame, rows: pd.DataFrame, directory: Directory, first: Grouping, then: Grouping | None
) -> dict[str, Iterable[str]]:
    """Return a column of names for each group."""
    tops = grouped[grouped["level"] == 1]
    label_of = dict(zip(tops["first_id"], tops["first_id"] if first is Grouping.DAY else tops["label"], strict=True))
    groups: dict[str, Iterable[str]] = {first.label: [label_of[one] for one in rows["first_id"]]}
    if then is not None:
        groups[then.label] = rows["second_id"] if then is Grouping.DAY else rows["label"]
    if Grouping.PROJECT in (first, then) and Grouping.CLIENT not in (first, then):
        ids = rows["first_id"] if first is Grouping.PROJECT else rows["second_id"]
        groups["Client"] = [directory.label(Kind.CLIENT, directory.client_of(one)) for one in ids]
    return groups


def _total_row(groups: Sequence[str], totals: Totals, codes: Sequence[str]) -> pd.DataFrame:
    """Return the last row, from the exact totals."""
    names = {name: ["" if place else "Total"] for place, name in enumerate(groups)}
    share = 1.0 if totals.seconds else 0.0
    figures = _figures(*(pd.Series([figure]) for figure in (totals.seconds, totals.billable_seconds, share, totals.entries)))
    amounts = {f"Amount ({code})": [exact_amount(totals.amounts.get(code, 0))] for code in codes}
    return _text_frame(names | figures | amounts)


def _figures(seconds: pd.Series, billable: pd.Series, share: pd.Series, entries: pd.Series) -> dict[str, Iterable[str]]:
    return {
        **_times(seconds),
        "Share": [f"{percent:.2f}%" for percent in share * 100],
        "Billable seconds": billable.astype("str"),
        "Billable hours": _written(billable, lambda one: str(hours_of(one))),
        "Entries": entries.astype("str"),
    }


def _times(seconds: pd.Series) -> dict[str, Iterable[str]]:
    return {
        "Seconds": seconds.astype("str"),
        "Duration": _written(seconds, duration_text),
        "Hours": _written(seconds, lambda one: str(hours_of(one))),
    }


def _written(values: pd.Series, write: Callable[[int], str]) -> NDArray[np.object_]:
    """Write whole numbers, each different one once."""
    codes, different = pd.factorize(values.to_numpy())
    texts: NDArray[np.object_] = np.array([write(int(value)) for value in different], dtype=object)
    return texts.take(codes)


def _names(rows: pd.DataFrame, kind: Kind, directory: Directory) -> NDArray[np.object_]:
    return _by_category(ids_of(rows, kind, directory), lambda one: directory.label(kind, one) if one else "")


def _tag_names(ids: str, directory: Directory) -> str:
    return ", ".join(directory.label(Kind.TAG, one) for one in ids.split(",") if one)


def _by_category(ids: pd.Categorical, write: Callable[[str], str]) -> NDArray[np.object_]:
    texts: NDArray[np.object_] = np.array([write(str(one)) for one in ids.categories], dtype=object)
    return texts.take(ids.codes)


def _text_frame(columns: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """Put columns of text side by side by position."""
    return pd.DataFrame({name: np.asarray(list(values), dtype=object) for name, values in columns.items()}, dtype="str")


def _cells(column: pd.Series, neutral: bool) -> list[str]:
    """Return the cells of a column as text; a missing one is empty."""
    missing = column.isna()
    texts = column.astype("str").mask(missing, "").tolist()
    is_text = not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column))
    return texts if neutral or not is_text else [neutralised(text) for text in texts]
