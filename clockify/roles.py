"""What somebody is in a workspace, from who sees all of it to who sees one report; and what Clockify says of its people."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

NONE: frozenset[str] = frozenset()
ACTIVE = "ACTIVE"
# As Clockify's requests and its web pages call them. What is called otherwise gives no rights.
_ADMIN = {"OWNER", "WORKSPACE_OWNER", "WORKSPACE_ADMIN", "ADMINISTRATOR", "ADMIN"}
_TEAM, _PROJECT = "TEAM_MANAGER", "PROJECT_MANAGER"
# Stands for what a role is of and says in a way that can't be read: no id is empty.
UNREAD = ""


class Role(StrEnum):
    """Whose time and money somebody may see.

    `ADMIN`: all that the key sees; `MANAGER`: the people and projects he manages; `MEMBER`: his own time; `CLIENT`: one
    client's report, by a link.
    """

    ADMIN = "admin"
    MANAGER = "manager"
    MEMBER = "member"
    CLIENT = "client"


@dataclass(frozen=True)
class Assigned:
    """What Clockify made somebody: an admin of the workspace, or the manager of people and projects."""

    is_admin: bool = False
    people: frozenset[str] = NONE
    projects: frozenset[str] = NONE


@dataclass(frozen=True)
class Person:
    """One of a workspace's people, as the list of them says."""

    id: str
    name: str
    email: str
    is_active: bool = True
    assigned: Assigned = Assigned()


def person_of(user: Mapping[str, Any], workspace_id: str) -> Person:
    """Read one person of Clockify's list."""
    identifier, email = str(user["id"]), user.get("email")
    email = email if isinstance(email, str) else ""
    name = user.get("name")
    is_active = (user.get("status") or ACTIVE) == ACTIVE
    assigned = assigned_of(user.get("roles"), identifier, workspace_id)
    return Person(identifier, name if isinstance(name, str) and name else email, email, is_active, assigned)


def assigned_of(roles: object, user_id: str, workspace_id: str) -> Assigned:
    """Read the roles that come with a person when they are asked for (`include-roles=true`).

    Their shape is described nowhere and was never captured: a role may be a name or an object with one, and what it is of
    may stand beside it in several ways. What can't be understood, or is another person's or workspace's, gives no rights.
    """
    is_admin, managed = False, {_TEAM: set[str](), _PROJECT: set[str]()}
    for role in roles if isinstance(roles, list) else ():
        parts = [one for one in (role, role.get("role")) if isinstance(one, dict)] if isinstance(role, dict) else []
        if _says_other(parts, "userId", user_id) or _says_other(parts, "workspaceId", workspace_id):
            continue
        kind, of = _kind_of(role), {one for part in parts for one in _entities(part)}
        if kind in _ADMIN and of <= {workspace_id}:
            is_admin = True
        elif kind in managed:
            managed[kind] |= of - {UNREAD}
    return Assigned(is_admin, frozenset(managed[_TEAM]), frozenset(managed[_PROJECT]))


def _says_other(parts: list[dict[str, Any]], name: str, expected: str) -> bool:
    return any(part.get(name) not in (None, "", expected) for part in parts)


def _kind_of(role: object) -> str:
    """Return "PROJECT_MANAGER" of "Project manager", of an object of that name, or of one with such a role in it."""
    while isinstance(role, dict):
        role = role.get("role") or role.get("name")
    return re.sub(r"[^A-Z]+", "_", role.upper()).strip("_") if isinstance(role, str) else ""


def _entities(part: Mapping[str, Any]) -> Iterator[str]:
    for name in ("entityId", "entity", "entityIds", "entities"):
        found = part.get(name)
        for one in found if isinstance(found, list) else [] if found in (None, "") else [found]:
            identifier = one.get("id") if isinstance(one, dict) else one
            yield identifier if isinstance(identifier, str) and identifier else UNREAD
