"""The summary and the legend, as Stylers for `st.table(styler, border="horizontal", hide_index=True)`."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import Any

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.directory import Directory
from clockify.money import SECONDS_PER_HOUR
from clockify.render.formats import NOT_APPLICABLE, TICKS_PER_UNIT, HourStyle, escape_markdown, format_tracked
from clockify.render.palette import Palette
from clockify.render.tables.cells import cell_bars
from clockify.render.tables.styling import (
    AMOUNT,
    BILLABLE,
    BOLD,
    DOT,
    ENTRIES,
    HOURS,
    NAME_STYLE,
    NOTHING_LOGGED,
    SHARE,
    SWATCH,
    SWATCH_STYLE,
    amber,
    amount_before,
    arrow,
    before_columns,
    cell_styles,
    change_of,
    formatted,
    lettered,
    markdown_money,
    name_column,
    percent_text,
    put_after,
    row_records,
    swatch_style,
)
from clockify.reports.beside import Before, Key
from clockify.reports.folding import Folded
from clockify.reports.grouping import Grouping, shown_labels
from clockify.reports.measures import AMOUNT_PREFIX, Totals

TOTAL_KEY, LEFT_OUT_KEY = ("0", "", ""), ("-1", "", "")


def summary_table(
    grouped: pd.DataFrame,
    totals: Totals,
    directory: Directory,
    palette: Palette,
    *,
    first: Grouping,
    then: Grouping | None = None,
    style: HourStyle = HourStyle.DECIMAL,
    narrow: bool = False,
    money: bool = True,
    folded: Folded | None = None,
    before: Before | None = None,
    idle: Collection[str] = (),
) -> Styler:
    """Show `grouped` with its totals, all of it or as it is `folded`: then one row adds up the groups that are left out.

    Columns: swatch or arrow (where there are projects, or parts to open), the groups, Hours, Share, Billable, Entries,
    Amount (only with `money`); `narrow` leaves Billable and Entries out, and Share stands beneath the hours. With `before` its
    hours and amounts stand beside them with the changes, in the place of Entries; if `narrow` the changes alone, beneath. Of the
    first groups the ids in `idle` are told to have logged nothing.
    """
    folded = folded or Folded(list(range(len(grouped))), [None] * len(grouped), [])
    left_out = grouped.iloc[folded.left_out]
    rows = _with_total(grouped.iloc[folded.places], left_out, totals, capped=folded.capped)
    title = first.label if then is None or then is first else f"{first.label} / {then.value}"
    listed = row_records(rows)
    own = {AMOUNT: lettered(map(_main_amount, listed), map(_amounts, listed))}
    table = _summary_frame(rows, title, first, then, folded, directory).assign(**{AMOUNT: list(own[AMOUNT])})
    if before:
        before = before.with_total(TOTAL_KEY).with_sum(LEFT_OUT_KEY, [("1", str(one), "") for one in left_out["first_id"]])
        table, beside = (_put_beneath if narrow else _put_beside)(table, listed, before, style)
        own |= beside
    elif narrow:
        own[HOURS] = lettered(table[HOURS], [_with_share(row, style) for row in listed])
        table[HOURS] = list(own[HOURS])
    table = table.drop(columns=_unseen(table, narrow=narrow, beside=before is not None, money=money))
    styles = _summary_styles(rows, table, directory, palette, nested=then not in (None, first), bars=not narrow)
    _tell_idle(table, styles, ((rows["level"] == 1) & rows["first_id"].isin(list(idle))).tolist(), palette)
    return formatted(table, style, own).apply(lambda _: styles, axis=None)


def _unseen(table: pd.DataFrame, *, narrow: bool, beside: bool, money: bool) -> list[str]:
    """Return the columns for which there is no room, or which nobody may see."""
    amounts = [] if money else [str(name) for name in table if str(name).startswith(AMOUNT)]
    return amounts + ([BILLABLE, ENTRIES, SHARE] if narrow else [ENTRIES] if beside else [])


def _put_beside(
    table: pd.DataFrame, listed: list[dict[str, Any]], before: Before, style: HourStyle
) -> tuple[pd.DataFrame, dict[str, dict[float, str]]]:
    """Put what was before beside hours and amounts; return the table and the texts of its new columns."""
    keys, amounts = [_key(row) for row in listed], [_by_code(row) for row in listed]
    hours = before_columns([int(row["seconds"]) for row in listed], keys, before, style)
    money = amount_before(amounts, keys, before) if any(amounts) else {}
    return put_after(put_after(table, HOURS, hours), AMOUNT, money), hours | money


def _put_beneath(
    table: pd.DataFrame, listed: list[dict[str, Any]], before: Before, style: HourStyle
) -> tuple[pd.DataFrame, dict[str, dict[float, str]]]:
    """Put the changes beneath hours and amounts; return the table and the texts of these two."""
    keys = [_key(row) for row in listed]
    *_, changes = before_columns([int(row["seconds"]) for row in listed], keys, before, style).values()
    times = [format_tracked(int(row["seconds"]), style) + _beneath(one) for row, one in zip(listed, changes.values(), strict=True)]
    money = [_amounts_and_changes(_by_code(row), key, before) for row, key in zip(listed, keys, strict=True)]
    own = {HOURS: lettered(table[HOURS], times), AMOUNT: lettered(table[AMOUNT], money)}
    return table.assign(**{name: list(texts) for name, texts in own.items()}), own


def _amounts_and_changes(own: Mapping[str, int], key: Key, before: Before) -> str:
    there = before.amounts.get(key, {})
    codes = [code for code in dict.fromkeys([*own, *there]) if own.get(code) or there.get(code)]
    lines = [markdown_money(own.get(code, 0), code) + _beneath(change_of(own, key, code, before)) for code in codes]
    return "  \n".join(lines) or NOT_APPLICABLE


def _beneath(change: str) -> str:
    return f"  \n:gray[:small[{change}]]"


def legend_table(share: pd.DataFrame, palette: Palette, colors: Mapping[str, str], style: HourStyle = HourStyle.DECIMAL) -> Styler:
    """Show `share_by` beside its donut: swatch in the slice's colour, name, hours, share (no header, no border)."""
    table = pd.DataFrame(
        {
            SWATCH: DOT,
            "Name": [escape_markdown(label) for label in share["label"]],
            HOURS: share["seconds"] / SECONDS_PER_HOUR,
            SHARE: share["share"],
        }
    ).astype({SWATCH: "str", "Name": "str"})
    styles = pd.DataFrame("", index=table.index, columns=table.columns, dtype="str")
    styles[SWATCH] = [f"color:{colors.get(name, palette.grey)};{SWATCH_STYLE}" for name in share["id"]]
    styles[HOURS] = f"color:{palette.muted};"
    return formatted(table, style, {}, places=1).apply(lambda _: styles, axis=None)


