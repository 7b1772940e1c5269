"""How an Excel file is written: typed columns, row by row, then a sheet of totals.

xlsxwriter makes the file with header, forms and totals; the rows are put into their sheets by
hand (ECMA-376 part 1, 18.3.1: `row` and `c`), which is four times as fast, and keeps none of them in memory.
Text is written as text and never read as a formula, whatever a name looks like.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import islice
from typing import IO, Any
from xml.sax.saxutils import escape
from zipfile import ZIP_DEFLATED, ZipFile

import numpy as np
import pandas as pd
import xlsxwriter
from numpy.typing import NDArray
from xlsxwriter.format import Format
from xlsxwriter.utility import xl_col_to_name, xl_range
from xlsxwriter.worksheet import Worksheet

from clockify.money import SECONDS_PER_HOUR, largest_first
from clockify.render.facts import Facts
from clockify.render.formats import TICKS_PER_UNIT

SECONDS_PER_DAY = 24 * SECONDS_PER_HOUR
MOST_ROWS = 1_048_576 - 1  # of a sheet, beside its header
LONGEST_TEXT = 32_767  # of a cell, in units of UTF-16
FIRST_DAY = np.datetime64("1899-12-30")  # Excel's day 0
LINES = 5_000  # that are packed at once
NOT_IN_XML = re.compile("[\x00-\x08\x0b-\x1f\ufffe\uffff]|_(?=x[0-9A-Fa-f]{4}_)")
COLUMN_STYLE = re.compile(r'<col min="(\d+)" max="(\d+)"[^>]* style="(\d+)"')

# Text as `text_cell` writes it, numbers as they are; None is an empty cell.
Row = Sequence[Any]


class Form(StrEnum):
    """How a column's cells are written; all but text are numbers to Excel."""

    TEXT = "@"
    DAY = "yyyy-mm-dd"
    CLOCK = "yyyy-mm-dd hh:mm:ss"
    DURATION = "[h]:mm:ss"
    HOURS = "#,##0.00"
    COUNT = "#,##0"
    SHARE = "0.0%"


MONEY = Form.HOURS  # an amount has two places too


@dataclass(frozen=True)
class Column:
    """A column's title, form and width in characters."""

    title: str
    form: Form
    width: int = 12


def file_of(facts: Facts, name: str, columns: Sequence[Column], rows: Iterator[Row], count: int) -> bytes:
    """Write so many rows, and the totals; a full sheet is followed by another."""
    sizes = [min(MOST_ROWS, count - before) for before in range(0, count, MOST_ROWS)] or [0]
    target = io.BytesIO()
    with ZipFile(io.BytesIO(_frame(facts, name, columns, sizes))) as frame, ZipFile(target, "w", ZIP_DEFLATED) as packed:
        own = {f"xl/worksheets/sheet{place}.xml": size for place, size in enumerate(sizes, 1)}
        for part in frame.namelist():
            if part not in own:
                packed.writestr(part, frame.read(part))
                continue
            with packed.open(part, "w", force_zip64=True) as sheet:
                _fill(sheet, frame.read(part).decode(), len(columns), islice(rows, own[part]), own[part])
    return target.getvalue()


def text_of(text: str) -> str:
    """Return somebody's text as a cell can hold it: without lone surrogates, and not too long."""
    return text.encode("utf-16-le", "replace")[: LONGEST_TEXT * 2].decode("utf-16-le", "ignore")


def text_cell(text: str) -> str | None:
    """Return a cell of text, from behind its place; none for no text."""
    if not text:
        return None
    # Excel's own way (ECMA-376 part 1, 22.9.2.19) of writing what XML can't.
    safe = NOT_IN_XML.sub(lambda found: f"_x{ord(found[0]):04X}_", text_of(text))
    return f' t="inlineStr"><is><t xml:space="preserve">{escape(safe)}</t></is></c>'


