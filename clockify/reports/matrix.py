"""Who worked on what: projects, clients or tasks down, people across, seconds in the cells."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from clockify.directory import Directory, Kind
from clockify.reports.keys import as_categorical, ids_of
from clockify.reports.labels import by_label, frame_label, held
from clockify.reports.measures import sum_at
from clockify.reports.shares import OTHER

MOST_ROWS = 15
ROW_DTYPES = {"person_id": "str", "person": "str", "project_id": "str", "project": "str", "seconds": "int64"}
Cells = NDArray[np.int64]


@dataclass(frozen=True)
class Head:
    """Whose or what's a column or a row is; "" is none ("No project"), `OTHER` the rest together."""

    id: str
    label: str


@dataclass(frozen=True, eq=False)
class Matrix:
    """`seconds[row, column]` of things by people; `others` are the ids of which the row `OTHER` is made."""

    kind: Kind
    rows: tuple[Head, ...]
    people: tuple[Head, ...]
    seconds: Cells
    others: tuple[str, ...] = ()

    @property
    def row_totals(self) -> list[int]:
        """The seconds of each row."""
        totals: list[int] = self.seconds.sum(axis=1).tolist()
        return totals

    @property
    def person_totals(self) -> list[int]:
        """The seconds of each person."""
        totals: list[int] = self.seconds.sum(axis=0).tolist()
        return totals

    @property
    def total(self) -> int:
        """All of it."""
        return int(self.seconds.sum())


def matrix(cube: pd.DataFrame, directory: Directory, kind: Kind, *, most: int = MOST_ROWS, also: Collection[str] = ()) -> Matrix:
    """Add a cube or entries up by project, client or task (not by tag) and by person.

    Rows: the largest first, equal ones by label and id; those beyond `most` together as "Other (n)" with the id
    `OTHER`, unless that were a single one; "No project" and the like last, not counted among the `most`.
    Columns: people by label and id, "No person" last. What has no time has neither, except the people in
    `also`; no time gives no rows. A task whose name another row has, too, bears its project.
    """
    things, people = ids_of(cube, kind, directory), as_categorical(cube["user_id"])
    cells = _cells(things, people, cube["seconds"].to_numpy())
    row_ids, person_ids = [str(one) for one in things.categories], [str(one) for one in people.categories]
    sums = cells.sum(axis=1)
    labels = _labels([one for one, total in zip(row_ids, sums, strict=True) if total], cube, kind, directory)
    place = {one: number for number, one in enumerate(row_ids)}
    ranked = sorted((one for one in labels if one), key=lambda one: (-sums[place[one]], labels[one].casefold(), one))
    shown = ranked[: most + (len(ranked) == most + 1)]
    others, none = ranked[len(shown) :], [""] if "" in labels else []
    parts = [cells[[place[one] for one in some]] for some in (shown, others, none)]
    if others:
        parts[1] = parts[1].sum(axis=0, keepdims=True)
    heads = [Head(one, labels[one]) for one in shown] + ([Head(OTHER, f"Other ({len(others)})")] if others else [])
    columns = _columns(person_ids, cells.sum(axis=0), also, directory)
    seconds = _placed(np.concatenate(parts), person_ids, [head.id for head in columns])
    return Matrix(kind, (*heads, *(Head(one, labels[one]) for one in none)), columns, seconds, tuple(others))


def fewer_people(whole: Matrix, most: int) -> tuple[Matrix, tuple[str, ...]]:
    """Keep the `most` people with the most time in their order, the rest together as one last column `OTHER`; return who they are.

    One more than `most` stays as it is: a column for one would take its room.
    """
    totals = whole.person_totals
    if len(totals) <= most + 1:
        return whole, ()
    largest = set(sorted(range(len(totals)), key=lambda place: (-totals[place], place))[:most])
    kept, others = [one for one in range(len(totals)) if one in largest], [one for one in range(len(totals)) if one not in largest]
    heads = (*(whole.people[one] for one in kept), Head(OTHER, f"Other ({len(others)})"))
    seconds = np.concatenate([whole.seconds[:, kept], whole.seconds[:, others].sum(axis=1, keepdims=True)], axis=1)
    return replace(whole, people=heads, seconds=seconds), tuple(whole.people[one].id for one in others)


def matrix_rows(cube: pd.DataFrame, directory: Directory) -> pd.DataFrame:
    """Return every pair of person and project that has time (`ROW_DTYPES`), all of them, for a file.

    Order: by person, then by project, each by label and id; "No project" last, its id is "". Names are as
    Clockify has them. No time gives no rows.
    """
    projects, people = as_categorical(cube["project_id"]), as_categorical(cube["user_id"])
    cells = _cells(people, projects, cube["seconds"].to_numpy())
    owners, things = _named(people, directory, Kind.USER), _named(projects, directory, Kind.PROJECT)
    cells = cells[owners.index.to_numpy()][:, things.index.to_numpy()]
    row, column = cells.nonzero()
    columns = {
        "person_id": owners["id"].array.take(row),
        "person": owners["label"].array.take(row),
        "project_id": things["id"].array.take(column),
        "project": things["label"].array.take(column),
        "seconds": cells[row, column],
    }
    return pd.DataFrame(columns)


def _cells(things: pd.Categorical, people: pd.Categorical, seconds: Cells) -> Cells:
    wide = len(people.categories)
    places = things.codes.astype(np.intp) * wide + people.codes
    return sum_at(places, seconds, len(things.categories) * wide).reshape(len(things.categories), wide)


def _columns(ids: Sequence[str], sums: NDArray[Any], also: Collection[str], directory: Directory) -> tuple[Head, ...]:
    having = [one for one, total in zip(ids, sums, strict=True) if total]
    return tuple(Head(one, label) for one, label in by_label([*having, *also], directory, Kind.USER).items())


def _placed(cells: Cells, ids: Sequence[str], wanted: Sequence[str]) -> Cells:
    """Return the columns of `wanted` people, zeros where they have none."""
    place = {one: number for number, one in enumerate(ids)}
    placed = np.zeros((len(cells), len(wanted)), dtype=np.int64)
    for number, one in enumerate(wanted):
        if one in place:
            placed[:, number] = cells[:, place[one]]
    return placed


def _labels(ids: Sequence[str], cube: pd.DataFrame, kind: Kind, directory: Directory) -> dict[str, str]:
    """Return the label of each id; tasks of one name are told apart by their projects."""
    labels = {one: frame_label(directory, kind, one) for one in ids}
    if kind is not Kind.TASK:
        return labels
    times = Counter(labels.values())
    pairs = cube[["task_id", "project_id"]].drop_duplicates("task_id")
    project_of = dict(zip(pairs["task_id"].astype(str), pairs["project_id"].astype(str), strict=True))
    return {
        one: f"{label} · {frame_label(directory, Kind.PROJECT, project_of[one])}" if one and times[label] > 1 else label
        for one, label in labels.items()
    }


def _named(ids: pd.Categorical, directory: Directory, kind: Kind) -> pd.DataFrame:
    """Return the categories by name, indexed by their places: id, label."""
    known = [(str(one), held(directory.label(kind, str(one))), place) for place, one in enumerate(ids.categories)]
    known.sort(key=lambda one: (one[0] == "", one[1].casefold(), one[0]))
    named: pd.DataFrame = pd.DataFrame(known, columns=["id", "label", "place"]).astype({"id": "str", "label": "str", "place": "int64"})
    return named.set_index("place")
