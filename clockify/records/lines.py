"""On which line of a TOML text something stands: the standard library reads it and forgets where.

The text must be valid TOML; what is looked for here is only where one thing ends and the next begins.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from functools import lru_cache

Path = tuple[str | int, ...]

# What lies deeper has the line of what it lies in.
_DEEPEST = 4

_BLANK = re.compile(r"(?:[ \t\n]|#[^\n]*)*")
# A string of each kind, the long ones first; in a long one, quotes may stand before the closing ones.
_STRING = re.compile(
    r'"""(?:[^"\\]|\\.|"(?!""))*"{3,5}|\'\'\'(?:[^\']|\'(?!\'\'))*\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'',
    re.DOTALL,
)
_KEY = re.compile(r"(?:\"(?:[^\"\\\n]|\\.)*\"|'[^'\n]*'|[^\"'=\]\n])*")
_PLAIN = re.compile(r"[^\"'\[\]{}#\n]+")


class Lines:
    """The lines of tables and keys, by path: `("plan", 2, "hours")` is a key of the third `[[plan]]`."""

    def __init__(self, text: str) -> None:
        """Look through a valid text once."""
        self._lines: dict[Path, int] = {}
        self._counts: dict[tuple[str, ...], int] = {}
        table: tuple[str, ...] = ()
        for line, sort, key in _statements(text):
            if sort == "key":
                self._put((*table, *key), line)
            else:
                table = key
                if sort == "array":
                    self._counts[key] = self._counts.get(key, -1) + 1
                self._put(key, line)

    def line_of(self, path: Path) -> int:
        """Return the line of the nearest thing around it that has one: the key, the table's header, the array."""
        while path and path not in self._lines:
            path = path[:-1]
        return self._lines.get(path, 1)

    def _put(self, key: tuple[str, ...], line: int) -> None:
        path: Path = ()
        for number, part in enumerate(key[:_DEEPEST], 1):
            path = (*path, part)
            self._lines.setdefault(path, line)
            if key[:number] in self._counts:
                path = (*path, self._counts[key[:number]])
                self._lines.setdefault(path, line)


def _statements(text: str) -> Iterator[tuple[int, str, tuple[str, ...]]]:
    """Return each header and each key with its line: "table", "array" or "key", and its dotted parts."""
    place, line, counted = 0, 1, 0
    while (place := _match(_BLANK, text, place)) < len(text):
        line, counted = line + text.count("\n", counted, place), place
        brackets = 2 if text.startswith("[[", place) else int(text[place] == "[")
        end = _match(_KEY, text, place + brackets)
        yield line, ("key", "table", "array")[brackets], _parts(text[place + brackets : end])
        place = end + brackets if brackets else _after_value(text, end + 1)


def _after_value(text: str, place: int) -> int:
    """Return where the value that begins here has ended: at the line's end, outside all brackets and strings."""
    depth = 0
    while place < len(text):
        one = text[place]
        if one == "\n" and depth == 0:
            return place
        if one in "\"'":
            place = _match(_STRING, text, place)
        elif one == "#":
            place = _match(_BLANK, text, place) if depth else text.find("\n", place) % (len(text) + 1)
        else:
            depth += (one in "[{") - (one in "]}")
            place = max(_match(_PLAIN, text, place), place + 1)
    return place


def _match(pattern: re.Pattern[str], text: str, place: int) -> int:
    found = pattern.match(text, place)
    return found.end() if found else place + 1


@lru_cache(1000)
def _parts(key: str) -> tuple[str, ...]:
    """Return what a dotted key is made of, quoted parts read as TOML reads them."""
    table, parts = tomllib.loads(f"{key.strip()} = 0"), []
    while isinstance(table, dict):
        ((part, table),) = table.items()
        parts.append(part)
    return tuple(parts)
