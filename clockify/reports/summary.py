"""How much, on what: totals and shares of any frame of entries or of a cube.

`intervals` answers when, `grouping` by whom and on what in two levels.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import pandas as pd

from clockify.directory import Directory, Kind
from clockify.money import largest_first
from clockify.reports.grouping import Grouping, Sort, grouped
from clockify.reports.intervals import Interval, by_interval, by_interval_and, interval_for, spark, working_days
from clockify.reports.keys import by_tag, ids_of
from clockify.reports.measures import Totals, totals_of

__all__ = [
    "OTHER",
    "Grouping",
    "Interval",
    "Sort",
    "Totals",
    "by_interval",
    "by_interval_and",
    "grouped",
    "interval_for",
    "share_by",
    "spark",
    "totals_of",
    "working_days",
]
