"""Read a month, or some of its days, from Clockify, by the road that this key is allowed to take."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pandas as pd

from clockify.api.client import Clockify
from clockify.api.protocol import totals_of
from clockify.frames import Part, daily_cube, entries_of, listed_part, report_part, unread_in
from clockify.mirror.checking import (
    WHO_AND_WHAT,
    are_amounts_hidden,
    compare_summary,
    pairs_of,
    totals_differ,
)
from clockify.mirror.merging import merged_names, together, within
from clockify.mirror.snapshots import Difference, RowTimes, Snapshot, Theirs, Verdict
from clockify.periods import Month, Period

Json = dict[str, Any]
OnPage = Callable[[int, int | None, Json], None]

# Clockify reads the bounds of a person's list as a wall clock of some account's zone, and
# the zones of the earth lie up to 26 hours apart.
LIST_MARGIN = timedelta(hours=26)


@dataclass(frozen=True)
class Place:
    """Where a month is read from, and what its rows don't say themselves."""

    workspace_id: str
    zone: str
    currencies: Mapping[str, str]
    default_currency: str

    def part(self, rows: Sequence[Json]) -> Part:
        """Turn rows of a detailed report into columns."""
        return report_part(rows, currencies=self.currencies, default_currency=self.default_currency)

    def listed(self, rows: Sequence[Json]) -> Part:
        """Turn rows of a person's list into columns."""
        return listed_part(rows, currencies=self.currencies, default_currency=self.default_currency)

    def entries(self, parts: Sequence[Part], period: Period) -> pd.DataFrame:
        """Return the entries of parts that start on the days of a period, each once."""
        return together([within(self.every(parts), period)])

    def every(self, parts: Sequence[Part]) -> pd.DataFrame:
        """Return the entries of parts, on their local days."""
        return entries_of(parts, zone=self.zone)


@dataclass(frozen=True)
class Rows:
    """The rows of some days as they came.

    `totals` are Clockify's own as of their end; `page_size` is what a full page held, if one was full.
    """

    entries: pd.DataFrame = field(repr=False)
    names: dict[str, dict[str, Any]] = field(repr=False)
    unread: int
    totals: Json = field(repr=False)
    agrees: bool
    page_size: int | None = None

    @property
    def are_amounts_hidden(self) -> bool:
        """Does Clockify keep money from this key?"""
        return are_amounts_hidden(self.totals)


@dataclass(frozen=True)
class Listed:
    """One person's entries; how many of them are billable, and how many of those show a rate."""

    part: Part
    billable: int
    rated: int


@dataclass(frozen=True)
class Asking:
    """Who asks, where, and who is told how far it is."""

    client: Clockify
    place: Place
    on_page: OnPage | None = None

    def rows(self, period: Period, users: Collection[str] | None = None) -> Rows:
        """Read every entry of at most 31 days through the detailed report; of some people alone if they are named.

        What Clockify counted when the first page came and when the last one did must both be what is here:
        else entries were changed under our eyes, or lost.
        """
        report = self.client.detailed_report(
            workspace_id=self.place.workspace_id,
            period=period,
            time_zone=self.place.zone,
            users=users,
            take=self.place.part,
            on_page=self.on_page,
        )
        entries, unread = self.place.entries(report.parts, period), unread_in(report.parts)
        totals = report.totals_after or report.totals
        cube, hidden = daily_cube(entries), are_amounts_hidden(totals)
        agrees = not any(totals_differ(cube, one, amounts_hidden=hidden) for one in (report.totals, totals))
        full = report.parts[0].count + report.parts[0].unread if len(report.parts) > 1 else None
        return Rows(entries, merged_names(*(part.names for part in report.parts)), unread, totals, agrees and not unread, full)

    def summary(self, period: Period, groups: Sequence[str] = WHO_AND_WHAT) -> Json:
        """Ask for sums."""
        place = self.place
        return self.client.summary_report(workspace_id=place.workspace_id, period=period, time_zone=place.zone, groups=groups)

    def person(self, user_id: str, period: Period) -> Listed:
        """Read one person's entries of a period, and what lies a little around it."""
        start = datetime.combine(period.start, time(), UTC) - LIST_MARGIN
        end = datetime.combine(period.end, time(), UTC) + LIST_MARGIN
        rows = self.client.time_entries(workspace_id=self.place.workspace_id, user_id=user_id, start=start, end=end)
        billable = [row for row in rows if row.get("billable")]
        return Listed(self.place.listed(rows), len(billable), sum(bool(row.get("hourlyRate")) for row in billable))


def read_by_report(asking: Asking, month: Month, *, now: datetime) -> tuple[Snapshot, int | None]:
    """Read a month through the detailed report and compare it with the totals that came along; return a full page's size, too.

    Where they part it is read once more, and what is left is named by person and project.
    """
    rows = asking.rows(month.period)
    if not rows.agrees and not rows.unread:
        rows = asking.rows(month.period)
    return judged(asking, snapshot_of(rows, month, now), rows), rows.page_size


def snapshot_of(rows: Rows, month: Month, now: datetime) -> Snapshot:
    """Return rows of everybody as a month."""
    at = now.timestamp()
    return Snapshot(
        month=month,
        source="report",
        entries=rows.entries,
        cube=daily_cube(rows.entries),
        names=rows.names,
        amounts_hidden=rows.are_amounts_hidden,
        verdict=Verdict(rows.agrees, at),
        rows=RowTimes(at),
        unread=rows.unread,
        theirs=Theirs(rows.totals),
    )


def judged(asking: Asking, snapshot: Snapshot, rows: Rows) -> Snapshot:
    """Name where a month and Clockify part, if they do."""
    if rows.agrees:
        return snapshot
    summary = asking.summary(snapshot.month.period)
    differences = differences_of(snapshot, summary)
    verdict = Verdict(not differences and not rows.unread, snapshot.rows.oldest, differences)
    return snapshot.judged(verdict, theirs_of(snapshot.cube, summary, snapshot.rows.oldest, amounts_hidden=snapshot.amounts_hidden))


def theirs_of(cube: pd.DataFrame, summary: Json, at: float, *, amounts_hidden: bool) -> Theirs:
    """Return what a summary by person and project says of a month."""
    return Theirs(totals_of(summary), pairs_of(cube, summary, amounts_hidden=amounts_hidden), at)


def differences_of(snapshot: Snapshot, summary: Json) -> tuple[Difference, ...]:
    """Return where a month and a summary by person and project part."""
    return compare_summary(snapshot.cube, summary, amounts_hidden=snapshot.amounts_hidden)


def read_by_lists(asking: Asking, month: Month, *, people: Sequence[str], own: bool, now: datetime) -> Snapshot:
    """Read a month person by person, for a key that may not see reports.

    Nothing independent can check it, so the verdict is open. Amounts come from each entry's own rate; where no
    billable entry shows one, they count as hidden.
    """
    lists = []
    for done, user_id in enumerate(people, 1):
        lists.append(asking.person(user_id, month.period))
        if asking.on_page:
            asking.on_page(done, len(people), {})
    parts = [one.part for one in lists]
    entries, at = asking.place.entries(parts, month.period), now.timestamp()
    return Snapshot(
        month=month,
        source="own" if own else "lists",
        entries=entries,
        cube=daily_cube(entries),
        names=merged_names(*(part.names for part in parts)),
        # Rates that a key may not see are absent from every billable entry.
        amounts_hidden=any(one.billable for one in lists) and not any(one.rated for one in lists),
        verdict=Verdict(None, at),
        rows=RowTimes(at),
        unread=unread_in(parts),
    )