def _with_total(shown: pd.DataFrame, left_out: pd.DataFrame, totals: Totals, *, capped: bool) -> pd.DataFrame:
    """Add the row of the groups that are left out (level -1) and the total (level 0)."""
    extra: list[dict[str, object]] = []
    if len(left_out):
        sums = {str(name): figure for name, figure in left_out.select_dtypes("number").sum().items()}
        label = f"{len(left_out)} more" + (", in the files" if capped else "")
        extra.append(sums | {"level": -1, "first_id": "", "second_id": "", "label": label})
    total: dict[str, object] = {
        "level": 0,
        "first_id": "",
        "second_id": "",
        "label": "Total",
        "seconds": totals.seconds,
        "billable_seconds": totals.billable_seconds,
        "share": 1.0 if totals.seconds else 0.0,
        "entries": totals.entries,
    }
    for column in shown.columns[len(total) :]:
        total[column] = totals.amounts.get(column.removeprefix(AMOUNT_PREFIX), 0)
    return pd.DataFrame([*row_records(shown), *extra, total], columns=shown.columns).astype(shown.dtypes)


def _summary_frame(
    rows: pd.DataFrame, title: str, first: Grouping, then: Grouping | None, folded: Folded, directory: Directory
) -> pd.DataFrame:
    project_level = 1 if first is Grouping.PROJECT else 2 if then is Grouping.PROJECT else None
    arrows = [*folded.states, *([folded.capped and None] if folded.left_out else []), None]
    signs = [arrow(state) or (DOT if level == project_level else "") for level, state in zip(rows["level"], arrows, strict=True)]
    table = pd.DataFrame(
        {
            SWATCH: signs,
            title: [escape_markdown(label) for label in shown_labels(rows, first, then, directory)],
            HOURS: rows["seconds"] / SECONDS_PER_HOUR,
            SHARE: rows["share"],
            BILLABLE: rows["billable_seconds"] / rows["seconds"].where(rows["seconds"] > 0),
            ENTRIES: rows["entries"],
        }
    ).astype({SWATCH: "str", title: "str"})
    return table if any(signs) else table.drop(columns=SWATCH)


