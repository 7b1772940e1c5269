"""What is written down as rows that a table shows for editing, and back: no Streamlit here.

Hours and money are numbers in these tables, exact to the second and the cent; a person or project is its name.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeVar

import pandas as pd

from clockify.branding import Branding
from clockify.clients import USUAL_MINUTES, ClientRule, Direction, Pack, Scope
from clockify.money import SECONDS_PER_HOUR
from clockify.periods import WEEKDAYS
from clockify.plans import Capacity, CostRate, Cycle, DaysOff, Plan, Rate, Row, Target, Usual, WeekMark, clashes_in, problems_of, subject_of

CENTS = 100
NO_DAY = date.min
Key = TypeVar("Key")
PERSON, PROJECT, FROM, UNTIL, NOTE = "Person", "Project", "From", "Until", "Note"
DAYS = tuple(day[:3].capitalize() for day in WEEKDAYS)
UTILIZATION, BILLABILITY, COST, CURRENCY = "Utilization %", "Billability %", "Cost an hour", "Currency"
HOURS, MONEY, CYCLE, CARRIES, WARN, RATE = "Hours", "Money", "Begins anew each", "Rest carries over", "Warn at %", "Rate an hour"
CLIENT, WHAT, ROUNDED, STEP = "Client", "What is rounded", "Rounded", "To minutes"
SCOPES = {Scope.ENTRY: "each entry", Scope.DAY: "a project's day", Scope.LINE: "a line of the invoice"}
DIRECTIONS = {Direction.UP: "up", Direction.DOWN: "down", Direction.NEAREST: "to the nearest", Direction.NONE: "not at all"}
# The columns of each kind, and of which type they are.
COLUMNS: dict[str, dict[str, str]] = {
    "capacities": {PERSON: "str", **dict.fromkeys(DAYS, "Float64"), FROM: "day", UNTIL: "day"},
    "days_off": {PERSON: "str", FROM: "day", UNTIL: "day", NOTE: "str"},
    "targets": {PERSON: "str", UTILIZATION: "Int64", BILLABILITY: "Int64"},
    "cost_rates": {PERSON: "str", COST: "Float64", CURRENCY: "str", FROM: "day"},
    "plans": {PROJECT: "str", HOURS: "Float64", MONEY: "Float64", CYCLE: "str", CARRIES: "bool", WARN: "Int64", FROM: "day"},
    "rates": {PROJECT: "str", RATE: "Float64"},
    "client_rules": {CLIENT: "str", WHAT: "str", ROUNDED: "str", STEP: "Int64"},
    "packs": {CLIENT: "str", PROJECT: "str", HOURS: "Float64", MONEY: "Float64", CURRENCY: "str", FROM: "day", UNTIL: "day", NOTE: "str"},
}


@dataclass(frozen=True)
class Names:
    """The names that stand for ids in these tables: each once; `clients` tells which of the ids are clients'."""

    by_id: Mapping[str, str]
    clients: frozenset[str] = frozenset()

    def name(self, identifier: str) -> str:
        """Return an id's name; an id that nothing knows stands for itself."""
        return self.by_id.get(identifier, identifier)

    def id(self, name: Any) -> str:
        """Return the id of a name, "" of none."""
        if not _text(name):
            return ""
        return next((one for one, known in self.by_id.items() if known == name), str(name))


def editable(kind: str, rows: Sequence[Row], names: Names) -> pd.DataFrame:
    """Return rows of a kind as a table, in their order, with the columns of `COLUMNS`; no rows give the empty table, typed."""
    cells = [_cells(row, names) for row in rows]
    return pd.DataFrame({name: _column([one[name] for one in cells], type_) for name, type_ in COLUMNS[kind].items()})


def in_order(rows: Iterable[Row], names: Names) -> tuple[Row, ...]:
    """Return rows by the names of those they are about, then by their first days."""
    return tuple(sorted(rows, key=lambda row: (names.name(subject_of(row)).casefold(), getattr(row, "first", None) or date.min)))


