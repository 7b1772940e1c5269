"""About how many bytes a value holds on to."""

from __future__ import annotations

import pickle
import sys
from dataclasses import fields, is_dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.io.formats.style import Styler

STYLED_CELL_BYTES = 1000


def bytes_of(value: object) -> int:
    """Return about how many bytes a value takes: frames, columns and arrays exactly, what holds others with all that it holds."""
    if isinstance(value, pd.DataFrame):
        return int(value.memory_usage(index=False, deep=True).sum())
    if isinstance(value, pd.Series):
        return int(value.memory_usage(index=False, deep=True))
    if isinstance(value, pa.Table | np.ndarray):
        return int(value.nbytes)
    if isinstance(value, Styler):
        # Measured once it was drawn: looks and writers of each cell take many times its figure.
        drawn: pd.DataFrame = value.data  # type: ignore[attr-defined]
        return bytes_of(drawn) + STYLED_CELL_BYTES * int(drawn.size)
    if is_dataclass(value) and not isinstance(value, type):
        return sys.getsizeof(value, 64) + sum(bytes_of(getattr(value, field.name)) for field in fields(value))
    if isinstance(value, dict | list | tuple | set | frozenset):
        # Much faster than to walk through it; small objects take about three times their text.
        return 3 * len(pickle.dumps(value))
    return sys.getsizeof(value, 64)