def _summary_styles(
    rows: pd.DataFrame, table: pd.DataFrame, directory: Directory, palette: Palette, *, nested: bool, bars: bool
) -> pd.DataFrame:
    """Return the style of each cell: groups bold, parts indented, the total on grey."""
    levels = rows["level"].tolist()
    own = {SHARE: [f"min-width:8rem;{bar}" for bar in cell_bars(rows["share"], levels, palette)]} if bars else {}
    indent = "" if SWATCH in table else "padding-left:1.5rem;"
    own[name_column(table)] = [NAME_STYLE + (indent if level == 2 else "") for level in levels]
    if SWATCH in table:
        # An arrow stands for a group, whose id is no project's.
        ids = [second if level == 2 else first for level, first, second in zip(levels, rows["first_id"], rows["second_id"], strict=True)]
        own[SWATCH] = [swatch_style(one if sign == DOT else "", directory, palette) for one, sign in zip(ids, table[SWATCH], strict=True)]
    grey = f"background-color:{palette.secondary};"
    by_level = {0: BOLD + grey, 1: BOLD if nested else "", -1: f"color:{palette.muted};"}
    return cell_styles(table, [by_level.get(level, "") for level in levels], own)


def _tell_idle(table: pd.DataFrame, styles: pd.DataFrame, is_idle: list[bool], palette: Palette) -> None:
    """Put a word beside the names of people who logged nothing, and amber on their hours."""
    table.loc[is_idle, name_column(table)] += f" · {amber(NOTHING_LOGGED, palette)}"
    styles.loc[is_idle, HOURS] += f"color:{palette.near};"


def _with_share(row: Mapping[str, Any], style: HourStyle) -> str:
    """Write a row's hours, and its share on a line beneath."""
    return f"{format_tracked(int(row['seconds']), style)}  \n:gray[:small[{percent_text(row['share'])}]]"


def _main_amount(row: Mapping[str, Any]) -> float:
    """Return a row's amount in the first of its currencies that has one, for a reader of the bare numbers."""
    return next((ticks / TICKS_PER_UNIT for ticks in _by_code(row).values() if ticks), 0.0)


def _amounts(row: Mapping[str, Any]) -> str:
    """Write a row's amounts, one line a currency; none is "–"."""
    return "  \n".join(markdown_money(ticks, code) for code, ticks in _by_code(row).items() if ticks) or NOT_APPLICABLE


def _key(row: Mapping[str, Any]) -> Key:
    return str(row["level"]), str(row["first_id"]), str(row["second_id"])


def _by_code(row: Mapping[str, Any]) -> dict[str, int]:
    """Return a row's amounts in ticks by currency."""
    return {name.removeprefix(AMOUNT_PREFIX): int(ticks) for name, ticks in row.items() if name.startswith(AMOUNT_PREFIX)}
