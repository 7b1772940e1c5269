"""What webhooks told, kept in the order of its arrival until it is in every copy, and for a week after that.

Noting is quick and durable; what it means for the copies is worked out afterwards (`settling.py`).
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from clockify.deliveries import Arrived, Delivery, Event, Outcome
from clockify.mirror import tables
from clockify.mirror.codec import Undecodable, pack_json, unpack_json
from clockify.mirror.database import Database

KEPT_SECONDS, MOST_KEPT = 7 * 24 * 3600.0, 100_000
PRUNE_AFTER = timedelta(minutes=10)
# A workspace is heard while something came within this time: longer than a meeting, shorter than a morning that is missed.
HEARD_SECONDS = 2 * 3600.0


@dataclass(frozen=True)
class Noted:
    """A delivery as it is kept. `turn` is above 0 where somebody has put an older state over it since, and it waits again."""

    seq: int
    turn: int
    at: float
    outcome: Outcome
    waits: bool
    arrived: Arrived

    @property
    def delivery(self) -> Delivery:
        """What it told."""
        return self.arrived.delivery


@dataclass(frozen=True)
class Heard:
    """Whether a workspace's webhooks are heard: those about entries at all, and those that tell of timers."""

    entries: bool = False
    timers: bool = False


class Outdated(Exception):
    """More is kept of an entry than was known to who wanted to change a copy by it."""


