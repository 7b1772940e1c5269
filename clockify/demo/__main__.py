"""Serve the demo workspace: `python -m clockify.demo --port 8900`."""

import argparse
from collections.abc import Sequence
from urllib.parse import urlsplit

from clockify.demo.generate import agency_world
from clockify.demo.happenings import EVENTS, FREE_EVENTS
from clockify.demo.hooks import Hook
from clockify.demo.keys import MANAGER_KEY, MEMBER_KEY, OWNER_KEY
from clockify.demo.server import RunningServer, create_app, serve

PLANS = {"FREE": "FREE", "STANDARD": "STANDARD_2021"}


def main(arguments: Sequence[str] | None = None) -> None:
    """Serve until interrupted."""
    server = start(arguments)
    print(introduction(server), flush=True)
    try:
        server.wait()
    except KeyboardInterrupt:
        server.stop()


def start(arguments: Sequence[str] | None = None) -> RunningServer:
    """Start a server as the command line says."""
    parser = _parser()
    wanted = parser.parse_args(arguments)
    if bool(wanted.webhook) is not bool(wanted.webhook_token):
        parser.error("--webhook and --webhook-token belong together")
    app = create_app(
        lambda now: agency_world(now, seed=wanted.seed, people=wanted.people, entries=wanted.entries, projects=wanted.projects),
        plan=PLANS[wanted.plan],
        detailed_page_cap=wanted.page_cap,
        requests_per_second=wanted.requests_per_second,
        delay=wanted.delay,
        hooks=hooks_of(wanted.webhook, wanted.webhook_token, wanted.plan),
        life=wanted.life,
        seed=wanted.seed,
    )
    server = serve(app, wanted.port)
    # Building the world now rather than on the first request makes a large one answer at once.
    _ = server.world
    return server


def hooks_of(url: str | None, token: str | None, plan: str) -> list[Hook]:
    """Return the webhooks that lead to an address: one for each event of time, on FREE three."""
    events = FREE_EVENTS if plan == "FREE" else EVENTS
    return [Hook(url, event, token or "") for event in events] if url else []


def introduction(server: RunningServer) -> str:
    """Return what a person needs to connect."""
    rows = (
        ("CLOCKIFY_API_URL", server.api_url),
        ("CLOCKIFY_REPORTS_URL", server.reports_url),
        ("owner key", OWNER_KEY),
        ("key without amounts", MANAGER_KEY),
        ("member key", MEMBER_KEY),
    )
    return "\n".join(f"{label:<22}{value}" for label, value in rows)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m clockify.demo", description="Serve an embedded Clockify.")
    parser.add_argument("--port", type=int, default=8900, help="port on 127.0.0.1, 0 for a free one (default 8900)")
    parser.add_argument("--plan", choices=sorted(PLANS), default="STANDARD", help="whose limits apply")
    parser.add_argument("--people", type=_positive, default=9, help="size of the team (default 9)")
    parser.add_argument("--entries", type=_positive, help="exact number of entries before today (default: about 8500)")
    parser.add_argument("--projects", type=_positive, help="so many projects, with names that repeat (default 14)")
    parser.add_argument("--seed", type=int, default=1, help="another seed, another world")
    parser.add_argument("--page-cap", type=_positive, default=1000, help="most rows of one detailed page")
    parser.add_argument("--requests-per-second", type=_positive, help="refuse more than that (Clockify's paid plans: 50)")
    parser.add_argument("--delay", type=_seconds, default=0.0, help="seconds that each reply takes longer (default 0)")
    parser.add_argument("--webhook", type=_address, metavar="URL", help="tell this address what happens, as webhooks do")
    parser.add_argument("--webhook-token", metavar="TOKEN", help="what the webhooks' signature is")
    parser.add_argument("--life", type=_pace, metavar="SECONDS", help="somebody changes something about every so many seconds")
    return parser


def _address(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme not in ("http", "https") or not parts.hostname:
        raise argparse.ArgumentTypeError("must begin with http:// or https://")
    return text


def _pace(text: str) -> float:
    if (number := _seconds(text)) == 0:
        raise argparse.ArgumentTypeError("must be more than 0 seconds")
    return number


def _positive(text: str) -> int:
    number = int(text)
    if number < 1:
        raise argparse.ArgumentTypeError("must be at least 1")
    return number


def _seconds(text: str) -> float:
    number = float(text)
    if not 0 <= number < float("inf"):
        raise argparse.ArgumentTypeError("must be 0 or more seconds")
    return number


if __name__ == "__main__":
    main()
