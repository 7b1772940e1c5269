"""The door without a sign-in: this machine, the network, proxies in between, and the demo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from clockify.demo import RunningServer
from tests.conftest import keyed, unavailable
from tests.support.oidc import CLIENT_SECRET, COOKIE_SECRET
from tests.support.proxies import Proxy, adding, own_address, unchanged, with_host
from tests.support.servers import AppServer
from tests.support.studio import KEY, studio
from tests.support.tabs import WAIT, WHOLE_NOVEMBER, Tabs

Serve = Callable[..., RunningServer]
Run = Callable[..., AppServer]


@pytest.fixture
def address() -> str:
    """An address of this machine in its network."""
    found = own_address()
    if found is None:
        unavailable("network", "this machine has no address but loopback")
    return str(found)


def test_the_network_is_refused_even_as_the_first_visitor_of_all(
    app_server: Run, served: Serve, tmp_path: Path, tab: Tabs, address: str
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


@pytest.mark.nightly
def test_this_machine_is_let_in_and_a_link_works_for_the_first_visitor_of_all(
    app_server: Run, served: Serve, tmp_path: Path, tab: Tabs
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


def test_proxies_are_the_network(app_server: Run, served: Serve, tmp_path: Path, tab: Tabs, address: str) -> None:
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


@pytest.mark.nightly
def test_opened_knowingly_the_network_comes_in(app_server: Run, served: Serve, tmp_path: Path, tab: Tabs, address: str) -> None:
    app = app_server(**keyed(served(studio()), tmp_path, KEY), CLOCKIFY_OPEN="1")
    visitor = tab()
    visitor.open(f"http://{address}:{app.port}/?{WHOLE_NOVEMBER}")
    visitor.assert_inside()


@pytest.mark.nightly
def test_the_demo_is_open_and_takes_a_key_from_this_machine_alone(app_server: Run, tab: Tabs, address: str) -> None:
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


@pytest.mark.nightly
def test_secrets_that_can_t_be_read_close_the_door_and_stay_unread(app_server: Run, served: Serve, tmp_path: Path, tab: Tabs) -> None:
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
