"""When two writes mean the same, and when an entry of Clockify's is what somebody wanted. No I/O."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from clockify.errors import MalformedReply
from clockify.rows import Unread, moment_of
from clockify.writes import Act, Draft, Json, Write

MAKING = (Act.CREATE, Act.START)


def thing_of(write: Write) -> str:
    """Return what two writes share that mean the same: what is done to whose entry, and what it is to be; no timer's start."""
    draft, what = write.draft, [write.workspace_id, write.act.value, write.user_id, write.entry_id]
    if draft is not None:
        start = "" if write.act is Act.START else _moment(draft.start)
        # Two who stop a timer mean the same, though one of them is a second later.
        end = "" if write.act is Act.STOP or draft.end is None else _moment(draft.end)
        what += [start, end, draft.project_id, draft.task_id, _words(draft.description)]
    if write.act is Act.UPDATE and draft is not None:
        what += [",".join(sorted(draft.tag_ids)), str(draft.billable)]
    return hashlib.sha256(json.dumps(what).encode()).hexdigest()


def draft_of_entry(row: Json) -> Draft:
    """Return an entry of Clockify's main API as a draft; MalformedReply if its times can't be read."""
    try:
        start, end = moment_of(row["timeInterval"]["start"]), row["timeInterval"].get("end")
        ended = moment_of(end) if end else None
    except (Unread, KeyError, TypeError, AttributeError):
        raise MalformedReply("Clockify's reply isn't a time entry, as was agreed.", status=200) from None
    return Draft(
        _whole(start),
        _whole(ended) if ended else None,
        project_id=row.get("projectId") or "",
        task_id=row.get("taskId") or "",
        tag_ids=tuple(row.get("tagIds") or ()),
        description=row.get("description") or "",
        billable=row.get("billable") is True,
        type=row.get("type") or "",
        custom=_custom_of(row),
    )


def is_as(entry: Draft, wanted: Draft) -> bool:
    """Is an entry what was wanted, in all that people see of it?"""
    return _seen(entry) == _seen(wanted)


def whole(wanted: Draft, entry: Draft) -> Draft:
    """Return what is wanted, with what a replacement would lose otherwise: the type, and custom fields."""
    return replace(wanted, type=wanted.type or entry.type, custom=wanted.custom or entry.custom)


def made_by(write: Write, rows: Sequence[Json], known: Collection[str]) -> Json | None:
    """Return the entry that a write has made, of a person's latest ones; None if none of them is it.

    `known` are entries that it can't have made.
    """
    for row in rows:
        entry = draft_of_entry(row)
        if row["id"] not in known and write.draft is not None and _is_made(entry, write.draft, write.act):
            return row
    return None


def _is_made(entry: Draft, wanted: Draft, act: Act) -> bool:
    if entry.start != _whole(wanted.start):
        return False
    if act is Act.START:
        # It may have been stopped since, or be called something else by now.
        return True
    what = (entry.end, entry.project_id, entry.task_id, _words(entry.description))
    return what == (wanted.end and _whole(wanted.end), wanted.project_id, wanted.task_id, _words(wanted.description))


def _seen(draft: Draft) -> tuple[object, ...]:
    times = (_whole(draft.start), _whole(draft.end) if draft.end else None)
    return (*times, draft.project_id, draft.task_id, frozenset(draft.tag_ids), _words(draft.description), draft.billable)


def _words(description: str) -> str:
    """Return a description without the blanks around it, of which nobody knows who keeps them."""
    return description.strip()


def _custom_of(row: Json) -> tuple[Mapping[str, Any], ...]:
    found = row.get("customFieldValues")
    return tuple(one for one in found if isinstance(one, dict)) if isinstance(found, list) else ()


def _whole(moment: datetime) -> datetime:
    return moment.replace(microsecond=0)


def _moment(moment: datetime) -> str:
    return str(int(moment.timestamp()))
