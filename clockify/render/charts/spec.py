"""A finished chart as the plain Vega-Lite spec that a page sends, its rows as Arrow beside it."""

from __future__ import annotations

import hashlib
from typing import Any

import altair as alt
import pandas as pd
import pyarrow as pa

# What Altair's own theme adds, for charts that don't fill their place.
_THEME_SIZES = ("continuousWidth", "continuousHeight", "discreteWidth", "discreteHeight")


def spec_of(chart: alt.LayerChart) -> dict[str, Any]:
    """Return the spec; its `datasets` are Arrow streams, each named by what it holds, so that equal ones aren't sent twice.

    The chart itself is used up.
    """
    datasets: dict[str, bytes] = {}
    # Rows that every layer draws, Altair holds once, in the chart itself.
    for holder in (chart, *chart.layer):
        if isinstance(holder.data, pd.DataFrame):
            rows = _arrow(holder.data)
            name = hashlib.blake2b(rows, digest_size=16).hexdigest()
            datasets[name], holder.data = rows, alt.NamedData(name=name)
    spec: dict[str, Any] = chart.to_dict()
    view = spec.get("config", {}).get("view", {})
    for name in _THEME_SIZES:
        view.pop(name, None)
    return spec | {"datasets": datasets}


def _arrow(rows: pd.DataFrame) -> bytes:
    table = pa.Table.from_pandas(rows, preserve_index=False)
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return bytes(sink.getvalue())
