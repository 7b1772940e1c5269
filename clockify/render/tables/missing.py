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

PERSON, MISSING, DAYS = "Person", "Missing", "Days"
DAYS_SHOWN, NARROW_DAYS = 12, 4


def missing_table(
    rows: pd.DataFrame,
    ids: Sequence[str],
    labels: Mapping[str, str],
    palette: Palette,
    *,
    style: HourStyle = HourStyle.DECIMAL,
    narrow: bool = False,
) -> Styler:
    """Show `missing_days` (or `by_week`) person by person in the order of `ids`: the sum, and on which days how much."""
    by_person = dict(iter(rows.groupby("user_id", observed=True)))
    sums = [int(by_person[one]["missing_seconds"].sum()) for one in ids]
    own = {MISSING: lettered([one / SECONDS_PER_HOUR for one in sums], [format_tracked(one, style) for one in sums])}
    title = "Weeks from" if "days" in rows else DAYS
    most = NARROW_DAYS if narrow else DAYS_SHOWN
    columns = {
        PERSON: [escape_markdown(labels[one]) for one in ids],
        MISSING: list(own[MISSING]),
        title: [_days_words(by_person[one], style, most) for one in ids],
    }
    table = pd.DataFrame(columns).astype({PERSON: "str", title: "str"})
    styles = cell_styles(table, [""] * len(ids), {PERSON: [NAME_STYLE] * len(ids), MISSING: [f"color:{palette.near};"] * len(ids)})
    return formatted(table, style, own).apply(lambda _: styles, axis=None)


def _days_words(rows: pd.DataFrame, style: HourStyle, most: int) -> str:
    figures = list(zip(rows["day"].tolist(), rows["missing_seconds"].tolist(), strict=True))
    # No break between a day and its hours.
    parts = [f"{short_day(day.date())} :gray[{format_tracked(seconds, style)}]".replace(" ", "\u00a0") for day, seconds in figures[:most]]
    more = [f"{format_count(len(figures) - most, 'more')}".rstrip("s")] if len(figures) > most else []
    return " · ".join([*parts, *more])
