"""What is said of a write: one plain sentence for each way it can end. No text that Clockify sent is in any of them."""

from __future__ import annotations

from clockify.errors import (
    AuthenticationError,
    ClockifyError,
    NotFound,
    NotReached,
    PermissionDenied,
    RateLimited,
    RedirectRefused,
    ReplyError,
)
from clockify.writes import Act, Draft

FOUND = "Clockify's answer was lost; it was looked up, and it is there."
NOT_FOUND = "Clockify's answer was lost, and it is not there yet: look again in two minutes."
CANT_LOOK = "Clockify's answer was lost, and looking it up failed: look again in a minute."
NOT_DONE = "Clockify's answer was lost; it was looked up, and nothing was changed."
CHANGED_BY_ANOTHER = "Clockify's answer was lost, and the entry is neither as it was nor as it was to be: somebody changed it."
OTHER_STOPPED = "Clockify stopped another timer than the one that was on screen."
WAS_SO = "It was so already, so nothing was sent."
NOTHING_FREE = "No request is free now, so nothing was sent."
UNREAD = "The entry could not be read before it was changed, so nothing was sent."
GONE = "This entry is no longer in Clockify, so nothing was sent."
ANOTHERS = "This entry is another person's, so nothing was sent."

_FIELDS = {
    "start": "start",
    "end": "end",
    "project_id": "project",
    "task_id": "task",
    "description": "description",
    "billable": "billable",
}


def refused(error: ClockifyError) -> str:
    """Say why a write was refused."""
    if isinstance(error, NotReached | RedirectRefused | AuthenticationError):
        return f"{error} Nothing was changed."
    if isinstance(error, RateLimited):
        return "Clockify takes no more requests for now. Nothing was changed."
    if isinstance(error, PermissionDenied):
        return "Clockify doesn't let this key do that: the day may be locked, or approved. Nothing was changed."
    if isinstance(error, NotFound):
        return "Clockify knows no such entry, project, task or tag, or no timer runs. Nothing was changed."
    status = f" (status {error.status})" if isinstance(error, ReplyError) else ""
    return f"Clockify refused it{status}: a project may be archived, or something that must be there is missing. Nothing was changed."


def lost(act: Act) -> str:
    """Say what is not known yet of a write whose answer was lost."""
    return "The timer may be running, or not." if act is Act.START else "It may be done, or not."


def changed(seen: Draft, found: Draft) -> str:
    """Say what of an entry is another than somebody saw; words alone, since what it says may be anything."""
    names = [word for name, word in _FIELDS.items() if _plain(getattr(seen, name)) != _plain(getattr(found, name))]
    if set(seen.tag_ids) != set(found.tag_ids):
        names.append("tags")
    if "end" in names and (seen.end is None) != (found.end is None):
        return "The timer was stopped meanwhile, so nothing was sent." if seen.end is None else "The entry runs again, so nothing was sent."
    several = " and ".join(filter(None, [", ".join(names[:-1]), *names[-1:]]))
    return f"Somebody changed this entry's {several} meanwhile, so nothing was sent."


def _plain(value: object) -> object:
    return value.strip() if isinstance(value, str) else value