def read(kind: str, table: pd.DataFrame, names: Names, usual_currency: str) -> tuple[list[Row], list[str]]:
    """Return the rows of an edited table, and what can't be right about them, by line and name; lines without anything don't count."""
    lines = [dict(zip(map(str, table), line, strict=True)) for line in table.itertuples(index=False, name=None)]
    found = [(number, _row(kind, line, names, usual_currency)) for number, line in enumerate(lines, 1) if _is_filled(line)]
    rows = [row for _, row in found]
    problems = [(place, sentence) for place, row in enumerate(rows) for sentence in problems_of(row)] + clashes_in(rows)
    problems += [(place, sentence) for place, (number, _) in enumerate(found) if (sentence := _undated(kind, lines[number - 1]))]
    return rows, [f"Line {found[place][0]}{_of(rows[place], names)}: {sentence}" for place, sentence in sorted(problems)]


def _undated(kind: str, line: Mapping[str, Any]) -> str:
    """Say which day a line lacks, "" if none."""
    if kind == "days_off" and _day(line[FROM]) is None and _day(line[UNTIL]) is None:
        return "The days are missing."
    return "The first day is missing." if kind == "packs" and _day(line[FROM]) is None else ""


def _cells(row: Row, names: Names) -> dict[str, Any]:
    match row:
        case Capacity():
            hours = {day: seconds / SECONDS_PER_HOUR for day, seconds in zip(DAYS, row.seconds, strict=True)}
            return {PERSON: names.name(row.user_id), **hours, FROM: row.first, UNTIL: row.last}
        case DaysOff():
            return {PERSON: names.name(row.user_id), FROM: row.first, UNTIL: row.last, NOTE: row.note}
        case Target():
            return {PERSON: names.name(row.user_id), UTILIZATION: row.utilization, BILLABILITY: row.billability}
        case CostRate():
            return {PERSON: names.name(row.user_id), COST: row.cents / CENTS, CURRENCY: row.currency, FROM: row.first}
        case Plan():
            own = {**_amount(row), CYCLE: row.cycle.value, CARRIES: row.carries, WARN: row.threshold, FROM: row.first}
            return {PROJECT: names.name(row.project_id), **own}
        case Rate():
            return {PROJECT: names.name(row.project_id), RATE: row.cents / CENTS}
        case ClientRule():
            return {CLIENT: names.name(row.client_id), WHAT: SCOPES[row.scope], ROUNDED: DIRECTIONS[row.direction], STEP: row.minutes}
        case Pack():
            whose = {CLIENT: names.name(row.client_id), PROJECT: names.name(row.project_id)}
            return {**whose, **_amount(row), CURRENCY: row.currency, FROM: row.first, UNTIL: row.last, NOTE: row.note}
    raise TypeError(row)


def _amount(row: Plan | Pack) -> dict[str, float | None]:
    seconds, cents = row.seconds, row.cents
    return {HOURS: None if seconds is None else seconds / SECONDS_PER_HOUR, MONEY: None if cents is None else cents / CENTS}


