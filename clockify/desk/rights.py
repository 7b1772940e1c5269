"""What of rows, names, plans and notes a viewer may see: the rest is gone before it leaves the desk."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace

import pandas as pd

from clockify.clients import Pack
from clockify.desk.met import NOBODY_MET
from clockify.desk.viewer import Viewer
from clockify.directory import NO_ESTIMATE, Directory, Kind, Project
from clockify.estimates import Task
from clockify.frames import MONEY
from clockify.mirror.jobs import Progress
from clockify.mirror.opening import Opening
from clockify.mirror.snapshots import MonthState
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


def visible_names(directory: Directory, viewer: Viewer, met: pd.DataFrame = NOBODY_MET) -> Directory:
    """Leave the names that are a viewer's; without money, budgets go.

    His are those in rows that he may see (of `met`: who worked on what), of what he manages, and of projects on which he may
    log time. What Clockify plans and says is tracked is of projects of which he sees everybody's time. Tags are everybody's.
    """
    if viewer.people is None:
        projects = {one: _without_money(project) for one, project in directory.projects.items()}
        return directory if viewer.sees_money else replace(directory, projects=projects)
    rows = visible_rows(met, viewer)
    users, worked, tasks = ({str(one) for one in rows[name].unique()} for name in ("user_id", "project_id", "task_id"))
    opened = {one.id for one in directory.projects.values() if one.id in viewer.projects or one.is_open_to(viewer.user_id)}
    return _only(directory, viewer, people=viewer.people | users, projects=opened | worked, opened=opened, tasks=tasks)


def _only(
    directory: Directory, viewer: Viewer, *, people: Collection[str], projects: set[str], opened: set[str], tasks: set[str]
) -> Directory:
    """Leave these names, and of opened projects all tasks."""
    own_tasks = tasks | {one.id for one in directory.tasks.values() if one.project_id in opened}
    clients = {directory.client_of(one) for one in projects}
    free = {one.id for one in directory.projects.values() if one.is_open_to(viewer.user_id)}
    kept = {Kind.USER: people, Kind.CLIENT: clients, Kind.PROJECT: projects, Kind.TASK: own_tasks, Kind.TAG: directory.names[Kind.TAG]}
    shown = frozenset().union(*kept.values())
    return replace(
        directory,
        names={kind: {one: name for one, name in directory.names[kind].items() if one in ids} for kind, ids in kept.items()},
        projects={one: _seen(project, viewer, people) for one, project in directory.projects.items() if one in projects},
        tasks={one: _task(task, viewer) for one, task in directory.tasks.items() if one in own_tasks},
        archived=directory.archived & shown,
        current=frozenset(one for one in directory.current & shown if _project_of(directory, one) in (free | {None})),
    )


def visible_notes(notes: Notes, viewer: Viewer, projects: Collection[str] = ()) -> Notes:
    """Leave what is about people whose time may be seen, and everybody's days off; plans of projects that are seen whole.

    Rates are of `projects` whose names are the viewer's. What clients agreed on is for those who see all. Without money there are
    no budgets, rates and packs of money, without money or cost no cost rates. How the team looks is everybody's.
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
        plans=tuple(one for one in notes.plans if _sees_whole(viewer, one.project_id) and (viewer.sees_money or not _is_money(one))),
        rates=tuple(one for one in notes.rates if viewer.sees_money and (seen is None or one.project_id in projects)),
        client_rules=notes.client_rules if seen is None else (),
        packs=_packs(notes, viewer),
    )


def visible_opening(opening: Opening, viewer: Viewer) -> Opening:
    """Leave of months what tells nobody how much time others have: no counts, no totals ahead, no sums that differ but his own."""
    if viewer.people is None:
        return opening
    states = {month: _state(state, viewer) for month, state in opening.states.items()}
    return replace(opening, states=states, reading={month: Progress() for month in opening.reading})


def is_seen(viewer: Viewer, user_id: str, project_id: str) -> bool:
    """May a viewer see a person's time on a project?"""
    return viewer.people is None or user_id in viewer.people or project_id in viewer.projects


def _packs(notes: Notes, viewer: Viewer) -> tuple[Pack, ...]:
    if viewer.people is not None:
        return ()
    return tuple(one for one in notes.packs if viewer.sees_money or one.cents is None)


def _state(state: MonthState, viewer: Viewer) -> MonthState:
    verdict = state.verdict
    seen = tuple(one for one in verdict.differences if is_seen(viewer, one.user_id, one.project_id))
    # Whether there are any, and not how many: sums would tell the others' by subtraction.
    counts = {"entries_count": min(state.entries_count, 1), "unread": min(state.unread, 1)}
    return replace(state, verdict=replace(verdict, differences=seen, days=verdict.days[:1]), digest="", **counts)  # type: ignore[arg-type]


def _sees_whole(viewer: Viewer, project_id: str) -> bool:
    return viewer.people is None or project_id in viewer.projects


def _without_money(project: Project) -> Project:
    plan = project.estimate.plan
    return replace(project, estimate=replace(project.estimate, plan=None)) if _is_money(plan) else project


def _seen(project: Project, viewer: Viewer, people: Collection[str]) -> Project:
    estimate = project.estimate if project.id in viewer.projects else NO_ESTIMATE
    seen = replace(project, estimate=estimate, members=project.members.intersection(people))
    return seen if viewer.sees_money else _without_money(seen)


def _project_of(directory: Directory, identifier: str) -> str | None:
    """Return the project of a task or of itself; None for a tag."""
    task = directory.tasks.get(identifier)
    return task.project_id if task else identifier if identifier in directory.projects else None


def _task(task: Task, viewer: Viewer) -> Task:
    return task if task.project_id in viewer.projects else replace(task, planned=0, tracked=0)


def _is_money(plan: Plan | None) -> bool:
    return plan is not None and plan.cents is not None
