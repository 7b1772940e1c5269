"""How long a page rests before it tries again by itself what no job of its own does."""

from __future__ import annotations

from datetime import timedelta
from random import random

from clockify.mirror import jobs

LONGEST_REST = timedelta(seconds=jobs.LONGEST_REST)


def rest_after(tries: int) -> timedelta:
    """Return how long to rest after so many tries in a row: as jobs do, spread so that not all pages come back at once."""
    return jobs.rest_after(tries, random())  # noqa: S311
