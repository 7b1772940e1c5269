"""What was put into a copy entry by entry, and the log of it: a read that was under way meanwhile puts it in again."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from clockify.mirror import tables
from clockify.mirror.codec import pack_json, unpack_json
from clockify.mirror.snapshots import Scope
from clockify.mirror.tables import of_scope

Json = dict[str, Any]

# However slow Clockify's reports are, and however far apart the clocks of several processes.
KNOWN_SECONDS = 60.0
# No read takes as long, so none needs an older one.
CHANGES_KEPT_SECONDS = 24 * 3600.0


@dataclass(frozen=True)
class Change:
    """An entry that was put in (`row`, as Clockify's main API gives it) or taken out (None); `id` orders what is logged.

    `only_new`: a month that has the entry knows better. `doubted`: moments on whose days the rows are doubtful; the day on
    which the entry stands is one of them then. A change of no entry ("") doubts days alone. `told_at`: when it was told, where
    that may be long ago.
    """

    entry_id: str
    row: Json | None
    id: int = 0
    only_new: bool = False
    doubted: tuple[str, ...] = ()
    told_at: float | None = None

    def is_known_at(self, moment: float) -> bool:
        """Was it told so long before a moment that what was read then has it in it? What is gone is in nothing that is read later."""
        return self.row is not None and self.told_at is not None and self.told_at + KNOWN_SECONDS < moment


def changes_since(connection: sa.Connection, scope: Scope, known: int) -> tuple[Change, ...]:
    """Return what was logged of a copy after a number, in that order."""
    table = tables.changes
    query = sa.select(table).where(*of_scope(table, scope), table.c.id > known).order_by(table.c.id)
    return tuple(_change(row) for row in connection.execute(query))


def _change(row: Any) -> Change:
    told = unpack_json(row.row) if row.row else None
    return Change(row.entry_id, told, row.id, row.only_new, tuple(json.loads(row.doubted)), row.told_at)


def log_changes(connection: sa.Connection, scope: Scope, changes: Sequence[Change], at: float) -> None:
    """Log what is put into a copy, in the transaction that does so; what no read needs any more goes."""
    table = tables.changes
    if not changes:
        return
    connection.execute(sa.insert(table), [asdict(scope) | {"at": at} | _logged(one) for one in changes])
    connection.execute(sa.delete(table).where(*of_scope(table, scope), table.c.at < at - CHANGES_KEPT_SECONDS))


def _logged(change: Change) -> Json:
    row = None if change.row is None else pack_json(change.row)
    facts = {"only_new": change.only_new, "doubted": json.dumps(change.doubted), "told_at": change.told_at}
    return {"entry_id": change.entry_id, "row": row} | facts
