"""What Clockify's webhooks tell: one delivery as plain values, and what several of one entry add up to. No I/O.

Source: https://docs.clockify.me/ (Webhooks); the body is the entry itself with its project, task, user and tags beside it.
Clockify sends no number and no moment with it, and repeats what it isn't sure of: deliveries come twice, late and out of
order. What can be told of their order is told here (`fold`); where nothing can, the last to arrive stands and is doubtful.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum, auto
from typing import Any

from clockify.errors import BadDelivery
from clockify.rows import Unread, listed, moment_of, reference_of, tags_of

Json = dict[str, Any]

_ID = re.compile(r"[\x21-\x7e]{1,64}")
# What Clockify takes as a description, and as many again for whatever it counts otherwise.
MOST_TEXT, MOST_TAGS = 6000, 200


class Event(StrEnum):
    """The events of Clockify's that are about time."""

    STARTED = "NEW_TIMER_STARTED"
    NEW = "NEW_TIME_ENTRY"
    STOPPED = "TIMER_STOPPED"
    UPDATED = "TIME_ENTRY_UPDATED"
    DELETED = "TIME_ENTRY_DELETED"


class Outcome(StrEnum):
    """What became of a delivery."""

    WAITING = auto()
    APPLIED = auto()
    NOTHING_NEW = auto()
    DOUBTFUL = auto()
    LATE = auto()
    IGNORED = auto()


@dataclass(frozen=True)
class Delivery:
    """One event. `row` is the entry as Clockify's main API gives it, with the names that came along; None where it is gone.

    `digest` tells one state of an entry from another; "" stands for none. `workspace_id` and `user_id` are "" where a
    deletion doesn't say.
    """

    event: Event
    entry_id: str
    workspace_id: str
    user_id: str
    row: Json | None = field(repr=False)
    digest: str

    @property
    def runs(self) -> bool:
        """Is it a timer that hasn't ended?"""
        return self.row is not None and not self.row["timeInterval"].get("end")

    @property
    def rank(self) -> int:
        """How far on in an entry's life such a state is, at least."""
        if self.event is Event.UPDATED:
            return 1 if self.runs else 3
        return 2 if self.event is Event.STOPPED else 0


def event_of(text: str) -> Event | None:
    """Return the event of that name; None if it isn't about time."""
    return next((one for one in Event if one == text), None)


def delivery_of(event: Event, body: object) -> Delivery:
    """Read an event's body; raise BadDelivery if it is no time entry. Of a deletion only the id must be there."""
    if not isinstance(body, dict):
        raise BadDelivery
    row = _read(body)
    if event is Event.DELETED:
        user_id = _id(row["userId"] if row else body.get("userId"), may_lack=True)
        return Delivery(event, _id(body.get("id")), _id(body.get("workspaceId"), may_lack=True), user_id, row, "")
    if row is None:
        raise BadDelivery
    found = Delivery(event, _id(row["id"]), _id(row["workspaceId"]), _id(row["userId"]), row, _digest(row))
    if event is Event.STOPPED and found.runs:
        raise BadDelivery
    return found


def are_alike(one: Json, other: Json) -> bool:
    """Tell whether two rows of the main API, with names or without, are one state of an entry."""
    states = [_read(row | {"id": row.get("id") or "", "workspaceId": row.get("workspaceId") or ""}) for row in (one, other)]
    return None not in states and len({_digest(state) for state in states if state}) == 1


class Standing(StrEnum):
    """What a delivery says beside those that came before it: something else, perhaps, the same, or what is over."""

    NEWS = auto()
    DOUBT = auto()
    SAME = auto()
    LATE = auto()


@dataclass(frozen=True)
class Arrived:
    """A delivery, and whether it is what was written from here: then it is known when it was so."""

    delivery: Delivery
    is_here: bool = False


@dataclass(frozen=True)
class Settled:
    """What is known of an entry: its `row`; or that it is gone; or nothing at all.

    `is_beginning`: what it was when it was made; any other road to it knows better. `starts` are those that its finished
    states have had, where it is doubtful; `has_run`: one of them ran. One standing for each delivery.
    """

    row: Json | None = field(default=None, repr=False)
    is_deleted: bool = False
    is_doubtful: bool = False
    is_beginning: bool = False
    starts: tuple[str, ...] = ()
    standings: tuple[Standing, ...] = ()
    has_run: bool = False

    @property
    def is_nothing(self) -> bool:
        """Was nothing told?"""
        return self.row is None and not self.is_deleted


def fold(arrived: Iterable[Arrived]) -> Settled:
    """Say what the deliveries of one entry, in the order of their arrival, add up to.

    Deleted is deleted, whatever comes later. Else the state that is furthest on in an entry's life stands: made or started,
    changed while it runs, stopped, changed when it had ended. Of several states of one rank, and where one that runs
    comes after one that has ended, the last to arrive stands and is doubtful. What was written from here is known to follow
    all that had come before it; the delivery that echoes it says nothing.
    """
    told = _Told()
    standings = tuple(told.take(one) for one in arrived)
    if told.is_deleted or told.present is None:
        return Settled(is_deleted=told.is_deleted, standings=standings)
    doubtful = told.is_unsure or told.is_torn
    return Settled(
        row=told.present.row,
        is_doubtful=doubtful,
        is_beginning=told.rank == 0 and not doubtful and not told.was_here,
        starts=tuple(sorted(told.starts)) if doubtful else (),
        standings=standings,
        has_run=told.has_run,
    )


