"""Notes as a TOML file that people read, edit and keep: written, and read with the line of everything that can't be right.

Hours are numbers where two decimals say them exactly (7.5), else text ("7:30:01"); money is text ("85.00"), percents are
whole numbers, days TOML's dates. Beside each id stands a name for the reader's sake, which is not read.
"""

from __future__ import annotations

import re
from base64 import encodebytes
from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any

import tomli_w

from clockify.branding import Branding
from clockify.clients import ClientRule, Pack
from clockify.limits import LONGEST_NAME
from clockify.money import SECONDS_PER_HOUR
from clockify.plans import Notes, Plan, Rate, Row, Target, Usual, subject_of
from clockify.records.reading import Problem, from_toml

__all__ = ["Problem", "from_toml", "to_toml"]

HEAD = """\
# What your team wrote down beside Clockify. Ids are Clockify's; names are for you and are not read.
# Hours: 7.5, or "7:30:01". Money: "85.00". A row without a first day has always held, one without a last day holds on.
# A logo is a PNG or an SVG in base64.
"""


def to_toml(notes: Notes, names: Mapping[str, str]) -> str:
    """Write notes; `names` gives people's, projects' and clients' names by id, where they are known."""
    tables: dict[str, Any] = {
        "usual": _usual(notes.usual),
        "capacity": [_row(row, names, {"hours": [_hours(one) for one in row.seconds]}) for row in notes.capacities],
        "day_off": [_row(row, names, {"note": row.note or None}) for row in notes.days_off],
        "target": [_row(row, names, _percents(row)) for row in notes.targets],
        "cost_rate": [_row(row, names, {"per_hour": _money(row.cents), "currency": row.currency}) for row in notes.cost_rates],
        "plan": [_row(row, names, _plan(row)) for row in notes.plans],
        "rate": [_row(row, names, {"per_hour": _money(row.cents)}) for row in notes.rates],
        "client_rule": [_row(row, names, _rule(row)) for row in notes.client_rules],
        "pack": [_row(row, names, _pack(row)) for row in notes.packs],
    }
    parts = [tomli_w.dumps({"usual": tables.pop("usual")})]
    # One by one: rows that are short would be put on one line.
    parts += [f"[[{table}]]\n{_SEVEN.sub(_on_one_line, tomli_w.dumps(row))}" for table, rows in tables.items() for row in rows]
    if notes.branding != Branding():
        # At the end: the lines of a logo are thousands.
        parts.append(tomli_w.dumps({"branding": _branding(notes.branding)}, multiline_strings=True))
    return "\n".join([HEAD, *parts])


# No text of these rows has a line break in it as it is written: at a line's begin this is the key.
_SEVEN = re.compile(r"^hours = \[\n(.*?),\n\]$", re.MULTILINE | re.DOTALL)


def _on_one_line(found: re.Match[str]) -> str:
    return f"hours = [{', '.join(line.strip() for line in found[1].split(','))}]"


def _row(row: Row, names: Mapping[str, str], own: Mapping[str, Any]) -> dict[str, Any]:
    """Put id, name and days around what a row has of its own; what isn't said is left out."""
    subject = subject_of(row)
    # A name is as long as somebody made it in Clockify, and its reader knows it by less.
    begin = {_subject_key(row): subject, "name": names.get(subject, "")[:LONGEST_NAME] or None}
    days: dict[str, date | None] = {"first_day": getattr(row, "first", None), "last_day": getattr(row, "last", None)}
    return {key: value for key, value in {**begin, **days, **own}.items() if value is not None}


def _subject_key(row: Row) -> str:
    if isinstance(row, (Plan, Rate)) or (isinstance(row, Pack) and row.project_id):
        return "project_id"
    return "client_id" if isinstance(row, (ClientRule, Pack)) else "user_id"


def _rule(rule: ClientRule) -> dict[str, Any]:
    return {"direction": rule.direction.value, "minutes": rule.minutes, "of": rule.scope.value}


def _pack(pack: Pack) -> dict[str, Any]:
    amount = {"hours": None if pack.seconds is None else _hours(pack.seconds), "money": None if pack.cents is None else _money(pack.cents)}
    return {**amount, "currency": pack.currency or None, "note": pack.note or None}


def _branding(branding: Branding) -> dict[str, Any]:
    logo = encodebytes(branding.logo).decode("ascii") if branding.logo else None
    # Line by line: a text of several lines could look like keys.
    address = branding.address.split("\n") if branding.address else None
    said = {"name": branding.name, "address": address, "accent": branding.accent, "logo": logo}
    return {key: value for key, value in said.items() if value}


def _plan(plan: Plan) -> dict[str, Any]:
    return {
        "hours": None if plan.seconds is None else _hours(plan.seconds),
        "budget": None if plan.cents is None else _money(plan.cents),
        "cycle": plan.cycle.value,
        "carries_over": plan.carries,
        "threshold": plan.threshold,
    }


def _usual(usual: Usual) -> dict[str, Any]:
    weeks = {"person_week": _hours(usual.person_week), "project_week": _hours(usual.project_week), "threshold": usual.threshold}
    return {**weeks, **{key: value for key, value in _percents(usual).items() if value is not None}}


def _percents(row: Target | Usual) -> dict[str, Any]:
    return {"utilization": row.utilization, "billability": row.billability}


def _hours(seconds: int) -> int | Decimal | str:
    """Say seconds as hours, exactly: a number if two decimals are enough."""
    if seconds % SECONDS_PER_HOUR == 0:
        return seconds // SECONDS_PER_HOUR
    if seconds * 100 % SECONDS_PER_HOUR == 0:
        return (Decimal(seconds) / SECONDS_PER_HOUR).normalize()
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}:{rest:02}"


def _money(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02}"
