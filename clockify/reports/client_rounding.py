"""A client's rule of rounding on entries; each entry alone."""

from __future__ import annotations

import pandas as pd

from clockify.clients import ClientRule
from clockify.reports.rounding import Rounding, rounded


def client_rounded(entries: pd.DataFrame, rule: ClientRule) -> pd.DataFrame:
    """Return entries as the client is charged."""
    return rounded(entries, Rounding(rule.direction, rule.minutes))