class _Told:
    """What has been told of an entry so far."""

    def __init__(self) -> None:
        self.present: Delivery | None = None
        self.rank = 0
        # Several states of one rank; one that runs after one that has ended, which no later rank makes up for.
        self.is_unsure = self.is_torn = self.is_deleted = self.was_here = self.has_run = False
        self.starts: set[str] = set()
        # States written from here whose echo is to come, and states that came and nobody here has claimed.
        self._echoes: Counter[str] = Counter()
        self._unclaimed: Counter[str] = Counter()

    def take(self, one: Arrived) -> Standing:
        """Take one more."""
        new = one.delivery
        if self.is_deleted:
            return Standing.SAME if new.event is Event.DELETED else Standing.LATE
        if new.event is Event.DELETED:
            self.is_deleted = True
            return Standing.NEWS
        self.has_run = self.has_run or new.runs
        if new.row is not None and not new.runs:
            self.starts.add(str(new.row["timeInterval"]["start"]))
        return self._written(new) if one.is_here else self._delivered(new)

    def _written(self, new: Delivery) -> Standing:
        side = self._unclaimed if self._unclaimed[new.digest] else self._echoes
        side[new.digest] += -1 if side is self._unclaimed else 1
        is_same = self.present is not None and self.present.digest == new.digest and not (self.is_unsure or self.is_torn)
        self.present, self.rank, self.was_here = new, new.rank, True
        self.is_unsure = self.is_torn = False
        return Standing.SAME if is_same else Standing.NEWS

    def _delivered(self, new: Delivery) -> Standing:
        if self._echoes[new.digest]:
            self._echoes[new.digest] -= 1
            return Standing.SAME
        self._unclaimed[new.digest] += 1
        standing = self._beside(new)
        if standing in (Standing.NEWS, Standing.DOUBT):
            self.present, self.rank, self.was_here = new, new.rank, False
            # Somebody else has been at it: an echo that comes after him may be another's return to that state.
            self._echoes.clear()
        return standing

    def _beside(self, new: Delivery) -> Standing:
        """Compare a delivery with the state that stands."""
        old = self.present
        if old is None:
            return Standing.NEWS
        if old.digest == new.digest:
            self.rank = max(self.rank, new.rank)
            return Standing.SAME
        if new.rank < self.rank:
            if new.rank == 0 or not new.runs or old.runs:
                return Standing.LATE
            self.is_torn = True
        else:
            self.is_unsure = new.rank == self.rank
        return Standing.DOUBT if self.is_unsure or self.is_torn else Standing.NEWS


def _read(body: Json) -> Json | None:
    """Return the entry as `_row` gives it; None where it can't be understood."""
    try:
        row = _row(body)
        interval = row["timeInterval"]
        # A timer's other fields are held to the same as an entry's.
        listed(row | {"timeInterval": interval | {"end": interval["end"] or interval["start"]}})
    except (Unread, RecursionError):
        return None
    return row


def _row(body: Json) -> Json:
    """Return what an entry of the main API has of it, and the names that came with it; nothing of rates of cost, or of custom fields."""
    row = {name: body.get(name) for name in ("id", "workspaceId", "description", "billable", "type", "isLocked")}
    rate = body.get("hourlyRate")
    row |= {"hourlyRate": {name: rate.get(name) for name in ("amount", "currency")} if isinstance(rate, dict) else None}
    tags = [{"id": one, "name": name} for one, name in tags_of(body)]
    for word in ("user", "project", "task"):
        identifier, name = reference_of(body, word)
        row |= {f"{word}Id": identifier or None, f"{word}Name": _short(name)}
    project, interval = body.get("project"), body.get("timeInterval")
    if not isinstance(interval, dict) or len(tags) > MOST_TAGS or len(str(row["description"] or "")) > MOST_TEXT:
        raise Unread
    times = {name: interval.get(name) or None for name in ("start", "end", "duration")}
    return (
        row
        | _project_facts(project)
        | {"tagIds": body.get("tagIds") or [one["id"] for one in tags] or None, "tags": tags, "timeInterval": times}
    )


def _project_facts(project: object) -> Json:
    if not isinstance(project, dict):
        return {}
    client = {"clientId": _short(project.get("clientId")), "clientName": _short(project.get("clientName"))}
    return client | {"projectColor": _short(project.get("color"))}


def _digest(row: Json) -> str:
    """Return what tells a state from another: all that counts, and no name, rate or lock."""
    interval = row["timeInterval"]
    times = [moment_of(one).isoformat() if one else "" for one in (interval["start"], interval["end"])]
    tags = row["tagIds"] or []
    what = [row["userId"], *times, row["projectId"] or "", row["taskId"] or "", tags, row["description"] or ""]
    what += [row["billable"] in (True, "true"), row["type"] or "REGULAR"]
    return hashlib.blake2b(json.dumps(what).encode(), digest_size=16).hexdigest()


def _id(value: object, *, may_lack: bool = False) -> str:
    """Return an id that any database takes."""
    if may_lack and value in (None, ""):
        return ""
    if not isinstance(value, str) or not _ID.fullmatch(value):
        raise BadDelivery
    return value


def _short(value: object) -> str:
    return value[:400] if isinstance(value, str) else ""
