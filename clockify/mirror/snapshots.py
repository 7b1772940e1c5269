"""What a stored month is: the values that the rooms of the mirror hand to each other.

Moments are seconds since 1970.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pandas as pd

from clockify.periods import Month


@dataclass(frozen=True)
class Scope:
    """Whose copy it is: two keys, two workspaces or two zones never share one."""

    workspace_id: str
    user_id: str
    zone: str


@dataclass(frozen=True)
class Difference:
    """Where the copy and Clockify part: ours minus theirs, for one person and project ("" = all)."""

    user_id: str
    project_id: str
    seconds: int
    cents: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Verdict:
    """What the last check found; `agrees` is None where nothing could be checked."""

    agrees: bool | None
    at: float
    differences: tuple[Difference, ...] = ()


@dataclass(frozen=True)
class MonthState:
    """What is known of a stored month without opening it.

    `source`: "report" (everyone the key may see), "lists" (person by person), "own" (the key's user alone).
    """

    month: Month
    version: str
    source: str
    amounts_hidden: bool
    entries_count: int
    read_at: float
    checked_at: float
    verdict: Verdict


@dataclass(frozen=True)
class Snapshot:
    """A month as it was read, ready to be stored."""

    month: Month
    source: str
    entries: pd.DataFrame
    cube: pd.DataFrame
    names: dict[str, dict[str, Any]]
    amounts_hidden: bool
    verdict: Verdict
