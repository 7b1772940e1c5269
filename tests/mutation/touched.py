"""Which test runs which line: so that a fault is tried by those tests alone that can see it."""

from __future__ import annotations

import ast
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType
from typing import Any

import pytest

Stages = tuple[tuple[tuple[str, ...], float], ...]  # tests, and how many seconds they may take
EVERY = ""  # what is run while modules are imported belongs to every test
SLOWEST = 2  # times as long as when they were followed, which is slow itself, and as many seconds: then a fault hangs, which is noticed too
FIRST = 5  # tests that are tried before the others: mostly one of them notices


@dataclass
class Touched:
    """The tests that run a line of the package, by module and line, and how long each takes; as a plugin of pytest it finds out."""

    package: str
    by_line: dict[str, dict[int, set[str]]] = field(default_factory=lambda: defaultdict(_by_line))
    seconds: dict[str, float] = field(default_factory=dict)
    now: str = EVERY

    def follow(self) -> None:
        """Begin, before anything of the package is imported."""
        threading.settrace(self._enter)
        sys.settrace(self._enter)

    @pytest.hookimpl(hookwrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item) -> Iterator[None]:
        self.now, began = item.nodeid, time.monotonic()
        yield
        self.seconds[item.nodeid], self.now = time.monotonic() - began, EVERY

    def _enter(self, frame: FrameType, event: str, _: Any) -> Any:
        """Follow a function's lines where it is of the package."""
        path = frame.f_code.co_filename
        if not path.startswith(self.package):
            return None
        lines = self.by_line[path[len(self.package) :]]

        def line(inside: FrameType, *_: Any) -> Any:
            lines[inside.f_lineno].add(self.now)
            return line

        return line(frame)

    def plain(self) -> tuple[dict[str, dict[int, set[str]]], dict[str, float]]:
        """Return what was found out without a class of ours: the process that found it has another of the same name."""
        return {path: dict(lines) for path, lines in self.by_line.items()}, self.seconds

    def stages(self, module: str, line: int) -> Stages:
        """Return the tests that run a line's statement and their time, in two stages, the module's own and quick ones first.

        Nothing where no test runs it.
        """
        lines = self.by_line.get(module, {})
        found = set[str]().union(*(lines.get(each, set()) for each in statement(Path(self.package, module).read_text(), line)))
        # A line that is run while modules are imported may show itself in any of their tests.
        able = set(self.seconds) if EVERY in found else found
        own = Path(module).stem
        able_in_order = sorted(able, key=lambda test: (own not in test.split("::")[0], self.seconds.get(test, 0.0), test))
        stages = tuple(able_in_order[:FIRST]), tuple(able_in_order[FIRST:])
        return tuple((tests, SLOWEST * (1 + sum(self.seconds[test] for test in tests))) for tests in stages if tests)


def _by_line() -> dict[int, set[str]]:
    return defaultdict(set)


def statement(source: str, line: int) -> range:
    """Return the lines of the smallest statement around a line: of one with a body only its head."""
    found = range(line, line + 1)
    for node in ast.walk(ast.parse(source)):  # from the outside in
        if not isinstance(node, ast.stmt):
            continue
        body = getattr(node, "body", None)
        last = max(node.lineno, body[0].lineno - 1) if body else node.end_lineno or node.lineno
        if node.lineno <= line <= last:
            found = range(node.lineno, last + 1)
    return found
