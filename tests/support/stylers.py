"""What a Styler shows."""

from __future__ import annotations

import pandas as pd
from pandas.io.formats.style import Styler


def displayed_cells(styler: Styler) -> pd.DataFrame:
    """Return a table's texts, as they are displayed."""
    context = styler._compute()._display_funcs  # type: ignore[attr-defined]
    data = styler.data  # type: ignore[attr-defined]
    return pd.DataFrame({name: [context[row, place](data.iloc[row, place]) for row in range(len(data))] for place, name in enumerate(data)})


def shown_cells(styler: Styler) -> dict[str, list[str]]:
    """Return the same by column, in lists."""
    return {str(name): [str(one) for one in column] for name, column in displayed_cells(styler).items()}


def styles_of(styler: Styler) -> dict[str, list[str]]:
    """Return the CSS of each cell by column."""
    made = styler._compute()  # type: ignore[attr-defined]
    data = styler.data  # type: ignore[attr-defined]
    return {
        str(name): [";".join(f"{key}:{value}" for key, value in made.ctx[row, place]) + ";" for row in range(len(data))]
        for place, name in enumerate(data)
    }
