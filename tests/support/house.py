"""A studio behind a front, and a clock: what tests of faults and states stand on."""

from __future__ import annotations

from dataclasses import dataclass

from clockify.demo import World
from tests.support.faults import Front
from tests.support.studio import Clock


@dataclass
class House:
    """A world, the front before it, and the app's clock."""

    world: World
    front: Front
    clock: Clock
