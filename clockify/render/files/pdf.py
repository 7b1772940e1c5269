"""Reports as PDF, set by typst: text stays text, charts come in as SVG, fonts are our own.

This is the paper: what a report consists of, and how it is set. What stands in which report
is in `reports_pdf`.
"""

from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from pathlib import Path
from threading import BoundedSemaphore
from typing import Any

import altair as alt
import typst
import vl_convert

FONTS = Path(__file__).parent / "fonts"
TEMPLATE = Path(__file__).parent / "templates" / "report.typ"
PATIENCE_SECONDS, SET_AT_ONCE = 300, 2
_at_once = BoundedSemaphore(SET_AT_ONCE)
_SETTER = """
import os, sys, typst
template, fonts = sys.argv[1:]
terms = {"root": os.path.dirname(template), "font_paths": [fonts], "ignore_system_fonts": True}
sys.stdout.buffer.write(typst.compile(template, **terms, sys_inputs={"data": sys.stdin.read()}))
"""
CHART_FONT = "Noto Sans"


@dataclass(frozen=True)
class Figure:
    """A figure at the top: label, value, and what it is compared with."""

    label: str
    value: str
    note: str = ""


@dataclass(frozen=True)
class LegendRow:
    """A series beside its chart: its colour (#rrggbb), its name, and what it comes to."""

    color: str
    cells: Sequence[str]


@dataclass(frozen=True)
class Picture:
    """A chart as SVG, with its title and a sentence for those who can't see it; `share` is its part of the row of charts."""

    title: str
    svg: str
    alt: str
    share: int = 1
    legend: Sequence[LegendRow] = ()


@dataclass(frozen=True)
class Letterhead:
    """Who sends a report: name, address (several lines), a word at the other side, and a logo: SVG as text, or a PNG's bytes."""

    name: str
    address: str
    said: str
    svg: str = ""
    png: Sequence[int] = ()


@dataclass(frozen=True)
class Gauge:
    """What is left of a plan: title, what of, the value, what is used, how far (0 to 1), and a sentence."""

    title: str
    about: str
    value: str
    used: str
    part: float
    said: str = ""


@dataclass(frozen=True)
class PdfColumn:
    """A table's column; `share` is its part of the room, 0 as wide as its widest cell, or as `letters` where rows flow."""

    title: str
    right: bool = False
    share: int = 0
    letters: int = 0


@dataclass(frozen=True)
class PdfRow:
    """A table's row.

    A `heading` spans all columns but the last; it and a row to `keep` with the next one never end
    a page. A `total` lies on grey. Colours are #rrggbb: `tag` lies thinly behind the first cell with an edge of its own,
    `dot` is a swatch before it; `fills` (or "") lie behind each cell, and so do `bars`, each as long as its part of the cell
    (0 to 1, 0 is none). `ends`: the last one of its heading.
    """

    cells: Sequence[str]
    heading: bool = False
    keep: bool = False
    bold: bool = False
    total: bool = False
    indent: bool = False
    tag: str = ""
    dot: str = ""
    fills: Sequence[str] = ()
    bars: Sequence[float] = ()
    ends: bool = False


@dataclass(frozen=True)
class PdfTable:
    """A table with its title and a note under it; its header stands on each page again.

    A `flowing` one may have thousands of rows, knows headings, bold, total, kept and ending rows alone, and stands alone in its report.
    """

    title: str
    columns: Sequence[PdfColumn]
    rows: Sequence[PdfRow]
    note: str = ""
    flowing: bool = False


@dataclass(frozen=True)
class Report:
    """What a PDF shows, all of it plain text; the footer stands on every page beside its number.

    `addressee` and `remarks`, which may have several lines, stand before the figures and after them, `closing` at the end
    under its own heading. `accent` (#rrggbb) is the colour of the title and of what is filled.
    """

    title: str
    subtitle: str
    footer: str
    addressee: str = ""
    remarks: str = ""
    figures: Sequence[Figure] = ()
    charts: Sequence[Picture] = ()
    tables: Sequence[PdfTable] = ()
    note: str = ""
    letterhead: Letterhead | None = None
    gauges: Sequence[Gauge] = ()
    closing: str = ""
    accent: str = ""


def to_pdf(report: Report) -> bytes:
    """Set a report. A character that no font has becomes a box, half a one "?"; may be called on any thread."""
    data = _json(asdict(report))
    if any(table.flowing for table in report.tables):
        return _set_apart(data)
    pdf: bytes = typst.compile(
        str(TEMPLATE),
        root=str(TEMPLATE.parent),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        sys_inputs={"data": data},
    )
    return pdf


def to_svg(chart: alt.LayerChart, width: int) -> str:
    """Draw a chart of ours as SVG, `width` px in all, in the report's font; nothing is fetched for it."""
    _register_fonts()
    spec = chart.to_dict() | {"width": width, "autosize": {"type": "fit-x", "contains": "padding"}}
    spec["config"] = spec.get("config", {}) | {"font": CHART_FONT}
    svg: str = vl_convert.vegalite_to_svg(_json(spec), allowed_base_urls=[])
    return svg


def _set_apart(data: str) -> bytes:
    """Set a report in a process of its own: typst keeps what it made of the last ten, which may be a gigabyte each."""
    # Each may take a gigabyte: whoever comes third waits his turn.
    command = [sys.executable, "-P", "-X", "utf8", "-c", _SETTER, str(TEMPLATE), str(FONTS)]
    with _at_once:
        # Nothing of it comes from outside: the program is ours, and what people wrote goes in as data.
        done = subprocess.run(command, input=data.encode(), capture_output=True, check=True, timeout=PATIENCE_SECONDS)  # noqa: S603
    return done.stdout


def _json(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False).encode("utf-8", "replace").decode()


@cache
def _register_fonts() -> None:
    """Tell the drawing of charts where our fonts are, once: it keeps them for the whole process."""
    vl_convert.register_font_directory(str(FONTS))
