"""What is to be written to Clockify: noted before it is sent, sent once, and looked up where its answer was lost."""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime, timedelta

from clockify.api.client import Clockify
from clockify.api.writing import surely_not_done
from clockify.errors import ClockifyError, EntryChanged, NotFound, RateLimited, StoreError
from clockify.journal import sentences
from clockify.journal.looking import Found, look_for
from clockify.journal.matching import MAKING, draft_of_entry, is_as, thing_of, whole
from clockify.records.writes import Writes
from clockify.writes import Act, Draft, Json, State, Write, Written

# A write is under way for a minute at most (`api.client.PATIENCE`); what Clockify stores later than this is lost to it.
SETTLES_AFTER = timedelta(minutes=2)


class Journal:
    """The journal of this process; safe between threads, and between processes on one database.

    Its rows are kept by `records`; Clockify is asked by the `client` that the caller brings, whose key writes.
    """

    def __init__(self, writes: Writes, clock: Callable[[], datetime]) -> None:
        self._writes, self._clock = writes, clock
        self._lock = threading.Lock()
        self._under_way: dict[str, threading.Lock] = {}

    def send(self, write: Write, client: Clockify, *, again: bool = False, known: Collection[str] = (), instead_of: str = "") -> Written:
        """Note a write, send it once, and return what became of it; one with this id that is noted already is not sent.

        `known`: ids of entries that are like it and that others have made; `instead_of`: a write that was not done, and that is
        set aside with this. Raises WrittenAlready for the same thing under another id, unless `again`; EntryChanged if
        the entry is not as it was seen; StoreError if it can't be noted, in which case nothing was sent.
        """
        with self._alone(write.id):
            noted, is_new = self._writes.note(
                write, thing=thing_of(write), now=self._clock(), known=known, again=again, instead_of=instead_of
            )
            return self._send(write, client.for_person()) if is_new else noted

    def look_up(self, write_id: str, client: Clockify) -> Written:
        """Ask Clockify again what became of a write that isn't settled; one that was never sent stays as it is."""
        with self._alone(write_id):
            written = self._writes.get(write_id)
            if written is None:
                raise NotFound("The journal has no such write.", status=404)
            if written.state not in (State.SENT, State.UNKNOWN):
                return written
            return self._looked_up(written.write, written.sent_at, client.for_person())

    def open_writes(self, workspace_id: str, by: str) -> list[Written]:
        """Return what somebody's key wrote and that asks for a look, newest first: unsettled, refused or not done, and not dismissed."""
        return self._writes.open_writes(workspace_id, by)

    def latest(self, workspace_id: str, by: str, limit: int) -> list[Written]:
        """Return what somebody's key wrote, newest first."""
        return self._writes.latest(workspace_id, by, limit)

    def dismiss(self, write_id: str) -> None:
        """Set one aside; it asks for no look any more, and is not sent if it was not."""
        self._writes.dismiss(write_id)

    @contextmanager
    def _alone(self, write_id: str) -> Iterator[None]:
        """Let one thread at a time work on a write: the second press waits for what becomes of the first."""
        with self._lock:
            lock = self._under_way.setdefault(write_id, threading.Lock())
        with lock:
            try:
                yield
            finally:
                with self._lock:
                    # Whoever waits for it has it in hand; who comes later finds the write in the database.
                    self._under_way.pop(write_id, None)

    def _send(self, write: Write, client: Clockify) -> Written:
        if write.act not in MAKING:
            ready = self._ready(write, client)
            if isinstance(ready, Written):
                return ready
            write = ready
        try:
            row = _SENDING[write.act](client, write, lambda: self._leave(write))
        except _Overtaken:
            return self._writes.get(write.id) or Written(write, State.TO_SEND)
        except RateLimited as error:
            return self._without_request(write, error)
        except StoreError:
            # It could not be noted as sent, so it did not leave.
            raise
        except ClockifyError as error:
            if surely_not_done(error):
                return self._surely(write, State.REFUSED, sentences.refused(error))
        else:
            if write.act is Act.STOP and row and row["id"] != write.entry_id:
                return replace(self._surely(write, State.UNKNOWN, sentences.OTHER_STOPPED), row=row)
            return replace(self._surely(write, State.DONE, entry_id=str(row["id"]) if row else write.entry_id), row=row)
        return self._looked_up(write, self._clock(), client)

    def _ready(self, write: Write, client: Clockify) -> Write | Written:
        """Read the entry that is to be changed; return the write with what it was, or what became of it already.

        Raises EntryChanged, and nothing is sent, if it is not as somebody saw it.
        """
        try:
            row: Json | None = client.time_entry(workspace_id=write.workspace_id, entry_id=write.entry_id)
        except NotFound:
            row = None
        except RateLimited as error:
            return self._without_request(write, error)
        except ClockifyError as error:
            return self._surely(write, State.REFUSED, f"{sentences.UNREAD} {error}")
        if row is None:
            return self._changed(write, sentences.GONE, None)
        if row.get("userId") != write.user_id:
            return self._surely(write, State.REFUSED, sentences.ANOTHERS)
        found, before = draft_of_entry(row), write.before
        if write.act is Act.UPDATE and write.draft and is_as(found, write.draft):
            return replace(self._surely(write, State.DONE, sentences.WAS_SO), row=row)
        if before is None or not _may_change(write.act, found, before):
            return self._changed(write, sentences.changed(before or found, found), row)
        self._writes.keep_before(write.id, found)
        return replace(write, before=found, draft=_as_sent(write, found))

    def _changed(self, write: Write, reason: str, row: Json | None) -> Written:
        self._surely(write, State.REFUSED, reason)
        raise EntryChanged(reason, row)

    def _leave(self, write: Write) -> None:
        if not self._writes.leave(write.id, self._clock()):
            raise _Overtaken

    def _without_request(self, write: Write, error: RateLimited) -> Written:
        """Say of a write that no request was free: it waits if it has not left, and was refused if it has."""
        written = self._writes.put_off(write.id, sentences.NOTHING_FREE, error.retry_at)
        if written.state is State.TO_SEND:
            return written
        return replace(self._surely(write, State.REFUSED, sentences.refused(error)), retry_at=error.retry_at)

    def _looked_up(self, write: Write, sent_at: datetime | None, client: Clockify) -> Written:
        try:
            found = look_for(write, client, lambda: self._writes.known(write))
        except StoreError:
            raise
        except ClockifyError as error:
            said = f"{sentences.CANT_LOOK} {sentences.lost(write.act)}"
            unknown = self._noted(write, State.UNKNOWN, said)
            return replace(unknown, retry_at=error.retry_at) if isinstance(error, RateLimited) else unknown
        is_late = sent_at is not None and self._clock() - sent_at > SETTLES_AFTER
        if found.waits and not is_late:
            return self._noted(write, State.UNKNOWN, f"{sentences.NOT_FOUND} {sentences.lost(write.act)}")
        return self._settled(write, found, sent_at, client)

    def _settled(self, write: Write, found: Found, sent_at: datetime | None, client: Clockify) -> Written:
        makes = found.state is State.DONE and write.act in MAKING
        entry_id = found.entry_id or write.entry_id
        settled = self._writes.settle(write, found.state, self._clock(), reason=found.reason, entry_id=entry_id, makes=makes)
        if settled is None:
            # Another write was quicker to find that entry: it is known by now, and another one is looked for.
            return self._looked_up(write, sent_at, client)
        return replace(settled, row=found.row if settled.state is found.state else None)

    def _noted(self, write: Write, state: State, reason: str) -> Written:
        return self._writes.settle(write, state, self._clock(), reason=reason) or Written(write, state, reason=reason)

    def _surely(self, write: Write, state: State, reason: str = "", entry_id: str = "") -> Written:
        """Note what is known for sure; where it can't be noted it is known all the same, and will be looked up."""
        now, makes = self._clock(), state is State.DONE and write.act in MAKING
        fallback = Written(write, state, entry_id or write.entry_id, reason, settled_at=now)
        try:
            settled = self._writes.settle(write, state, now, reason=reason, entry_id=entry_id, makes=makes, surely=True)
        except StoreError:
            return fallback
        return replace(settled, write=write) if settled else fallback


