"""What a timesheet shows: its cells as they look, with what is typed and not written yet. Plain values, no Streamlit here."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Mark(StrEnum):
    """How a cell stands, as it is said of it; "" is one that nobody touched."""

    PLAIN = ""
    CHANGED = "changed, not written"
    EMPTIED = "emptied, not deleted"
    FAULTY = "can't be read"
    WRITTEN = "written"
    REFUSED = "refused"
    UNKNOWN = "not known whether it is written"


ICONS = {
    Mark.CHANGED: ":material/edit:",
    Mark.EMPTIED: ":material/delete:",
    Mark.FAULTY: ":material/error:",
    Mark.WRITTEN: ":material/check:",
    Mark.REFUSED: ":material/error:",
    Mark.UNKNOWN: ":material/help:",
}


@dataclass(frozen=True)
class Face:
    """A cell as it is drawn. `slug` names it in keys; `label` says project, task and day, in Markdown; `seconds` are counted."""

    slug: str
    label: str
    day: date
    text: str
    note: str
    mark: Mark
    seconds: int
    entries: int
    is_open: bool


@dataclass(frozen=True)
class Line:
    """A row as it is drawn: `markdown` is its name, `seconds` its total."""

    slug: str
    markdown: str
    faces: Sequence[Face]
    seconds: int
