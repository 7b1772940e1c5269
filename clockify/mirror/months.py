"""The months in the database: one row each, replaced whole and only by who saw what stood there.

Several months go in together or not at all, so that an entry that moved from one to another is never
on screen twice, nor nowhere. Moments are seconds since 1970.
"""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from datetime import date
from typing import Any

import pandas as pd
import sqlalchemy as sa

from clockify.mirror import tables
from clockify.mirror.changes import Change, changes_since, log_changes
from clockify.mirror.codec import content_digest, pack_frame, pack_json, unpack_frame, unpack_json
from clockify.mirror.database import Database
from clockify.mirror.snapshots import Difference, MonthState, Pair, RowTimes, Scope, Snapshot, Theirs, Verdict
from clockify.mirror.tables import of_scope
from clockify.periods import Month

Json = dict[str, Any]
Seen = str | None


class Gone(Exception):
    """A version of a month is not there any more: another one took its place."""


@dataclass(frozen=True)
class Save:
    """A month as bytes, to stand in place of the version that was `seen` (None: of nothing)."""

    seen: Seen
    month: Month
    values: Mapping[str, Any] = field(repr=False)

    @property
    def digest(self) -> str:
        """What tells this content from any other."""
        return str(self.values["digest"])


@dataclass(frozen=True)
class Stamp:
    """What a check found of a version whose rows stay as they are; `theirs` None: what Clockify says of it stays, too."""

    seen: str
    month: Month
    verdict: Verdict
    checked_at: float
    rows: RowTimes
    theirs: Theirs | None = field(default_factory=Theirs)


@dataclass(frozen=True)
class Overtaken:
    """Nothing was stored: entries were changed since, or other versions stand there (None: none)."""

    changes: tuple[Change, ...]
    versions: Mapping[Month, Seen]


def pack(snapshot: Snapshot, seen: Seen, checked_at: float) -> Save:
    """Turn a month into bytes."""
    entries, names = pack_frame(snapshot.entries), pack_json(snapshot.names)
    facts = f"{snapshot.source}/{snapshot.amounts_hidden}/{snapshot.unread}".encode()
    values = {
        "version": secrets.token_hex(8),
        "source": snapshot.source,
        "amounts_hidden": snapshot.amounts_hidden,
        "entries_count": len(snapshot.entries),
        "unread": snapshot.unread,
        "rows": _rows_text(snapshot.rows),
        "checked_at": checked_at,
        "verdict": json.dumps(asdict(snapshot.verdict)),
        "digest": hashlib.blake2b(content_digest(entries) + names + facts, digest_size=16).hexdigest(),
        "entries": entries,
        "cube": pack_frame(snapshot.cube),
        "names": names,
        "totals": pack_json(snapshot.theirs.totals),
        "pairs": _pairs_bytes(snapshot.theirs),
    }
    return Save(seen, snapshot.month, values)


class Months:
    """The months of every copy; safe to share between threads."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def states(self, scope: Scope) -> dict[Month, MonthState]:
        """Return what is known of every stored month of a scope."""
        table = tables.months
        columns = [column for column in table.c if not isinstance(column.type, sa.LargeBinary)]
        with self._database.reading() as connection:
            rows = connection.execute(sa.select(*columns).where(*of_scope(table, scope))).all()
        return {state.month: state for state in map(_state, rows)}

    def publish(
        self,
        scope: Scope,
        saves: Sequence[Save],
        stamps: Sequence[Stamp] = (),
        *,
        known: int,
        changes: Sequence[Change] = (),
        at: float,
        standing: Mapping[Month, str] | None = None,
        also: Callable[[sa.Connection], None] = lambda _: None,
    ) -> Overtaken | None:
        """Store months, note what checks found, and log changes: all of it, or nothing and why not.

        `known` is the last logged change that the months have in them; `standing` are all versions that must stand there,
        also of months that stay as they are. What is `also` to be done is done in the same transaction.
        """
        with self._database.writing() as connection:
            self._database.serialize(connection, f"months:{scope}")
            later = changes_since(connection, scope, known)
            versions = _versions(connection, scope)
            if later or any(versions.get(save.month) != save.seen for save in saves) or standing not in (None, versions):
                return Overtaken(later, {save.month: versions.get(save.month) for save in saves})
            for save in saves:
                _set_by(connection, scope, save, at)
                self._database.upsert(connection, tables.months, asdict(scope) | {"month": save.month.key}, dict(save.values))
            for stamp in stamps:
                _stamp(connection, scope, stamp)
            whole = [save.month.key for save in saves] + [stamp.month.key for stamp in stamps]
            connection.execute(sa.delete(tables.parts).where(*of_scope(tables.parts, scope), tables.parts.c.month.in_(whole)))
            log_changes(connection, scope, changes, at)
            also(connection)
            if whole:
                self._database.announce(connection, scope.workspace_id)
        return None

    def last_change(self, scope: Scope) -> int:
        """Return the number of the last logged change, 0 without any."""
        table = tables.changes
        with self._database.reading() as connection:
            return connection.scalar(sa.select(sa.func.max(table.c.id)).where(*of_scope(table, scope))) or 0

    def frame(self, scope: Scope, month: Month, version: str, part: str, columns: Sequence[str] | None = None) -> pd.DataFrame:
        """Open "entries" or "cube" of a version; raise Gone if it is no more, Undecodable if it is damaged.

        One that was replaced is there for another hour, so that whoever drew a page of it finishes with it.
        """
        return unpack_frame(self._blob(scope, month, version, part), columns)

    def names(self, scope: Scope, month: Month, version: str) -> dict[str, dict[str, Any]]:
        """Return the names that a version's rows carried; errors as `frame`."""
        names: dict[str, dict[str, Any]] = unpack_json(self._blob(scope, month, version, "names"))
        return names

    def theirs(self, scope: Scope, month: Month, version: str) -> Theirs:
        """Return what Clockify itself says of a version; raise Gone if it is no more, Undecodable if that is damaged."""
        table = tables.months
        wanted = (*of_scope(table, scope), table.c.month == month.key, table.c.version == version)
        with self._database.reading() as connection:
            row = connection.execute(sa.select(table.c.totals, table.c.pairs).where(*wanted)).first()
        if row is None:
            raise Gone
        at, pairs = unpack_json(row.pairs) if row.pairs else (0.0, None)
        return Theirs(unpack_json(row.totals), None if pairs is None else tuple(Pair(*one) for one in pairs), at)

    def keep_pairs(self, scope: Scope, month: Month, version: str, theirs: Theirs) -> None:
        """Keep Clockify's sums by person and project beside the version that they were asked for."""
        table = tables.months
        found = sa.update(table).where(*of_scope(table, scope), table.c.month == month.key, table.c.version == version)
        with self._database.writing() as connection:
            connection.execute(found.values(pairs=_pairs_bytes(theirs)))

    def forget(self, scope: Scope, month: Month, version: str | None = None) -> None:
        """Drop a month, so that it is read again; if a version is named, that one alone."""
        table = tables.months
        wanted = [*of_scope(table, scope), table.c.month == month.key]
        with self._database.writing() as connection:
            connection.execute(sa.delete(table).where(*wanted, *([table.c.version == version] if version else [])))

    def _blob(self, scope: Scope, month: Month, version: str, part: str) -> bytes:
        with self._database.reading() as connection:
            for table in (tables.months, tables.replaced):
                wanted = (*of_scope(table, scope), table.c.month == month.key, table.c.version == version)
                found = connection.execute(sa.select(table.c[part]).where(*wanted)).first()
                if found:
                    return bytes(found[0])
        raise Gone


