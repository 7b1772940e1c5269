"""Read a TOML file with notes, to the last key; say of whatever can't be right on which line it stands."""

from __future__ import annotations

import re
import tomllib
from base64 import b64decode
from collections.abc import Callable, Collection, Mapping
from dataclasses import MISSING, dataclass, fields
from datetime import date
from decimal import Decimal
from enum import StrEnum
from typing import Any

from clockify.clients import Direction, Scope
from clockify.limits import MOST_CENTS, MOST_SECONDS
from clockify.logos import clean_logo
from clockify.money import SECONDS_PER_HOUR
from clockify.plans import KINDS, SINGLE, WEEK, Cycle, Notes, Row, clashes_in, problems_of
from clockify.records.lines import Lines, Path

MOST_BYTES, LONGEST_LINE, LONGEST_SHOWN = 1_000_000, 4_000, 40

# Reading a key takes time by the square of its parts. Few will do at a line's begin; elsewhere it may be
# the text of a note, and 200 letters have no room for more than 100.
_PART = r"""(?:[\w-]++|"[^"]*+"|'[^']*+')[ \t]*+\.[ \t]*+"""
_MANY_PARTS = re.compile(rf"^[ \t\[]*+(?:{_PART}){{10}}|(?<![\w-])(?:{_PART}){{101}}")


@dataclass(frozen=True, order=True)
class Problem:
    """What can't be right, in a sentence, and the line it stands on (from 1)."""

    line: int
    reason: str


def from_toml(
    text: str, known_people: Collection[str], known_projects: Collection[str], known_clients: Collection[str] = ()
) -> tuple[Notes | None, list[Problem]]:
    """Read notes that `to_toml` wrote and people edited; their version is 0.

    Returns notes and no problems, or None and all problems by line: nothing of a file is taken that isn't right as a whole.
    Who isn't among the known people, projects or clients is a problem, too.
    """
    text = text.removeprefix("\ufeff").replace("\r\n", "\n")
    found, problems = _parse(text)
    if not found:
        # Not even [usual]: nobody means to throw everything away with an empty file.
        return None, problems or [Problem(1, "There is nothing in this file.")]
    known = {"user_id": frozenset(known_people), "project_id": frozenset(known_projects), "client_id": frozenset(known_clients)}
    reader = _Reader(Lines(text), known)
    notes = reader.notes(found)
    return (None, sorted(set(reader.problems))) if reader.problems else (notes, [])


def _parse(text: str) -> tuple[dict[str, Any] | None, list[Problem]]:
    if len(text.encode("utf8", "replace")) > MOST_BYTES:
        return None, [Problem(1, "The file is larger than 1 MB.")]
    for number, line in enumerate(text.split("\n"), 1):
        if len(line) > LONGEST_LINE:
            return None, [Problem(number, f"This line has more than {LONGEST_LINE} letters.")]
        if _MANY_PARTS.search(line):
            return None, [Problem(number, "A key on this line has too many parts.")]
    try:
        return tomllib.loads(text, parse_float=Decimal), []
    except RecursionError:
        return None, [Problem(1, "There are brackets within brackets beyond all measure.")]
    except ValueError as fault:
        return None, [_syntax(str(fault), text)]


def _syntax(message: str, text: str) -> Problem:
    """Tell what the standard library says of a file that isn't TOML; it names the line unless it came to the end."""
    what, line, _ = (*re.split(r" \(at (?:line (\d+), column \d+|end of document)\)$", message), None)[:3]
    if "(at " not in message:
        return Problem(1, "A number in this file is too long.")
    return Problem(int(line) if line else text.rstrip("\n").count("\n") + 1, f"This isn't TOML: {what}.")


class _Refused(Exception):
    """A value isn't what it should be; the text is a sentence."""


Read = Callable[[Any], Any]
_BRACKETS = "Begin each with [[{}]], in double brackets."


