"""Reading where each request counts: what a month costs, which road is the cheapest, and nothing paid for twice.

On FREE a workspace has 30 requests an hour. A detailed report costs a request a page; a person's list gives a
thousand entries of any number of months for one, and each month then one summary that finds what the lists
left out. Both are exact: no month is kept before Clockify's own sums agree with it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from clockify.api.client import ENTRY_PAGE_SIZE
from clockify.api.paging import page_count
from clockify.api.protocol import entries_count, totals_of
from clockify.errors import RateLimited
from clockify.frames import daily_cube, entries_of
from clockify.mirror.checking import are_amounts_hidden, compare_summary, names_in, totals_differ
from clockify.mirror.merging import merged_names, put, together, within
from clockify.mirror.parts import Parts, StoredPart
from clockify.mirror.reading import Asking, Rows, judged, snapshot_of, theirs_of
from clockify.mirror.snapshots import MonthState, RowTimes, Scope, Snapshot, Theirs, Verdict
from clockify.periods import Month, Period

Json = dict[str, Any]

# What was paid for is used until it is so old: then the day it was read on is gone, and it is read anew.
KEPT_SECONDS = 12 * 3600.0
# Three summaries that see days, and one report of days that differ.
CHECK_BY_SUMS = 4
# Where requests aren't counted, a month of so many pages is read again rather than checked by sums.
FEW_PAGES = 10
PAGE, PERSON = "page-", "person-"
NAMES_OF = {"USER": "user", "PROJECT": "project"}


@dataclass(frozen=True)
class Budget:
    """The requests that are left for somebody; `limit` None: they aren't counted."""

    limit: int | None
    left: Callable[[], int | None]
    free_at: Callable[[int], datetime | None]

    @property
    def is_counted(self) -> bool:
        """Is there a limit?"""
        return self.limit is not None

    def need(self, requests: int) -> None:
        """Raise RateLimited, with the moment when so many are free, if they aren't now."""
        left = self.left()
        if self.limit is None or left is None or left >= min(requests, self.limit):
            return
        wanted = min(requests, self.limit)
        raise RateLimited(f"That takes {wanted} requests, and {left} of this hour's are left.", retry_at=self.free_at(wanted))


def pages_of(entries: int, page_size: int | None) -> int:
    """Return how many pages of a detailed report hold so many entries."""
    return page_count(entries, min(page_size or ENTRY_PAGE_SIZE, ENTRY_PAGE_SIZE))


def is_checked_by_sums(state: MonthState, page_size: int | None, *, is_counted: bool) -> bool:
    """Is it cheaper to compare a month's sums and read what differs than to read it all again?"""
    pages = pages_of(state.entries_count, page_size)
    return pages > (CHECK_BY_SUMS if is_counted else FEW_PAGES)


def price_of_check(state: MonthState, page_size: int | None) -> int:
    """Return what a check of a stored month costs where requests are counted."""
    return min(pages_of(state.entries_count, page_size), CHECK_BY_SUMS)


def is_read_whole(state: MonthState, page_size: int | None) -> bool:
    """Has a month so many pages that reading them keeps others waiting?"""
    return pages_of(state.entries_count, page_size) > FEW_PAGES


def price_of_read(kept: Collection[str], typical: int | None, page_size: int | None) -> int:
    """Return what it takes to read a month of which some parts are kept; one where nothing is known of months here."""
    if any(part.startswith(PERSON) for part in kept):
        # A summary finds what the lists left out, and a report brings it.
        return 2
    return max((pages_of(typical, page_size) if typical else 1) - len(kept), 1)


