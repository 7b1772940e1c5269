"""Entries as JSON for scripts: a small header, then one record an entry."""

from __future__ import annotations

import io
import json
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from clockify.directory import Directory
from clockify.render.facts import Facts
from clockify.render.figures import AddingUp, Texts, cents_text, exact_amount, written
from clockify.render.files.rows import NAMED, by_category, dates, each, local_times, names, of_few, pieces, tag_list
from clockify.reports.keys import as_categorical
from clockify.reports.measures import Totals

FIELDS = dict(zip(("person", "client", "project", "task"), NAMED, strict=True))
# Made once: `json.dumps` would make one for each of a million texts.
_write = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode


def entries_json(entries: pd.DataFrame, directory: Directory, facts: Facts, *, money: bool = True) -> bytes:
    """Write `{"header": {…}, "entries": […]}`, oldest first.

    Times are ISO 8601 with the zone's offset, durations whole seconds, money decimal text
    with 2 to 8 places in `currency`, which adds up to the header's; what is missing is null, ids
    are Clockify's. Without `money` there is nothing of it. No entries give an empty list.
    """
    target = io.BytesIO()
    target.write(b'{"header":' + _encoded(_write(_header(facts, money))) + b',"entries":[')
    amounts, before = AddingUp() if money else None, "\n"
    for rows in pieces(entries):
        lines = _lines(_columns(rows, directory, facts.zone, amounts))
        if lines:
            target.write(_encoded(before + ",\n".join(lines)))
            before = ",\n"
    target.write(b"\n]}\n")
    return target.getvalue()


def _encoded(text: str) -> bytes:
    """A lone surrogate in a name can't be encoded; it must not cost the whole file."""
    return text.encode("utf-8", "replace")


def _header(facts: Facts, money: bool) -> dict[str, Any]:
    return {
        "report": facts.report,
        "workspace": facts.workspace,
        "from": facts.period.start.isoformat(),
        "to": facts.period.last_day.isoformat(),
        "time_zone": facts.zone,
        "filters": facts.filters,
        "rounding": facts.rounding.key,
        "made_at": facts.made_at.isoformat(timespec="seconds"),
        "totals": _totals(facts.totals, money),
        "exact_totals": _totals(facts.exact, money),
    }


def _totals(totals: Totals, money: bool) -> dict[str, Any]:
    times = {"seconds": totals.seconds, "billable_seconds": totals.billable_seconds, "entries": totals.entries}
    return times | ({"amounts": {code: exact_amount(ticks) for code, ticks in totals.amounts.items()}} if money else {})


def _columns(rows: pd.DataFrame, directory: Directory, zone: str, amounts: AddingUp | None) -> dict[str, Sequence[str] | Texts]:
    """Return the values of each field, as they stand in JSON."""
    columns: dict[str, Sequence[str] | Texts] = {
        "id": each(rows["id"], _write),
        "date": _quoted(dates(rows["day"])),
        "start": _quoted(local_times(rows["start"], zone)),
        "end": _quoted(local_times(rows["end"], zone)),
        "seconds": written(rows["seconds"], str),
        **{field: names(rows, kind, directory, _or_null) for field, kind in FIELDS.items()},
        "description": each(rows["description"], _write),
        "tags": by_category(as_categorical(rows["tag_ids"]), lambda ids: _write(tag_list(ids, directory))),
        "billable": np.where(rows["billable"].to_numpy(), "true", "false"),
        "type": of_few(rows["type"], _write),
    }
    if amounts is None:
        return columns
    columns["rate"] = written(rows["rate"], lambda cents: f'"{cents_text(cents)}"' if cents else "null")
    columns["amount"] = _quoted(amounts.write(rows["amount_ticks"], rows["currency"]))
    return columns | {"currency": of_few(rows["currency"], _write)}


def _lines(columns: Mapping[str, Sequence[str] | Texts]) -> list[str]:
    """Return a record of each row."""
    record = "{" + ",".join(f'"{field}":%s' for field in columns) + "}"
    return [record % values for values in zip(*columns.values(), strict=True)]


def _quoted(texts: Texts) -> Texts:
    """Put figures of ours, which have nothing to escape, between quotes."""
    quoted: Texts = '"' + texts + '"'
    return quoted


def _or_null(text: str) -> str:
    return _write(text or None)
