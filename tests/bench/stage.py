"""What the sections share: served worlds, copies of them, PostgreSQL, a browser, the app; each made once."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from statistics import median
from typing import Any, Self

from clockify.demo import RunningServer, agency_world, create_app, serve
from clockify.mirror.snapshots import Scope, Snapshot
from clockify.mirror.store import Store
from clockify.periods import Month
from tests.conftest import keyed
from tests.support.databases import Cluster, Place, start_cluster
from tests.support.mirrors import mirror_of
from tests.support.servers import CHROMIUM_FLAGS, AppServer, find_chromium

READ_SECONDS = 600
MONTHS = 13  # as many as a demo world has
# A usual day of one person is four entries, so this many people for so many entries in thirteen months.
PEOPLE = {1_000: 9, 10_000: 9, 100_000: 90, 1_000_000: 900}


class Missing(Exception):
    """The machine lacks what is to be measured with."""


@dataclass(frozen=True)
class Figure:
    """A line of the table."""

    what: str
    value: str


@dataclass(frozen=True)
class World:
    """A served world, and the folder with an SQLite copy of all its months."""

    entries: int
    server: RunningServer
    folder: Path
    months: tuple[Month, ...]

    @property
    def environment(self) -> dict[str, str]:
        """The settings that lead the app to the world and its copy."""
        return keyed(self.server, self.folder)

    @property
    def place(self) -> Place:
        """The copy's address."""
        return Place(self.environment["DATABASE_URL"], self.folder)

    @property
    def address(self) -> str:
        """The overview of everything there is."""
        return f"/?period=custom&from={self.months[0].period.start}&to={self.months[-1].period.last_day}"


class Stage:
    """Holds what was made until the run ends."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._stack = ExitStack()
        self._worlds: dict[int, World] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def world(self, entries: int) -> World:
        """Serve a world with so many entries and read all of it into a copy."""
        if entries not in self._worlds:
            self._worlds[entries] = self._copied(entries)
        return self._worlds[entries]

    def new_database(self) -> str:
        """Make an empty PostgreSQL database and return its address."""
        return self._cluster.new_database()

    def in_postgres(self, world: World) -> Place:
        """Put a world's months into a new PostgreSQL database."""
        place = Place(self._cluster.new_database(), self.folder)
        with mirror_of(world.server, world.place) as ours, mirror_of(world.server, place) as theirs:
            for month in world.months:
                theirs.store.save_month(theirs.mirror.scope, _snapshot(ours.store, ours.mirror.scope, month), datetime.now(UTC))
        return place

    def new_folder(self, name: str) -> Path:
        """Make an empty folder."""
        folder = self.folder / name
        folder.mkdir()
        return folder

    @contextmanager
    def app(self, *, script: str = "streamlit_app.py", **environment: str) -> Iterator[AppServer]:
        """Run the app, or another script in its place."""
        with AppServer(self.folder, "", environment, script) as server:
            yield server

    @contextmanager
    def page(self) -> Iterator[Any]:
        """Open a tab of a browser that knows nothing yet."""
        context = self._browser.new_context(viewport={"width": 1280, "height": 800})
        try:
            yield context.new_page()
        finally:
            context.close()

    @cached_property
    def _browser(self) -> Any:
        path = find_chromium()
        if path is None:
            raise Missing("no Chromium here (Debian: apt-get install chromium)")
        from playwright.sync_api import sync_playwright

        playwright = self._stack.enter_context(sync_playwright())
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        self._stack.callback(browser.close)
        return browser

    @cached_property
    def _cluster(self) -> Cluster:
        cluster = start_cluster()
        if isinstance(cluster, str):
            raise Missing(cluster)
        self._stack.callback(cluster.stop)
        return cluster

    def _copied(self, entries: int) -> World:
        now = datetime.now(UTC)
        served = agency_world(now, people=PEOPLE[entries], entries=entries, former=False)
        server = self._stack.enter_context(serve(create_app(served)))
        newest = Month.of(now.astimezone(served.zone).date())
        world = World(entries, server, self.new_folder(str(entries)), tuple(newest.after(-back) for back in reversed(range(MONTHS))))
        with mirror_of(server, world.place) as copy:
            opening = copy.mirror.open_months(world.months)
            if not copy.mirror.wait(opening, READ_SECONDS) or copy.mirror.open_months(world.months).faults:
                raise RuntimeError("the world could not be read")
        return world


def timed(work: Callable[[], object]) -> float:
    """Return how many seconds a call takes."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


def milliseconds(seconds: Sequence[float]) -> str:
    """Write the median and the worst of some times."""
    return f"{median(seconds) * 1000:,.0f} ms (worst of {len(seconds)}: {max(seconds) * 1000:,.0f})"


def _snapshot(store: Store, scope: Scope, month: Month) -> Snapshot:
    state = store.month_states(scope)[month]
    entries, cube = (store.read_frame(scope, month, part) for part in ("entries", "cube"))
    return Snapshot(month, state.source, entries, cube, store.read_names(scope, month), state.amounts_hidden, state.verdict)
