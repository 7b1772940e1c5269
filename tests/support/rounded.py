"""Views with a rule of rounding and a period beside them: as the pages make them, and the rounded entries they stand for."""

from __future__ import annotations

import atexit
import shutil
from dataclasses import dataclass, replace
from datetime import date, timedelta
from fractions import Fraction
from pathlib import Path
from tempfile import mkdtemp

from clockify.desk.choice import Choice, from_url, to_url
from clockify.desk.desk import Desk
from clockify.desk.looking import open_view
from clockify.desk.view import View
from clockify.desk.viewer import Viewer
from clockify.desk.visit import Visit
from clockify.periods import Against, Period, Preset, week_of
from clockify.reports.filters import Filters
from clockify.reports.rounding import Direction, Rounding
from clockify.settings import Settings
from tests.support import truth
from tests.support.views import NOW, Books, Dated, Wanted

RULES = [(direction, minutes) for direction in ("up", "down", "nearest") for minutes in (1, 5, 6, 10, 15, 30)]
SECONDS = 120.0
FOLDER = Path(mkdtemp(prefix="clockify-rounded-"))
atexit.register(shutil.rmtree, FOLDER, ignore_errors=True)
DESK = Desk(Settings(), FOLDER, lambda: NOW)


@dataclass(frozen=True)
class Rule:
    """A rule of rounding, as plain arithmetic has it."""

    direction: str
    minutes: int

    def applied(self, entry: truth.Entry) -> truth.Entry:
        """Return the entry as long as it is billed."""
        step = Fraction(self.minutes * 60)
        steps = entry.seconds / step
        whole = {"up": -(-steps).__floor__(), "down": steps.__floor__(), "nearest": (steps + Fraction(1, 2)).__floor__()}[self.direction]
        seconds = int(whole * step)
        return replace(entry, seconds=seconds, cents=Fraction(entry.rate * seconds, 3600) if entry.billable else Fraction(0))


class Page:
    """A view as the pages make it, and the rounded entries that it should stand for."""

    def __init__(self, books: Books, wanted: Wanted, rule: Rule, against: str, *, week: bool = False) -> None:
        self.books, mirror = books, books.mirror_in(wanted.zone)
        visit = Visit(DESK, Viewer("You"), Settings(), mirror=mirror)
        chosen = (("person", wanted.people), ("client", wanted.clients), ("project", wanted.projects))
        ids = [tuple(books.ids[kind][one] for one in places if one < len(books.ids[kind])) for kind, places in chosen]
        custom = wanted.preset is Preset.CUSTOM
        days = Period(wanted.first, wanted.first + timedelta(days=wanted.days)) if custom else None
        rounding = Rounding(Direction(rule.direction), rule.minutes)
        meant = Choice(wanted.preset, days, Filters(*ids, wanted.billable), rounding, Against(against))
        self.choice, dropped = from_url(to_url(meant))
        assert (self.choice, dropped) == (meant, [])
        self.period = week_of(wanted.first, "MONDAY") if week else self.choice.period(visit.today, "MONDAY")
        self.view = view_of(visit, self.choice, self.period)
        self.days = [self.period.start + step * truth.DAY for step in range(self.period.days)]
        self.days_before = other_days(self.days, visit.today, against)
        wish = truth.Wish(*ids, wanted.billable)
        self.exact, self.before_exact = (passing(books, wanted.zone, wish, days) for days in (self.days, self.days_before))
        self.dated, self.before = ([(day, rule.applied(one)) for day, one in dated] for dated in (self.exact, self.before_exact))
        over = set(truth.days_over(self.days, visit.today))
        self.over = [one for one in self.dated if one[0] in over]


def view_of(visit: Visit, choice: Choice, period: Period) -> View:
    """Open a view as the pages do, and wait for its months."""
    assert visit.mirror and choice.compare
    view = open_view(visit, choice, period=period)
    assert visit.mirror.wait(view.opening, SECONDS)
    return open_view(visit, choice, period=period)


def passing(books: Books, zone: str, wish: truth.Wish, days: list[date]) -> Dated:
    meant = set(days)
    return [(day, entry) for day, entry in books.dated_in(zone) if day in meant and wish.passes(entry)]


def other_days(days: list[date], today: date, against: str) -> list[date]:
    """Return the days compared with, found day by day: those before, or those of a year earlier."""
    if against == "previous":
        return truth.days_before(days, today)
    months = {(day.year, day.month) for day in days}
    year = [date(days[0].year - 2, 1, 1) + step * truth.DAY for step in range(1500)]
    if len([day for day in year if (day.year, day.month) in months]) == len(days):
        before = [day for day in year if (day.year + 1, day.month) in months]
    elif len(days) % 7 == 0:
        before = [day - 364 * truth.DAY for day in days]
    else:
        first, last = ((day - truth.DAY if (day.month, day.day) == (2, 29) else day) for day in (days[0], days[-1]))
        before = [day for day in year if first.replace(year=first.year - 1) <= day <= last.replace(year=last.year - 1)]
    return truth.as_many(before, days, today)


def moved(page: Page) -> Dated:
    """Return what was before on the days of now: its first day on the first."""
    shift = page.days[0] - page.days_before[0]
    return [(day + shift, entry) for day, entry in page.before]
