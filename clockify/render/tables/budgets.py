"""Plans as tables: every project with its bar, a plan's past cycles, a project's tasks."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date

import pandas as pd
from pandas.io.formats.style import Styler

from clockify.directory import Directory, Kind
from clockify.periods import ONE_DAY, Period
from clockify.plans import Cycle
from clockify.render.charts.burn import used_up_words
from clockify.render.formats import NOT_APPLICABLE, HourStyle, escape_markdown, format_percent, format_tracked
from clockify.render.palette import Palette
from clockify.render.tables.styling import NAME_STYLE, cell_styles, formatted, lettered, markdown_money
from clockify.reports.budgets import Budget, Foreseen, Source
from clockify.reports.burn import Burn, State

PROJECT, BURN, USED, LEFT, AHEAD = "Project", "Burn", "Used", "Left", "Foreseen"
# A bar's room in its cell in per cent; half as much again as the plan fits.
BAR_START, BAR_WIDTH, MOST_RATIO = 2, 62, 1.5
EACH = {Cycle.WEEK: "a week", Cycle.MONTH: "a month", Cycle.QUARTER: "a quarter", Cycle.YEAR: "a year"}


def budget_table(
    rows: Sequence[Budget],
    foreseen: Mapping[str, Foreseen],
    directory: Directory,
    palette: Palette,
    *,
    today: date,
    style: HourStyle = HourStyle.DECIMAL,
    narrow: bool = False,
) -> Styler:
    """Show plans in their order: the project with its client and plan, a bar that may pass 100 %, used, left, what is foreseen.

    `narrow`: project, burn, and what is left beneath it.
    """
    write = writer(style)
    words = [left_words(one, write) for one in rows]
    ratios = [ratio_text(one) for one in rows]
    burn = [f"{ratio}  \n:gray[:small[{said}]]" for ratio, said in zip(ratios, words, strict=True)] if narrow else ratios
    values = [_ratio(one) for one in rows]
    own = {BURN: lettered(values, burn)}
    columns: dict[str, list[object]] = {PROJECT: [_name(one, directory, write) for one in rows], BURN: list(own[BURN])}
    if not narrow:
        own[USED] = lettered([float(one.burn.used) for one in rows], [used_words(one, write) for one in rows])
        own[LEFT] = lettered([float(one.burn.left or 0) for one in rows], words)
        columns |= {USED: list(own[USED]), LEFT: list(own[LEFT]), AHEAD: [foreseen_words(one, foreseen, today) for one in rows]}
    table = pd.DataFrame(columns).astype({PROJECT: "str"} | ({} if narrow else {AHEAD: "str"}))
    styles = _styles(rows, table, palette, narrow=narrow)
    return formatted(table, style, own).apply(lambda _: styles, axis=None)


def cycles_table(cycles: pd.DataFrame, today: date, palette: Palette, style: HourStyle = HourStyle.DECIMAL) -> Styler:
    """Show a project's cycles, the newest first: planned, carried in, used, left, carried out."""
    rows = cycles.iloc[::-1].to_dict("records")
    table = pd.DataFrame({"Cycle": [_span(row["start"], row["end"], today) for row in rows]}).astype({"Cycle": "str"})
    own = {}
    for title, name in {
        "Planned": "planned",
        "Carried in": "carried_in",
        "Used": "used",
        "Left": "left",
        "Carried out": "carried_out",
    }.items():
        texts = [_figure(int(row[name]), str(row["currency"]), style) for row in rows]
        own[title] = lettered([float(row[name]) for row in rows], texts)
        table[title] = list(own[title])
    red = [f"color:{palette.over};" if row["left"] < 0 else "" for row in rows]
    styles = cell_styles(table, [""] * len(rows), {"Left": red})
    return formatted(table, style, own).apply(lambda _: styles, axis=None)


def tasks_table(burns: Sequence[Burn], directory: Directory, palette: Palette, style: HourStyle = HourStyle.DECIMAL) -> Styler:
    """Show tasks beside their estimates, over first; one without an estimate has its time alone."""
    write = writer(style)
    own = {
        BURN: lettered([_burn_ratio(one) for one in burns], [format_percent(one.ratio) for one in burns]),
        USED: lettered([float(one.used) for one in burns], [write(one, one.used) for one in burns]),
        LEFT: lettered([float(one.left or 0) for one in burns], [_left_words(one, write) for one in burns]),
    }
    names = [escape_markdown(directory.label(Kind.TASK, one.identifier)) for one in burns]
    table = pd.DataFrame({"Task": names, **{name: list(texts) for name, texts in own.items()}}).astype({"Task": "str"})
    bars = [_bar(_burn_ratio(one), _color(one.state, palette), palette) if one.planned else "" for one in burns]
    styles = cell_styles(table, [""] * len(burns), {"Task": [NAME_STYLE] * len(burns), BURN: [f"min-width:9rem;{bar}" for bar in bars]})
    return formatted(table, style, own).apply(lambda _: styles, axis=None)


Write = Callable[[Burn, int], str]


def writer(style: HourStyle) -> Write:
    """Return what writes a figure of a plan for Markdown: hours in a style, or money of its currency."""
    return lambda burn, figure: _figure(figure, burn.currency, style)


def plan_words(one: Budget, write: Write) -> str:
    """Say what is planned and by whom, in Markdown: "120.00 h a month and 4.00 h carried in, Clockify's"."""
    planned = (one.burn.planned or 0) - one.carried
    each = f" {EACH[one.plan.cycle]}" if one.recurs else ""
    carried = f" and {write(one.burn, one.carried)} carried in" if one.carried else ""
    kind = " billable" if one.billable_only else ""
    source = "the usual week" if one.source is Source.USUAL else one.source.value
    return f"{write(one.burn, planned)}{kind}{each}{carried}, {source}"


