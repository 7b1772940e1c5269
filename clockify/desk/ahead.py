"""What is known of the days to come, and of how far the team was there: what forecasts are made with."""

from __future__ import annotations

from datetime import date, timedelta

from clockify.desk.view import View
from clockify.periods import Period
from clockify.plans import EVERYBODY
from clockify.reports.capacity import capacity_days, week_scale

MOST_DAYS_OFF = 400


def days_off(view: View, period: Period | None = None) -> tuple[frozenset[date], dict[date, float]]:
    """Return the days to come on which nobody works, and which part of each week's working time the team was there.

    The weeks are those of `period`, the view's own if none: it has to hold all of which a pace is made.
    """
    notes, people = view.access.notes, view.access.active_people()
    capacity = capacity_days(people, period or view.period, notes, view.access.workspace.working_days)
    everybody = [one for one in notes.days_off if one.user_id == EVERYBODY and one.last > view.today]
    days = {
        one.first + timedelta(days=number) for one in everybody for number in range(min((one.last - one.first).days + 1, MOST_DAYS_OFF))
    }
    return frozenset(days), week_scale(capacity, view.week_start)
