"""What the jobs of a copy do: read a month that isn't there, check months that are."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field

from clockify.errors import ClockifyError, RateLimited, ReplyError
from clockify.mirror.comparing import checked_by_sums, with_newest_days
from clockify.mirror.jobs import Progress
from clockify.mirror.publishing import Draft, Press
from clockify.mirror.roads import Roads
from clockify.mirror.snapshots import MonthState, Snapshot
from clockify.mirror.thrift import are_lists_cheaper, is_checked_by_sums, pages_of
from clockify.periods import Month

AT_ONCE = 8
Outcome = Draft | ClockifyError


@dataclass(frozen=True)
class Task:
    """What a job is to do, and what was known of the copy when it was planned.

    `renew`: months whose rows are too old, whatever their sums say; `on_screen`: all that somebody looks at.
    """

    months: tuple[Month, ...]
    states: Mapping[Month, MonthState]
    renew: frozenset[Month] = frozenset()
    on_screen: tuple[Month, ...] = ()


@dataclass
class Found:
    """What a check has found so far; of several faults the first."""

    drafts: dict[Month, Draft] = field(default_factory=dict)
    fault: ClockifyError | None = None

    def take(self, outcomes: Iterator[Outcome]) -> None:
        """Take outcomes in as they come."""
        for one in outcomes:
            if isinstance(one, Draft):
                self.drafts[one.month] = one
            else:
                self.fault = self.fault or one


class Work:
    """Reads and checks the months of one copy."""

    def __init__(self, press: Press, roads: Callable[[Progress], Roads]) -> None:
        self._press, self._roads = press, roads

    def read(self, task: Task, progress: Progress) -> None:
        """Read the task's first month, unless somebody else has meanwhile; the others are missing, too."""
        month = task.months[0]
        known, states = self._press.begin()
        state = states.get(month)
        if state and state != task.states.get(month):
            return
        snapshot = self._roads(progress).read(month, state, task.months)
        self._press.publish([Draft(snapshot, state, snapshot.verdict.at)], known)

    def check(self, task: Task, progress: Progress, done: Callable[[Collection[Month]], None]) -> tuple[Month, ...]:
        """Check months and put what was found in their places, all at once; return those of whose rows the sums alone were seen.

        What could be checked is kept when something fails, and `done` is told of it; then the fault is raised.
        """
        known, states = self._press.begin()
        due = [states[month] for month in task.months if month in states and states[month] == task.states.get(month)]
        roads, found = self._roads(progress), Found()
        found.take(self._each(due, task, roads))
        lost = set() if found.fault or roads.budget.is_counted else self._press.months_that_lost(list(found.drafts.values()))
        if lost:
            # What is gone from one month may be in another by now: on screen, or read a moment too early.
            rest = [states[month] for month in task.on_screen if month in states and month not in lost]
            found.take(self._each(rest, task, roads))
        self._press.publish(list(found.drafts.values()), known)
        done(found.drafts)
        if found.fault:
            raise found.fault
        return tuple(sorted(month for month, draft in found.drafts.items() if draft.snapshot.rows.oldest < draft.checked_at))

    def _each(self, states: Sequence[MonthState], task: Task, roads: Roads) -> Iterator[Outcome]:
        if roads.budget.is_counted:
            yield from self._one_by_one(sorted(states, key=lambda state: state.month, reverse=True), task, roads)
            return
        with ThreadPoolExecutor(max(min(len(states), AT_ONCE), 1), thread_name_prefix="check") as pool:
            yield from pool.map(lambda state: _caught(lambda: self._checked(state, task, roads)), states)

    def _checked(self, state: MonthState, task: Task, roads: Roads) -> Draft:
        """Check a month where requests aren't counted."""
        by_sums = state.month not in task.renew and is_checked_by_sums(state, roads.page_size, is_counted=False)
        return (self._by_sums(state, roads) if by_sums else None) or _read(state, roads)

    def _one_by_one(self, states: Sequence[MonthState], task: Task, roads: Roads) -> Iterator[Outcome]:
        """Check months where requests are counted, the newest first, until they run out."""
        counts = [state.entries_count for state in states]
        pages = sum(pages_of(count, roads.page_size) for count in counts)
        people = roads.lists.ids("users")
        lists = len(states) > 1 and roads.are_reports_open and are_lists_cheaper(len(states), sum(counts), pages, len(people))
        counted = roads.counted(fresh=True)
        for state in states:
            try:
                found = roads.from_lists(counted, state.month, [one.month for one in states]) if lists else None
                if found:
                    yield _draft(found, state)
                else:
                    yield self._counted(state, task, roads)
            except RateLimited as fault:
                newest = self._newest_days(state, roads)
                if newest:
                    yield newest
                yield fault
                return
            except ClockifyError as fault:
                yield fault

    def _counted(self, state: MonthState, task: Task, roads: Roads) -> Draft:
        if state.source != "report" or not roads.are_reports_open:
            return _read(state, roads)
        pages = pages_of(state.entries_count, roads.page_size)
        # Rows that are too old are read again, if that can be paid for; else their sums at least are compared.
        is_due = state.month in task.renew and pages <= (roads.budget.left() or 0)
        if not is_due and is_checked_by_sums(state, roads.page_size, is_counted=True) and (found := self._by_sums(state, roads)):
            return found
        roads.budget.need(pages)
        return _draft(roads.by_pages(roads.counted(fresh=True), state.month), state)

    def _by_sums(self, state: MonthState, roads: Roads) -> Draft | None:
        """Check a month by its sums; None where it must be read again."""
        if state.source != "report" or not roads.are_reports_open:
            return None
        snapshot = self._press.opened(state)
        try:
            found = checked_by_sums(roads, snapshot) if snapshot else None
        except ReplyError as refusal:
            roads.note_refusal(refusal)
            raise roads.refused() from None
        return Draft(found, state, found.verdict.at) if found else None

    def _newest_days(self, state: MonthState, roads: Roads) -> Draft | None:
        """Read what can be paid for of a month, its newest days first."""
        left = roads.budget.left() or 0
        snapshot = self._press.opened(state) if left and roads.are_reports_open and state.source == "report" else None
        try:
            found = with_newest_days(roads, snapshot, left) if snapshot else None
        except ClockifyError:
            return None
        return Draft(found, state, state.checked_at) if found else None


def _read(state: MonthState, roads: Roads) -> Draft:
    return _draft(roads.read(state.month, state), state)


def _draft(snapshot: Snapshot, state: MonthState | None) -> Draft:
    return Draft(snapshot, state, snapshot.verdict.at)


def _caught(check: Callable[[], Draft]) -> Outcome:
    try:
        return check()
    except ClockifyError as fault:
        return fault