def foreseen_words(one: Budget, foreseen: Mapping[str, Foreseen], today: date) -> str:
    """Say what is foreseen in a few words: of a plan that begins anew how its cycle ends, else when it is used up."""
    ahead = foreseen.get(one.project_id)
    if one.burn.state is State.OVER and one.knows_carry:
        return "over"
    if ahead is None or not one.is_whole:
        return NOT_APPLICABLE
    if one.end is not None:
        return ahead.outlook.chance.value if ahead.outlook else "too little to say"
    return used_up_words(ahead.found, today).removeprefix("used up ") if ahead.found else "too little to say"


def ratio_text(one: Budget) -> str:
    """Write how much of a plan is used, and the word where it wants a look: "149% over"."""
    words = {State.OVER: " over", State.NEAR: " near"}.get(one.burn.state, "")
    return f"{at_least(one)}{format_percent(one.burn.ratio)}{words}"


def used_words(one: Budget, write: Write) -> str:
    """Write what is used, and in small which currencies have amounts beside it: "≥ 12.50 h", "€900 + USD"."""
    beside = f" :gray[:small[+ {escape_markdown(one.others)}]]" if one.others else ""
    return f"{'' if one.knows_used else '≥ '}{write(one.burn, one.burn.used)}{beside}"


def at_least(one: Budget) -> str:
    """Return the sign before a share of which not all is known: at least so much, or about so much."""
    return "" if one.is_whole else "≥ " if one.knows_carry else "≈ "


def _name(one: Budget, directory: Directory, write: Write) -> str:
    client = directory.client_of(one.project_id)
    name = f"**{escape_markdown(directory.label(Kind.PROJECT, one.project_id))}**"
    whose = f" :gray[· {escape_markdown(directory.label(Kind.CLIENT, client))}]" if client else ""
    return f"{name}{whose}  \n:gray[:small[{plan_words(one, write)}]]"


def left_words(one: Budget, write: Write) -> str:
    """Write what is left, of a plan of which only a part is known at most so much: "4.50 h left", "over by 29.30 h"."""
    words = _left_words(one.burn, write)
    if not one.knows_carry:
        return f"≈ {words}"
    return words if one.is_whole else words.replace("over by ", "over by ≥ ") if (one.burn.left or 0) < 0 else f"≤ {words}"


def _left_words(burn: Burn, write: Write) -> str:
    if burn.left is None:
        return NOT_APPLICABLE
    return f"{write(burn, burn.left)} left" if burn.left >= 0 else f"over by {write(burn, -burn.left)}"


def _figure(figure: int, currency: str, style: HourStyle) -> str:
    return markdown_money(figure, currency, 0) if currency else f"{format_tracked(figure, style)} h"


def _span(start: pd.Timestamp, end: object, today: date) -> str:
    first = start.date()
    if pd.isna(end):  # type: ignore[call-overload]
        return f"since {Period(first, first + ONE_DAY).label()}"
    days = Period(first, pd.Timestamp(end).date())  # type: ignore[arg-type]
    return days.label() + (", running" if days.start <= today < days.end else "")


def _ratio(one: Budget) -> float:
    return _burn_ratio(one.burn)


def _burn_ratio(burn: Burn) -> float:
    return float(burn.ratio) if burn.ratio is not None else 0.0


def _styles(rows: Sequence[Budget], table: pd.DataFrame, palette: Palette, *, narrow: bool) -> pd.DataFrame:
    colors = [_color(one.burn.state, palette) for one in rows]
    wanted = {State.OVER: palette.over, State.NEAR: palette.near}
    ink = [f"color:{wanted[one.burn.state]};" if one.burn.state in wanted else "" for one in rows]
    bars = [f"min-width:11rem;{_bar(_ratio(one), color, palette)}" for one, color in zip(rows, colors, strict=True)]
    own = {PROJECT: ["min-width:9.5rem;"] * len(rows), BURN: ink if narrow else [bar + text for bar, text in zip(bars, ink, strict=True)]}
    if not narrow:
        own[LEFT] = ink
    return cell_styles(table, [""] * len(rows), own)


def _color(state: State, palette: Palette) -> str:
    return {State.OVER: palette.over, State.NEAR: palette.near}.get(state, palette.billable)


def _bar(ratio: float, color: str, palette: Palette) -> str:
    """Return the style of a bullet bar: filled as far as used, pale up to the plan, whose end is marked."""
    mark = BAR_START + BAR_WIDTH / MOST_RATIO
    end = BAR_START + min(max(ratio, 0.0), MOST_RATIO) * BAR_WIDTH / MOST_RATIO
    pale = f"transparent {BAR_START}%,{palette.border} {BAR_START}%,{palette.border} {mark:.1f}%,transparent {mark:.1f}%"
    full = f"transparent {BAR_START}%,{color} {BAR_START}%,{color} {end:.1f}%,transparent {end:.1f}%"
    line = f"transparent {mark:.1f}%,{palette.text} {mark:.1f}%,{palette.text} {mark + 0.7:.1f}%,transparent {mark + 0.7:.1f}%"
    layers = [
        f"linear-gradient(90deg,{stops}) no-repeat center / 100% {height}"
        for stops, height in ((line, "1.1rem"), (full, "0.5rem"), (pale, "0.5rem"))
    ]
    return f"background:{','.join(layers)};"
