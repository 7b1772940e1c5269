"""What Clockify's webhooks would have told of edits, and processes that are told it."""

from __future__ import annotations

import json
import multiprocessing
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from random import Random
from typing import Any

from clockify.demo import RunningServer
from clockify.demo.entities import Entry
from clockify.demo.replies import Writer
from clockify.demo.world import World
from clockify.desk.hooks import Hooks
from clockify.mirror.database import Database
from clockify.mirror.store import Store
from tests.support.databases import Place

Json = dict[str, Any]
Told = tuple[str, Json]

CONTEXT = multiprocessing.get_context("forkserver")
CONTEXT.set_forkserver_preload(["tests.support.telling", "sqlite3", "psycopg"])
SECONDS = 120.0


class Listener:
    """Looks at a world after each edit, and says what webhooks would have told of it."""

    def __init__(self, server: RunningServer) -> None:
        self._server = server
        self._finished, self._running = self._looked()

    def told(self) -> list[Told]:
        """Return what has happened since the last look."""
        (old, old_timers), (new, timers) = (self._finished, self._running), self._looked()
        self._finished, self._running = new, timers
        world = self._server.world
        told = [("NEW_TIMER_STARTED", body_of(world, timers[one], runs=True)) for one in timers.keys() - old_timers.keys() - old.keys()]
        for one, entry in new.items():
            before = old.get(one)
            if before is entry or before == entry:
                continue
            event = "TIME_ENTRY_UPDATED" if before else "TIMER_STOPPED" if one in old_timers else "NEW_TIME_ENTRY"
            told.append((event, body_of(world, entry)))
        changed = [one for one in timers.keys() & old_timers.keys() if timers[one] != old_timers[one]]
        told += [("TIME_ENTRY_UPDATED", body_of(world, timers[one], runs=True)) for one in changed]
        gone = (old.keys() - new.keys() - timers.keys()) | (old_timers.keys() - new.keys() - timers.keys())
        return told + [("TIME_ENTRY_DELETED", {"id": one, "workspaceId": world.id}) for one in gone]

    def _looked(self) -> tuple[dict[str, Entry], dict[str, Entry]]:
        world = self._server.world
        return {one.id: one for one in world.entries}, {one.id: one for one in world.running}


def body_of(world: World, entry: Entry, *, runs: bool = False) -> Json:
    """Return a webhook's body: flat, with what it names beside it in place of the ids of task and tags."""
    row = Writer(world, True).entry(entry, running=runs, hydrated=True)
    return {name: value for name, value in row.items() if name not in ("taskId", "tagIds")} | {"currentlyRunning": runs}


def in_disorder(told: Sequence[Told], dice: Random, *, repeated: int, reach: int | None = None) -> list[Told]:
    """Return deliveries of which so many come twice, each up to `reach` places from where it was; None: anywhere."""
    places = [(number, one) for number, one in enumerate(told)] + [
        (number, told[number]) for number in (dice.randrange(len(told)) for _ in range(repeated))
    ]
    reach = len(places) * 10 if reach is None else reach
    return [one for _, _, one in sorted((number + dice.random() * reach, dice.random(), one) for number, one in places)]


class Teller:
    """A process that is told deliveries as a server would be: `took` and `settled` are the seconds for noting and for all."""

    def __init__(self, place: Place, workspace_id: str, now: datetime, told: Sequence[Told], file: Path, gate: Path) -> None:
        file.write_text(json.dumps(told))
        self._line, theirs = CONTEXT.Pipe(duplex=False)
        where = (place.url, str(place.folder), workspace_id, now.timestamp(), str(file), str(gate))
        self.process: ForkServerProcess = CONTEXT.Process(target=_take, args=(*where, theirs), daemon=True)
        self.process.start()
        theirs.close()
        self.took = self.settled = 0.0
        self.noted = 0

    def ready(self) -> None:
        """Wait until it waits for the gate."""
        assert self._line.poll(SECONDS) and self._line.recv() == "ready"

    def watch(self, until: int) -> None:
        """Wait until so many are noted."""
        while self.noted < until:
            assert self._line.poll(SECONDS)
            self.noted = self._line.recv()

    def end(self) -> None:
        """Wait until all are noted and nothing waits for it."""
        while not isinstance(found := self._next(), tuple):
            self.noted = found
        self.took, self.settled = found
        self.process.join(SECONDS)
        assert self.process.exitcode == 0

    def kill(self) -> int:
        """Kill it; return how many it had surely noted."""
        self.process.kill()
        self.process.join(SECONDS)
        while self._line.poll(0):
            try:
                self.noted = self._line.recv()
            except EOFError:
                break
        return self.noted

    def _next(self) -> Any:
        assert self._line.poll(SECONDS)
        return self._line.recv()


@contextmanager
def hooks_at(place: Place, workspace_id: str, clock: Callable[[], datetime]) -> Iterator[Hooks]:
    """Take webhooks in for a database."""
    store = Store(Database(place.url, place.folder))
    hooks = Hooks(store, lambda: {workspace_id}, clock)
    try:
        yield hooks
    finally:
        hooks.close()
        store.close()


def _take(url: str | None, folder: str, workspace_id: str, now: float, file: str, gate: str, line: Connection) -> None:
    told = json.loads(Path(file).read_text())
    moment = datetime.fromtimestamp(now, UTC)
    with hooks_at(Place(url, Path(folder)), workspace_id, lambda: moment) as hooks:
        line.send("ready")
        while not Path(gate).exists():
            time.sleep(0.01)
        begun = time.monotonic()
        for number, (event, body) in enumerate(told, 1):
            hooks.take(event, body)
            if number % 10 == 0:
                line.send(number)
        took = time.monotonic() - begun
        assert hooks.wait(SECONDS)
        line.send((took, time.monotonic() - begun))
