"""The webhooks of the demo: what happens in its world, told to whoever listens, as Clockify does it.

Each webhook has one event and a token of its own, which is sent in plain form. A few deliveries come twice and a few behind
the next one, the same ones for the same seed. What the receiver didn't take is tried again a few times. How often Clockify
itself does so was never captured, nor which events a change sends that is several at once (`happenings`).
"""

import http.client
import json
import queue
import threading
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from random import Random
from typing import Any
from urllib.parse import urlsplit

from clockify.demo.happenings import Happening
from clockify.demo.replies import Writer
from clockify.demo.world import World

Json = dict[str, Any]

USER_AGENT = "clockify-demo"
RESTS = (0.25, 1.0, 4.0)
"""The seconds to wait before a delivery is tried a second, third and last time."""

TIMEOUT_SECONDS = 5.0
LATE_SECONDS = 0.6
ODD = 0.08
MOST_WAITING = 1000
_SERVER_ERROR = 500


@dataclass(frozen=True, slots=True)
class Hook:
    """One webhook: where it leads, the event it is for, and its own token."""

    url: str
    event: str
    token: str = field(repr=False)


class Fate(StrEnum):
    """How a delivery comes."""

    USUAL = "usual"
    TWICE = "twice"
    LATE = "late"


@dataclass(frozen=True, slots=True)
class Delivery:
    """One body on its way to one webhook."""

    hook: Hook
    body: bytes = field(repr=False)


def fates(seed: int, odd: float = ODD) -> Iterator[Fate]:
    """Give how one delivery after the other comes: `odd` of them twice, or behind the next one."""
    dice = Random(f"hooks/{seed}")  # noqa: S311 -- repeatable, not secret
    while True:
        chance = dice.random()
        yield Fate.TWICE if chance < odd / 2 else Fate.LATE if chance < odd else Fate.USUAL


def body_of(world: World, happening: Happening) -> Json:
    """Write a happening as webhooks do: flat, the entry with its project, task, person and tags."""
    entry, writer = happening.entry, Writer(world, sees_money=True)
    row = writer.entry(entry, running=happening.running)
    user, project = world.users[entry.user_id], world.projects.get(entry.project_id or "")
    task = world.tasks.get(entry.task_id or "")
    kept = ("id", "description", "userId", "billable", "projectId", "timeInterval", "workspaceId", "isLocked")
    return {name: row[name] for name in (*kept, "hourlyRate", "costRate", "customFieldValues")} | {
        "currentlyRunning": happening.running,
        "project": _project(writer.project(project), project.time_estimate or 0) if project else None,
        "task": writer.task(task) | {"workspaceId": world.id, "assigneeId": ""} if task else None,
        "user": {"id": user.id, "name": user.name, "status": user.status},
        "tags": [writer.tag(world.tags[one]) for one in entry.tag_ids],
    }


class Sender:
    """Sends what it is told of, in a thread of its own: `note` while the world is locked, `post` once the reply is out."""

    def __init__(self, hooks: Sequence[Hook], seed: int = 1, odd: float = ODD) -> None:
        self._hooks, self._fates = tuple(hooks), fates(seed, odd)
        self._noted: queue.SimpleQueue[Delivery] = queue.SimpleQueue()
        self._posted: queue.Queue[Delivery | None] = queue.Queue(MOST_WAITING)
        self._ends = threading.Event()
        self._thread = threading.Thread(target=self._send_all, name="clockify-demo-hooks", daemon=True)

    def note(self, world: World, happening: Happening) -> None:
        """Write down what has happened, for each webhook of that event."""
        hooks = [hook for hook in self._hooks if hook.event == happening.event]
        if hooks:
            body = json.dumps(body_of(world, happening), ensure_ascii=False, separators=(",", ":")).encode()
            for hook in hooks:
                self._noted.put(Delivery(hook, body))

    def post(self) -> None:
        """Let all that was noted go its way; never waits. What a receiver that is long gone hasn't taken by far is left out."""
        while not self._noted.empty():
            try:
                self._posted.put_nowait(self._noted.get_nowait())
            except (queue.Empty, queue.Full):
                return

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def stop(self) -> None:
        """Send nothing more, and return once the thread has ended."""
        self._ends.set()
        if not self._posted.full():
            self._posted.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def _send_all(self) -> None:
        for delivery in in_order(self._coming(), self._fates):
            if delivery:
                self._send(delivery)

    def _coming(self) -> Iterator[Delivery | None]:
        """Give each delivery as it is posted, and None now and then when there is none."""
        while not self._ends.is_set():
            try:
                yield self._posted.get(timeout=LATE_SECONDS)
            except queue.Empty:
                yield None

    def _send(self, delivery: Delivery) -> None:
        for rest in (0.0, *RESTS):
            if self._ends.wait(rest) or is_taken(delivery):
                return


def in_order(coming: Iterable[Delivery | None], fate_of: Iterator[Fate]) -> Iterator[Delivery | None]:
    """Give deliveries in the order in which they are sent: what is late, or comes again, behind the next, or when none comes (None)."""
    behind: list[Delivery] = []
    for delivery in coming:
        fate = next(fate_of) if delivery else Fate.USUAL
        if fate is not Fate.LATE:
            yield delivery
        yield from behind
        behind = [delivery] if delivery and fate is not Fate.USUAL else []


def is_taken(delivery: Delivery) -> bool:
    """Send one delivery; tell whether the receiver is done with it: not if it failed, or isn't there."""
    hook, where = delivery.hook, urlsplit(delivery.hook.url)
    kind = http.client.HTTPSConnection if where.scheme == "https" else http.client.HTTPConnection
    connection = kind(where.hostname or "", where.port, timeout=TIMEOUT_SECONDS)
    headers = {
        "clockify-signature": hook.token,
        "clockify-webhook-event-type": hook.event,
        "content-type": "application/json",
        "user-agent": USER_AGENT,
    }
    try:
        connection.request("POST", where.path or "/", delivery.body, headers)
        return connection.getresponse().status < _SERVER_ERROR
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _project(row: Json, seconds: int) -> Json:
    """Return a project as webhooks give it: without rates and members, its estimate's time as a number."""
    planned = row["timeEstimate"]
    active = "BUDGET" if row["budgetEstimate"] else "TIME" if planned["active"] else "NONE"
    kept = {name: part for name, part in row.items() if name not in ("memberships", "hourlyRate", "costRate")}
    return kept | {
        "activeEstimate": active,
        "timeEstimate": {name: planned[name] for name in ("includeNonBillable", "type", "resetOption")} | {"estimate": seconds},
    }
