"""Entries of a week, written by hand."""

from __future__ import annotations

import pandas as pd

from clockify.frames import report_entries_frame


def entries_of(*rows: tuple[str, str, str | None, str | None, str, int]) -> pd.DataFrame:
    """Rows of (person, start in Belgrade, project, task, description, seconds)."""
    listed = []
    for place, (person, start, project, task, description, seconds) in enumerate(rows):
        begin = pd.Timestamp(start, tz="Europe/Belgrade")
        span = {"start": begin.isoformat(), "end": (begin + pd.Timedelta(seconds=seconds)).isoformat(), "duration": seconds}
        entry = {"_id": f"e{place}", "userId": person, "projectId": project, "taskId": task, "description": description}
        listed.append(entry | {"timeInterval": span, "billable": project is not None, "currency": "EUR"})
    return report_entries_frame(listed, zone="Europe/Belgrade", currencies={}, default_currency="EUR")
