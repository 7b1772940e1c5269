"""The door as people meet it: a browser, the network, and a real OpenID Connect provider on loopback."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from streamlit.web.server.starlette.starlette_app_utils import create_signed_value

from clockify.demo import RunningServer, create_app, serve
from tests.conftest import keyed
from tests.support.oidc import CLIENT_SECRET, COOKIE_SECRET, Provider
from tests.support.proxies import Proxy, adding, own_address, unchanged, with_host
from tests.support.servers import AppServer
from tests.support.studio import KEY, NOVEMBER, studio

Serve = Callable[..., RunningServer]
Run = Callable[..., AppServer]

PEOPLE = [
    {"sub": "ada", "name": "Ada Lovelace", "email": "Ada@Example.com", "email_verified": True},
    {"sub": "eve", "name": "Eve", "email": "eve@example.com.evil.test", "email_verified": True},
    {"sub": "una", "name": "Una", "email": "una@example.com", "email_verified": False},
    {"sub": "max", "name": "Max", "email": "max@example.com"},
]
ACCESS = 'allowed_domains = ["example.com"]'
WHOLE_NOVEMBER = "period=custom&from=2026-11-01&to=2026-11-30"
# What is inside, and in no message of the door.
INSIDE = ("Tiny studio", "Kovač", "Okafor", "Atlas", "Borealis", "Internal")
WAIT = 30_000


@dataclass
class Tab:
    """A page of a browser, and every byte that the app sent to it."""

    page: Any
    received: list[bytes] = field(default_factory=list)

    def open(self, url: str) -> None:
        """Go there and wait until the script has run."""
        self.page.goto(url)
        self.settle()

    def settle(self) -> None:
        """Wait until the script isn't running and something stands on the page."""
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"] h1').first.wait_for(timeout=WAIT)
        self.page.wait_for_timeout(300)  # a rerun that was just asked for begins
        self.page.locator('[data-testid="stApp"][data-test-script-state="notRunning"] h1').first.wait_for(timeout=WAIT)

    def press(self, label: str) -> None:
        """Press a button by its label."""
        self.page.get_by_role("button", name=label).click(timeout=WAIT)

    @property
    def title(self) -> str:
        """The page's own heading."""
        return str(self.page.get_by_role("heading", level=1).first.inner_text())

    def assert_outside(self, title: str) -> None:
        """Nothing but the card stands there, and nothing else was ever sent."""
        assert self.title == title
        for place in ("stMetric", "stDataFrame", "stTable", "stVegaLiteChart", "stSidebarNav", "stSidebarNavLink", "stException"):
            assert self.page.get_by_test_id(place).count() == 0, place
        text, sent = self.page.content(), b"".join(self.received)
        assert not [name for name in (*INSIDE, "Traceback", "KeyError") if name in text or name.encode() in sent]

    def assert_inside(self) -> None:
        """November's figures stand on the page."""
        for label, value in NOVEMBER.items():
            if label != "Average per day":  # goes by today
                self.page.get_by_test_id("stMetric").filter(has_text=label).filter(has_text=value).first.wait_for(timeout=WAIT)


@pytest.fixture
def tab(chromium: Any) -> Iterator[Callable[..., Tab]]:
    """Open a tab, of a new browser profile unless another tab is given."""
    with ExitStack() as stack:

        def make(beside: Tab | None = None) -> Tab:
            context = beside.page.context if beside else chromium.new_context(viewport={"width": 1280, "height": 800})
            if beside is None:
                stack.callback(context.close)
            tab = Tab(context.new_page())
            tab.page.on("websocket", lambda socket: socket.on("framereceived", lambda sent: tab.received.append(_bytes(sent))))
            return tab

        yield make


@dataclass(frozen=True)
class Guarded:
    """The studio behind a sign-in."""

    app: AppServer
    provider: Provider

    def sign_in(self, tab: Tab, who: str) -> None:
        """Go through the sign-in as one of PEOPLE."""
        tab.open(self.app.url)
        tab.press("Sign in")
        tab.page.wait_for_url(f"{self.provider.url}/**")
        tab.press(who)
        tab.page.wait_for_url(f"{self.app.url}/**")
        tab.settle()


@contextmanager
def guarded_app(folder: Path, access: str) -> Iterator[Guarded]:
    with (
        serve(create_app(studio())) as server,
        Provider(PEOPLE) as provider,
        AppServer(folder, provider.secrets(access), keyed(server, folder, KEY)) as app,
    ):
        yield Guarded(app, provider)


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory, chromium: Any) -> Iterator[Guarded]:
    with guarded_app(tmp_path_factory.mktemp("guarded"), ACCESS) as guarded:
        yield guarded


@pytest.fixture
def address() -> str:
    """An address of this machine in its network."""
    found = own_address()
    if found is None:
        pytest.skip("network: this machine has no address but loopback")
    return found


