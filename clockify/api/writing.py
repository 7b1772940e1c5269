"""Clockify's endpoints that write a time entry, and the one that reads a single one.

A write is sent once: nothing beneath repeats it, and what is raised says whether it can have happened
(`surely_not_done`). `leaves` is called when it is next to leave, after it was claimed in the hour; what that
raises keeps it here.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from clockify.api.bodies import moment_text, path_of
from clockify.api.protocol import Json, entry_of
from clockify.api.sending import Sender
from clockify.api.transport import Request
from clockify.errors import ClockifyError, NotReached, RedirectRefused, ReplyError
from clockify.writes import Draft

# What an entry can be written as; holidays and time off are made of requests for them.
TYPES = ("REGULAR", "BREAK")
FIELD_SOURCES = ("WORKSPACE", "PROJECT", "TIMEENTRY")


def nothing() -> None:
    """Let a write leave, whatever else."""


def surely_not_done(error: ClockifyError) -> bool:
    """Tell whether a write that was answered so has changed nothing: it never left, or Clockify said no.

    Anything else may have reached Clockify: a time-out, a connection that was dropped, a 5xx, half an answer.
    """
    if isinstance(error, NotReached | RedirectRefused):
        return True
    return isinstance(error, ReplyError) and 400 <= error.status < 500


class Writing:
    """What a client can write. Every method may raise any error of `clockify.errors` but ConfigurationError."""

    _api_url: str
    _sender: Sender

    def time_entry(self, *, workspace_id: str, entry_id: str) -> Json:
        """Return one entry or running timer; NotFound if there is none.

        https://docs.clockify.me/#tag/Time-entry/operation/getTimeEntry
        """
        request = Request("GET", self._api_url + _entry_path(workspace_id, entry_id))
        return self._sender.ask(request, entry_of, self._sender.deadline())[0]

    def create_time_entry(self, *, workspace_id: str, draft: Draft, leaves: Callable[[], None] = nothing) -> Json:
        """Log time for the key's own user, or start a timer (a draft without an end); return the entry.

        https://docs.clockify.me/#tag/Time-entry/operation/createTimeEntry
        """
        return self._write("POST", path_of("workspaces", workspace_id, "time-entries"), _entry_body(draft), leaves)

    def create_for_others(self, *, workspace_id: str, user_id: str, draft: Draft, leaves: Callable[[], None] = nothing) -> Json:
        """Log time for somebody else, as an admin may; return the entry.

        https://docs.clockify.me/#tag/Time-entry/operation/createForOthers
        """
        return self._write("POST", path_of("workspaces", workspace_id, "user", user_id, "time-entries"), _entry_body(draft), leaves)

    def update_time_entry(self, *, workspace_id: str, entry_id: str, draft: Draft, leaves: Callable[[], None] = nothing) -> Json:
        """Replace a whole entry: what the draft doesn't have is gone afterwards; return the entry.

        https://docs.clockify.me/#tag/Time-entry/operation/updateTimeEntry
        """
        return self._write("PUT", _entry_path(workspace_id, entry_id), _entry_body(draft), leaves)

    def delete_time_entry(self, *, workspace_id: str, entry_id: str, leaves: Callable[[], None] = nothing) -> None:
        """Delete an entry or a running timer.

        https://docs.clockify.me/#tag/Time-entry/operation/deleteTimeEntry
        """
        self._sender.tell(Request("DELETE", self._api_url + _entry_path(workspace_id, entry_id)), leaves, lambda _: None)

    def stop_running_time_entry(self, *, workspace_id: str, user_id: str, end: datetime, leaves: Callable[[], None] = nothing) -> Json:
        """Stop whatever timer somebody has running; return the entry. NotFound if none runs.

        https://docs.clockify.me/#tag/Time-entry/operation/stopRunningTimeEntry
        """
        path = path_of("workspaces", workspace_id, "user", user_id, "time-entries")
        return self._write("PATCH", path, {"end": moment_text(end)}, leaves)

    def _write(self, method: str, path: str, body: Json, leaves: Callable[[], None]) -> Json:
        return self._sender.tell(Request(method, self._api_url + path, body=body), leaves, entry_of)


def _entry_path(workspace_id: str, entry_id: str) -> str:
    return path_of("workspaces", workspace_id, "time-entries", entry_id)


def _entry_body(draft: Draft) -> Json:
    """Return the body that makes an entry, or replaces one; what is empty is left out, which Clockify takes for none."""
    body: Json = {
        "start": moment_text(draft.start),
        "billable": draft.billable,
        "description": draft.description,
        "tagIds": list(draft.tag_ids),
    }
    if draft.end is not None:
        body["end"] = moment_text(draft.end)
    if draft.project_id:
        body["projectId"] = draft.project_id
    if draft.task_id:
        body["taskId"] = draft.task_id
    if draft.type in TYPES:
        body["type"] = draft.type
    fields = [_field(dict(one)) for one in draft.custom if one.get("customFieldId")]
    if fields:
        body["customFields"] = fields
    return body


def _field(found: dict[str, Any]) -> Json:
    """Return a custom field as a request takes it, of one as an entry has it."""
    source = {"sourceType": found["sourceType"]} if found.get("sourceType") in FIELD_SOURCES else {}
    return {"customFieldId": str(found["customFieldId"]), "value": found.get("value"), **source}
