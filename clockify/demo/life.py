"""A small life: somebody starts, stops or corrects something every minute or two.

What is done is done to today's time alone, never later than now, and never so that somebody's entries overlap: no
figure of an earlier day moves. Nobody works more than his hours, and a process that runs for long has no more changes a
day than people would make. The owner's time is left to whoever tries the demo out.
"""

from collections.abc import Callable, Iterator
from datetime import date, datetime, time
from random import Random

from clockify.demo.agency import WORDS
from clockify.demo.entities import Entry, User
from clockify.demo.keys import OWNER_KEY
from clockify.demo.world import World

MINUTE = 60
PACE_SECONDS = 90.0
BRISK_CHANGES, SLOWER = 300, 6.0
"""After so many changes of a day the next ones come that much later: a few hundred a day are what people make."""

FIRST = 0.3
"""Whoever has just started the demo sees the first change sooner."""

MOST_SECONDS = 8 * 3600
LAST_HOUR = 23
_SHORTEST, _LONGEST = 15 * MINUTE, 60 * MINUTE
_TIMER_SHORTEST, _TIMER_LONGEST = 8 * MINUTE, 75 * MINUTE
_LEAST = 5 * MINUTE
_HABIT_DAYS, _DAY = 21, 86400

Act = Callable[[World, datetime], bool]


