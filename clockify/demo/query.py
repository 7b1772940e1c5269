"""A report's request body, read once: which entries it asks for, in which zone, with which money."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from clockify.demo.clocks import first_instant, last_instant, parse_wall
from clockify.demo.entities import Entry
from clockify.demo.refusals import invalid, malformed
from clockify.demo.world import World

Body = dict[str, Any]
AMOUNT_TYPES = ("EARNED", "COST", "PROFIT")
CONDITIONS = ("CONTAINS", "DOES_NOT_CONTAIN", "CONTAINS_ONLY")
FILTERS = ("users", "clients", "projects", "tasks", "tags")


@dataclass(frozen=True, slots=True)
class Filter:
    """One top-level filter: ids under a condition, and the status of what is named."""

    field: str
    ids: frozenset[str]
    condition: str
    status: str


@dataclass(frozen=True, slots=True)
class Query:
    """What a report is about. Equal queries select equal entries, so it serves as a key."""

    first: int
    last: int
    zone_name: str
    filters: tuple[Filter, ...] = ()
    billable: bool | None = None
    description: str = ""
    without_description: bool = False
    impossible: bool = False

    @property
    def zone(self) -> ZoneInfo:
        """Return the zone in which the range was read and days are cut."""
        return ZoneInfo(self.zone_name)


@dataclass(frozen=True, slots=True)
class Range:
    """Both ends of a report as wall clocks, and the calendar days they touch."""

    start: datetime
    end: datetime

    @property
    def days(self) -> int:
        """Count calendar days; an end at midnight sharp counts as the end of the day before."""
        return ((self.end - timedelta(microseconds=1)).date() - self.start.date()).days + 1


def read_range(body: Body) -> Range:
    """Read the range of a report. Raises Refusal when an end is missing, unreadable or before the start."""
    try:
        wanted = Range(parse_wall(body["dateRangeStart"]), parse_wall(body["dateRangeEnd"]))
    except (KeyError, TypeError, ValueError):
        raise invalid("Date range start and end are required as ISO timestamps") from None
    if wanted.end < wanted.start:
        raise invalid("Date range end is before its start")
    return wanted


def read_query(body: Body, world: World) -> Query:
    """Read range, zone and the filters of the top level: what stands inside `summaryFilter` filters nothing."""
    wanted = read_range(body)
    zone = _read_zone(body.get("timeZone") or world.zone.key)
    return Query(
        first_instant(wanted.start, zone),
        last_instant(wanted.end, zone),
        zone.key,
        tuple(_read_filter(name, body[name]) for name in FILTERS if body.get(name) is not None),
        _read_billable(body.get("billable")),
        str(body.get("description") or "").lower(),
        body.get("withoutDescription") is True,
        # Nothing in the demo is ever approved or invoiced.
        body.get("approvalState") == "APPROVED" or body.get("invoicingState") == "INVOICED",
    )


def select(query: Query, world: World) -> list[Entry]:
    """Return the entries that a query asks for, oldest first."""
    if query.impossible:
        return []
    entries = world.between(query.first, query.last)
    tests = [_test_of(wanted, world) for wanted in query.filters]
    if query.billable is not None:
        tests.append(lambda entry: entry.billable is query.billable)
    if query.description:
        tests.append(lambda entry: query.description in entry.description.lower())
    if query.without_description:
        tests.append(lambda entry: not entry.description)
    for test in tests:
        entries = list(filter(test, entries))
    return entries


def read_amount_types(body: Body) -> tuple[str, ...]:
    """Return the kinds of money asked for; none when they are to be hidden."""
    shown = body.get("amountShown") or "EARNED"
    wanted = body.get("amounts") or [shown]
    if not isinstance(wanted, list) or any(kind not in (*AMOUNT_TYPES, "HIDE_AMOUNT", "EXPORT") for kind in wanted):
        raise invalid("Unknown amount type")
    return () if shown == "HIDE_AMOUNT" else tuple(kind for kind in AMOUNT_TYPES if kind in wanted)


def _read_zone(name: object) -> ZoneInfo:
    try:
        return ZoneInfo(str(name))
    except (KeyError, ValueError, OSError):
        raise invalid("Unknown time zone") from None


def _read_billable(value: object) -> bool | None:
    if value is None or isinstance(value, bool):
        return value
    raise malformed()


def _read_filter(field: str, wanted: object) -> Filter:
    if not isinstance(wanted, dict) or not isinstance(wanted.get("ids") or [], list):
        raise malformed()
    condition = wanted.get("contains") or wanted.get("containedInTimeentry") or "CONTAINS"
    if condition not in CONDITIONS:
        raise invalid("Unknown filter condition")
    ids = frozenset(map(str, wanted.get("ids") or ()))
    return Filter(field, ids, condition, str(wanted.get("status") or "ALL"))


def _test_of(wanted: Filter, world: World) -> Callable[[Entry], bool]:
    ids_of = _ids_reader(wanted.field, world)
    allowed = _ids_with_status(wanted, world)

    def passes(entry: Entry) -> bool:
        present = ids_of(entry)
        if allowed is not None and not any(one in allowed for one in present):
            return False
        if not wanted.ids:
            return True
        if wanted.condition == "DOES_NOT_CONTAIN":
            return wanted.ids.isdisjoint(present)
        if wanted.condition == "CONTAINS_ONLY":
            return wanted.ids == set(present)
        return not wanted.ids.isdisjoint(present)

    return passes


def _ids_reader(field: str, world: World) -> Callable[[Entry], Iterable[str]]:
    if field == "users":
        return lambda entry: (entry.user_id,)
    if field == "projects":
        return lambda entry: (entry.project_id or "",)
    if field == "tasks":
        return lambda entry: (entry.task_id or "",)
    if field == "clients":
        client_ids = {project.id: project.client_id or "" for project in world.projects.values()}
        return lambda entry: (client_ids.get(entry.project_id or "", ""),)
    return lambda entry: entry.tag_ids


def _ids_with_status(wanted: Filter, world: World) -> set[str] | None:
    """Return the ids that have the status asked for, or None when any will do."""
    if wanted.status in ("ALL", "ACTIVE_WITH_PENDING"):
        return None
    if wanted.field == "users":
        active = {user.id for user in world.users.values() if user.status == "ACTIVE"}
        everyone = set(world.users)
    elif wanted.field == "tasks":
        active = {task.id for task in world.tasks.values() if task.status == "ACTIVE"}
        everyone = set(world.tasks)
    else:
        named: dict[str, Any] = getattr(world, wanted.field)
        active, everyone = {key for key, one in named.items() if not one.archived}, set(named)
    return active if wanted.status == "ACTIVE" else everyone - active
