"""A page in a real browser, and what it did behind the scene."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self
from urllib.parse import parse_qsl, urlsplit

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Download, Locator, Page

try:
    from playwright.sync_api import expect
except ImportError:  # the fixture `chromium` skips with the reason
    expect = None  # type: ignore[assignment]

# Streamlit's own: a sparkline of `st.metric` draws its hover layer before there is a hover, and a
# page opened by its path looks for the server's files beside that path first.
_PAGES = "detailed|weekly|billable|team|projects|track|client|settings"
NOISE = re.compile(rf'Infinite extent for field "[xy]"|status of 404 \(Not Found\) \S*/({_PAGES})/_stcore/(health|host-config)$')
# What a page's policy forbids: the console keeps some of it to itself.
FORBIDDEN = """document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`the policy forbids ${event.blockedURI} (${event.effectiveDirective}) of ${event.sourceFile}`))"""
PHONE = "Mozilla/5.0 (Linux; Android 14) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/130.0.0.0 Mobile Safari/537.36"
SECONDS = 30


class Sight:
    """One visitor's tab, as a context manager.

    `foreign` lists requests that left the app, `complaints` what the console said beside Streamlit's own noise.
    """

    def __init__(self, browser: Browser, address: str, *, width: int = 1280, height: int = 1000, dark: bool = False) -> None:
        phone = {"user_agent": PHONE, "has_touch": True} if width < 500 else {}
        scheme: Any = "dark" if dark else "light"
        self._context = browser.new_context(viewport={"width": width, "height": height}, color_scheme=scheme, locale="en-GB", **phone)
        self._context.set_default_timeout(SECONDS * 1000)
        expect.set_options(timeout=SECONDS * 1000)
        self.address = address
        self.foreign: list[str] = []
        self.complaints: list[str] = []
        self._context.add_init_script(FORBIDDEN)
        self.page: Page = self._context.new_page()
        self.page.on("request", lambda request: self._requested(request.url))
        self.page.on("console", lambda message: self._said(message.type, f"{message.text} {message.location.get('url', '')}"))
        self.page.on("pageerror", lambda error: self.complaints.append(f"uncaught: {error}"))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._context.close()

    def open(self, path: str) -> Page:
        """Load a page from the start, and wait until it has been drawn."""
        self.page.goto(self.address + path)
        return self.settled()

    def follow(self, path: str) -> Page:
        """Change the address as the back button does: without loading the app anew."""
        self.page.evaluate("path => { history.pushState({}, '', path); dispatchEvent(new PopStateEvent('popstate')); }", path)
        return self.settled()

    def settled(self) -> Page:
        """Wait until no run of the script is under way, and none begins."""
        quiet = self.page.locator("[data-testid=stApp][data-test-script-state=notRunning][data-test-connection-state=CONNECTED]")
        expect(quiet).to_have_count(1)
        self.page.wait_for_timeout(150)
        expect(quiet).to_have_count(1)
        return self.page

    def choose(self, label: str, *options: str) -> None:
        """Pick options of a list, one after the other."""
        for option in options:
            self.page.get_by_label(label, exact=True).fill(option)
            self.page.get_by_role("option", name=option, exact=True).click()
            self.settled()
        self.page.keyboard.press("Escape")

    @property
    def query(self) -> list[tuple[str, str]]:
        """Return the parameters in the address bar."""
        return parse_qsl(urlsplit(self.page.url).query)

    def under(self, key: str, selector: str = "") -> Locator:
        """Return an element by the key it has in the script, or what is inside of it."""
        return self.page.locator(f".st-key-{key} {selector}".strip())

    def figure(self, key: str) -> Locator:
        """Return the figure on a card."""
        return self.under(key, "[data-testid=stMetricValue]")

    def downloaded(self, key: str) -> tuple[str, bytes]:
        """Click a download button; return the file's name and what is in it."""
        with self.page.expect_download() as coming:
            self.under(key, "button").click()
        file: Download = coming.value
        return file.suggested_filename, file.path().read_bytes()

    def _requested(self, url: str) -> None:
        if not url.startswith((self.address, "data:", "blob:" + self.address)):
            self.foreign.append(url)

    def _said(self, kind: str, text: str) -> None:
        if kind in ("error", "warning") and not NOISE.search(text):
            self.complaints.append(f"{kind}: {text}")


def seen(text: str) -> str:
    """Return text as it is read: signs without width that part others are none."""
    return " ".join(text.replace("\N{WORD JOINER}", "").split())
