"""The local copy of one workspace, as one key sees it in one zone: what the app asks."""

from __future__ import annotations

import logging
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, TypeVar

import pandas as pd

from clockify.api.client import Clockify
from clockify.api.quota import Intent, free_at
from clockify.directory import Directory, directory_of
from clockify.mirror.account import Account, Profile, StoreLedger, Workspace
from clockify.mirror.codec import Undecodable
from clockify.mirror.freshness import Action, Step, plan_months
from clockify.mirror.jobs import Job, Progress
from clockify.mirror.leases import lease
from clockify.mirror.lists import NAMES, RUNNING, Lists
from clockify.mirror.months import Change, Gone
from clockify.mirror.opening import Opening
from clockify.mirror.publishing import Press
from clockify.mirror.reading import Asking, Place
from clockify.mirror.roads import Roads
from clockify.mirror.snapshots import MonthState, Scope
from clockify.mirror.thrift import Budget, is_read_whole, price_of_check, price_of_read, typical_count
from clockify.mirror.work import Task, Work
from clockify.periods import Month

log = logging.getLogger(__name__)

Json = dict[str, Any]
T = TypeVar("T")

# More months at once only hold more rows in memory, and none of them is there sooner.
READ_AT_ONCE, CHECKS_AT_ONCE = 2, 4
USED_AGAIN_SECONDS = 24 * 3600.0


