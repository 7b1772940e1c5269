"""The errors that every room knows.

    ClockifyError
    ├── ConfigurationError          a setting is missing or can't be used
    ├── TransportError              no reply: refused, timed out, dropped
    │   ├── NotReached              no connection could be made: nothing left
    │   └── RedirectRefused         the server pointed elsewhere, the key stayed here
    ├── StoreError                  the local copy failed, not Clockify
    │   ├── NotesDamaged            what people typed here can't be read any more
    │   └── NotesTooNew             what people typed here is of a newer version
    ├── Conflict                    somebody else changed the same meanwhile
    │   └── EntryChanged            an entry is not as it was when somebody looked at it
    ├── WrittenAlready              the same was written a moment ago, or is under way
    ├── NotAccepted                 what was typed can't be right (`problems` says why)
    ├── BadDelivery                 what came as a webhook's body is no time entry
    ├── BackupRefused               a backup can't be made, or not be put back; nothing was changed
    └── ReplyError                  a reply arrived, and it is not data
        ├── AuthenticationError     401: the key is not known
        ├── PermissionDenied        403: the key is known and may not
        │   └── ReportsRefused      not now, but reports came before
        ├── NotFound                404, or 400 code 501 "doesn't belong"
        ├── RateLimited             429, or our own ledger saying so beforehand
        ├── RequestRejected         another 4xx
        ├── ServerError             5xx
        └── MalformedReply          cut off, or not the JSON that was agreed

An error carries facts and says two things a person can use: what happened
(`str(error)`) and what to do next (`advice`). No text that came from the server
is in it, since Clockify echoes what was submitted.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, ClassVar

from clockify.writes import Written


class ClockifyError(Exception):
    """Anything that keeps us from Clockify's data."""

    advice: ClassVar[str] = "Try again in a minute."
    can_retry: ClassVar[bool] = True


class ConfigurationError(ClockifyError):
    """A setting is missing or can't be used."""

    advice = "Correct the setting and start the app again."
    can_retry = False


class TransportError(ClockifyError):
    """No reply came: refused, timed out or dropped on the way."""

    advice = "Check the network connection, then try again."


class NotReached(TransportError):
    """No connection to the server could be made, so nothing has left."""


class RedirectRefused(TransportError):
    """The server answered with another address; a key is never sent there."""

    advice = "Check CLOCKIFY_API_URL and CLOCKIFY_REPORTS_URL: they must be the final addresses."
    can_retry = False


class ReplyError(ClockifyError):
    """A reply arrived that is not data.

    `status` is the HTTP status, `code` Clockify's own number where it gave one.
    """

    def __init__(self, message: str, *, status: int, code: int | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.code = code


class AuthenticationError(ReplyError):
    """Clockify doesn't know the key."""

    advice = "Copy the key again from Clockify: Profile settings, API. Subdomain workspaces need their own key."
    can_retry = False


class PermissionDenied(ReplyError):
    """The key is known, and its user may not see this."""

    advice = "Ask a workspace admin for the right, or use an admin's key."
    can_retry = False


class ReportsRefused(PermissionDenied):
    """Reports are refused to a key that had them before: what they brought stays, and they are tried again."""

    advice = "They are tried again within the hour; if it stays, ask a workspace admin."
    can_retry = True


class NotFound(ReplyError):
    """There is no such thing in this workspace."""

    advice = "Check CLOCKIFY_WORKSPACE_ID, or choose another workspace in Settings."
    can_retry = False


class RateLimited(ReplyError):
    """No request is free now; `retry_at` (zone-aware) says when one is, if that is known."""

    advice = "Wait until a request is free, then try again."

    def __init__(self, message: str, *, retry_at: datetime | None = None, status: int = 429, code: int | None = None) -> None:
        super().__init__(message, status=status, code=code)
        self.retry_at = retry_at


class RequestRejected(ReplyError):
    """Clockify found the request itself wrong."""

    advice = "This is likely a fault of this app: please report it with the status and code."
    can_retry = False


class ServerError(ReplyError):
    """Clockify failed on its side."""

    advice = "Clockify has a problem of its own. Try again in a few minutes."


class MalformedReply(ReplyError):
    """The reply was cut off, or isn't the JSON that was agreed."""

    advice = "Try again; if it stays, check that the API address leads to Clockify."


class StoreError(ClockifyError):
    """The local copy can't be read or written; nothing was lost in Clockify."""

    advice = "Check the disk, or that the database in DATABASE_URL is running; it is tried again by itself."


class NotesDamaged(StoreError):
    """The file with what people typed here is damaged. It stays where it is: nothing else has what is in it."""

    advice = "Stop the app and put a backup in its place; or move the file away, begin anew and import a TOML export in Settings."
    can_retry = False


class NotesTooNew(StoreError):
    """What people typed here was written by a newer version of this app."""

    advice = "Start the version of the app that was used last, or a newer one."
    can_retry = False


class BackupRefused(ClockifyError):
    """A backup can't be made, or not be put back; nothing was changed."""

    advice = "Nothing was changed."
    can_retry = False


class Conflict(ClockifyError):
    """What was to be changed is no longer as it was when somebody looked at it."""

    advice = "Look at what is there now, then make your change again."
    can_retry = False

    def __init__(self, message: str = "Somebody else changed this meanwhile.") -> None:
        super().__init__(message)


class EntryChanged(Conflict):
    """An entry is not as it was when somebody looked at it: nothing was sent. `row` is what Clockify has, None if it is gone."""

    def __init__(self, message: str, row: dict[str, Any] | None) -> None:
        super().__init__(message)
        self.row = row


class BadDelivery(ClockifyError):
    """What came as a webhook's body is no time entry as Clockify sends one. Nothing of it is in the text."""

    advice = "Check that the webhook in Clockify is one of the five events for time."
    can_retry = False

    def __init__(self) -> None:
        super().__init__("That is no time entry as Clockify's webhooks send it.")


class WrittenAlready(ClockifyError):
    """The same thing was written a moment ago, or is under way: `written` says which."""

    advice = "Log it once more only if you mean a second one."
    can_retry = False

    def __init__(self, written: Written) -> None:
        super().__init__("The same was sent a moment ago.")
        self.written = written


class NotAccepted(ClockifyError, ValueError):
    """What was typed can't be right: `problems` are sentences, each said once, in the order of what was typed."""

    advice = "Correct what is named, then save again."
    can_retry = False

    def __init__(self, problems: Sequence[str]) -> None:
        self.problems = tuple(dict.fromkeys(problems))
        super().__init__(" ".join(self.problems))
