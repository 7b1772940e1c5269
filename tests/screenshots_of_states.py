"""Take pictures of every state that a page can be in beside the good one: `python -m tests.screenshots FOLDER --states`.

Each runs the app over the demo's agency behind a front that breaks what the state needs broken.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

from playwright.sync_api import Browser

from clockify.demo import MANAGER_KEY, MEMBER_KEY, OWNER_KEY, agency_world, create_app, serve
from tests.support.browsing import Sight
from tests.support.faults import Exchange, Front, When
from tests.support.oidc import Provider
from tests.support.servers import AppServer

SIZES = {1280: 800, 390: 844}
WAITS_MS = 2500  # until what comes late, as the first pages of a month, has come


@dataclass(frozen=True)
class State:
    """What to break (`before` the first visit, `after` one good visit), which pages of reports to hold back, and where to look."""

    path: str = "/"
    key: str = OWNER_KEY
    before: Callable[[Front], object] | None = None
    hold: When | None = None
    after: Callable[[Front], object] | None = None
    press: str = ""
    terms: dict[str, object] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)
    access: str = ""


def in_march(asked: Exchange) -> bool:
    """Is a report of a March asked for?"""
    return asked.month.endswith("-03")


EMPTY_DAYS = "period=custom&from=2019-03-03&to=2019-03-09"
LATE = {"detailed_page_cap": 100}
STATES = {
    "loading": State(hold=lambda _: True),
    "loading-totals": State(hold=lambda one: one.page > 2, terms=LATE),
    "empty": State(f"/?{EMPTY_DAYS}"),
    "empty-filtered": State(f"/?{EMPTY_DAYS}&billable=no"),
    "bad-key": State(before=lambda front: front.fail("user", "401")),
    "bad-key-settings": State("/settings", before=lambda front: front.fail("user", "401")),
    "no-rights-member": State(key=MEMBER_KEY),
    "no-rights-reports": State(before=lambda front: front.fail("detailed", "403")),
    "amounts-hidden": State(key=MANAGER_KEY),
    "amounts-hidden-billable": State("/billable", key=MANAGER_KEY),
    "rate-limited": State(before=lambda front: front.fail("detailed", "429 with Retry-After")),
    "rate-limited-warm": State(after=lambda front: front.fail("summary", "429 with Retry-After"), press="refresh"),
    "hour-used": State("/?period=last-year", terms={"plan": "FREE"}, environment={"CLOCKIFY_REQUESTS_PER_HOUR": "14"}),
    "partial": State("/?period=this-year", terms={"plan": "FREE"}, environment={"CLOCKIFY_REQUESTS_PER_HOUR": "17"}),
    "partial-billable": State("/billable?period=this-year", terms={"plan": "FREE"}, environment={"CLOCKIFY_REQUESTS_PER_HOUR": "17"}),
    "partial-broken": State(
        "/?period=this-year", before=lambda front: front.fail("detailed", "500", lambda one: one.month.endswith("-03"))
    ),
    "offline-cold": State(before=lambda front: front.fail("user", "dropped")),
    "offline-warm": State(after=lambda front: front.fail("summary", "dropped"), press="refresh"),
    "offline-settings": State("/settings", before=lambda front: front.fail("user", "dropped")),
    "link-unknown": State("/?projects=nobody&people=nobody&period=fortnight"),
    "sign-in": State(access='allowed_domains = ["example.com"]'),
    "misconfigured": State(environment={"CLOCKIFY_API_URL": "http://example.com/api/v1"}),
}


def take_states(browser: Browser, folder: Path, wanted: list[str]) -> None:
    """Write each state, light and dark, wide and as on a phone, in its full height."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, state in STATES.items():
        if wanted and name not in wanted:
            continue
        with _app_in(state) as (app, front):
            if state.after:
                with Sight(browser, app.url) as sight:
                    sight.open(state.path)
                state.after(front)
            for width, height in SIZES.items():
                for dark in (False, True):
                    file = folder / f"{name}-{'dark' if dark else 'light'}-{width}.png"
                    with Sight(browser, app.url, width=width, height=height, dark=dark) as sight:
                        file.write_bytes(_picture(sight, state))
            print(name)


@contextmanager
def _app_in(state: State) -> Iterator[tuple[AppServer, Front]]:
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        server = stack.enter_context(serve(create_app(agency_world(datetime.now(UTC)), **state.terms)))
        front = stack.enter_context(Front(server))
        if state.hold:
            stack.enter_context(front.hold("detailed", state.hold))
        if state.before:
            state.before(front)
        secrets = stack.enter_context(Provider([{"sub": "ada", "email": "ada@example.com"}])).secrets(state.access) if state.access else ""
        settings = {
            "CLOCKIFY_API_KEY": state.key,
            "CLOCKIFY_API_URL": front.api_url,
            "CLOCKIFY_REPORTS_URL": front.reports_url,
            "DATABASE_URL": f"sqlite:///{folder}/mirror.sqlite",
        }
        app = stack.enter_context(AppServer(folder, secrets, settings | state.environment))
        yield app, front


def _picture(sight: Sight, state: State) -> bytes:
    page = sight.page
    page.goto(sight.address + state.path)
    page.wait_for_selector("h1, [data-testid=stAlert]")
    page.wait_for_timeout(WAITS_MS)
    if state.press:
        sight.under(state.press, "button:visible").click()
        page.wait_for_timeout(WAITS_MS)
    width = page.viewport_size["width"] if page.viewport_size else 0
    height = max(int(page.evaluate("Math.ceil(document.querySelector('[data-testid=stMain]').scrollHeight)")), SIZES[width])
    page.set_viewport_size({"width": width, "height": height})
    page.mouse.move(0, 0)
    page.wait_for_timeout(1000)
    return page.screenshot(animations="disabled", caret="hide")
