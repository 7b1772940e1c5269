"""What an HTML file consists of, as a parser of the standard library reads it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser

EMPTY = {"meta", "br", "img", "link", "input", "hr"}


@dataclass
class Outline:
    """Its elements, attributes that run something, addresses in attributes and styles, headings in order, and its text."""

    tags: set[str] = field(default_factory=set)
    handlers: list[str] = field(default_factory=list)
    addresses: set[str] = field(default_factory=set)
    headings: list[str] = field(default_factory=list)
    policies: list[str] = field(default_factory=list)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    text: str = ""
    unclosed: list[str] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found = Outline()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.tags.add(tag)
        if tag not in EMPTY:
            self.found.unclosed.append(tag)
        if re.fullmatch("h[1-6]", tag):
            self.found.headings.append(tag)
        for name, value in attrs:
            self._note(tag, name, value or "")
        if ("http-equiv", "Content-Security-Policy") in attrs:
            self.found.policies.append(str(dict(attrs)["content"]))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.handle_starttag(tag, attrs)
        if tag not in EMPTY:
            self.found.unclosed.pop()

    def handle_endtag(self, tag: str) -> None:
        assert self.found.unclosed and self.found.unclosed[-1] == tag, f"</{tag}> closes {self.found.unclosed[-3:]}"
        self.found.unclosed.pop()

    def handle_data(self, text: str) -> None:
        self.found.text += text

    def _note(self, tag: str, name: str, value: str) -> None:
        self.found.attributes.append((tag, name, value))
        if name.startswith("on"):
            self.found.handlers.append(name)
        if name in ("href", "src", "xlink:href", "action", "style", "background", "fill", "xmlns", "xmlns:xlink"):
            self.found.addresses |= (
                set(re.findall(r"(?:https?:|javascript:|//)[^\s)\"']*", value)) if not value.startswith("data:") else set()
            )


def outline(html: str) -> Outline:
    """Read a whole page; AssertionError where elements aren't closed in their order."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    assert reader.found.unclosed == []
    return reader.found
