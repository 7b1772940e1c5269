"""What of rows, names, plans and notes a viewer may see: the rest is gone before it leaves the desk."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd

from clockify.desk.viewer import Viewer
from clockify.directory import Directory, Kind, Project
from clockify.frames import MONEY
from clockify.plans import EVERYBODY, Notes, Plan


def visible_rows(frame: pd.DataFrame, viewer: Viewer) -> pd.DataFrame:
    """Leave the rows that a viewer may see, without money if he may see none; the same frame if that is all of it."""
    if viewer.people is not None:
        seen = frame["user_id"].isin(viewer.people)
        if viewer.projects:
            seen |= frame["project_id"].isin(viewer.projects)
        frame = frame[seen]
        # Ids of others would stay behind as categories without rows.
        kept = {str(name): column.cat.remove_unused_categories() for name, column in frame.select_dtypes("category").items()}
        frame = frame.assign(**kept)
    return frame if viewer.sees_money else frame.assign(**{name: 0 for name in MONEY if name in frame})


def visible_names(directory: Directory, viewer: Viewer) -> Directory:
    """Leave out people whose time may not be seen; with them goes what Clockify says is tracked in all; without money, budgets go."""
    people, tasks = directory.names[Kind.USER], directory.tasks
    if viewer.people is not None:
        people = {one: name for one, name in people.items() if one in viewer.people}
        tasks = {one: replace(task, tracked=0) for one, task in tasks.items()}
    projects = {one: _visible_project(project, viewer) for one, project in directory.projects.items()}
    return replace(directory, names={**directory.names, Kind.USER: people}, projects=projects, tasks=tasks)


def visible_notes(notes: Notes, viewer: Viewer) -> Notes:
    """Leave what is about people whose time may be seen, and everybody's days off.

    Without money there are no budgets, rates and packs of money, without money or cost no cost rates. How clients' time is
    rounded and how the team looks is everybody's.
    """
    seen = viewer.people
    return replace(
        notes,
        capacities=tuple(one for one in notes.capacities if seen is None or one.user_id in seen),
        days_off=tuple(one for one in notes.days_off if seen is None or one.user_id in seen or one.user_id == EVERYBODY),
        targets=tuple(one for one in notes.targets if seen is None or one.user_id in seen),
        cost_rates=tuple(
            one for one in notes.cost_rates if viewer.sees_cost and viewer.sees_money and (seen is None or one.user_id in seen)
        ),
        plans=tuple(one for one in notes.plans if viewer.sees_money or not _is_money(one)),
        rates=notes.rates if viewer.sees_money else (),
        packs=tuple(one for one in notes.packs if viewer.sees_money or one.cents is None),
    )


def _visible_project(project: Project, viewer: Viewer) -> Project:
    estimate = project.estimate
    plan = estimate.plan if viewer.sees_money or not _is_money(estimate.plan) else None
    return replace(project, estimate=replace(estimate, plan=plan, tracked=estimate.tracked if viewer.people is None else None))


def _is_money(plan: Plan | None) -> bool:
    return plan is not None and plan.cents is not None
