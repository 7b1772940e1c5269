"""Keeps links' tokens out of the server's own log of what was asked for."""

from __future__ import annotations

import logging
import re

_TOKEN = re.compile(r"(/c/)[^/?\s]+")


class WithoutTokens(logging.Filter):
    """Puts "…" in place of what follows /c/ in whatever a line is made of."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every line pass, without a token."""
        record.msg = _without(record.msg)
        if isinstance(record.args, tuple):
            record.args = tuple(map(_without, record.args))
        return True


def keep_tokens_out_of_logs() -> None:
    """Have the server's log of requests leave tokens out; asked twice, it is done once."""
    for name in ("uvicorn.access", "uvicorn.error"):
        logger = logging.getLogger(name)
        if not any(isinstance(one, WithoutTokens) for one in logger.filters):
            logger.addFilter(WithoutTokens())


def _without(part: object) -> object:
    return _TOKEN.sub(r"\1…", part) if isinstance(part, str) else part