@pytest.mark.parametrize("path", ["", "settings", f"billable?{WHOLE_NOVEMBER}"])
def test_who_has_not_signed_in_sees_a_button_at_every_address(guarded: Guarded, tab: Callable[..., Tab], path: str) -> None:
    visitor = tab()
    visitor.open(f"{guarded.app.url}/{path}")
    visitor.assert_outside("Clockify dashboard")
    assert (
        visitor.page.get_by_role("button").all_inner_texts() == ["login\n\nSign in"]
        or visitor.page.get_by_role("button", name="Sign in").count() == 1
    )
    assert (visitor.page.get_by_text("open your link once more").count() == 1) is bool(path)


@pytest.mark.parametrize(
    ("who", "says"),
    [
        ("eve", "is not on this dashboard's list"),
        ("una", "doesn't say that una"),
        ("max", "doesn't say that max"),
    ],
)
def test_who_may_not_come_in_is_told_so_at_every_address(guarded: Guarded, tab: Callable[..., Tab], who: str, says: str) -> None:
    visitor = tab()
    guarded.sign_in(visitor, who)
    visitor.assert_outside("No access")
    assert says in visitor.page.get_by_test_id("stAlert").inner_text()
    for path in (f"billable?{WHOLE_NOVEMBER}", "settings"):
        visitor.open(f"{guarded.app.url}/{path}")
        visitor.assert_outside("No access")
    visitor.press("Sign in as somebody else")
    visitor.press("End session")  # at the provider
    visitor.page.wait_for_url(f"{guarded.app.url}/**")
    visitor.settle()
    visitor.assert_outside("Clockify dashboard")


def test_who_may_comes_in_follows_links_and_signs_out_of_every_tab(guarded: Guarded, tab: Callable[..., Tab]) -> None:
    visitor = tab()
    guarded.sign_in(visitor, "ada")
    assert visitor.title == "Overview"
    visitor.open(f"{guarded.app.url}/?{WHOLE_NOVEMBER}")
    visitor.assert_inside()

    other = tab(beside=visitor)
    other.open(f"{guarded.app.url}/settings?{WHOLE_NOVEMBER}")
    card = other.page.locator(".st-key-viewer")
    assert "Ada Lovelace" in card.inner_text()
    assert "Ada\u2060@Example.com" in card.inner_text()
    other.press("Sign out")
    other.page.wait_for_url(f"{guarded.provider.url}/**")
    other.press("End session")
    other.page.wait_for_url(f"{guarded.app.url}/**")
    other.settle()
    other.received.clear()
    other.open(f"{guarded.app.url}/?{WHOLE_NOVEMBER}")
    other.assert_outside("Clockify dashboard")

    visitor.received.clear()
    visitor.page.get_by_test_id("stSidebarNavLink").filter(has_text="Billable").click()
    visitor.page.get_by_role("button", name="Sign in").wait_for(timeout=WAIT)
    visitor.settle()
    visitor.assert_outside("Clockify dashboard")


def test_a_cookie_is_worth_what_its_signature_is(guarded: Guarded, tab: Callable[..., Tab]) -> None:
    ada = {**PEOPLE[0], "iss": guarded.provider.url, "iat": time.time(), "origin": guarded.app.url, "is_logged_in": True}
    signed = {secret: create_signed_value(secret, "_streamlit_user", json.dumps(ada)).decode() for secret in (COOKIE_SECRET, "guessed")}
    signed["changed"] = signed[COOKIE_SECRET][:-4] + signed["guessed"][-4:]
    for secret, title in (("guessed", "Clockify dashboard"), ("changed", "Clockify dashboard"), (COOKIE_SECRET, "Overview")):
        visitor = tab()
        visitor.page.context.add_cookies([{"name": "_streamlit_user", "value": signed[secret], "url": guarded.app.url}])
        visitor.open(guarded.app.url)
        assert visitor.title == title, secret


def test_no_secret_is_on_a_page_in_the_log_or_on_the_way(guarded: Guarded, tab: Callable[..., Tab]) -> None:
    visitor, addresses = tab(), []
    visitor.page.on("request", lambda request: addresses.append(request.url))
    guarded.sign_in(visitor, "ada")
    pages = []
    for path in ("", "billable", "settings"):
        visitor.open(f"{guarded.app.url}/{path}?{WHOLE_NOVEMBER}")
        pages.append(visitor.page.content())
    visitor.press("Sign out")
    visitor.page.wait_for_url(f"{guarded.provider.url}/**")
    (token,) = parse_qs(urlsplit(visitor.page.url).query)["id_token_hint"]
    (code,) = [parse_qs(urlsplit(url).query)["code"][0] for url in addresses if "/oauth2callback?" in url and "code=" in url]
    assert len(visitor.received) > 10
    secrets = {"key": KEY, "cookie secret": COOKIE_SECRET, "client secret": CLIENT_SECRET, "ID token": token, "code": code}
    shown, sent, printed = "\n".join(pages), b"".join(visitor.received), guarded.app.log
    for name, secret in secrets.items():
        assert secret not in shown, f"{name} on a page"
        assert secret.encode() not in sent, f"{name} on the way to the browser"
        assert secret not in printed, f"{name} in the log"
    own = [url for url in addresses if url.startswith(guarded.app.url)]
    assert not [url for url in own if KEY in url or token in url or COOKIE_SECRET in url or CLIENT_SECRET in url]
    assert "Traceback" not in printed


