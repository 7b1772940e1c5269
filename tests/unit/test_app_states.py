"""How months are named where some of them are missing."""

from __future__ import annotations

import pytest

from clockify.app.shell.progress import progress_words
from clockify.app.shell.states import month_words
from clockify.mirror.jobs import Progress
from clockify.periods import Month


@pytest.mark.parametrize(
    ("keys", "words"),
    [
        (["2026-11"], "November 2026"),
        (["2026-11", "2026-10"], "October–November 2026"),
        (["2025-12", "2026-01"], "December 2025 – January 2026"),
        (["2026-01", "2026-03"], "January 2026 and March 2026"),
        (["2026-12", "2026-01", "2026-02", "2025-11", "2026-06", "2025-12"], "November 2025 – February 2026, June 2026 and December 2026"),
    ],
)
def test_every_month_is_named_once(keys: list[str], words: str) -> None:
    assert month_words(Month.parse(key) for key in keys) == words


@pytest.mark.parametrize(
    ("reading", "words"),
    [
        ({"2026-11": Progress(3, 7)}, "Reading November 2026, 3 of 7 pages"),
        ({"2026-11": Progress(0, 1)}, "Reading November 2026, 0 of 1 page"),
        ({"2026-11": Progress()}, "Reading November 2026 …"),
        ({"2026-11": Progress(3, 7), "2026-09": Progress(1, None)}, "Reading 2 months, September 2026 to November 2026: 4 pages so far"),
    ],
)
def test_progress_is_said_in_words(reading: dict[str, Progress], words: str) -> None:
    assert progress_words({Month.parse(key): progress for key, progress in reading.items()}) == words
