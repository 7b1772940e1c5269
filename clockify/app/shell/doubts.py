"""What keeps the figures from being the whole truth: rights, rows that can't be understood, days that wait, sums that differ."""

from __future__ import annotations

from datetime import date

import streamlit as st

from clockify.desk.view import View
from clockify.directory import Kind
from clockify.periods import Month
from clockify.render.formats import format_count, format_duration
from clockify.render.markdown import escape_markdown

# More would be a list that nobody reads.
DAYS_NAMED = 8


def draw_doubts(view: View) -> None:
    """Say what stands between the figures and the whole truth, if anything does."""
    _draw_rights(view)
    _draw_unread(view)
    _draw_waiting_days(view)
    _draw_differences(view)


def _draw_unread(view: View) -> None:
    """Say how many entries could not be understood: without them no sum is a total."""
    counts = {state.month: state.unread for state in view.shown_states if state.unread}
    if counts:
        told = view.access.sees_everybody
        words = ", ".join(f"{format_count(n, 'entry', 'entries') if told else 'entries'} of {month.label()}" for month, n in counts.items())
        advice = "Look at that month in Clockify; if nothing is wrong there, please report it."
        st.warning(f"**Not a total:** {words} could not be understood, and the figures are without them. {advice}", icon=":material/rule:")


def _draw_waiting_days(view: View) -> None:
    """Name the days that have changed in Clockify and found no request to be read."""
    for state in view.shown_states:
        days = [date.fromisoformat(day).day for day in state.verdict.days]
        if days and not view.access.sees_everybody:
            st.warning(
                f"**Out of date:** something of {state.month.label()} changed in Clockify and can't be read yet: the requests of this "
                "hour are used. It is read as soon as one is free.",
                icon=":material/hourglass_top:",
            )
        elif days:
            named = ", ".join(map(str, days[:DAYS_NAMED])) + (" …" if len(days) > DAYS_NAMED else "")
            st.warning(
                f"**Out of date:** {format_count(len(days), 'day')} of {state.month.label()} ({named}) changed in Clockify and can't be "
                "read yet: the requests of this hour are used. They are read as soon as one is free.",
                icon=":material/hourglass_top:",
            )


def _draw_rights(view: View) -> None:
    sources = {state.source for state in view.shown_states}
    if "own" in sources:
        st.info(
            "This key may see only its own user's time, so that is what you see. An admin's key shows everybody's.",
            icon=":material/person:",
        )
    elif "lists" in sources:
        st.info(
            "Clockify refuses reports to this key, so entries were read person by person. "
            "Time of people who have left is not in them, and nothing independent verifies the sums.",
            icon=":material/group:",
        )
    if view.shown_states and not view.sees_amounts and view.access.may_see_money:
        st.info(
            "Clockify hides amounts from this key. An admin's key, or the right to see billable rates, shows them.",
            icon=":material/visibility_off:",
        )


def _draw_differences(view: View) -> None:
    """Name where the copy and Clockify part, as far as the viewer may know."""
    lines = []
    for state in view.shown_states:
        seen = state.verdict.differences
        for one in seen[:5]:
            cents = one.cents if view.sees_amounts else {}
            lines.append(_difference_words(view, state.month, one.user_id, one.project_id, one.seconds, cents))
        if state.verdict.agrees is False and not seen and not state.verdict.days and not state.unread:
            lines.append(f"{state.month.label()}: the sums of the rows and Clockify's own totals differ.")
    if lines:
        advice = "Refresh reads these months again; if it stays, trust Clockify and report it."
        st.warning(f"**Clockify's own sums differ from these.** {advice}  \n" + "  \n".join(lines), icon=":material/rule:")


def _difference_words(view: View, month: Month, user_id: str, project_id: str, seconds: int, cents: dict[str, int]) -> str:
    if not user_id and not project_id and not seconds:
        return f"{month.label()}: the number of entries or the billable share differs."
    who = escape_markdown(view.directory.label(Kind.USER, user_id))
    what = escape_markdown(view.directory.full_label(Kind.PROJECT, project_id))
    side = "more" if seconds > 0 else "less"
    money = ", ".join(f"{escape_markdown(code)} {amount / 100:+.2f}" for code, amount in cents.items())
    time = f"{format_duration(abs(seconds), with_seconds=True)} h {side} here" if seconds else "the same time"
    return f"{month.label()}, {what}, {who}: {time}{f', amount {money}' if money else ''}."