def typical_count(states: Collection[MonthState]) -> int | None:
    """Return how many entries a month usually has here; None while no month with time is known."""
    counts = sorted(state.entries_count for state in states if state.entries_count)
    return counts[len(counts) // 2] if counts else None


def are_lists_cheaper(months: int, entries: int, pages: int, people: int) -> bool:
    """Do the lists of so many people, and a summary a month, cost less than so many pages of reports?"""
    each = -(-entries // max(people, 1))
    return people > 0 and people * page_count(each, ENTRY_PAGE_SIZE) + months < pages


class Counted:
    """Reads months of one copy, each request counted before it is made and what came kept at once."""

    def __init__(self, asking: Asking, parts: Parts, scope: Scope, budget: Budget, clock: Callable[[], datetime], *, since: float) -> None:
        self.asking, self._parts, self._scope, self.budget, self._clock, self._since = asking, parts, scope, budget, clock, since
        self.page_size: int | None = None

    # By pages of the detailed report

    def first_page(self, month: Month) -> tuple[int, int]:
        """Return how many entries a month has and how many fit a page, from its first page, which is kept."""
        page = self._pages(month).get(1) or self._fetch(month, 1)
        size = int(page.facts["size"])
        expected = entries_count(page.facts["totals"])
        return (size if expected is None else expected), size

    def by_pages(self, month: Month) -> Snapshot:
        """Read a month page by page, going on where an earlier hour ended."""
        began = self._clock()
        rows, oldest = self._all_pages(month)
        if not rows.agrees and not rows.unread:
            # Something was changed between two pages, perhaps hours ago: what is kept of before is of no use.
            self._parts.drop(self._scope, [month])
            rows, oldest = self._all_pages(month)
        snapshot = snapshot_of(rows, month, began)
        if not rows.agrees:
            self.budget.need(1)
        return judged(self.asking, replace(snapshot, rows=RowTimes(oldest)), rows)

    def _all_pages(self, month: Month) -> tuple[Rows, float]:
        pages = self._pages(month)
        pages.setdefault(1, pages.get(1) or self._fetch(month, 1))
        newest = pages[max(pages, key=lambda number: pages[number].read_at)]
        number = 1
        while number < (of := self._of(pages[1], newest)):
            number += 1
            if number not in pages:
                self.budget.need(of - len(pages))
                newest = pages[number] = self._fetch(month, number, pages[1])
            self._tell(len(pages), of, newest)
        used = [pages[one] for one in sorted(pages) if one <= max(of, 1)]
        entries = together([page.entries for page in used])
        totals, unread = newest.facts["totals"], sum(page.facts["unread"] for page in used)
        agrees = not totals_differ(daily_cube(entries), totals, amounts_hidden=are_amounts_hidden(totals))
        names = merged_names(*(page.facts["names"] for page in used))
        self.page_size = int(pages[1].facts["size"]) if of > 1 else None
        return Rows(entries, names, unread, totals, agrees and not unread, self.page_size), min(page.read_at for page in used)

    def _of(self, first: StoredPart, newest: StoredPart) -> int:
        """Return how many pages there are, as far as the newest one tells."""
        return page_count(entries_count(newest.facts["totals"]) or 0, int(first.facts["size"]))

    def _pages(self, month: Month) -> dict[int, StoredPart]:
        found = self._kept(month)
        return {int(name.removeprefix(PAGE)): part for name, part in found.items() if name.startswith(PAGE)}

    def _fetch(self, month: Month, number: int, first: StoredPart | None = None) -> StoredPart:
        self.budget.need(1)
        place, at = self.asking.place, self._clock().timestamp()
        page = self.asking.client.detailed_page(
            workspace_id=place.workspace_id,
            period=month.period,
            time_zone=place.zone,
            page=number,
            page_size=first.facts["asked"] if first else None,
        )
        part = place.part(page.rows)
        facts = {"totals": page.totals, "asked": page.asked, "size": len(page.rows), "unread": part.unread, "names": part.names}
        return self._keep(month, StoredPart(f"{PAGE}{number}", at, facts, place.entries([part], month.period)))

    # By the lists of people

    def has_lists(self, month: Month, people: Collection[str]) -> bool:
        """Is everybody's list of a month there already?"""
        return bool(people) and set(people) <= self._people_kept(month).keys()

    def by_lists(self, month: Month, months: Sequence[Month], people: Sequence[str]) -> Snapshot | None:
        """Read a month from everybody's lists, which bring the other months along; None where they aren't what Clockify sums up.

        Who has left is in no list: a summary tells, and a report of theirs alone adds them.
        """
        kept = self._people_kept(month)
        for done, user_id in enumerate(people):
            self._tell(done, len(people) + 1, None)
            if user_id not in kept:
                self._fetch_person(user_id, sorted({*months, month}))
        kept = self._people_kept(month)
        parts = [kept[user_id] for user_id in people]
        counted = self._as_counted(month, parts)
        if counted:
            return counted
        summary = self.asking.summary(month.period)
        snapshot = _from_lists(month, parts, summary)
        found = compare_summary(snapshot.cube, summary, amounts_hidden=snapshot.amounts_hidden)
        absent = {one.user_id for one in found} - set(people) - {""}
        if found and absent and {one.user_id for one in found} == absent:
            snapshot = _with_rows(snapshot, self.asking.rows(month.period, users=sorted(absent)))
            found = compare_summary(snapshot.cube, summary, amounts_hidden=snapshot.amounts_hidden)
        if found:
            return None
        oldest = snapshot.rows.oldest
        return replace(snapshot, theirs=theirs_of(snapshot.cube, summary, oldest, amounts_hidden=snapshot.amounts_hidden))

    def _as_counted(self, month: Month, parts: Sequence[StoredPart]) -> Snapshot | None:
        """Return a month of lists if a first page that was paid for has the same sums: then no summary need be."""
        first = self._pages(month).get(1)
        if first is None:
            return None
        snapshot = _from_lists(month, parts, {"totals": [first.facts["totals"]]})
        if totals_differ(snapshot.cube, first.facts["totals"], amounts_hidden=snapshot.amounts_hidden):
            return None
        oldest = min(first.read_at, snapshot.rows.oldest)
        return replace(snapshot, rows=RowTimes(oldest), verdict=Verdict(True, oldest))

    def _fetch_person(self, user_id: str, months: Sequence[Month]) -> None:
        self.budget.need(1)
        at, place = self._clock().timestamp(), self.asking.place
        whole = Period(months[0].period.start, months[-1].period.end)
        listed = self.asking.person(user_id, whole)
        entries = entries_of([listed.part], zone=place.zone)
        for month in months:
            facts = {"names": listed.part.names}
            self._keep(month, StoredPart(f"{PERSON}{user_id}", at, facts, within(entries, month.period)))

    def _people_kept(self, month: Month) -> dict[str, StoredPart]:
        found = self._kept(month)
        return {name.removeprefix(PERSON): part for name, part in found.items() if name.startswith(PERSON)}

    # Both

    def _kept(self, month: Month) -> dict[str, StoredPart]:
        return self._parts.of(self._scope, month, since=self._since)

    def _keep(self, month: Month, part: StoredPart) -> StoredPart:
        self._parts.keep(self._scope, month, part)
        return part

    def _tell(self, done: int, of: int, newest: StoredPart | None) -> None:
        if self.asking.on_page:
            self.asking.on_page(done, of, newest.facts["totals"] if newest else {})


def _from_lists(month: Month, parts: Sequence[StoredPart], summary: Json) -> Snapshot:
    """Put everybody's entries together; names of people and projects come from the summary, too."""
    entries, totals = together([part.entries for part in parts]), totals_of(summary)
    hidden = are_amounts_hidden(totals)
    if hidden:
        entries = entries.assign(rate=0, amount_ticks=0)
    named: dict[str, dict[str, str]] = {}
    for group, identifier, name in names_in(summary, ("USER", "PROJECT")):
        named.setdefault(NAMES_OF[group], {})[identifier] = name
    oldest = min(part.read_at for part in parts)
    names = merged_names(*(part.facts["names"] for part in parts), named)
    cube = daily_cube(entries)
    return Snapshot(month, "report", entries, cube, names, hidden, Verdict(True, oldest), RowTimes(oldest), theirs=Theirs(totals))


def _with_rows(snapshot: Snapshot, rows: Rows) -> Snapshot:
    entries = put(snapshot.entries, rows.entries)
    names = merged_names(snapshot.names, rows.names)
    return replace(snapshot, entries=entries, cube=daily_cube(entries), names=names, unread=rows.unread)
