"""What people, projects and clients are called in a frame, and the order of their names."""

from __future__ import annotations

from collections.abc import Iterable

from clockify.directory import Directory, Kind


def frame_label(directory: Directory, kind: Kind, identifier: str) -> str:
    """Return `full_label`, with "?" for halves of characters (JSON may have them): a frame can't hold one."""
    return held(directory.full_label(kind, identifier))


def held(text: str) -> str:
    """Return text that a frame can hold."""
    return text.encode("utf-8", "replace").decode()


def by_label(ids: Iterable[str], directory: Directory, kind: Kind) -> dict[str, str]:
    """Return the label of each id, in the order of labels and then ids; none ("") is last."""
    labels = {one: frame_label(directory, kind, one) for one in dict.fromkeys(ids)}
    return dict(sorted(labels.items(), key=lambda known: (known[0] == "", known[1].casefold(), known[0])))
