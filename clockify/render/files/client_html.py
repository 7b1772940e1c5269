"""A client's report as one HTML file that needs nothing else: no script, nothing fetched, every name escaped."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from pathlib import Path

from jinja2 import Environment, FileSystemLoader, StrictUndefined, Template

from clockify.branding import Branding
from clockify.render.client import Paper
from clockify.render.files.client_pdf import NOTHING_DONE, pictures_of
from clockify.render.files.mail import plain
from clockify.render.palette import LIGHT

TEMPLATES = Path(__file__).parent / "templates"
LOGO_TYPES = {"png": "image/png", "svg": "image/svg+xml"}


def client_html(paper: Paper, pdf: str = "") -> bytes:
    """Return a whole page; readable on a phone, and it prints. `pdf`: an address at which the same is to be had as a PDF."""
    bars, share = pictures_of(paper) if paper.has_time else ("", "")
    style = style_of(paper)
    text = template("client.html.j2").render(
        paper=paper,
        pdf=pdf,
        name=plain(paper.branding.name),
        address=[plain(line) for line in paper.branding.address.splitlines() if line.strip()],
        logo=_logo(paper.branding),
        style=style,
        policy=policy_of(style),
        # Drawn by ourselves, with every name in it escaped; hidden from readers, who get its sentence.
        bars=_inner(bars),
        share=_inner(share),
        nothing=NOTHING_DONE,
    )
    return text.encode("utf-8", "replace")


def style_of(paper: Paper) -> str:
    """Return how a paper looks: the one thing of it that its policy lets in as a style."""
    return template("client.css.j2").render(accent=paper.accent or LIGHT.text, filled=paper.accent or LIGHT.billable)


def policy_of(style: str) -> str:
    """Return what a page with this one style may do: show itself, and pictures that are in it."""
    return f"default-src 'none'; style-src 'sha256-{b64encode(sha256(style.encode()).digest()).decode()}'; img-src data:"


def _inner(svg: str) -> str:
    """Return a picture that fills its place, under a name that the page gives it; ids in it are apart from another's."""
    return re.sub(r"<svg\b", '<svg aria-hidden="true" focusable="false"', svg, count=1)


def _logo(branding: Branding) -> str:
    if not branding.logo or branding.logo_type not in LOGO_TYPES:
        return ""
    return f"data:{LOGO_TYPES[branding.logo_type]};base64,{b64encode(branding.logo).decode()}"


@cache
def template(name: str) -> Template:
    """Return a template, in which every name is escaped."""
    return Environment(loader=FileSystemLoader(TEMPLATES), autoescape=True, undefined=StrictUndefined).get_template(name)
