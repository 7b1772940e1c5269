"""Who and what: the names behind the ids, as Clockify gives them now.

Reference lists say how things are called today; a month's own rows know the people and
projects that the lists no longer show. `Directory` answers for both.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property
from typing import Any

from clockify.estimates import Estimate, Task, estimate_of, tasks_of
from clockify.rows import Unread, reference_of, tags_of

Json = dict[str, Any]
NO_ESTIMATE = Estimate()


class Kind(StrEnum):
    """What an entry can be grouped or filtered by."""

    USER = "user"
    CLIENT = "client"
    PROJECT = "project"
    TASK = "task"
    TAG = "tag"


MISSING = {
    Kind.USER: "No person",
    Kind.CLIENT: "No client",
    Kind.PROJECT: "No project",
    Kind.TASK: "No task",
    Kind.TAG: "Untagged",
}


@dataclass(frozen=True)
class Project:
    """A project, as far as reports need it."""

    id: str
    name: str
    client_id: str = ""
    color: str = ""
    currency: str = ""
    archived: bool = False
    billable: bool = True
    estimate: Estimate = NO_ESTIMATE
    is_public: bool = False
    members: frozenset[str] = frozenset()

    def is_open_to(self, user_id: str | None) -> bool:
        """May somebody log time on it: is it everybody's, or is he one of its members?"""
        return not self.archived and (self.is_public or user_id in self.members)


@dataclass(frozen=True)
class Directory:
    """Names by kind and id, and the projects' own facts. Ids are Clockify's; "" means none.

    `current` are the projects, tasks and tags on which time may be logged now: in today's lists, neither archived nor done.
    """

    names: Mapping[Kind, Mapping[str, str]]
    projects: Mapping[str, Project] = field(default_factory=dict)
    default_currency: str = "USD"
    archived: frozenset[str] = frozenset()
    tasks: Mapping[str, Task] = field(default_factory=dict)
    current: frozenset[str] = frozenset()

    def label(self, kind: Kind, identifier: str) -> str:
        """Return the name; "No project" and the like for none, "Unknown project 1a2b3c" for a lost or invisible one."""
        if not identifier:
            return MISSING[kind]
        name = self.names[kind].get(identifier, "")
        if any(sign.isprintable() and sign != " " for sign in name):
            return name
        word = "person" if kind is Kind.USER else kind.value
        return f"Unknown {word} {identifier[-6:]}"

    def full_label(self, kind: Kind, identifier: str) -> str:
        """Return the label where nothing beside it says whose it is: a project whose name another has, too, bears its client.

        "Maintenance · Acme", "Maintenance · No client".
        """
        name = self.label(kind, identifier)
        if kind is not Kind.PROJECT or name not in self._shared_names:
            return name
        return f"{name} · {self.label(Kind.CLIENT, self.client_of(identifier))}"

    @cached_property
    def _shared_names(self) -> set[str]:
        """The names that more than one project has."""
        return {name for name, times in Counter(self.names[Kind.PROJECT].values()).items() if times > 1}

    def client_of(self, project_id: str) -> str:
        """Return the id of a project's client, "" if it has none."""
        project = self.projects.get(project_id)
        return project.client_id if project else ""

    def color_of(self, project_id: str) -> str:
        """Return Clockify's own colour of a project as #rrggbb, "" if it has none."""
        project = self.projects.get(project_id)
        return project.color if project else ""

    def current_projects(self) -> list[str]:
        """Return the ids of the projects on which time may be logged, by name."""
        return self._current(Kind.PROJECT, self.projects)

    def current_tasks(self, project_id: str) -> list[str]:
        """Return the ids of a project's tasks on which time may be logged, by name."""
        return self._current(Kind.TASK, [task.id for task in self.tasks.values() if task.project_id == project_id])

    def current_tags(self) -> list[str]:
        """Return the ids of the tags that may be given, by name."""
        return self._current(Kind.TAG, self.names[Kind.TAG])

    def is_billable(self, project_id: str) -> bool:
        """Is time on a project billable unless somebody says otherwise? That without a project is not."""
        project = self.projects.get(project_id)
        return project is not None and project.billable

    def _current(self, kind: Kind, identifiers: Iterable[str]) -> list[str]:
        return sorted(self.current.intersection(identifiers), key=lambda one: (self.full_label(kind, one).casefold(), one))

    @property
    def currencies(self) -> dict[str, str]:
        """Return each project's currency, for rows that don't name theirs."""
        return {project.id: project.currency for project in self.projects.values() if project.currency}

    def with_names(self, seen: Sequence[Mapping[str, Mapping[str, Any]]]) -> Directory:
        """Add what the rows of months knew (`row_names`), where today's lists are silent."""
        names = {kind: dict(self.names[kind]) for kind in Kind}
        projects = dict(self.projects)
        for month in seen:
            for kind in Kind:
                for identifier, name in month.get(kind, {}).items():
                    if not names[kind].get(identifier):
                        names[kind][identifier] = name
            for identifier, facts in month.get("project_facts", {}).items():
                if identifier not in projects:
                    name = names[Kind.PROJECT].get(identifier, "")
                    projects[identifier] = Project(identifier, name, client_id=facts[0], color=facts[1])
        return replace(self, names=names, projects=projects)


EMPTY_DIRECTORY = Directory({kind: {} for kind in Kind})


