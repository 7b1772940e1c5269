"""What was paid for of months that aren't complete yet: pages and people's lists, kept across hours and restarts."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, field
from typing import Any

import pandas as pd
import sqlalchemy as sa

from clockify.mirror import tables
from clockify.mirror.codec import Undecodable, pack_frame, pack_json, unpack_frame, unpack_json
from clockify.mirror.database import Database
from clockify.mirror.snapshots import Scope
from clockify.periods import Month

Json = dict[str, Any]


@dataclass(frozen=True)
class StoredPart:
    """A page, or one person's list, of a month whose reading isn't finished."""

    part: str
    read_at: float
    facts: Json = field(repr=False)
    entries: pd.DataFrame = field(repr=False)


class Parts:
    """What was paid for of months that are not whole yet; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def keep(self, scope: Scope, month: Month, part: StoredPart) -> None:
        """Keep a part, in place of an older one of that name."""
        keys = asdict(scope) | {"month": month.key, "part": part.part}
        values = {"read_at": part.read_at, "facts": pack_json(part.facts), "entries": pack_frame(part.entries)}
        with self._database.writing() as connection:
            self._database.upsert(connection, tables.parts, keys, values)

    def of(self, scope: Scope, month: Month, *, since: float) -> dict[str, StoredPart]:
        """Return the parts of a month that were read since a moment, by name; a damaged one is as good as none."""
        table = tables.parts
        query = sa.select(table).where(*tables.of_scope(table, scope), table.c.month == month.key, table.c.read_at >= since)
        with self._database.reading() as connection:
            rows = connection.execute(query).all()
        found = {}
        for row in rows:
            try:
                found[row.part] = StoredPart(row.part, row.read_at, unpack_json(row.facts), unpack_frame(row.entries))
            except Undecodable:
                continue
        return found

    def kept(self, scope: Scope) -> dict[Month, list[str]]:
        """Return the names of all parts there are, by month."""
        table = tables.parts
        found: dict[Month, list[str]] = {}
        with self._database.reading() as connection:
            for key, part in connection.execute(sa.select(table.c.month, table.c.part).where(*tables.of_scope(table, scope))):
                found.setdefault(Month.parse(key), []).append(part)
        return found

    def drop(self, scope: Scope, months: Collection[Month]) -> None:
        """Drop all parts of some months."""
        table = tables.parts
        with self._database.writing() as connection:
            connection.execute(sa.delete(table).where(*tables.of_scope(table, scope), table.c.month.in_([month.key for month in months])))
