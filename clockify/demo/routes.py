"""The endpoints: what each path answers to a reader."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from clockify.demo.clocks import first_instant, last_instant
from clockify.demo.entities import Entry
from clockify.demo.query import Body, read_range
from clockify.demo.refusals import access_denied, foreign, invalid
from clockify.demo.replies import Writer
from clockify.demo.reports import detailed_report, read_page_size, weekly_report
from clockify.demo.request import DEFAULT_PAGE_SIZE, Asked, Terms
from clockify.demo.summary import summary_report
from clockify.demo.world import World

_IN_PROGRESS_PAGE, _IN_PROGRESS_MOST = 10, 1000
_FREE_DAYS, _PAID_DAYS = 31, 366


@dataclass(frozen=True, slots=True)
class Answer:
    """A reply before it becomes bytes."""

    body: Any
    headers: dict[str, str] = field(default_factory=dict)
    status: int = 200


Endpoint = Callable[[Asked], Answer]


def get_user(asked: Asked) -> Answer:
    """Answer who the key belongs to; memberships only when asked for."""
    row = asked.writer.user(asked.user)
    if asked.flag("include-memberships"):
        row["memberships"] = [asked.writer.membership(asked.user)]
    return Answer(row)


def list_workspaces(asked: Asked) -> Answer:
    """Answer the workspaces; paging is ignored here."""
    worlds = [asked.writer, *(Writer(other, asked.sees_money) for other in asked.others)]
    return Answer([writer.workspace(asked.terms.plan, is_free=asked.terms.is_free) for writer in worlds])


def get_workspace(asked: Asked) -> Answer:
    """Answer the workspace."""
    return Answer(asked.writer.workspace(asked.terms.plan, is_free=asked.terms.is_free))


def list_users(asked: Asked) -> Answer:
    """Answer the people, without those who were deleted. A member is refused."""
    if asked.role == "MEMBER":
        raise access_denied()
    status = asked.text("status") or "ALL"
    people = [user for user in asked.world.users.values() if user.status != "DELETED"]
    if status != "ALL":
        people = [user for user in people if user.status == status]
    users, last = asked.page(_named(asked, people))
    rows = [asked.writer.user(user) for user in users]
    if asked.text("memberships") in ("ALL", "WORKSPACE", ""):
        for row, user in zip(rows, users, strict=True):
            row["memberships"] = [asked.writer.membership(user)]
    if asked.flag("include-roles"):
        for row, user in zip(rows, users, strict=True):
            row["roles"] = asked.writer.roles(user)
    return _listed(rows, last)


def list_clients(asked: Asked) -> Answer:
    """Answer the clients."""
    clients, last = asked.page(_unarchived(asked, asked.world.clients))
    return _listed([asked.writer.client(client) for client in clients], last)


def list_tags(asked: Asked) -> Answer:
    """Answer the tags."""
    tags, last = asked.page(_unarchived(asked, asked.world.tags))
    return _listed([asked.writer.tag(tag) for tag in tags], last)


def list_projects(asked: Asked) -> Answer:
    """Answer the projects, archived ones too unless the query says otherwise."""
    hydrated, billable = bool(asked.flag("hydrated")), asked.flag("billable")
    wanted = [one for one in _unarchived(asked, asked.world.projects) if billable in (None, one.billable)]
    if client_ids := set(filter(None, asked.text("clients").split(","))):
        contains = asked.flag("contains-client") is not False
        wanted = [one for one in wanted if (one.client_id in client_ids) is contains]
    projects, last = asked.page(wanted)
    return _listed([asked.writer.project(project, hydrated=hydrated) for project in projects], last)


def get_project(asked: Asked) -> Answer:
    """Answer one project."""
    project = asked.find(asked.world.projects, asked.part("project"), "Project")
    return Answer(asked.writer.project(project, hydrated=bool(asked.flag("hydrated"))))


def get_client(asked: Asked) -> Answer:
    """Answer one client."""
    return Answer(asked.writer.client(asked.find(asked.world.clients, asked.part("client"), "Client")))


def get_tag(asked: Asked) -> Answer:
    """Answer one tag."""
    return Answer(asked.writer.tag(asked.find(asked.world.tags, asked.part("tag"), "Tag")))


def list_tasks(asked: Asked) -> Answer:
    """Answer the tasks of one project."""
    project = asked.find(asked.world.projects, asked.part("project"), "Project")
    active = asked.flag("is-active")
    tasks = [task for task in asked.world.tasks.values() if task.project_id == project.id]
    tasks = [task for task in tasks if active in (None, task.status == "ACTIVE")]
    shown, last = asked.page(_named(asked, tasks))
    return _listed([asked.writer.task(task) for task in shown], last)


def get_task(asked: Asked) -> Answer:
    """Answer one task of one project."""
    task = asked.find(asked.world.tasks, asked.part("task"), "Task")
    if task.project_id != asked.part("project"):
        raise foreign("Task")
    return Answer(asked.writer.task(task))


def get_entry(asked: Asked) -> Answer:
    """Answer one time entry or running timer."""
    entry, running = asked.entry()
    return Answer(asked.writer.entry(entry, running=running, hydrated=bool(asked.flag("hydrated"))))


def list_running(asked: Asked) -> Answer:
    """Answer the running timers, a member's own only."""
    timers = [timer for timer in asked.world.running if asked.role != "MEMBER" or timer.user_id == asked.user.id]
    shown, last = asked.entry_page(sorted(timers, reverse=True), _IN_PROGRESS_PAGE, _IN_PROGRESS_MOST)
    return _listed([asked.writer.entry(timer, running=True) for timer in shown], last)


