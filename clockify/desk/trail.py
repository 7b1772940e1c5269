"""The trail: where somebody was, what the address meant there, and the way back. Plain values; no Streamlit here.

Streamlit gives a page its address and says whether the browser's back and forward led there, not where in the
browser's history that is. Some steps Streamlit leaves there by itself, and their addresses mean something else than they
say. So the trail keeps the history as far as the session made it, and finds in it what an address means.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace

from clockify.desk.choice import NAMES, Choice, Params, from_url

ENTRIES_PAGE = "detailed"
# Browsers keep about fifty steps of a tab.
LONGEST_TRAIL = 100


@dataclass(frozen=True)
class Way:
    """A page's address: its path and its parameters."""

    page: str
    params: Params


@dataclass(frozen=True)
class Place:
    """An address in the browser's history, with the parameters that are ours; `means`: those that it stands for, if others."""

    page: str
    params: Params
    means: Params | None = None


@dataclass(frozen=True)
class Go:
    """To do: go to an address, and take it from there."""

    way: Way


@dataclass(frozen=True)
class Again:
    """To do: if there is anything to write into the address, write it in another run: the browser is on its way to this one."""


Action = Go | Again


@dataclass(frozen=True)
class Trail:
    """A session's way through the pages. Places are in the order of the browser's history; some may be gone there already."""

    places: tuple[Place, ...] = ()
    at: int = 0
    # Ours of the parameters that were written last, and the workspace in them; None before that, and for the first workspace.
    written: Params | None = None
    workspace: str | None = None
    # What stood beside ours: groups, steps and the like, which Streamlit writes for its widgets.
    beside: Params = field(default_factory=dict)
    # Led the browser's back or forward here? Then the browser lets what is written next replace this address.
    by_history: bool = False
    # From where to where a click leads, once the script runs; and where the click was, for the button on the entries' page.
    going: tuple[Way, Way] | None = None
    way_back: Way | None = None
    # What of a link could not be used, and what was written when that was said: (None,) if nothing was yet, () before.
    dropped: tuple[str, ...] = ()
    told_at: tuple[Params | None, ...] = ()

    @property
    def page(self) -> str:
        """The page seen last."""
        return self.places[self.at].page if self.places else ""


def own(params: Params) -> dict[str, list[str]]:
    """Return the parameters that are ours."""
    return {name: list(values) for name, values in params.items() if name in NAMES}


def step(trail: Trail, page: str, params: Params, *, by_history: bool = False) -> tuple[Trail, Choice | None, tuple[Action, ...]]:
    """Follow an address if somebody else changed it: a link, a click in the menu, the back button.

    Returns the choice that it means, None if that is in force already, and what is to be done.
    """
    if page != ENTRIES_PAGE:
        trail = replace(trail, way_back=None)
    address, by_menu, came_from = own(params), False, trail.page
    if not trail.places or (trail.page, trail.places[trail.at].params) != (page, address):
        by_menu = trail.written is not None and page != came_from and not address and not by_history
        trail = _arrived(trail, page, address, by_menu=by_menu, by_history=by_history)
    trail = replace(trail, beside={name: list(values) for name, values in params.items() if name not in (*NAMES, "workspace")})
    place = trail.places[trail.at]
    meant = place.params if place.means is None else place.means
    if page != came_from and meant.keys() - set(NAMES):
        # Groups, steps and the like are in the address by Streamlit's own doing: they can be brought along, and not written.
        return _put(trail, Place(page, own(meant))), None, (Go(Way(page, meant)),)
    meant = own(meant)
    # By history to another page, what isn't in its address isn't in force, although the page before didn't say so either.
    if meant == trail.written and not (by_history and page != came_from):
        return trail, None, (Again(),) if by_menu else ()
    choice, dropped = from_url(meant)
    return noted(trail, *dropped), choice, ()


def wrote(trail: Trail, params: Params) -> Trail:
    """Keep what stands in the address from now on: a new step of the history, or another address for the step that is on screen."""
    params, place = own(params), trail.places[trail.at]
    if params == place.params or trail.by_history:
        trail = _put(trail, Place(place.page, params))
    else:
        if place.means is not None:
            trail = _put(trail, replace(place, means=params))
        trail = _push(trail, Place(place.page, params))
    return replace(trail, written=params, by_history=False)


