"""How a view is opened: which months a page needs, and what is there of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from clockify.desk.choice import Choice
from clockify.desk.look import USUAL, Look
from clockify.desk.view import View
from clockify.desk.visit import Visit
from clockify.periods import Against, Month, Period, compared_period


def open_view(
    visit: Visit,
    choice: Choice,
    *,
    period: Period | None = None,
    compares: bool = True,
    history: Sequence[Month] = (),
    look: Look = USUAL,
) -> View:
    """Open the months that a page shows, and start what they need; never waits. Lost if one was damaged: open it again.

    `period`: other days than the choice's. What it is compared with is read if the page `compares`, or the choice does;
    `history`: months that it looks back on.
    """
    if visit.mirror is None:
        raise LookupError("there is no mirror")
    period = period or choice.period(visit.today, visit.week_start)
    previous = compared_period(choice.compare or Against.PREVIOUS, period, visit.today)
    beside = [*(previous.months() if compares or choice.compare else []), *history]
    opening = visit.access.seen(visit.mirror.open_months(period.months(), beside=beside))
    fault = visit.account.fault if visit.account else None
    directory = visit.access.directory(opening)
    view = View(visit.access, choice, period, previous, opening, directory, visit.desk.now(), visit.is_demo, fault, look)
    if view.unsure_of:
        view = replace(view, opening=visit.access.seen(visit.mirror.open_months(period.months(), beside=[*beside, view.unsure_of])))
    return view


def looked_again(visit: Visit, view: View) -> View:
    """Return a view with what is there by now of its months."""
    if visit.mirror is None:
        return view
    return replace(view, opening=visit.access.seen(visit.mirror.open_months(view.period.months(), beside=view.opening.wanted)))
