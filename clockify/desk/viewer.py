"""Who looks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Viewer:
    """Who is looking, whose time he may see (None: everyone's that the key sees), and whether money.

    `may_connect`: may he paste a key of his own? Not a stranger who came over the network to the demo.
    """

    name: str
    email: str | None = None
    people: frozenset[str] | None = None
    sees_money: bool = True
    may_connect: bool = True
