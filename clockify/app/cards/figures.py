"""The figures at the top: each with what it was before, and its course."""

from __future__ import annotations

from fractions import Fraction

import pandas as pd
import streamlit as st

from clockify.app.cards.compared import Pair, not_compared, pair_of, versus
from clockify.app.shell.kept import drawn
from clockify.desk.view import View
from clockify.money import largest_first
from clockify.periods import Month, elapsed
from clockify.render.difference import totals_words
from clockify.render.formats import (
    NOT_APPLICABLE,
    ChangeText,
    HourStyle,
    format_change,
    format_count,
    format_percent,
    format_tracked,
)
from clockify.render.markdown import escape_markdown
from clockify.render.tables.styling import markdown_money
from clockify.reports.compare import amount_changes, average_change, billable_change, tracked_change
from clockify.reports.summary import Totals, spark

CURRENCIES_SHOWN = 3
HELP = {
    "tracked": "All time of finished entries in this period. Timers that still run are not in it.",
    "billable": "Billable time. Billability = billable ÷ tracked, by hours.",
    "amount": "Money earned by billable entries, per currency: exact, rounded once.",
    "average": "Tracked time of the days that have ended ÷ the working days among them.",
}


def draw_kpis(view: View) -> None:
    """Draw tracked, billable, amount and average, each against the period before."""
    drawn(view, "kpis", lambda: _draw_kpis(view))


def _draw_kpis(view: View) -> None:
    now, pair = view.totals, pair_of(view)
    course = _course(view)
    with st.grid(4, min_column_width=140, gap="small"):
        _draw_tracked(view, now, pair, course["seconds"].tolist())
        _draw_billable(view, now, pair, course["billable_seconds"].tolist())
        _draw_amounts(view, now, pair)
        _draw_average(view, pair, course["seconds"].tolist())
    if why := not_compared(view):
        st.caption(f"{why[0].upper()}{why[1:]}.")


def draw_coming(view: View) -> None:
    """Draw Clockify's own totals while the rows are read, or the outlines of the page."""
    totals = view.clockify_totals
    if totals is None:
        with st.grid(4, min_column_width=140, gap="small"):
            for _ in range(4):
                st.skeleton(height=150)
    else:
        _draw_reported(view, totals)
    left, right = st.columns([2, 1], gap="small")
    left.skeleton(height=360)
    right.skeleton(height=360)


def good_or_bad(change: ChangeText | None) -> str:
    """Return the colour of a change where more is better."""
    return {"up": "green", "down": "red"}.get(change.arrow if change else "", "gray")


def label_of(view: View, word: str) -> str:
    """Return a figure's label; a part of the period is not called by the whole's name."""
    if view.is_whole:
        return word
    months = view.period.months()
    return f"{word}, {len(months) - len(view.missing)} of {len(months)} months"


def sums_line(view: View, now: Totals, pair: Pair | None) -> str:
    """Return sums in a line, in Markdown, and under it those of the period compared with, if that was chosen.

    Of a running period those of the days that have ended stand beside them.
    """
    part = "" if view.is_whole else f"{label_of(view, 'Part')}: "
    style = HourStyle(view.look.hours)
    line = f"{part}**{escape_markdown(totals_words(now, style, money=view.sees_amounts))}**"
    if not view.choice.compare:
        return line
    if pair is None:
        return line + f"  \n:gray[{view.previous.label()}: {not_compared(view) or 'not there yet'}]"
    compared = [(view.previous, pair.before)]
    if view.ended and view.ended != view.period:
        compared.insert(0, (view.ended, pair.now))
    return line + "".join(
        f"  \n:gray[{period.label()}: {escape_markdown(totals_words(sums, style, money=view.sees_amounts))}]" for period, sums in compared
    )


def hours_text(view: View, seconds: int) -> str:
    """Write hours for a card: "1,231.3 h"."""
    return f"{format_tracked(seconds, HourStyle(view.look.hours), 1)} h"


def noted_words(view: View) -> str:
    """Say in Markdown how much of the amounts is by rates that are written down here, since Clockify has none; "" if nothing is."""
    if not view.noted_amounts:
        return ""
    sums = " · ".join(markdown_money(view.noted_amounts[code], code) for code in largest_first(view.noted_amounts))
    return f"{sums} of it at rates from this dashboard's Settings, for Clockify has none."


def _course(view: View) -> pd.DataFrame:
    """Return the course of what has begun of the period; a month that isn't there yet is no row of zeros in it."""
    course = spark(view.cube, elapsed(view.period, view.today), view.access.workspace.working_days, view.week_start)
    return course[[Month.of(start) not in view.missing for start in course["start"]]]


