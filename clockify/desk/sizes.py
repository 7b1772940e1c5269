"""About how many bytes a value holds on to."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from dataclasses import fields, is_dataclass

import numpy as np
import pandas as pd
import pyarrow as pa
from pandas.io.formats.style import Styler


def bytes_of(value: object) -> int:
    """Return about how many bytes a value takes: frames, columns and texts exactly, what holds others with all that it holds."""
    if isinstance(value, pd.DataFrame):
        return int(value.memory_usage(index=False, deep=True).sum())
    if isinstance(value, pd.Series):
        return int(value.memory_usage(index=False, deep=True))
    if isinstance(value, Styler):
        # What it will have drawn is about as large as what it draws.
        return 2 * bytes_of(value.data)  # type: ignore[attr-defined]
    if isinstance(value, pa.Table | np.ndarray):
        return int(value.nbytes)
    own = sys.getsizeof(value, 64)
    if isinstance(value, Mapping):
        return own + sum(bytes_of(name) + bytes_of(one) for name, one in value.items())
    if isinstance(value, list | tuple | set | frozenset):
        return own + sum(map(bytes_of, value))
    if is_dataclass(value) and not isinstance(value, type):
        return own + sum(bytes_of(getattr(value, field.name)) for field in fields(value))
    return own
