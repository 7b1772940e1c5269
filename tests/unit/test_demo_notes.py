"""What the demo begins with of what is written down: nothing that can't be right, of those who are there."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from clockify.demo import agency_world, notes_of
from clockify.demo.workdays import is_holiday, on_vacation
from clockify.plans import KINDS, SINGLE, clashes_in, problems_of

NOW = datetime(2026, 11, 18, 12, tzinfo=UTC)


def test_the_demos_notes_can_be_right_and_are_of_those_who_are_there() -> None:
    world = agency_world(NOW)
    notes = notes_of(world, NOW)
    rows = {kind: list(getattr(notes, kind)) for kind in KINDS}
    assert [problem for kind in rows for row in rows[kind] for problem in problems_of(row)] == []
    assert [problem for kind in SINGLE for problem in problems_of(getattr(notes, kind))] == []
    assert [clash for kind in rows for clash in clashes_in(rows[kind])] == []
    staff = {user.id for user in world.users.values() if user.status != "DELETED"}
    assert {row.user_id for row in notes.capacities} == staff
    assert {row.user_id for row in (*notes.days_off, *notes.targets)} <= staff
    assert {row.project_id for row in notes.plans} <= {project.id for project in world.projects.values()}
    assert {row.client_id for row in notes.client_rules} <= {client.id for client in world.clients.values()}
    assert {row.project_id for row in notes.packs} <= {project.id for project in world.projects.values()}
    assert notes.client_rules and notes.packs and notes.branding.logo
    assert notes_of(world, NOW) == notes


def test_the_demos_days_off_are_holidays_and_vacations() -> None:
    world = agency_world(NOW)
    notes = notes_of(world, NOW)
    staff = [user.id for user in world.users.values() if user.status != "DELETED"]
    today = NOW.date()
    for number, one in enumerate(staff):
        off = {
            row.first + timedelta(days=day)
            for row in notes.days_off
            if row.user_id == one
            for day in range((row.last - row.first).days + 1)
        }
        days = [today + timedelta(days=day) for day in range(-400, 92)]
        assert off == {day for day in days if day.weekday() < 5 and (is_holiday(day) or on_vacation(day, number))}