class _Reader:
    """Goes through a file that is TOML, and notes each problem with its line."""

    def __init__(self, lines: Lines, known: Mapping[str, frozenset[str]]) -> None:
        self._lines, self._known = lines, known
        self.problems: list[Problem] = []

    def notes(self, found: Mapping[str, Any]) -> Notes:
        for name in found.keys() - {*SINGLE, *TABLES}:
            self._say((name,), f"“{_shown(name)}” isn't known here; there are {', '.join([*SINGLE, *TABLES])}.")
        kinds: dict[str, Any] = {kind: tuple(self._rows(table, kind, found.get(table, []))) for table, kind in TABLES.items()}
        single: dict[str, Any] = {kind: self._row((kind,), made, kind, found.get(kind, {})) for kind, made in SINGLE.items()}
        return Notes(**kinds, **{kind: row for kind, row in single.items() if row})

    def _rows(self, table: str, kind: str, found: Any) -> list[Row]:
        if not isinstance(found, list):
            self._say((table,), _BRACKETS.format(table))
            return []
        read = [((table, number), self._row((table, number), KINDS[kind], table, one)) for number, one in enumerate(found)]
        good = [(path, row) for path, row in read if row is not None]
        for place, sentence in clashes_in([row for _, row in good]):
            self._say(good[place][0], sentence)
        return [row for _, row in good]

    def _row(self, path: Path, made: type[Row], table: str, found: Any) -> Row | None:
        """Make one row; None if something is wrong with it, which is noted."""
        if not isinstance(found, dict):
            self._say(path, f"Begin it with [{table}], in single brackets." if table in SINGLE else _BRACKETS.format(table))
            return None
        keys, before = FORMS[table], len(self.problems)
        for key in found.keys() - keys.keys() - {"name"}:
            self._say((*path, key), f"“{_shown(key)}” isn't known here; there are {', '.join(keys)}.")
        values = {keys[key][0]: self._value((*path, key), keys[key][1], found[key]) for key in keys if key in found}
        if made is KINDS["days_off"]:
            values.setdefault("last", values.get("first"))
        if values.get("logo"):
            values |= {"logo": values["logo"][0], "logo_type": values["logo"][1]}
        needed = {field.name for field in fields(made) if field.default is MISSING and field.default_factory is MISSING}
        for key in [key for key, (field, _) in keys.items() if field in needed - values.keys()]:
            self._say(path, f"“{key}” is missing.")
        if len(self.problems) > before:
            return None
        row = made(**values)
        for sentence in problems_of(row):
            self._say(path, sentence)
        return row if len(self.problems) == before else None

    def _value(self, path: Path, read: Read, value: Any) -> Any:
        try:
            read_value = read(value)
        except _Refused as refused:
            self._say(path, str(refused))
            return None
        known = self._known.get(str(path[-1]))
        if known is not None and read_value not in known:
            who = {"user_id": "person", "project_id": "project"}.get(str(path[-1]), "client")
            self._say(path, f"“{_shown(read_value)}” is no {who} of this workspace.")
        return read_value

    def _say(self, path: Path, reason: str) -> None:
        self.problems.append(Problem(self._lines.line_of(path), reason))


def _shown(text: str) -> str:
    return text if len(text) <= LONGEST_SHOWN else f"{text[:LONGEST_SHOWN]}…"


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise _Refused('This is text, in quotes: "…".')
    return value


def _whole(value: Any) -> int:
    if type(value) is not int:
        raise _Refused("This is a whole number, like 80.")
    return value


def _is_so(value: Any) -> bool:
    if not isinstance(value, bool):
        raise _Refused("This is true or false.")
    return value


def _day(value: Any) -> date:
    # A moment is a day to Python, and none to us.
    if type(value) is not date:
        raise _Refused("This is a day, without quotes and without a time: 2026-11-30.")
    return value


def _money(value: Any) -> int:
    found = re.fullmatch(r"([0-9]{1,14})(?:\.([0-9]{1,2}))?", value) if isinstance(value, str) else None
    if not found or int(found[1]) * 100 > MOST_CENTS:
        raise _Refused('Money is text with two decimals, 0 or more: "85.00".')
    return int(found[1]) * 100 + int((found[2] or "").ljust(2, "0"))


