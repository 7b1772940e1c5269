"""A page of entries, as Stylers for `st.table(styler, border="horizontal", hide_index=True)`.

Cells of `st.table` are Markdown, so names are escaped here.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.directory import Directory
from clockify.money import SECONDS_PER_HOUR
from clockify.render.formats import NOT_APPLICABLE, TICKS_PER_UNIT, HourStyle, format_day, format_duration, format_hours
from clockify.render.markdown import JOINER, escape_markdown
from clockify.render.palette import Palette
from clockify.render.tables.styling import (
    AMOUNT,
    BILLABLE,
    BOLD,
    DOT,
    HOURS,
    SWATCH,
    amber,
    cell_styles,
    lettered,
    markdown_money,
    row_records,
    swatch_style,
)

WHEN, PERSON, PROJECT, DESCRIPTION, TASK, WHAT = "When", "Person", "Project · client", "Description", "Task · tags", "What"
CHECK, TIMER, NO_DESCRIPTION = ":material/check:", ":material/timer:", "no description"
Row = Mapping[str, Any]


@dataclass(frozen=True)
class EntryTable:
    """The table, and of each of its rows the place of its entry; None for a day's heading."""

    table: Styler
    places: list[int | None]


def entry_table(
    rows: pd.DataFrame,
    directory: Directory,
    palette: Palette,
    *,
    style: HourStyle = HourStyle.DECIMAL,
    money: bool = True,
    with_year: bool = False,
) -> EntryTable:
    """Show `detailed_rows` with a column `running`, one row each.

    Columns: When, Person, swatch, Project · client, Description, Task · tags, Hours, Amount (only with `money`;
    "–" where not billable, nothing while a timer runs), Billable (a check).
    """
    listed = row_records(rows)
    texts = {
        WHEN: [_unbroken(_when(row, _date(row, with_year))) for row in listed],
        PERSON: [escape_markdown(row["person"]) for row in listed],
        SWATCH: [DOT if row["project_id"] else "" for row in listed],
        PROJECT: [_project(row) for row in listed],
        DESCRIPTION: [_description(row) for row in listed],
        TASK: [_joined(row["task"], row["tags"]) for row in listed],
        BILLABLE: [CHECK if row["billable"] else "" for row in listed],
    }
    numbers = {HOURS: _lettered(listed, "seconds", SECONDS_PER_HOUR, lambda row: _hours(row, style))}
    if money:
        numbers[AMOUNT] = _lettered(listed, "amount_ticks", TICKS_PER_UNIT, _amount)
    looks = {
        WHEN: [f"color:{palette.muted};"] * len(listed),
        SWATCH: [swatch_style(row["project_id"], directory, palette) for row in listed],
        PROJECT: ["min-width:8rem;"] * len(listed),
        DESCRIPTION: ["min-width:10rem;" + _amber(row, palette) for row in listed],
        TASK: [f"min-width:6rem;color:{palette.muted};"] * len(listed),
        HOURS: [BOLD] * len(listed),
        BILLABLE: [f"color:{palette.ok};text-align:center;"] * len(listed),
    }
    order = [WHEN, PERSON, SWATCH, PROJECT, DESCRIPTION, TASK, *numbers, BILLABLE]
    return EntryTable(_styled(texts, numbers, looks, order, names=(PERSON, PROJECT, DESCRIPTION, TASK)), list(range(len(listed))))


def entry_cards(
    rows: pd.DataFrame,
    directory: Directory,
    palette: Palette,
    *,
    style: HourStyle = HourStyle.DECIMAL,
    money: bool = True,
    with_year: bool = False,
    days: Mapping[date, int] | None = None,
) -> EntryTable:
    """Show `detailed_rows` with a column `running` on a phone, without a header: two lines each.

    Columns: swatch; what, and beneath it who, when and on what; hours, and beneath them the amount.
    `days`: rows come by day, and these are the seconds of each, which stand over its rows.
    """
    cards: list[_Card] = []
    day = None
    for place, row in enumerate(row_records(rows)):
        if days is not None and row["day"] != day:
            day = row["day"]
            cards.append(_heading(format_day(day, with_year), days.get(day.date(), 0), style))
        when = "" if days is not None else _date(row, with_year)
        cards.append(_card(place, row, when, style, palette, directory, money=money))
    texts = {SWATCH: [card.dot for card in cards], WHAT: [card.what for card in cards]}
    numbers = {HOURS: lettered([card.hours for card in cards], [card.figures for card in cards])}
    table = _styled(texts, numbers, {SWATCH: [card.look for card in cards]}, [SWATCH, WHAT, HOURS], names=(WHAT,))
    return EntryTable(table, [card.place for card in cards])


