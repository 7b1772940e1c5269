"""Tables to take away, as CSV after RFC 4180.

UTF-8, every field quoted, lines end with CRLF as the RFC has it (spreadsheets and importers of
every system read that), comma and decimal point, or what `CsvForm` says of our own tables. No byte order mark:
importers match headers by name, and it would become part of the first.

A spreadsheet takes a cell that begins with = + - @ as a formula. Where it separates cells by
something else than the file does, what it takes for a cell begins within somebody's text: behind any
separator or line break, and whatever stands there and isn't seen or is taken for a quote. There
such a sign gets an apostrophe before it, wherever it is in text from Clockify; our own numbers don't.

Amounts have 8 places, and a column of them adds up to its exact total: what rounding leaves
over goes into the next row. Rounded one by one they could miss a cent that stands on the edge.
"""

from __future__ import annotations

import io
import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping, Sequence

import numpy as np
import pandas as pd

from clockify.directory import Directory, Kind
from clockify.periods import Period
from clockify.render.figures import AddingUp, Texts, adding_up, cents_text, duration_text, exact_amount, hours_text, rate_text, written
from clockify.render.files.rows import NAMED, dates, each, local_times, names, of_few, pieces, tag_names
from clockify.reports.grouping import Grouping
from clockify.reports.measures import AMOUNT_PREFIX, Totals, currencies_in
from clockify.reports.rounding import EXACT, Rounding
from clockify.sheets import CsvForm

_STARTING = frozenset("-=+@\uff1d\uff0b\uff0d\uff20")
_SPECIAL = _STARTING | {'"'}
# No sign that ends a cell is also one that is passed over: so this takes no longer for a long text than once along it.
_UNSEEN = '"\x00-\x08\x0b\x0c\x0e-\x20\x7f-\xa0\xad\u2000-\u200f\u2028-\u202f\u205f-\u206f\u3000\ufeff'
_FORMULA = re.compile(f"[,;\t\r\n][{_UNSEEN}]*(?=[{re.escape(''.join(_STARTING))}])")
WHOSE_LETTERS = 40
Columns = Mapping[str, Sequence[str] | Texts]


def to_csv(frame: pd.DataFrame, numbers: Collection[str] = (), form: CsvForm = CsvForm.COMMA) -> bytes:
    """Write a frame; text is neutralised except in `numbers`, the columns whose text is a figure of ours."""
    columns = {str(name): _cells(frame[name], neutral=name in numbers) for name in frame}
    return csv_of([{name: form.figures(cells) if name in numbers else cells for name, cells in columns.items()}], form)


def csv_of(tables: Iterable[Columns], form: CsvForm = CsvForm.COMMA) -> bytes:
    """Write pieces of one table below each other, each let go before the next; there is one, be it empty.

    Cells come as `cell` or `text_cell` give them, or are figures of ours.
    """
    target, header, between = io.BytesIO(), True, f'"{form.separator}"'
    for columns in tables:
        lines = [between.join(map(text_cell, columns))] if header else []
        lines += map(between.join, zip(*columns.values(), strict=True))
        # A lone surrogate in a name can't be encoded; it must not cost the whole file.
        target.write(('"' + '"\r\n"'.join(lines) + '"\r\n' if lines else "").encode("utf-8", "replace"))
        header = False
    return target.getvalue()


def cell(text: str) -> str:
    """Return text as it stands between a field's quotes."""
    return text.replace('"', '""')


def text_cell(text: str) -> str:
    """Return somebody's text as it stands between a field's quotes, neutralised."""
    return cell(neutralised(text))


def text_cells(texts: Iterable[str]) -> list[str]:
    """Return the `text_cell` of each text: most of a million have no sign that would have to be looked at."""
    is_plain = _SPECIAL.isdisjoint
    return [text if is_plain(text) else text_cell(text) for text in texts]