def list_user_entries(asked: Asked) -> Answer:
    """Answer one person's entries, newest first; `start` and `end` are wall clocks whatever `Z` says."""
    user, hydrated = asked.person(asked.part("user")), bool(asked.flag("hydrated"))
    asked.terms.check_page_size(asked.number("page-size", DEFAULT_PAGE_SIZE))
    in_progress = asked.flag("in-progress")
    finished = _in_window(asked) if in_progress is not True else []
    running = _window_of(asked, asked.world.running) if in_progress is not False else []
    timer_ids = {timer.id for timer in running}
    wanted = [entry for entry in (*finished, *running) if entry.user_id == user.id]
    shown, last = asked.entry_page(sorted(_filtered(asked, wanted), reverse=True))
    return _listed([asked.writer.entry(entry, running=entry.id in timer_ids, hydrated=hydrated) for entry in shown], last)


def report_summary(asked: Asked) -> Answer:
    """Answer the summary report."""
    body = _report_body(asked)
    _check_days(body, asked.terms)
    return Answer(summary_report(body, asked.world, sees_money=asked.sees_money))


def report_detailed(asked: Asked) -> Answer:
    """Answer one page of the detailed report."""
    body = _report_body(asked)
    _check_days(body, asked.terms)
    asked.terms.check_page_size(read_page_size(body))
    return Answer(detailed_report(body, asked.world, sees_money=asked.sees_money, page_cap=asked.terms.page_cap))


def report_weekly(asked: Asked) -> Answer:
    """Answer the weekly report; seven days are within every plan."""
    return Answer(weekly_report(_report_body(asked), asked.world, sees_money=asked.sees_money))


MAIN: dict[str, Endpoint] = {
    "/user": get_user,
    "/workspaces": list_workspaces,
    "/workspaces/{workspace}": get_workspace,
    "/workspaces/{workspace}/users": list_users,
    "/workspaces/{workspace}/clients": list_clients,
    "/workspaces/{workspace}/clients/{client}": get_client,
    "/workspaces/{workspace}/tags": list_tags,
    "/workspaces/{workspace}/tags/{tag}": get_tag,
    "/workspaces/{workspace}/projects": list_projects,
    "/workspaces/{workspace}/projects/{project}": get_project,
    "/workspaces/{workspace}/projects/{project}/tasks": list_tasks,
    "/workspaces/{workspace}/projects/{project}/tasks/{task}": get_task,
    "/workspaces/{workspace}/time-entries/status/in-progress": list_running,
    "/workspaces/{workspace}/time-entries/{entry}": get_entry,
    "/workspaces/{workspace}/user/{user}/time-entries": list_user_entries,
}
"""GET paths of the main API."""

REPORTS: dict[str, Endpoint] = {
    "/workspaces/{workspace}/reports/summary": report_summary,
    "/workspaces/{workspace}/reports/detailed": report_detailed,
    "/workspaces/{workspace}/reports/weekly": report_weekly,
}
"""POST paths of the reports API."""


def _listed(rows: list[dict[str, Any]], last: bool) -> Answer:
    return Answer(rows, {"Last-Page": "true" if last else "false"})


def _named(asked: Asked, things: Sequence[Any]) -> list[Any]:
    name, strict = asked.text("name").lower(), asked.flag("strict-name-search")
    if not name:
        return list(things)
    return [one for one in things if (name == (one.name or "").lower() if strict else name in (one.name or "").lower())]


def _unarchived(asked: Asked, things: dict[str, Any]) -> list[Any]:
    # Without the parameter Clockify returns active and archived ones.
    archived = asked.flag("archived")
    return _named(asked, [one for one in things.values() if archived in (None, one.archived)])


def _limits(asked: Asked) -> tuple[int, int]:
    zone, start, end = asked.world.zone, asked.wall("start"), asked.wall("end")
    first = first_instant(start, zone) if start else -(2**62)
    return first, last_instant(end, zone) if end else 2**62


def _in_window(asked: Asked) -> list[Entry]:
    return asked.world.between(*_limits(asked))


def _window_of(asked: Asked, entries: Sequence[Entry]) -> list[Entry]:
    first, last = _limits(asked)
    return [entry for entry in entries if first <= entry.start <= last]


def _filtered(asked: Asked, entries: list[Entry]) -> list[Entry]:
    world: World = asked.world
    if project_id := asked.text("project"):
        asked.find(world.projects, project_id, "Project")
        entries = [entry for entry in entries if entry.project_id == project_id]
    if task_id := asked.text("task"):
        asked.find(world.tasks, task_id, "Task")
        entries = [entry for entry in entries if entry.task_id == task_id]
    if tag_ids := set(filter(None, asked.text("tags").split(","))):
        entries = [entry for entry in entries if not tag_ids.isdisjoint(entry.tag_ids)]
    if words := asked.text("description").lower():
        entries = [entry for entry in entries if words in entry.description.lower()]
    return entries


def _report_body(asked: Asked) -> Body:
    if asked.role == "MEMBER":
        raise access_denied()
    body = asked.body()
    if body.get("exportType") not in (None, "JSON", "JSON_V1"):
        raise invalid("The demo answers reports as JSON only")
    return body


def _check_days(body: Body, terms: Terms) -> None:
    most = _FREE_DAYS if terms.is_free else _PAID_DAYS
    if read_range(body).days > most:
        raise invalid(f"Your plan allows reports over at most {most} days")
