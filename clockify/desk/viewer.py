"""Who looks."""

from __future__ import annotations

from dataclasses import dataclass

from clockify.roles import Role

NOBODY: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Viewer:
    """Who is looking, whose time he may see (None: everyone's that the key sees), and whether money, and what people cost.

    `projects` are those of which he may see everybody's time, beside all time of his `people`; they say nothing where `people`
    is None. `user_id` is who he is in Clockify, None where nobody knows. `may_connect`: may he paste a key of his own? Not a
    stranger who came over the network to the demo. `is_here`: he sits at the machine that the app runs on, where nobody signs in.
    `looks_as`: the name of the person with whose eyes an admin looks; he changes nothing meanwhile.
    """

    name: str
    email: str | None = None
    people: frozenset[str] | None = None
    sees_money: bool = True
    sees_cost: bool = True
    may_connect: bool = True
    is_here: bool = True
    role: Role = Role.ADMIN
    user_id: str | None = None
    projects: frozenset[str] = NOBODY
    looks_as: str = ""

    @property
    def sees_all(self) -> bool:
        """May he see everything that the key sees?"""
        return self.people is None

    def covers(self, other: Viewer) -> bool:
        """Does he see and may he do at least all that the other one does? Looking with other eyes counts as what the eyes see."""
        people = self.people is None or (other.people is not None and other.people <= self.people)
        projects = self.people is None or other.projects <= self.projects
        return (
            people
            and projects
            and self.sees_money >= other.sees_money
            and self.sees_cost >= other.sees_cost
            and (self.role is Role.ADMIN or other.role is not Role.ADMIN)
        )

    @property
    def may_note(self) -> bool:
        """May he change what is written down here? Who may not see all of it can't know what he would overwrite."""
        return self.sees_all and self.sees_money and self.sees_cost and self.may_connect and not self.looks_as