class Inbox:
    """The deliveries of every workspace; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = threading.Lock()
        self._pruned_at: datetime | None = None

    def note(self, delivery: Delivery, workspace_id: str, now: datetime, *, is_here: bool = False) -> tuple[bool, int]:
        """Keep a delivery; tell whether it is the first of its kind, and how many are kept of the entry with it.

        One that only repeats the last is not kept again.
        """
        table = tables.deliveries
        values = {
            "workspace_id": workspace_id,
            "entry_id": delivery.entry_id,
            "event": delivery.event.value,
            "digest": delivery.digest,
            "user_id": delivery.user_id,
            "at": now.timestamp(),
            "row": None if delivery.row is None else pack_json(delivery.row),
            "is_here": is_here,
            "outcome": Outcome.WAITING.value,
            "waits": True,
            "turn": 0,
        }
        alike = sa.select(table.c.event, table.c.digest, table.c.is_here).where(*_of(workspace_id, [delivery.entry_id]))
        with self._database.writing() as connection:
            known = [tuple(row) for row in connection.execute(alike.order_by(table.c.seq))]
            this = (delivery.event.value, delivery.digest, is_here)
            is_repeated = bool(known) and known[-1] == this
            if not is_repeated:
                connection.execute(sa.insert(table).values(values))
        self._prune(now)
        return this not in known, len(known) + (not is_repeated)

    def waiting(self, most: int) -> dict[str, list[str]]:
        """Return the entries of which something waits, by workspace, the first to arrive first; at most so many."""
        table = tables.deliveries
        first = sa.func.min(table.c.seq)
        query = sa.select(table.c.workspace_id, table.c.entry_id).where(table.c.waits).group_by(table.c.workspace_id, table.c.entry_id)
        found: dict[str, list[str]] = {}
        with self._database.reading() as connection:
            for workspace_id, entry_id in connection.execute(query.order_by(first).limit(most)):
                found.setdefault(workspace_id, []).append(entry_id)
        return found

    def of(self, workspace_id: str, entries: Sequence[str]) -> dict[str, list[Noted]]:
        """Return all that is kept of some entries, by entry, in the order of arrival."""
        table, found = tables.deliveries, defaultdict(list)
        with self._database.reading() as connection:
            for row in connection.execute(sa.select(table).where(*_of(workspace_id, entries)).order_by(table.c.seq)):
                found[row.entry_id].append(_noted(row))
        return dict(found)

    def since(self, workspace_id: str, moment: float) -> list[str]:
        """Return the entries of which something came since a moment."""
        table = tables.deliveries
        query = sa.select(table.c.entry_id).where(table.c.workspace_id == workspace_id, table.c.at >= moment).distinct()
        with self._database.reading() as connection:
            return list(connection.scalars(query))

    def hold(self, connection: sa.Connection, workspace_id: str, known: Mapping[str, int], *, strictly: bool = False) -> None:
        """Let those entries wait again of which more is kept than was `known` to who has just changed a copy by that.

        To be called in the very transaction that changes the copy. `strictly`: raise Outdated instead, and all of it is undone.
        """
        table = tables.deliveries
        self._database.serialize(connection, f"deliveries:{workspace_id}")
        last = sa.func.max(table.c.seq)
        kept = sa.select(table.c.entry_id, sa.func.count(), last).where(*_of(workspace_id, list(known))).group_by(table.c.entry_id)
        stale = [seq for entry_id, count, seq in connection.execute(kept) if count != known[entry_id]]
        if stale and strictly:
            raise Outdated
        if stale:
            again = sa.update(table).where(table.c.seq.in_(stale))
            connection.execute(again.values(waits=True, turn=table.c.turn + 1))

    def done(self, workspace_id: str, outcomes: Sequence[tuple[Noted, Outcome]]) -> None:
        """Note what became of deliveries; those that somebody made wait again meanwhile wait on."""
        table = tables.deliveries
        found = sa.update(table).where(table.c.seq == sa.bindparam("its_seq"), table.c.turn == sa.bindparam("its_turn"))
        first = sa.case((table.c.outcome == Outcome.WAITING.value, sa.bindparam("said")), else_=table.c.outcome)
        rows = [{"its_seq": one.seq, "its_turn": one.turn, "said": outcome.value} for one, outcome in outcomes]
        if rows:
            with self._database.writing() as connection:
                self._database.serialize(connection, f"deliveries:{workspace_id}")
                connection.execute(found.values(waits=False, outcome=first), rows)

    def recent(self, workspace_id: str, limit: int) -> list[Noted]:
        """Return the last deliveries that came by a webhook, the newest first."""
        table = tables.deliveries
        query = sa.select(table).where(table.c.workspace_id == workspace_id, sa.not_(table.c.is_here)).order_by(table.c.seq.desc())
        with self._database.reading() as connection:
            return [_noted(row) for row in connection.execute(query.limit(limit))]

    def heard_at(self, workspace_id: str) -> float | None:
        """Return when the last delivery came by a webhook."""
        return self._last(workspace_id)

    def heard(self, workspace_id: str, now: datetime) -> Heard:
        """Tell whether a workspace's webhooks are heard.

        Silence for longer than `HEARD_SECONDS` may be a webhook that was switched off, so it counts as deafness; at worst a
        quiet afternoon is checked as it would be without webhooks. Timers count as told of where one's start was, this week:
        the free plan has but three webhooks, and that of starts may not be among them.
        """
        last = self._last(workspace_id)
        if last is None or abs(now.timestamp() - last) >= HEARD_SECONDS:
            return Heard()
        return Heard(True, self._last(workspace_id, Event.STARTED) is not None)

    def _last(self, workspace_id: str, event: Event | None = None) -> float | None:
        table = tables.deliveries
        wanted = [table.c.workspace_id == workspace_id, sa.not_(table.c.is_here)]
        if event:
            wanted.append(table.c.event == event.value)
        with self._database.reading() as connection:
            return connection.scalar(sa.select(table.c.at).where(*wanted).order_by(table.c.at.desc()).limit(1))

    def _prune(self, now: datetime) -> None:
        """Drop what is older than a week, and the oldest of more than so many; now and then."""
        with self._lock:
            if self._pruned_at and abs(now - self._pruned_at) < PRUNE_AFTER:
                return
            self._pruned_at = now
        with self._database.writing() as connection:
            prune(connection, now)


def prune(connection: sa.Connection, now: datetime) -> None:
    """Drop deliveries that are older than a week, and the oldest where there are too many."""
    table = tables.deliveries
    most = sa.select(sa.func.max(table.c.seq) - MOST_KEPT).scalar_subquery()
    connection.execute(sa.delete(table).where(sa.or_(table.c.at < now.timestamp() - KEPT_SECONDS, table.c.seq <= most)))


def _of(workspace_id: str, entries: Sequence[str]) -> list[sa.ColumnElement[bool]]:
    return [tables.deliveries.c.workspace_id == workspace_id, tables.deliveries.c.entry_id.in_(entries)]


def _noted(row: Any) -> Noted:
    delivery = Delivery(Event(row.event), row.entry_id, row.workspace_id, row.user_id, _unpacked(row.row), row.digest)
    return Noted(row.seq, row.turn, row.at, Outcome(row.outcome), row.waits, Arrived(delivery, row.is_here))


def _unpacked(packed: bytes | None) -> dict[str, Any] | None:
    if packed is None:
        return None
    try:
        row: dict[str, Any] = unpack_json(packed)
    except Undecodable:
        return None
    return row


def moment(at: float) -> datetime:
    """Return a kept moment."""
    return datetime.fromtimestamp(at, UTC)
