"""Who looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """Who is looking, whose time he may see (None: everyone's that the key sees), and whether money, and what people cost.

    `may_connect`: may he paste a key of his own? Not a stranger who came over the network to the demo. `is_here`: he sits at the
    machine that the app runs on, where nobody signs in.
    """

    name: str
    email: str | None = None
    people: frozenset[str] | None = None
    sees_money: bool = True
    sees_cost: bool = True
    may_connect: bool = True
    is_here: bool = True

    @property
    def may_note(self) -> bool:
        """May he change what is written down here? Who may not see all of it can't know what he would overwrite."""
        return self.people is None and self.sees_money and self.sees_cost and self.may_connect