def summary_csv(
    grouped: pd.DataFrame,
    totals: Totals,
    directory: Directory,
    *,
    first: Grouping,
    then: Grouping | None = None,
    money: bool = True,
    form: CsvForm = CsvForm.COMMA,
) -> bytes:
    """Write `grouped` as flat rows, each with the names of its groups, so that a column adds up; last row "Total".

    A project brings its client with it. Days are ISO dates. Tags overlap, so their rows may exceed the total.
    Without `money` there are no amounts.
    """
    nested = then is not None and then is not first
    rows = grouped[grouped["level"] == (2 if nested else 1)]
    groups = _group_columns(grouped, rows, directory, first, then if nested else None)
    figures = _figures(rows["seconds"], rows["billable_seconds"], rows["share"], rows["entries"])
    codes = currencies_in(grouped) if money else []
    amounts = {f"Amount ({code})": adding_up(rows[AMOUNT_PREFIX + code]) for code in codes}
    table = pd.concat([_text_frame(groups | figures | amounts), _total_row(list(groups), totals, codes)], ignore_index=True)
    return to_csv(table, numbers=[*figures, *amounts], form=form)


def billable_csv(rows: pd.DataFrame, *, money: bool = True, form: CsvForm = CsvForm.COMMA) -> bytes:
    """Write the projects of `billing_rows`, each currency closed by its "Total"; money columns of their own for each.

    Without `money` there are neither currencies nor amounts, and one "Total".
    """
    closing = "currency" if money else "all"
    clients = rows[rows["level"] == "client"]
    client_of = dict(zip(clients["client_id"], clients["label"], strict=True))
    shown = rows[rows["level"].isin(["project", closing])]
    is_total = shown["level"] == closing
    titles: dict[str, Iterable[str]] = {
        "Client": ["Total" if total else client_of[one] for total, one in zip(is_total, shown["client_id"], strict=True)],
        "Project": shown["label"].mask(is_total, ""),
        **({"Currency": shown["currency"]} if money else {}),
    }
    figures: dict[str, Iterable[str]] = {**_times(shown["seconds"]), "Entries": shown["entries"].astype("str")}
    for code in shown["currency"].unique() if money else ():
        own = shown["currency"] == code
        rates = zip(own, shown["rate"], strict=True)
        figures[f"Rate ({code})"] = [cents_text(int(rate)) if mine and not pd.isna(rate) else "" for mine, rate in rates]
        amounts = pd.Series("", index=shown.index, dtype=object)
        for part in (own & ~is_total, own & is_total):
            amounts[part] = adding_up(shown.loc[part, "amount_ticks"])
        figures[f"Amount ({code})"] = amounts
    return to_csv(_text_frame(titles | figures), numbers=list(figures), form=form)


def entries_csv(entries: pd.DataFrame, directory: Directory, zone: str, *, money: bool = True, form: CsvForm = CsvForm.COMMA) -> bytes:
    """Write one row an entry, oldest first; times are ISO 8601 in the report zone, what is missing is empty.

    Without `money` there are no rates, amounts and currencies. No entries give the header.
    """
    amounts = AddingUp() if money else None
    return csv_of((_entry_columns(rows, directory, zone, amounts, form) for rows in pieces(entries)), form)


def weekly_grid_csv(grid: pd.DataFrame, title: str = "Name", form: CsvForm = CsvForm.COMMA) -> bytes:
    """Write `week_grid`: label, a column of durations (7:30:00) for each day, total; last row "Total"."""
    figures = grid.drop(columns=["id", "label"])
    sums = {str(name): [*written(figures[name], duration_text), duration_text(int(figures[name].sum()))] for name in figures}
    columns = {title: [*each(grid["label"], text_cell), "Total"], **{name.capitalize(): cells for name, cells in sums.items()}}
    return csv_of([columns], form)


def file_name(report: str, period: Period, extension: str = "csv", rounding: Rounding = EXACT, whose: str = "") -> str:
    """Name a file as Clockify does: Clockify_Time_Report_Summary_01_11_2026-30_11_2026.csv.

    A CSV has no other place to say that its entries are rounded: "…_rounded_up-15.csv". `whose` time it is, a client's or
    a project's, follows the report: of the name its letters and digits, `WHOSE_LETTERS` at most.
    """
    words = "".join(sign if sign.isalnum() else " " for sign in unicodedata.normalize("NFKC", whose)).split()
    report = "_".join(part for part in (report, "_".join(words)[:WHOSE_LETTERS].rstrip("_")) if part)
    rounded = "" if rounding.is_exact else f"_rounded_{rounding.key}"
    return f"Clockify_Time_Report_{report}_{period.start:%d_%m_%Y}-{period.last_day:%d_%m_%Y}{rounded}.{extension}"


