"""Nobody is sent a figure or a name that isn't his: every page, parameter, click, card and file, in every byte received."""

from __future__ import annotations

import io
import json
import re
import time
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pytest
from pypdf import PdfReader

from clockify.demo import create_app, serve
from tests.conftest import keyed
from tests.support import walking
from tests.support.cast import DOMAIN, Cast, Hidden, Row, cast
from tests.support.oidc import COOKIE_SECRET
from tests.support.servers import HostedServer
from tests.support.walking import Act, Seen, Walker, acts_of, fetched, signed_in

PAGES = ("", "detailed", "weekly", "billable", "team", "projects", "track", "client", "settings")
SECRETS = """
[auth]
redirect_uri = "http://localhost:{port}/oauth2callback"
cookie_secret = "COOKIE"
client_id = "clockify-dashboard"
client_secret = "a secret of this test"
server_metadata_url = "http://localhost:9/.well-known/openid-configuration"

[access]
allowed_domains = ["studio.example"]

[access.managers]
"mimozel@studio.example" = { people = ["benvolik@studio.example"], projects = ["Zeppelar"] }
"""


@dataclass
class Studio:
    """The app over the cast, with everything read."""

    app: HostedServer
    cast: Cast
    secrets: str

    cookies: dict[str, str] = field(default_factory=dict)

    def cookie(self, name: str) -> str:
        """Return what somebody's browser sends along: one sign-in, however often he comes."""
        address = name if "@" in name else self.cast.address(name)
        return self.cookies.setdefault(name, signed_in(address, COOKIE_SECRET, self.app.url)) if name else ""

    def promote(self, *names: str) -> None:
        """Let these people be admins by the secrets, and nobody else."""
        addresses = [self.cast.address(name) for name in names]
        self.app.write_secrets(self.secrets.replace("[access]", f"[access]\nadmin_emails = {json.dumps(addresses)}"))

    def tab(self, name: str) -> Walker:
        return Walker(self.app.url, self.cookie(name))


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    folder = tmp_path_factory.mktemp("rights")
    who = cast(datetime.now(UTC).date())
    secrets = SECRETS.replace("COOKIE", COOKIE_SECRET)
    with serve(create_app(who.world)) as server, HostedServer(folder, secrets, keyed(server, folder)) as app:
        found = Studio(app, who, secrets)
        with found.tab("Adaxa") as tab:
            for page in ("", "team", "projects", ""):
                tab.go(page, "period=last-month")
                time.sleep(1)
        yield found


SEES: dict[str, Callable[[Row], bool]] = {
    "Mimozel": lambda row: row.person in ("Mimozel", "Benvolik") or row.project == "Zeppelar",
    "Benvolik": lambda row: row.person == "Benvolik",
    "Cresidra": lambda row: row.person == "Cresidra",
    "Fenwicka": lambda row: False,
    f"stranger@{DOMAIN}": lambda row: False,
    "somebody@elsewhere.example": lambda row: False,
    "": lambda row: False,
}
MINE = {"Fenwicka": ("Fenwicka", "fenwicka@studio.example")}


def queries(studio: Studio, seen: list[Row]) -> list[str]:
    """Return addresses that ask for what is his, and for what isn't."""
    who = studio.cast
    ids = [("people", who.user(name).id) for name in ("Cresidra", "Adaxa")]
    ids += [("projects", who.project(name).id) for name in ("Quaggor", "Narwhilo")]
    ids += [("clients", one.id) for one in who.world.clients.values()]
    plain = ["period=last-month", "period=last-month&compare=previous", "period=this-month&group-by=Task&group-by-then=Person"]
    plain += ["period=last-month&rounding=up-15", "period=last-month&of=everyone", "period=last-month&search=Tuskwork"]
    plain += [f"period=last-month&tasks={task.id}" for task in who.world.tasks.values()]
    return plain + [f"period=last-month&{name}={one}" for name, one in ids]


@pytest.mark.parametrize("name", SEES)
@pytest.mark.nightly
def test_every_byte_is_his(studio: Studio, name: str) -> None:
    mine = [row for row in studio.cast.rows if SEES[name](row)]
    hidden = Hidden(studio.cast, mine, money=name == "Mimozel", mine=MINE.get(name, ()))
    leaks = {}
    for page in PAGES:
        for number, query in enumerate(queries(studio, mine)):
            for what, data in walked(studio, name, page, query, acts=number == 0):
                found = [one for one in hidden.found_in(data) if one not in query]
                if found:
                    leaks[f"/{page}?{query} · {what}"] = found[:6]
    assert leaks == {}


@pytest.mark.parametrize("page", PAGES)
def test_the_search_finds_what_is_sent(studio: Studio, page: str) -> None:
    """To somebody who sees all, each page sends something that is hidden from one who sees nothing: the search is no blind one."""
    hidden = Hidden(studio.cast, [], money=False)
    with studio.tab("Adaxa") as tab:
        data = b"".join(tab.go(page, "period=last-month").frames)
    assert len(hidden.found_in(data)) > 3


