"""What a timesheet shows: its cells as they look, with what is typed and not written yet. Plain values, no Streamlit here."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clockify.app.shell.filling import Filling, Outcome
from clockify.directory import Directory, Kind
from clockify.render.formats import format_count, format_duration
from clockify.render.markdown import JOINER, escape_markdown, one_line
from clockify.reports.timesheet import Cell, Change, Changes, Key, Place, Sheet
from clockify.timing import Typed, read_when

MINUTE = 60


class Mark(StrEnum):
    """How a cell stands, as it is said of it; "" is one that nobody touched."""

    PLAIN = ""
    CHANGED = "changed, not written"
    EMPTIED = "emptied"
    FAULTY = "can't be written"
    WRITTEN = "written"
    REFUSED = "refused"
    UNKNOWN = "not known whether it is written"
    LOCKED = "locked"
    RUNNING = "a timer runs here"


ICONS = {
    Mark.CHANGED: ":material/edit:",
    Mark.EMPTIED: ":material/delete:",
    Mark.FAULTY: ":material/error:",
    Mark.WRITTEN: ":material/check:",
    Mark.REFUSED: ":material/error:",
    Mark.UNKNOWN: ":material/help:",
    Mark.LOCKED: ":material/lock:",
    Mark.RUNNING: ":material/timer:",
}
OF_OUTCOME = {Outcome.WRITTEN: Mark.WRITTEN, Outcome.REFUSED: Mark.REFUSED, Outcome.UNKNOWN: Mark.UNKNOWN}


@dataclass(frozen=True)
class Face:
    """A cell as it is drawn: `text` and `note` are what stands in it, `was` and `noted` what Clockify has.

    `slug` names it in keys; `label` says project, task and day in plain text; it stands for so many `entries`.
    """

    place: Place
    slug: str
    label: str
    text: str
    note: str
    was: str
    noted: str
    mark: Mark
    entries: int
    is_open: bool

    @property
    def day(self) -> date:
        """Its day."""
        return self.place[1]


@dataclass(frozen=True)
class Line:
    """A row as it is drawn: its name in Markdown and in plain text, and its total with what is typed."""

    key: Key
    slug: str
    markdown: str
    label: str
    faces: tuple[Face, ...]
    seconds: int
    is_added: bool


@dataclass(frozen=True)
class Shown:
    """A week as it is drawn, and what would be written of it."""

    days: tuple[date, ...]
    locked: frozenset[date]
    lines: tuple[Line, ...]
    changes: Changes

    @property
    def faces(self) -> dict[Place, Face]:
        """The cells by their places."""
        return {face.place: face for line in self.lines for face in line.faces}

    @property
    def words(self) -> str:
        """Say by how much the totals differ from what Clockify has; "" where they don't."""
        more = self.changes.unwritten
        if more:
            size = format_duration(abs(more))
            return f"totals include {size} not written yet" if more > 0 else f"totals leave out {size} that Clockify still has"
        return "totals count what is typed" if self.changes.ready or self.changes.asks else ""

    @property
    def has_locks(self) -> bool:
        """Is any cell locked?"""
        return bool(self.locked) or any(face.mark is Mark.LOCKED for face in self.faces.values())

    @property
    def rows_words(self) -> str:
        """Say that rows without time are last week's, where there are some."""
        return "last week's rows" if any(not line.is_added and not any(face.entries for face in line.faces) for line in self.lines) else ""

    @property
    def days_words(self) -> str:
        """Say on which days something is to be written: "2 on Wed 25, 1 on Fri 27"."""
        times = Counter(change.place[1] for change in self.changes.ready)
        return ", ".join(f"{number} on {day:%a} {day.day}" for day, number in sorted(times.items()))


def shown_of(sheet: Sheet, changes: Changes, filling: Filling, directory: Directory, dot: Callable[[str], str]) -> Shown:
    """Put together what is there, what is typed, and what became of it; `dot` is a project's swatch in Markdown."""
    asked = {change.place for change in changes.asks}
    ready = {change.place for change in changes.ready}
    lines = []
    for row in sheet.rows:
        label, faces = name_of(row.key, directory), []
        for day, cell in zip(sheet.days, row.cells, strict=True):
            place = (row.key, day)
            mark = _mark(place, filling, ready, asked, changes.faults) or _standing(cell, is_locked_day=day in sheet.locked_days)
            faces.append(face_of(place, cell, filling, mark, f"{label}, {day:%a} {day.day}"))
        named = (row.key, slug_of(row.key), _markdown(row.key, directory, dot), label)
        lines.append(Line(*named, tuple(faces), changes.of_row(row.key), row.key in filling.rows))
    return Shown(sheet.days, sheet.locked_days, tuple(lines), changes)


