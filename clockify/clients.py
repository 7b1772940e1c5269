"""What a team agreed with its clients: how their time is rounded, and what they paid ahead. Plain values.

Days are of the report zone and both ends of a range are included. Time is whole seconds, money whole cents of a currency.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from clockify.limits import MOST_CENTS, MOST_SECONDS, is_code, note_problems

MINUTES = (1, 5, 6, 10, 15, 30)
USUAL_MINUTES = 15


class Direction(StrEnum):
    """Which way time is rounded."""

    NONE = "none"
    UP = "up"
    DOWN = "down"
    NEAREST = "nearest"


class Scope(StrEnum):
    """What is rounded at once: each entry, what a project has on a day, or a line of the invoice."""

    ENTRY = "entry"
    DAY = "day"
    LINE = "line"


@dataclass(frozen=True)
class ClientRule:
    """How a client's time is rounded on what he is shown; without a direction it is exact, whatever else is said.

    A line of the invoice is a project at a rate, billable or not.
    """

    client_id: str
    direction: Direction = Direction.NONE
    minutes: int = USUAL_MINUTES
    scope: Scope = Scope.ENTRY

    @property
    def is_exact(self) -> bool:
        """Does it leave everything as it is?"""
        return self.direction is Direction.NONE

    @property
    def label(self) -> str:
        """Say it: "each project's day rounded up to 15 min"."""
        if self.is_exact:
            return "exact, not rounded"
        way = "to the nearest" if self.direction is Direction.NEAREST else f"{self.direction} to"
        return f"{SCOPE_WORDS[self.scope]} rounded {way} {self.minutes} min"


SCOPE_WORDS = {Scope.ENTRY: "each entry", Scope.DAY: "each project's day", Scope.LINE: "each line of the invoice"}


@dataclass(frozen=True)
class Pack:
    """Hours or money that were paid ahead, of a client or of one project, to be used from the first day to the last.

    One of `client_id` and `project_id` is "". Without a last day it doesn't expire. `currency` is that of `cents`, "" of hours.
    """

    first: date
    client_id: str = ""
    project_id: str = ""
    seconds: int | None = None
    cents: int | None = None
    currency: str = ""
    last: date | None = None
    note: str = ""

    @property
    def subject(self) -> str:
        """The id of the client or project."""
        return self.client_id or self.project_id


def rule_for(rules: Iterable[ClientRule], client_id: str) -> ClientRule:
    """Return a client's rule; the exact one where nothing is agreed."""
    return next((rule for rule in rules if rule.client_id == client_id), ClientRule(client_id))


def rule_problems(rule: ClientRule) -> list[str]:
    """Say what can't be right about a rule, its client aside."""
    known = ", ".join(map(str, MINUTES))
    return [] if rule.minutes in MINUTES else [f"Time is rounded to one of {known} minutes."]


def pack_problems(pack: Pack) -> list[str]:
    """Say what can't be right about a pack, the id of its client or project and the order of its days aside."""
    found = []
    if pack.client_id and pack.project_id:
        found.append("A pack is either a client's or a project's.")
    if (pack.seconds is None) == (pack.cents is None):
        found.append("A pack is either hours or money.")
    elif pack.seconds is not None and not 0 < pack.seconds <= MOST_SECONDS:
        found.append("A pack is more than 0 hours and at most ten million.")
    elif pack.cents is not None and not 0 < pack.cents <= MOST_CENTS:
        found.append("A pack is more than 0.")
    if pack.cents is not None and not is_code(pack.currency):
        found.append("A currency is three letters, like EUR.")
    if pack.cents is None and pack.currency:
        found.append("Hours have no currency.")
    return [*found, *note_problems(pack.note)]