@dataclass(frozen=True)
class _Card:
    """A row on a phone."""

    place: int | None
    what: str
    hours: float
    figures: str
    dot: str = ""
    look: str = ""


def _heading(day: str, seconds: int, style: HourStyle) -> _Card:
    return _Card(None, f"**{day}**", seconds / SECONDS_PER_HOUR, f"**{_written(seconds, style)}**")


def _card(place: int, row: Row, when: str, style: HourStyle, palette: Palette, directory: Directory, *, money: bool) -> _Card:
    title = f"**{_description(row)}**" if row["description"] else amber(NO_DESCRIPTION, palette)
    parts = [escape_markdown(row["person"]), _when(row, when), *([_project(row)] if row["project_id"] else [])]
    amount = f"  \n:gray[:small[{_amount(row) or 'running'}]]" if money else ""
    return _Card(
        place,
        f"{title}  \n:gray[:small[{' · '.join(parts)}]]",
        row["seconds"] / SECONDS_PER_HOUR,
        f"**{_hours(row, style)}**{amount}",
        DOT if row["project_id"] else "",
        swatch_style(row["project_id"], directory, palette),
    )


def _styled(
    texts: Mapping[str, Sequence[str]],
    numbers: Mapping[str, Mapping[float, str]],
    looks: Mapping[str, Sequence[str]],
    order: Sequence[str],
    *,
    names: Sequence[str],
) -> Styler:
    """Put columns of text and of lettered numbers together; a long name without a space breaks within its column."""
    columns = {name: pd.array(list(column), "str") for name, column in texts.items()}
    table = pd.DataFrame(columns | {name: list(column) for name, column in numbers.items()})[list(order)]
    styles = cell_styles(table, [""] * len(table), looks)
    wrapped: Any = [{"selector": f".col{order.index(name)} p", "props": "overflow-wrap:anywhere;"} for name in names]
    writers: Any = {name: written.__getitem__ for name, written in numbers.items()}
    return table.style.format(writers).set_table_styles(wrapped).apply(lambda _: styles, axis=None)


def _lettered(listed: Sequence[Row], column: str, unit: int, text: Callable[[Row], str]) -> dict[float, str]:
    return lettered([row[column] / unit for row in listed], map(text, listed))


def _date(row: Row, with_year: bool) -> str:
    """Write a row's day without its weekday: "30 Oct"."""
    return format_day(row["day"], with_year).partition(" ")[2]


def _unbroken(text: str) -> str:
    """Keep text on one line: a cell of `st.table` takes no other word for it."""
    return text.replace(" ", "\N{NO-BREAK SPACE}").replace("–", f"{JOINER}–{JOINER}")


def _when(row: Row, day: str) -> str:
    end = TIMER if row["running"] else f"{row['end']:%H:%M}"
    later = "" if row["running"] else "".join(f" +{days} d" for days in [(row["end"].normalize() - row["day"]).days] if days > 0)
    return " · ".join(filter(None, [day, f"{row['start']:%H:%M}–{end}{later}"]))


def _project(row: Row) -> str:
    return _joined(row["project"], row["client"])


def _joined(*names: str) -> str:
    return " · ".join(escape_markdown(name) for name in names if name)


def _description(row: Row) -> str:
    return escape_markdown(row["description"]) or NO_DESCRIPTION


def _amber(row: Row, palette: Palette) -> str:
    return "" if row["description"] else f"color:{palette.near};"


def _hours(row: Row, style: HourStyle) -> str:
    return _written(row["seconds"], style)


def _written(seconds: int, style: HourStyle) -> str:
    """Write hours as the list does: a clock with its seconds."""
    return format_hours(seconds, 2) if style is HourStyle.DECIMAL else format_duration(seconds, with_seconds=True)


def _amount(row: Row) -> str:
    """Write what an entry earns: "–" where it isn't billable, nothing while a timer runs, for that isn't known yet."""
    if row["running"]:
        return ""
    return markdown_money(int(row["amount_ticks"]), str(row["currency"])) if row["billable"] or row["amount_ticks"] else NOT_APPLICABLE
