"""Rows that go and rows that come, in a transaction that is under way, and the note of it in the history."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from clockify.errors import Conflict, NotAccepted
from clockify.limits import kept_name
from clockify.plans import KINDS, SINGLE, Change, clashes_in, subject_of
from clockify.records import tables
from clockify.records.codec import TABLES, Kept, from_columns, from_json, to_columns, to_json
from clockify.records.logos import Logos

Rows = Mapping[str, Sequence[Kept]]

# A database takes a limited number of values in a question: of more subjects than this the whole kind is read.
_MANY = 500


def standing(
    connection: sa.Connection,
    workspace_id: str,
    kind: str,
    subjects: Collection[str] | None = None,
    only: sa.ColumnElement[bool] | None = None,
) -> dict[Kept, int]:
    """Return the rows of a kind with their ids, by subject and first day; of some subjects only, or where `only` holds."""
    table = TABLES[kind]
    question = sa.select(table).where(table.c.workspace_id == workspace_id)
    if only is not None:
        question = question.where(only)
    if subjects is not None and kind not in SINGLE and len(subjects) <= _MANY:
        about = [table.c[name] for name in ("user_id", "project_id", "client_id") if name in table.c]
        question = question.where(sa.or_(*(one.in_(sorted(subjects)) for one in about)))
    logos = Logos(connection, workspace_id)
    found = [(from_columns(kind, values, logos), int(values["id"])) for values in connection.execute(question).mappings().all()]
    return dict(sorted(found, key=lambda one: _order(one[0])))


def swap(connection: sa.Connection, workspace_id: str, kind: str, removed: Sequence[Kept], added: Sequence[Kept]) -> None:
    """Take rows out and put others in.

    Raises Conflict if one of those that go isn't there, NotAccepted if one that comes can't stand beside what stays.
    """
    there = standing(connection, workspace_id, kind, {_subject(row) for row in [*removed, *added]})
    if len(set(removed)) < len(removed) or not there.keys() >= set(removed):
        raise Conflict
    stay = [row for row in there if row not in set(removed)]
    if kind in KINDS:
        clashes = [sentence for place, sentence in clashes_in([*stay, *added]) if place >= len(stay)]  # type: ignore[list-item]
        if clashes:
            raise NotAccepted(clashes)
    table = TABLES[kind]
    if removed:
        connection.execute(sa.delete(table).where(table.c.id == sa.bindparam("gone")), [{"gone": there[row]} for row in removed])
    if added:
        Logos(connection, workspace_id).keep(added)
        connection.execute(sa.insert(table), [{"workspace_id": workspace_id, **to_columns(row)} for row in added])


def note(
    connection: sa.Connection, workspace_id: str, kind: str, removed: Rows, added: Rows, *, by: str, at: datetime, undoes: int | None = None
) -> int:
    """Write a change into the history and return its id."""
    values = {"workspace_id": workspace_id, "at": at.timestamp(), "by_whom": kept_name(by), "kind": kind, "undoes": undoes}
    statement = sa.insert(tables.changes).values(**values, removed=to_json(removed), added=to_json(added))
    (number,) = connection.execute(statement).inserted_primary_key or (0,)
    return int(number)


def change_of(values: Mapping[Any, Any], logos: Logos) -> Change:
    """Make a change of a row of the history."""
    return Change(
        int(values["id"]),
        datetime.fromtimestamp(values["at"], UTC),
        values["by_whom"],
        values["kind"],
        _flat(from_json(values["removed"], logos)),
        _flat(from_json(values["added"], logos)),
        values["undone_by"] is not None,
        values["undoes"],
    )


def by_kind(values: Mapping[Any, Any], logos: Logos) -> list[tuple[str, list[Kept], list[Kept]]]:
    """Return the rows that a change of the history took out and put in, kind by kind."""
    removed, added = from_json(values["removed"], logos), from_json(values["added"], logos)
    rows: dict[str, tuple[list[Kept], list[Kept]]] = defaultdict(lambda: ([], []))
    for side, some in enumerate((removed, added)):
        for kind, found in some.items():
            rows[kind][side].extend(found)
    return [(kind, *sides) for kind, sides in rows.items()]


def _order(row: Kept) -> tuple[str, date]:
    return _subject(row), getattr(row, "first", None) or date.min


def _subject(row: Kept) -> str:
    return subject_of(row)  # type: ignore[arg-type]


def _flat(rows: Mapping[str, Iterable[Kept]]) -> tuple[Kept, ...]:
    return tuple(row for some in rows.values() for row in some)
