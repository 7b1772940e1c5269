"""On what: the largest few, the others together, and what belongs to none."""

from __future__ import annotations

from fractions import Fraction
from itertools import accumulate

import numpy as np
import pandas as pd

from clockify.directory import Directory, Kind
from clockify.reports.keys import by_tag, ids_of

OTHER = "other"
ENOUGH, MOST_PARTS = Fraction(80, 100), 8


def share_by(frame: pd.DataFrame, kind: Kind, directory: Directory, enough: Fraction = ENOUGH) -> pd.DataFrame:
    """Return who or what has which share of the tracked time.

    Columns: id, label (str), seconds (int64), share (float64, of all tracked time).
    Order: the largest that together reach `enough` of what belongs to any, at most `MOST_PARTS`, then "Other (n)"
    with id `OTHER`, unless that were a single one, then "No project" and the like with id "". What has
    no time is left out; no time at all gives no rows.
    By tag the shares may add up to more than one: an entry counts for each of its tags.
    """
    total = int(frame["seconds"].sum())
    sums = seconds_by(frame, kind, directory)
    rows = [(name, directory.full_label(kind, name), seconds) for name, seconds in sums.items() if name]
    parts = _parts([seconds for *_, seconds in rows], enough)
    shown, rest = rows[:parts], rows[parts:]
    if rest:
        shown.append((OTHER, f"Other ({len(rest)})", sum(seconds for *_, seconds in rest)))
    if "" in sums:
        shown.append(("", directory.label(kind, ""), sums[""]))
    share = pd.DataFrame(shown, columns=["id", "label", "seconds"]).astype({"id": "str", "label": "str", "seconds": "int64"})
    return share.assign(share=share["seconds"] / total if total else np.zeros(0))


def _parts(sums: list[int], enough: Fraction) -> int:
    """Return how many of the largest are shown by themselves."""
    wanted = enough * sum(sums)
    reached = next((place for place, so_far in enumerate(accumulate(sums), start=1) if so_far >= wanted), len(sums))
    alone = reached + 1 == len(sums)
    return min(reached + alone, MOST_PARTS)


def seconds_by(frame: pd.DataFrame, kind: Kind, directory: Directory) -> dict[str, int]:
    """Return the tracked seconds of each id, the largest first, equal ones by name and id; none has the id ""."""
    rows = by_tag(frame) if kind is Kind.TAG else frame
    ids = ids_of(rows, kind, directory)
    sums = rows["seconds"].groupby(pd.Series(ids, index=rows.index), observed=True).sum()
    found = {str(name): int(seconds) for name, seconds in sums.items() if seconds}
    return dict(sorted(found.items(), key=lambda item: (-item[1], directory.label(kind, item[0]).casefold(), item[0])))
