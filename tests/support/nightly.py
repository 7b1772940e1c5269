"""What the suite does by turns and the night does in full (`pytest -m nightly`)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest


def at_night(*values: Any, id: str | None = None) -> Any:
    """Return parameters of a test that is run at night alone."""
    return pytest.param(*values, marks=pytest.mark.nightly, id=id)


def by_turns(firsts: Sequence[Any], seconds: Sequence[Any], each: int, *, always: Sequence[Any] = ()) -> list[Any]:
    """Return every pair as parameters; by day each of the first meets `each` of the second, who take turns, and `always` meets all."""
    pairs = []
    for place, first in enumerate(firsts):
        turn = {seconds[(place * each + step) % len(seconds)] for step in range(each)}
        for second in seconds:
            by_day = first in always or second in turn
            pairs.append(pytest.param(first, second) if by_day else at_night(first, second))
    return pairs
