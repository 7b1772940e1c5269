"""A client's link in the browser: made by hand, opened by somebody without a cookie, revoked, and gone."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from clockify.demo import agency_world, create_app, serve
from tests.conftest import keyed
from tests.support.axe import axe_source, violations
from tests.support.browsing import Sight, expect
from tests.support.reckoning import entries_in, exact, month_before, seconds
from tests.support.servers import HostedServer


def test_a_link_is_made_opened_by_a_stranger_and_revoked(chromium: Any, tmp_path: Path) -> None:
    world = agency_world(datetime.now(UTC))
    client = next(one.id for one in world.clients.values() if one.name == "Museum Quartier")
    hours = exact(seconds(entries_in(world, month_before(datetime.now(world.zone).date()), clients=[client])))
    with (
        serve(create_app(world)) as server,
        HostedServer(tmp_path, "", keyed(server, tmp_path)) as app,
        Sight(chromium, app.url) as sight,
    ):
        sight.open(f"/client?period=last-month&clients={client}")
        expect(sight.under("client-paper")).to_contain_text(hours)
        sight.under("link-make", "button").click()
        address = sight.under("link-made", "code").inner_text()
        assert re.fullmatch(rf"{app.url}/c/[\w-]{{43}}", address)
        stranger = chromium.new_context(viewport={"width": 390, "height": 844})
        try:
            page, said, sockets = stranger.new_page(), [], []
            page.on("console", lambda message: said.append(message.text))
            page.on("websocket", lambda socket: sockets.append(socket.url))
            page.goto(address)
            expect(page.get_by_role("heading", level=1)).to_have_text("Museum Quartier", timeout=30_000)
            expect(page.locator("dl")).to_contain_text(hours)
            assert page.evaluate("document.documentElement.scrollWidth") == 390
            assert page.locator(".dot").first.bounding_box()["width"] < 12
            assert violations(page, axe_source()) == []
            with page.expect_download() as download:
                page.get_by_role("link", name="PDF").click()
            assert download.value.suggested_filename.startswith("time-report-museum-quartier-")
            assert (stranger.cookies(), sockets, said) == ([], [], [])
            sight.page.get_by_role("button", name="Revoke").click()
            expect(sight.under("client-links").get_by_text("1 link that has ended")).to_be_visible()
            assert page.goto(address).status == 404
            expect(page.get_by_role("heading", level=1)).to_have_text("There is nothing here")
        finally:
            stranger.close()
        token = address.rpartition("/")[2]
        assert token not in app.log
        kept = b"".join(path.read_bytes() for path in tmp_path.rglob("*.sqlite*"))
        assert kept and token.encode() not in kept