def neutralised(text: str) -> str:
    """Return text of which a spreadsheet takes nothing for a formula, by whatever sign it separates cells."""
    # Most of a million texts end here. What a text begins with is behind a separator, too: so the pattern has one beginning.
    if _STARTING.isdisjoint(text) or not _FORMULA.search(f",{text}"):
        return text
    return _FORMULA.sub(r"\g<0>'", f",{text}")[1:]


def _entry_columns(rows: pd.DataFrame, directory: Directory, zone: str, amounts: AddingUp | None, form: CsvForm) -> Columns:
    people, clients, projects, tasks = (names(rows, kind, directory, text_cell) for kind in NAMED)
    columns: Columns = {
        "Date": dates(rows["day"]),
        "Start": local_times(rows["start"], zone),
        "End": local_times(rows["end"], zone),
        "Person": people,
        "Client": clients,
        "Project": projects,
        "Task": tasks,
        "Description": text_cells(each(rows["description"])),
        "Tags": tag_names(rows, directory, text_cell),
        "Billable": np.where(rows["billable"].to_numpy(), "Yes", "No"),
        "Type": of_few(rows["type"], text_cell),
        **{name: form.figures(texts) for name, texts in _times(rows["seconds"]).items()},
    }
    if amounts is None:
        return columns
    earned = {"Rate": written(rows["rate"], rate_text), "Amount": amounts.write(rows["amount_ticks"], rows["currency"])}
    return {**columns, **{name: form.figures(texts) for name, texts in earned.items()}, "Currency": of_few(rows["currency"], text_cell)}


def _group_columns(
    grouped: pd.DataFrame, rows: pd.DataFrame, directory: Directory, first: Grouping, then: Grouping | None
) -> dict[str, Iterable[str]]:
    """Return a column of names for each group."""
    tops = grouped[grouped["level"] == 1]
    label_of = dict(zip(tops["first_id"], tops["first_id"] if first is Grouping.DAY else tops["label"], strict=True))
    groups: dict[str, Iterable[str]] = {first.label: [label_of[one] for one in rows["first_id"]]}
    if then is not None:
        groups[then.label] = rows["second_id"] if then is Grouping.DAY else rows["label"]
    if Grouping.PROJECT in (first, then) and Grouping.CLIENT not in (first, then):
        ids = rows["first_id"] if first is Grouping.PROJECT else rows["second_id"]
        groups["Client"] = [directory.label(Kind.CLIENT, directory.client_of(one)) for one in ids]
    return groups


def _total_row(groups: Sequence[str], totals: Totals, codes: Sequence[str]) -> pd.DataFrame:
    """Return the last row, from the exact totals."""
    titles = {name: ["" if place else "Total"] for place, name in enumerate(groups)}
    share = 1.0 if totals.seconds else 0.0
    figures = _figures(*(pd.Series([figure]) for figure in (totals.seconds, totals.billable_seconds, share, totals.entries)))
    amounts = {f"Amount ({code})": [exact_amount(totals.amounts.get(code, 0))] for code in codes}
    return _text_frame(titles | figures | amounts)


def _figures(seconds: pd.Series, billable: pd.Series, share: pd.Series, entries: pd.Series) -> dict[str, Iterable[str]]:
    return {
        **_times(seconds),
        "Share": [f"{percent:.2f}%" for percent in share * 100],
        "Billable seconds": billable.astype("str"),
        "Billable hours": written(billable, hours_text),
        "Entries": entries.astype("str"),
    }


def _times(seconds: pd.Series) -> dict[str, Texts]:
    return {
        "Seconds": written(seconds, str),
        "Duration": written(seconds, duration_text),
        "Hours": written(seconds, hours_text),
    }


def _text_frame(columns: Mapping[str, Iterable[str]]) -> pd.DataFrame:
    """Put columns of text side by side by position."""
    return pd.DataFrame({name: np.asarray(list(values), dtype=object) for name, values in columns.items()}, dtype="str")


def _cells(column: pd.Series, neutral: bool) -> list[str]:
    """Return the cells of a column as text; a missing one is empty."""
    missing = column.isna()
    texts = column.astype("str").mask(missing, "").tolist()
    is_text = not (pd.api.types.is_numeric_dtype(column) or pd.api.types.is_datetime64_any_dtype(column))
    return [cell(text) if neutral or not is_text else text_cell(text) for text in texts]
