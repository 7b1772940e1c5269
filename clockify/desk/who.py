"""Who sees what in the workspace on screen: for admins, who alone may know."""

from __future__ import annotations

from clockify.desk.roles import AccessRules, Rights, everybody, problems_in
from clockify.desk.visit import Visit
from clockify.roles import Role


def may_know(visit: Visit) -> bool:
    """May whoever looks know who sees what, and look with somebody else's eyes? An admin, with his own eyes."""
    viewer = visit.viewer
    return visit.mirror is not None and viewer.role is Role.ADMIN and viewer.sees_all and not viewer.looks_as


def who_sees(visit: Visit) -> list[Rights]:
    """Return what each of the active people may see, by name; nothing for who may not know."""
    return everybody(visit.mirror, visit.rules or AccessRules()) if visit.mirror and may_know(visit) else []


def rule_problems(visit: Visit) -> list[str]:
    """Say what the secrets name that fits nobody, or several; nothing for who may not know."""
    return problems_in(visit.rules, visit.mirror) if visit.rules and visit.mirror and may_know(visit) else []
