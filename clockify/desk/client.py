"""A client's report, put together for whoever may see all of his time: the page, its files, and a link's own page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import partial

import pandas as pd

from clockify.clients import ClientRule, rule_for
from clockify.desk.access import Access
from clockify.desk.ahead import days_off
from clockify.desk.choice import Choice
from clockify.desk.view import View
from clockify.directory import Kind
from clockify.errors import PermissionDenied
from clockify.periods import ONE_DAY, Month, Period
from clockify.reports.budgets import Budgets, Forecasts, forecasts
from clockify.reports.client import NEEDED, ClientReport, Shown, client_report, step_for
from clockify.reports.client_left import Foresee, Left, Retainer, client_left, has_caps, projects_of
from clockify.reports.client_rounding import client_rounded
from clockify.reports.filters import Filters, apply_filters
from clockify.reports.keys import as_categorical, recoded

LOOK_BACK, MOST_MONTHS = 6, 35


@dataclass(frozen=True)
class Made:
    """A client's report with what he has left; the same for page, files and link."""

    client: str
    projects: tuple[str, ...]
    rule: ClientRule
    report: ClientReport
    left: tuple[Left, ...]
    retainers: tuple[Retainer, ...]


def one_of(choice: Choice) -> str:
    """Return the id of the client whose report is chosen, "" while none, or several, are."""
    clients = choice.filters.clients
    return clients[0] if len(clients) == 1 else ""


def planned_months(access: Access, client_id: str, shown: Shown, today: date, period: Period) -> list[Month]:
    """Return the months that what is left is made of; none where nothing is planned, or it isn't shown."""
    notes, directory = access.notes, access.known()
    if not client_id or not (shown.left or shown.cycles) or not has_caps(client_id, directory, notes):
        return []
    now, own = Month.of(today), projects_of(client_id, directory)
    paid = [Month.of(one.first) for one in notes.packs if one.client_id == client_id or one.project_id in own]
    first = max(min([now.after(-LOOK_BACK), *paid]), now.after(-MOST_MONTHS))
    return [one for one in Period(first.period.start, now.period.end).months() if one not in period.months()]


def make_report(view: View, shown: Shown, team: View | None = None) -> Made:
    """Make the report of the one client of a view; PermissionDenied for whoever may not see all of his time.

    `team`: the same view as whoever sees everybody has it, for what is foreseen, which goes by how forecasts held everywhere.
    """
    client, directory, filters = one_of(view.choice), view.directory, view.choice.filters
    if not view.access.sees_client(client):
        raise PermissionDenied("A client's report is of everybody's time for him.", status=403)
    rule = rule_for(view.access.notes.client_rules, client)
    entries = view.entries(NEEDED)
    days = {"period": view.period, "interval": step_for(view.period, shown), "week_start": view.week_start}
    report = client_report(client_rounded(entries, rule), entries, directory, shown, **days)  # type: ignore[arg-type]
    foresee = _foreseer(team or view, client)
    left, retainers = _left(view, client, rule, shown, foresee) if shown.left or shown.cycles else ((), ())
    names = tuple(directory.label(Kind.PROJECT, one) for one in filters.projects)
    return Made(directory.label(Kind.CLIENT, client), names, rule, report, left, retainers)


def _left(view: View, client: str, rule: ClientRule, shown: Shown, foresee: Foresee) -> tuple[tuple[Left, ...], tuple[Retainer, ...]]:
    """Hold the client's time against what was paid ahead or is planned; packs go by what he is charged."""
    access, directory = view.access, view.directory
    entries = apply_filters(access.entries(view.opening, ("day", *NEEDED)), Filters(clients=(client,)), directory)
    return client_left(
        client,
        view.choice.filters.projects,
        access.cube(view.opening),
        client_rounded(entries, rule, monthly=True),
        directory,
        access.notes,
        foresee,
        money=shown.amounts,
        known_from=view.known_from,
        today=view.today,
        week_start=view.week_start,
    )


def _foreseer(view: View, client: str) -> Foresee:
    """Return what foresees plans, of projects or of the client as a whole: with everybody's time, whosever plans they are.

    However few days the report is of, what is foreseen is made of all that is known.
    """
    off, scale = days_off(view, Period(min(view.known_from, view.today), view.today + ONE_DAY))
    foresee = partial(
        forecasts,
        known_from=view.known_from,
        today=view.today,
        week_start=view.week_start,
        weekdays=view.access.workspace.working_days,
        off=off,
        scale=scale,
    )

    def everywhere(_own: pd.DataFrame, found: Budgets) -> Forecasts:
        cube = view.access.cube(view.opening)
        if any(one.project_id == client for one in found.rows):
            # A client's pack goes at the pace of all his projects, as if they were one.
            cube = cube.assign(project_id=recoded(as_categorical(cube["project_id"]), view.directory.client_of))
        return foresee(cube, found)

    return everywhere
