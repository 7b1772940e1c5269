"""The endpoints that write: log, start, change, stop and delete time entries.

Where Clockify's own answer was never captured the strictest sensible one is given; each guess says so.
"""

from datetime import UTC, datetime

from clockify.demo.demands import refuse_locked, refuse_missing, refuse_start
from clockify.demo.drafts import Draft, draft_of, read_draft, read_instant, seconds_between
from clockify.demo.entities import Entry, Project, User
from clockify.demo.refusals import invalid, nothing_runs
from clockify.demo.request import Asked
from clockify.demo.routes import Answer, Endpoint


def create_own_entry(asked: Asked) -> Answer:
    """Log time, or start a timer, for whom the key belongs to."""
    return _create(asked, asked.user)


def create_entry(asked: Asked) -> Answer:
    """Log time, or start a timer, for anybody; a member for itself only."""
    return _create(asked, asked.person(asked.part("user")))


def replace_entry(asked: Asked) -> Answer:
    """Replace a whole entry: what is not given becomes empty or false. Only its person stays, and its type unless given."""
    entry, _ = asked.entry()
    refuse_locked(asked.world, asked.role, entry)
    draft = read_draft(asked.body(), asked.world)
    if draft.project and draft.project.id != entry.project_id:
        _refuse_archived(draft.project, "updated")
    refuse_start(asked.world, asked.role, draft.start)
    refuse_missing(asked.world, draft, "updated")
    changed = entry._replace(
        start=draft.start,
        project_id=draft.project.id if draft.project else None,
        task_id=draft.task.id if draft.task else None,
        tag_ids=tuple(tag.id for tag in draft.tags),
        billable=bool(draft.billable),
        description=draft.description,
        type=draft.type or entry.type,
    )
    if (changed.project_id, changed.task_id) != (entry.project_id, entry.task_id):
        rate = asked.world.rate_for(asked.world.users[entry.user_id], draft.project, draft.task)
        changed = changed._replace(rate=rate)
    return _written(asked, changed, draft, status=200)


def delete_entry(asked: Asked) -> Answer:
    """Delete an entry or a running timer."""
    entry, _ = asked.entry()
    refuse_locked(asked.world, asked.role, entry)
    asked.world.delete_entry(entry.id)
    return Answer(None, status=204)


def stop_timer(asked: Asked) -> Answer:
    """Stop the timer that a person has running; a member its own only."""
    timers = _timers_of(asked, asked.person(asked.part("user")).id)
    end = read_instant(asked.body(), "end")
    if end is None:
        raise invalid("End datetime is required")
    if not timers:
        raise nothing_runs()
    stopped = _stopped(asked, max(timers), end)
    refuse_missing(asked.world, draft_of(stopped, asked.world), "stopped")
    asked.world.write_entry(stopped)
    return Answer(asked.writer.entry(stopped))


WRITES: dict[tuple[str, str], Endpoint] = {
    ("POST", "/workspaces/{workspace}/time-entries"): create_own_entry,
    ("PUT", "/workspaces/{workspace}/time-entries/{entry}"): replace_entry,
    ("DELETE", "/workspaces/{workspace}/time-entries/{entry}"): delete_entry,
    ("POST", "/workspaces/{workspace}/user/{user}/time-entries"): create_entry,
    ("PATCH", "/workspaces/{workspace}/user/{user}/time-entries"): stop_timer,
}
"""Methods and paths of the main API that change something."""


def _create(asked: Asked, user: User) -> Answer:
    draft = read_draft(asked.body(), asked.world)
    if draft.project:
        _refuse_archived(draft.project, "created")
    refuse_start(asked.world, asked.role, draft.start)
    refuse_missing(asked.world, draft, "created")
    entry = asked.world.make_entry(
        user,
        datetime.fromtimestamp(draft.start, UTC),
        0,
        project=draft.project,
        task=draft.task,
        tags=draft.tags,
        billable=draft.billable,
        description=draft.description,
        type=draft.type or "REGULAR",
    )
    return _written(asked, entry, draft, status=201)


def _written(asked: Asked, entry: Entry, draft: Draft, status: int) -> Answer:
    """Write an entry. As a timer it stops the one that runs, at its own start (refused when that would end before it began)."""
    running = draft.seconds is None
    if running:
        others = [timer for timer in _timers_of(asked, entry.user_id) if timer.id != entry.id]
        for stopped in [_stopped(asked, timer, draft.start) for timer in others]:
            asked.world.write_entry(stopped)
    written = asked.world.write_entry(entry._replace(seconds=draft.seconds or 0), running=running)
    return Answer(asked.writer.entry(written, running=running), status=status)


def _timers_of(asked: Asked, user_id: str) -> list[Entry]:
    return [timer for timer in asked.world.running if timer.user_id == user_id]


def _stopped(asked: Asked, timer: Entry, end: int) -> Entry:
    refuse_locked(asked.world, asked.role, timer)
    return timer._replace(seconds=seconds_between(timer.start, end))


def _refuse_archived(project: Project, what: str) -> None:
    # Captured where projects are required; that an archived one is refused elsewhere too is a guess.
    if project.archived:
        raise invalid(f"Time entry couldn't be {what}. Project is either required field or given project is archived.")
