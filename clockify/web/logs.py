"""Logs for machines: one JSON object a line on stdout, with nothing in it that is a person's or a secret.

Our own lines are written with care; those of libraries aren't: an exception's text, a formatted address or a header may hold
a key, a token or a name. So of an exception its type and place are written and never its text, and of a line that isn't ours
only what stands so in its source, before anything is filled in.
"""

from __future__ import annotations

import ast
import asyncio
import errno
import json
import logging
import re
import sys
import threading
import traceback
import warnings
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path, PurePath
from typing import Any, TextIO

OURS = "clockify"
MOST_FRAMES, MOST_CAUSES = 12, 5
# A line a request, with its address: the proxy has one without.
SILENT = frozenset({"uvicorn.access"})

_LIBRARIES = frozenset({"site-packages", "dist-packages"})
_PYTHON = re.compile(r"python3\.\d+")

log = logging.getLogger(__name__)


def log_to_stdout(level: str) -> None:
    """Write every line of this process as JSON from now on, whatever handlers its logger has been or will be given.

    `level`: one of `settings.LOG_LEVELS`. Faults that nobody caught, and warnings, are lines too.
    """
    handler = _Lines(sys.stdout)
    handler.setLevel(level.upper())
    logging.root.setLevel(level.upper())
    # Streamlit and uvicorn hang handlers of their own on each of their loggers, some of them late; with their texts.
    logging.Logger.callHandlers = lambda self, record: handler.take(record)  # type: ignore[method-assign]  # noqa: ARG005
    sys.excepthook = lambda *raised: _uncaught(raised[1])
    threading.excepthook = lambda args: _uncaught(args.exc_value)
    sys.unraisablehook = lambda args: _uncaught(args.exc_value)
    warnings.showwarning = lambda *told: _warned(told[1], told[2], told[3])


class JsonLine(logging.Formatter):
    """Writes a record as one JSON object: at, level, logger, place, text where it may be shown, and of a fault what is said above."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line, without its end."""
        line: dict[str, Any] = {
            "at": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname.lower(),
            "logger": record.name,
            "place": f"{_short(record.pathname)}:{record.lineno}",
        }
        text = text_of(record)
        if text is not None:
            line["text"] = text
        # Some libraries give the fault itself for a text.
        fault = record.exc_info[1] if record.exc_info else record.msg if isinstance(record.msg, BaseException) else None
        return json.dumps(line | (told(fault) if fault else {}))


def text_of(record: logging.LogRecord) -> str | None:
    """Return what a record says as far as it may be shown; None for a library's text that was put together."""
    if _is_ours(record.name):
        return _filled(record)
    return record.msg if isinstance(record.msg, str) and record.msg in _texts(record.pathname) else None


def told(fault: BaseException) -> dict[str, Any]:
    """Return what may be told of a fault: its types, from the last to the first cause, where it was raised, and where that began."""
    causes = list(_causes(fault))
    line: dict[str, Any] = {"fault": [_name(type(one)) for one in causes], "trace": _frames(fault)[-MOST_FRAMES:]}
    if isinstance(fault, OSError) and fault.errno:
        line["errno"] = errno.errorcode.get(fault.errno, str(fault.errno))
    return line if causes[-1] is fault else line | {"began": _frames(causes[-1])[-MOST_FRAMES:]}


def _frames(fault: BaseException) -> list[str]:
    return [f"{_short(one.filename)}:{one.lineno} {one.name}" for one in traceback.extract_tb(fault.__traceback__)]


class _Lines(logging.StreamHandler[TextIO]):
    """Writes lines to a stream; a line that can't be written is lost, and breaks nothing."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__(stream)
        self.setFormatter(JsonLine())

    def take(self, record: logging.LogRecord) -> None:
        """Write a record that is loud enough."""
        if record.levelno >= self.level and record.name not in SILENT and (self.level < logging.INFO or _matters(record)):
            self.handle(record)

    def handleError(self, record: logging.LogRecord) -> None:  # noqa: N802 - the name is logging's
        """Say nothing: what logging would print to stderr has the record's arguments in it."""


def _matters(record: logging.LogRecord) -> bool:
    """Is it a line of ours, a warning, or one of the server's own beginning and end? All else is for who looks for a fault."""
    return record.levelno >= logging.WARNING or _is_ours(record.name) or record.name == "uvicorn.error"


def _is_ours(name: str) -> bool:
    return name == OURS or name.startswith(f"{OURS}.")


def _filled(record: logging.LogRecord) -> str:
    """Return a text of ours with what belongs into it; an exception is its type there."""
    given = record.args
    try:
        if isinstance(given, Mapping):
            return str(record.msg) % {name: _safe(value) for name, value in given.items()}
        return str(record.msg) % tuple(map(_safe, given)) if given else str(record.msg)
    except (TypeError, ValueError, KeyError):
        return str(record.msg)


@lru_cache(maxsize=128)
def _texts(path: str) -> frozenset[str]:
    """Return every text that stands in a source file as a whole; the parts of one that is put together are none."""
    try:
        tree = ast.parse(Path(path).read_bytes())
    except (OSError, SyntaxError, ValueError):
        return frozenset()
    parts = {id(part) for node in ast.walk(tree) if isinstance(node, ast.JoinedStr) for part in node.values}
    constants = [node for node in ast.walk(tree) if isinstance(node, ast.Constant) and id(node) not in parts]
    return frozenset(node.value for node in constants if isinstance(node.value, str))


def _safe(value: object) -> object:
    return type(value).__name__ if isinstance(value, BaseException) else value


def _causes(fault: BaseException) -> Iterator[BaseException]:
    """Yield a fault and what led to it, the first cause last."""
    seen: set[int] = set()
    one: BaseException | None = fault
    while one is not None and id(one) not in seen and len(seen) < MOST_CAUSES:
        seen.add(id(one))
        yield one
        if isinstance(one, BaseExceptionGroup):
            yield from one.exceptions[:MOST_CAUSES]
        one = one.__cause__ or (None if one.__suppress_context__ else one.__context__)


def _name(kind: type[BaseException]) -> str:
    return kind.__qualname__ if kind.__module__ == "builtins" else f"{kind.__module__}.{kind.__qualname__}"


def _short(path: str) -> str:
    """Return a file's path from its package on, else its name alone: what is above may be somebody's home."""
    parts = PurePath(path).parts
    for place in range(len(parts) - 2, 0, -1):
        if parts[place] == OURS or parts[place - 1] in _LIBRARIES or _PYTHON.fullmatch(parts[place]):
            return "/".join(parts[place:])
    return parts[-1] if parts else path


def _uncaught(fault: BaseException | None) -> None:
    """Write a fault that nobody caught; an end that was asked for is none."""
    if fault is not None and not isinstance(fault, KeyboardInterrupt | SystemExit | asyncio.CancelledError):
        log.critical("a fault that nobody caught", exc_info=fault)


def _warned(category: type[Warning], filename: str, lineno: int) -> None:
    log.warning("%s at %s:%d", category.__name__, _short(filename), lineno)
