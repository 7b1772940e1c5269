"""Colours, light and dark, and which project gets which."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from colorsys import rgb_to_hls
from dataclasses import dataclass
from typing import Literal

from clockify.reports.shares import OTHER

Mode = Literal["light", "dark"]
SHADES = (0.0, 0.35, 0.6, 0.8)
_COLOR = re.compile("#[0-9a-fA-F]{6}")


@dataclass(frozen=True)
class Palette:
    """Every colour that charts and tables use; `.streamlit/config.toml` has the same ones for the page."""

    mode: Mode
    categorical: tuple[str, ...]
    grey: str
    none: str
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
    none="#5b6675",
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
    none="#a9b3c1",
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


def series_colors(ids: Iterable[str], color_of: Callable[[str], str] | None, palette: Palette) -> dict[str, str]:
    """Give each series of a chart its colour: "other" and "" (none) each a grey, a project its hue (`project_color`).

    `color_of` says a project's own colour; what has none (people, clients) takes slots in turn. Where several
    have one hue, the first by id has the colour of tables, and the next ones darker shades of it.
    """
    series = [name for name in dict.fromkeys(ids) if name not in ("", OTHER)]
    slots = palette.categorical
    hues = {
        name: project_color(name, color_of(name), palette) if color_of else slots[place % len(slots)] for place, name in enumerate(series)
    }
    seen: Counter[str] = Counter()
    colors = {OTHER: palette.grey, "": palette.none}
    for name in sorted(hues) if color_of else series:
        colors[name] = _shaded(hues[name], seen[hues[name]], palette)
        seen[hues[name]] += 1
    return {name: colors[name] for name in dict.fromkeys(ids)}


def project_color(project_id: str, color: str, palette: Palette) -> str:
    """Return the palette's slot nearest in hue to a project's own colour, the same on every page; "" is the grey of none.

    It goes into a style, so nothing of Clockify's text passes. A project of no hue (grey, or no colour) has the last slot.
    """
    if not project_id:
        return palette.none
    hue = _hue(color)
    return palette.categorical[-1] if hue is None else min(palette.categorical, key=lambda slot: _apart(hue, _hue(slot) or 0.0))


def _shaded(color: str, step: int, palette: Palette) -> str:
    """Return a colour nearer to the text's by so many steps, so that its contrast only grows."""
    part = SHADES[step % len(SHADES)]
    pairs = zip(_parts(color), _parts(palette.text), strict=True)
    return "#" + "".join(f"{round((1 - part) * own + part * text):02x}" for own, text in pairs)


def _hue(color: str) -> float | None:
    """Return the hue of "#rrggbb" from 0 to 1; None for grey and for what isn't a colour."""
    if not _COLOR.fullmatch(color):
        return None
    hue, _, saturation = rgb_to_hls(*(one / 255 for one in _parts(color)))
    return hue if saturation > 0.12 else None


def _apart(one: float, other: float) -> float:
    distance = abs(one - other)
    return min(distance, 1 - distance)


def _parts(color: str) -> tuple[int, int, int]:
    """Return red, green and blue of "#rrggbb"."""
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)
