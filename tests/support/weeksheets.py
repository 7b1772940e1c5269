"""A week's timesheet on Track: the studio with some more of Ana's entries, and what a page of AppTest shows of it.

The studio on Wednesday 18 November 2026, 13:00 in Belgrade (UTC+1). In the week before Ana worked 0:30 on Internal (Thursday)
and 1:00 on Borealis (Tuesday). In her week: 2:00 on Atlas on Monday from 9:00, and on Tuesday 1:00 and 0:30 more.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

from streamlit.testing.v1 import AppTest

from clockify.demo.entities import Entry
from clockify.demo.world import World
from tests.support import studio
from tests.support.faults import WRITING
from tests.support.house import House
from tests.support.looks import go_to, settle

AppOf = Callable[..., AppTest]
MON, TUE, WED, THU, FRI, SAT, SUN = (date(2026, 11, 16) + timedelta(days=number) for number in range(7))
ANA, BEN = "Ana Kovač", "Ben Okafor"
BEFORE = {("Atlas", "Mon 09:00", 120, "kick-off"), ("Atlas", "Tue 09:00", 60, "design"), ("Atlas", "Tue 14:00", 30, "review")}


def furnished(house: House) -> House:
    """Put Ana's entries into the studio."""
    for project, day, hour, minutes, said in (
        ("Borealis", date(2026, 11, 10), 9, 60, "last week's"),
        ("Atlas", MON, 9, 120, "kick-off"),
        ("Atlas", TUE, 9, 60, "design"),
        ("Atlas", TUE, 14, 30, "review"),
    ):
        log(house.world, ANA, project, local(day, hour), minutes, said)
    return house


def log(world: World, who: str, project: str, start: datetime, minutes: int, said: str = "") -> Entry:
    """Log time in the world itself."""
    found = next(one for one in world.projects.values() if one.name == project)
    return world.add_entry(world.users[id_of(world, who)], start, start + timedelta(minutes=minutes), project=found, description=said)


def opened(app_of: AppOf, house: House, key: str = studio.KEY, **environment: str) -> AppTest:
    """Open Track with everything read."""
    return settle(go_to(settle(app_of(house.front, key, **environment).run()), "track"))


def local(day: date, hour: int, minute: int = 0) -> datetime:
    """A moment in Belgrade's winter, in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC) + timedelta(hours=hour - 1, minutes=minute)


def id_of(world: World, name: str) -> str:
    """A person's id."""
    return next(one.id for one in world.users.values() if one.name == name)


def week(world: World, name: str = ANA) -> set[tuple[str, str, int, str]]:
    """What the world has of somebody's week: project, from when, how many minutes, and what was said."""
    names = {one.id: one.name for one in world.projects.values()}
    return {_said(one, names) for one in world.entries if one.user_id == id_of(world, name) and one.start >= local(MON, 0).timestamp()}


def fields(page: AppTest) -> dict[str, str]:
    """The cells by their labels: "Atlas, No task, Mon 16" → "2:00"."""
    return {one.label: one.value for one in _cells(page)}


def fill(page: AppTest, label: str, text: str) -> AppTest:
    """Type into a cell, named by the beginning of its label: after it comes how it stands."""
    (found,) = [one for one in _cells(page) if one.label == label or one.label.startswith(f"{label}, ")]
    return found.set_value(text).run()  # type: ignore[no-any-return]


def write(page: AppTest) -> AppTest:
    """Press the button that writes."""
    return page.button(key="timesheet-write").click().run()


def sent(house: House) -> int:
    """How many writes have left."""
    return sum(one.endpoint in WRITING and one.endpoint != "entry" for one in house.front.exchanges)


def _cells(page: AppTest) -> list[Any]:
    return [one for one in page.text_input if str(one.key).startswith("timesheet-") and not str(one.key).endswith("-note")]


def _said(entry: Entry, names: dict[str, str]) -> tuple[str, str, int, str]:
    start = datetime.fromtimestamp(entry.start, UTC) + timedelta(hours=1)
    return names.get(entry.project_id or "", ""), f"{start:%a %H:%M}", (entry.seconds or 0) // 60, entry.description
