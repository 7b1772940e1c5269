"""Logging time: what pages call to write to Clockify, and what became of it.

All of it is sent by the pen's key (`pens`), once, and noted before (`journal`). What is done is in every copy of
this process at once, at no further request.
"""

from __future__ import annotations

import logging
import uuid
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pandas as pd

from clockify.api.quota import Intent
from clockify.deliveries import Event
from clockify.desk.pens import Pen, writing_with
from clockify.desk.pens import pen as pen
from clockify.desk.pens import why_no_pen as why_no_pen
from clockify.desk.visit import Visit
from clockify.errors import EntryChanged, NotAccepted, StoreError
from clockify.journal.journal import Journal
from clockify.journal.matching import MAKING
from clockify.mirror.changes import Change
from clockify.mirror.zoned import base_of
from clockify.periods import Month, local_day
from clockify.writes import Act, Draft, Write, Written

log = logging.getLogger(__name__)

A_DAY = timedelta(days=1)


def new_id() -> str:
    """Return an id for a write: make it when the form is drawn, and another when that one is done."""
    return uuid.uuid4().hex


def log_time(visit: Visit, id: str, draft: Draft, *, user_id: str | None = None, again: bool = False) -> Written:
    """Log an entry, for another person if one is named.

    Raises WrittenAlready for the same entry a moment ago or under way, unless `again`; NotAccepted for a person for
    whom this key may not log.
    """
    return _write(visit, id, Act.CREATE if draft.end else Act.START, user_id, again=again, draft=draft)


def start_timer(visit: Visit, id: str, draft: Draft, *, again: bool = False) -> Written:
    """Start a timer at the draft's start; Clockify ends the one that runs. Raises as `log_time`."""
    return _write(visit, id, Act.START, again=again, draft=replace(draft, end=None))


def change_entry(visit: Visit, id: str, entry_id: str, draft: Draft, before: Draft, *, user_id: str | None = None) -> Written:
    """Replace an entry, or a running timer (a draft without an end), that was `before` when somebody looked at it.

    Raises EntryChanged (a Conflict), and sends nothing, if Clockify has another one.
    """
    return _write(visit, id, Act.UPDATE, user_id, entry_id=entry_id, draft=draft, before=before)


def stop_timer(visit: Visit, id: str, entry_id: str, before: Draft, end: datetime | None = None, *, user_id: str | None = None) -> Written:
    """Stop a running timer, now unless an end is given. Raises EntryChanged if it doesn't run any more."""
    draft = replace(before, end=end or visit.desk.now().replace(microsecond=0))
    return _write(visit, id, Act.STOP, user_id, entry_id=entry_id, draft=draft, before=replace(before, end=None))


def delete_entry(visit: Visit, id: str, entry_id: str, before: Draft, *, user_id: str | None = None) -> Written:
    """Delete an entry, or discard a running timer. Raises EntryChanged if it is not as it was `before`."""
    return _write(visit, id, Act.DELETE, user_id, entry_id=entry_id, before=before)


def undo(visit: Visit, id: str, written: Written) -> Written:
    """Take back what was done: delete what was made, make anew what was deleted, put back what was changed, let run what was stopped.

    Raises EntryChanged if somebody has changed it since, ValueError for what wasn't done.
    """
    write = written.write
    draft, before, whose = write.draft, write.before, {"user_id": write.user_id}
    if written.is_done and write.act in MAKING and draft:
        return delete_entry(visit, id, written.entry_id, draft, **whose)
    if written.is_done and write.act is Act.DELETE and before:
        return log_time(visit, id, before, again=True, **whose)
    if written.is_done and write.act in (Act.UPDATE, Act.STOP) and draft and before:
        return change_entry(visit, id, write.entry_id, before, draft, **whose)
    raise ValueError("what was not done can't be taken back")


def unsettled(visit: Visit) -> list[Written]:
    """Return what this pen wrote and that asks for a look, newest first: not settled, not sent yet, refused or not done."""
    own = pen(visit)
    return _journal(visit).open_writes(_workspace(visit), own.user_id) if own else []


def look_up(visit: Visit, written: Written) -> Written:
    """Ask Clockify what became of a write that isn't settled."""
    return _taken_in(visit, _journal(visit).look_up(written.write.id, writing_with(visit)[1]))


def send_again(visit: Visit, id: str, written: Written, draft: Draft | None = None) -> Written:
    """Send one anew that was refused, not done, or could not leave yet, under an id of its own; the old one is set aside.

    `draft`: what it is to be by now, where that is another. Raises WrittenAlready if it may be in Clockify already, or
    somebody was quicker.
    """
    own, client = writing_with(visit)
    old = written.write
    write = replace(old, id=id, by=own.user_id, at=visit.desk.now(), draft=draft or old.draft)
    _check_whose(own, write.user_id)
    send = lambda: _journal(visit).send(write, client, known=_known(visit, write), instead_of=old.id)  # noqa: E731
    return _sent(visit, send, write.entry_id, write.user_id)


