"""The summary report: entries grouped one to three levels deep."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from itertools import product
from typing import Any
from zoneinfo import ZoneInfo

from clockify.demo.entities import Entry
from clockify.demo.query import Body, Query, read_amount_types, read_query, select
from clockify.demo.refusals import invalid
from clockify.demo.sums import Sum, amounts_json, currency_table, sum_of, totals_json
from clockify.demo.world import World

GROUPS = ("CLIENT", "PROJECT", "USER", "DATE", "WEEK", "MONTH", "TASK", "TAG", "TIMEENTRY")
_WEEKDAYS = ("MONDAY", "TUESDAY", "WEDNESDAY", "THURSDAY", "FRIDAY", "SATURDAY", "SUNDAY")
_QUARTER_HOUR = 900
Keys = tuple[str, ...]
KeysOf = Callable[[Entry], Keys]
Cells = dict[Keys, Sum]


def summary_report(body: Body, world: World, *, sees_money: bool) -> dict[str, Any]:
    """Answer `reports/summary`. Raises Refusal for groups outside the known list."""
    groups = read_groups(body)
    query = read_query(body, world)
    kinds = read_amount_types(body) if sees_money else ()
    week_start = str(body.get("weekStart") or world.week_start)
    total, cells = world.kept(("summary", query, groups, week_start), lambda: _count(query, groups, week_start, world))
    order = (body.get("summaryFilter") or {}).get("sortColumn") or "GROUP", body.get("sortOrder")
    rows = _Rows(groups, kinds, order, world).of(cells)
    counts = {"groupOneTotalCount": len(rows), "groupTwoTotalCount": len({keys[:2] for keys in cells})}
    return {"totals": totals_json(total, kinds), "groupOne": rows, "groupTotals": counts}


def read_groups(body: Body) -> tuple[str, ...]:
    """Return the group names of a body. Raises Refusal unless they are one to three different known ones."""
    wanted = body.get("summaryFilter")
    groups = wanted.get("groups") if isinstance(wanted, dict) else None
    if not isinstance(groups, list) or not 1 <= len(groups) <= 3 or len(set(map(str, groups))) < len(groups):
        raise invalid("Summary report takes one to three different groups")
    if any(group not in GROUPS for group in groups):
        raise invalid("Unknown summary group")
    return tuple(groups)


def _count(query: Query, groups: tuple[str, ...], week_start: str, world: World) -> tuple[Sum, Cells]:
    entries = select(query, world)
    currencies = currency_table(world)
    readers = [_keys_reader(group, query.zone, week_start, world) for group in groups]
    cells: Cells = {}
    for entry in entries:
        currency = currencies[entry.project_id]
        # An entry with two tags counts under both of them; the totals count it once.
        for keys in product(*[keys_of(entry) for keys_of in readers]):
            cell = cells.get(keys)
            if cell is None:
                cell = cells[keys] = Sum()
            cell.add_entry(entry, currency)
    return sum_of(entries, world), cells


def _keys_reader(group: str, zone: ZoneInfo, week_start: str, world: World) -> KeysOf:
    if group == "USER":
        return lambda entry: (entry.user_id,)
    if group == "PROJECT":
        return lambda entry: (entry.project_id or "",)
    if group == "TASK":
        return lambda entry: (entry.task_id or "",)
    if group == "CLIENT":
        client_ids = {project.id: (project.client_id or "",) for project in world.projects.values()}
        return lambda entry: client_ids.get(entry.project_id or "", ("",))
    if group == "TAG":
        return lambda entry: entry.tag_ids or ("",)
    if group == "TIMEENTRY":
        return lambda entry: (entry.description,)
    return _day_reader(group, zone, week_start)


def _day_reader(group: str, zone: ZoneInfo, week_start: str) -> KeysOf:
    first_weekday = _WEEKDAYS.index(week_start) if week_start in _WEEKDAYS else 0
    known: dict[int, Keys] = {}

    def label(day: date) -> str:
        if group == "MONTH":
            return f"{day:%Y-%m}"
        if group == "WEEK":
            day -= timedelta(days=(day.weekday() - first_weekday) % 7)
        return day.isoformat()

    def keys_of(entry: Entry) -> Keys:
        # Offsets are multiples of a quarter hour, so each quarter lies within one local day.
        quarter = entry.start // _QUARTER_HOUR
        keys = known.get(quarter)
        if keys is None:
            keys = known[quarter] = (label(datetime.fromtimestamp(entry.start, zone).date()),)
        return keys

    return keys_of


class _Rows:
    """Turn counted cells into nested rows."""

    def __init__(self, groups: tuple[str, ...], kinds: tuple[str, ...], order: tuple[str, str | None], world: World) -> None:
        self.groups, self.kinds, self.order, self.world = groups, kinds, order, world

    def of(self, cells: Cells, path: Keys = ()) -> list[dict[str, Any]]:
        parts: dict[str, Cells] = {}
        for keys, cell in cells.items():
            parts.setdefault(keys[0], {})[keys[1:]] = cell
        rows = [self._row((*path, key), part) for key, part in parts.items()]
        column, direction = self.order
        descending = (direction or ("ASCENDING" if column == "GROUP" else "DESCENDING")) == "DESCENDING"
        rows.sort(key=lambda row: (row["name"] or "", str(row["_id"])))
        if column != "GROUP":
            field = "duration" if column == "DURATION" else "amount"
            rows.sort(key=lambda row: row.get(field) or 0)
        return rows[::-1] if descending else rows

    def _row(self, path: Keys, cells: Cells) -> dict[str, Any]:
        total = Sum()
        for cell in cells.values():
            total.add(cell)
        row: dict[str, Any] = {"duration": total.seconds, "amounts": amounts_json(total, self.kinds)}
        if self.kinds:
            row["amount"] = total.total(self.kinds[0])
        row |= self._name(path)
        if len(path) < len(self.groups):
            row["children"] = self.of(cells, path)
        return row

    def _name(self, path: Keys) -> dict[str, Any]:
        group, key = self.groups[len(path) - 1], path[-1]
        if group == "TIMEENTRY":
            return {"_id": dict(zip(self.groups, path, strict=False)), "name": key or "(Without description)"}
        return named(group, key, self.world, shows_money=bool(self.kinds))


def named(group: str, key: str, world: World, *, shows_money: bool) -> dict[str, Any]:
    """Return what a row says about the thing it is for: `_id`, name and what belongs to its kind."""
    if group in ("DATE", "WEEK", "MONTH"):
        return {"_id": key, "name": key}
    if not key:
        return {"_id": "", "name": f"(Without {group.lower()})"}
    stores: dict[str, dict[str, Any]] = {
        "USER": world.users,
        "CLIENT": world.clients,
        "PROJECT": world.projects,
        "TASK": world.tasks,
        "TAG": world.tags,
    }
    thing = stores[group][key]
    lower = (thing.name or "").lower()
    row = {"_id": key, "name": thing.name or "", "nameLowerCase": lower}
    if group == "USER":
        return row | {"sortingField": f"1-{lower}", "hasMembership": thing.status == "ACTIVE"}
    if group == "PROJECT":
        client = world.client_of(key)
        row |= {"color": thing.color, "clientName": client.name if client else ""}
    if group in ("CLIENT", "PROJECT") and shows_money:
        row["currency"] = thing.currency if group == "CLIENT" else world.currency_of(key)
    return row
