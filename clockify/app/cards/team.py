"""The cards of People: utilization and billability against targets, who worked on what, and each person's figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from clockify.app.cards.folding import draw_open_all, folds_of
from clockify.app.shell.drill import chosen, filtered, follow_clicks, lead_to, narrowed
from clockify.app.shell.kept import drawn, made
from clockify.desk.choice import Choice
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.money import SECONDS_PER_HOUR
from clockify.periods import Month, Period, week_of
from clockify.render.formats import NOT_APPLICABLE, HourStyle, format_count, format_percent, format_tracked
from clockify.render.palette import palette
from clockify.render.tables.team import team_table, usual_words
from clockify.reports.capacity import capacity_days
from clockify.reports.filters import Filters
from clockify.reports.folding import Folds, fold
from clockify.reports.grouping import Grouping
from clockify.reports.missing import missing_days
from clockify.reports.team import WEEKS, sparks, team, team_total

TABLE, PEOPLE_SHOWN = "team-table", 30
SAID = "Hours are of the days that have ended, all of a person's time, whatever projects are chosen."
HELP = {
    "utilization": "Tracked ÷ capacity, of the days that have ended. Days off are no capacity.",
    "billability": "Billable ÷ tracked, by hours.",
    "capacity": "Hours that people are there, as written down in Settings, on the days that have ended.",
    "missing": "Capacity less tracked time, day by day: a long day doesn't make up for a short one.",
}


def whole_people(visit: Visit, choice: Choice) -> Choice:
    """Return the choice of people whose time is seen whole: of others, seen on some projects alone, no share and no gap is true."""
    access, chosen_ones = visit.access, choice.filters.people
    if access.sees_everybody:
        return choice
    people = tuple(one for one in chosen_ones or access.active_people() if access.may_see(one))
    return filtered(choice, Grouping.PERSON, people or tuple(access.active_people()))


def looked_back(visit: Visit, period: Period) -> list[Month]:
    """Return the months of the twelve weeks up to the end of a period, and of the weeks at its ends."""
    last = min(period.last_day, visit.today)
    start = min(week_of(last, visit.week_start).start - timedelta(weeks=WEEKS - 1), week_of(period.start, visit.week_start).start)
    days = Period(start, max(start + timedelta(days=1), min(week_of(last, visit.week_start).end, visit.today + timedelta(days=1))))
    return [month for month in days.months() if month not in period.months()]


@dataclass(frozen=True)
class Team:
    """The people of a view: all of their time, whatever projects are chosen, beside what they should work.

    `rows` and their `total` as `reports.team` has them; `missing` days below capacity; `weeks`: the seconds of the last twelve
    weeks up to the end of the period, by person.
    """

    rows: pd.DataFrame
    total: pd.DataFrame
    missing: pd.DataFrame
    weeks: dict[str, list[int]]


@dataclass(frozen=True)
class Shown:
    """The rows of people that show, their total last, and their table."""

    rows: pd.DataFrame
    table: Styler


def team_of(view: View) -> Team:
    """Return the people of a view: added up now, or by whoever looked at the same before."""
    return made(view, "team", partial(make_team, view))


def make_team(view: View) -> Team:
    """Add people's time up beside their capacity; of a period that is not over, up to the last day that has ended.

    Months that are not there, or not all of whose rows are, count for neither: nobody lacks time that wasn't read.
    """
    notes, access, until = view.access.notes, view.access, ended_until(view)
    people = list(view.choice.filters.people) or access.active_people()
    cube = _whole_months(view, view.back(view.period, Filters(people=view.choice.filters.people)))
    capacity = _whole_months(view, capacity_days(people, view.period, notes, access.workspace.working_days))
    rows = team(cube, capacity, people, view.directory, notes, until=until)
    return Team(rows, team_total(rows, notes.usual), missing_days(cube, capacity, until), _weeks(view, rows["user_id"]))


def ended_until(view: View) -> date:
    """Return the day up to which, and without, the days of the period have ended."""
    return min(max(view.today, view.period.start), view.period.end)


def _whole_months(view: View, rows: pd.DataFrame) -> pd.DataFrame:
    states = view.opening.states
    for month in view.period.months():
        if month not in states or states[month].unread:
            days = month.period
            rows = rows[(rows["day"] < pd.Timestamp(days.start)) | (rows["day"] >= pd.Timestamp(days.end))]
    return rows


def _weeks(view: View, people: Iterable[str]) -> dict[str, list[int]]:
    last = min(view.period.last_day, view.today)
    days = Period(week_of(last, view.week_start).start - timedelta(weeks=WEEKS - 1), last + timedelta(days=1))
    found = sparks(view.back(days, Filters()), people, last, weeks=WEEKS, week_start=view.week_start)
    return dict(zip(found["user_id"], found.drop(columns="user_id").to_numpy().tolist(), strict=True))


def draw_team_kpis(view: View) -> None:
    """Draw utilization, billability, capacity and missing time of all of them."""
    drawn(view, "team-kpis", partial(_draw_kpis, view, team_of(view)))


def draw_team_table(view: View, said: Mapping[str, str], weeks: str) -> None:
    """Draw each person's figures, with what is `said` of each; a click on a row leads to the entries.

    `weeks`: a sentence on the weeks that nobody has looked through yet.
    """
    found, folds, usual = team_of(view), folds_of(TABLE), view.access.notes.usual
    ask = (folds, tuple(said.items()))
    shown = made(view, TABLE, partial(make_team_table, view, found, folds, said), *ask)
    ids = [str(one) for one in shown.rows["user_id"][:-1]]
    left_out = len(found.rows) - len(ids)
    with st.container(border=True, gap="xsmall", key="people-card"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            targets = _targets_words(usual.utilization, usual.billability)
            st.markdown(f"**Capacity and utilization** :gray[:small[· {targets}]]", width="content")
            draw_open_all(TABLE, len(found.rows))
        with st.container(key=TABLE):
            drawn(view, TABLE, lambda: st.table(shown.table, border="horizontal", hide_index=True), *ask)
        follow_clicks(TABLE, [True] * len(ids), partial(_pick, ids))
        st.caption(" ".join(one for one in (_left_out_words(left_out), weeks, SAID, usual_said(view, found)) if one))


def make_team_table(view: View, found: Team, folds: Folds, said: Mapping[str, str]) -> Shown:
    """Make the table; of a large team the first thirty show."""
    people = [str(one) for one in found.rows["user_id"]]
    folded = fold(people, [False] * len(people), folds, most_groups=PEOPLE_SHOWN)
    rows = pd.concat([found.rows.iloc[folded.places], found.total], ignore_index=True)
    look = view.look
    style, money = HourStyle(look.hours), view.sees_amounts
    return Shown(rows, team_table(rows, palette(look.theme), weeks=found.weeks, style=style, narrow=look.narrow, money=money, said=said))


def _draw_kpis(view: View, found: Team) -> None:
    row = found.total.iloc[0]
    usual, style = view.access.notes.usual, HourStyle(view.look.hours)
    short = int((found.rows["missing_seconds"] > 0).sum())
    with st.grid(4, min_column_width=140, gap="small"):
        with st.container(key="kpi-utilization", height="stretch"):
            _metric("Utilization", _percent(row["utilization"]), _target(usual.utilization), HELP["utilization"])
        with st.container(key="kpi-billability", height="stretch"):
            _metric("Billability", _percent(row["billability"]), _target(usual.billability), HELP["billability"])
        with st.container(key="kpi-capacity", height="stretch"):
            off = f"{format_tracked(int(row['off_seconds']), style, 1)} h off deducted" if row["off_seconds"] else "no days off"
            _metric("Capacity", f"{format_tracked(int(row['capacity_seconds']), style, 1)} h", off, HELP["capacity"])
        with st.container(key="kpi-missing", height="stretch"):
            words = f":orange[{format_count(short, 'person', 'people')}] below capacity" if short else "nobody is below capacity"
            _metric("Missing time", f"{format_tracked(int(row['missing_seconds']), style, 1)} h", words, HELP["missing"])


def _metric(label: str, value: str, words: str, help_text: str) -> None:
    st.metric(label, value, words or None, delta_arrow="off", delta_color="gray", help=help_text, border=True, height="stretch")


def _percent(ratio: object) -> str:
    return NOT_APPLICABLE if pd.isna(ratio) else format_percent(float(ratio))  # type: ignore[arg-type, call-overload]


def _target(percent: int | None) -> str:
    return f"target {percent}%" if percent else "no target is set"


def _targets_words(utilization: int | None, billability: int | None) -> str:
    said = ["utilization = tracked ÷ capacity" + (f", target {utilization}%" if utilization else "")]
    return " · ".join([*said, "billability = billable ÷ tracked" + (f", target {billability}%" if billability else "")])


def usual_said(view: View, found: Team) -> str:
    """Say of how many people no capacity is written down; "" if of none."""
    return usual_words(found.rows, f"{view.access.notes.usual.person_week / SECONDS_PER_HOUR:g}")


def _left_out_words(number: int) -> str:
    return f"{format_count(number, 'person', 'people')} more in the total, in the files and by “Open all”." if number else ""


def _pick(ids: Sequence[str], place: int, _column: int | None) -> None:
    lead_to(narrowed(chosen(), Grouping.PERSON, ids[place]))
