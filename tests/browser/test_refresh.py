"""Somebody edits in Clockify; Refresh is pressed, and list, week, bars and files show it, whatever kind of edit it was."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from clockify.demo import World, create_app, serve
from clockify.periods import Month
from tests.conftest import keyed
from tests.support.browsing import Sight, expect
from tests.support.servers import AppServer

TODAY = datetime.now(UTC).date()
MONTH = Month.of(TODAY).after(-1)
BEFORE = MONTH.after(-1)
MONDAY = next(day for day in (MONTH.period.start + timedelta(days=number) for number in range(7)) if day.weekday() == 0)
PERIOD = f"period=custom&from={BEFORE.period.start}&to={MONTH.period.last_day}"


@dataclass
class Desk:
    """A served world, and a tab that looks at it."""

    world: World
    sight: Sight

    def entry(self, words: str) -> Any:
        return next(one for one in self.world.entries if one.description == words)

    def edit(self, words: str, **changes: Any) -> None:
        self.world.edit_entry(self.entry(words).id, **changes)

    def refresh(self) -> None:
        self.sight.under("refresh", "button").first.click()
        self.sight.settled()
        expect(self.sight.under("status-line")).to_contain_text("verified")
        expect(self.sight.under("status-line")).not_to_contain_text("checking")
        self.sight.settled()

    def truth(self) -> list[tuple[str, ...]]:
        """Every entry of both months in plain Python: day, start, length, project, task, tags, words, billable time alone."""
        rows = []
        for one in self.world.entries:
            start = datetime.fromtimestamp(one.start, UTC)
            if BEFORE.period.start <= start.date() < MONTH.period.end:
                project = self.world.projects[one.project_id].name if one.project_id else "No project"
                task = self.world.tasks[one.task_id].name if one.task_id else "No task"
                tags = ", ".join(self.world.tags[tag].name for tag in one.tag_ids) or "Untagged"
                words = (one.description, "yes" if one.billable else "no")
                rows.append((f"{start:%Y-%m-%d}", f"{start:%H:%M:%S}", str(one.seconds), project, task, tags, *words))
        return sorted(rows)

    def file(self) -> list[tuple[str, ...]]:
        """The same of the file that the page offers."""
        _, content = self.sight.downloaded("download-entries-csv")
        found = []
        for row in csv.DictReader(io.StringIO(content.decode("utf-8-sig"))):
            clock = datetime.fromisoformat(row["Start"])
            names = (row["Project"] or "No project", row["Task"] or "No task", row["Tags"] or "Untagged")
            found.append((row["Date"], f"{clock:%H:%M:%S}", row["Seconds"], *names, row["Description"], row["Billable"].lower()))
        return sorted(found)


def at(day: date, hour: int) -> datetime:
    return datetime(day.year, day.month, day.day, hour, tzinfo=UTC)


def small_world() -> World:
    world = World.empty(zone="UTC")
    ana, ben = world.add_user("Ana", role="OWNER"), world.add_user("Ben", role="MEMBER")
    client = world.add_client("Acme", "EUR")
    atlas, borealis = (world.add_project(name, client, rate=6000) for name in ("Atlas", "Borealis"))
    world.add_task(atlas, "Design")
    world.add_tag("Urgent")
    for number, words in enumerate(("alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta", "theta")):
        day = MONDAY + timedelta(days=number % 5)
        world.add_entry((ana, ben)[number % 2], at(day, 8 + number // 5), at(day, 9 + number // 5), project=atlas, description=words)
    world.add_entry(ben, at(MONDAY, 14), at(MONDAY, 15), project=borealis, description="iota")
    return world


@pytest.fixture
def desk(tmp_path: Path, chromium: Any) -> Iterator[Desk]:
    world = small_world()
    with serve(create_app(world)) as server, AppServer(tmp_path, "", keyed(server, tmp_path)) as app, Sight(chromium, app.url) as sight:
        yield Desk(world, sight)


def describe(desk: Desk) -> None:
    desk.edit("beta", description="beta, said otherwise")


def retag(desk: Desk) -> None:
    desk.edit("alpha", tag_ids=tuple(desk.world.tags))


def to_task(desk: Desk) -> None:
    desk.edit("beta, said otherwise", task_id=next(iter(desk.world.tasks)))


def to_project(desk: Desk) -> None:
    desk.edit("gamma", project_id=desk.entry("iota").project_id)


def to_next_week(desk: Desk) -> None:
    desk.edit("delta", start=desk.entry("delta").start + 7 * 86_400)


def to_month_before(desk: Desk) -> None:
    desk.edit("epsilon", start=int(at(BEFORE.period.start + timedelta(days=9), 9).timestamp()))


def later_that_day(desk: Desk) -> None:
    desk.edit("zeta", start=desk.entry("zeta").start + 1234)


def over_midnight(desk: Desk) -> None:
    desk.edit("eta", start=desk.entry("eta").start + 14 * 3600, seconds=5 * 3600)


def swap_words(desk: Desk) -> None:
    one, other = desk.entry("theta"), desk.entry("iota")
    desk.world.edit_entry(one.id, description="iota")
    desk.world.edit_entry(other.id, description="theta")


def make_unbillable(desk: Desk) -> None:
    desk.edit("alpha", billable=False)


def delete_a_day(desk: Desk) -> None:
    for one in [one for one in desk.world.entries if datetime.fromtimestamp(one.start, UTC).date() == MONDAY]:
        desk.world.delete_entry(one.id)


EDITS: tuple[Callable[[Desk], None], ...] = (
    describe,
    to_task,
    retag,
    to_project,
    to_next_week,
    to_month_before,
    later_that_day,
    over_midnight,
    swap_words,
    make_unbillable,
    delete_a_day,
)


def bars(sight: Sight) -> dict[date, float]:
    """Return the hours of each day that the chart shows, as its bars say them; several bars of a day are stacked."""
    found: dict[date, float] = {}
    expect(sight.under("bars", "[aria-roledescription=bar]").first).to_be_visible()
    for label in sight.under("bars", "[aria-roledescription=bar]").evaluate_all("all => all.map(one => one.getAttribute('aria-label'))"):
        day, words = label.split(":", 1)
        hours = float(re.findall(r"([\d.]+) h", words)[-1])
        found[datetime.strptime(day, "%a %d %b %Y").date()] = found.get(datetime.strptime(day, "%a %d %b %Y").date(), 0.0) + hours
    return found


def test_the_list_and_its_file_are_what_clockify_has_after_each_edit(desk: Desk) -> None:
    desk.sight.open(f"/detailed?{PERIOD}")
    assert desk.file() == desk.truth()
    for edit in EDITS:
        before = desk.truth()
        edit(desk)
        assert desk.truth() != before
        desk.refresh()
        assert desk.file() == desk.truth(), edit
    assert desk.sight.complaints == []


@pytest.mark.nightly
def test_the_week_and_the_bars_follow(desk: Desk) -> None:
    sight = desk.sight
    sight.open(f"/weekly?week={MONDAY}&of=everyone")
    expect(sight.page.get_by_text("delta").first).to_be_visible()
    desk.edit("delta", description="delta, said otherwise")
    desk.refresh()
    expect(sight.page.get_by_text("delta, said otherwise").first).to_be_visible()
    desk.edit("delta, said otherwise", start=desk.entry("delta, said otherwise").start + 7 * 86_400)
    desk.refresh()
    expect(sight.page.get_by_text("delta, said otherwise")).to_have_count(0)
    sight.open(f"/?period=custom&from={MONDAY}&to={MONDAY + timedelta(days=13)}")
    assert bars(sight)[MONDAY + timedelta(days=10)] == 1.0
    desk.edit("zeta", start=desk.entry("zeta").start + 86_400)
    desk.refresh()
    hours = dict.fromkeys(bars(sight), 0.0)
    for one in desk.world.entries:
        day = datetime.fromtimestamp(one.start, UTC).date()
        if day in hours:
            hours[day] += one.seconds / 3600
    assert bars(sight) == {day: value for day, value in hours.items() if value}
