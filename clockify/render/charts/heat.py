"""Who worked on what as a table of shades: things down, people across, hours in the cells, totals beside them.

A click is a point selection named "pick" on `id` (of the thing) and `person`, each `TOTAL` in the totals' own
row and column; "" is none, `OTHER` the rest (`Matrix.others`).
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from math import ceil
from typing import Any

import altair as alt
import pandas as pd

from clockify.money import SECONDS_PER_HOUR, hours_of
from clockify.render.charts.vega import PICK, PICKED, faded_unless_picked, finished, tooltips
from clockify.render.formats import HourStyle, format_count, format_hours, format_tracked
from clockify.render.markdown import one_line
from clockify.render.palette import Palette
from clockify.reports.matrix import Head, Matrix
from clockify.reports.shares import OTHER

TOTAL, TOTAL_LABEL = "total", "Total"
ROW_HEIGHT, HEAD_HEIGHT, SLANTED_HEAD_HEIGHT = 26, 26, 76
LABEL_WIDTH, NARROW_LABEL_WIDTH = 190, 96
MOST_LEVEL, MOST_EXACT = 10, 16  # people: more of them have slanted names, and whole hours from ten on
# The step of the sequential palette on which neither the text nor the ground keeps 4.5 : 1; below it the text does.
UNREADABLE = {"light": 6, "dark": 5}
CELL_DTYPES = dict.fromkeys(("id", "person", "thing", "name", "text", "exact", "described", "fill", "ink", "weight"), "str")


def heat_chart(matrix: Matrix, palette: Palette, style: HourStyle = HourStyle.DECIMAL, *, is_narrow: bool = False) -> alt.LayerChart:
    """Draw a `Matrix`: a cell is darker the more time it has against the largest, blank without any; totals in bold.

    Names of more than `MOST_LEVEL` people are slanted. Of more than `MOST_EXACT`, and on a phone (`is_narrow`), there is room
    for three digits: 10 hours or more are whole in cells, in decimals also where the style is another; the tooltip says all.
    """
    heads, people = [*matrix.rows, Head(TOTAL, TOTAL_LABEL)], [*matrix.people, Head(TOTAL, TOTAL_LABEL)]
    is_short = is_narrow or len(matrix.people) > MOST_EXACT
    cells = _cell_rows(matrix, palette, style, is_short)
    is_slanted = is_narrow or len(matrix.people) > MOST_LEVEL
    across, down = _x(people, is_slanted=is_slanted), _y(heads, NARROW_LABEL_WIDTH if is_narrow else LABEL_WIDTH)
    ground = pd.DataFrame([(row.id, one.id) for row in matrix.rows for one in matrix.people], columns=["id", "person"], dtype="str")
    blanks = alt.Chart(ground).mark_rect(color=palette.secondary, cornerRadius=2, tooltip=None).encode(x=across, y=down)
    shades = (
        alt.Chart(cells, name=PICKED)
        .mark_rect(cornerRadius=2)
        .encode(
            x=across,
            y=down,
            color=alt.Color("fill:N", scale=None),
            opacity=faded_unless_picked(),
            tooltip=tooltips({"thing": matrix.kind.value.capitalize(), "name": "Person", "exact": "Tracked"}),
            description=alt.Description("described:N"),
        )
        .add_params(alt.selection_point(name=PICK, fields=["id", "person"]))
    )
    texts = [
        alt.Chart(cells[cells["weight"] == weight])
        .mark_text(fontSize=10 if is_short else 12, fontWeight=weight, tooltip=None)
        .encode(x=across, y=down, text=alt.Text("text:N"), color=alt.Color("ink:N", scale=None))
        for weight in ("normal", "bold")
    ]
    return finished([blanks, shades, *texts], palette, heat_height(matrix, is_narrow=is_narrow))


def heat_height(matrix: Matrix, *, is_narrow: bool = False) -> int:
    """Return the height of the chart with its heads, in pixels."""
    is_slanted = is_narrow or len(matrix.people) > MOST_LEVEL
    return ROW_HEIGHT * (len(matrix.rows) + 1) + (SLANTED_HEAD_HEIGHT if is_slanted else HEAD_HEIGHT)


def heat_alt(matrix: Matrix, style: HourStyle = HourStyle.DECIMAL) -> str:
    """Describe `heat_chart`: how much of it there is, the largest cell, and every row's and person's total."""
    title = f"Hours by {matrix.kind} and person"
    if not matrix.total:
        return f"{title}: nothing tracked."
    row, column = divmod(int(matrix.seconds.argmax()), len(matrix.people))
    most = f"{one_line(matrix.people[column].label)} on {one_line(matrix.rows[row].label)}"
    return (
        f"{title}: {_hours(matrix.total, style)} tracked by {format_count(len(matrix.people), 'person', 'people')}. "
        f"Most: {most}, {_hours(int(matrix.seconds[row, column]), style)}. "
        f"{_listed(matrix.rows, matrix.row_totals, style)}. {_listed(matrix.people, matrix.person_totals, style)}."
    )


def short_names(names: Sequence[str]) -> list[str]:
    """Shorten names of people to "Ana K.", as long as that tells them apart.

    What doesn't end in a capitalised word is no such name: "No person", "Unknown person 1a2b3c", many a script.
    """
    words = [one_line(name).split() for name in names]
    short = [f"{parts[0]} {parts[-1][0]}." if len(parts) > 1 and parts[-1][0].isupper() else " ".join(parts) for parts in words]
    times = Counter(short)
    return [one if times[one] == 1 else " ".join(parts) for one, parts in zip(short, words, strict=True)]


def heat_shade(seconds: int, largest: int, palette: Palette) -> tuple[str, str]:
    """Return the shade of a cell and the colour of its text, which keeps 4.5 : 1 on it; the largest, and more, has the last shade."""
    turn = UNREADABLE[palette.mode]
    shades = [*palette.sequential[:turn], *palette.sequential[turn + 1 :]]
    step = ceil(min(seconds, largest) * len(shades) / largest) - 1
    return shades[step], palette.text if step < turn else palette.background


def _cell_rows(matrix: Matrix, palette: Palette, style: HourStyle, is_short: bool) -> pd.DataFrame:
    """Return a row for each cell that has time, then the totals, with every text and colour that is shown."""
    largest = _largest(matrix)
    corner, plain = Head(TOTAL, TOTAL_LABEL), (palette.background, palette.text)
    found: list[dict[str, str]] = []
    for head, line in zip(matrix.rows, matrix.seconds.tolist(), strict=True):
        for one, seconds in zip(matrix.people, line, strict=True):
            if seconds > 0:
                found.append(_cell(head, one, seconds, heat_shade(seconds, largest, palette), style, is_short))
    totals = [(head, corner, seconds) for head, seconds in zip(matrix.rows, matrix.row_totals, strict=True)]
    totals += [(corner, one, seconds) for one, seconds in zip(matrix.people, matrix.person_totals, strict=True)]
    for head, one, seconds in (*totals, (corner, corner, matrix.total)):
        found.append(_cell(head, one, seconds, plain, style, is_short) | {"weight": "bold"})
    return pd.DataFrame(found, columns=list(CELL_DTYPES)).astype(CELL_DTYPES)


def _largest(matrix: Matrix) -> int:
    """Return the largest cell of one thing and one person: beside what stands for many the others would all be pale."""
    rows = [place for place, head in enumerate(matrix.rows) if head.id != OTHER]
    columns = [place for place, head in enumerate(matrix.people) if head.id != OTHER]
    cells = matrix.seconds[rows][:, columns]
    return int((cells if cells.any() else matrix.seconds).max()) if matrix.seconds.size else 0


def _cell(head: Head, one: Head, seconds: int, colors: tuple[str, str], style: HourStyle, is_short: bool) -> dict[str, str]:
    thing, name, exact = one_line(head.label), one_line(one.label), f"{format_tracked(seconds, style)} h"
    return {
        "id": head.id,
        "person": one.id,
        "thing": thing,
        "name": name,
        "text": _short(seconds) if is_short else format_tracked(seconds, style, 1),
        "exact": exact,
        "described": f"{thing}, {name}: {exact}",
        "fill": colors[0],
        "ink": colors[1],
        "weight": "normal",
    }


def _short(seconds: int) -> str:
    """Write hours in little room: "9.5", "10", "0" for none, "1.3k", "56k"."""
    if seconds >= 1000 * SECONDS_PER_HOUR:
        return f"{hours_of(seconds // 1000, 1 if seconds < 10_000 * SECONDS_PER_HOUR else 0)}k"
    return format_hours(seconds, 1 if seconds and hours_of(seconds, 1) < 10 else 0)


def _x(people: Sequence[Head], *, is_slanted: bool) -> alt.X:
    names = dict(zip((one.id for one in people), short_names([one.label for one in people]), strict=True))
    angle: dict[str, Any] = (
        {"labelAngle": -50, "labelAlign": "left", "labelLimit": 84} if is_slanted else {"labelAngle": 0, "labelLimit": 84}
    )
    axis = _axis(names, orient="top", **angle)
    return alt.X("person:N", sort=None, scale=alt.Scale(domain=list(names), paddingInner=0.05, paddingOuter=0.0), axis=axis)


def _y(heads: Sequence[Head], width: int) -> alt.Y:
    labels = {head.id: one_line(head.label) for head in heads}
    axis = _axis(labels, orient="left", labelLimit=width, labelPadding=8)
    return alt.Y("id:N", sort=None, scale=alt.Scale(domain=list(labels), paddingInner=0.1, paddingOuter=0.0), axis=axis)


def _axis(labels: dict[str, str], **more: Any) -> alt.Axis:
    weight = {"condition": {"test": f"datum.value == '{TOTAL}'", "value": "bold"}, "value": "normal"}
    return alt.Axis(
        title=None,
        labelExpr=f"{json.dumps(labels)}[datum.value]",
        labelFontWeight=weight,
        labelOverlap=False,
        domain=False,
        ticks=False,
        grid=False,
        **more,
    )


def _listed(heads: Sequence[Head], totals: Sequence[int], style: HourStyle) -> str:
    return ", ".join(f"{one_line(head.label)} {_hours(seconds, style)}" for head, seconds in zip(heads, totals, strict=True))


def _hours(seconds: int, style: HourStyle) -> str:
    return format_tracked(seconds, style, 1)
