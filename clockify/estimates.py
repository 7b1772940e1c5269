"""What Clockify itself plans for projects and tasks, and how much it says is tracked on them: they come with the list of projects.

Source: `GET /workspaces/{id}/projects?hydrated=true`, https://docs.clockify.me/#tag/Project/operation/getProjects.
What can't be understood counts as not there.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from clockify.limits import MOST_SECONDS
from clockify.plans import Cycle, Plan
from clockify.rows import Unread, iso_seconds

Json = Mapping[str, Any]
RESETS = {"WEEKLY": Cycle.WEEK, "MONTHLY": Cycle.MONTH, "YEARLY": Cycle.YEAR}


@dataclass(frozen=True)
class Task:
    """A task: what it may take and what is tracked on it, in seconds; 0 where nothing is planned."""

    id: str
    project_id: str
    planned: int = 0
    tracked: int = 0
    is_done: bool = False


@dataclass(frozen=True)
class Estimate:
    """A project's plan in Clockify, and the seconds of all its time; `billable_only`: the plan is for billable time alone.

    `tracked` is None where Clockify doesn't say; a project without any time has 0.
    """

    plan: Plan | None = None
    tracked: int | None = None
    billable_only: bool = False


def estimate_of(project: Json) -> Estimate:
    """Return what Clockify plans for a hydrated project."""
    identifier, time, money = str(project.get("id")), _object(project.get("timeEstimate")), _object(project.get("budgetEstimate"))
    tracked = _seconds(project["duration"]) if project.get("duration") else 0 if "duration" in project else None
    if money.get("active") and (cents := _whole(money.get("estimate"))):
        return Estimate(Plan(identifier, cents=cents, cycle=_cycle(money)), tracked)
    if not time.get("active"):
        return Estimate(None, tracked)
    # AUTO adds the tasks' own up.
    is_sum = time.get("type") == "AUTO"
    seconds = sum(task.planned for task in tasks_of([project]).values()) if is_sum else _seconds(time.get("estimate"))
    plan = Plan(identifier, seconds=seconds, cycle=_cycle(time)) if seconds else None
    return Estimate(plan, tracked, billable_only=time.get("includeNonBillable") is False)


def tasks_of(projects: Sequence[Json]) -> dict[str, Task]:
    """Return the tasks of hydrated projects by id."""
    found = {}
    for project in projects:
        tasks = project.get("tasks")
        for task in tasks if isinstance(tasks, Sequence) else ():
            if not isinstance(task, Mapping):
                continue
            planned, tracked = _seconds(task.get("estimate")) or 0, _seconds(task.get("duration")) or 0
            found[str(task.get("id"))] = Task(str(task.get("id")), str(project.get("id")), planned, tracked, task.get("status") == "DONE")
    return found


def _cycle(plan: Json) -> Cycle:
    return RESETS.get(str(plan.get("resetOption")), Cycle.WHOLE)


def _seconds(text: Any) -> int | None:
    """Read a duration; None for what is none, or is longer than anything planned can be."""
    try:
        seconds = iso_seconds(text) if isinstance(text, str) else None
    except Unread:
        return None
    return seconds if seconds is None or seconds <= MOST_SECONDS else None


def _whole(number: Any) -> int | None:
    is_number = isinstance(number, int | float) and not isinstance(number, bool) and 0 < number < 10**15
    return round(number) if is_number else None


def _object(value: Any) -> Json:
    return value if isinstance(value, Mapping) else {}
