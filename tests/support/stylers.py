"""What a Styler shows."""

from __future__ import annotations

import pandas as pd
from pandas.io.formats.style import Styler


def displayed_cells(styler: Styler) -> pd.DataFrame:
    """Return a table's texts, as they are displayed."""
    context = styler._compute()._display_funcs  # type: ignore[attr-defined]
    data = styler.data  # type: ignore[attr-defined]
    return pd.DataFrame({name: [context[row, place](data.iloc[row, place]) for row in range(len(data))] for place, name in enumerate(data)})
