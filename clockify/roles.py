"""What somebody is in a workspace, from who sees all of it to who sees one report."""

from __future__ import annotations

from enum import StrEnum


class Role(StrEnum):
    """Whose time and money somebody may see.

    `ADMIN`: all that the key sees; `MANAGER`: the people and projects he manages; `MEMBER`: his own time; `CLIENT`: one
    client's report, by a link.
    """

    ADMIN = "admin"
    MANAGER = "manager"
    MEMBER = "member"
    CLIENT = "client"
