"""The detailed and the weekly report."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from clockify.demo.clocks import local_text
from clockify.demo.entities import Entry
from clockify.demo.query import Body, Query, read_amount_types, read_query, read_range, select
from clockify.demo.refusals import invalid
from clockify.demo.summary import named
from clockify.demo.sums import Sum, currency_table, minor, sum_of, totals_json
from clockify.demo.world import World

_DEFAULT_PAGE_SIZE = 50
_WEEK = 7


def detailed_report(body: Body, world: World, *, sees_money: bool, page_cap: int) -> dict[str, Any]:
    """Answer `reports/detailed`: one page, never more than `page_cap` rows whatever was asked for."""
    options = _read_options(body)
    page = _read_count(options, "page", 1)
    size = min(read_page_size(body), page_cap)
    query = read_query(body, world)
    kinds = read_amount_types(body) if sees_money else ()
    column, direction = str(options.get("sortColumn") or "DATE"), str(body.get("sortOrder") or "DESCENDING")
    entries = world.kept(("detailed", query, column, direction), lambda: _ordered(query, column, direction, world))
    total = world.kept(("total", query), lambda: sum_of(entries, world))
    row_of = _row_writer(query, world, sees_money=bool(kinds))
    excluded = options.get("options") == {"totals": "EXCLUDE"}
    return {
        "totals": [] if excluded else totals_json(total, kinds),
        "timeentries": [row_of(entry) for entry in entries[(page - 1) * size : page * size]],
    }


def weekly_report(body: Body, world: World, *, sees_money: bool) -> dict[str, Any]:
    """Answer `reports/weekly`. Raises Refusal unless the range is seven days."""
    if (wanted := read_range(body)).days != _WEEK:
        raise invalid("Please select date range of exactly 7 days for weekly report")
    options = body.get("weeklyFilter")
    group = options.get("group") if isinstance(options, dict) else None
    if group not in ("USER", "PROJECT"):
        raise invalid("Weekly report groups by user or project")
    query = read_query(body, world)
    kinds = read_amount_types(body) if sees_money else ()
    days = [(wanted.start + timedelta(days=number)).date().isoformat() for number in range(_WEEK)]
    by_key, by_day = _week_rows(query, group, world)
    rows = sorted(by_key.items())
    return {
        "totals": totals_json(sum_of(select(query, world), world), kinds),
        "groupOne": [_week_row(cells, days, kinds) | named(group, key, world, shows_money=bool(kinds)) for key, cells in rows],
        "totalsByDay": _day_rows(by_day, days, kinds),
        "decimalFormat": False,
        "trackTimeDownToSeconds": True,
        "includeUsersWithoutTime": False,
        "usersWithoutTime": [],
    }


def read_page_size(body: Body) -> int:
    """Return the page size that a detailed report is asked for. Raises Refusal for what is no size."""
    return _read_count(_read_options(body), "pageSize", _DEFAULT_PAGE_SIZE)


def _read_options(body: Body) -> Body:
    options = body.get("detailedFilter")
    if not isinstance(options, dict):
        raise invalid("Detailed report takes a detailedFilter")
    return options


def _read_count(options: Body, name: str, default: int) -> int:
    value = options.get(name, default)
    if not isinstance(value, int) or isinstance(value, bool) or value < 1:
        raise invalid(f"{name} must be a positive number")
    return value


def _ordered(query: Query, column: str, direction: str, world: World) -> list[Entry]:
    entries = select(query, world)
    if column == "DURATION":
        entries.sort(key=lambda entry: entry.seconds)
    elif column in ("USER", "USER_DATE"):
        entries.sort(key=lambda entry: world.users[entry.user_id].name or "")
    elif column == "DESCRIPTION":
        entries.sort(key=lambda entry: entry.description.lower())
    elif column == "ID":
        entries.sort(key=lambda entry: entry.id)
    return entries if direction == "ASCENDING" else entries[::-1]


def _row_writer(query: Query, world: World, *, sees_money: bool) -> Callable[[Entry], dict[str, Any]]:
    zone, currencies = query.zone, currency_table(world)
    projects = {key: _project_columns(key, world) for key in (*world.projects, None)}

    def row_of(entry: Entry) -> dict[str, Any]:
        user = world.users[entry.user_id]
        row: dict[str, Any] = {
            "_id": entry.id,
            "description": entry.description,
            "userId": entry.user_id,
            "userName": user.name,
            "userEmail": user.email,
            "timeInterval": {
                "start": local_text(entry.start, zone),
                "end": local_text(entry.start + entry.seconds, zone),
                "duration": entry.seconds,
            },
            "billable": entry.billable,
            "taskId": entry.task_id,
            "tagIds": list(entry.tag_ids) or None,
            "isLocked": entry.is_locked,
            "type": entry.type,
            "approvalRequestId": None,
            "invoicingInfo": None,
            "customFields": [],
            "currency": currencies[entry.project_id],
        }
        row |= projects[entry.project_id]
        row |= _money_columns(entry) if sees_money else _HIDDEN_MONEY
        # What an entry lacks is absent here, not null.
        if entry.task_id:
            row["taskName"] = world.tasks[entry.task_id].name
        if entry.tag_ids:
            row["tags"] = [{"_id": key, "name": world.tags[key].name} for key in entry.tag_ids]
        return row

    return row_of


_MONEY_COLUMNS = ("amount", "rate", "earnedAmount", "earnedRate", "costAmount", "costRate")
_HIDDEN_MONEY: dict[str, None] = dict.fromkeys(_MONEY_COLUMNS)


def _money_columns(entry: Entry) -> dict[str, float]:
    rate = float(entry.rate or 0) if entry.billable else 0.0
    earned = minor(entry.seconds * (entry.rate or 0)) if entry.billable else 0.0
    cost = minor(entry.seconds * (entry.cost_rate or 0))
    return dict(zip(_MONEY_COLUMNS, (earned, rate, earned, rate, cost, float(entry.cost_rate or 0)), strict=True))


def _project_columns(project_id: str | None, world: World) -> dict[str, str | None]:
    project, client = world.projects.get(project_id or ""), world.client_of(project_id)
    return {
        "projectId": project_id,
        "projectName": project.name if project else "",
        "projectColor": project.color if project else "",
        "clientId": client.id if client else "",
        "clientName": client.name if client else "",
    }


def _week_rows(query: Query, group: str, world: World) -> tuple[dict[str, dict[str, Sum]], dict[str, Sum]]:
    rows: dict[str, dict[str, Sum]] = {}
    by_day: dict[str, Sum] = {}
    for entry in select(query, world):
        day = datetime.fromtimestamp(entry.start, query.zone).date().isoformat()
        key = entry.user_id if group == "USER" else entry.project_id or ""
        currency = world.currency_of(entry.project_id)
        for cells in (rows.setdefault(key, {}), by_day):
            cells.setdefault(day, Sum()).add_entry(entry, currency)
    return rows, by_day


def _week_row(cells: dict[str, Sum], days: list[str], kinds: tuple[str, ...]) -> dict[str, Any]:
    total = Sum()
    for cell in cells.values():
        total.add(cell)
    amount = {"amount": total.total(kinds[0])} if kinds else {}
    return {"duration": total.seconds, "days": _day_rows(cells, days, kinds)} | amount


def _day_rows(cells: dict[str, Sum], days: list[str], kinds: tuple[str, ...]) -> list[dict[str, Any]]:
    rows = []
    for day in days:
        cell = cells.get(day, Sum())
        amount = {"amount": cell.total(kinds[0])} if kinds else {}
        rows.append({"date": day, "duration": cell.seconds} | amount)
    return rows
