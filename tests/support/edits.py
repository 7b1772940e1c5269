"""Somebody else edits: random changes of every kind, by several people, over HTTP as anybody would make them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import requests

from clockify.demo import OWNER_KEY, RunningServer
from clockify.demo.entities import Entry

Json = dict[str, Any]
STAMP = "%Y-%m-%dT%H:%M:%SZ"


class Editor:
    """Edits entries of a served world between two moments; `done` counts the edits by kind."""

    def __init__(self, server: RunningServer, first: datetime, end: datetime, seed: int) -> None:
        self.server, self.first, self.end = server, first, end
        self._dice = Random(seed)
        self._session = requests.Session()
        self.done: Counter[str] = Counter()
        self.kinds: dict[str, Callable[[], bool]] = {
            "create": self.create,
            "describe": lambda: self.change(description=self._words()),
            "retag": self.retag,
            "other project": self.move_to_project,
            "bill": lambda: self.change(billable=None),
            "later that day": lambda: self.shift(timedelta(seconds=self._dice.randrange(1, 1800)), same_day=True),
            "other day": lambda: self.shift(timedelta(days=self._dice.choice((-7, -1, 1, 7)))),
            "other month": lambda: self.shift(timedelta(days=self._dice.choice((-31, 31)))),
            "over midnight": self.over_midnight,
            "over the clock change": self.over_clock_change,
            "longer": self.lengthen,
            "swap": self.swap,
            "delete": self.delete,
            "delete a day": self.delete_day,
            "timer": self.run_timer,
        }

    def edit(self, count: int) -> None:
        """Make so many edits; each kind comes about equally often."""
        while count:
            kind = self._dice.choice(sorted(self.kinds))
            if self.kinds[kind]():
                self.done[kind] += 1
                count -= 1

    def create(self) -> bool:
        """Log new time for somebody."""
        start = self.first + timedelta(seconds=self._dice.randrange(int((self.end - self.first).total_seconds())))
        self._create(self._user(), start, timedelta(seconds=self._dice.randrange(1, 4 * 3600)))
        return True

    def retag(self) -> bool:
        """Give an entry other tags, or none."""
        tags = sorted(self.server.world.tags)
        return self.change(tagIds=self._dice.sample(tags, self._dice.randrange(3)))

    def move_to_project(self) -> bool:
        """Move an entry to a project, and perhaps to a task of it, or to none."""
        world = self.server.world
        project = self._dice.choice([None, *sorted(one.id for one in world.projects.values() if not one.archived)])
        tasks = sorted(task.id for task in world.tasks.values() if task.project_id == project)
        return self.change(projectId=project, taskId=self._dice.choice([None, *tasks]))

    def change(self, **changes: Any) -> bool:
        """Replace fields of an entry."""
        entry = self._entry()
        if "billable" in changes and changes["billable"] is None:
            changes["billable"] = not entry.billable
        self._put(entry, changes)
        return True

    def shift(self, by: timedelta, *, same_day: bool = False) -> bool:
        """Move an entry in time, its length as it was; `same_day`: on its local day."""
        entry = self._entry()
        start = datetime.fromtimestamp(entry.start, UTC)
        if not self.first <= start + by < self.end or (same_day and self._day(start) != self._day(start + by)):
            return False
        self._put(entry, _times(start + by, entry.seconds))
        return True

    def over_midnight(self) -> bool:
        """Let an entry begin shortly before local midnight and end after it."""
        entry = self._entry()
        day = datetime.fromtimestamp(entry.start, self.server.world.zone)
        start = day.replace(hour=23, minute=self._dice.randrange(60), second=59, fold=0)
        self._put(entry, _times(start.astimezone(UTC), self._dice.randrange(3600, 6 * 3600)))
        return True

    def over_clock_change(self) -> bool:
        """Log the night of the last Sunday of October, in the hour that comes twice."""
        zone: ZoneInfo = self.server.world.zone
        start = datetime(2026, 10, 25, 2, self._dice.randrange(60), tzinfo=zone, fold=self._dice.randrange(2))
        self._create(self._user(), start.astimezone(UTC), timedelta(hours=self._dice.randrange(1, 9)))
        return True

    def lengthen(self) -> bool:
        """Change an entry's length."""
        entry = self._entry()
        self._put(entry, _times(datetime.fromtimestamp(entry.start, UTC), self._dice.randrange(1, 9 * 3600)))
        return True

    def swap(self) -> bool:
        """Swap what two entries say: many a sum stays as it was."""
        one, other = self._entry(), self._entry()
        for entry, model in ((one, other), (other, one)):
            self._put(entry, {"description": model.description, "tagIds": list(model.tag_ids)})
        return True

    def delete(self) -> bool:
        """Delete an entry."""
        self._send("DELETE", f"time-entries/{self._entry().id}")
        return True

    def delete_day(self) -> bool:
        """Delete all that one person did on a day."""
        model = self._entry()
        day = self._day(datetime.fromtimestamp(model.start, UTC))
        for entry in self._entries():
            if entry.user_id == model.user_id and self._day(datetime.fromtimestamp(entry.start, UTC)) == day:
                self._send("DELETE", f"time-entries/{entry.id}")
        return True

    def run_timer(self) -> bool:
        """Start a timer, or stop the one that runs."""
        world, user = self.server.world, self._user()
        running = [timer for timer in world.running if timer.user_id == user]
        if not running:
            start = self.end - timedelta(seconds=self._dice.randrange(60, 86_400))
            self._send("POST", f"user/{user}/time-entries", {"start": f"{start:{STAMP}}", "description": self._words()})
            return True
        end = datetime.fromtimestamp(max(running).start, UTC) + timedelta(seconds=self._dice.randrange(1, 7200))
        self._send("PATCH", f"user/{user}/time-entries", {"end": f"{end:{STAMP}}"})
        return True

    def _create(self, user: str, start: datetime, length: timedelta) -> None:
        world = self.server.world
        project = self._dice.choice([None, *sorted(one.id for one in world.projects.values() if not one.archived)])
        body = {
            "projectId": project,
            "description": self._words(),
            "tagIds": self._dice.sample(sorted(world.tags), self._dice.randrange(2)),
        }
        self._send("POST", f"user/{user}/time-entries", body | _times(start, int(length.total_seconds())))

    def _put(self, entry: Entry, changes: Json) -> None:
        now = {
            **_times(datetime.fromtimestamp(entry.start, UTC), entry.seconds),
            "projectId": entry.project_id,
            "taskId": entry.task_id,
            "tagIds": list(entry.tag_ids),
            "billable": entry.billable,
            "description": entry.description,
        }
        if "projectId" not in changes and entry.project_id and self.server.world.projects[entry.project_id].archived:
            now |= {"projectId": entry.project_id}
        self._send("PUT", f"time-entries/{entry.id}", now | changes)

    def _send(self, method: str, path: str, body: Json | None = None) -> None:
        address = f"{self.server.api_url}/workspaces/{self.server.world.id}/{path}"
        reply = self._session.request(method, address, json=body, headers={"X-Api-Key": OWNER_KEY}, timeout=30)
        assert reply.ok, (method, path, body, reply.status_code, reply.text)

    def _entries(self) -> Sequence[Entry]:
        return self.server.world.between(int(self.first.timestamp()), int(self.end.timestamp()) - 1)

    def _entry(self) -> Entry:
        return self._dice.choice(self._entries())

    def _user(self) -> str:
        return self._dice.choice(sorted(user.id for user in self.server.world.users.values() if user.status == "ACTIVE"))

    def _day(self, moment: datetime) -> str:
        return f"{moment.astimezone(self.server.world.zone):%Y-%m-%d}"

    def _words(self) -> str:
        return self._dice.choice(("", " spaces ", "call", "Call", "review, with Ana", "ünïcödé", "(Without description)"))