def test_the_network_is_refused_even_as_the_first_visitor_of_all(
    app_server: Run, served: Serve, tmp_path: Path, tab: Callable[..., Tab], address: str
) -> None:
    app = app_server(**keyed(served(studio()), tmp_path, KEY))
    stranger = tab()
    for path in ("settings", f"billable?{WHOLE_NOVEMBER}", ""):
        stranger.open(f"http://{address}:{app.port}/{path}")
        stranger.assert_outside("Not open to the network")
        said = stranger.page.get_by_test_id("stMain").inner_text()
        assert all(word in said for word in ("[auth]", "[access]", "CLOCKIFY_OPEN=1", "secrets.toml"))
    assert KEY not in app.log
    assert "Traceback" not in app.log


def test_this_machine_is_let_in_and_a_link_works_for_the_first_visitor_of_all(
    app_server: Run, served: Serve, tmp_path: Path, tab: Callable[..., Tab]
) -> None:
    app = app_server(**keyed(served(studio()), tmp_path, KEY))
    near = tab()
    near.open(f"http://localhost:{app.port}/billable?{WHOLE_NOVEMBER}")
    near.page.get_by_text("Borealis").first.wait_for(timeout=WAIT)
    assert near.title == "Billable"
    assert near.page.url.endswith(f"/billable?{WHOLE_NOVEMBER}")
    assert "Traceback" not in app.log
    near.open(f"http://127.0.0.1:{app.port}/?{WHOLE_NOVEMBER}")
    near.assert_inside()


def test_proxies_are_the_network(app_server: Run, served: Serve, tmp_path: Path, tab: Callable[..., Tab], address: str) -> None:
    app = app_server(**keyed(served(studio()), tmp_path, KEY))
    ways = [
        ("localhost", adding("X-Forwarded-For: 203.0.113.9")),
        ("localhost", adding("Forwarded: for=203.0.113.9")),
        (address, with_host(f"127.0.0.1:{app.port}")),  # nginx with few lines: it passes on neither Host nor a trace of itself
        (address, unchanged),
    ]
    for host, rewrite in ways:
        with Proxy(app.port, rewrite) as proxy:
            stranger = tab()
            stranger.open(f"http://{host}:{proxy.port}/?{WHOLE_NOVEMBER}")
            stranger.assert_outside("Not open to the network")
            stranger.page.close()
    with Proxy(app.port, unchanged) as proxy:  # it was no proxy's fault
        near = tab()
        near.open(f"http://localhost:{proxy.port}/?{WHOLE_NOVEMBER}")
        near.assert_inside()
        near.page.close()


def test_opened_knowingly_the_network_comes_in(
    app_server: Run, served: Serve, tmp_path: Path, tab: Callable[..., Tab], address: str
) -> None:
    app = app_server(**keyed(served(studio()), tmp_path, KEY), CLOCKIFY_OPEN="1")
    visitor = tab()
    visitor.open(f"http://{address}:{app.port}/?{WHOLE_NOVEMBER}")
    visitor.assert_inside()


def test_the_demo_is_open_and_takes_a_key_from_this_machine_alone(app_server: Run, tab: Callable[..., Tab], address: str) -> None:
    app = app_server()
    guest, near = tab(), tab()
    guest.open(f"http://{address}:{app.port}/settings")
    guest.page.get_by_text("to paste a key here").wait_for(timeout=WAIT)
    assert guest.page.locator(".st-key-key input").count() == 0
    assert guest.page.get_by_test_id("stMetric").count() == 0
    guest.open(f"http://{address}:{app.port}/")
    guest.page.get_by_test_id("stMetric").first.wait_for(timeout=WAIT)
    near.open(f"{app.url}/settings")
    near.page.locator(".st-key-key input").wait_for(timeout=WAIT)


def test_secrets_that_can_t_be_read_close_the_door_and_stay_unread(
    app_server: Run, served: Serve, tmp_path: Path, tab: Callable[..., Tab]
) -> None:
    broken = f'[auth]\ncookie_secret = "{COOKIE_SECRET}"\nclient_secret = "{CLIENT_SECRET}\n[access]\n'
    app = app_server(secrets=broken, **keyed(served(studio()), tmp_path, KEY), CLOCKIFY_OPEN="1")
    visitor = tab()
    visitor.open(f"{app.url}/billable?{WHOLE_NOVEMBER}")
    visitor.assert_outside("Clockify dashboard")
    assert "secrets can't be read" in visitor.page.get_by_test_id("stAlert").inner_text()
    for secret in (COOKIE_SECRET, CLIENT_SECRET, KEY):
        assert secret not in visitor.page.content()
        assert secret.encode() not in b"".join(visitor.received)
        assert secret not in app.log


def _bytes(sent: Any) -> bytes:
    return sent if isinstance(sent, bytes) else str(sent).encode()