def _draw_tracked(view: View, now: Totals, pair: Pair | None, course: list[int]) -> None:
    change = format_change(tracked_change(pair.now, pair.before)) if pair else None
    with st.container(key="kpi-tracked", height="stretch"):
        other = versus(view, compared=bool(change))
        _metric(label_of(view, "Tracked"), hours_text(view, now.seconds), change, other, "gray", HELP["tracked"], _hours(course), "bar")


def _draw_billable(view: View, now: Totals, pair: Pair | None, course: list[int]) -> None:
    change = format_change(billable_change(pair.now, pair.before)) if pair else None
    color = good_or_bad(change)
    with st.container(key="kpi-billable", height="stretch"):
        share = f"{format_percent(now.billability)} of tracked"
        _metric(label_of(view, "Billable"), hours_text(view, now.billable_seconds), change, share, color, HELP["billable"], _hours(course))


def _draw_average(view: View, pair: Pair | None, course: list[int]) -> None:
    days, days_before = view.working_days, view.working_days_before
    change = format_change(average_change(pair.now, days, pair.before, days_before)) if pair and days and days_before else None
    seconds = int(view.compared["seconds"].sum())
    with st.container(key="kpi-average", height="stretch"):
        words = format_count(days, "working day") if days else "no working day has ended"
        label = label_of(view, "Average per day")
        value = hours_text(view, round(Fraction(seconds, days))) if days else NOT_APPLICABLE
        _metric(label, value, change, words, "gray", HELP["average"], _hours(course))


def _draw_amounts(view: View, now: Totals, pair: Pair | None) -> None:
    """Draw the largest currency as the figure, each other one on a line: they are never added."""
    with st.container(border=True, height="stretch", gap="xxsmall", key="kpi-amount"):
        label = label_of(view, "Amount")
        codes = largest_first(now.amounts)
        if not view.sees_amounts or not codes:
            hidden = "hidden from this key" if view.access.may_see_money else "hidden from you"
            words = hidden if not view.sees_amounts else "nothing billable"
            _metric(label, NOT_APPLICABLE, None, words, "gray", HELP["amount"], border=False)
            return
        changes = {code: format_change(one) for code, one in amount_changes(pair.now, pair.before).items()} if pair else {}
        first = codes[0]
        color = good_or_bad(changes.get(first))
        value = markdown_money(now.amounts[first], first, 0)
        _metric(
            label,
            value,
            changes.get(first),
            versus(view, compared=bool(changes)),
            color,
            HELP["amount"],
            border=False,
        )
        for code in codes[1:CURRENCIES_SHOWN]:
            st.markdown(f"**{markdown_money(now.amounts[code], code, 0)}** {_small(changes.get(code))}")
        if len(codes) > CURRENCIES_SHOWN:
            st.caption(rf"\+ {len(codes) - CURRENCIES_SHOWN} more, in the table")  # a bare plus would begin a list


def _metric(
    label: str,
    value: str,
    change: ChangeText | None,
    description: str,
    color: str,
    help_text: str,
    course: list[float] | None = None,
    kind: str = "line",
    *,
    border: bool = True,
) -> None:
    """Draw a metric (`value` in Markdown). The change alone has the colour: a delta's own would be its line's, too."""
    st.metric(
        label,
        value,
        f":{color}[{change}]" if change else description or None,
        delta_arrow="off",
        delta_color="gray",
        delta_description=description if change else None,
        help=help_text,
        border=border,
        height="stretch" if border else "content",
        chart_data=course if course and len(course) > 1 else None,
        chart_type=kind,  # type: ignore[arg-type]
    )


def _small(change: ChangeText | None) -> str:
    if change is None:
        return ""
    return f":{good_or_bad(change)}[:small[{change}]]"


def _hours(seconds: list[int]) -> list[float]:
    """Return a sparkline's points; its tooltip shows them."""
    return [round(one / 3600, 1) for one in seconds]


def _draw_reported(view: View, totals: Totals) -> None:
    """Draw the totals that Clockify sent ahead, called what they are."""
    note = "as Clockify reports it"
    with st.grid(4, min_column_width=140, gap="small"):
        st.metric("Tracked", hours_text(view, totals.seconds), note, delta_arrow="off", delta_color="gray", border=True, height="stretch")
        st.metric(
            "Billable",
            hours_text(view, totals.billable_seconds),
            note,
            delta_arrow="off",
            delta_color="gray",
            border=True,
            height="stretch",
        )
        with st.container(border=True, height="stretch", gap="xxsmall"):
            codes = largest_first(totals.amounts) if view.sees_amounts else []
            value = markdown_money(totals.amounts[codes[0]], codes[0], 0) if codes else NOT_APPLICABLE
            st.metric("Amount", value, note, delta_arrow="off", delta_color="gray")
            for code in codes[1:CURRENCIES_SHOWN]:
                st.markdown(f"**{markdown_money(totals.amounts[code], code, 0)}**")
        st.metric("Entries", f"{totals.entries:,}", note, delta_arrow="off", delta_color="gray", border=True, height="stretch")
