"""Missing time as a table: a row for each person, the days or weeks that lack something in a line."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.money import SECONDS_PER_HOUR
from clockify.periods import short_day
from clockify.render.formats import HourStyle, escape_markdown, format_count, format_tracked
from clockify.render.palette import Palette
from clockify.render.tables.styling import NAME_STYLE, cell_styles, formatted, lettered

PERSON, MISSING, DAYS, WEEKS, MOST = "Person", "Missing", "Days", "Weeks", "Most on"
DAYS_SHOWN = 4


def missing_table(
    rows: pd.DataFrame,
    ids: Sequence[str],
    labels: Mapping[str, str],
    palette: Palette,
    *,
    style: HourStyle = HourStyle.DECIMAL,
    narrow: bool = False,
) -> Styler:
    """Show `missing_days` (or `by_week`) person by person in the order of `ids`: the sum, of how many days, and the largest of them.

    `narrow`: the number of days stands beneath the sum, and which they are is left out.
    """
    by_person = dict(iter(rows.groupby("user_id", observed=True)))
    sums = [int(by_person[one]["missing_seconds"].sum()) for one in ids]
    counts, title = [len(by_person[one]) for one in ids], WEEKS if "days" in rows else DAYS
    texts = [format_tracked(one, style) for one in sums]
    if narrow:
        texts = [f"{text}  \n:gray[:small[{format_count(count, title[:-1].lower())}]]" for text, count in zip(texts, counts, strict=True)]
    own = {MISSING: lettered([one / SECONDS_PER_HOUR for one in sums], texts)}
    table = pd.DataFrame({PERSON: [escape_markdown(labels[one]) for one in ids], MISSING: list(own[MISSING])}).astype({PERSON: "str"})
    if not narrow:
        table[title] = counts
        table[MOST] = pd.Series([_days_words(by_person[one], style) for one in ids], dtype="str")
    styles = cell_styles(table, [""] * len(ids), {PERSON: [NAME_STYLE] * len(ids), MISSING: [f"color:{palette.near};"] * len(ids)})
    return formatted(table, style, own).apply(lambda _: styles, axis=None)


def _days_words(rows: pd.DataFrame, style: HourStyle) -> str:
    """Name the days that lack most, the worst first, equal ones by date."""
    figures = sorted(zip(rows["day"].tolist(), rows["missing_seconds"].tolist(), strict=True), key=lambda one: (-one[1], one[0]))
    # No break between a day and its hours.
    parts = [
        f"{short_day(day.date())} :gray[{format_tracked(seconds, style)}]".replace(" ", "\u00a0") for day, seconds in figures[:DAYS_SHOWN]
    ]
    return " · ".join([*parts, *(["…"] if len(figures) > DAYS_SHOWN else [])])
