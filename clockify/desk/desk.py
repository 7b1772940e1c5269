"""What a process holds once for everybody: settings, the copies, jobs, the demo, accounts and mirrors."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

from clockify.api.client import Clockify
from clockify.api.pacing import Pacer
from clockify.demo import OWNER_KEY, RunningServer, notes_of
from clockify.desk.bell import Bell
from clockify.desk.caches import Caches
from clockify.desk.embedded import Receiver, serve_demo
from clockify.desk.endings import Endings
from clockify.desk.hooks import Hooks
from clockify.desk.kept import Kept, one_each
from clockify.desk.links import Links
from clockify.desk.notebook import Notebook
from clockify.errors import ConfigurationError
from clockify.journal.journal import Journal
from clockify.mirror.account import Account, StoreLedger, Workspace, fingerprint_of
from clockify.mirror.database import Database
from clockify.mirror.jobs import Jobs
from clockify.mirror.mirror import Mirror
from clockify.mirror.quiet import Quiet
from clockify.mirror.quiet import settle_memory as settle_memory
from clockify.mirror.store import Store
from clockify.mirror.zoned import Zoned, base_of
from clockify.records.store import Records
from clockify.settings import ApiKey, Settings

ACCOUNTS, MIRRORS = 64, 128


def utc_now() -> datetime:
    """Return the present moment."""
    return datetime.now(UTC)


class Desk:
    """The app without a screen; safe to share between threads. Stores, the demo and accounts are opened on first use."""

    def __init__(
        self, settings: Settings, data_folder: Path, clock: Callable[[], datetime] = utc_now, receiver: Receiver | None = None
    ) -> None:
        self.settings, self.now, self._receiver = settings, clock, receiver
        self.caches, self.bell = Caches(), Bell(self._spread)
        # Whoever serves links says so here: run by Streamlit alone, the app has no address of its own for them.
        self.serves_links = False
        self._quiet = Quiet()
        self.jobs = Jobs(clock, when_idle=self._quiet.soon)
        self._data_folder = data_folder
        self._once = Kept(64, size=one_each, release=_end)
        self._accounts = Kept(ACCOUNTS, size=one_each, release=Account.close)
        self._mirrors = Kept(MIRRORS, size=one_each)
        self._writers = Kept(ACCOUNTS, size=one_each, release=lambda client: client.close())

    def close(self) -> None:
        """Let running jobs end; close accounts, copies and the demo, which is the first to be still."""
        if live := self._once.find("demo"):
            live.stop()
        self.jobs.close()
        self._quiet.close()
        for demo in (False, True):
            if hooks := self._once.find(("hooks", demo)):
                hooks.close()
        self._accounts.clear()
        self._writers.clear()
        self._once.clear()

    def tidy_soon(self) -> None:
        """Let memory be tidied up in a moment: what was made leaves frames behind that hold each other."""
        self._quiet.soon()

    @property
    def store(self) -> Store:
        """The copy of real data."""
        return self._once.get("store", lambda: self._listened(Store(Database(self.settings.database_url, self._data_folder))))

    @property
    def demo_store(self) -> Store:
        """A copy for the demo in a folder of its own, gone with the process: it never mixes with real data."""
        return self._once.get("demo store", lambda: self._listened(Store(Database(None, _temporary_folder()))))

    def notebook(self, *, demo: bool) -> Notebook:
        """Return what teams have written down; the demo's is gone with the process, like its copy."""
        if demo:
            return self._once.get("demo notebook", self._new_demo_notebook)
        return self._once.get("notebook", lambda: Notebook(self._records))

    def journal(self, *, demo: bool) -> Journal:
        """Return what is to be written to Clockify, kept beside what is written down here; StoreError if that can't be opened."""
        return self._once.get(("journal", demo), lambda: Journal(self.notebook(demo=demo).records.writes, self.now))

    def links(self, *, demo: bool) -> Links:
        """Return clients' reports that are shared by a link, kept beside what is written down here."""
        return self._once.get(("links", demo), lambda: Links(lambda: self.notebook(demo=demo).records.links, self.now))

    @property
    def endings(self) -> Endings:
        """Which sign-ins were ended before their time, in this process and in others on the same database."""
        return self._once.get("endings", lambda: Endings(lambda: self._records().ended, self.now))

    def hooks(self, *, demo: bool) -> Hooks:
        """Return what takes webhooks in, for the installation's own workspaces or the demo's; StoreError if the copy can't be opened."""
        return self._once.get(("hooks", demo), lambda: self._new_hooks(demo=demo))

    def take_up(self) -> None:
        """Put into the copy what webhooks told and a process that was killed left; StoreError if the copy can't be opened."""
        self.hooks(demo=False).wake()

    @property
    def demo_runs(self) -> bool:
        """Was the demo started already?"""
        return self._once.find("demo") is not None

    def demo_settings(self) -> Settings:
        """Return settings that lead to the demo workspace, started on first use."""
        server = self._demo
        reached = replace(self.settings, api_url=server.api_url, reports_url=server.reports_url)
        return replace(reached, key=ApiKey(OWNER_KEY), workspace_id=None, demo=True)

    def check_database(self) -> None:
        """Read and write both databases that the settings lead to; raise ClockifyError if that can't be done."""
        demo = self.settings.is_demo
        (self.demo_store if demo else self.store).salt()
        self.notebook(demo=demo).records.version("")

    def fingerprint(self, chosen: Settings) -> str:
        """Return what stands for the settings' key in its copy: slow on purpose; ConfigurationError without a key."""
        if chosen.key is None:
            raise ConfigurationError("There is no API key.")
        return fingerprint_of(chosen.key, self._store_of(chosen).salt())

    def account(self, chosen: Settings, fingerprint: str | None = None) -> Account:
        """Return the account of the settings' key, not opened yet; `fingerprint` if it is known."""
        fingerprint = fingerprint or self.fingerprint(chosen)
        return self._accounts.get((fingerprint, chosen.api_url), lambda: self._new_account(chosen, fingerprint))

    def mirror(self, account: Account, workspace_id: str | None, zone: str | None, *, chosen: str | None = None) -> Mirror:
        """Return the mirror of a workspace; the profile's active one, kept in the profile's zone, unless others are given.

        `chosen`: show it in another zone than it is kept in.
        """
        profile, workspace = account.profile, account.workspace(workspace_id)
        what = (account.fingerprint, workspace, profile, zone or profile.zone)
        kept = self._mirrors.get(what, lambda: Mirror(account, workspace, profile, zone or profile.zone))
        if chosen in (None, kept.zone):
            return kept
        return self._mirrors.get((*what, chosen), lambda: Zoned(kept, str(chosen)))

    def mirrors(self) -> list[Mirror]:
        """Return every copy that this process holds, each once, in the zone in which it is kept."""
        return list({base_of(one).scope: base_of(one) for one in self._mirrors.values()}.values())

    def mirrors_beside(self, mirror: Mirror) -> list[Mirror]:
        """Return every copy that this process holds of a mirror's workspace, each once: other keys' and zones', itself among them."""
        held = [one for one in (base_of(mirror), *self._mirrors.values()) if base_of(one) is one and one.stands_beside(base_of(mirror))]
        return list({one.scope: one for one in reversed(held)}.values())

    def writer(self, account: Account, workspace: Workspace) -> Clockify:
        """Return the client that writes to a workspace with an account's key."""

        def connected() -> Clockify:
            return account.connect(ledger=StoreLedger(account.store, workspace.id), plan=workspace.plan)

        return self._writers.get((account.fingerprint, workspace.id, workspace.plan), connected)

    def forget_key(self, key: ApiKey) -> None:
        """Drop what this key alone has read from real data's copy; nothing if it is the installation's own."""
        if key != self.settings.key:
            self.store.scopes.forget_key(fingerprint_of(key, self.store.salt()), self.now())

    def _records(self) -> Records:
        return self._once.get("records", lambda: Records(self.settings.database_url, self._data_folder, clock=self.now))

    def _new_demo_notebook(self) -> Notebook:
        folder = _temporary_folder()
        records = partial(self._once.get, "demo records", lambda: Records(None, folder, clock=self.now))
        return Notebook(records, lambda: notes_of(self._demo.world, self.now()))

    @property
    def _demo(self) -> RunningServer:
        receive = partial(self._receiver, self) if self._receiver and self.settings.demo_life else None
        return self._once.get("demo", lambda: serve_demo(receive))

    def _new_hooks(self, *, demo: bool) -> Hooks:
        return Hooks(self.demo_store if demo else self.store, lambda: self._own_workspaces(demo=demo), self.now)

    def _own_workspaces(self, *, demo: bool) -> frozenset[str]:
        """Return the ids of the workspaces that the installation's key opens, as far as it is known here; the demo's."""
        if demo:
            return frozenset({self._demo.world.id} if self.demo_runs else ())
        if self.settings.is_demo:
            return frozenset()
        account = self.account(self.settings)
        account.look()
        return frozenset(one.id for one in account.workspaces) if account.is_known else frozenset()

    def _listened(self, store: Store) -> Store:
        store.listen(self.bell.sound)
        return store

    def _spread(self, workspace_id: str) -> None:
        if store := self._once.find("store"):
            store.spread(workspace_id)

    def _store_of(self, chosen: Settings) -> Store:
        return self.demo_store if chosen.demo else self.store

    def _new_account(self, chosen: Settings, fingerprint: str) -> Account:
        if chosen.key is None:
            raise ConfigurationError("There is no API key.")
        connect = partial(Clockify, chosen.key, api_url=chosen.api_url, reports_url=chosen.reports_url, pacer=Pacer(), clock=self.now)
        return Account(self._store_of(chosen), connect, self.jobs, fingerprint, self.now)


def _end(one: Store | Records | RunningServer | Notebook | Journal | Hooks | Endings | Links) -> None:
    if isinstance(one, RunningServer):
        one.stop()
    elif isinstance(one, Store | Records):
        one.close()


def _temporary_folder() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="clockify-demo-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder
