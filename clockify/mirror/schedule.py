"""What the months of a copy need, and the jobs that do it: planned when somebody looks, done behind the page."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from clockify.api.client import Clockify
from clockify.api.quota import Intent, Plan, free_at
from clockify.errors import ClockifyError
from clockify.mirror.freshness import Action, Step, plan_months
from clockify.mirror.jobs import Job, Jobs, Progress
from clockify.mirror.leases import lease
from clockify.mirror.lists import Lists
from clockify.mirror.opening import Opening
from clockify.mirror.publishing import Press
from clockify.mirror.reading import Asking, Place
from clockify.mirror.roads import Roads
from clockify.mirror.snapshots import MonthState, Scope
from clockify.mirror.store import Store
from clockify.mirror.thrift import Budget, is_read_whole, price_of_check, price_of_read, typical_count
from clockify.mirror.work import Task, Work
from clockify.periods import Month

# More months at once only hold more rows in memory, and none of them is there sooner.
READ_AT_ONCE, CHECKS_AT_ONCE = 2, 4

States = dict[Month, MonthState]


@dataclass(frozen=True)
class Schedule:
    """Starts what the months of one copy need."""

    scope: Scope
    plan: Plan
    store: Store
    jobs: Jobs
    lists: Lists
    client: Clockify
    press: Press
    place: Callable[[], Place]
    clock: Callable[[], datetime]

    # Months

    def open(self, wanted: Sequence[Month], beside: Sequence[Month], *, person: bool) -> Opening:
        """Start what months need and return what is there; never waits."""
        every = sorted({*wanted, *beside})
        states = self.states(every)
        plan = partial(
            plan_months,
            wanted,
            states,
            now=self.clock(),
            zone=self.scope.zone,
            is_free=self.plan.is_free,
            check_now=person,
            beside=beside,
        )
        steps = plan(requests_left=None)
        if steps and self.store.inbox.heard(self.scope.workspace_id, self.clock()).entries:
            plan = partial(plan, heard=True)
            steps = plan(requests_left=None)
        left = self.requests_left(Intent.PERSON if person else Intent.BACKGROUND) if steps else None
        if left is not None:
            # What things cost is asked for only where there is something to do.
            steps = plan(requests_left=left, left_for_missing=self.requests_left(Intent.VIEWER), prices=self._prices(every, states))
        jobs = self._start(steps, states, every, wanted, person)
        # What a person asked for may still be under way although no month's age asks for it.
        asked = {month: self.jobs.get(self.name(month.key)) for month in every if month not in jobs}
        jobs |= {month: job for month, job in asked.items() if job and job.is_running}
        waiting = tuple(step.month for step in steps if step.waits and step.action is Action.READ)
        return self._opening(tuple(every), states, jobs, waiting)

    def read_again(self, month: Month) -> Job:
        """Read a month whatever its age, because a person asked."""
        return self._start_read([month], self.states([month]), Intent.PERSON)

    def states(self, wanted: Sequence[Month] | None = None) -> States:
        """Return what is known of stored months, all of them unless some are named."""
        states = self.store.months.states(self.scope)
        return states if wanted is None else {month: states[month] for month in wanted if month in states}

    # Requests

    def requests_used(self) -> int:
        """Count this workspace's requests of the last hour."""
        return len(self.store.requests_of_hour(self.scope.workspace_id, self.clock()))

    def requests_left(self, intent: Intent) -> int | None:
        """Return how many requests are free for an intent; None without a limit."""
        limit = self.plan.limit_for(intent)
        return None if limit is None else max(limit - self.requests_used(), 0)

    def next_free_at(self, intent: Intent, wanted: int = 1) -> datetime | None:
        """Return when so many requests are free for an intent; None if they are now."""
        limit, now = self.plan.limit_for(intent), self.clock()
        return None if limit is None else free_at(self.store.requests_of_hour(self.scope.workspace_id, now), now, limit, wanted)

    # Jobs

    # What was seen when a job was planned tells whether somebody else was quicker. A clock
    # can't: what is stored now may have been on its way into the database at that moment.

    def name(self, what: str) -> str:
        """Return the name of a job and of its lease."""
        return f"{what}:{self.scope.workspace_id}:{self.scope.user_id}:{self.scope.zone}"

    def _start(
        self, steps: Sequence[Step], states: States, every: Sequence[Month], wanted: Sequence[Month], person: bool
    ) -> dict[Month, Job]:
        """Start what is planned: months that are read each by itself, those that are checked together."""
        usual = Intent.PERSON if person else Intent.BACKGROUND
        missing = [step.month for step in steps if step.action is Action.READ]
        alone = [step.month for step in steps if self._is_read_alone(step, states) and not step.waits]
        # Somebody who asked is told of every month that could not be checked, so none waits unsaid.
        checked = [step for step in steps if step.month not in alone and step.action is not Action.READ and (person or not step.waits)]
        jobs = {}
        for month in alone:
            others = [one for one in missing if one != month] if month in missing else []
            intent = Intent.VIEWER if month in missing and month in wanted and not person else usual
            jobs[month] = self._start_read([month, *others], states, intent)
        return jobs | self._start_check(checked, states, every, usual)

    def _is_read_alone(self, step: Step, states: States) -> bool:
        """Is a month missing, or so large that reading it again would keep the others waiting?"""
        if step.action is not Action.RENEW or self.plan.requests_per_hour is not None:
            return step.action is Action.READ
        return is_read_whole(states[step.month], self.lists.page_size)

    def _start_read(self, months: Sequence[Month], states: States, intent: Intent) -> Job:
        lane, width = self._lane("read", READ_AT_ONCE)
        work = partial(self._read, Task(tuple(months), states), intent)
        return self.jobs.start(self.name(months[0].key), work, at_once=intent is Intent.PERSON, lane=lane, width=width)

    def _start_check(self, steps: Sequence[Step], states: States, every: Sequence[Month], intent: Intent) -> dict[Month, Job]:
        months = {self.name(step.month.key): step.month for step in steps}
        renew = frozenset(step.month for step in steps if step.action is Action.RENEW)

        def work(names: Collection[str], progress: Progress) -> None:
            self._check(Task(tuple(months[name] for name in names), states, renew, tuple(every)), intent, progress)

        lane, width = self._lane("check", CHECKS_AT_ONCE)
        started = self.jobs.start_together(list(months), work, at_once=intent is Intent.PERSON, lane=lane, width=width)
        return {months[name]: job for name, job in started.items()}

    def _read(self, task: Task, intent: Intent, progress: Progress) -> None:
        with lease(self.store, [self.name(task.months[0].key)]):
            self._work(intent).read(task, progress)

    def _check(self, task: Task, intent: Intent, progress: Progress) -> None:
        with lease(self.store, [self.name(month.key) for month in task.months]):
            work = self._work(intent)
            old = work.check(task, progress, self._done(progress))
            if intent is Intent.PERSON and self.plan.requests_per_hour is None:
                # Their sums are seen and on screen; now the rows, whatever time of day was changed in them.
                for month in sorted(old, reverse=True):
                    work.read(Task((month,), self.states([month])), progress)

    def _done(self, progress: Progress) -> Callable[[Collection[Month]], None]:
        return lambda months: progress.finish(self.name(month.key) for month in months)

    def _work(self, intent: Intent) -> Work:
        budget = Budget(self.plan.limit_for(intent), partial(self.requests_left, intent), partial(self.next_free_at, intent))

        def roads(progress: Progress) -> Roads:
            asking = Asking(self.client.for_intent(intent), self.place(), progress.note)
            return Roads(asking, budget, self.store, self.scope, self.lists, intent is Intent.PERSON, self.clock)

        return Work(self.press, roads)

    def _prices(self, wanted: Sequence[Month], states: Mapping[Month, MonthState]) -> dict[Month, int]:
        """Return what each month costs: what is kept of it, its size, or what months usually have, tells."""
        kept, size = self.store.parts.kept(self.scope), self.lists.page_size
        typical = typical_count(self.states().values()) if any(month not in states for month in wanted) else None
        return {
            month: price_of_check(states[month], size) if month in states else price_of_read(kept.get(month, ()), typical, size)
            for month in wanted
        }

    def _lane(self, what: str, width: int) -> tuple[str, int]:
        """Return in which lane months are read or checked, and how many at once; one by one where requests are counted."""
        if self.plan.requests_per_hour is not None:
            return f"months:{self.scope.workspace_id}", 1
        return self.name(what), width

    def _opening(self, wanted: tuple[Month, ...], states: States, jobs: dict[Month, Job], waiting: tuple[Month, ...]) -> Opening:
        running = {month: job for month, job in jobs.items() if job.is_running}
        if len(running) < len(jobs):
            # What has ended meanwhile is neither on its way nor missing any more.
            states = self.states(wanted)
        lists_job = self.jobs.get(self.name("lists"))
        # A month may have failed to be refreshed although its age asks for nothing.
        found: dict[Month, ClockifyError | None] = {
            month: self.jobs.fault_since(self.name(month.key), state.checked_at) for month, state in states.items()
        }
        found |= {month: job.fault_of(self.name(month.key)) for month, job in jobs.items()}
        return Opening(
            wanted=wanted,
            states=states,
            reading={month: job.progress for month, job in running.items() if month not in states},
            refreshing=frozenset(month for month in running if month in states),
            faults={month: fault for month, fault in found.items() if fault},
            waiting=waiting,
            free_at=self.next_free_at(Intent.VIEWER if waiting else Intent.BACKGROUND),
            lists_fault=lists_job.fault if lists_job else None,
        )
