"""Frames and lists as bytes: zstd Parquet for the one, compressed JSON for the other.

A digest stands before a frame's Parquet. Without it one wrong bit can decode to other
figures without a word, or end the whole process inside the decoder.
"""

from __future__ import annotations

import hashlib
import io
import json
import zlib
from collections.abc import Sequence
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq

DIGEST_SIZE = 16


class Undecodable(Exception):
    """Bytes in the store are not what was written there."""


def pack_frame(frame: pd.DataFrame) -> bytes:
    """Write a frame as Parquet; categories stay dictionaries."""
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pandas(frame, preserve_index=False), sink, compression="zstd")
    body = sink.getvalue()
    return _digest(body) + body


def unpack_frame(packed: bytes, columns: Sequence[str] | None = None) -> pd.DataFrame:
    """Read a frame, or only some of its columns; raise Undecodable if the bytes are damaged."""
    body = memoryview(packed)[DIGEST_SIZE:]
    if _digest(body) != packed[:DIGEST_SIZE]:
        raise Undecodable("its digest doesn't fit")
    try:
        table: pa.Table = pq.read_table(pa.BufferReader(body), columns=list(columns) if columns else None)
        frame: pd.DataFrame = table.to_pandas()
    except (pa.ArrowException, OSError, ValueError, KeyError) as problem:
        raise Undecodable(type(problem).__name__) from None
    return frame


def content_digest(packed: bytes) -> bytes:
    """Return the digest that stands before a frame that `pack_frame` wrote."""
    return packed[:DIGEST_SIZE]


def _digest(body: bytes | memoryview) -> bytes:
    return hashlib.blake2b(body, digest_size=DIGEST_SIZE).digest()


def pack_json(value: Any) -> bytes:
    """Write JSON, compressed; equal values give equal bytes."""
    return zlib.compress(json.dumps(value, separators=(",", ":"), sort_keys=True).encode())


def unpack_json(packed: bytes) -> Any:
    """Read what `pack_json` wrote; raise Undecodable if the bytes are damaged."""
    try:
        return json.loads(zlib.decompress(packed))
    except (zlib.error, ValueError) as problem:
        raise Undecodable(type(problem).__name__) from None
