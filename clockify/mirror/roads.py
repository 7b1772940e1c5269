"""Which road leads to a month: reports, page by page where requests are counted, everybody's lists, one's own list."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from clockify.api.protocol import is_refused_by_plan
from clockify.errors import ReplyError, ReportsRefused
from clockify.mirror.lists import Lists
from clockify.mirror.merging import merged_names
from clockify.mirror.reading import Asking, read_by_lists, read_by_report
from clockify.mirror.snapshots import RANKS, MonthState, Scope, Snapshot
from clockify.mirror.store import Store
from clockify.mirror.thrift import KEPT_SECONDS, Budget, Counted, are_lists_cheaper, pages_of, typical_count
from clockify.periods import Month


@dataclass(frozen=True)
class Roads:
    """The roads of one job. `person`: somebody waits for it, so what was refused before is tried again."""

    asking: Asking
    budget: Budget
    store: Store
    scope: Scope
    lists: Lists
    person: bool
    clock: Callable[[], datetime]

    @property
    def are_reports_open(self) -> bool:
        """Are reports to be asked for?"""
        return self.person or not self.lists.are_reports_refused()

    @property
    def page_size(self) -> int | None:
        """What a full page of a report holds here, if one was ever full."""
        return self.lists.page_size

    def read(self, month: Month, state: MonthState | None, missing: Sequence[Month] = ()) -> Snapshot:
        """Read a month, whatever is stored of it (`state`); `missing` are all that nothing is stored of.

        Raises ReportsRefused where only a worse road is left than the one that brought what is stored.
        """
        if self.are_reports_open:
            try:
                snapshot = self._by_report(month, missing)
            except ReplyError as refusal:
                self.note_refusal(refusal)
            else:
                self.lists.forget_refusal()
                return snapshot
        source = "own" if self.lists.is_refused("users") else "lists"
        if state and RANKS[state.source] > RANKS[source]:
            raise self.refused()
        return read_by_lists(self.asking, month, people=self._people(), own=source == "own", now=self.clock())

    def note_refusal(self, refusal: ReplyError) -> None:
        """Remember that reports are refused; raise what was no refusal."""
        if not is_refused_by_plan(refusal):
            raise refusal
        self.lists.note_refusal()

    def refused(self) -> ReportsRefused:
        """Return what to say where reports are refused that came before."""
        return ReportsRefused("Clockify refuses reports to this key now, so what they brought before stays.", status=403)

    def counted(self, *, fresh: bool) -> Counted:
        """Return what reads where requests are counted; `fresh`: nothing that was kept of an earlier try is good enough."""
        now = self.clock().timestamp()
        return Counted(self.asking, self.store.parts, self.scope, self.budget, self.clock, since=now if fresh else now - KEPT_SECONDS)

    def from_lists(self, counted: Counted, month: Month, months: Sequence[Month]) -> Snapshot | None:
        """Read a month from everybody's lists; None, and they are dropped, where they aren't what Clockify sums up."""
        snapshot = counted.by_lists(month, months, self.lists.ids("users"))
        if snapshot is None:
            self.store.parts.drop(self.scope, [month])
            return None
        # Lists carry ids alone, and what is deleted some day has no name then.
        return replace(snapshot, names=merged_names(self._known_names(snapshot), snapshot.names))

    def by_pages(self, counted: Counted, month: Month) -> Snapshot:
        """Read a month by the pages of its report."""
        snapshot = counted.by_pages(month)
        self.lists.note_page_size(counted.page_size)
        return snapshot

    def _by_report(self, month: Month, missing: Sequence[Month]) -> Snapshot:
        if not self.budget.is_counted:
            snapshot, size = read_by_report(self.asking, month, now=self.clock())
            self.lists.note_page_size(size)
            return snapshot
        counted = self.counted(fresh=False)
        found = self.from_lists(counted, month, missing) if self._takes_lists(counted, month, missing) else None
        return found or self.by_pages(counted, month)

    def _takes_lists(self, counted: Counted, month: Month, missing: Sequence[Month]) -> bool:
        """Are everybody's lists there, or cheaper than the reports of all that is missing?"""
        people = self.lists.ids("users")
        if counted.has_lists(month, people):
            return True
        typical, size = typical_count(self.store.months.states(self.scope).values()), self.page_size
        if typical is None:
            typical, size = counted.first_page(month)
            self.lists.note_page_size(size if typical > size else None)
        count = len(missing)
        return count > 1 and are_lists_cheaper(count, typical * count, pages_of(typical, size) * count, len(people))

    def _people(self) -> list[str]:
        """Return whose lists may be read: everyone's, or the own one where the list of people is refused."""
        if self.lists.is_refused("users"):
            return [self.scope.user_id]
        if self.lists.get("users") is None:
            # Without it nobody knows who there is, and a part would pass for the whole.
            self.lists.read(self.asking.client, ["users"])
            return self._people()
        return self.lists.ids("users")

    def _known_names(self, snapshot: Snapshot) -> dict[str, dict[str, str]]:
        """Return what the lists call the tasks and tags of a month's entries."""
        tags = {one for joined in snapshot.entries["tag_ids"].cat.categories for one in joined.split(",") if one}
        tasks = set(snapshot.entries["task_id"].cat.categories)
        named_tags = {one["id"]: one.get("name") or "" for one in self.lists.get("tags") or () if one.get("id") in tags}
        every_task = (task for project in self.lists.get("projects") or () for task in project.get("tasks") or ())
        return {"tag": named_tags, "task": {one["id"]: one.get("name") or "" for one in every_task if one.get("id") in tasks}}
