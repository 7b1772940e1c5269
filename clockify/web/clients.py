"""Clients' links: one report as a page of its own and as a PDF, for whoever has the token; no account, no session, no script."""

from __future__ import annotations

import logging
import re
from collections.abc import Callable
from contextlib import suppress
from urllib.parse import quote
from zoneinfo import ZoneInfo

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from clockify.desk.caches import Lost
from clockify.desk.desk import Desk
from clockify.desk.sharing import Shared, shared_by
from clockify.errors import ClockifyError, ConfigurationError
from clockify.links import Link
from clockify.periods import MONTH_NAMES
from clockify.render.client import Paper, Terms, file_name, paper_of
from clockify.render.files.client_html import client_html, policy_of, style_of
from clockify.render.files.client_link import AWAY, COMING, NOTHING, STYLE, TOO_MANY, link_html
from clockify.render.files.client_pdf import client_pdf
from clockify.render.formats import HourStyle
from clockify.web.quiet_log import keep_tokens_out_of_logs
from clockify.web.tries import Tries

log = logging.getLogger(__name__)

HTML, PDF = "text/html; charset=utf-8", "application/pdf"
# Whoever looks again so soon finds what is being read; where something is in the way, it takes longer.
COMING_SECONDS, AWAY_SECONDS = 5, 60
LOOKS = 3
HEADERS = {
    "Cache-Control": "no-store",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex, nofollow",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}
# Stands for the PDF's address until it is known whose: a sign that no text of a paper has.
_ADDRESS = "\0"
NO_MORE = "; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
# What loads a page ahead, or to show what is behind an address that somebody writes to somebody else.
AHEAD = ("purpose", "sec-purpose", "x-purpose", "x-moz")
ROBOT = re.compile(r"bot\b|crawler|spider|preview|facebookexternalhit|whatsapp|embedly|slurp", re.IGNORECASE)


def client_routes(desk: Callable[[], Desk], tries: Tries | None = None) -> list[Route]:
    """Return the routes under /c/, and note that links are served; `tries`: what is remembered of wrong tokens."""
    keep_tokens_out_of_logs()
    with suppress(ConfigurationError):
        # Where a setting can't be used, the page says so, and nothing opens until the next start.
        desk().serves_links = True
    pages = _Pages(desk, tries or Tries())
    return [
        Route("/c/{token}", pages.page, methods=["GET"]),
        Route("/c/{token}/report.pdf", pages.pdf, methods=["GET"]),
        # Streamlit's own page would answer here.
        Route("/c", nothing, methods=["GET"]),
        Route("/c/{rest:path}", nothing, methods=["GET"]),
    ]


def nothing(_request: Request) -> Response:
    """Say that there is nothing, as to whoever has a wrong token."""
    return _notice(NOTHING, 404)


class _Pages:
    """Answers in worker threads, as Starlette runs what isn't `async`."""

    def __init__(self, desk: Callable[[], Desk], tries: Tries) -> None:
        self._desk, self._tries = desk, tries

    def page(self, request: Request) -> Response:
        return self._answer(request, _page)

    def pdf(self, request: Request) -> Response:
        return self._answer(request, _pdf)

    def _answer(self, request: Request, show: Callable[[Shared, str], Response]) -> Response:
        token, address = request.path_params["token"], request.client.host if request.client else ""
        seconds = self._tries.wait_for(address)
        if seconds:
            return _notice(TOO_MANY, 429, retry=seconds)
        try:
            desk = self._desk()
            links = desk.links(demo=desk.settings.is_demo)
            link = links.open(token)
            if link is None:
                self._tries.note(address)
                return _notice(NOTHING, 404)
            if request.method == "HEAD":
                return _response(b"", HTML, "default-src 'none'")
            if not is_robot(request):
                links.count(link, f"{address} {request.headers.get('user-agent', '')}")
            return _shown(desk, link, token, show)
        except ClockifyError as fault:
            log.warning("links: a report can't be shown (%s)", type(fault).__name__)
            return _notice(AWAY, 503, again=AWAY_SECONDS, retry=AWAY_SECONDS)


def is_robot(request: Request) -> bool:
    """Tell whether a page is loaded ahead, or by a machine that makes a preview of it."""
    ahead = any(re.search("prefetch|prerender|preview", request.headers.get(name, ""), re.IGNORECASE) for name in AHEAD)
    return ahead or ROBOT.search(request.headers.get("user-agent", "")) is not None


def _shown(desk: Desk, link: Link, token: str, show: Callable[[Shared, str], Response]) -> Response:
    """Show what there is of a link; a month that was replaced meanwhile is opened once more."""
    for _ in range(LOOKS):
        with suppress(Lost):
            found = shared_by(desk, link)
            if found and found.is_ready:
                return show(found, token)
            if found and found.is_held_up:
                return _notice(AWAY, 503, again=AWAY_SECONDS, retry=AWAY_SECONDS)
            break
    return _notice(COMING, 202, again=COMING_SECONDS)


def _page(found: Shared, token: str) -> Response:
    paper = _paper(found)
    html = found.kept("html", lambda: client_html(paper, _ADDRESS), paper.said)
    # Several links may show the same, so the address stays out of what is kept.
    html = html.replace(_ADDRESS.encode(), f"{quote(token)}/report.pdf".encode())
    return _response(html, HTML, policy_of(style_of(paper)))


def _pdf(found: Shared, _token: str) -> Response:
    paper = _paper(found)
    content = found.kept("pdf", lambda: client_pdf(paper), paper.said)
    simple, name = (file_name(client, found.view.period, "pdf") for client in ("", paper.title))
    disposition = f"attachment; filename=\"{simple}\"; filename*=UTF-8''{quote(name)}"
    return _response(content, PDF, "default-src 'none'", {"Content-Disposition": disposition})


def _paper(found: Shared) -> Paper:
    """Write the report as the page of the dashboard does."""
    as_of = _as_of(found)
    return found.kept("paper", lambda: _write(found, as_of), as_of)


def _write(found: Shared, as_of: str) -> Paper:
    view, made, terms = found.view, found.report(), found.link.terms
    said = Terms(
        made.client,
        view.access.zone,
        view.today,
        made.rule,
        view.access.notes.branding,
        made.projects,
        notes=terms.notes,
        is_demo=view.is_demo,
        style=HourStyle(terms.hours),
        as_of=as_of,
    )
    return paper_of(made.report, made.left, made.retainers, view.directory, said)


def _as_of(found: Shared) -> str:
    """Say as of when the figures are, and that no newer ones can be had, where that is so."""
    if found.as_of is None:
        return ""
    local = found.as_of.astimezone(ZoneInfo(found.view.access.zone))
    said = f"As of {local.day} {MONTH_NAMES[local.month]} {local.year}, {local:%H:%M}."
    return f"{said} Newer figures can't be read at the moment." if found.is_held_up else said


def _notice(said: tuple[str, str], status: int, *, again: int = 0, retry: int = 0) -> Response:
    more = {"Retry-After": str(retry)} if retry else {}
    return _response(link_html(said, again), HTML, policy_of(STYLE), more, status)


def _response(content: bytes, kind: str, policy: str, more: dict[str, str] | None = None, status: int = 200) -> Response:
    headers = {**HEADERS, "Content-Security-Policy": policy + NO_MORE, **(more or {})}
    return Response(content, status, headers, kind)
