"""What a reply of Clockify means, and whether to ask again. No I/O.

`decipher` is the one place where a status and a body become data or an error of
`clockify.errors`. Clockify's own message is looked at and never passed on: it can echo
what was submitted.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any, NoReturn

import orjson

from clockify.errors import (
    AuthenticationError,
    ClockifyError,
    MalformedReply,
    NotFound,
    PermissionDenied,
    RateLimited,
    RedirectRefused,
    ReplyError,
    RequestRejected,
    ServerError,
    TransportError,
)

Json = dict[str, Any]

MAX_RETRIES = 3
MAX_RETRIES_FREE = 1
FIRST_PAUSE = 1.0
LONGEST_WAIT = 20.0
_LONGEST_RETRY_AFTER = timedelta(days=7)

# An error's note is ours, a plain sentence, and survives wherever the error goes.
_PLAN_NOTE = "The plan of this workspace doesn't include it."
_MAY_HOLD_SURROGATES = re.compile(rb"\\u[dD][89a-fA-F]|\xed[\xa0-\xbf]")
_IS_FOREIGN = re.compile(r"\bdoesn.t belong\b", re.IGNORECASE)
_SPEAKS_OF_PLAN = re.compile(r"\b(plan|subscription|upgrade|feature)s?\b", re.IGNORECASE)


@dataclass(frozen=True)
class DetailedPage:
    """One page of a detailed report; `totals` is {} where the reply has none, `asked` the page size that was asked for."""

    totals: Json
    rows: list[Json] = field(repr=False)
    asked: int = 0


def decipher(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> Any:
    """Return the JSON of a reply, or raise the one error of the tree that says what it is instead.

    `now` (zone-aware) turns a Retry-After in seconds into a moment.
    """
    refuse(status, headers, body, now)
    return _parse(status, body)


def refuse(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> None:
    """Raise the error that a reply is, whatever stands in it; nothing of one that says yes."""
    if 200 <= status < 300:
        return
    if 300 <= status < 400:
        raise RedirectRefused("The address of the API leads elsewhere; the key was not sent there.")
    raise _refusal(status, headers, body, now)


def rows_of(data: object) -> list[Json]:
    """Return a reply that must be a list of objects; MalformedReply otherwise."""
    if not isinstance(data, list) or not all(isinstance(row, dict) for row in data):
        raise _unexpected("a list")
    return data


def object_of(data: object) -> Json:
    """Return a reply that must be an object; MalformedReply otherwise."""
    if not isinstance(data, dict):
        raise _unexpected("an object")
    return data


def user_of(data: object) -> Json:
    """Return a reply that must be a user; MalformedReply if it doesn't even say which."""
    user = object_of(data)
    if not _has_id(user):
        raise _unexpected("a user")
    return user


def entry_of(data: object) -> Json:
    """Return a reply that must be a time entry; MalformedReply if it doesn't even say which."""
    entry = object_of(data)
    if not _has_id(entry) or not isinstance(entry.get("timeInterval"), dict):
        raise _unexpected("a time entry")
    return entry


def workspaces_of(data: object) -> list[Json]:
    """Return those workspaces of a list that have an id; MalformedReply if there are some and none has."""
    if not isinstance(data, list):
        raise _unexpected("a list")
    usable = [row for row in data if isinstance(row, dict) and _has_id(row)]
    if data and not usable:
        raise _unexpected("a list of workspaces")
    return usable


def summary_of(data: object) -> Json:
    """Return a reply that must be a summary report; MalformedReply otherwise."""
    report = object_of(data)
    if "totals" not in report and "groupOne" not in report:
        raise _unexpected("a summary report")
    return report


def detailed_page_of(data: object, asked: int = 0) -> DetailedPage:
    """Return a reply that must be a page of a detailed report; MalformedReply otherwise."""
    report = object_of(data)
    # The wire says `timeentries`; the vendor's own examples also spell it in camel case.
    rows = report.get("timeentries", report.get("timeEntries"))
    totals = totals_of(report)
    if rows is None and ("totals" not in report or entries_count(totals)):
        raise _unexpected("a detailed report")
    return DetailedPage(totals, rows_of([] if rows is None else rows), asked)


def totals_of(report: Mapping[str, Any]) -> Json:
    """Return the first totals of a report; {} for each way in which Clockify says "none": absent, null, [] and [null]."""
    totals = report.get("totals")
    first = totals[0] if isinstance(totals, list) and totals else None
    return first if isinstance(first, dict) else {}


def entries_count(totals: Mapping[str, Any]) -> int | None:
    """Return how many entries a report says it has, or None if it doesn't say."""
    count = totals.get("entriesCount")
    return count if type(count) is int and count >= 0 else None


def last_page_of(headers: Mapping[str, str]) -> bool | None:
    """Read the Last-Page header; None where there is none."""
    return {"true": True, "false": False}.get(_header(headers, "Last-Page").casefold())


def is_refused_by_plan(error: BaseException) -> bool:
    """Tell whether a *report* was refused for what the workspace or the role has, not for how it was asked.

    True for every 402 and 403 (which text a FREE plan gets is unknown), and for a 400 that
    spoke of plan, subscription, upgrade or feature. Ask it of an error from a report only:
    elsewhere a 403 is a matter of the user's role alone.
    """
    if isinstance(error, PermissionDenied):
        return True
    return isinstance(error, RequestRejected) and _PLAN_NOTE in getattr(error, "__notes__", ())