def _seconds(value: Any) -> int:
    """Read hours, exactly; no arithmetic is done with numbers whose size isn't known."""
    if isinstance(value, str):
        found = re.fullmatch(r"([0-9]{1,8}):([0-5][0-9])(?::([0-5][0-9]))?", value)
        if found:
            return int(found[1]) * SECONDS_PER_HOUR + int(found[2]) * 60 + int(found[3] or 0)
    elif type(value) in (int, Decimal) and Decimal(value).is_finite() and 0 <= value <= MOST_SECONDS // SECONDS_PER_HOUR:
        exact = Decimal(value)
        if exact.is_zero():
            return 0
        if int(exact.as_tuple().exponent) >= -9 and exact * SECONDS_PER_HOUR % 1 == 0:
            return int(exact * SECONDS_PER_HOUR)
        raise _Refused('These hours are no whole seconds: write them as "7:30:01".')
    raise _Refused('Hours are a number like 7.5, or text like "7:30:01".')


def _week(value: Any) -> tuple[int, ...]:
    if not isinstance(value, list) or len(value) != WEEK:
        raise _Refused("A week is seven numbers of hours, Monday first: [8, 8, 8, 8, 7.5, 0, 0].")
    return tuple(_seconds(one) for one in value)


def _one_of(choices: type[StrEnum]) -> Read:
    def read(value: Any) -> StrEnum:
        if not isinstance(value, str) or value not in list(choices):
            raise _Refused("This is one of " + ", ".join(f'"{one.value}"' for one in choices) + ".")
        return choices(value)

    return read


def _lines(value: Any) -> str:
    return "\n".join(map(_text, value)) if isinstance(value, list) else _text(value)


def _logo(value: Any) -> tuple[bytes, str]:
    """Read a logo and its type: a file brings it in as an upload does."""
    try:
        content = b64decode("".join(_text(value).split()), validate=True)
    except ValueError:
        raise _Refused("A logo is a PNG or an SVG in base64.") from None
    logo, reason = clean_logo(content)
    if logo is None:
        raise _Refused(reason)
    return logo.content, logo.type


TABLES = {
    "capacity": "capacities",
    "day_off": "days_off",
    "target": "targets",
    "cost_rate": "cost_rates",
    "plan": "plans",
    "rate": "rates",
    "client_rule": "client_rules",
    "pack": "packs",
}

_PERSON, _PROJECT = {"user_id": ("user_id", _text)}, {"project_id": ("project_id", _text)}
_CLIENT = {"client_id": ("client_id", _text)}
_FIRST, _LAST = {"first_day": ("first", _day)}, {"last_day": ("last", _day)}
_TARGETS = {"utilization": ("utilization", _whole), "billability": ("billability", _whole)}
# What each table may say: the key, the field it becomes, and how it is read.
FORMS: dict[str, dict[str, tuple[str, Read]]] = {
    "capacity": {**_PERSON, **_FIRST, **_LAST, "hours": ("seconds", _week)},
    "day_off": {**_PERSON, **_FIRST, **_LAST, "note": ("note", _text)},
    "target": {**_PERSON, **_TARGETS},
    "cost_rate": {**_PERSON, **_FIRST, "per_hour": ("cents", _money), "currency": ("currency", _text)},
    "plan": {
        **_PROJECT,
        **_FIRST,
        "hours": ("seconds", _seconds),
        "budget": ("cents", _money),
        "cycle": ("cycle", _one_of(Cycle)),
        "carries_over": ("carries", _is_so),
        "threshold": ("threshold", _whole),
    },
    "rate": {**_PROJECT, "per_hour": ("cents", _money)},
    "client_rule": {
        **_CLIENT,
        "direction": ("direction", _one_of(Direction)),
        "minutes": ("minutes", _whole),
        "of": ("scope", _one_of(Scope)),
    },
    "pack": {
        **_CLIENT,
        **_PROJECT,
        **_FIRST,
        **_LAST,
        "hours": ("seconds", _seconds),
        "money": ("cents", _money),
        "currency": ("currency", _text),
        "note": ("note", _text),
    },
    "branding": {"name": ("name", _text), "address": ("address", _lines), "accent": ("accent", _text), "logo": ("logo", _logo)},
    "usual": {
        "person_week": ("person_week", _seconds),
        "project_week": ("project_week", _seconds),
        "threshold": ("threshold", _whole),
        **_TARGETS,
    },
}
