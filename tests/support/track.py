"""The page Track in AppTest: filling in its form, and what it says."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from streamlit.testing.v1 import AppTest

from clockify.demo.entities import Entry
from clockify.demo.world import World
from tests.support import studio
from tests.support.house import House
from tests.support.looks import go_to, plain, settle, texts


def open_track(app_of: Callable[..., AppTest], house: House, key: str = studio.KEY, **environment: str) -> AppTest:
    """Open the page, everything read."""
    page = settle(app_of(house.front, key, **environment).run())
    return settle(go_to(page, "track"))


def fill(page: AppTest, **fields: Any) -> AppTest:
    """Fill the form in, field by field, as somebody would; project, task and person are ids."""
    for name, value in fields.items():
        if name == "day":
            page = page.date_input(key="track-day").set_value(value).run()
        elif name == "billable":
            page = page.toggle(key="track-billable").set_value(value).run()
        elif name in ("project", "task", "person"):
            page = page.selectbox(key=f"track-{name}").set_value(value).run()
        else:
            page = page.text_input(key=f"track-{'duration' if name == 'when' else name}").set_value(value).run()
    return page


def project(world: World, name: str) -> str:
    """Return a project's id."""
    (found,) = [one.id for one in world.projects.values() if one.name == name]
    return found


def user(world: World, name: str) -> str:
    """Return a person's id."""
    (found,) = [one.id for one in world.users.values() if one.name == name]
    return found


def press(page: AppTest, key: str) -> AppTest:
    """Press a button by its key."""
    return page.button(key=key).click().run()


def choose_more(page: AppTest, entry: Entry, what: str) -> AppTest:
    """Choose from the menu of an entry."""
    return page.menu_button(key=f"more-{entry.id}").set_value(what).run()


def says(page: AppTest) -> str:
    """Return the running text without the marks of sizes and colours."""
    words = texts(page)
    for mark in (":gray[", ":small[", ":green[", ":orange[", ":red["):
        words = words.replace(mark, "[")
    return words.replace("[", "").replace("]", "")


def called(world: World, name: str) -> Entry:
    """Return the one entry, or running timer, of that description."""
    (found,) = [one for one in (*world.entries, *world.running) if one.description == name]
    return found


def spans(world: World, name: str) -> list[tuple[str, int]]:
    """Return start, on the clock in Belgrade, and seconds of every entry of that description."""
    found = [one for one in world.entries if one.description == name]
    return [(f"{datetime.fromtimestamp(one.start, world.zone):%d %H:%M}", one.seconds) for one in found]


def errors(page: AppTest) -> list[str]:
    """Return what is said to be wrong, as it reads."""
    lines = [one.value for one in page.markdown if one.value.startswith(":red[")]
    return [plain(line).replace(":red[]", "").replace(":small[", "").replace("]", "").strip() for line in lines]