def days_of(clocks: pd.Series) -> list[float]:
    """Return days or wall clocks as Excel counts them, exact to the second."""
    seconds: NDArray[np.int64] = (clocks.to_numpy().astype("datetime64[s]") - FIRST_DAY).astype("int64")
    days: list[float] = (seconds / SECONDS_PER_DAY).tolist()
    return days


def _frame(facts: Facts, name: str, columns: Sequence[Column], sizes: Sequence[int]) -> bytes:
    """Make the file without its rows."""
    target = io.BytesIO()
    with xlsxwriter.Workbook(target, {"in_memory": True}) as book:
        formats: dict[Form, Format] = {form: book.add_format({"num_format": form.value}) for form in Form if form is not Form.TEXT}
        bold = book.add_format({"bold": True, "bottom": 1})
        for number, size in enumerate(sizes, 1):
            sheet = book.add_worksheet(name if number == 1 else f"{name} {number}")
            for place, column in enumerate(columns):
                sheet.set_column(place, place, column.width, formats.get(column.form))
                sheet.write_string(0, place, text_of(column.title), bold)
            sheet.freeze_panes(1, 0)
            sheet.autofilter(0, 0, max(size, 1), len(columns) - 1)
        _fill_totals(book.add_worksheet("Totals"), facts, formats, bold)
    return target.getvalue()


def _fill(sheet: IO[bytes], frame: str, width: int, rows: Iterator[Row], size: int) -> None:
    """Write a sheet's frame with the rows in it, numbers in the style of their column."""
    before, end, after = frame.partition("</sheetData>")
    sheet.write(re.sub(r'<dimension ref="[^"]*"', f'<dimension ref="{xl_range(0, 0, size, width - 1)}"', before, count=1).encode())
    styles = {place: style for first, last, style in COLUMN_STYLE.findall(before) for place in range(int(first) - 1, int(last))}
    heads = [f' s="{styles[place]}"><v>' if place in styles else "" for place in range(width)]
    line = '<row r="{0}">' + "".join(f'<c r="{xl_col_to_name(place)}{{0}}"{{{place + 1}}}' for place in range(width)) + "</row>"
    number = 2
    while lines := [line.format(place, *map(_cell, heads, row)) for place, row in enumerate(islice(rows, LINES), number)]:
        sheet.write("".join(lines).encode())
        number += len(lines)
    sheet.write((end + after).encode())


def _cell(head: str, value: Any) -> str:
    """Return a cell from behind its place."""
    if value is None:
        return "/>"
    return f"{head}{value!r}</v></c>" if head else value


def _fill_totals(sheet: Worksheet, facts: Facts, formats: Mapping[Form, Format], bold: Format) -> None:
    """Say what the file holds, then hours and one amount per currency."""
    sheet.set_column(0, 0, 30)
    sheet.set_column(1, 2, 24)
    row = 0
    for label, text in facts.lines().items():
        sheet.write_string(row, 0, label, bold)
        sheet.write_string(row, 1, text_of(text))
        row += 1
    row += 1
    for place, title in enumerate(("Total", "In this file", "Exact, before rounding")):
        sheet.write_string(row, place, title, bold)
    for label, form, figures in _totals(facts):
        row += 1
        sheet.write_string(row, 0, text_of(label))
        for place, figure in enumerate(figures, 1):
            sheet.write_number(row, place, figure, formats[form])


def _totals(facts: Facts) -> Iterator[tuple[str, Form, list[float]]]:
    both = (facts.totals, facts.exact)
    yield "Duration", Form.DURATION, [one.seconds / SECONDS_PER_DAY for one in both]
    yield "Billable", Form.DURATION, [one.billable_seconds / SECONDS_PER_DAY for one in both]
    yield "Hours", Form.HOURS, [one.seconds / SECONDS_PER_HOUR for one in both]
    yield "Entries", Form.COUNT, [one.entries for one in both]
    for code in largest_first({**facts.exact.amounts, **facts.totals.amounts}):
        yield f"Amount ({code})", MONEY, [one.amounts.get(code, 0) / TICKS_PER_UNIT for one in both]