def replayed(overtaken: Overtaken) -> int:
    """Return the number of the last change that a reader learns of."""
    return max((change.id for change in overtaken.changes), default=0)


def _versions(connection: sa.Connection, scope: Scope) -> dict[Month, str]:
    table = tables.months
    query = sa.select(table.c.month, table.c.version).where(*of_scope(table, scope))
    return {Month.parse(key): version for key, version in connection.execute(query)}


# A tab that was drawn longer ago draws anew before it makes a file of what is no more.
REPLACED_KEPT_SECONDS = 3600.0


def _set_by(connection: sa.Connection, scope: Scope, save: Save, at: float) -> None:
    """Keep the version that is about to be replaced for a while."""
    old, new = tables.months, tables.replaced
    names = ("workspace_id", "user_id", "zone", "month", "version", "entries", "cube", "names")
    there = sa.select(*(old.c[name] for name in names), sa.literal(at)).where(*of_scope(old, scope), old.c.month == save.month.key)
    connection.execute(sa.delete(new).where(*of_scope(new, scope), new.c.replaced_at < at - REPLACED_KEPT_SECONDS))
    connection.execute(sa.insert(new).from_select([*names, "replaced_at"], there))


def _stamp(connection: sa.Connection, scope: Scope, stamp: Stamp) -> None:
    table = tables.months
    found = sa.update(table).where(*of_scope(table, scope), table.c.month == stamp.month.key, table.c.version == stamp.seen)
    values: Json = {"verdict": json.dumps(asdict(stamp.verdict)), "checked_at": stamp.checked_at, "rows": _rows_text(stamp.rows)}
    if stamp.theirs:
        # The rows are the same: sums that somebody asked for stand, with their own moment.
        pairs = _pairs_bytes(stamp.theirs)
        values |= {"totals": pack_json(stamp.theirs.totals)} | ({"pairs": pairs} if pairs else {})
    connection.execute(found.values(**values))


def _pairs_bytes(theirs: Theirs) -> bytes | None:
    return None if theirs.pairs is None else pack_json([theirs.at, [list(asdict(pair).values()) for pair in theirs.pairs]])


def _rows_text(rows: RowTimes) -> str:
    return json.dumps([rows.oldest, [[day.isoformat(), at] for day, at in rows.days]])


def _row_times(text: str) -> RowTimes:
    oldest, days = json.loads(text)
    return RowTimes(oldest, tuple((date.fromisoformat(day), at) for day, at in days))


def _state(row: Any) -> MonthState:
    found = json.loads(row.verdict)
    differences = tuple(Difference(**one) for one in found.pop("differences"))
    verdict = Verdict(**found)
    return MonthState(
        month=Month.parse(row.month),
        version=row.version,
        source=row.source,
        amounts_hidden=row.amounts_hidden,
        entries_count=row.entries_count,
        rows=_row_times(row.rows),
        checked_at=row.checked_at,
        verdict=replace(verdict, differences=differences, days=tuple(verdict.days), doubted=tuple(verdict.doubted)),
        unread=row.unread,
        digest=row.digest,
    )
