"""Pictures made by hand, byte by byte, for tests of what is uploaded."""

from __future__ import annotations

import struct
from zlib import compress, crc32


def chunk(name: bytes, content: bytes = b"") -> bytes:
    """Return a chunk of a PNG with its length and its check."""
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", crc32(name + content))


def png(width: int, height: int, *more: bytes, drawn: bytes | None = None, interlaced: bool = False) -> bytes:
    """Return a grey PNG; `more` are chunks before its picture, `drawn` what stands in place of its lines."""
    lines = b"".join(b"\0" + b"\x7f" * width for _ in range(height)) if drawn is None else drawn
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, interlaced)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + b"".join(more) + chunk(b"IDAT", compress(lines)) + chunk(b"IEND")
