"""The agency's thirteen months of entries, the same ones for the same seed and day."""

from bisect import bisect
from collections.abc import Callable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import accumulate
from random import Random
from typing import Any, NamedTuple

from clockify.demo import workdays
from clockify.demo.agency import HABITS, HOUR, WORDS, Agency, Habit, Plan, found
from clockify.demo.clocks import utc_text
from clockify.demo.entities import Entry, Project, Task, User
from clockify.demo.portfolio import clients_for, plans_for
from clockify.demo.world import World

QUARTER = HOUR // 4
MONTHS_BACK = 12
_FORMER_LAST_MONTH = 8
_LUNCH, _LUNCH_SECONDS = 12 * HOUR + QUARTER, 3 * QUARTER
_NEAT_COUNT = 8
_LOCKED_MONTHS = 2
_TIMER_PEOPLE = (2, 4)

Offer = tuple[Plan, Project, list[Task]] | None


class Work(NamedTuple):
    """What an entry is about."""

    project: Project | None
    task: Task | None
    rate: int | None
    billable: bool
    description: str


def agency_world(
    now: datetime,
    *,
    seed: int = 1,
    people: int = 9,
    entries: int | None = None,
    projects: int | None = None,
    former: bool = True,
    zone: str = "Europe/Belgrade",
) -> World:
    """Build Studio Meridian as of `now` (aware): this month and the twelve before.

    `entries` asks for exactly that many on the days before today, and nobody's day is natural any more.
    `projects`: more than the usual 14 have names that repeat from client to client.
    `former` adds a deleted person with old entries. Today's entries appear as `World.advance` moves on.
    """
    world = World(zone=zone, seed=seed)
    today = now.astimezone(world.zone).date()
    world.settings["lockTimeEntries"] = utc_text(_first_open(today, world))
    diary = _Diary(world, found(world, people=people, former=former, **_portfolio(projects)), today)
    days = [diary.first + timedelta(days=number) for number in range((today - diary.first).days)]
    counts = None if entries is None else diary.spread(days, entries)
    written = [entry for day in days for entry in diary.day(day, counts)]
    if entries is not None:
        written = sorted(written)[len(written) - entries :] if entries else []
    plan = diary.day(today, None)
    instant = now.timestamp()
    world.extend(entry for entry in written if entry.start + entry.seconds <= instant)
    world.upcoming = [entry for entry in written if entry.start + entry.seconds > instant] + plan
    world.timers = _timers(diary, list(world.upcoming))
    world.advance(now)
    return world


def _first_open(today: date, world: World) -> int:
    """Return the first moment that isn't locked: months before the last one are, and so are their entries."""
    first = workdays.first_of_month(today, _LOCKED_MONTHS - 1)
    return int(datetime.combine(first, time(), world.zone).timestamp())


def _portfolio(projects: int | None) -> dict[str, Any]:
    return {} if projects is None else {"clients": clients_for(projects), "plans": plans_for(projects)}


