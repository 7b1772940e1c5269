"""Clockify's JSON as typed frames: the one place that names columns and dtypes.

Entries, one row each, oldest first (`ENTRY_DTYPES`):

    id            str
    day           datetime64[us]       the local day on which the entry starts: it belongs there wholly
    start, end    datetime64[us, UTC]
    seconds       int64
    user_id, project_id, task_id       category; "" where there is none
    tag_ids       category; ids joined with ",", "" where there are none
    description   str
    billable, locked                   bool
    rate          int64                cents an hour; 0 where there is none
    amount_ticks  int64                1/3600 cents (see money.py)
    currency      category
    type          category             Clockify's own word: REGULAR, BREAK …

The daily cube adds entries up (`CUBE_KEYS` → `CUBE_SUMS`): one row for each day, person,
project, task, billable, rate and currency that has time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc

from clockify.columns import INSTANT, listed_columns, report_columns
from clockify.directory import merged_names, row_names
from clockify.rows import Unread, is_before, listed, reported

Json = dict[str, Any]

ENTRY_DTYPES: dict[str, str] = {
    "id": "str",
    "day": "datetime64[us]",
    "start": "datetime64[us, UTC]",
    "end": "datetime64[us, UTC]",
    "seconds": "int64",
    "user_id": "category",
    "project_id": "category",
    "task_id": "category",
    "tag_ids": "category",
    "description": "str",
    "billable": "bool",
    "rate": "int64",
    "amount_ticks": "int64",
    "currency": "category",
    "type": "category",
    "locked": "bool",
}
# What a page's rows become: the day waits for a zone.
_ARROW = {"str": pa.string(), "bool": pa.bool_(), "int64": pa.int64(), "category": pa.dictionary(pa.int32(), pa.string())}
PART_COLUMNS = pa.schema([(name, _ARROW.get(kind, INSTANT)) for name, kind in ENTRY_DTYPES.items() if name != "day"])
CUBE_KEYS = ["day", "user_id", "project_id", "task_id", "billable", "rate", "currency"]
# What somebody who may not see money is not handed: every column of rates, amounts and costs stands here.
MONEY = ("rate", "amount_ticks")
CUBE_SUMS = ["seconds", "amount_ticks", "entries"]
CUBE_DTYPES: dict[str, str] = {name: ENTRY_DTYPES[name] for name in CUBE_KEYS} | dict.fromkeys(CUBE_SUMS, "int64")


@dataclass(frozen=True)
class Part:
    """The rows of one page as columns, with no JSON left in it.

    `count` rows are understood; running timers and rows that can't be understood are
    counted beside them. `names` is as `directory.row_names` gives it.
    """

    count: int
    unread: int
    running: int
    names: dict[str, dict[str, Any]]
    columns: pa.RecordBatch


def report_part(rows: Sequence[Json], *, currencies: Mapping[str, str], default_currency: str) -> Part:
    """Turn `timeentries` rows of a detailed report into columns.

    A row without a currency gets that of its project from `currencies`, else the default.
    """
    return _part(rows, report_columns, reported, currencies, default_currency)


def listed_part(rows: Sequence[Json], *, currencies: Mapping[str, str], default_currency: str) -> Part:
    """Turn rows of a person's `time-entries` list into columns; so, too, replies to a write and bodies of webhooks.

    The amount is worked out from each entry's own rate, and only where it is billable.
    """
    return _part(rows, listed_columns, listed, currencies, default_currency)


def entries_of(parts: Sequence[Part], *, zone: str) -> pd.DataFrame:
    """Put parts together as an entries frame; no rows give the empty frame, typed."""
    filled = [part.columns for part in parts if part.count]
    if not filled:
        return empty_entries()
    table = pa.Table.from_batches(filled).unify_dictionaries().combine_chunks()
    frame: pd.DataFrame = table.take(pc.sort_indices(table, [("start", "ascending"), ("id", "ascending")])).to_pandas()
    for name in frame.columns[frame.dtypes == "category"]:
        frame[name] = frame[name].cat.reorder_categories(frame[name].cat.categories.sort_values())
    frame["day"] = _local_day(frame["start"], zone)
    return frame[list(ENTRY_DTYPES)].astype({name: kind for name, kind in ENTRY_DTYPES.items() if kind != "category"})


def unread_in(parts: Iterable[Part]) -> int:
    """Count the rows that could not be understood."""
    return sum(part.unread for part in parts)


def names_in(parts: Iterable[Part]) -> dict[str, dict[str, Any]]:
    """Merge the names of parts, as `directory.row_names` of all their rows would give them."""
    return merged_names(part.names for part in parts)


def rezoned(entries: pd.DataFrame, zone: str) -> pd.DataFrame:
    """Return the same entries in the same order, each on the day that another zone's calendar shows at its start."""
    return entries.assign(day=_local_day(entries["start"], zone))


