"""What somebody types into a week's timesheet: kept as it was typed until it is written, and what became of it then.

No Streamlit here, and nothing is read: the card says what stands in a cell, the report what is to be written.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from clockify.desk.writing import new_id
from clockify.reports.timesheet import Key, Place
from clockify.writes import Written

# So long it may take from a press to the run that writes; another may come between.
PRESS_COUNTS = timedelta(seconds=10)
Doubt = tuple[Place, str]


class Outcome(StrEnum):
    """What became of a cell that was to be written."""

    WRITTEN = "written"
    REFUSED = "refused"
    UNKNOWN = "unknown"


@dataclass
class Filled:
    """What is typed into a cell and not written yet; None where it is as it was.

    `id` is of the write that it is meant as: made when it is typed, another for other words, and another once it is
    known that nothing came of it. `deletes`: the cell is empty, and whoever emptied it said that its entry may go.
    """

    id: str
    text: str | None = None
    note: str | None = None
    deletes: bool = False


@dataclass(frozen=True)
class Result:
    """What became of one cell: `words` name it as it was then, in Markdown; `reason` says why not."""

    place: Place
    words: str
    outcome: Outcome
    reason: str = ""
    written: Written | None = None


@dataclass
class Filling:
    """One person's week in one session: what is typed, the rows that were added, and how the last writing went.

    `stopped`: the requests of the hour were used up; `free_at`: when the rest can be written, if that is known.
    """

    cells: dict[Place, Filled] = field(default_factory=dict)
    rows: list[Key] = field(default_factory=list)
    results: list[Result] = field(default_factory=list)
    at: datetime | None = None
    stopped: bool = False
    free_at: datetime | None = None
    pressed: datetime | None = None  # when somebody pressed the button, until it is written
    warned: frozenset[Doubt] = frozenset()  # what is odd about what is typed, as it was drawn last
    confirmed: frozenset[Doubt] = frozenset()  # and as it was when the button was pressed

    def press(self, now: datetime) -> None:
        """Note that somebody wants it written, knowing what was drawn."""
        self.pressed, self.confirmed = now, self.warned

    def take_press(self, now: datetime) -> bool:
        """Tell, once, whether the button was pressed just now: a press that no run came to is not for later."""
        pressed, self.pressed = self.pressed, None
        return pressed is not None and now - pressed < PRESS_COUNTS

    @property
    def unknown(self) -> set[Place]:
        """The cells of which it isn't known what became of them: nothing is done with them until it is."""
        return {one.place for one in self.results if one.outcome is Outcome.UNKNOWN}

    def type(self, place: Place, text: str, stands: str) -> None:
        """Take what was typed into a cell in which Clockify has what `stands` there; that again is no change."""
        self._take(place, "text", text.strip(), stands)

    def note(self, place: Place, text: str, stands: str) -> None:
        """Take what was typed as a cell's note."""
        self._take(place, "note", text.strip(), stands)

    def add(self, key: Key) -> None:
        """Add a row, once."""
        if key not in self.rows:
            self.rows.append(key)

    def delete(self, place: Place) -> None:
        """Let the entry of an emptied cell go with the next writing."""
        if place in self.cells:
            self.cells[place].deletes = True

    def put_back(self, place: Place) -> None:
        """Let go of what was typed into a cell."""
        self.cells.pop(place, None)

    def keep_only(self, places: Collection[Place]) -> None:
        """Let go of what was typed into any other cell: it is as typed by now."""
        self.cells = {place: one for place, one in self.cells.items() if place in places}

    def discard(self) -> None:
        """Let go of all that is typed, and of how the last writing went; a cell of which nothing is known stays."""
        unknown = self.unknown
        self.keep_only(unknown)
        self.results = [one for one in self.results if one.place in unknown]
        self.stopped, self.free_at = False, None

    def result(self, place: Place) -> Result | None:
        """Return what became of a cell when it was last written."""
        return next((one for one in self.results if one.place == place), None)

    def begin(self, now: datetime) -> None:
        """Begin to write: what is said of the last time goes, but what is still unknown."""
        self.results = [one for one in self.results if one.outcome is Outcome.UNKNOWN]
        self.at, self.stopped, self.free_at = now, False, None

    def stop(self, free_at: datetime | None) -> None:
        """Keep the rest: no request is free."""
        self.stopped, self.free_at = True, free_at

    def end(self, result: Result) -> None:
        """Note what became of a cell: what was written isn't typed any more, what was refused may be sent as another write."""
        self.results = [*(one for one in self.results if one.place != result.place), result]
        if result.outcome is Outcome.WRITTEN:
            self.put_back(result.place)
        elif result.outcome is Outcome.REFUSED:
            self.renew(result.place)

    def renew(self, place: Place) -> None:
        """Have what is typed into a cell be another write: nothing came of the last one."""
        if place in self.cells:
            self.cells[place].id = new_id()

    def _take(self, place: Place, name: str, typed: str, stands: str) -> None:
        found = self.cells.get(place) or Filled("")
        before: str | None = getattr(found, name)
        if typed == (stands if before is None else before):
            return
        self.results = [one for one in self.results if one.place != place]
        setattr(found, name, None if typed == stands else typed)
        found.id, found.deletes = new_id(), False
        self.cells[place] = found
        if found.text is None and found.note is None:
            self.put_back(place)
