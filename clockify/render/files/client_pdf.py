"""A client's report as PDF, with the team's logo and colour."""

from __future__ import annotations

from clockify.branding import Branding
from clockify.render.charts.client import client_bars, share_bar
from clockify.render.client import Paper
from clockify.render.files.mail import plain
from clockify.render.files.pdf import Gauge, Letterhead, Picture, Report, to_pdf, to_svg
from clockify.render.palette import LIGHT

BARS_WIDTH, SHARE_WIDTH = 430, 215  # px; set at two thirds and one third of a page
NOTHING_DONE = "No time in these days."


def client_pdf(paper: Paper) -> bytes:
    """Set a client's report; one without time says so."""
    return to_pdf(
        Report(
            title=paper.title,
            subtitle=paper.about,
            footer=paper.footer,
            figures=paper.figures,
            remarks="\n".join([*paper.said, *([] if paper.has_time else [NOTHING_DONE])]),
            gauges=[Gauge(one.title, one.about, one.value, one.used, one.part, one.said) for one in paper.cards],
            charts=_pictures(paper) if paper.has_time else (),
            tables=paper.tables,
            letterhead=_letterhead(paper.branding, paper.issued),
            closing=paper.notes,
            accent=paper.accent,
        )
    )


def pictures_of(paper: Paper) -> tuple[str, str]:
    """Draw hours and shares as SVG on white; a paper without time has none to draw, and one bar alone is ""."""
    colors = dict(zip(paper.share["id"], (row.color for row in paper.shares), strict=True))
    share = share_bar(paper.share, LIGHT, colors, paper.style)
    if not paper.has_bars:
        return "", to_svg(share, BARS_WIDTH + SHARE_WIDTH)
    bars = client_bars(paper.bars, paper.interval, LIGHT, paper.accent or LIGHT.billable, paper.style)
    return to_svg(bars, BARS_WIDTH), to_svg(share, SHARE_WIDTH)


def _pictures(paper: Paper) -> list[Picture]:
    bars, share = pictures_of(paper)
    hours = [Picture(f"Hours by {paper.interval}", bars, paper.bars_alt, share=2)] if bars else []
    return [*hours, Picture("Share by project", share, paper.share_alt, legend=paper.shares)]


def _letterhead(branding: Branding, issued: str) -> Letterhead:
    svg = branding.logo.decode("utf-8", "replace") if branding.logo and branding.logo_type == "svg" else ""
    png = list(branding.logo) if branding.logo and branding.logo_type == "png" else ()
    address = "\n".join(map(plain, branding.address.splitlines()))
    return Letterhead(plain(branding.name), address, issued, svg, png)
