"""What a request wants a time entry to be: read, and checked against the workspace."""

from dataclasses import dataclass
from typing import Any

from clockify.demo.clocks import parse_instant, utc_text
from clockify.demo.entities import Entry, Project, Tag, Task
from clockify.demo.query import Body
from clockify.demo.refusals import ends_too_early, foreign, invalid, malformed
from clockify.demo.world import World

MAX_DESCRIPTION = 3000
TYPES = ("REGULAR", "BREAK")


@dataclass(frozen=True, slots=True)
class Draft:
    """An entry as somebody wants it. Without `seconds` it is a timer; None elsewhere was not given."""

    start: int
    seconds: int | None
    project: Project | None
    task: Task | None
    tags: tuple[Tag, ...]
    billable: bool | None
    description: str
    type: str | None


def read_draft(body: Body, world: World) -> Draft:
    """Read the body of a create or an update. Raises Refusal for what Clockify would not take."""
    start, end = read_instant(body, "start"), read_instant(body, "end")
    description, kind = _read_text(body, "description") or "", _read_text(body, "type")
    billable = body.get("billable")
    if (billable is not None and not isinstance(billable, bool)) or kind not in (None, *TYPES):
        raise malformed()
    if start is None:
        raise invalid("Start datetime is required")
    if len(description) > MAX_DESCRIPTION:
        raise invalid(f"Description can have at most {MAX_DESCRIPTION} characters")
    project, task = _read_project(body, world)
    seconds = None if end is None else seconds_between(start, end)
    return Draft(start, seconds, project, task, _read_tags(body, world), billable, description, kind)


def draft_of(entry: Entry, world: World) -> Draft:
    """Return a finished entry as what somebody could have asked for."""
    tags = tuple(world.tags[tag_id] for tag_id in entry.tag_ids)
    project, task = world.projects.get(entry.project_id or ""), world.tasks.get(entry.task_id or "")
    return Draft(entry.start, entry.seconds, project, task, tags, entry.billable, entry.description, entry.type)


def read_instant(body: Body, name: str) -> int | None:
    """Return a timestamp in UTC, or None without it. Raises Refusal for anything else."""
    text = _read_text(body, name)
    if text is None:
        return None
    try:
        return parse_instant(text)
    except ValueError:
        raise malformed() from None


def seconds_between(start: int, end: int) -> int:
    """Return how long an entry is. Raises Refusal when it ends before it starts; an empty one is allowed."""
    if end < start:
        raise ends_too_early(utc_text(start), utc_text(end))
    return end - start


def _read_project(body: Body, world: World) -> tuple[Project | None, Task | None]:
    project_id, task_id = _read_text(body, "projectId"), _read_text(body, "taskId")
    project = None if project_id is None else _known(world.projects, project_id, "Project")
    task = None if task_id is None else _known(world.tasks, task_id, "Task")
    if task and (project is None or task.project_id != project.id):
        raise foreign("Task")
    return project, task


def _read_tags(body: Body, world: World) -> tuple[Tag, ...]:
    tag_ids = body.get("tagIds")
    if tag_ids is None:
        return ()
    if not isinstance(tag_ids, list) or not all(isinstance(tag_id, str) for tag_id in tag_ids):
        raise malformed()
    return tuple(_known(world.tags, tag_id, "Tag") for tag_id in dict.fromkeys(tag_ids))


def _read_text(body: Body, name: str) -> str | None:
    text = body.get(name)
    if text is None:
        return None
    # Half of a surrogate pair is readable JSON, yet no text that a reply could carry.
    if not isinstance(text, str) or any("\ud800" <= letter <= "\udfff" for letter in text):
        raise malformed()
    return text


def _known(things: dict[str, Any], key: str, what: str) -> Any:
    if key not in things:
        raise foreign(what)
    return things[key]
