"""What Studio Meridian has written down in the dashboard: who is there when, what people cost, what projects may take."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from itertools import groupby

from clockify.branding import Branding
from clockify.clients import ClientRule, Direction, Pack
from clockify.demo.agency import HABITS, HOUR
from clockify.demo.workdays import is_holiday, on_vacation
from clockify.demo.world import World
from clockify.plans import Capacity, CostRate, Cycle, DaysOff, Notes, Plan, Target, Usual

BACK, AHEAD, WEEKEND = 400, 92, 5
# What people agreed to work on each of their days, beside what `HABITS` says they do log.
_DAILY_HOURS = (6, 7.5, 8, 8, 8, 7.5, 6, 8, 4.5)
PACK_DAYS = 150
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 48 48" width="48" height="48"><rect width="48" height="48" rx="9" '
    b'fill="#1d6ca6" /><path d="M12 35V14l12 12 12-12v21" fill="none" stroke="#fff" stroke-width="5" /></svg>'
)


def notes_of(world: World, now: datetime) -> Notes:
    """Write down as of a day what a team of the agency's size would have."""
    today = now.astimezone(world.zone).date()
    staff = [user.id for user in world.users.values() if user.status != "DELETED"]
    costs = [(user.id, user.cost_rate) for user in world.users.values() if user.cost_rate]
    projects = {project.name: project.id for project in world.projects.values()}
    rounded = [client.id for client in world.clients.values() if client.name == "Helios Energy"]
    begin = today.replace(day=1)
    internal, business = projects.get("Internal"), projects.get("New business")
    website = projects.get("Website relaunch")
    return Notes(
        capacities=tuple(_capacity(one, number) for number, one in enumerate(staff)),
        days_off=tuple(_days_off(staff, today)),
        targets=tuple(Target(one, utilization=60, billability=50) for one in staff[:1]),
        cost_rates=tuple(CostRate(one, cents, world.currency) for one, cents in costs),
        plans=(
            *([Plan(internal, seconds=110 * HOUR, cycle=Cycle.MONTH)] if internal else []),
            *([Plan(business, seconds=150 * HOUR, cycle=Cycle.QUARTER, carries=True)] if business else []),
        ),
        client_rules=tuple(ClientRule(one, Direction.UP) for one in rounded),
        packs=(Pack(begin, project_id=website, seconds=120 * HOUR, last=begin + timedelta(days=PACK_DAYS)),) if website else (),
        branding=Branding("Studio Meridian", "Kralja Petra 12\n11000 Belgrade", LOGO, "svg", "#1d6ca6"),
        usual=Usual(utilization=85, billability=80),
    )


def _capacity(user_id: str, number: int) -> Capacity:
    place = number % len(HABITS)
    seconds = int(_DAILY_HOURS[place] * HOUR)
    return Capacity(user_id, tuple(seconds if day in HABITS[place].weekdays else 0 for day in range(7)))


def _days_off(staff: list[str], today: date) -> list[DaysOff]:
    """Give everybody the studio's holidays and his vacation, from a year ago until three months ahead."""
    days = [today + timedelta(days=number) for number in range(-BACK, AHEAD) if (today + timedelta(days=number)).weekday() < WEEKEND]
    found = []
    for number, user_id in enumerate(staff):
        off = [
            (day, "Vacation" if on_vacation(day, number) else "Public holiday")
            for day in days
            if on_vacation(day, number) or is_holiday(day)
        ]
        for (_, note), together in groupby(enumerate(off), key=lambda one: (one[1][0].toordinal() - one[0], one[1][1])):
            span = [day for _, (day, _) in together]
            found.append(DaysOff(user_id, span[0], span[-1], note))
    return found
