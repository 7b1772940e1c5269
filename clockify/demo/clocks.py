"""Instants, wall clocks and durations in Clockify's spellings. An instant is whole seconds since 1970 UTC."""

import math
import re
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

_UTC = re.compile(r"[12]\d{3}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,9})?Z", re.ASCII)
_OFFSET = re.compile(r"(Z|[+-]\d{2}:?\d{2})$", re.IGNORECASE)


def parse_wall(text: str) -> datetime:
    """Read a timestamp as a wall clock: an offset or `Z` at its end is dropped, as Clockify does.

    Raises ValueError for anything that is no ISO date and time.
    """
    wall = datetime.fromisoformat(_OFFSET.sub("", text))
    if "T" not in text.upper():
        raise ValueError(f"no time of day in {text!r}")
    return wall


def parse_instant(text: str) -> int:
    """Read a UTC timestamp as writes take it, 2026-03-02T08:15:00Z; parts of a second are dropped.

    Raises ValueError for anything else, another offset too.
    """
    if not _UTC.fullmatch(text):
        raise ValueError(f"no UTC timestamp: {text!r}")
    return int(datetime.fromisoformat(text[:19]).replace(tzinfo=UTC).timestamp())


def first_instant(wall: datetime, zone: ZoneInfo) -> int:
    """Return the first whole second at which a zone's clocks show at least this reading."""
    return math.ceil(wall.replace(tzinfo=zone).timestamp())


def last_instant(wall: datetime, zone: ZoneInfo) -> int:
    """Return the last whole second at which a zone's clocks show this reading: in autumn, the second pass."""
    passes = (wall.replace(tzinfo=zone, fold=fold).timestamp() for fold in (0, 1))
    return math.floor(max(passes))


def utc_text(instant: int) -> str:
    """Write an instant as the main API does: 2026-03-02T08:15:00Z."""
    return datetime.fromtimestamp(instant, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def local_text(instant: int, zone: ZoneInfo) -> str:
    """Write an instant as the reports do: 2026-03-02T09:15:00+01:00."""
    return datetime.fromtimestamp(instant, zone).isoformat()


def iso_duration(seconds: int) -> str:
    """Write seconds as the main API does: PT2H54M, PT20S, PT0S."""
    hours, rest = divmod(seconds, 3600)
    minutes, left = divmod(rest, 60)
    parts = [f"{count}{unit}" for count, unit in ((hours, "H"), (minutes, "M"), (left, "S")) if count]
    return "PT" + ("".join(parts) or "0S")
