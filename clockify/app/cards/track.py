"""What every card of Track stands on: whose time it is, with which pen, and the names that an entry can have."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from functools import cached_property, partial
from typing import Any
from zoneinfo import ZoneInfo

import pandas as pd

from clockify.app.shell.door import caller, still_admits
from clockify.app.shell.kept import made
from clockify.app.shell.session import session
from clockify.app.shell.tracking import Tracking
from clockify.app.shell.visit import looking
from clockify.desk.choice import Choice
from clockify.desk.looking import looked_again
from clockify.desk.pens import Pen, pen
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.directory import Kind, told_apart
from clockify.periods import Month, Period, week_of
from clockify.render.formats import format_duration
from clockify.render.markdown import escape_markdown, one_line
from clockify.render.palette import palette, project_color
from clockify.reports.rounding import EXACT
from clockify.writes import Rules

COLUMNS = (
    "id",
    "day",
    "start",
    "end",
    "seconds",
    "user_id",
    "project_id",
    "task_id",
    "tag_ids",
    "description",
    "billable",
    "type",
    "locked",
)
LONG_SECONDS = 10 * 3600
NO_DESCRIPTION = "No description"
MOST_SHOWN = 160  # letters of a description in a line that isn't there to be read through
ONE_WEEK = timedelta(weeks=1)


@dataclass(frozen=True)
class Track:
    """A page's knowledge: whose time is logged (`me`, "" if nobody's), and with which pen (None: it can't be)."""

    visit: Visit
    view: View
    pen: Pen | None
    me: str

    @cached_property
    def is_seen(self) -> bool:
        """Is one's own time shown here? A key of one's own may write what the key that shows the page can't see."""
        return bool(self.me) and self.shows_time_of(self.me)

    def shows_time_of(self, user_id: str) -> bool:
        """Is a person's time among what is shown? A member's key shows its own user's alone."""
        access = self.view.access
        return user_id in access.active_people() or (user_id == access.profile.user_id and access.may_see(user_id))

    def person(self, user_id: str) -> str:
        """Return a person's name in Markdown; the writer's is known whoever else is."""
        return escape_markdown(self.pen.name) if self.pen and user_id == self.pen.user_id else self.label(Kind.USER, user_id)

    @cached_property
    def own(self) -> pd.DataFrame:
        """One's own entries of the months that are opened, oldest first."""
        return self.of(self.me)

    def of(self, user_id: str) -> pd.DataFrame:
        """Return somebody's entries of the months that are opened, oldest first."""
        return made(self.view, "track entries", partial(make_entries, self.view, user_id), user_id)

    @cached_property
    def running(self) -> pd.DataFrame:
        """One's own running timer, as an entry that ends now: one row or none."""
        every = self.view.access.running(self.view.now)
        return every[every["user_id"] == self.me]

    @cached_property
    def rules(self) -> Rules:
        """What the workspace forces on entries, and until when they are locked."""
        return self.view.access.workspace.rules(self.view.now, self.view.access.zone)

    @property
    def may_write_locked(self) -> bool:
        """Is it likely that a lock doesn't bind this pen? Who may log for others is an admin; Clockify has the last word."""
        return self.pen is not None and bool(self.pen.others)

    @property
    def zone(self) -> ZoneInfo:
        """The report zone."""
        return ZoneInfo(self.view.access.zone)

    def dot(self, project_id: str) -> str:
        """Return a project's swatch in Markdown."""
        color = project_color(project_id, self.view.directory.color_of(project_id), palette(self.view.look.theme))
        return f':color[●]{{foreground="{color}"}}'

    def local(self, moment: datetime) -> datetime:
        """Return a moment in the report zone."""
        return moment.astimezone(self.zone)

    def label(self, kind: Kind, identifier: str) -> str:
        """Return a name in Markdown."""
        return escape_markdown(self.view.directory.label(kind, identifier))


def everything(_visit: Visit, _choice: Choice) -> Choice:
    """Return the choice without any filter: what somebody logs is shown whatever he looks at elsewhere."""
    return Choice()


def own_week(visit: Visit, _choice: Choice) -> Period:
    """Return the week that is looked at, or today's; it starts where the profile says."""
    return week_of(tracking().week or visit.today, visit.week_start)


def weeks_beside(visit: Visit, period: Period) -> list[Month]:
    """Return the months of this week, of the week before the one on screen, and of the form's day, beside those of that one."""
    before, this = Period(period.start - ONE_WEEK, period.start), week_of(visit.today, visit.week_start)
    return [month for month in dict.fromkeys((*this.months(), *before.months(), *_of_form(visit))) if month not in period.months()]


def _of_form(visit: Visit) -> list[Month]:
    """Return the month of the day that stands in the form, unless it is one to come."""
    day = tracking().fields.get("day")
    return [Month.of(day)] if day and day <= visit.today else []


def caught_up(track: Track) -> Track:
    """Return the page's knowledge with what others, or another tab, have written since; the moment of looking stays."""
    return replace(track, view=looked_again(track.visit, track.view))


def must_run_again(track: Track) -> bool:
    """Tell in a part of the page that runs alone whether all of it must: it is of another day, of other people, or of too few months."""
    is_old = track.visit.today != track.view.today
    return tracking().redraw or is_old or is_short(track) or not still_admits(caller())


def is_short(track: Track) -> bool:
    """Tell whether the page has not opened the month of the day that stands in the form."""
    return any(month not in track.view.opening.wanted for month in _of_form(track.visit))


def begin(view: View) -> Track:
    """Return what the cards stand on."""
    visit, writer = looking(), pen(looking())
    if writer:
        _be_of(view.access.workspace.id, writer.user_id)
    tracking().redraw = False
    return Track(visit, view, writer, writer.user_id if writer else view.access.own_person() or "")


def _be_of(workspace_id: str, user_id: str) -> None:
    """Keep no more than words and times where another key writes now, or in another workspace: nobody means the one before."""
    mine, whose = tracking(), (workspace_id, user_id)
    if mine.whose not in (None, whose):
        kept = {name: held for name, held in mine.fields.items() if name in ("description", "day", "when", "start", "end")}
        mine = session().tracking = Tracking(fields=kept, week=mine.week, day=mine.day, today=mine.today)
    mine.whose = whose


def tracking() -> Tracking:
    """Return this session's state of the page."""
    return session().tracking


def make_entries(view: View, user_id: str) -> pd.DataFrame:
    """Gather a person's entries of the months that are opened, exact."""
    rows = view.access.entries(view.opening, COLUMNS, EXACT)
    return rows[rows["user_id"] == user_id].sort_values("start", kind="stable")[list(COLUMNS)]


def records(rows: pd.DataFrame) -> list[dict[str, Any]]:
    """Return entries as dicts."""
    return [dict(zip(map(str, rows), row, strict=True)) for row in rows.itertuples(index=False, name=None)]


def on_day(rows: pd.DataFrame, day: date) -> pd.DataFrame:
    """Return the entries that belong to a day."""
    return rows[rows["day"] == pd.Timestamp(day)]


def tags_of(row: dict[str, Any]) -> tuple[str, ...]:
    """Return the ids of an entry's tags."""
    return tuple(one for one in str(row["tag_ids"]).split(",") if one)


def described(text: object) -> str:
    """Return a description in Markdown, a long one cut short, or that there is none."""
    return escape_markdown(shortened(str(text))) or NO_DESCRIPTION


def shortened(text: str) -> str:
    """Return text on one line, a long one cut short."""
    words = one_line(text)
    return words if len(words) <= MOST_SHOWN else f"{words[:MOST_SHOWN].rstrip()} …"


def project_labels(track: Track, also: Sequence[str] = ()) -> dict[str, str]:
    """Return what an entry can be logged on by id, "" for no project: each with its client, one's own last five first.

    `also`: those that are offered although they are archived.
    """
    directory = track.view.directory
    active = [one for one, project in directory.projects.items() if not project.archived and one not in directory.archived]
    ids = dict.fromkeys([*active, *(one for one in also if one)])
    labels = {one: one_line(_with_client(track, one)) for one in ids}
    recent = list(dict.fromkeys(str(one) for one in reversed(track.own["project_id"].tolist()) if one in labels))[:5]
    ordered = [*recent, *sorted(set(labels) - set(recent), key=lambda one: (labels[one].casefold(), one))]
    none = directory.label(Kind.PROJECT, "")
    return {"": none, **told_apart({one: labels[one] for one in ordered}, [none])}


def _with_client(track: Track, project_id: str) -> str:
    directory = track.view.directory
    client = directory.client_of(project_id)
    name = directory.label(Kind.PROJECT, project_id)
    return f"{name} · {directory.label(Kind.CLIENT, client)}" if client else name


def task_labels(track: Track, project_id: str, also: str = "") -> dict[str, str]:
    """Return a project's open tasks by id, "" for none, by name; `also` one that is done."""
    directory = track.view.directory
    found = {
        one: one_line(directory.label(Kind.TASK, one))
        for one, task in directory.tasks.items()
        if project_id and task.project_id == project_id and (not task.is_done or one == also)
    }
    none = directory.label(Kind.TASK, "")
    return {"": none, **told_apart(dict(sorted(found.items(), key=lambda item: item[1].casefold())), [none])}


def tag_labels(track: Track, also: Iterable[str] = ()) -> dict[str, str]:
    """Return the tags that are in use by id, by name."""
    directory = track.view.directory
    ids = [one for one in directory.names[Kind.TAG] if one not in directory.archived]
    labels = {one: one_line(directory.label(Kind.TAG, one)) for one in dict.fromkeys([*ids, *also])}
    return told_apart(dict(sorted(labels.items(), key=lambda item: item[1].casefold())))


def span_words(track: Track, start: datetime, end: datetime | None) -> str:
    """Return "11:00–12:30", of a timer "13:05–now"; a later day is named."""
    begun = track.local(start)
    if end is None:
        return f"{begun:%H:%M}–now"
    ended = track.local(end)
    days = (ended.date() - begun.date()).days
    return f"{begun:%H:%M}–{ended:%H:%M}" + (f" (+{days} d)" if days else "")


def length(seconds: int) -> str:
    """Return hours as they are written on this page: "1:30"."""
    return format_duration(seconds)
