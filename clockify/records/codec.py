"""Rows as they are kept: columns of their table, and JSON of the history."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from collections.abc import Iterable, Mapping
from dataclasses import fields
from datetime import UTC, date, datetime
from typing import Any

import sqlalchemy as sa

from clockify.branding import Branding
from clockify.clients import ClientRule, Direction, Scope
from clockify.plans import KINDS, SINGLE, Capacity, Cycle, Plan, Row, WeekMark
from clockify.records import tables
from clockify.records.logos import Logos, digest_of

Kept = Row | WeekMark

TABLES: dict[str, sa.Table] = {
    "capacities": tables.capacities,
    "days_off": tables.days_off,
    "targets": tables.targets,
    "cost_rates": tables.cost_rates,
    "plans": tables.plans,
    "rates": tables.rates,
    "client_rules": tables.client_rules,
    "packs": tables.packs,
    "usual": tables.usual,
    "branding": tables.branding,
    "weeks": tables.weeks_done,
}
CLASSES: dict[str, type[Kept]] = {**KINDS, **SINGLE, "weeks": WeekMark}

# What a column is called where that isn't the name of the field.
_COLUMNS = {"first": "first_day", "last": "last_day", "start": "started_at", "end": "ended_at", "by": "by_whom"}


def to_columns(row: Kept) -> dict[str, Any]:
    """Return the values of a row's columns, without the workspace; a logo by its digest."""
    values = {_COLUMNS.get(field.name, field.name): getattr(row, field.name) for field in fields(row)}
    if isinstance(row, Capacity):
        return {**dict(zip(tables.WEEKDAYS, values.pop("seconds"), strict=True)), **values}
    if isinstance(row, Plan):
        return {**values, "cycle": row.cycle.value}
    if isinstance(row, ClientRule):
        return {**values, "direction": row.direction.value, "scope": row.scope.value}
    if isinstance(row, Branding):
        return {**values, "logo": None if row.logo is None else digest_of(row.logo)}
    if isinstance(row, WeekMark):
        bounds = {"started_at": int(row.start.timestamp()), "ended_at": int(row.end.timestamp())}
        return {**values, **bounds, "at": row.at.timestamp()}
    return values


def from_columns(kind: str, values: Mapping[Any, Any], logos: Logos) -> Kept:
    """Make a row of its columns; one that a newer layout has brought may be missing."""
    found = {name: values[column] for name, column in _columns_of(kind).items() if column in values}
    if kind == "capacities":
        found["seconds"] = tuple(values[day] for day in tables.WEEKDAYS)
    elif kind == "plans":
        found |= {"cycle": Cycle(values["cycle"]), "carries": bool(values["carries"])}
    elif kind == "client_rules":
        found |= {"direction": Direction(values["direction"]), "scope": Scope(values["scope"])}
    elif kind == "branding":
        found["logo"] = logos.get(values["logo"]) if values["logo"] else None
    elif kind == "weeks":
        found |= {name: datetime.fromtimestamp(found[name], UTC) for name in ("start", "end", "at")}
        found["entries"] = bytes(found["entries"])
    return CLASSES[kind](**found)


def to_json(rows: Mapping[str, Iterable[Kept]]) -> str:
    """Write rows by kind."""
    plain = {kind: [to_columns(row) for row in some] for kind, some in rows.items()}
    return json.dumps(plain, default=_plain)


def from_json(text: str, logos: Logos) -> dict[str, list[Kept]]:
    """Read what `to_json` wrote."""
    return {kind: [from_columns(kind, _typed(values), logos) for values in some] for kind, some in json.loads(text).items()}


def _columns_of(kind: str) -> dict[str, str]:
    return {field.name: _COLUMNS.get(field.name, field.name) for field in fields(CLASSES[kind])}


def _plain(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, bytes):
        return b64encode(value).decode("ascii")
    raise TypeError(type(value).__name__)


def _typed(values: Mapping[str, Any]) -> dict[str, Any]:
    """Make days and bytes of what JSON has as text."""
    days = {name: date.fromisoformat(values[name]) for name in ("first_day", "last_day") if values.get(name)}
    packed = {"entries": b64decode(values["entries"])} if "entries" in values else {}
    return {**values, **days, **packed}