def test_a_clients_reader_is_sent_his_report_alone(studio: Studio) -> None:
    client = next(one.id for one in studio.cast.world.clients.values() if one.name == "Ostravex")
    with studio.tab("Adaxa") as tab:
        asked = ("client", f"period=last-month&clients={client}")
        make = next(act for act in acts_of(tab.go(*asked).elements) if act.name == "press Make a link")
        made = tab.go(*asked, make)
    address = next(found[0] for one in made.elements if (found := re.findall(r"http://\S+/c/[\w-]{43}", one.code.code_text)))
    own = [row for row in studio.cast.rows if row.client == "Ostravex"]
    hidden = Hidden(studio.cast, own, money=True, people=False)
    for path in ("", "/report.pdf"):
        status, body = fetched(address + path)
        assert status == 200 and b"Adaxa" not in body
        assert hidden.found_in(unpacked(body)) == []
    last = studio.cast.months[0].period
    total = sum(row.seconds for row in own if last.start <= row.day < last.end)
    assert f"{total / 3600:,.2f}".encode() in fetched(address)[1], "it is his whole report"


@pytest.mark.parametrize("page", ["", "detailed", "billable", "team"])
def test_a_files_address_is_worth_nothing_to_others(studio: Studio, page: str) -> None:
    with studio.tab("Adaxa") as tab:
        files = [one for one in tab.go(page, "period=last-month").elements if one.WhichOneof("type") == "download_button"]
        assert files
        for file in files[:2]:
            url = tab.address_of(file)
            for other in ("Benvolik", "Mimozel", f"stranger@{DOMAIN}", ""):
                status, body = fetched(url, studio.cookie(other))
                assert status in (403, 404) and not any(word.encode() in body for word in ("Adaxa", "Ostravex", "PK", "%PDF"))
            assert fetched(url, studio.cookie("Adaxa"))[0] == 200


@pytest.mark.parametrize("what", ["a file", "a click on a row"])
def test_what_a_tab_was_offered_is_worth_nothing_once_the_role_is_gone(studio: Studio, what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    hidden = Hidden(studio.cast, [row for row in studio.cast.rows if row.person == "Cresidra"], money=False)
    asked = ("detailed", "period=last-month")
    with studio.tab("Cresidra") as tab:
        studio.promote("Cresidra")
        try:
            offered = tab.go(*asked)
        finally:
            studio.promote()
        assert len(hidden.found_in(b"".join(offered.frames))) > 3
        act = next(act for act in acts_of(offered.elements) if act.name == "click on row 0")
        file = next(one for one in offered.elements if one.WhichOneof("type") == "download_button")
        # One thing alone: after a refusal the page runs anew by itself, and Streamlit may drop the answer for that.
        monkeypatch.setattr(walking, "PATIENCE_SECONDS", 8.0)
        with suppress(LookupError, TimeoutError if what == "a file" else LookupError):
            came = tab.taken(file) if what == "a file" else b"".join(tab.go(*asked, act).frames)
            assert hidden.found_in(unpacked(came)) == []


def walked(studio: Studio, name: str, page: str, query: str, *, acts: bool) -> Iterator[tuple[str, bytes]]:
    """Open a page, take its files and, if `acts`, do all that can be done on it; yield each thing with the bytes that came of it.

    Of a page that isn't his the address leads to the first, which is walked itself.
    """
    with studio.tab(name) as tab:
        seen = tab.go(page, query)
        yield "opened", b"".join(seen.frames)
        for element in seen.elements:
            if element.WhichOneof("type") == "download_button" and not element.download_button.disabled:
                yield f"file {element.download_button.label}", unpacked(tab.taken(element))
            if element.WhichOneof("type") == "dataframe" and element.dataframe.lazy_data.source_id:
                yield "rows", tab.chunk(element.dataframe.lazy_data.source_id, 5000)
        assert seen.exceptions == []
        found = list(acts_of(seen.elements)) if acts and page in seen.pages else []
    for act in found:
        yield act.name, b"".join(done(studio, name, page, query, act).frames)


def done(studio: Studio, name: str, page: str, query: str, act: Act) -> Seen:
    with studio.tab(name) as tab:
        tab.go(page, query)
        seen = tab.go(page, query, act)
    assert seen.exceptions == [], act
    return seen


def unpacked(data: bytes) -> bytes:
    """Return a file's bytes with all that is packed in it beside them."""
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as folder:
            return data + b"".join(folder.read(one) for one in folder.namelist())
    if data.startswith(b"%PDF"):
        # All else in it is packed, or a place in the file.
        return "\n".join(page.extract_text() for page in PdfReader(io.BytesIO(data)).pages).encode()
    return data
