"""A client's tables for the page: plain text of the paper as Markdown cells, figures to the right."""

from __future__ import annotations

from collections.abc import Sequence

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.render.files.pdf import LegendRow, PdfColumn, PdfRow, PdfTable
from clockify.render.formats import HourStyle, escape_markdown
from clockify.render.tables.styling import BOLD, DOT, SWATCH, SWATCH_STYLE, cell_styles, formatted, lettered

INDENT = "\N{NO-BREAK SPACE}" * 3
TIED, LINE = "\N{NO-BREAK SPACE}", "  \n"


def paper_table(table: PdfTable) -> Styler:
    """Show a table of the paper; its swatches stand in a column of their own."""
    rows, has_dots = table.rows, any(row.dot for row in table.rows)
    frame = pd.DataFrame({SWATCH: [DOT if row.dot else "" for row in rows]}) if has_dots else pd.DataFrame(index=range(len(rows)))
    texts = {}
    for place, column in enumerate(table.columns):
        cells = [_cell(row, place) for row in rows]
        if column.right:
            # A figure and its unit stay on one line.
            texts[column.title] = lettered([0.0] * len(rows), [cell.replace(" ", TIED) if LINE not in cell else cell for cell in cells])
        frame[column.title] = list(texts[column.title]) if column.right else pd.Series(cells, dtype="str")
    styles = [BOLD if row.bold or row.total else "" for row in rows]
    own = {SWATCH: [f"color:{row.dot};{SWATCH_STYLE}" if row.dot else SWATCH_STYLE for row in rows]} if has_dots else {}
    looks = cell_styles(frame, styles, own)
    return formatted(frame, HourStyle.DECIMAL, texts).apply(lambda _: looks, axis=None)


def legend_rows(rows: Sequence[LegendRow]) -> Styler:
    """Show the parts of a bar: swatch, name, hours, share."""
    columns = [PdfColumn("Project"), PdfColumn("Part", right=True), PdfColumn("Of all", right=True)]
    return paper_table(PdfTable("", columns, [PdfRow(row.cells, dot=row.color) for row in rows]))


def _cell(row: PdfRow, place: int) -> str:
    text = LINE.join(map(escape_markdown, str(row.cells[place]).split("\n")))
    return f"{INDENT}{text}" if place == 0 and row.indent else text
