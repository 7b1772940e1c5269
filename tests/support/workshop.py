"""A workshop of two people, two months of 25 entries each, and single edits of what they logged.

In each of October and November, on the days 1 to 12: Ana at 08:00 UTC on Atlas for an hour and as many minutes
as the day's number (on odd days with the task Draw and the tag red), Ben at 09:00 UTC for half an hour
on Internal, which has no rate; on day 9 Ana once more at 15:00 UTC for 20 minutes. Each entry is called "Ana 11-05" as
its person and day; a timer of Ben's runs since 20 November. Atlas and Apollo have the same rate.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from clockify.demo import World
from clockify.demo.entities import Entry
from clockify.periods import Month

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
OCTOBER, NOVEMBER = Month(2026, 10), Month(2026, 11)
MONTHS = (OCTOBER, NOVEMBER)
DAY = 86_400
TIMER = "Ben's timer"

Edit = Callable[[World], object]


def workshop() -> World:
    """Build the workshop."""
    world = World.empty(name="Workshop")
    ana, ben = world.add_user("Ana", role="OWNER"), world.add_user("Ben", role="MEMBER")
    acme = world.add_client("Acme", "EUR")
    atlas, _ = (world.add_project(name, acme, rate=10_000) for name in ("Atlas", "Apollo"))
    internal = world.add_project("Internal", None, billable=False)
    draw, _ = (world.add_task(atlas, name) for name in ("Draw", "Build"))
    red, _ = (world.add_tag(name) for name in ("red", "blue"))
    for month in MONTHS:
        for day in range(1, 13):
            start, name = datetime(2026, month.number, day, 8, tzinfo=UTC), f"{month.number}-{day:02}"
            odd = {"task": draw, "tags": (red,)} if day % 2 else {}
            world.add_entry(ana, start, start + timedelta(minutes=60 + day), project=atlas, description=f"Ana {name}", **odd)
            half_past = start + timedelta(hours=1)
            world.add_entry(ben, half_past, half_past + timedelta(minutes=30), project=internal, description=f"Ben {name}")
        late = datetime(2026, month.number, 9, 15, tzinfo=UTC)
        world.add_entry(ana, late, late + timedelta(minutes=20), project=atlas, description=f"Ana {month.number}-09 late")
    world.add_running(ben, datetime(2026, 11, 20, 10, tzinfo=UTC), description=TIMER)
    return world


def entry(world: World, name: str) -> Entry:
    """Return the entry of that name."""
    (found,) = [one for one in world.entries if one.description == name]
    return found


def change(name: str, **changes: object) -> Edit:
    """Return the edit that changes fields of an entry."""
    return lambda world: world.edit_entry(entry(world, name).id, **changes)


def move(name: str, to: str, **changes: object) -> Edit:
    """Return the edit that lets an entry begin at another moment (UTC)."""
    return change(name, start=int(datetime.fromisoformat(f"{to}:00+00:00").timestamp()), **changes)


def shift(name: str, days: int) -> Edit:
    """Return the edit that moves an entry by whole days."""
    return lambda world: world.edit_entry(entry(world, name).id, start=entry(world, name).start + days * DAY)


def delete(*names: str) -> Edit:
    """Return the edit that deletes entries."""
    return lambda world: [world.delete_entry(entry(world, name).id) for name in names]


def swap(one: str, other: str) -> Edit:
    """Return the edit that swaps what two entries say."""

    def edit(world: World) -> None:
        first, second = entry(world, one).id, entry(world, other).id
        world.edit_entry(first, description=other)
        world.edit_entry(second, description=one)

    return edit


def stop_timer(world: World) -> None:
    """Let Ben's timer end after an hour and a half."""
    (timer,) = world.running
    world.write_entry(timer._replace(seconds=5400))


def add(world: World) -> None:
    """Log a minute."""
    start = datetime(2026, 11, 5, 20, tzinfo=UTC)
    world.add_entry(next(iter(world.users.values())), start, start + timedelta(minutes=1), description="new")


def retag(world: World) -> None:
    """Give an entry the other tag."""
    world.edit_entry(entry(world, "Ana 11-05").id, tag_ids=(_called(world.tags, "blue"),))


def other_task(world: World) -> None:
    """Give an entry the other task."""
    world.edit_entry(entry(world, "Ana 11-05").id, task_id=_called(world.tasks, "Build"))


def other_project(world: World) -> None:
    """Move an entry to the project of the same rate."""
    world.edit_entry(entry(world, "Ana 11-06").id, project_id=_called(world.projects, "Apollo"))


# Edits of November, each of which some sum shows: of a day, or of the whole month.
SEEN_BY_SUMS: dict[str, Edit] = {
    "a new description": change("Ana 11-05", description="rewritten"),
    "another tag": retag,
    "another task": other_task,
    "another project of the same rate": other_project,
    "another person": lambda world: world.edit_entry(entry(world, "Ana 11-05").id, user_id=entry(world, "Ben 11-05").user_id),
    "another day": shift("Ana 11-05", 1),
    "another week": shift("Ana 11-05", 7),
    "to October": shift("Ana 11-05", -31),
    "from October": shift("Ana 10-05", 31),
    "over midnight to the day before": move("Ana 11-05", "2026-11-04T22:50", seconds=3600),
    "over the month's midnight": move("Ana 11-01", "2026-10-31T22:50", seconds=3600),
    "added": add,
    "deleted": delete("Ana 11-05"),
    "a whole day deleted": delete("Ana 11-05", "Ben 11-05"),
    "a stopped timer": stop_timer,
    "billable without a rate": change("Ben 11-05", billable=True),
    "swapped descriptions of two days": swap("Ana 11-05", "Ana 11-07"),
    "swapped descriptions of one day": swap("Ana 11-09", "Ana 11-09 late"),
}
# The first to the second 02:30 of the night on which clocks go back, both after they did, a day of 25 hours.
IN_OCTOBER: dict[str, Edit] = {
    "into the hour that comes twice": move("Ana 10-05", "2026-10-25T00:30", seconds=7200),
    "into the same hour once more": move("Ana 10-05", "2026-10-25T01:30", seconds=7200),
    "to the last minute of the long day": move("Ana 10-05", "2026-10-25T22:59", seconds=7200),
    "to the first minute after it": move("Ana 10-05", "2026-10-25T23:00", seconds=7200),
}
# Times that move within their day keep every sum.
SEEN_IN_ROWS: dict[str, Edit] = {
    "times moved within the day": move("Ana 11-05", "2026-11-05T08:10"),
    "over midnight from the same day": move("Ana 11-05", "2026-11-05T22:50"),
}


def _called(things: dict[str, object], name: str) -> str:
    (found,) = [identifier for identifier, thing in things.items() if getattr(thing, "name", None) == name]
    return found
