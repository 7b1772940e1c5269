"""The cards of People: utilization and billability against targets, who worked on what, and each person's figures."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta
from functools import cached_property, partial

import pandas as pd
import streamlit as st
from pandas.io.formats.style import Styler

from clockify.app.cards.folding import draw_open_all, folds_of, turn
from clockify.app.shell.drill import chosen, follow_clicks, lead_to, narrowed
from clockify.app.shell.kept import drawn, made
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
HELP = {
    "utilization": "Tracked ÷ capacity, of the days that have ended. Days off are no capacity.",
    "billability": "Billable ÷ tracked, by hours.",
    "capacity": "Hours that people are there, as written down in Settings, on the days that have ended.",
    "missing": "Capacity less tracked time, day by day: a long day doesn't make up for a short one.",
}


def looked_back(visit: Visit, period: Period) -> list[Month]:
    """Return the months of the twelve weeks up to the end of a period, and of the weeks at its ends."""
    last = min(period.last_day, visit.today)
    start = min(week_of(last, visit.week_start).start - timedelta(weeks=WEEKS - 1), week_of(period.start, visit.week_start).start)
    days = Period(start, max(start + timedelta(days=1), min(week_of(last, visit.week_start).end, visit.today + timedelta(days=1))))
    return [month for month in days.months() if month not in period.months()]


class Team:
    """The people of a view: all of their time, whatever projects are chosen, beside what they should work."""

    def __init__(self, view: View) -> None:
        self.view, self.style = view, HourStyle(view.look.hours)

    @property
    def until(self) -> date:
        """The day up to which days have ended."""
        return min(max(self.view.today, self.view.period.start), self.view.period.end)

    @cached_property
    def people(self) -> list[str]:
        """Those who are chosen, else all who take part."""
        return list(self.view.choice.filters.people) or self.view.access.active_people()

    @cached_property
    def cube(self) -> pd.DataFrame:
        """All of their time in the period."""
        return self.view.back(self.view.period, Filters(people=self.view.choice.filters.people))

    @cached_property
    def capacity(self) -> pd.DataFrame:
        """What each should work on each day of the period."""
        return capacity_days(self.people, self.view.period, self.view.access.notes, self.view.access.workspace.working_days)

    @cached_property
    def rows(self) -> pd.DataFrame:
        """A row for each person (`reports.team`)."""
        return team(self.cube, self.capacity, self.people, self.view.directory, self.view.access.notes, until=self.until)

    @cached_property
    def total(self) -> pd.DataFrame:
        """Their total, in one row."""
        return team_total(self.rows, self.view.access.notes.usual)

    @cached_property
    def missing(self) -> pd.DataFrame:
        """The days below capacity."""
        return missing_days(self.cube, self.capacity, self.until)

    @cached_property
    def weeks(self) -> dict[str, list[int]]:
        """Each person's seconds of the last twelve weeks up to the end of the period."""
        last = min(self.view.period.last_day, self.view.today)
        days = Period(week_of(last, self.view.week_start).start - timedelta(weeks=WEEKS - 1), last + timedelta(days=1))
        found = sparks(self.view.back(days, Filters()), self.rows["user_id"], last, weeks=WEEKS, week_start=self.view.week_start)
        return dict(zip(found["user_id"], found.drop(columns="user_id").to_numpy().tolist(), strict=True))


def team_of(view: View) -> Team:
    """Return the people of a view; who looks at the same next finds what was added up."""
    return made(view, "team", partial(Team, view))


def draw_team_kpis(view: View) -> None:
    """Draw utilization, billability, capacity and missing time of all of them."""
    drawn(view, "team-kpis", partial(_draw_kpis, team_of(view)))


def draw_team_table(view: View) -> None:
    """Draw each person's figures; a click on a row leads to the entries."""
    found = team_of(view)
    folds = folds_of(TABLE)
    rows, table = made(view, "team-table", partial(make_team_table, found, folds), folds)
    usual = view.access.notes.usual
    with st.container(border=True, gap="xsmall", key="people"):
        with st.container(horizontal=True, vertical_alignment="center", gap="small"):
            st.markdown(
                f"**Capacity and utilization** :gray[:small[· {_targets_words(usual.utilization, usual.billability)}]]", width="content"
            )
            draw_open_all(TABLE, len(found.rows))
        with st.container(key=TABLE):
            drawn(view, TABLE, lambda: st.table(table, border="horizontal", hide_index=True), folds)
        ids = [str(one) for one in rows["user_id"]]
        folded = [False] if len(rows) - 1 < len(found.rows) else []
        follow_clicks(
            TABLE,
            [True] * (len(rows) - 1),
            partial(_pick, ids),
            folds=[*[None] * (len(rows) - 1), *folded],
            turn=partial(turn, TABLE, [*ids[:-1], ""]),
        )
        said = [
            "Hours are of the days that have ended, all of a person's time, whatever projects are chosen.",
            usual_words(found.rows, f"{usual.person_week / SECONDS_PER_HOUR:g}"),
        ]
        st.caption(" ".join(one for one in said if one))


def make_team_table(found: Team, folds: Folds) -> tuple[pd.DataFrame, Styler]:
    """Make the table: of a large team the first thirty show; return its rows, too."""
    rows, view = found.rows, found.view
    folded = fold([str(one) for one in rows["user_id"]], [False] * len(rows), folds, most_groups=PEOPLE_SHOWN)
    shown = pd.concat([rows.iloc[folded.places], found.total], ignore_index=True)
    look = view.look
    return shown, team_table(shown, palette(look.theme), weeks=found.weeks, style=found.style, narrow=look.narrow, money=view.sees_amounts)


def _draw_kpis(found: Team) -> None:
    row = found.total.iloc[0]
    usual, style = found.view.access.notes.usual, found.style
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


def _pick(ids: Sequence[str], place: int, _column: int | None) -> None:
    lead_to(narrowed(chosen(), Grouping.PERSON, ids[place]))
