"""The studio with plans, and what people there have written down.

At noon of Wednesday 18 November 2026, beside the studio's own entries (4 h of Atlas in October, 3½ h in November):

    Atlas     estimate of 8 h for the whole project      7:30 used    94 %, near
    Borealis  budget of $200 for the whole project       $240 used   120 %, over
    Internal  nothing planned                            0:30 this month, worked on in the last four weeks
"""

from __future__ import annotations

from typing import Any

from clockify.app.shell import resources
from clockify.demo import World
from clockify.demo.entities import Project
from tests.support.house import House

HOUR = 3600


def project_named(world: World, name: str) -> Project:
    """Return a project of a world by its name."""
    return next(one for one in world.projects.values() if one.name == name)


def person_named(world: World, name: str) -> str:
    """Return somebody's id by the name."""
    return next(one.id for one in world.users.values() if one.name == name)


def plan_projects(house: House) -> None:
    """Set an estimate for Atlas and a budget for Borealis, in Clockify."""
    house.world.edit(project_named(house.world, "Atlas"), time_estimate=8 * HOUR)
    house.world.edit(project_named(house.world, "Borealis"), budget=200_00)


def write_down(world: World, kind: str, *rows: Any) -> None:
    """Write rows down as the app's own page does; the app has to be set up."""
    resources.desk().notebook(demo=False).records.save(world.id, kind, [], rows, by="Ana")
