"""The questions of the overview, for import from one place; each is answered in its own module.

`measures` how much, `shares` on what, `intervals` when, `grouping` by whom and on what in two levels.
"""

from clockify.reports.grouping import Grouping, Sort, grouped
from clockify.reports.intervals import WORKING_WEEK, Interval, by_interval, by_interval_and, interval_for, spark, working_days
from clockify.reports.measures import Totals, totals_of
from clockify.reports.shares import OTHER, share_by

__all__ = [
    "OTHER",
    "WORKING_WEEK",
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
