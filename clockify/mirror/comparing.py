"""Check a large month by its sums: find the days that differ, and read those alone."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import date

from clockify.api.client import ENTRY_PAGE_SIZE
from clockify.api.protocol import totals_of
from clockify.errors import RateLimited
from clockify.frames import daily_cube
from clockify.mirror.checking import DAILY, Keys, are_amounts_hidden, days_apart, totals_differ
from clockify.mirror.merging import counts_by_day, days_of, merged_names, newest_days, ranges_of, with_days
from clockify.mirror.reading import Json, Rows
from clockify.mirror.roads import Roads
from clockify.mirror.snapshots import Snapshot, Theirs, Verdict
from clockify.mirror.thrift import pages_of
from clockify.periods import Period

# Days that differ are read, and compared with what Clockify sums up by then, so often; then the whole month is read.
ROUNDS = 2

Summaries = Mapping[Keys, Json]


def checked_by_sums(roads: Roads, snapshot: Snapshot) -> Snapshot | None:
    """Return a month with the days read anew that differ from Clockify's sums; None where no day tells what does.

    The rows of other days are as old as they were: sums see neither a time of day nor two changes that
    make up for each other. Where requests run out, the days that wait are in the verdict.
    """
    for _ in range(ROUNDS):
        # All of them or none: what is left may pay for some days, and part of the sums tells nothing.
        roads.budget.need(len(DAILY))
        began = roads.clock().timestamp()
        summaries = {groups: roads.asking.summary(snapshot.month.period, groups) for groups in DAILY}
        hidden = are_amounts_hidden(totals_of(summaries[DAILY[0]]))
        if hidden != snapshot.amounts_hidden:
            return None
        # Of days that are doubted no sum tells whether their rows are right.
        days = days_apart(snapshot.entries, summaries, amounts_hidden=hidden) | _doubted(snapshot)
        if days:
            snapshot = _with_days(roads, snapshot, days, began)
        if snapshot.verdict.days and days:
            return snapshot
        if _agrees(snapshot, summaries):
            return snapshot.judged(Verdict(True, began), Theirs(totals_of(summaries[DAILY[0]])))
        if not days:
            # A count or what is billable has changed, and no day's sum with it.
            return None
    return None


def with_newest_days(roads: Roads, snapshot: Snapshot, pages: int) -> Snapshot | None:
    """Return a month with as many of its newest days read anew as so many pages hold; None if that is none."""
    most = pages * (roads.page_size or ENTRY_PAGE_SIZE)
    period = newest_days(snapshot.month, counts_by_day(snapshot.entries), most)
    if period is None:
        return None
    began = roads.clock().timestamp()
    fresh = patched(snapshot, period, roads.asking.rows(period), began)
    return fresh.judged(replace(fresh.verdict, agrees=None, is_pending=True))


def patched(snapshot: Snapshot, period: Period, rows: Rows, at: float) -> Snapshot:
    """Put the rows of some days into their month."""
    entries = with_days(snapshot.entries, [period], rows.entries)
    return replace(
        snapshot,
        entries=entries,
        cube=daily_cube(entries),
        names=merged_names(snapshot.names, rows.names),
        rows=snapshot.rows.with_days(days_of([period]), at),
        unread=snapshot.unread + rows.unread,
    )


def _doubted(snapshot: Snapshot) -> set[date]:
    return {date.fromisoformat(day) for day in snapshot.verdict.doubted}


def _with_days(roads: Roads, snapshot: Snapshot, days: Collection[date], at: float) -> Snapshot:
    """Read days, the newest first; those that find no request left are noted."""
    size = roads.page_size or ENTRY_PAGE_SIZE
    counts = counts_by_day(snapshot.entries)
    periods = ranges_of(days, counts, size)
    snapshot = snapshot.judged(Verdict(False, at))
    for done, period in enumerate(periods):
        try:
            roads.budget.need(pages_of(sum(counts.get(day, 0) for day in days_of([period])), size))
            rows = roads.asking.rows(period)
        except RateLimited:
            left = sorted(set(days) & set(days_of(periods[done:])))
            return snapshot.judged(Verdict(False, at, days=tuple(day.isoformat() for day in left)))
        snapshot = patched(snapshot, period, rows, at)
    return snapshot


def _agrees(snapshot: Snapshot, summaries: Summaries) -> bool:
    hidden, totals = snapshot.amounts_hidden, totals_of(summaries[DAILY[0]])
    if totals_differ(snapshot.cube, totals, amounts_hidden=hidden):
        return False
    return not days_apart(snapshot.entries, summaries, amounts_hidden=hidden)
