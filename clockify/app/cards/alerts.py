"""What wants a look: plans that passed their threshold, and who misses time this week."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

import streamlit as st

from clockify.app.shell.kept import made
from clockify.app.shell.navigation import has_page
from clockify.desk.view import View
from clockify.desk.weeks import is_there
from clockify.directory import Kind
from clockify.periods import Period, week_of
from clockify.render.formats import HourStyle, format_count, format_percent, format_tracked
from clockify.render.markdown import escape_markdown, one_line
from clockify.render.tables.budgets import at_least
from clockify.reports.budgets import Budget, Source, budgets
from clockify.reports.burn import State
from clockify.reports.capacity import capacity_days
from clockify.reports.filters import in_period
from clockify.reports.missing import missing_days

NAMED = 3


@dataclass(frozen=True)
class Alerts:
    """What is said, each in Markdown; "" where there is nothing to say, or it can't be known from the months that are open."""

    plans: str
    people: str


def draw_alerts(view: View) -> None:
    """Draw a line for plans and one for people, each leading to its page; nothing where all is well."""
    found = made(view, "alerts", partial(make_alerts, view))
    if not found.plans and not found.people:
        return
    with st.container(border=True, gap="xxsmall", key="alerts"):
        for words, page, label in ((found.plans, "projects", "Projects"), (found.people, "team", "People")):
            if words:
                with st.container(horizontal=True, vertical_alignment="center", horizontal_alignment="distribute"):
                    st.markdown(words, width="content")
                    if has_page(page):
                        st.page_link(f"pages/{page}.py", label=label, icon=":material/chevron_right:")


def make_alerts(view: View) -> Alerts:
    """Look at the months that are open, whatever is filtered: a plan is everybody's, and so is this week."""
    return Alerts(_plans_words(view), _people_words(view))


def pressing(view: View) -> list[Budget]:
    """Return the plans that are near or over, as far as the open months tell; of projects of which everybody's time may be seen."""
    first, access = view.known_from, view.access
    if first > view.today or not access.sees_plans:
        return []
    cube, terms = access.whole_cube(view.opening), {"today": view.today, "week_start": view.week_start}
    found = budgets(cube, view.directory, access.notes, known_from=first, money=view.sees_amounts, **terms)  # type: ignore[arg-type]
    return [one for one in found.rows if one.source is not Source.USUAL and _is_sure(one)]


def _is_sure(one: Budget) -> bool:
    """Is it over or near, whatever is not known? What is over stays so, however much more was used."""
    return (one.burn.state is State.OVER and one.knows_carry) or (one.burn.state is State.NEAR and one.is_whole)


def _plans_words(view: View) -> str:
    found = pressing(view)
    parts = []
    for state, color, word in ((State.OVER, "red", "over"), (State.NEAR, "orange", "near the limit")):
        own = [one for one in found if one.burn.state is state]
        if own:
            names = [f"{_name(view, one)} {at_least(one)}{format_percent(one.burn.ratio)}" for one in own[:NAMED]]
            more = f" and {len(own) - NAMED} more" if len(own) > NAMED else ""
            verb = "is" if len(own) == 1 else "are"
            parts.append(f":{color}[**{format_count(len(own), 'plan')} {verb} {word}**]: {', '.join(names)}{more}")
    return " · ".join(parts)


def _people_words(view: View) -> str:
    week = week_of(view.today, view.week_start)
    days = Period(week.start, view.today) if week.start < view.today else None
    if days is None or not is_there(view, week.start):
        return ""
    access, style = view.access, HourStyle(view.look.hours)
    # Of whom nothing is written down nobody knows that he should have been there.
    written = {one.user_id for one in access.notes.capacities}
    people = [one for one in access.active_people() if one in written]
    capacity = capacity_days(people, days, access.notes, access.workspace.working_days)
    missing = missing_days(in_period(access.cube(view.opening), days), capacity, view.today)
    sums = missing.groupby("user_id", observed=True)["missing_seconds"].sum().sort_values(ascending=False, kind="stable")
    if sums.empty:
        return ""
    labels = [escape_markdown(one_line(view.directory.label(Kind.USER, str(one)))) for one in sums.index[:NAMED]]
    names = [f"{label} {format_tracked(int(one), style, 1)} h" for label, one in zip(labels, sums, strict=False)]
    more = f" and {len(sums) - NAMED} more" if len(sums) > NAMED else ""
    total = f"{format_tracked(int(sums.sum()), style, 1)} h"
    return f":orange[**{format_count(len(sums), 'person misses', 'people miss')} {total} this week**]: {', '.join(names)}{more}"


def _name(view: View, one: Budget) -> str:
    return escape_markdown(one_line(view.directory.full_label(Kind.PROJECT, one.project_id)))
