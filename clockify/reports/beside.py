"""Two periods beside each other: every group of either, with what it had before."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

import pandas as pd

from clockify.frames import concat_frames
from clockify.periods import Period
from clockify.reports.measures import AMOUNT_PREFIX, Totals

Key = tuple[str, ...]


@dataclass(frozen=True)
class Before:
    """Seconds and amounts (ticks by currency) of the period before, by level and ids of a row; `totals` of all of it.

    `now`: the same of the days of a running period that have ended, for what is compared; None where it is over.
    """

    period: Period
    seconds: Mapping[Key, int]
    amounts: Mapping[Key, Mapping[str, int]]
    totals: Totals
    now: Before | None = None

    def seconds_of(self, keys: Sequence[Key]) -> list[int]:
        """Return the seconds of rows, 0 for those it doesn't have."""
        return [self.seconds.get(key, 0) for key in keys]

    def with_total(self, key: Key) -> Before:
        """Return it with a row of everything."""
        now = self.now and self.now.with_total(key)
        amounts = {**self.amounts, key: self.totals.amounts}
        return replace(self, seconds={**self.seconds, key: self.totals.seconds}, amounts=amounts, now=now)

    def with_sum(self, key: Key, parts: Sequence[Key]) -> Before:
        """Return it with a row that adds up others."""
        codes = sorted({code for part in parts for code in self.amounts.get(part, {})})
        amounts = {code: sum(self.amounts.get(part, {}).get(code, 0) for part in parts) for code in codes}
        now = self.now and self.now.with_sum(key, parts)
        return replace(self, seconds={**self.seconds, key: sum(self.seconds_of(parts))}, amounts={**self.amounts, key: amounts}, now=now)


def moved(frame: pd.DataFrame, before: Period, now: Period) -> pd.DataFrame:
    """Return entries or a cube of the period before on the days of now: its first day on now's first."""
    return frame.assign(day=frame["day"] + timedelta(days=(now.start - before.start).days))


def united(now: pd.DataFrame, before: pd.DataFrame) -> pd.DataFrame:
    """Return now's rows and those of before with nothing in them: a row for every group of either, and now's figures alone."""
    counted = now if "entries" in now else now.assign(entries=1)
    silent = before.assign(seconds=0, amount_ticks=0, entries=0)
    return concat_frames([counted, silent[list(counted)]], counted)


def before_of(rows: pd.DataFrame, ids: Sequence[str], totals: Totals, period: Period) -> Before:
    """Take the figures of a report's rows on the period before, by their level and then `ids`, the columns that tell rows apart.

    The level has to be in it: a group and its part that belongs to nothing ("No task") have the same ids.
    `rows` are those of `grouped` (amounts in columns by currency) or `billing_rows` (one currency a row).
    """
    seconds: dict[Key, int] = {}
    amounts: dict[Key, dict[str, int]] = {}
    names = tuple(dict.fromkeys(("level", *ids)))
    for row in rows.to_dict("records"):
        key = tuple(str(row[name]) for name in names)
        seconds[key] = int(row["seconds"])
        amounts[key] = {str(name).removeprefix(AMOUNT_PREFIX): int(row[name]) for name in row if str(name).startswith(AMOUNT_PREFIX)}
        if "amount_ticks" in row and not pd.isna(row["amount_ticks"]):
            amounts[key] = {str(row["currency"]): int(row["amount_ticks"])}
    return Before(period, seconds, amounts, totals)
