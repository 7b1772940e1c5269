"""A link as it is opened: by a stranger, in a thread of the server's, with nothing but what the copy has.

It asks Clockify for nothing that a person waits for: what is missing or stale is read behind it, as requests are left over.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from dataclasses import dataclass, fields, replace
from datetime import datetime
from typing import TypeVar

from clockify.clients import Scope, rule_for
from clockify.desk.choice import Choice
from clockify.desk.client import Made, make_report, planned_months
from clockify.desk.client_access import ClientAccess
from clockify.desk.desk import Desk
from clockify.desk.look import Look
from clockify.desk.view import View
from clockify.desk.viewer import NOBODY, Viewer
from clockify.desk.visit import Visit
from clockify.links import Link
from clockify.periods import previous_period
from clockify.reports.client import Shown
from clockify.reports.client_left import projects_of
from clockify.reports.filters import Filters
from clockify.roles import Role

T = TypeVar("T")

_HOUSE = Viewer("The installation", may_connect=False, is_here=False)


@dataclass(frozen=True)
class Shared:
    """What a link shows: one client's time with the rights of his report's reader, and the same view as the installation has it."""

    desk: Desk
    link: Link
    view: View
    shown: Shown
    team: View

    @property
    def is_ready(self) -> bool:
        """Is all of the period there, so that its sums are totals, and nothing on its way that what is left is made of?"""
        return self.view.is_whole and not self.view.opening.reading

    @property
    def as_of(self) -> datetime | None:
        """As of when the figures are: when all were last seen to agree, else when the rows were read."""
        agree = all(state.verdict.agrees for state in self.view.shown_states)
        return self.view.checked_at if agree else self.view.rows_at

    @property
    def is_held_up(self) -> bool:
        """Does something keep newer figures away?"""
        return bool(self.view.faults)

    def report(self) -> Made:
        """Make the report."""
        return self.kept("report", lambda: make_report(self.view, self.shown, self.team))

    def kept(self, what: str, make: Callable[[], T], *ask: Hashable) -> T:
        """Return what `make` gives: made now, or by whoever opened a link to the same. It is shared: never change it."""
        if self.view.fingerprint is None:
            return make()

        def newly_made() -> T:
            self.desk.tidy_soon()
            return make()

        return self.desk.caches.cards.get(("link", what, self.view.fingerprint, self.shown, self.link.terms.notes, ask), newly_made)


def shared_by(desk: Desk, link: Link) -> Shared | None:
    """Return what a link shows of what is there, and start what is missing; None while nothing is there. Never waits.

    Raises Lost if a month was damaged (open it again), NotFound if the installation's key leads to its workspace no more.
    """
    visit = _house(desk, link)
    if visit.mirror is None or not visit.mirror.has_lists:
        return None
    team = _as_the_team(visit, link)
    viewer = _reader(team, link)
    access = ClientAccess(link.terms.client_id, viewer, visit.mirror, desk.caches, desk.notebook(demo=visit.is_demo))
    view = replace(team, access=access, directory=access.directory(team.opening))
    return Shared(desk, link, view, _switches(link).in_force(money=team.sees_amounts), team)


def _house(desk: Desk, link: Link) -> Visit:
    """Return how the installation itself looks at the link's workspace; without a mirror while nobody knows whose key it is."""
    settings = desk.demo_settings() if desk.settings.is_demo else desk.settings
    fingerprint = desk.caches.words.get(("links' key", settings.api_url), lambda: desk.fingerprint(settings))
    account = desk.account(settings, fingerprint)
    account.open(requests_per_hour=settings.requests_per_hour, behind=True)
    visit = Visit(desk, _HOUSE, settings, account)
    if not account.is_known:
        return visit
    mirror = desk.mirror(account, link.workspace_id, settings.time_zone, chosen=link.terms.zone or None)
    mirror.ensure_lists()
    return replace(visit, mirror=mirror)


def _as_the_team(visit: Visit, link: Link) -> View:
    """Open the months of a link; all of them behind it, with requests that nobody needs for himself."""
    terms, access, mirror = link.terms, visit.access, visit.mirror
    if mirror is None:
        raise LookupError("there is no mirror")
    choice = Choice(terms.preset, terms.days, Filters(clients=(terms.client_id,), projects=terms.projects))
    period = choice.period(visit.today, visit.week_start)
    history = planned_months(access, terms.client_id, _switches(link), visit.today, period)
    opening = mirror.open_months((), beside=[*period.months(), *history])
    directory, now, fault = access.directory(opening), visit.desk.now(), visit.account.fault if visit.account else None
    look = Look(hours=terms.hours)
    return View(access, choice, period, previous_period(period, visit.today), opening, directory, now, visit.is_demo, fault, look)


def _reader(team: View, link: Link) -> Viewer:
    """Return who reads a link: he sees the client's projects as they are now, and money where amounts are shown.

    A rule that rounds lines of the invoice needs rates to know them: they are taken away when the lines are made.
    """
    client, rules = link.terms.client_id, team.access.notes.client_rules
    rule = rule_for(rules, client)
    by_line = not rule.is_exact and rule.scope is Scope.LINE
    return Viewer(
        "A client",
        people=NOBODY,
        sees_money=_switches(link).amounts or by_line,
        sees_cost=False,
        may_connect=False,
        is_here=False,
        role=Role.CLIENT,
        projects=frozenset(projects_of(client, team.directory)),
    )


def _switches(link: Link) -> Shown:
    return shown_by(link.terms.shown)


def shown_by(names: tuple[str, ...]) -> Shown:
    """Return what is shown by the switches that are on, by name; one that isn't known any more is off."""
    return Shown(**{one.name: one.name in names for one in fields(Shown)})