def _times(start: datetime, seconds: int) -> Json:
    return {"start": f"{start:{STAMP}}", "end": f"{start + timedelta(seconds=seconds):{STAMP}}"}


def raw_rows(server: RunningServer, first: str, last: str, zone: str) -> dict[str, tuple[Any, ...]]:
    """Read a range anew in plain Python and return each entry by its id, field by field, days cut in a zone."""
    address = f"{server.reports_url}/workspaces/{server.world.id}/reports/detailed"
    rows: list[Json] = []
    for page in range(1, 1000):
        body = {
            "dateRangeStart": f"{first}T00:00:00.000",
            "dateRangeEnd": f"{last}T23:59:59.999",
            "timeZone": zone,
            "detailedFilter": {"page": page, "pageSize": 1000},
        }
        reply = requests.post(address, json=body, headers={"X-Api-Key": OWNER_KEY}, timeout=30).json()
        rows += reply["timeentries"]
        if not reply["timeentries"]:
            break
    return {row["_id"]: _fields(row, ZoneInfo(zone)) for row in rows}


def _fields(row: Json, zone: ZoneInfo) -> tuple[Any, ...]:
    start, end = (datetime.fromisoformat(row["timeInterval"][name]) for name in ("start", "end"))
    money = (round(row["rate"]), round(row["amount"] * 3600), row["currency"])
    what = (row["projectId"] or "", row["taskId"] or "", ",".join(row["tagIds"] or ()), row["description"])
    when = (start.astimezone(zone).date(), start.astimezone(UTC), end.astimezone(UTC), row["timeInterval"]["duration"])
    return (*when, row["userId"], *what, row["billable"], *money, row["type"], row["isLocked"])


def stored_rows(frames: Sequence[Any]) -> dict[str, tuple[Any, ...]]:
    """Return each entry of a copy's frames by its id, as `raw_rows` does; an id that is there twice is an error."""
    found: dict[str, tuple[Any, ...]] = {}
    names = ("day", "start", "end", "seconds", "user_id", "project_id", "task_id", "tag_ids", "description", "billable")
    for frame in frames:
        for row in frame.to_dict("records"):
            assert row["id"] not in found, "an entry is there twice"
            values = [row[name] for name in (*names, "rate", "amount_ticks", "currency", "type", "locked")]
            values[:3] = [values[0].date(), values[1].to_pydatetime(), values[2].to_pydatetime()]
            found[row["id"]] = tuple(values)
    return found
