"""What a browser session holds on to, beside its widgets: one typed object under one key."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import pandas as pd
import streamlit as st

from clockify.app.shell.filling import Filling
from clockify.app.shell.tracking import Tracking
from clockify.desk.choice import Choice
from clockify.desk.trail import Trail
from clockify.desk.visit import Visit
from clockify.directory import EMPTY_DIRECTORY, Directory
from clockify.errors import ClockifyError
from clockify.links import Link
from clockify.periods import Month, Period
from clockify.plans import Row
from clockify.render.formats import HourStyle
from clockify.reports.folding import Folds
from clockify.settings import ApiKey
from clockify.sheets import CsvForm

KEY = "_session"


@dataclass(frozen=True)
class Editing:
    """What somebody edits: the rows as they were when he began, and of which version; `turn` is another for each beginning."""

    version: int
    rows: tuple[Row, ...]
    turn: int


@dataclass
class Session:
    """A session's own state. What somebody chooses is in the widgets; here is what no widget holds."""

    # This run: handed from the door to the page.
    visit: Visit | None = None
    looking: Visit | None = None  # the page's own, for its commands
    choice: Choice = field(default_factory=Choice)
    listed: Directory = EMPTY_DIRECTORY
    begun: bool = False
    pages: frozenset[str] = frozenset()  # that there are for whoever looks
    rights: str = ""  # with which this page was drawn, and whether they are still there
    holds: Callable[[], bool] = lambda: True
    looks_as: str = ""  # the id of the person with whose eyes an admin looks

    # The address, what of it nothing knows, and what of the choice isn't in a widget on every page.
    trail: Trail = field(default_factory=Trail)
    unknown: Mapping[str, Collection[str]] = field(default_factory=dict)
    days: Period | None = None
    week: date | None = None
    everyone: bool = False

    # Chosen in Settings, for this session alone.
    pasted_key: ApiKey | None = None
    fingerprint: tuple[ApiKey | None, str] | None = None
    pen_key: ApiKey | None = None  # to log time with, and what stands for it
    pen_fingerprint: str | None = None
    zone: str | None = None
    hour_style: HourStyle = HourStyle.DECIMAL
    csv: CsvForm | None = None

    # What a callback, which has no place on the page, leaves to the page that is drawn next.
    fault: ClockifyError | None = None
    noting_fault: ClockifyError | None = None  # of what is written down: its card says it
    pen_fault: ClockifyError | None = None  # of the key to log time with: its card says it
    read_again: tuple[Month, str | None, bool] | None = None
    compared: str = ""  # why Clockify's sums by person and project didn't come
    entry: pd.DataFrame | None = None
    picks: int = 0

    # What is being written down in Settings, by its kind, and what became of the last change.
    editing: dict[str, Editing] = field(default_factory=dict)
    turns: int = 0
    noted: str = ""
    branded: str = ""  # of the card of how the team looks
    branding_problems: tuple[str, ...] = ()

    # A link that was just made, with its address, which nothing else knows; and why one could not be made or revoked.
    made_link: tuple[Link, str] | None = None
    link_faults: tuple[str, ...] = ()

    # What is being logged, and what was.
    tracking: Tracking = field(default_factory=Tracking)
    sheets: dict[tuple[str, str, date], Filling] = field(default_factory=dict)  # by workspace, person and the week's first day

    # What stands open in tables of groups, by the table's name.
    folds: dict[str, Folds] = field(default_factory=dict)
    list_of: str = ""  # what the page number of the list of entries counts in

    # What failed and is being tried again by itself.
    awaited: list[str] = field(default_factory=list)
    comes_back: tuple[int, datetime] | None = None


def place_held(key: str, options: Sequence[Any]) -> int:
    """Return the place of what a widget holds, for its default: see the sidebar's first words."""
    value = st.session_state.get(key)
    return options.index(value) if value in options else 0


def session() -> Session:
    """Return this session's state, made on first use."""
    found: Session | None = st.session_state.get(KEY)
    if found is None:
        found = st.session_state[KEY] = Session()
    return found
