"""Clockify's entities as plain values."""

from dataclasses import dataclass, field
from typing import NamedTuple

from clockify.demo.keys import Role


@dataclass(frozen=True, slots=True)
class User:
    """A person. Deleted people stay here, because their entries do."""

    id: str
    name: str | None
    email: str
    role: Role
    status: str = "ACTIVE"
    rate: int | None = None
    cost_rate: int | None = None
    manages: tuple[tuple[str, str], ...] = ()
    """Roles beside the first one, each with the id of the person or project that it is of."""


@dataclass(frozen=True, slots=True)
class Client:
    """Who pays; the currency of its projects."""

    id: str
    name: str
    currency: str
    archived: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """A project. Rates and the budget are minor units, the estimate is seconds."""

    id: str
    name: str
    client_id: str | None
    color: str
    rate: int | None = None
    billable: bool = True
    archived: bool = False
    public: bool = True
    note: str = ""
    time_estimate: int | None = None
    budget: int | None = None
    reset: str | None = None
    member_rates: dict[str, int] = field(default_factory=dict)
    members: frozenset[str] | None = None
    """Who may log time on it; None: everybody."""


@dataclass(frozen=True, slots=True)
class Task:
    """A task of one project; its rate goes before the project's."""

    id: str
    name: str
    project_id: str
    rate: int | None = None
    status: str = "ACTIVE"
    billable: bool = True
    estimate: int = 0


@dataclass(frozen=True, slots=True)
class Tag:
    """A tag."""

    id: str
    name: str
    archived: bool = False


class Entry(NamedTuple):
    """A time entry. `start` is seconds since 1970 UTC; `rate` is what it was logged at, per hour.

    A running timer has `seconds` 0 and lives in `World.running`, never among the entries.
    """

    start: int
    id: str
    seconds: int
    user_id: str
    project_id: str | None
    task_id: str | None
    tag_ids: tuple[str, ...]
    billable: bool
    description: str
    rate: int | None
    cost_rate: int | None
    type: str = "REGULAR"
    is_locked: bool = False
