"""Read one month from Clockify, by the road that this key is allowed to take."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pandas as pd

from clockify.api.client import Clockify
from clockify.directory import row_names
from clockify.frames import daily_cube, listed_entries_frame, report_entries_frame
from clockify.mirror.checking import are_amounts_hidden, compare_summary, summary_totals, totals_differ
from clockify.mirror.snapshots import Difference, Snapshot, Verdict
from clockify.periods import Month

Json = dict[str, Any]
OnPage = Callable[[int, int | None, Json], None]

CHECK_GROUPS = ("USER", "PROJECT")
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


def read_by_report(client: Clockify, place: Place, month: Month, *, now: datetime, on_page: OnPage | None = None) -> Snapshot:
    """Read a month through the detailed report and compare it with the totals that came along.

    Where they part, entries changed under our eyes or were lost: it is read once more, and
    what is left is named by person and project.
    """
    snapshot, agrees = _read_once(client, place, month, now, on_page)
    if not agrees:
        snapshot, agrees = _read_once(client, place, month, now, on_page)
    if agrees:
        return snapshot
    differences = _differences(client, place, snapshot)
    return _judged(snapshot, not differences, now, differences)


def read_by_lists(
    client: Clockify, place: Place, month: Month, *, people: Sequence[str], own: bool, now: datetime, on_page: OnPage | None = None
) -> Snapshot:
    """Read a month person by person, for a key that may not see reports.

    More than a day is asked for on each side and cut by timestamp. Nothing independent can
    check it, so the verdict is open. Amounts come from each entry's own rate; where no
    billable entry shows one, they count as hidden.
    """
    start = datetime.combine(month.period.start, time(), UTC) - LIST_MARGIN
    end = datetime.combine(month.period.end, time(), UTC) + LIST_MARGIN
    rows: list[Json] = []
    for done, user_id in enumerate(people, 1):
        rows += client.time_entries(workspace_id=place.workspace_id, user_id=user_id, start=start, end=end)
        if on_page:
            on_page(done, len(people), {})
    frame = listed_entries_frame(rows, zone=place.zone, currencies=place.currencies, default_currency=place.default_currency)
    entries = _within(frame, month)
    billable = [row for row in rows if row.get("billable")]
    hidden = bool(billable) and not any(row.get("hourlyRate") for row in billable)
    source = "own" if own else "lists"
    return Snapshot(month, source, entries, daily_cube(entries), {}, hidden, Verdict(None, now.timestamp()))


def still_agrees(client: Clockify, place: Place, month: Month, cube: pd.DataFrame, *, amounts_hidden: bool) -> bool:
    """Ask Clockify for its sums and tell whether a stored cube is what would be read now.

    It is not if money was hidden from the key and no longer is, or the other way round.
    """
    summary = _summary(client, place, month)
    hidden = are_amounts_hidden(summary_totals(summary))
    return hidden == amounts_hidden and not compare_summary(cube, summary, amounts_hidden=hidden)


def _differences(client: Clockify, place: Place, snapshot: Snapshot) -> tuple[Difference, ...]:
    return compare_summary(snapshot.cube, _summary(client, place, snapshot.month), amounts_hidden=snapshot.amounts_hidden)


def _summary(client: Clockify, place: Place, month: Month) -> Json:
    """Ask for the sums by person and project."""
    return client.summary_report(workspace_id=place.workspace_id, period=month.period, time_zone=place.zone, groups=CHECK_GROUPS)


def _read_once(client: Clockify, place: Place, month: Month, now: datetime, on_page: OnPage | None) -> tuple[Snapshot, bool]:
    report = client.detailed_report(workspace_id=place.workspace_id, period=month.period, time_zone=place.zone, on_page=on_page)
    frame = report_entries_frame(report.rows, zone=place.zone, currencies=place.currencies, default_currency=place.default_currency)
    entries = _within(frame, month)
    hidden = are_amounts_hidden(report.totals)
    cube = daily_cube(entries)
    agrees = not totals_differ(cube, report.totals, amounts_hidden=hidden)
    snapshot = Snapshot(month, "report", entries, cube, row_names(report.rows), hidden, Verdict(agrees, now.timestamp()))
    return snapshot, agrees


def _within(entries: pd.DataFrame, month: Month) -> pd.DataFrame:
    """Keep the entries that start on the month's own local days."""
    first, end = pd.Timestamp(month.period.start), pd.Timestamp(month.period.end)
    kept = entries[(entries["day"] >= first) & (entries["day"] < end)]
    return entries if len(kept) == len(entries) else kept.reset_index(drop=True)


def _judged(snapshot: Snapshot, agrees: bool, now: datetime, differences: tuple[Difference, ...]) -> Snapshot:
    verdict = Verdict(agrees, now.timestamp(), differences)
    return Snapshot(snapshot.month, snapshot.source, snapshot.entries, snapshot.cube, snapshot.names, snapshot.amounts_hidden, verdict)
