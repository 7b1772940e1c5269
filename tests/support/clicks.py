"""What a job costs a person: clicks, counted as they are done.

A click is a press of the mouse, on a list to open it and on its option to take it, too. Who types a name into a list
that he has opened takes it with Enter, and has clicked once.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from tests.support.browsing import Sight, expect

if TYPE_CHECKING:
    from playwright.sync_api import Locator


class Clicks:
    """A hand at the mouse; `count` is how often it has clicked."""

    def __init__(self, sight: Sight) -> None:
        self.sight, self.count = sight, 0

    def click(self, target: Locator) -> None:
        """Click, and wait for what it does."""
        target.click()
        self.count += 1
        self.sight.settled()

    def page(self, title: str) -> None:
        """Go to another page by the menu."""
        self.click(self.sight.page.get_by_test_id("stSidebarNav").get_by_role("link", name=title, exact=True))
        expect(self.sight.page.get_by_role("heading", level=1, name=title)).to_be_visible()

    def pick(self, label: str, option: str) -> None:
        """Open a short list, and click on an option: two clicks."""
        self.click(self.sight.page.get_by_label(label, exact=True))
        self.click(self.sight.page.get_by_role("option", name=option, exact=True))

    def name(self, label: str, name: str) -> None:
        """Open a list of names, type one, and take it with Enter: one click."""
        self.click(self.sight.page.get_by_label(label, exact=True))
        self.sight.page.keyboard.type(name)
        expect(self.sight.page.get_by_role("option", name=name, exact=True)).to_be_visible()
        self.sight.page.keyboard.press("Enter")
        self.sight.settled()
        self.sight.page.keyboard.press("Escape")

    def file(self, key: str) -> bytes:
        """Take a file; its bytes."""
        expect(self.sight.under(key, "button")).to_be_enabled()
        self.count += 1
        return self.sight.downloaded(key)[1]
