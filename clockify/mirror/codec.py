"""Frames and lists as bytes: zstd Parquet for the one, compressed JSON for the other."""

from __future__ import annotations

import io
import json
import zlib
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq


class Undecodable(Exception):
    """Bytes in the store are not what was written there."""


def pack_frame(frame: pd.DataFrame) -> bytes:
    """Write a frame as Parquet; categories stay dictionaries."""
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink, compression="zstd")
    return sink.getvalue()


def unpack_frame(packed: bytes, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a frame, or only some of its columns; raise Undecodable if the bytes are damaged."""
    try:
        table: pa.Table = pq.read_table(io.BytesIO(packed), columns=list(columns) if columns else None)
        frame: pd.DataFrame = table.to_pandas()
    except (pa.ArrowException, OSError, ValueError, KeyError) as problem:
        raise Undecodable(type(problem).__name__) from None
    return frame


def pack_json(value: Any) -> bytes:
    """Write JSON, compressed."""
    return zlib.compress(json.dumps(value, separators=(",", ":")).encode())


def unpack_json(packed: bytes) -> Any:
    """Read what `pack_json` wrote; raise Undecodable if the bytes are damaged."""
    try:
        return json.loads(zlib.decompress(packed))
    except (zlib.error, ValueError) as problem:
        raise Undecodable(type(problem).__name__) from None
