"""What a link shows while there is no report, and where there is none."""

from __future__ import annotations

from clockify.render.files.client_html import policy_of, template

STYLE = """
:root { color-scheme: light dark; }
body { margin: 0; padding: 16px; font: 16px/1.5 "Noto Sans", "Segoe UI", Helvetica, Arial, sans-serif; color: #121821; background: #fff; }
main { max-width: 480px; margin: 18vh auto 0; }
h1 { font-size: 22px; margin: 0 0 8px; }
p { margin: 0; }
@media (prefers-color-scheme: dark) { body { color: #e6ebf2; background: #12181f; } }
"""
COMING = ("This report is being prepared", "It opens by itself when all of its time is there.")
AWAY = ("This report can't be shown at the moment", "Nothing is lost: this page looks again by itself.")
NOTHING = ("There is nothing here", "This link isn't valid, or not any more. Ask whoever sent it for a new one.")
TOO_MANY = ("Too many tries", "Please wait a while, then open your link again.")


def link_html(said: tuple[str, str], again: int = 0) -> bytes:
    """Return a page of a title and a sentence, which loads again by itself after so many seconds, if any."""
    title, words = said
    page = template("link.html.j2").render(title=title, words=words, again=again, style=STYLE, policy=policy_of(STYLE))
    return page.encode()