def face_of(place: Place, cell: Cell, filling: Filling, mark: Mark, label: str) -> Face:
    """Return a cell as it is drawn."""
    filled = filling.cells.get(place)
    was = format_duration(cell.seconds) if cell.seconds else ""
    text = was if filled is None or filled.text is None else as_typed(filled.text)
    # A field has one line: as several they would run into each other, word against word.
    noted = one_line(cell.note)
    note = noted if filled is None or filled.note is None else filled.note
    is_open = cell.is_editable and mark is not Mark.UNKNOWN
    slug = f"{slug_of(place[0])}-{place[1]}"
    return Face(place, slug, label, text, note, was, noted, mark, len(cell.entries), is_open)


def as_typed(text: str) -> str:
    """Return what was typed as h:mm where it is a length of whole minutes; anything else as it is."""
    read = read_when(text)
    seconds = read.seconds if isinstance(read, Typed) and read.start is None and read.end is None else None
    return format_duration(seconds) if seconds and seconds % MINUTE == 0 else text


def name_of(key: Key, directory: Directory) -> str:
    """Name a row in plain text: "Customer portal, Sign-in"."""
    project, task = key
    return one_line(f"{directory.full_label(Kind.PROJECT, project)}, {directory.label(Kind.TASK, task)}")


def change_words(change: Change, shown: Shown) -> str:
    """Name a change in Markdown: "Customer portal, Sign-in · Tue 24 · 3:00"."""
    return place_words(change.place, shown, format_duration(change.seconds) if change.draft else "deleted")


def place_words(place: Place, shown: Shown, what: str = "") -> str:
    """Name a cell in Markdown."""
    name, day = shown.faces[place].label.rsplit(", ", 1)
    return " · ".join(part for part in (escape_markdown(name), day, escape_markdown(what)) if part)


def asked_words(change: Change, shown: Shown) -> str:
    """Ask in Markdown whether the entry of an emptied cell may go."""
    before = change.before
    said = f"“{escape_markdown(before.description)}”, " if before and before.description else ""
    size = format_duration(before.seconds or 0) if before else ""
    return f"{place_words(change.place, shown)} is emptied: delete its entry ({said}{size})?"


def several_words(face: Face) -> str:
    """Say for how many entries a cell stands."""
    return format_count(face.entries, "entry", "entries")


def spoken(text: str) -> str:
    """Return a field's label for who hears it: Streamlit reads it out as it is, and takes it for Markdown on the page, too.

    So nothing is escaped, and nothing may be left that brings a picture or a link.
    """
    return one_line(text).replace("![", f"!{JOINER}[").replace("](", f"]{JOINER}(")


def slug_of(key: Key) -> str:
    """Name a row in keys."""
    return "-".join(part or "none" for part in key)


def _mark(place: Place, filling: Filling, ready: Collection[Place], asked: Collection[Place], faults: Mapping[Place, str]) -> Mark:
    result = filling.result(place)
    if result and result.outcome is not Outcome.WRITTEN:
        return OF_OUTCOME[result.outcome]
    if place in faults:
        return Mark.FAULTY
    if place in asked:
        return Mark.EMPTIED
    if place in ready:
        return Mark.CHANGED
    return Mark.WRITTEN if result else Mark.PLAIN


def _standing(cell: Cell, *, is_locked_day: bool) -> Mark:
    """Return how a cell stands that nobody touched; a day that is locked says so in its head."""
    if cell.is_running:
        return Mark.RUNNING
    return Mark.LOCKED if cell.is_locked and not is_locked_day else Mark.PLAIN


def _markdown(key: Key, directory: Directory, dot: Callable[[str], str]) -> str:
    project, task = (escape_markdown(one) for one in (directory.full_label(Kind.PROJECT, key[0]), directory.label(Kind.TASK, key[1])))
    return f"{dot(key[0])} {project}  \n:gray[:small[{task}]]"
