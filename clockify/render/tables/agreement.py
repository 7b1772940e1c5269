"""Sums of ours beside Clockify's, as a table of texts: to the second and the cent, and a word for what differs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd

from clockify.money import largest_first
from clockify.render.formats import NOT_APPLICABLE, format_duration, format_money
from clockify.reports.agreement import Beside

SAME, DIFFERS = "same", "differs"


def agreement_table(labels: Mapping[str, Sequence[str]], rows: Sequence[Beside]) -> pd.DataFrame:
    """Return a row for each of `rows`: the `labels` (by column), the word, hours and amounts of both sides and what is between them.

    Columns of money are there if any row has some on both sides. All is plain text; no rows give the columns alone.
    """
    columns: dict[str, list[str]] = {name: list(texts) for name, texts in labels.items()}
    columns["Result"] = [SAME if row.agrees else DIFFERS for row in rows]
    columns["Hours here"] = [_hours(row.ours.seconds) for row in rows]
    columns["Hours in Clockify"] = [_hours(row.theirs.seconds) for row in rows]
    columns["Hours apart"] = [_signed(row.seconds_apart, _hours(abs(row.seconds_apart))) for row in rows]
    if any(row.ours.ticks and row.theirs.ticks is not None for row in rows):
        columns["Amount here"] = [_money(row.ours.ticks) for row in rows]
        columns["Amount in Clockify"] = [_money(row.theirs.ticks) for row in rows]
        columns["Amount apart"] = [_apart(row) for row in rows]
    return pd.DataFrame(columns, dtype="str")


def _hours(seconds: int) -> str:
    return format_duration(seconds, with_seconds=True)


def _money(ticks: Mapping[str, int] | None) -> str:
    if ticks is None:
        return NOT_APPLICABLE
    named = [code for code in largest_first(ticks) if ticks[code]]
    return " + ".join(format_money(ticks[code], code) for code in named) or "0.00"


def _apart(row: Beside) -> str:
    if row.ours.ticks is None or row.theirs.ticks is None:
        return NOT_APPLICABLE
    return ", ".join(_signed(ticks, format_money(abs(ticks), code)) for code, ticks in row.ticks_apart.items()) or "0"


def _signed(value: int, text: str) -> str:
    """Say on which side more is."""
    return f"{text} {'more' if value > 0 else 'less'} here" if value else "0"