class _Overtaken(Exception):
    """Somebody else sends it, or has set it aside."""


def _may_change(act: Act, found: Draft, before: Draft) -> bool:
    """Is an entry as somebody saw it? Of a timer that is to stop it counts that it is the same and still runs."""
    if act is Act.STOP:
        return found.end is None
    return is_as(found, before)


def _as_sent(write: Write, found: Draft) -> Draft | None:
    """Return what an entry will be: a timer that stops is else as it is, and a replacement drops nothing that people don't see."""
    if write.draft is None or write.act is Act.STOP:
        return write.draft and replace(found, end=write.draft.end)
    return whole(write.draft, found)


def _create(client: Clockify, write: Write, leaves: Callable[[], None]) -> Json:
    draft = _draft(write)
    if write.user_id == write.by:
        return client.create_time_entry(workspace_id=write.workspace_id, draft=draft, leaves=leaves)
    return client.create_for_others(workspace_id=write.workspace_id, user_id=write.user_id, draft=draft, leaves=leaves)


def _update(client: Clockify, write: Write, leaves: Callable[[], None]) -> Json:
    return client.update_time_entry(workspace_id=write.workspace_id, entry_id=write.entry_id, draft=_draft(write), leaves=leaves)


def _stop(client: Clockify, write: Write, leaves: Callable[[], None]) -> Json:
    end = _draft(write).end
    if end is None:
        raise ValueError("a timer is stopped at a moment")
    return client.stop_running_time_entry(workspace_id=write.workspace_id, user_id=write.user_id, end=end, leaves=leaves)


def _delete(client: Clockify, write: Write, leaves: Callable[[], None]) -> None:
    client.delete_time_entry(workspace_id=write.workspace_id, entry_id=write.entry_id, leaves=leaves)


def _draft(write: Write) -> Draft:
    if write.draft is None:
        raise ValueError("there is nothing to write")
    return write.draft


_SENDING: dict[Act, Callable[[Clockify, Write, Callable[[], None]], Json | None]] = {
    Act.CREATE: _create,
    Act.START: _create,
    Act.UPDATE: _update,
    Act.STOP: _stop,
    Act.DELETE: _delete,
}
