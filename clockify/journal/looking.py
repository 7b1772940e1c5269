"""Looking up what became of a write whose answer was lost, by what it asks of Clockify; all of it reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from clockify.api.client import Clockify
from clockify.errors import NotFound
from clockify.journal import sentences
from clockify.journal.matching import MAKING, draft_of_entry, is_as, made_by
from clockify.writes import Act, Json, State, Write

# Clockify reads the bounds of a person's list as a wall clock of the account's zone: a day more on each side, and some.
MARGIN = timedelta(hours=26)


@dataclass(frozen=True)
class Found:
    """What Clockify has. `waits`: it may still come, if not long has passed since it was sent."""

    state: State
    reason: str
    row: Json | None = None
    waits: bool = False

    @property
    def entry_id(self) -> str:
        """The entry's id, "" without one."""
        return str(self.row["id"]) if self.row else ""


NOTHING = Found(State.NOT_DONE, sentences.NOT_DONE, waits=True)


def look_for(write: Write, client: Clockify, known: Callable[[], set[str]]) -> Found:
    """Ask Clockify what became of a write; `known` are entries that it can't have made. One request; raises what that raises."""
    if write.act in MAKING:
        return _made(write, client, known)
    row = _read(write, client)
    if write.act is Act.DELETE:
        return Found(State.DONE, sentences.FOUND) if row is None else Found(State.NOT_DONE, sentences.NOT_DONE, row, waits=True)
    if row is None:
        return Found(State.UNKNOWN, sentences.CHANGED_BY_ANOTHER)
    entry = draft_of_entry(row)
    if write.act is Act.STOP:
        return Found(State.DONE, sentences.FOUND, row) if entry.end else Found(State.NOT_DONE, sentences.NOT_DONE, row, waits=True)
    if write.draft and is_as(entry, write.draft):
        return Found(State.DONE, sentences.FOUND, row)
    if write.before and is_as(entry, write.before):
        return Found(State.NOT_DONE, sentences.NOT_DONE, row, waits=True)
    return Found(State.UNKNOWN, sentences.CHANGED_BY_ANOTHER, row)


def _made(write: Write, client: Clockify, known: Callable[[], set[str]]) -> Found:
    if write.draft is None:
        return NOTHING
    first, last = write.draft.start - MARGIN, write.draft.start + MARGIN
    rows = client.time_entries(workspace_id=write.workspace_id, user_id=write.user_id, start=first, end=last)
    row = made_by(write, rows, known())
    return Found(State.DONE, sentences.FOUND, row) if row else NOTHING


def _read(write: Write, client: Clockify) -> Json | None:
    try:
        return client.time_entry(workspace_id=write.workspace_id, entry_id=write.entry_id)
    except NotFound:
        return None