def dismiss(visit: Visit, written: Written) -> None:
    """Set one aside that asks for a look; if it was not sent yet, it will not be. ConfigurationError for who may not write."""
    writing_with(visit)
    _journal(visit).dismiss(written.write.id)


def next_write_at(visit: Visit) -> datetime | None:
    """Return when a request is free for somebody who logs time; None if one is."""
    return visit.mirror.next_free_at(Intent.PERSON) if visit.mirror else None


def draft_of(row: Mapping[str, Any], *, runs: bool = False) -> Draft:
    """Return a row of an entries frame as a draft; `runs`: it is a timer, whose end is only the moment of looking."""
    return Draft(
        _moment(row["start"]),
        None if runs else _moment(row["end"]),
        project_id=str(row["project_id"]),
        task_id=str(row["task_id"]),
        tag_ids=tuple(one for one in str(row["tag_ids"]).split(",") if one),
        description=str(row["description"]),
        billable=bool(row["billable"]),
        type=str(row["type"]) if "type" in row else "",
    )


def _write(
    visit: Visit,
    id: str,
    act: Act,
    user_id: str | None = None,
    *,
    again: bool = False,
    entry_id: str = "",
    draft: Draft | None = None,
    before: Draft | None = None,
) -> Written:
    own, client = writing_with(visit)
    whose = user_id or own.user_id
    _check_whose(own, whose)
    write = Write(id, act, _workspace(visit), whose, own.user_id, visit.desk.now(), entry_id, draft, before)
    return _sent(visit, lambda: _journal(visit).send(write, client, again=again, known=_known(visit, write)), entry_id, whose)


def _sent(visit: Visit, send: Callable[[], Written], entry_id: str, whose: str) -> Written:
    """Send, and put the copies right: by what was done, or by what Clockify has instead of what somebody saw."""
    try:
        return _taken_in(visit, send())
    except EntryChanged as change:
        _take_in(visit, whose, Change(entry_id, change.row), Event.UPDATED if change.row else Event.DELETED)
        raise


def _taken_in(visit: Visit, written: Written) -> Written:
    """Put an entry as it is known now into every copy of its workspace."""
    write, row = written.write, written.row
    if row is not None:
        # What was looked up and isn't what was written is known to be so all the same.
        _take_in(visit, write.user_id, Change(str(row["id"]), row), _TOLD[write.act] if written.is_done else Event.UPDATED)
    elif written.is_done and write.act is Act.DELETE:
        _take_in(visit, write.user_id, Change(write.entry_id, None), Event.DELETED)
    return written


# What Clockify's webhooks call what is done here.
_TOLD = {
    Act.CREATE: Event.NEW,
    Act.START: Event.STARTED,
    Act.UPDATE: Event.UPDATED,
    Act.STOP: Event.STOPPED,
    Act.DELETE: Event.DELETED,
}


def _take_in(visit: Visit, user_id: str, change: Change, event: Event) -> None:
    """Put it into the copies that are open here, then let those be found that aren't."""
    if visit.mirror is None:
        return
    noted: dict[str, int] = {}
    try:
        noted = visit.mirror.note_written(event, change.entry_id, change.row)
    except StoreError:
        log.warning("writing: what was written could not be noted beside what webhooks tell")
    for mirror in visit.desk.mirrors_beside(visit.mirror):
        try:
            mirror.take_in(user_id, [change], noted)
        except StoreError:
            # It is in Clockify, which matters more; the copy finds it at its next check.
            log.warning("writing: what was written could not be put into the local copy")
    visit.desk.hooks(demo=visit.is_demo).wake()


def _known(visit: Visit, write: Write) -> list[str]:
    """Return the ids of the person's entries that start at the same moment, as far as the local copy knows them."""
    if visit.mirror is None or write.draft is None or write.act not in MAKING:
        return []
    mirror, moment = base_of(visit.mirror), pd.Timestamp(write.draft.start)
    months = sorted({Month.of(local_day(write.draft.start + days, mirror.zone)) for days in (-A_DAY, timedelta(), A_DAY)})
    frames = [mirror.entries(month, state.version, ("id", "user_id", "start")) for month, state in mirror.states(months).items()]
    frames.append(mirror.running(visit.desk.now()))
    alike = [frame[(frame["start"] == moment) & (frame["user_id"] == write.user_id)] for frame in frames if frame is not None]
    return [str(one) for frame in alike for one in frame["id"]]


def _check_whose(own: Pen, user_id: str) -> None:
    if user_id != own.user_id and user_id not in own.others:
        raise NotAccepted(["With this key nobody logs time for that person."])


def _journal(visit: Visit) -> Journal:
    return visit.desk.journal(demo=visit.is_demo)


def _workspace(visit: Visit) -> str:
    if visit.mirror is None:
        raise LookupError("there is no mirror")
    return visit.mirror.workspace.id


def _moment(stamp: pd.Timestamp) -> datetime:
    """Return a moment of a frame in whole seconds of UTC."""
    return stamp.to_pydatetime().astimezone(UTC).replace(microsecond=0)
