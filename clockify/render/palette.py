"""Colours, light and dark, and which project gets which."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from colorsys import rgb_to_hls
from dataclasses import dataclass
from itertools import permutations
from typing import Literal

from clockify.reports.shares import OTHER

Mode = Literal["light", "dark"]
_COLOR = re.compile("#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Palette:
    """Every colour that charts and tables use; `.streamlit/config.toml` has the same ones for the page."""

    mode: Mode
    categorical: tuple[str, ...]
    grey: str
    sequential: tuple[str, ...]
    billable: str
    non_billable: str
    outline: str
    bar: str
    bar_light: str
    over: str
    near: str
    ok: str
    text: str
    muted: str
    background: str
    secondary: str
    border: str
    band: str


LIGHT = Palette(
    mode="light",
    categorical=("#1c6ea4", "#c2803d", "#3fa281", "#882b59", "#a683d8", "#4f591c"),
    grey="#8b93a1",
    sequential=("#eef5fb", "#d6e7f4", "#bad6ea", "#98c2df", "#74acd2", "#5094c3", "#337eb1", "#1c6ea4", "#135684", "#0b3f63"),
    billable="#1c6ea4",
    non_billable="#c3cad4",
    outline="#7d8796",
    bar="#bad6ea",
    bar_light="#dceaf5",
    over="#b3382c",
    near="#9a6700",
    ok="#1a7f5a",
    text="#121821",
    muted="#5b6675",
    background="#ffffff",
    secondary="#f6f8fa",
    border="#dfe4ea",
    band="#f2f4f7",
)
DARK = Palette(
    mode="dark",
    categorical=("#6db3e8", "#bfcc33", "#2b8869", "#eebac2", "#8e5cb2", "#bc4a24"),
    grey="#768296",
    sequential=("#16222e", "#17304a", "#1a3f60", "#1d4f78", "#226190", "#2f7fb8", "#4b97cb", "#6db3e8", "#9accf0", "#c9e4f8"),
    billable="#6db3e8",
    non_billable="#4a5463",
    outline="#7d8796",
    bar="#23506f",
    bar_light="#1c3a51",
    over="#ff8f80",
    near="#e3b341",
    ok="#56c596",
    text="#e6ebf2",
    muted="#9aa7b8",
    background="#12181f",
    secondary="#1a222c",
    border="#2b3542",
    band="#1a222c",
)


def palette(mode: str | None) -> Palette:
    """Return the colours for "light" or "dark"; anything else (not known yet) is light."""
    return DARK if mode == "dark" else LIGHT


def series_colors(ids: Iterable[str], colors_of: Callable[[str], str], palette: Palette) -> dict[str, str]:
    """Give each series a colour of the palette: the slot nearest in hue to its own colour.

    "" and "other" are grey. Up to six series all differ; the slots are dealt so that their
    distances in hue are smallest together. A series without a colour or a hue takes a slot that is left,
    and further ones begin again.
    """
    shown = list(dict.fromkeys(ids))
    series = [name for name in shown if name not in ("", OTHER)]
    slots = palette.categorical
    dealt = _dealt([_hue(colors_of(name)) for name in series[: len(slots)]], slots)
    colors = {name: slots[dealt[place]] if place < len(dealt) else slots[place % len(slots)] for place, name in enumerate(series)}
    return {name: colors.get(name, palette.grey) for name in shown}


def swatch_color(color: str, palette: Palette) -> str:
    """Return Clockify's own colour of a project as it is, or grey: it goes into a style, so nothing but #rrggbb passes."""
    return color if _COLOR.fullmatch(color) else palette.grey


def _dealt(hues: Sequence[float | None], slots: Sequence[str]) -> tuple[int, ...]:
    """Return a slot for each hue, no slot twice, with the least distance in all; the first such deal wins."""
    own = [_hue(slot) or 0.0 for slot in slots]
    cost = [[0.0 if hue is None else _apart(hue, other) for other in own] for hue in hues]
    deals = permutations(range(len(slots)), len(hues))
    return min(deals, key=lambda deal: sum(cost[place][slot] for place, slot in enumerate(deal)))


def _hue(color: str) -> float | None:
    """Return the hue of "#rrggbb" from 0 to 1; None for grey and for what isn't a colour."""
    if not _COLOR.fullmatch(color):
        return None
    red, green, blue = (int(color[place : place + 2], 16) / 255 for place in (1, 3, 5))
    hue, _, saturation = rgb_to_hls(red, green, blue)
    return hue if saturation > 0.12 else None


def _apart(one: float, other: float) -> float:
    distance = abs(one - other)
    return min(distance, 1 - distance)
