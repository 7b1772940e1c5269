"""A kept month's sums beside Clockify's own, as far as a viewer may see them."""

from __future__ import annotations

import pandas as pd

from clockify.desk.rights import is_seen
from clockify.desk.viewer import Viewer
from clockify.mirror.reported import reported
from clockify.mirror.snapshots import Theirs
from clockify.reports.agreement import Beside, Compared, Sum, by_pair, sum_of
from clockify.reports.measures import totals_of


def compared_for(viewer: Viewer, cube: pd.DataFrame, theirs: Theirs, *, money: bool) -> Compared:
    """Hold what a viewer sees of a month against what Clockify says of it: its totals are everybody's, so who sees less gets none."""
    told, totals = reported(theirs.totals) if viewer.sees_all else None, totals_of(cube)
    ours = Sum(totals.seconds, totals.amounts if money else None)
    whole = Beside("", "", ours, sum_of(told.seconds, told.cents, money=money)) if told else None
    known = {
        (one.user_id, one.project_id): sum_of(one.seconds, one.cents, money=money)
        for one in theirs.pairs or ()
        if is_seen(viewer, one.user_id, one.project_id)
    }
    return Compared(whole, None if theirs.pairs is None else by_pair(cube, known, money=money), theirs.at)
