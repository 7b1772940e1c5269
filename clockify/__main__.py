"""Serve the dashboard to a team: `python -m clockify --port 8501`."""

from __future__ import annotations

import argparse
import contextlib
import logging
import signal
import sys
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import NoReturn
from urllib.parse import urlsplit

import streamlit as st
from starlette.types import Receive, Scope, Send
from streamlit import config
from streamlit.web.bootstrap import load_config_options

from clockify.app.shell import resources
from clockify.app.shell.config import DATA_FOLDER, read_settings
from clockify.app.shell.files import is_of_session, keep_files
from clockify.errors import ClockifyError, ConfigurationError
from clockify.settings import Settings
from clockify.web.commands import add_commands, run_command
from clockify.web.logs import log_to_stdout
from clockify.web.metrics import OpenTabs, serve_metrics
from clockify.web.server import guarded, own_routes

log = logging.getLogger("clockify")

SCRIPT = Path(__file__).resolve().parents[1] / "streamlit_app.py"


class Dashboard(st.App):
    """Streamlit's app with our own routes, and our guards around all of it, its faults included."""

    def __init__(self, host: str) -> None:
        super().__init__(SCRIPT, routes=own_routes(resources.desk), lifespan=_warm)
        page = (Path(st.__file__).parent / "static" / "index.html").read_text(encoding="utf8")
        self._guarded = OpenTabs(guarded(super().__call__, resources.settings, host, page, is_of_session))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request; nothing reaches Streamlit unguarded."""
        await self._guarded(scope, receive, send)


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command line says; return the exit code."""
    wanted = _parser().parse_args(arguments)
    if "run" in wanted:
        return run_command(wanted, read_settings, DATA_FOLDER)
    try:
        _serve(wanted)
    except ConfigurationError as fault:
        log.error("not started: %s", str(fault))
        return 1
    return 0


def _serve(wanted: argparse.Namespace) -> None:
    """Serve until told to stop; then let running jobs end, so that other processes go on at once.

    Raises ConfigurationError if that can't be begun.
    """
    # Streamlit reads its settings beside the script that it is started with, whatever directory this is; it asks only when it runs.
    sys.argv = [str(SCRIPT)]
    config._main_script_path = str(SCRIPT)
    options = _options(wanted.host, wanted.port)
    # Known before anything else is read: Streamlit complains of a server's options that change later.
    load_config_options(options)
    log_to_stdout(_settings_so_far().log_level)
    signal.signal(signal.SIGTERM, _stop)
    _tell(wanted.port)
    app = Dashboard(wanted.host)
    with contextlib.ExitStack() as stack:
        stack.callback(_close)
        if wanted.metrics_port:
            stack.callback(serve_metrics(resources.desk, wanted.metrics_port, wanted.metrics_host))
        with contextlib.suppress(KeyboardInterrupt):
            app.run(config={**options, **_public_options()})


def _tell(port: int) -> None:
    """Write into the log where it will answer, and which setting keeps it from being ready: who starts it may never see a page."""
    log.info("starting on port %d", port)
    try:
        read_settings()
    except ConfigurationError as fault:
        # Its text names a setting and never says what it holds.
        log.error("a setting can't be used: %s", str(fault))


def _close() -> None:
    with contextlib.suppress(ConfigurationError):
        resources.desk().close()


@asynccontextmanager
async def _warm(_: st.App) -> AsyncIterator[None]:
    """Prepare what the first page needs before anybody asks for it."""
    keep_files(is_asked=True)
    resources.warm_up()
    with contextlib.suppress(ClockifyError):  # the page, and /ready, say what is the matter
        resources.desk().take_up()
    yield


def _options(host: str, port: int) -> dict[str, object]:
    """Return what is otherwise said to `streamlit run`."""
    # Streamlit prints its greeting, and a fault in colours with its text wherever `rich` is installed, past every log.
    quiet = {"server.headless": True, "server.fileWatcherType": "none", "logger.hideWelcomeMessage": True, "logger.enableRich": False}
    return {"server.port": port, "server.address": host, **quiet}


def _public_options() -> dict[str, object]:
    """Return under which address browsers come, if the settings say so."""
    public = urlsplit(_settings_so_far().public_url or "")
    return {"browser.serverAddress": public.hostname, "browser.serverPort": public.port or 443} if public.hostname else {}


def _settings_so_far() -> Settings:
    """Return the settings; the usual ones where they can't be used, which the page says."""
    try:
        return read_settings()
    except ConfigurationError:
        return Settings()


def _stop(*_: object) -> NoReturn:
    sys.exit(0)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m clockify", description="Serve the dashboard, Clockify's webhooks and clients' links.")
    parser.add_argument("--port", type=int, default=8501, help="port to listen on (default 8501)")
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (default 127.0.0.1; 0.0.0.0 for every network)")
    parser.add_argument("--metrics-port", type=int, help="port with numbers for Prometheus (default: none)")
    parser.add_argument("--metrics-host", default="127.0.0.1", help="address of that port (default 127.0.0.1)")
    add_commands(parser.add_subparsers(title="commands", metavar=""))
    return parser


if __name__ == "__main__":
    sys.exit(main())
