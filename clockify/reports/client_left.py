"""What a client has left: of packs paid ahead, else of what is planned for his projects; and his retainers, cycle by cycle."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from datetime import date

import pandas as pd

from clockify.clients import Pack
from clockify.directory import Directory
from clockify.plans import Notes
from clockify.reports.budgets import Budget, Budgets, Forecasts, Foreseen, Source, budgets
from clockify.reports.burn import State
from clockify.reports.cycles import CYCLE_DTYPES
from clockify.reports.filters import Filters, apply_filters
from clockify.reports.keys import as_categorical, recoded
from clockify.reports.packs import packed_up

Foresee = Callable[[pd.DataFrame, Budgets], Forecasts]
NO_CYCLES = pd.DataFrame(columns=list(CYCLE_DTYPES)).astype(CYCLE_DTYPES)
CYCLES_SHOWN = 12


@dataclass(frozen=True)
class Left:
    """A plan of a client's, or of one of his projects (`project_id`, "" for all of them), and what is foreseen for it.

    `is_pack`: it was paid ahead; `expires`: the last day on which it may be used.
    """

    project_id: str
    budget: Budget
    foreseen: Foreseen = field(default_factory=Foreseen)
    is_pack: bool = False
    expires: date | None = None
    note: str = ""


@dataclass(frozen=True)
class Retainer:
    """A project's plan that begins anew, and its cycles (`CYCLE_DTYPES`) of which all is known, the newest first."""

    budget: Budget
    cycles: pd.DataFrame


def has_caps(client_id: str, directory: Directory, notes: Notes) -> bool:
    """Is there anything planned or paid ahead for a client, in hours or money?"""
    own = projects_of(client_id, directory)
    written = {one.project_id for one in notes.plans} | {one.project_id for one in notes.packs}
    theirs = {one for one in own if directory.projects[one].estimate.plan}
    return bool(own & (written | theirs)) or any(one.client_id == client_id for one in notes.packs)


def projects_of(client_id: str, directory: Directory) -> set[str]:
    """Return the ids of a client's projects."""
    return {one for one, project in directory.projects.items() if project.client_id == client_id}


def client_left(
    client_id: str,
    projects: Collection[str],
    cube: pd.DataFrame,
    charged: pd.DataFrame,
    directory: Directory,
    notes: Notes,
    foresee: Foresee,
    *,
    known_from: date,
    today: date,
    week_start: str,
    money: bool = True,
) -> tuple[tuple[Left, ...], tuple[Retainer, ...]]:
    """Return what a client has left, packs first, then what is used most; and the retainers among his projects.

    `cube` is everybody's exact time, of the days since `known_from` all of it; `charged` is the client's, as he is charged,
    which packs go by. `projects`: those that are chosen, all of his if none. `foresee` is `forecasts` with its terms. A
    project with a pack of its own, or of a client with one, has no other plan. Without `money` there is none in it.
    """
    own = set(projects) or projects_of(client_id, directory)
    packs = _packs(client_id, own, cube, charged, directory, notes, foresee, known_from=known_from, today=today, money=money)
    covered = {one.project_id for one in packs}
    mine = apply_filters(cube, Filters(projects=tuple(sorted(own or {""}))), directory)
    found = budgets(mine, directory, notes, known_from=known_from, today=today, week_start=week_start, money=money)
    rows = tuple(one for one in found.rows if one.project_id in own and one.source is not Source.USUAL)
    ahead = foresee(cube, Budgets(rows, found.cycles)).by_project
    plans = [Left(one.project_id, one, ahead.get(one.project_id, Foreseen())) for one in rows if not covered & {one.project_id, ""}]
    return (*packs, *plans), tuple(_retainer(one, found.cycles, known_from) for one in rows if one.recurs)


def _packs(
    client_id: str,
    own: Collection[str],
    cube: pd.DataFrame,
    charged: pd.DataFrame,
    directory: Directory,
    notes: Notes,
    foresee: Foresee,
    *,
    known_from: date,
    today: date,
    money: bool,
) -> list[Left]:
    found = []
    for subject, packs in _by_subject(client_id, own, notes.packs).items():
        project_id = "" if subject == client_id else subject
        time = apply_filters(charged, Filters(projects=(project_id,)), directory) if project_id else charged
        up = packed_up(packs, time, known_from=known_from, today=today, threshold=notes.usual.threshold, money=money)
        if up is None:
            continue
        # The pace of a client is that of all his projects.
        whole = cube if project_id else cube.assign(project_id=recoded(as_categorical(cube["project_id"]), directory.client_of))
        ahead = foresee(whole, Budgets((up.budget,), NO_CYCLES)).by_project.get(subject, Foreseen())
        found.append(Left(project_id, up.budget, ahead, True, up.expires, up.note))
    return sorted(found, key=lambda one: (one.budget.burn.state is not State.OVER, one.project_id))


def _by_subject(client_id: str, own: Collection[str], packs: Sequence[Pack]) -> dict[str, list[Pack]]:
    found: dict[str, list[Pack]] = {}
    for one in packs:
        if one.client_id == client_id or one.project_id in own:
            found.setdefault(one.subject, []).append(one)
    return found


def _retainer(one: Budget, cycles: pd.DataFrame, known_from: date) -> Retainer:
    """Leave the last cycles that began in days of which all is known; the running one is there in any case."""
    own = cycles[cycles["project_id"] == one.project_id]
    known = own[(own["start"] >= pd.Timestamp(known_from)) | own["running"]]
    return Retainer(one, known.iloc[::-1].head(CYCLES_SHOWN).reset_index(drop=True))
