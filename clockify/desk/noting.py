"""Commands on what is written down: change it, take the last change back, take it away as a file and bring it in again."""

from __future__ import annotations

from collections.abc import Sequence

from clockify.clients import ClientRule, Pack
from clockify.desk.visit import Visit
from clockify.directory import Kind
from clockify.errors import PermissionDenied
from clockify.plans import EVERYBODY, Change, Notes, Plan, Rate, Row, subject_of
from clockify.records.reading import Problem
from clockify.records.store import Records
from clockify.records.toml import from_toml, to_toml


def write_down(visit: Visit, kind: str, removed: Sequence[Row], added: Sequence[Row]) -> None:
    """Change rows of a kind; Conflict if one of the removed isn't there any more, NotAccepted if an added one can't be right."""
    noting_records(visit).save(visit.access.workspace.id, kind, removed, added, by=noting_name(visit))


def take_back(visit: Visit) -> Change | None:
    """Take back the last change that isn't taken back; None if there is none, Conflict if its rows are others by now."""
    return noting_records(visit).undo(visit.access.workspace.id, by=noting_name(visit))


def history(visit: Visit, limit: int = 50) -> list[Change]:
    """Return who changed what when, the newest first."""
    return noting_records(visit).history(visit.access.workspace.id, limit)


def to_file(visit: Visit) -> str:
    """Return all that is written down as TOML, with names beside the ids."""
    noting_records(visit)
    names = visit.access.known().names
    return to_toml(visit.access.notes, {**names[Kind.USER], **names[Kind.PROJECT], **names[Kind.CLIENT]})


def from_file(visit: Visit, text: str) -> tuple[Notes | None, list[Problem]]:
    """Read what a TOML file would write down; None, and why by line, if it can't be taken. Nothing is changed yet."""
    noting_records(visit)
    names, notes = visit.access.known().names, visit.access.notes
    # Ids that are written down already stay good, should Clockify not know them any more.
    of_people: tuple[Row, ...] = (*notes.capacities, *notes.days_off, *notes.targets, *notes.cost_rates)
    people = {EVERYBODY, *names[Kind.USER], *map(subject_of, of_people)}
    of_projects: tuple[Plan | Rate | Pack, ...] = (*notes.plans, *notes.rates, *notes.packs)
    projects = {*names[Kind.PROJECT], *(row.project_id for row in of_projects if row.project_id)}
    of_clients: tuple[ClientRule | Pack, ...] = (*notes.client_rules, *notes.packs)
    clients = {*names[Kind.CLIENT], *(row.client_id for row in of_clients if row.client_id)}
    return from_toml(text, people, projects, clients)


def replace_all(visit: Visit, notes: Notes) -> None:
    """Write down what a file says in place of everything."""
    noting_records(visit).replace(visit.access.workspace.id, notes, by=noting_name(visit))


def noting_records(visit: Visit) -> Records:
    """Return the records for whoever may change all of them."""
    if not visit.viewer.may_note:
        raise PermissionDenied("Only who sees everybody's time and money can change what is written down here.", status=403)
    return visit.desk.notebook(demo=visit.is_demo).records


def noting_name(visit: Visit) -> str:
    """Return who is noted to have changed something."""
    return visit.viewer.email or visit.viewer.name
