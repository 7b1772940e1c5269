"""Entries of a week, written by hand, and whose they are."""

from __future__ import annotations

import pandas as pd

from clockify.directory import Directory, Kind, Project
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


def directory_of_two(ben: str, evil: str) -> Directory:
    """Know Ana and somebody called `ben`, a portal, and a project with an evil name and an evil colour."""
    projects = {
        "p1": Project("p1", "Portal", color="#ff8800"),
        "p2": Project("p2", evil, color="red;background:url(//evil.invalid)"),
    }
    names: dict[Kind, dict[str, str]] = {kind: {} for kind in Kind} | {
        Kind.USER: {"ana": "Ana", "ben": ben},
        Kind.PROJECT: {one: project.name for one, project in projects.items()},
        Kind.TASK: {"k1": "Design"},
    }
    return Directory(names, projects)