class Mirror:
    """Months, lists and timers of one workspace, key and zone."""

    def __init__(self, account: Account, workspace: Workspace, profile: Profile, zone: str) -> None:
        self.workspace, self.profile, self.zone = workspace, profile, zone
        self.scope = Scope(workspace.id, profile.user_id, zone)
        self._store, self._jobs, self._clock = account.store, account.jobs, account.clock
        self._client = account.connect(ledger=StoreLedger(account.store, workspace.id), plan=workspace.plan)
        self._lists = Lists(account.store, workspace.id, profile.user_id, account.clock)
        self._directory: tuple[tuple[float, ...], Directory] | None = None
        self._press = Press(account.store.months, self.scope, self._place, account.clock)
        self._used_at = 0.0

    # Lists

    def ensure_lists(self, *, person: bool = False) -> Job | None:
        """Start reading the lists that are stale; return the job if there is one.

        If a person asks, the timers are read in any case, and the names too where requests aren't counted.
        """
        self._lists.look()
        seen = {kind: self._lists.read_at(kind) for kind in (*NAMES, RUNNING)}
        stale = self._lists.stale((*NAMES, RUNNING), is_free=self.workspace.plan.is_free)
        if person:
            asked = (RUNNING,) if self.workspace.plan.is_free else (*NAMES, RUNNING)
            stale = list(dict.fromkeys((*stale, *asked)))
        if not stale:
            return None
        name = self._name("lists")
        return self._jobs.start(name, partial(self._read_lists, {kind: seen[kind] for kind in stale}, person), at_once=person)

    @property
    def has_lists(self) -> bool:
        """Is every list stored, of whatever age?"""
        return all(self._lists.get(kind) is not None for kind in (*NAMES, RUNNING))

    def directory(self) -> Directory:
        """Return the names as the lists give them; names of deleted people come with the months (`names`)."""
        version = self.lists_version
        known = self._directory
        if known is None or known[0] != version:
            directory = directory_of(
                users=self._lists.get("users") or [self._own_user()],
                clients=[],
                projects=self._lists.get("projects") or [],
                tags=self._lists.get("tags") or [],
                default_currency=self.workspace.currency,
            )
            self._directory = known = (version, directory)
        return known[1]

    @property
    def lists_version(self) -> tuple[float, ...]:
        """When each of the name lists was read: what a cached directory is keyed by."""
        return tuple(self._lists.read_at(kind) or 0.0 for kind in NAMES)

    def emails(self) -> dict[str, str]:
        """Return the address of each person, by id."""
        return {user["id"]: user.get("email") or "" for user in self._lists.get("users") or [self._own_user()]}

    def running(self) -> tuple[list[Json], float | None]:
        """Return the running timers and when they were read."""
        return self._lists.get(RUNNING) or [], self._lists.read_at(RUNNING)

    # Months

    def open_months(self, wanted: Sequence[Month], *, person: bool = False, beside: Sequence[Month] = ()) -> Opening:
        """Start what the months on screen need and return what is there; never waits.

        `person`: somebody pressed Refresh, so every stored month is checked now. What is only compared with
        (`beside`) comes last where requests are few.
        """
        self._note_use()
        every = sorted({*wanted, *beside})
        states = self.states(every)
        budget = self._budget(person)
        steps = plan_months(
            wanted,
            states,
            now=self._clock(),
            zone=self.zone,
            is_free=self.workspace.plan.is_free,
            requests_left=budget.left(),
            check_now=person,
            prices=self._prices(every, states) if budget.is_counted else None,
            beside=beside,
        )
        jobs = self._start(steps, states, every, person)
        # What a person asked for may still be under way although no month's age asks for it.
        asked = {month: self._jobs.get(self._name(month.key)) for month in every if month not in jobs}
        jobs |= {month: job for month, job in asked.items() if job and job.is_running}
        waiting = tuple(step.month for step in steps if step.waits and step.action is Action.READ)
        return self._opening(tuple(every), states, jobs, waiting)

    def apply(self, changes: Sequence[Change]) -> None:
        """Put entries in, or take them out, in whatever month they stand or stood: at once, and at no request.

        A `row` has the form in which Clockify's main API and its webhooks give an entry; one that still runs
        is in no month. The sums of such months count as unchecked. Of several changes of one entry the last counts.
        """
        self._press.apply(list({change.entry_id: change for change in changes}.values()))

    def retry(self, *, mendable: bool = False) -> None:
        """Let what failed be tried again at once; `mendable`: only what that can help, and no limit of requests forbids."""
        self._jobs.forgive(self._name(""), mendable=mendable)

    def read_again(self, month: Month) -> Job:
        """Read a month whatever its age, because a person asked."""
        return self._start_read([month], self.states([month]), person=True)

    def wait(self, opening: Opening, seconds: float) -> bool:
        """Wait for the months that are being read, at most so long; tell whether all are done."""
        jobs = [self._jobs.get(self._name(month.key)) for month in (*opening.reading, *opening.refreshing)]
        return self._jobs.wait([job for job in jobs if job], seconds)

    def wait_for(self, job: Job, seconds: float) -> bool:
        """Wait for one job, at most so long; tell whether it is done."""
        return self._jobs.wait([job], seconds)

    def states(self, wanted: Sequence[Month] | None = None) -> dict[Month, MonthState]:
        """Return what is known of stored months, all of them unless some are named."""
        states = self._store.months.states(self.scope)
        return states if wanted is None else {month: states[month] for month in wanted if month in states}

    def cube(self, month: Month, version: str) -> pd.DataFrame | None:
        """Open the daily cube of a month's version; None if another stands there, or it was damaged and will be read again."""
        return self._decoded(month, version, lambda: self._store.months.frame(self.scope, month, version, "cube"))

    def entries(self, month: Month, version: str, columns: Sequence[str] | None = None) -> pd.DataFrame | None:
        """Open the entries of a month's version, or only some columns; None as for `cube`."""
        return self._decoded(month, version, lambda: self._store.months.frame(self.scope, month, version, "entries", columns))

    def names(self, month: Month, version: str) -> dict[str, dict[str, Any]] | None:
        """Return the names that a month's rows carried; None as for `cube`."""
        return self._decoded(month, version, lambda: self._store.months.names(self.scope, month, version))

    # Requests

    def requests_used(self) -> int:
        """Count this workspace's requests of the last hour."""
        return len(self._store.requests_of_hour(self.workspace.id, self._clock()))

    def requests_left(self, intent: Intent) -> int | None:
        """Return how many requests are free for an intent; None without a limit."""
        limit = self.workspace.plan.limit_for(intent)
        return None if limit is None else max(limit - self.requests_used(), 0)

    def next_free_at(self, intent: Intent = Intent.BACKGROUND, wanted: int = 1) -> datetime | None:
        """Return when so many requests are free for an intent; None if they are now."""
        limit, now = self.workspace.plan.limit_for(intent), self._clock()
        return None if limit is None else free_at(self._store.requests_of_hour(self.workspace.id, now), now, limit, wanted)

    # Work

    # What was seen when a job was planned tells whether somebody else was quicker. A clock
    # can't: what is stored now may have been on its way into the database at that moment.

    def _start(self, steps: Sequence[Step], states: Mapping[Month, MonthState], every: Sequence[Month], person: bool) -> dict[Month, Job]:
        """Start what is planned: months that are read each by itself, those that are checked together."""
        missing = [step.month for step in steps if step.action is Action.READ]
        whole = [step.month for step in steps if self._is_read_alone(step, states) and not step.waits]
        checked = [step for step in steps if step.month not in whole and (person or not step.waits) and step.action is not Action.READ]
        jobs = {}
        for month in whole:
            others = [one for one in missing if one != month] if month in missing else []
            jobs[month] = self._start_read([month, *others], states, person)
        return jobs | self._start_check(checked, states, every, person)

    def _is_read_alone(self, step: Step, states: Mapping[Month, MonthState]) -> bool:
        """Is a month read, or so large that reading it again would keep the others waiting?"""
        if step.action is not Action.RENEW or self.workspace.plan.requests_per_hour is not None:
            return step.action is Action.READ
        return is_read_whole(states[step.month], self._lists.page_size)

    def _start_read(self, months: Sequence[Month], states: Mapping[Month, MonthState], person: bool) -> Job:
        task = Task(tuple(months), states)
        lane, width = self._lane("read", READ_AT_ONCE)
        work = partial(self._read, task, person)
        return self._jobs.start(self._name(months[0].key), work, at_once=person, lane=lane, width=width)

    def _start_check(
        self, steps: Sequence[Step], states: Mapping[Month, MonthState], every: Sequence[Month], person: bool
    ) -> dict[Month, Job]:
        months = {self._name(step.month.key): step.month for step in steps}
        renew = frozenset(step.month for step in steps if step.action is Action.RENEW)

        def work(names: Collection[str], progress: Progress) -> None:
            self._check(Task(tuple(months[name] for name in names), states, renew, tuple(every)), person, progress)

        lane, width = self._lane("check", CHECKS_AT_ONCE)
        started = self._jobs.start_together(list(months), work, at_once=person, lane=lane, width=width)
        return {months[name]: job for name, job in started.items()}

    def _read_lists(self, seen: Mapping[str, float | None], person: bool, progress: Progress) -> None:
        with lease(self._store, [self._name("lists")]):
            self._lists.look()
            self._lists.read(self._for(person), [kind for kind in seen if self._lists.read_at(kind) == seen[kind]])
        progress.note(1, 1, {})

    def _read(self, task: Task, person: bool, progress: Progress) -> None:
        with lease(self._store, [self._name(task.months[0].key)]):
            self._work(person).read(task, progress)

    def _check(self, task: Task, person: bool, progress: Progress) -> None:
        with lease(self._store, sorted(self._name(month.key) for month in task.months)):
            work = self._work(person)
            old = work.check(task, progress, self._done(progress))
            if person and not self._budget(person).is_counted:
                # Their sums are seen and on screen; now the rows, whatever time of day was changed in them.
                for month in sorted(old, reverse=True):
                    work.read(Task((month,), self.states([month])), progress)

    def _done(self, progress: Progress) -> Callable[[Collection[Month]], None]:
        return lambda months: progress.finish(self._name(month.key) for month in months)

    def _work(self, person: bool) -> Work:
        def roads(progress: Progress) -> Roads:
            asking = Asking(self._for(person), self._place(), progress.note)
            return Roads(asking, self._budget(person), self._store, self.scope, self._lists, person, self._clock)

        return Work(self._press, roads)

    def _budget(self, person: bool) -> Budget:
        intent = Intent.PERSON if person else Intent.BACKGROUND
        limit = self.workspace.plan.limit_for(intent)
        return Budget(limit, partial(self.requests_left, intent), partial(self.next_free_at, intent))

    def _prices(self, wanted: Sequence[Month], states: Mapping[Month, MonthState]) -> dict[Month, int]:
        """Return what each month costs: what is kept of it, its size, or what months usually have, tells."""
        kept, size = self._store.parts.kept(self.scope), self._lists.page_size
        typical = typical_count(self.states().values()) if any(month not in states for month in wanted) else None
        return {
            month: price_of_check(states[month], size) if month in states else price_of_read(kept.get(month, ()), typical, size)
            for month in wanted
        }

    def _place(self) -> Place:
        directory = self.directory()
        return Place(self.workspace.id, self.zone, directory.currencies, directory.default_currency)

    def _own_user(self) -> Json:
        return {"id": self.profile.user_id, "name": self.profile.name, "email": self.profile.email}

    def _for(self, person: bool) -> Clockify:
        return self._client.for_person() if person else self._client.for_background()

    def _note_use(self) -> None:
        now = self._clock()
        if abs(now.timestamp() - self._used_at) >= USED_AGAIN_SECONDS:
            self._used_at = now.timestamp()
            self._store.scopes.use(self.scope, now)

    def _opening(
        self, wanted: tuple[Month, ...], states: dict[Month, MonthState], jobs: dict[Month, Job], waiting: tuple[Month, ...]
    ) -> Opening:
        running = {month: job for month, job in jobs.items() if job.is_running}
        if len(running) < len(jobs):
            # What has ended meanwhile is neither on its way nor missing any more.
            states = self.states(wanted)
        lists_job = self._jobs.get(self._name("lists"))
        # A month may have failed to be refreshed although its age asks for nothing.
        unrefreshed = {month: self._jobs.fault_since(self._name(month.key), state.checked_at) for month, state in states.items()}
        found = unrefreshed | {month: job.fault_of(self._name(month.key)) for month, job in jobs.items()}
        return Opening(
            wanted=wanted,
            states=states,
            reading={month: job.progress for month, job in running.items() if month not in states},
            refreshing=frozenset(month for month in running if month in states),
            faults={month: fault for month, fault in found.items() if fault},
            waiting=waiting,
            free_at=self.next_free_at(),
            lists_fault=lists_job.fault if lists_job else None,
        )

    def _decoded(self, month: Month, version: str, opened: Callable[[], T]) -> T | None:
        try:
            return opened()
        except Gone:
            return None
        except Undecodable as problem:
            log.warning("mirror: %s can't be decoded (%s), it is read again", month.key, problem)
            self._store.months.forget(self.scope, month, version)
            return None

    def _name(self, what: str) -> str:
        """Return the name of a job and of its lease."""
        return f"{what}:{self.scope.workspace_id}:{self.scope.user_id}:{self.zone}"

    def _lane(self, what: str, width: int) -> tuple[str, int]:
        """Return in which lane months are read or checked, and how many at once; one by one where requests are counted."""
        if self.workspace.plan.requests_per_hour is not None:
            return f"months:{self.workspace.id}", 1
        return f"{what}:{self._name('')}", width
