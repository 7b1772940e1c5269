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

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

import pandas as pd

from clockify.money import ticks_of

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
CUBE_KEYS = ["day", "user_id", "project_id", "task_id", "billable", "rate", "currency"]
CUBE_SUMS = ["seconds", "amount_ticks", "entries"]
CUBE_DTYPES: dict[str, str] = {name: ENTRY_DTYPES[name] for name in CUBE_KEYS} | dict.fromkeys(CUBE_SUMS, "int64")


def report_entries_frame(rows: Sequence[Json], *, zone: str, currencies: Mapping[str, str], default_currency: str) -> pd.DataFrame:
    """Turn `timeentries` rows of detailed reports into an entries frame.

    A row without a currency gets that of its project from `currencies`, else the default.
    Rows of running timers (no end) are left out. No rows give the empty frame, typed.
    """
    done = [row for row in rows if (row.get("timeInterval") or {}).get("end")]
    return _entries(
        {
            **_common(done, "_id"),
            "seconds": [int(row["timeInterval"]["duration"]) for row in done],
            "rate": [round(row.get("rate") or 0) for row in done],
            "amount_ticks": [ticks_of(row.get("amount")) for row in done],
            "currency": [row.get("currency") or currencies.get(row.get("projectId") or "", default_currency) for row in done],
        },
        zone,
    )


def listed_entries_frame(rows: Sequence[Json], *, zone: str, currencies: Mapping[str, str], default_currency: str) -> pd.DataFrame:
    """Turn rows of per-user `time-entries` lists into an entries frame.

    The amount is worked out from each entry's own rate, and only where it is billable.
    Rows of running timers are left out. No rows give the empty frame, typed.
    """
    done = [row for row in rows if (row.get("timeInterval") or {}).get("end")]
    rates = [(row.get("hourlyRate") or {}) for row in done]
    seconds = [_span(row["timeInterval"]) for row in done]
    billed = [int(rate.get("amount") or 0) if row.get("billable") else 0 for row, rate in zip(done, rates, strict=True)]
    own = [rate.get("currency") for rate in rates]
    return _entries(
        {
            **_common(done, "id"),
            "seconds": seconds,
            "rate": billed,
            "amount_ticks": [cents * span for cents, span in zip(billed, seconds, strict=True)],
            "currency": [code or currencies.get(row.get("projectId") or "", default_currency) for row, code in zip(done, own, strict=True)],
        },
        zone,
    )


def running_entries_frame(
    rows: Sequence[Json], *, now: datetime, zone: str, currencies: Mapping[str, str], default_currency: str
) -> pd.DataFrame:
    """Turn running timers into an entries frame that ends now: for a list of entries, never for a sum.

    No timers give the empty frame, typed.
    """
    moment = now.isoformat()
    ended = [row | {"timeInterval": row["timeInterval"] | {"end": moment}} for row in rows if row["timeInterval"]["start"] < moment]
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
    # Categories of nothing in particular would come back from Parquet as plain objects.
    no_names = pd.CategoricalDtype(pd.Index([], dtype="str"))
    return pd.DataFrame({name: pd.Series([], dtype=no_names if kind == "category" else kind) for name, kind in dtypes.items()})


def _common(rows: Sequence[Json], id_field: str) -> dict[str, list[Any]]:
    """Return the columns that reports and lists spell alike."""
    return {
        "id": [row[id_field] for row in rows],
        "start": [row["timeInterval"]["start"] for row in rows],
        "end": [row["timeInterval"]["end"] for row in rows],
        "user_id": [row.get("userId") or "" for row in rows],
        "project_id": [row.get("projectId") or "" for row in rows],
        "task_id": [row.get("taskId") or "" for row in rows],
        "tag_ids": [",".join(row.get("tagIds") or ()) for row in rows],
        "description": [row.get("description") or "" for row in rows],
        "billable": [bool(row.get("billable")) for row in rows],
        "type": [row.get("type") or "REGULAR" for row in rows],
        "locked": [bool(row.get("isLocked")) for row in rows],
    }


def _entries(columns: dict[str, list[Any]], zone: str) -> pd.DataFrame:
    """Give the columns their dtypes, the local day, and the order."""
    if not columns["id"]:
        return empty_entries()
    frame = pd.DataFrame({name: columns[name] for name in ENTRY_DTYPES if name != "day"})
    for name in ("start", "end"):
        frame[name] = pd.to_datetime(frame[name], utc=True, format="ISO8601")
    frame["day"] = frame["start"].dt.tz_convert(zone).dt.tz_localize(None).dt.normalize()
    frame = frame.astype(ENTRY_DTYPES)
    return frame[list(ENTRY_DTYPES)].sort_values(["start", "id"], ignore_index=True)


def _span(interval: Json) -> int:
    return int((pd.Timestamp(interval["end"]) - pd.Timestamp(interval["start"])).total_seconds())