def _timers(diary: "_Diary", planned: list[Entry]) -> Callable[[datetime], list[Entry]]:
    """Return what tells the running timers of two people at a moment."""

    def at(now: datetime) -> list[Entry]:
        instant = int(now.timestamp())
        running = []
        for number in dict.fromkeys(number % len(diary.agency.people) for number in _TIMER_PEOPLE):
            user = diary.agency.people[number][0]
            current = [entry for entry in planned if entry.user_id == user.id and entry.start <= instant < entry.start + entry.seconds]
            entry = current[-1] if current else diary.invented(number, instant - instant % (HOUR // 2) - 25 * 60)
            running.append(entry._replace(seconds=0))
        return running

    return at


class _Diary:
    """Writes the entries of one local day after the other."""

    def __init__(self, world: World, agency: Agency, today: date) -> None:
        self.world, self.agency, self.today = world, agency, today
        self.first = workdays.first_of_month(today, MONTHS_BACK)
        self.staff: list[tuple[User, Habit]] = list(agency.people)
        if agency.former:
            self.staff.append((agency.former, HABITS[2]))
        self._offers: dict[tuple[int, int], tuple[list[Offer], list[int]]] = {}
        self._rates: dict[tuple[str, str, str, bool], int | None] = {}

    def spread(self, days: list[date], entries: int) -> dict[tuple[date, int], int]:
        """Divide a number of entries evenly over the days that people work."""
        slots = [(day, number) for day in days for number in range(len(self.staff)) if self.works(day, number)]
        total = len(slots)
        return {slot: (index + 1) * entries // total - index * entries // total for index, slot in enumerate(slots)}

    def works(self, day: date, number: int) -> bool:
        """Tell whether a person works on a day."""
        user, habit = self.staff[number]
        if user.status == "DELETED" and workdays.months_between(day, self.today) < _FORMER_LAST_MONTH:
            return False
        return day.weekday() in habit.weekdays and not workdays.is_holiday(day) and not workdays.is_away(day, number)

    def day(self, day: date, counts: dict[tuple[date, int], int] | None) -> list[Entry]:
        """Write everybody's entries of one day; `counts` says how many when it isn't left to habit."""
        rng = _dice(self.world.seed, day.toordinal())
        # Clocks change at night, so from noon back the whole working day has one offset.
        midnight = int(datetime.combine(day, time(12), self.world.zone).timestamp()) - 12 * HOUR
        written: list[Entry] = []
        for number in range(len(self.staff)):
            if self.works(day, number):
                count = counts[day, number] if counts else None
                written += self._working_day(rng, day, midnight, number, count)
        return written + list(self._odd_hours(rng, day))

    def invented(self, number: int, start: int) -> Entry:
        """Write an entry for a timer that no plan knows of."""
        rng = _dice(self.world.seed, number, start)
        return self._entry(rng, self.today, number, start, 0, 0)

    def _working_day(self, rng: Random, day: date, midnight: int, number: int, count: int | None) -> Iterator[Entry]:
        habit = self.staff[number][1]
        natural = count is None
        count = _usual_count(rng, habit) if count is None else count
        limit = 13 * HOUR if workdays.is_short(day) and natural else 24 * HOUR
        clock = 8 * HOUR + rng.randrange(2, 7) * QUARTER
        lunch_taken = False
        for index, seconds in enumerate(_pieces(rng, habit.hours * HOUR * rng.uniform(0.88, 1.12), count)):
            if clock >= _LUNCH and not lunch_taken:
                clock, lunch_taken = clock + _LUNCH_SECONDS, True
            if clock + seconds > limit:
                return
            yield self._entry(rng, day, number, midnight + clock, seconds, index)
            clock += seconds + (QUARTER if natural and rng.random() < 0.2 else 0)
        if natural and habit.overtime and limit > 20 * HOUR and rng.random() < 0.09:
            late = self._entry(rng, day, number, midnight + 20 * HOUR, rng.randrange(3, 8) * QUARTER, count)
            yield late._replace(tag_ids=(self._tag_id("Overtime"),))

    def _odd_hours(self, rng: Random, day: date) -> Iterator[Entry]:
        """Write what spans midnight or a change of the clocks."""
        zone = self.world.zone
        if workdays.is_release_night(day) and not workdays.is_holiday(day):
            start = int(datetime.combine(day, time(22, 15), zone).timestamp())
            end = int(datetime.combine(day + timedelta(days=1), time(1, 40), zone).timestamp())
            yield self._entry(rng, day, 3 % len(self.staff), start, end - start, 90)
        if workdays.changes_clocks(day, zone):
            start = int(datetime.combine(day, time(1), zone).timestamp())
            end = int(datetime.combine(day, time(4), zone).timestamp())
            yield self._entry(rng, day, 4 % len(self.staff), start, end - start, 91)

    def _entry(self, rng: Random, day: date, number: int, start: int, seconds: int, index: int) -> Entry:
        user = self.staff[number][0]
        months = workdays.months_between(day, self.today)
        work = self._work(rng, day, number, months)
        return Entry(
            start,
            f"{start:08x}{number:06x}{index:010x}",
            seconds,
            user.id,
            work.project.id if work.project else None,
            work.task.id if work.task else None,
            self._tags(rng, months),
            work.billable,
            work.description,
            work.rate,
            user.cost_rate,
            is_locked=months >= _LOCKED_MONTHS,
        )

    def _work(self, rng: Random, day: date, number: int, months: int) -> Work:
        offers, weights = self._offers_for(number, months)
        offer = offers[bisect(weights, rng.random() * weights[-1])]
        if offer is None:
            return Work(None, None, None, False, rng.choice(("", "", "Phone calls", "Mail")))
        plan, project, tasks = offer
        task = tasks[int(rng.random() * len(tasks))] if rng.random() < 0.86 else None
        words = WORDS[task.name if task else ""]
        description = "" if rng.random() < 0.05 else words[int(rng.random() * len(words))]
        billable = project.billable and rng.random() < 0.96
        earlier = day.year < self.today.year
        return Work(project, task, self._rate(number, plan, project, task, earlier), billable, description)

    def _rate(self, number: int, plan: Plan, project: Project, task: Task | None, earlier: bool) -> int | None:
        user = self.staff[number][0]
        key = (user.id, project.id, task.id if task else "", earlier)
        if key not in self._rates:
            rate = self.world.rate_for(user, project, task)
            if earlier and plan.earlier_rate and rate == project.rate:
                rate = plan.earlier_rate
            self._rates[key] = rate
        return self._rates[key]

    def _offers_for(self, number: int, months: int) -> tuple[list[Offer], list[int]]:
        """Return what a person can work on in a month, None for no project, with running totals of the weights."""
        key = (number, months)
        if key not in self._offers:
            alive = [
                (offer, offer[0].weight * (3 if (index + number) % 3 == 0 else 1))
                for index, offer in enumerate(self.agency.projects)
                if offer[0].alive[1] <= months <= offer[0].alive[0]
            ]
            offers: list[Offer] = [offer for offer, _ in alive]
            self._offers[key] = [*offers, None], list(accumulate([*(weight for _, weight in alive), 2]))
        return self._offers[key]

    def _tags(self, rng: Random, months: int) -> tuple[str, ...]:
        chance = rng.random()
        if chance < 0.72:
            return ()
        if months > 9 and chance > 0.98:
            return (self._tag_id("Legacy"),)
        usable = [tag for tag in self.agency.tags if tag.name not in ("Legacy", "Overtime")]
        first = usable[int(rng.random() * len(usable))]
        second = usable[int(rng.random() * len(usable))]
        return (first.id,) if chance < 0.93 or first is second else (first.id, second.id)

    def _tag_id(self, name: str) -> str:
        return next(tag.id for tag in self.agency.tags if tag.name == name)


def _dice(*parts: int) -> Random:
    return Random("/".join(map(str, parts)))  # noqa: S311 -- repeatable, not secret


def _usual_count(rng: Random, habit: Habit) -> int:
    return rng.choice((2, 3, 3, 4)) if habit.hours < 5 else rng.choice((3, 3, 4, 4, 4, 5, 6))


def _pieces(rng: Random, total: float, count: int) -> list[int]:
    """Cut a day's work into pieces: quarter hours mostly, odd seconds when a timer was used or there are many."""
    weights = [rng.random() + 0.4 for _ in range(count)]
    whole = sum(weights)
    pieces = [max(1, int(total * weight / whole)) for weight in weights]
    if count > _NEAT_COUNT:
        return pieces
    return [piece if rng.random() < 0.15 else max(1, round(piece / QUARTER)) * QUARTER for piece in pieces]