def directory_of(
    *, users: Sequence[Json], clients: Sequence[Json], projects: Sequence[Json], tags: Sequence[Json], default_currency: str
) -> Directory:
    """Build the directory from Clockify's lists (projects hydrated)."""
    client_currency = {client["id"]: client.get("currencyCode") or "" for client in clients}
    parsed = [_project(project, client_currency, default_currency) for project in projects]
    names: dict[Kind, dict[str, str]] = {
        Kind.USER: {user["id"]: user.get("name") or user.get("email") or "" for user in users},
        Kind.CLIENT: _named(clients) | {c["id"]: c.get("name") or "" for c in (p.get("client") or {} for p in projects) if c.get("id")},
        Kind.PROJECT: {project.id: project.name for project in parsed},
        Kind.TASK: {task["id"]: task.get("name") or "" for project in projects for task in project.get("tasks") or ()},
        Kind.TAG: _named(tags),
    }
    archived = {item["id"] for item in (*clients, *projects, *tags) if item.get("archived")}
    tasks = tasks_of(projects)
    listed = {item["id"] for item in (*projects, *tags)} - archived
    current = listed | {task.id for task in tasks.values() if not task.is_done and task.project_id in listed}
    named = {project.id: project for project in parsed}
    return Directory(names, named, default_currency, frozenset(archived), tasks, frozenset(current))


def told_apart(labels: Mapping[str, str], taken: Collection[str] = ()) -> dict[str, str]:
    """Make the labels of ids unique, also beside those `taken`: a widget knows its options by their labels.

    Of the same name, each gets the end of its id; if that doesn't help, all of it.
    """
    for known_by in (lambda one: one[-6:], str):
        times = Counter([*labels.values(), *taken])
        labels = {one: label if times[label] == 1 else f"{label} · {known_by(one)}" for one, label in labels.items()}
    return dict(labels)


def row_names(rows: Sequence[Json]) -> dict[str, dict[str, Any]]:
    """Gather the names that rows carry: a dict per kind, and `project_facts`: id → [client id, colour].

    Rows of reports and hydrated ones of lists alike. The first name that isn't empty holds;
    what can't be understood has no name here.
    """
    names = _no_names()
    whole = [row for row in rows if isinstance(row, dict)]
    for kind in (Kind.USER, Kind.CLIENT, Kind.PROJECT, Kind.TASK):
        _note_kind(whole, kind, names[kind])
    for row in whole:
        project_id = row.get("projectId") or ""
        if (project_id or row.get("project")) and (project_id.__class__ is not str or project_id not in names["project_facts"]):
            _note_project(row, names)
        if row.get("tags"):
            _note_tags(row, names[Kind.TAG])
    return names


def merged_names(seen: Iterable[Mapping[str, Mapping[str, Any]]]) -> dict[str, dict[str, Any]]:
    """Put the names of several `row_names` together; the first that isn't empty holds."""
    names = _no_names()
    for one in seen:
        for kind, known in names.items():
            for identifier, name in one.get(kind, {}).items():
                known[identifier] = known.get(identifier) or name
    return names


def _no_names() -> dict[str, dict[str, Any]]:
    return {name: {} for name in (*Kind, "project_facts")}


def _note_kind(rows: Sequence[Json], kind: Kind, known: dict[str, Any]) -> None:
    """Add the names of one kind. Most rows name what is known already, and cost no more than that look."""
    id_field, name_field = f"{kind}Id", f"{kind}Name"
    for row in rows:
        identifier = row.get(id_field)
        if identifier.__class__ is str and known.get(identifier):
            continue
        is_new = identifier and (identifier.__class__ is not str or identifier not in known)
        if is_new or row.get(name_field) or row.get(kind):
            _note(known, *_reference(row, kind))


def _note_project(row: Json, names: dict[str, dict[str, Any]]) -> None:
    """Add a project's client and colour: a report's row says them itself, a hydrated one inside of its project."""
    project_id, _ = _reference(row, Kind.PROJECT)
    inner = row.get("project")
    project = inner if isinstance(inner, dict) else {}
    client_id, client_name = _reference(row, Kind.CLIENT)
    if not client_id:
        client_id, client_name = _reference(project, Kind.CLIENT)
    color = row.get("projectColor") or project.get("color")
    if project_id:
        names["project_facts"].setdefault(project_id, [client_id, color if isinstance(color, str) else ""])
    _note(names[Kind.CLIENT], client_id, client_name)


def _reference(row: Json, kind: Kind) -> tuple[str, str]:
    try:
        return reference_of(row, kind)
    except Unread:
        return "", ""


def _note_tags(row: Json, known: dict[str, Any]) -> None:
    tags = row["tags"]
    if isinstance(tags, list) and all(tag.__class__ is dict and tag.get("_id").__class__ is str and known.get(tag["_id"]) for tag in tags):
        return
    try:
        found = tags_of(row)
    except Unread:
        return
    for tag_id, name in found:
        _note(known, tag_id, name)


def _note(names: dict[str, Any], identifier: str, name: str) -> None:
    if identifier:
        names[identifier] = names.get(identifier) or name


def _named(items: Sequence[Json]) -> dict[str, str]:
    return {item["id"]: item.get("name") or "" for item in items}


def _project(project: Json, client_currency: Mapping[str, str], default_currency: str) -> Project:
    client_id = project.get("clientId") or (project.get("client") or {}).get("id") or ""
    own = (project.get("currency") or {}).get("code") or client_currency.get(client_id) or default_currency
    return Project(
        id=project["id"],
        name=project.get("name") or "",
        client_id=client_id,
        color=project.get("color") or "",
        currency=own,
        archived=bool(project.get("archived")),
        billable=bool(project.get("billable")),
        estimate=estimate_of(project),
        is_public=project.get("public") is True,
        members=frozenset(_members(project.get("memberships"))),
    )


def _members(memberships: object) -> Iterator[str]:
    """Return the people of a project; those whose membership has ended are none."""
    for one in memberships if isinstance(memberships, list) else ():
        if isinstance(one, dict) and isinstance(one.get("userId"), str) and one.get("membershipStatus") in (None, "", "ACTIVE"):
            yield one["userId"]
