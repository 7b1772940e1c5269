"""What is to be written to Clockify, and what became of it: plain values.

Moments are of UTC in whole seconds, ids are Clockify's, "" means none. A `Write` is meant once: it bears an id from the moment
somebody may press the button, so that whatever presses it again (a second click, a rerun, another process) means the same one.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

Json = dict[str, Any]


class Act(StrEnum):
    """What is done to an entry."""

    CREATE = "create"
    START = "start"
    UPDATE = "update"
    STOP = "stop"
    DELETE = "delete"


class State(StrEnum):
    """How far a write has come."""

    TO_SEND = "to send"  # noted, and never left
    SENT = "sent"  # it left, and nothing is known of an answer
    DONE = "done"  # Clockify has it
    REFUSED = "refused"  # Clockify answered no, or it could not leave: nothing was changed
    NOT_DONE = "not done"  # its answer was lost, and it was looked up long enough after: nothing was changed
    UNKNOWN = "unknown"  # its answer was lost, and looking it up has not settled it

    @property
    def is_settled(self) -> bool:
        """Is it known what became of it?"""
        return self in (State.DONE, State.REFUSED, State.NOT_DONE)


@dataclass(frozen=True)
class Draft:
    """An entry as somebody wants it, or as it was; without `end` it is a timer that runs.

    `custom` are its custom fields as Clockify gave them, to be handed back when the entry is replaced.
    """

    start: datetime
    end: datetime | None = None
    project_id: str = ""
    task_id: str = ""
    tag_ids: tuple[str, ...] = ()
    description: str = ""
    billable: bool = False
    type: str = ""
    custom: tuple[Mapping[str, Any], ...] = ()

    @property
    def seconds(self) -> int | None:
        """How long it is; None of a timer."""
        return None if self.end is None else int((self.end - self.start) / timedelta(seconds=1))


@dataclass(frozen=True)
class Write:
    """One thing that somebody wants written.

    `user_id` is whose entry it is, `by` the user whose key writes it. `draft` is what the entry is to be (create, start, update;
    of a stop, with the end), `before` what it was (update, stop, delete): for looking it up, and for undoing it.
    """

    id: str
    act: Act
    workspace_id: str
    user_id: str
    by: str
    at: datetime
    entry_id: str = ""
    draft: Draft | None = None
    before: Draft | None = None


@dataclass(frozen=True)
class Written:
    """A write and what is known of it. `entry_id` is Clockify's, once it is known; `reason` a sentence where it was not done.

    `retry_at`: when a request is free, of one that could not leave for want of it. `row` is Clockify's answer, where there was one.
    """

    write: Write
    state: State
    entry_id: str = ""
    reason: str = ""
    sent_at: datetime | None = None
    settled_at: datetime | None = None
    retry_at: datetime | None = None
    row: Json | None = field(default=None, compare=False, repr=False)

    @property
    def is_done(self) -> bool:
        """Does Clockify have it?"""
        return self.state is State.DONE


@dataclass(frozen=True)
class Rules:
    """What a workspace forces on its entries, as far as Clockify tells.

    `locked_before`: entries that start before this moment can't be changed by their people; None without a lock.
    """

    needs_project: bool = False
    needs_task: bool = False
    needs_description: bool = False
    needs_tags: bool = False
    locked_before: datetime | None = None


NO_RULES = Rules()