def _row(kind: str, line: Mapping[str, Any], names: Names, usual_currency: str) -> Row:
    user, project, first, last = names.id(line.get(PERSON)), names.id(line.get(PROJECT)), _day(line.get(FROM)), _day(line.get(UNTIL))
    match kind:
        case "capacities":
            return Capacity(user, tuple(_whole(line[day], SECONDS_PER_HOUR) or 0 for day in DAYS), first, last)
        case "days_off":
            # One end is enough for a single day.
            begun, ended = first or last or NO_DAY, last or first or NO_DAY
            return DaysOff(user, begun, ended, _as_typed(line[NOTE]))
        case "targets":
            return Target(user, _whole(line[UTILIZATION]), _whole(line[BILLABILITY]))
        case "cost_rates":
            return CostRate(user, _whole(line[COST], CENTS) or 0, _text(line[CURRENCY]).upper() or usual_currency, first)
        case "plans":
            cycle = Cycle(_text(line[CYCLE]) or Cycle.WHOLE)
            seconds, cents = _whole(line[HOURS], SECONDS_PER_HOUR), _whole(line[MONEY], CENTS)
            return Plan(project, seconds, cents, cycle, _flag(line[CARRIES]), _whole(line[WARN]), first)
        case "client_rules":
            direction, scope = _key_of(DIRECTIONS, line[ROUNDED], Direction.UP), _key_of(SCOPES, line[WHAT], Scope.ENTRY)
            return ClientRule(names.id(line[CLIENT]), direction, _whole(line[STEP]) or USUAL_MINUTES, scope)
        case "packs":
            return _pack(line, names, usual_currency, first or NO_DAY, last)
        case _:
            return Rate(project, _whole(line[RATE], CENTS) or 0)


def _pack(line: Mapping[str, Any], names: Names, usual_currency: str, first: date, last: date | None) -> Pack:
    seconds, cents = _whole(line[HOURS], SECONDS_PER_HOUR), _whole(line[MONEY], CENTS)
    currency = _text(line[CURRENCY]).upper() or ("" if cents is None else usual_currency)
    return Pack(first, names.id(line[CLIENT]), names.id(line[PROJECT]), seconds, cents, currency, last, _as_typed(line[NOTE]))


def _key_of(words: Mapping[Key, str], said: Any, usual: Key) -> Key:
    return next((key for key, word in words.items() if word == said), usual)


def _as_typed(note: Any) -> str:
    # As it is: a space at its end would else be a change that nobody made.
    return note if isinstance(note, str) else ""


def _of(row: Row, names: Names) -> str:
    return f", {names.name(subject_of(row))}" if subject_of(row) else ""


def _is_filled(line: Mapping[str, Any]) -> bool:
    return any(_text(value) if isinstance(value, str) else not pd.isna(value) and value is not False for value in line.values())


def _column(values: list[Any], type_: str) -> pd.Series[Any]:
    if type_ == "day":
        return pd.Series(values, dtype="object")
    if type_ == "str":
        return pd.Series(values, dtype="str")
    return pd.Series(values, dtype=type_)


def _is_said(value: Any) -> bool:
    """Is there something to say? Zero hours are; 0 == False, so it is asked what it is."""
    return value is not None and value is not False and value != ""


def _text(value: Any) -> str:
    return value.strip() if isinstance(value, str) else ""


def _flag(value: Any) -> bool:
    return not pd.isna(value) and bool(value)


def _whole(value: Any, times: int = 1) -> int | None:
    """Return a number in its smallest unit, None where there is none."""
    return None if pd.isna(value) else round(float(value) * times)


def _day(value: Any) -> date | None:
    if isinstance(value, str) and value:
        return date.fromisoformat(value[:10])
    return None if pd.isna(value) else pd.Timestamp(value).date()


def row_words(row: Row | WeekMark, names: Names) -> str:
    """Say a row in a line of plain text: "Ben Osei: 8 8 8 8 8 0 0 2026-11-01", of a week that was looked through its first day."""
    if isinstance(row, WeekMark):
        return f"{names.name(row.user_id)}: week of {row.first}"
    if isinstance(row, Usual):
        return f"{row.person_week / SECONDS_PER_HOUR:g} and {row.project_week / SECONDS_PER_HOUR:g} h a week, warn at {row.threshold} %"
    if isinstance(row, Branding):
        return ", ".join(filter(None, [row.name, *row.address.split("\n"), row.logo_type and f"a logo ({row.logo_type})", row.accent]))
    own = [value for name, value in _cells(row, names).items() if name not in (PERSON, PROJECT, CLIENT)]
    parts = [f"{value:g}" if isinstance(value, float) else str(value) for value in own if _is_said(value)]
    return f"{names.name(subject_of(row))}: {' '.join(parts)}"