class Life:
    """Makes one change of a world at a time; the same ones for the same seed and moments."""

    def __init__(self, seed: int = 1, pace: float = PACE_SECONDS) -> None:
        self._dice = Random(f"life/{seed}")  # noqa: S311 -- repeatable, not secret
        self._pace = pace
        self._day: date | None = None
        self._changes = 0

    def pause(self) -> float:
        """Return the seconds until the next change."""
        first = self._day is None
        pace = FIRST if first else SLOWER if self._changes >= BRISK_CHANGES else 1.0
        return self._pace * pace * self._dice.uniform(2 / 3, 4 / 3)

    def step(self, world: World, now: datetime) -> bool:
        """Make one change, as its API would; tell whether there was one to make."""
        local = now.astimezone(world.zone)
        if local.date() != self._day:
            self._day, self._changes = local.date(), 0
        with world.lock:
            is_done = any(act(world, now) for act in self._acts(world, now, is_late=local.hour >= LAST_HOUR))
        self._changes += is_done
        return is_done

    def _acts(self, world: World, now: datetime, *, is_late: bool) -> Iterator[Act]:
        """Give what may be done, what is likeliest first on the average; a timer that was forgotten before all."""
        instant = int(now.timestamp())
        if any(is_late or instant - timer.start > _TIMER_LONGEST for timer in _timers(world)):
            yield self._end_forgotten
        likely: list[tuple[Act, float]] = [(self._correct, 0.35), (self._log, 0.15)]
        if not is_late:
            few = len(world.running) < max(1, len(world.users) // 3)
            likely += [(self._stop, 0.3), (self._start, 0.3 if few else 0.02)]
        drawn = sorted(likely, key=lambda one: self._dice.random() ** (1 / one[1]), reverse=True)
        yield from (act for act, _ in drawn)

    def _start(self, world: World, now: datetime) -> bool:
        for user in self._people(world):
            if _is_free(world, user, now) and (like := self._like(world, user, now)):
                start = int(now.timestamp())
                world.write_entry(_anew(world, user, like, start, self._words(world, like)), running=True)
                return True
        return False

    def _stop(self, world: World, now: datetime) -> bool:
        """Stop the timer that has run longest, unless it has only just begun."""
        timer, instant = min(_timers(world), default=None), int(now.timestamp())
        least = _TIMER_SHORTEST if now.astimezone(world.zone).hour < LAST_HOUR else 1
        if timer is None or instant - timer.start < least:
            return False
        world.write_entry(timer._replace(seconds=instant - timer.start))
        return True

    def _end_forgotten(self, world: World, now: datetime) -> bool:
        """Stop a timer that has run for long; throw it away if it ran on from another day, as when the machine slept."""
        timer = min(_timers(world))
        if timer.start >= _midnight(world, now):
            return self._stop(world, now)
        world.delete_entry(timer.id)
        return True

    def _log(self, world: World, now: datetime) -> bool:
        """Log what somebody has just done, as far as there is room behind what he did before."""
        for user in self._people(world):
            room = int(now.timestamp()) - _free_since(world, user, now)
            if room >= _SHORTEST and _is_free(world, user, now) and (like := self._like(world, user, now)):
                seconds = min(room, self._dice.randint(_SHORTEST // MINUTE, _LONGEST // MINUTE) * MINUTE)
                entry = _anew(world, user, like, int(now.timestamp()) - seconds, self._words(world, like))
                world.write_entry(entry._replace(seconds=seconds))
                return True
        return False

    def _correct(self, world: World, now: datetime) -> bool:
        """Put one of today's entries right: its words, or a few minutes at its end."""
        others = {user.id for user in _others(world)}
        entries = [entry for entry in _todays(world, now) if entry.user_id in others]
        if not entries:
            return False
        entry = self._dice.choice(entries[-12:])
        words, seconds = self._words(world, entry), entry.seconds + self._dice.choice((-10, -5, 5, 10)) * MINUTE
        fits = seconds >= _LEAST and entry.start + seconds <= _room_until(world, entry, now)
        if fits and (words == entry.description or self._dice.random() < 0.5):
            world.write_entry(entry._replace(seconds=seconds))
        elif words != entry.description:
            world.write_entry(entry._replace(description=words))
        else:
            return False
        return True

    def _people(self, world: World) -> list[User]:
        people = _others(world)
        return self._dice.sample(people, len(people))

    def _like(self, world: World, user: User, now: datetime) -> Entry | None:
        """Return a late entry of somebody's that may be done more of; None without."""
        since = int(now.timestamp()) - _HABIT_DAYS * _DAY
        own = [entry for entry in world.between(since, int(now.timestamp())) if entry.user_id == user.id]
        alive = [entry for entry in own if not (entry.project_id and world.projects[entry.project_id].archived)]
        return self._dice.choice(alive) if alive else None

    def _words(self, world: World, entry: Entry) -> str:
        task = world.tasks.get(entry.task_id or "")
        return self._dice.choice(WORDS.get(task.name if task else "", WORDS[""]))


def settle(world: World, now: datetime) -> None:
    """Let life have a world: what was planned for the rest of today is left to it, and so are the timers that run."""
    with world.lock:
        current = {entry.id: entry for entry in world.upcoming if entry.start <= now.timestamp()}
        world.timers, world.upcoming = None, []
        running = []
        for timer in world.running:
            free = _free_since(world, world.users[timer.user_id], now)
            if timer.id in current or timer.user_id in world.timed_by_hand:
                running.append(timer)
            elif free < int(now.timestamp()):
                running.append(timer._replace(start=max(timer.start, free)))
        world.running = running


def _midnight(world: World, now: datetime) -> int:
    return int(datetime.combine(now.astimezone(world.zone).date(), time(), world.zone).timestamp())


def _others(world: World) -> list[User]:
    """Return who lives by himself: nobody who has left, and not the owner."""
    owner = world.keys.get(OWNER_KEY)
    return [user for user in world.users.values() if user.status != "DELETED" and user.id != owner]


def _timers(world: World) -> list[Entry]:
    others = {user.id for user in _others(world)}
    return [timer for timer in world.running if timer.user_id in others]


def _todays(world: World, now: datetime) -> list[Entry]:
    return [entry for entry in world.between(_midnight(world, now), int(now.timestamp())) if not entry.is_locked]


def _is_free(world: World, user: User, now: datetime) -> bool:
    """Tell whether somebody may begin something: nothing of his is going on, and he hasn't done enough for today."""
    today = sum(entry.seconds for entry in _todays(world, now) if entry.user_id == user.id)
    is_busy = any(timer.user_id == user.id for timer in world.running)
    return not is_busy and today < MOST_SECONDS


def _free_since(world: World, user: User, now: datetime) -> int:
    """Return when somebody's last entry ended, or today began."""
    midnight = _midnight(world, now)
    ends = [entry.start + entry.seconds for entry in world.between(midnight - _DAY, int(now.timestamp())) if entry.user_id == user.id]
    return max(midnight, *ends) if ends else midnight


def _room_until(world: World, entry: Entry, now: datetime) -> int:
    """Return until when an entry may last: the next of its person's, a timer's start, now."""
    others = [*world.between(entry.start, int(now.timestamp())), *world.running]
    starts = [other.start for other in others if other.user_id == entry.user_id and other.id != entry.id and other.start >= entry.start]
    return min(int(now.timestamp()), *starts) if starts else int(now.timestamp())


def _anew(world: World, user: User, like: Entry, start: int, words: str) -> Entry:
    """Return an entry like another one, of now and by today's rates."""
    project, task = world.projects.get(like.project_id or ""), world.tasks.get(like.task_id or "")
    return world.make_entry(
        user,
        datetime.fromtimestamp(start, world.zone),
        0,
        project=project,
        task=task,
        tags=[world.tags[one] for one in like.tag_ids if not world.tags[one].archived],
        billable=like.billable,
        description=words,
    )