def retry_delay(error: ClockifyError, attempt: int, *, is_free: bool, jitter: float, now: datetime) -> float | None:
    """Return how many seconds to wait before a *read* is repeated, or None to show the error.

    `attempt` counts the repetitions made so far, `jitter` is from [0, 1). On FREE each
    request is one of 30, so there is one repetition at most and none after a 429.
    """
    if attempt >= _retries_of(error, is_free):
        return None
    if isinstance(error, RateLimited) and error.retry_at is not None:
        wait = max((error.retry_at - now).total_seconds(), 0.0)
        return wait + jitter if wait <= LONGEST_WAIT else None
    # Half of the pause is drawn, so that parallel requests don't come back together.
    return FIRST_PAUSE * 2.0**attempt * (0.5 + jitter / 2)


def _retries_of(error: ClockifyError, is_free: bool) -> int:
    if isinstance(error, RedirectRefused):
        return 0
    if isinstance(error, RateLimited):
        return 0 if is_free else MAX_RETRIES
    if isinstance(error, MalformedReply):
        return 1
    if isinstance(error, (ServerError, TransportError)):
        return MAX_RETRIES_FREE if is_free else MAX_RETRIES
    return 0


def _refusal(status: int, headers: Mapping[str, str], body: bytes, now: datetime) -> ReplyError:
    code, text = _code_and_text(body)
    if status == 401:
        return AuthenticationError("Clockify doesn't know this API key.", status=status, code=code)
    if status == 403:
        return PermissionDenied("This API key may not see that.", status=status, code=code)
    if status == 404 or (status == 400 and code == 501 and _IS_FOREIGN.search(text)):
        return NotFound("Clockify has no such thing in this workspace.", status=status, code=code)
    if status == 429:
        return RateLimited("Clockify takes no more requests for now.", retry_at=_retry_at(headers, now), code=code)
    if 400 <= status < 500:
        return _rejected(status, code, text)
    if 500 <= status < 600:
        return ServerError(f"Clockify failed on its side (status {status}).", status=status, code=code)
    return MalformedReply(f"Clockify answered with the status {status}, which is no answer.", status=status)


def _rejected(status: int, code: int | None, text: str) -> ReplyError:
    number = "" if code is None else f", code {code}"
    error = RequestRejected(f"Clockify rejected the request (status {status}{number}).", status=status, code=code)
    if status == 402 or (status == 400 and _SPEAKS_OF_PLAN.search(text)):
        error.add_note(_PLAN_NOTE)
    return error


def _parse(status: int, body: bytes) -> Any:
    """Read JSON as strictly as the standard has it: no NaN, no half replies.

    A page of a thousand rows takes orjson a third of the time, and viewers wait for the interpreter meanwhile. What it
    refuses is read once more: it knows neither halves of characters nor a mark of byte order.
    """
    try:
        return orjson.loads(body)
    except orjson.JSONDecodeError:
        pass
    try:
        data = json.loads(body, parse_constant=_refuse_constant)
        return _without_surrogates(data) if _MAY_HOLD_SURROGATES.search(body) else data
    except (ValueError, RecursionError):
        pass
    # Raised out here, so that the error doesn't drag the reply's text along as its context.
    raise MalformedReply("Clockify's reply can't be read: it is cut off or isn't JSON.", status=status)


def _without_surrogates(data: Any) -> Any:
    """Replace halves of a character, as a cut emoji leaves them: no table or file can hold one."""
    if isinstance(data, str):
        return data.encode("utf-8", "replace").decode()
    if isinstance(data, list):
        return [_without_surrogates(item) for item in data]
    if isinstance(data, dict):
        return {_without_surrogates(name): _without_surrogates(item) for name, item in data.items()}
    return data


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(name)


def _code_and_text(body: bytes) -> tuple[int | None, str]:
    """Return Clockify's code and message, as far as an error's body has them."""
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        return None, ""
    if not isinstance(parsed, dict):
        return None, ""
    code, text = parsed.get("code"), parsed.get("message")
    return code if type(code) is int else None, text if isinstance(text, str) else ""


def _retry_at(headers: Mapping[str, str], now: datetime) -> datetime | None:
    """Read Retry-After, seconds or a date (RFC 9110, 10.2.3); None where it is absent or makes no sense."""
    text = _header(headers, "Retry-After").strip()
    if text.isascii() and text.isdigit():
        return now + min(timedelta(seconds=int(text[:9])), _LONGEST_RETRY_AFTER)
    try:
        moment = parsedate_to_datetime(text)
    except ValueError:
        return None
    moment = moment if moment.tzinfo else moment.replace(tzinfo=UTC)
    return min(max(moment, now), now + _LONGEST_RETRY_AFTER)


def _header(headers: Mapping[str, str], name: str) -> str:
    """Return a header's value whatever the case of its name, "" where it is absent."""
    wanted = name.casefold()
    return next((value for key, value in headers.items() if key.casefold() == wanted), "")


def _has_id(row: Json) -> bool:
    identity = row.get("id")
    return isinstance(identity, str) and bool(identity)


def _unexpected(wanted: str) -> MalformedReply:
    return MalformedReply(f"Clockify's reply isn't {wanted}, as was agreed.", status=200)