def report_entries_frame(rows: Sequence[Json], *, zone: str, currencies: Mapping[str, str], default_currency: str) -> pd.DataFrame:
    """Turn rows of detailed reports into an entries frame, as `report_part` reads them."""
    return entries_of([report_part(rows, currencies=currencies, default_currency=default_currency)], zone=zone)


def listed_entries_frame(rows: Sequence[Json], *, zone: str, currencies: Mapping[str, str], default_currency: str) -> pd.DataFrame:
    """Turn rows of per-user `time-entries` lists into an entries frame, as `listed_part` reads them."""
    return entries_of([listed_part(rows, currencies=currencies, default_currency=default_currency)], zone=zone)


def running_entries_frame(
    rows: Sequence[Json], *, now: datetime, zone: str, currencies: Mapping[str, str], default_currency: str
) -> pd.DataFrame:
    """Turn running timers into an entries frame that ends now: for a list of entries, never for a sum.

    No timers give the empty frame, typed.
    """
    moment = now.isoformat()
    ended = [row | {"timeInterval": row["timeInterval"] | {"end": moment}} for row in rows if is_before(row, now)]
    return listed_entries_frame(ended, zone=zone, currencies=currencies, default_currency=default_currency)


def empty_entries() -> pd.DataFrame:
    """Return an entries frame without rows."""
    return _empty(ENTRY_DTYPES)


def empty_cube() -> pd.DataFrame:
    """Return a cube without rows."""
    return _empty(CUBE_DTYPES)


def daily_cube(entries: pd.DataFrame) -> pd.DataFrame:
    """Add entries up to `CUBE_DTYPES`, ordered by its keys; no entries give the empty cube."""
    if entries.empty:
        return empty_cube()
    grouped = entries.groupby(CUBE_KEYS, observed=True, sort=True)
    sums = grouped[["seconds", "amount_ticks"]].sum()
    sums["entries"] = grouped.size()
    return sums.reset_index().astype({"entries": "int64"})


def concat_frames(frames: Iterable[pd.DataFrame], empty: pd.DataFrame) -> pd.DataFrame:
    """Put frames of one layout under each other and keep categories as categories.

    `pd.concat` alone falls back to text where two months know different people.
    """
    filled = [frame for frame in frames if not frame.empty]
    if len(filled) < 2:
        return filled[0] if filled else empty
    shared = {}
    for name, dtype in filled[0].dtypes.items():
        if isinstance(dtype, pd.CategoricalDtype):
            seen = dict.fromkeys(value for frame in filled for value in frame[name].cat.categories)
            shared[name] = pd.CategoricalDtype(pd.Index(list(seen), dtype="str"))
    return pd.concat([frame.astype(shared) for frame in filled], ignore_index=True)


def _empty(dtypes: Mapping[str, str]) -> pd.DataFrame:
    return _made_empty(tuple(dtypes.items())).copy(deep=False)


@cache
def _made_empty(dtypes: tuple[tuple[str, str], ...]) -> pd.DataFrame:
    # Categories of nothing in particular would come back from Parquet as plain objects.
    no_names = pd.CategoricalDtype(pd.Index([], dtype="str"))
    return pd.DataFrame({name: pd.Series([], dtype=no_names if kind == "category" else kind) for name, kind in dtypes})


def _part(
    rows: Sequence[Json],
    usual: Callable[[Sequence[Json]], dict[str, pa.Array] | None],
    read: Callable[[Json], Json | None],
    currencies: Mapping[str, str],
    default_currency: str,
) -> Part:
    """Read a page as a whole where its rows are as usual, else row by row."""
    columns, unread, running = usual(rows), 0, 0
    if columns is None:
        columns, unread, running = _row_by_row(rows, read)
    projects = columns["project_id"].dictionary_encode()
    assumed = pa.array([currencies.get(project, default_currency) for project in projects.dictionary.to_pylist()], pa.string())
    columns["currency"] = pc.if_else(pc.equal(columns["currency"], ""), assumed.take(projects.indices), columns["currency"])
    batch = pa.RecordBatch.from_arrays([columns[field.name].cast(field.type) for field in PART_COLUMNS], schema=PART_COLUMNS)
    return Part(batch.num_rows, unread, running, row_names(rows), batch)


def _row_by_row(rows: Sequence[Json], read: Callable[[Json], Json | None]) -> tuple[dict[str, pa.Array], int, int]:
    """Return the columns of the rows that can be understood, and how many can't, and how many run."""
    done: list[Json] = []
    unread = running = 0
    for row in rows:
        try:
            values = read(row)
        except Unread:
            unread += 1
            continue
        if values is None:
            running += 1
        else:
            done.append(values)
    plain = {field.name: field.type if not pa.types.is_dictionary(field.type) else pa.string() for field in PART_COLUMNS}
    return {name: pa.array([values[name] for values in done], kind) for name, kind in plain.items()}, unread, running


def _local_day(start: pd.Series[pd.Timestamp], zone: str) -> pd.Series[pd.Timestamp]:
    return start.dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
