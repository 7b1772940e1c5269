"""The bodies of report requests, and what stands in addresses. No I/O.

Filters stand at the top level: inside `summaryFilter` Clockify ignores them without a word.
https://docs.clockify.me/#tag/Time-Entry-Report
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import UTC, datetime
from typing import TypedDict
from urllib.parse import quote

from clockify.api.protocol import Json
from clockify.periods import Period

# USER and TAG are missing from the vendor's list, and work.
SUMMARY_GROUPS = ("CLIENT", "PROJECT", "USER", "DATE", "WEEK", "MONTH", "TASK", "TAG", "TIMEENTRY")
MAX_GROUPS = 3


class Filters(TypedDict, total=False):
    """The filters of a report, as `report_filters` takes them."""

    users: Collection[str] | None
    clients: Collection[str] | None
    projects: Collection[str] | None
    tags: Collection[str] | None
    tasks: Collection[str] | None
    billable: bool | None


def detailed_body(period: Period, time_zone: str, *, page: int, page_size: int, filters: Json) -> Json:
    """Return the body that asks for one page of a detailed report.

    Oldest first: an entry added while pages are read then lands behind them, and none of
    the pages before it moves.
    """
    return {
        **_common(period, time_zone),
        **filters,
        "sortOrder": "ASCENDING",
        "detailedFilter": {"page": page, "pageSize": page_size, "sortColumn": "DATE"},
    }


def summary_body(period: Period, time_zone: str, *, groups: Sequence[str], filters: Json) -> Json:
    """Return the body that asks for a summary report.

    Raises ValueError unless there are 1 to 3 different groups of `SUMMARY_GROUPS`: Clockify
    would answer a wrong one with 400, or with another report.
    """
    if not 1 <= len(groups) <= MAX_GROUPS or len(set(groups)) != len(groups):
        raise ValueError(f"a summary report needs 1 to {MAX_GROUPS} different groups, not {list(groups)}")
    unknown = [group for group in groups if group not in SUMMARY_GROUPS]
    if unknown:
        raise ValueError(f"a summary report can't be grouped by {unknown}; known are {', '.join(SUMMARY_GROUPS)}")
    return {**_common(period, time_zone), **filters, "summaryFilter": {"groups": list(groups)}}


def report_filters(
    *,
    users: Collection[str] | None = None,
    clients: Collection[str] | None = None,
    projects: Collection[str] | None = None,
    tags: Collection[str] | None = None,
    tasks: Collection[str] | None = None,
    billable: bool | None = None,
) -> Json:
    """Return the filters of a report by ids; what is None filters nothing.

    Raises ValueError for an empty collection, which Clockify would take for everything.
    """
    named = {"users": users, "clients": clients, "projects": projects, "tags": tags, "tasks": tasks}
    filters: Json = {name: _contains(name, ids) for name, ids in named.items() if ids is not None}
    if billable is not None:
        filters["billable"] = billable
    return filters


def _contains(name: str, ids: Collection[str]) -> Json:
    if not ids or isinstance(ids, str):
        raise ValueError(f"a filter by {name} needs a collection of at least one id")
    # Without a status some filters look among the active ones alone.
    return {"ids": list(dict.fromkeys(ids)), "contains": "CONTAINS", "status": "ALL"}


def _common(period: Period, time_zone: str) -> Json:
    """Return what every report needs; Clockify includes both ends, and reads them as wall clocks in `timeZone`."""
    return {
        "dateRangeStart": f"{period.start.isoformat()}T00:00:00.000",
        "dateRangeEnd": f"{period.last_day.isoformat()}T23:59:59.999",
        "timeZone": time_zone,
        "exportType": "JSON",
        # Totals carry earned amounts only where they are asked for.
        "amountShown": "EARNED",
        "rounding": False,
    }


def path_of(*parts: str) -> str:
    """Join parts to a path; an id stays one part whatever is in it."""
    return "".join(f"/{quote(part, safe='')}" for part in parts)


def moment_text(moment: datetime) -> str:
    """Write an aware moment as Clockify reads it: whole seconds, UTC."""
    if moment.tzinfo is None:
        raise ValueError("a moment needs a time zone")
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
