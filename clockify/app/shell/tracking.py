"""What a session holds of the page on which time is logged: the form that is being filled in, and what was written last."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from clockify.writes import Draft, Written


class Tone(StrEnum):
    """How something is said."""

    DONE = "done"
    ASK = "ask"
    FAULT = "fault"


@dataclass(frozen=True)
class Said:
    """What became of something, in Markdown, said where it was asked for: "timer", "form" or "week"."""

    place: str
    tone: Tone
    words: str


@dataclass(frozen=True)
class Editing:
    """An entry that the form is open on, as it was; without an end it is the timer that runs."""

    entry_id: str
    before: Draft


@dataclass
class Tracking:
    """A session's own state of Track.

    `ids` are those of writes that somebody may be about to press the button for, by what they are: a second click bears the
    same one. `fields` is what the form held when it was last drawn, `aside` what it held before it was opened on an entry.
    """

    whose: tuple[str, str] | None = None  # of which workspace and person all of this is
    ids: dict[str, str] = field(default_factory=dict)
    fields: dict[str, Any] = field(default_factory=dict)
    aside: Mapping[str, Any] | None = None
    editing: Editing | None = None
    is_outdated: bool = False  # somebody changed it meanwhile, and that has been said
    is_touched: bool = False  # billable was set by hand, so no project's default counts
    is_tried: bool = False  # somebody pressed the button, so what is missing is said
    choice: str = ""  # the answer to which of two times is meant
    pending: Written | None = None  # what became of the form's last sending, where it wasn't done
    shown: tuple[str, ...] = ()  # warnings that stood there when the button was drawn
    twice: str = ""  # the id of a write like one that was about to be sent: pressing once more means it

    # What is about to be started: its description and project, and what it is like.
    timer: tuple[str, str] = ("", "")
    like: Mapping[str, Any] = field(default_factory=dict)

    redraw: bool = False  # a part of the page ran alone and changed what the others show
    said: Said | None = None
    last: Written | None = None  # what can be undone
    asks: tuple[str, str] = ("", "")  # an entry, and what is about to be done with it
    week: date | None = None
    day: date | None = None
    today: date | None = None  # when the form was drawn last
