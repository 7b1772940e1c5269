"""A person at the dashboard of the demo's agency, which stands still while he looks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from clockify.demo import World, agency_world, create_app, serve
from clockify.demo.entities import Entry
from tests.conftest import keyed
from tests.support.browsing import Sight, expect
from tests.support.reckoning import Span, cards, hours, month_before, seconds, workdays
from tests.support.servers import HostedServer

CARDS = ("kpi-tracked", "kpi-billable", "kpi-amount", "kpi-average")
LAST = ("period", "last-month")


@dataclass
class Job:
    """A tab at the agency's dashboard, and the agency."""

    sight: Sight
    world: World
    today: date

    @property
    def month(self) -> Span:
        """The month before today's."""
        return month_before(self.today)

    def go(self, path: str, *parameters: tuple[str, str]) -> None:
        """Follow a link to a page with filters; as any link, it loads the page anew."""
        self.sight.open(f"{path}?{urlencode(parameters)}")

    def shows(self, entries: list[Entry], days: list[date]) -> None:
        """Wait for the cards to show these entries' figures, and of the days that are over the average."""
        over = [day for day in days if day != self.today]
        counted = [entry for entry in entries if datetime.fromtimestamp(entry.start, self.world.zone).date() in over]
        average = hours(Decimal(seconds(counted)) / (workdays(over) or len(over))) if over else "–"
        for key, figure in {**cards(entries, self.world), "kpi-average": average}.items():
            expect(self.sight.figure(key)).to_have_text(figure)

    def user(self, name: str) -> str:
        """Return a person's id."""
        return next(user.id for user in self.world.users.values() if user.name == name)

    def project(self, name: str) -> str:
        """Return a project's id."""
        return next(project.id for project in self.world.projects.values() if project.name == name)

    def client(self, name: str) -> str:
        """Return a client's id."""
        return next(client.id for client in self.world.clients.values() if client.name == name)


@contextmanager
def agency_job(chromium: Any, folder: Path) -> Iterator[Job]:
    """Run the app over the agency as a team hosts it, under all that guards it there, and look at it."""
    world = agency_world(datetime.now(UTC))
    today = datetime.now(world.zone).date()
    # There is work today, whatever day it is.
    start = datetime.combine(today, time(), world.zone)
    busy = next(project for project in world.projects.values() if project.rate)
    world.add_entry(next(iter(world.users.values())), start, start + timedelta(minutes=90), project=busy)
    with serve(create_app(world)) as server, HostedServer(folder, "", keyed(server, folder)) as app, Sight(chromium, app.url) as sight:
        sight.open("/")
        yield Job(sight, world, today)
