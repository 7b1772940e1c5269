"""A logo that somebody uploads: a PNG that is one, or an SVG of which only what draws is kept.

What comes out of here is safe to show: as a picture (`<img>`, typst's `image`) rather than inside of a page, where its ids would
meet the page's own.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from io import BytesIO
from zlib import crc32, decompressobj
from zlib import error as zlib_error

from clockify.svg import SvgRefused, clean_svg, size_of

MOST_BYTES, LONGEST_SIDE, MOST_PIXELS = 200_000, 4_096, 4_000_000
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
# The others are text, profiles, times and films: nothing that a logo needs, and more that somebody could hide in.
_KEPT = {b"IHDR", b"PLTE", b"tRNS", b"gAMA", b"cHRM", b"sRGB", b"IDAT", b"IEND"}


@dataclass(frozen=True)
class Logo:
    """A logo as it is kept; `type` is "png" or "svg", `left_out` names what of an SVG was taken away."""

    content: bytes
    type: str
    left_out: tuple[str, ...] = ()


class _Refused(Exception):
    """It is no logo; the text is a sentence."""


def clean_logo(content: bytes) -> tuple[Logo | None, str]:
    """Return the logo that a file holds, cleaned, and ""; or None and a sentence on why it can't be one.

    What has been cleaned comes out as it is.
    """
    try:
        if len(content) > MOST_BYTES:
            raise _Refused(f"A logo has at most {MOST_BYTES // 1000} KB; this one has {-(-len(content) // 1000)}.")
        if content.startswith(_SIGNATURE):
            return Logo(_clean_png(content), "png"), ""
        if not content.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"<", b"\xff\xfe<", b"\xfe\xff\0<")):
            raise _Refused("This is neither a PNG nor an SVG.")
        cleaned, left_out = clean_svg(content, MOST_BYTES)
        return Logo(cleaned, "svg", left_out), ""
    except (_Refused, SvgRefused) as refused:
        return None, str(refused)


def logo_problems(content: bytes | None, type_: str) -> list[str]:
    """Say what can't be right about a logo that is to be kept: it must be one, and cleaned."""
    if content is None:
        return ["Without a logo there is no type of it."] if type_ else []
    logo, reason = clean_logo(content)
    if logo is None:
        return [reason]
    return [] if (logo.content, logo.type) == (content, type_) else ["This logo has to be uploaded anew."]


def width_within(content: bytes, type_: str, width: int, height: int) -> int:
    """Return how wide a cleaned logo is drawn that fits into a width and a height; at least 1."""
    if type_ == "png":
        wide, high = map(float, struct.unpack(">II", content[16:24]))
    else:
        wide, high = size_of(content)
    return max(1, min(width, round(height * wide / high)))


def _clean_png(content: bytes) -> bytes:
    chunks = [(name, whole) for name, whole in _chunks(content) if name in _KEPT]
    if chunks[0][0] != b"IHDR" or len(chunks[0][1]) != 25:
        raise _Refused("This PNG doesn't begin as one does.")
    width, height = struct.unpack(">II", chunks[0][1][8:16])
    if not (0 < width <= LONGEST_SIDE and 0 < height <= LONGEST_SIDE and width * height <= MOST_PIXELS):
        raise _Refused(f"A logo has at most {LONGEST_SIDE} pixels on a side and four million in all; this one has {width} × {height}.")
    cleaned = _SIGNATURE + b"".join(whole for _, whole in chunks)
    lines = b"".join(whole[8:-4] for name, whole in chunks if name == b"IDAT")
    if not _is_whole(lines, chunks[0][1][8:21]) or not _can_be_drawn(cleaned):
        raise _Refused("This PNG can't be drawn: it is damaged.")
    return cleaned


def _chunks(content: bytes) -> Iterator[tuple[bytes, bytes]]:
    """Yield the name and all bytes of each chunk until the last; what comes after it doesn't count."""
    place, name = len(_SIGNATURE), b""
    while name != b"IEND":
        length, name = struct.unpack(">I4s", content[place : place + 8].ljust(8, b"\0"))
        whole = content[place : place + 12 + length]
        if len(whole) != 12 + length or crc32(whole[4:-4]) != int.from_bytes(whole[-4:], "big"):
            raise _Refused("This PNG is damaged, or not all of it is here.")
        yield name, whole
        place += len(whole)


def _is_whole(lines: bytes, head: bytes) -> bool:
    """Tell whether the packed lines are as many as the head says: Pillow takes fewer, and others don't."""
    width, height, bits, colors, *_, interlaced = struct.unpack(">IIBBBBB", head)
    channels = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}.get(colors, 0)
    passes = _PASSES if interlaced else ((0, 0, 1, 1),)
    sizes = [(-(-(width - x) // across), -(-(height - y) // down)) for x, y, across, down in passes]
    size = sum(rows * (1 + -(-columns * bits * channels // 8)) for columns, rows in sizes if columns > 0 and rows > 0)
    try:
        # Not more than that and one is ever unpacked.
        unpacked: bytes = decompressobj().decompress(lines, size + 1)
    except zlib_error:
        return False
    return len(unpacked) == int(size)


# Where the first dot of each pass stands, and how far apart they are: https://www.w3.org/TR/png-3/#8Interlace
_PASSES = ((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4), (0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2))


def _can_be_drawn(png: bytes) -> bool:
    # It takes a while to import, and is seldom needed.
    from PIL import Image

    try:
        with Image.open(BytesIO(png), formats=["PNG"]) as image:
            image.load()
    except (OSError, SyntaxError, ValueError, EOFError):
        return False
    return True