def lead(trail: Trail, start: Way, way: Way) -> Trail:
    """Lead from one address to another with the next run, and keep the first for the way back."""
    return replace(trail, going=(start, way), way_back=start)


def turn_back(trail: Trail, start: Way) -> Trail:
    """Lead back to where the click was."""
    return replace(trail, going=(start, trail.way_back) if trail.way_back else None, way_back=None)


def set_out(trail: Trail) -> tuple[Trail, Way | None]:
    """Return where to go now, once.

    On the way there Streamlit leaves a step in the browser's history: this page with the parameters of the other.
    """
    if trail.going is None:
        return trail, None
    start, way = trail.going
    params = own(way.params)
    if start.params != way.params:
        trail = _push(trail, Place(start.page, params, means=start.params))
    # Nothing counts as written: what isn't in that address isn't in force there, though the page before didn't say so either.
    return replace(_push(trail, Place(way.page, params)), going=None, by_history=False, written=None), way


def workspace_of(trail: Trail, params: Params, chosen: str | None, known: Collection[str]) -> tuple[Trail, str | None]:
    """Return the workspace that a link names, else the chosen one; one that isn't known is dropped."""
    asked = (list(params.get("workspace", ())) or [""])[-1]
    wanted = asked if asked and asked != trail.workspace else chosen
    if wanted and wanted not in known:
        return noted(trail, "the workspace"), None
    return trail, wanted or None


def left_out(
    trail: Trail, chosen: Mapping[str, Sequence[str]], unknown: Mapping[str, Collection[str]]
) -> tuple[Trail, dict[str, list[str]]]:
    """Let go of what nothing knows, and note it; return what is left under the names of which something was."""
    left: dict[str, list[str]] = {}
    for name, ids in unknown.items():
        known = [one for one in chosen[name] if one not in ids]
        lost = len(chosen[name]) - len(known)
        if lost:
            left[name] = known
            # Beside what is told already: while months were read nobody may have read it.
            trail, before = told(trail)
            trail = noted(trail, *before, f"{lost} of the {name}" if known else name)
    return trail, left


def noted(trail: Trail, *names: str) -> Trail:
    """Keep what of a link could not be used, beside what nobody was told yet."""
    before = () if trail.told_at else trail.dropped
    return replace(trail, dropped=(*before, *names), told_at=()) if names else trail


def told(trail: Trail) -> tuple[Trail, tuple[str, ...]]:
    """Return what of a link could not be used, until something else is chosen.

    Not once: while months are read the page draws itself again, and the word would be gone unread.
    """
    trail = replace(trail, told_at=trail.told_at or (trail.written,))
    if trail.told_at != (trail.written,):
        trail = replace(trail, dropped=())
    return trail, trail.dropped


def _arrived(trail: Trail, page: str, address: Params, *, by_menu: bool, by_history: bool) -> Trail:
    """Find the place on the trail, or add it.

    A click in the menu empties the address and means no change of filters. The bare address stays behind in the
    browser's history: who comes back to it finds what was in force then.
    """
    trail = replace(trail, by_history=by_history)
    if by_menu:
        in_force = trail.written or {}
        if trail.beside:
            # Streamlit takes its widgets' parameters from the page that is left, and ours with them; ours may come back to it.
            trail = _push(trail, Place(trail.page, address, means={**trail.beside, **in_force}))
            trail = _push(trail, Place(trail.page, in_force))
        return _push(trail, Place(page, address, means=in_force))
    found = [at for at, one in enumerate(trail.places) if (one.page, one.params) == (page, address)]
    if found:
        # The nearest; of two the one before, for people go back more often than forward.
        return replace(trail, at=min(found, key=lambda at: (abs(at - trail.at), at)))
    if not by_history:
        return _push(trail, Place(page, address))
    # From before this session, as after loading the page anew. Bare, it may have been left by a click in the menu.
    means = trail.written if not address and page != trail.page else None
    before, after = trail.places[: trail.at], trail.places[trail.at :]
    return replace(trail, places=(*before, Place(page, address, means), *after))


def _push(trail: Trail, place: Place) -> Trail:
    """Add a place after the one on screen; what came after that is gone from the browser's history."""
    places = (*trail.places[: trail.at + 1], place)[-LONGEST_TRAIL:]
    return replace(trail, places=places, at=len(places) - 1)


def _put(trail: Trail, place: Place) -> Trail:
    return replace(trail, places=(*trail.places[: trail.at], place, *trail.places[trail.at + 1 :]))
