"""The studio behind a sign-in: the app, Clockify behind a front that notes what it is asked, and a provider with its people."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from clockify.demo import World, create_app, serve
from tests.conftest import keyed
from tests.support.faults import Front
from tests.support.oidc import Provider
from tests.support.servers import AppServer
from tests.support.studio import KEY, studio
from tests.support.tabs import Tab

PEOPLE = [
    {"sub": "ada", "name": "Ada Lovelace", "email": "Ada@Example.com", "email_verified": True},
    {"sub": "eve", "name": "Eve", "email": "eve@example.com.evil.test", "email_verified": True},
    {"sub": "una", "name": "Una", "email": "una@example.com", "email_verified": False},
    {"sub": "max", "name": "Max", "email": "max@example.com"},
    {"sub": "grace", "name": "Grace Hopper", "email": "grace@example.com", "email_verified": True},
]
ACCESS = 'allowed_domains = ["example.com"]'


@dataclass(frozen=True)
class Guarded:
    """The studio behind a sign-in."""

    app: AppServer
    provider: Provider
    front: Front

    def sign_in(self, tab: Tab, who: str) -> None:
        """Go through the sign-in as one of PEOPLE."""
        tab.open(self.app.url)
        tab.press("Sign in")
        tab.page.wait_for_url(f"{self.provider.url}/**")
        tab.press(who)
        tab.page.wait_for_url(f"{self.app.url}/**")
        tab.settle()

    def allow(self, access: str) -> None:
        """Write another `[access]` into the secrets, while the app runs."""
        self.app.write_secrets(self.provider.secrets(access))


@contextmanager
def guarded_app(folder: Path, access: str, world: World | None = None, kind: type[AppServer] = AppServer) -> Iterator[Guarded]:
    """Run it all, on the studio unless another world with its key is given."""
    with (
        serve(create_app(world or studio())) as server,
        Front(server) as front,
        Provider(PEOPLE) as provider,
        kind(folder, provider.secrets(access), keyed(front, folder, KEY)) as app,
    ):
        yield Guarded(app, provider, front)
