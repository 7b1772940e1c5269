"""An embedded Clockify: a believable workspace behind the same HTTP endpoints, on loopback only."""

from clockify.demo.generate import agency_world
from clockify.demo.happenings import EVENTS
from clockify.demo.hooks import Hook
from clockify.demo.keys import MANAGER_KEY, MEMBER_KEY, OWNER_KEY
from clockify.demo.notes import notes_of
from clockify.demo.server import RunningServer, create_app, serve
from clockify.demo.world import World

__all__ = [
    "EVENTS",
    "MANAGER_KEY",
    "MEMBER_KEY",
    "OWNER_KEY",
    "Hook",
    "RunningServer",
    "World",
    "agency_world",
    "create_app",
    "notes_of",
    "serve",
]
