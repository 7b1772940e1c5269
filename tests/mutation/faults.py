"""Small faults that a person could have made, one at a time: each is a place in a source and what stands there instead."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from copy import copy
from dataclasses import dataclass
from itertools import accumulate
from textwrap import shorten

SWAPS: dict[type[ast.AST], tuple[type[ast.AST], ...]] = {
    ast.Lt: (ast.LtE, ast.GtE),
    ast.LtE: (ast.Lt, ast.Gt),
    ast.Gt: (ast.GtE, ast.LtE),
    ast.GtE: (ast.Gt, ast.Lt),
    ast.Eq: (ast.NotEq,),
    ast.NotEq: (ast.Eq,),
    ast.Is: (ast.IsNot,),
    ast.IsNot: (ast.Is,),
    ast.In: (ast.NotIn,),
    ast.NotIn: (ast.In,),
    ast.And: (ast.Or,),
    ast.Or: (ast.And,),
    ast.Add: (ast.Sub,),
    ast.Sub: (ast.Add,),
    ast.Mult: (ast.Add,),
    ast.Div: (ast.Mult,),
    ast.FloorDiv: (ast.Mult,),
    ast.Mod: (ast.Mult,),
    ast.BitAnd: (ast.BitOr,),
    ast.BitOr: (ast.BitAnd,),
}
NAMES = {"min": "max", "max": "min", "any": "all", "all": "any"}
COVERED = (ast.Compare, ast.BoolOp, ast.UnaryOp, ast.Constant)  # conditions that have faults of their own
SAID_FOR_SAFETY = frozenset({"strict"})  # what must hold anyway
AROUND, MOST = 60, 140  # characters of a line that are shown


@dataclass(frozen=True)
class Fault:
    """A source with one fault: its line, and what stands there as it was and as it is."""

    path: str
    line: int
    was: str
    now: str
    source: str


def faults_in(path: str, source: str) -> list[Fault]:
    """Return every fault we know for a module, in the order of its lines."""
    text = source.encode()
    starts = [0, *accumulate(len(line) for line in text.splitlines(keepends=True))]
    found: dict[str, Fault] = {}
    for node, other in _changes(ast.parse(source)):
        first, last = (
            starts[line - 1] + column for line, column in ((node.lineno, node.col_offset), (node.end_lineno, node.end_col_offset))
        )
        if isinstance(node, ast.keyword):
            last += len(re.match(rb"\s*,?\s*", text[last:])[0])
        changed = (text[:first] + other.encode() + text[last:]).decode()
        above, below = text[:first].count(b"\n"), text[last:].count(b"\n")
        was, now = _around(*(_piece(one, above, below) for one in (source, changed)))
        found.setdefault(changed, Fault(path, node.lineno, was, now, changed))
    return sorted(found.values(), key=lambda fault: fault.line)


def _piece(source: str, above: int, below: int) -> str:
    """Return the lines of a source without so many above and below, as one."""
    lines = source.split("\n")
    return " ".join(line.strip() for line in lines[above : len(lines) - below])


def _around(was: str, now: str) -> tuple[str, str]:
    """Cut two lines that are long to where they differ and a few words around it."""
    if len(was) <= MOST and len(now) <= MOST:
        return was, now
    head = _alike(was, now)
    tail = min(_alike(was[::-1], now[::-1]), len(was) - head, len(now) - head)
    first, last = max(0, head - AROUND), max(0, tail - AROUND)
    cut = [shorten(one[first : len(one) - last], MOST, placeholder=" …") for one in (was, now)]
    return cut[0], cut[1]


def _alike(one: str, other: str) -> int:
    """Return with how many equal characters two texts begin."""
    return next((place for place, pair in enumerate(zip(one, other, strict=False)) if pair[0] != pair[1]), min(len(one), len(other)))


def _changes(tree: ast.AST) -> Iterator[tuple[ast.expr | ast.stmt | ast.keyword, str]]:
    """Yield each place that can be wrong with what would stand there."""
    for node in _code(tree):
        for other in _others(node):
            text = ast.unparse(other)
            yield node, text if isinstance(other, ast.stmt | ast.Constant | ast.Name) else f"({text})"
        for test in _conditions(node):
            yield test, f"(not {ast.unparse(test)})"
        if isinstance(node, ast.Call):
            yield from ((word, "") for word in node.keywords if word.arg and word.arg not in SAID_FOR_SAFETY)


def _code(node: ast.AST) -> Iterator[ast.expr | ast.stmt]:
    """Walk through what is executed: no annotations or decorators, nor parts of f-strings: Python 3.11 doesn't know where they stand."""
    for name, field in ast.iter_fields(node):
        if name in {"annotation", "returns", "decorator_list", "pattern"} or (name == "values" and isinstance(node, ast.JoinedStr)):
            continue
        for child in field if isinstance(field, list) else [field]:
            if not isinstance(child, ast.AST) or (isinstance(child, ast.keyword) and child.arg in SAID_FOR_SAFETY):
                continue
            if isinstance(child, ast.expr | ast.stmt):
                yield child
            yield from _code(child)


def _conditions(node: ast.AST) -> Iterator[ast.expr]:
    tests = [node.test] if isinstance(node, ast.If | ast.IfExp | ast.While) else []
    if isinstance(node, ast.ListComp | ast.SetComp | ast.DictComp | ast.GeneratorExp):
        tests = [test for part in node.generators for test in part.ifs]
    yield from (test for test in tests if not isinstance(test, COVERED))


def _others(node: ast.expr | ast.stmt) -> Iterator[ast.expr | ast.stmt]:
    """Yield what could stand in the place of a node."""
    match node:
        case ast.Compare(ops=ops):
            for place, op in enumerate(ops):
                yield from (_with(node, ops=[*ops[:place], swap(), *ops[place + 1 :]]) for swap in SWAPS.get(type(op), ()))
        case ast.BoolOp(op=op) | ast.BinOp(op=op) | ast.AugAssign(op=op):
            yield from (_with(node, op=swap()) for swap in SWAPS.get(type(op), ()))
        case ast.UnaryOp(op=ast.Not() | ast.USub(), operand=operand):
            yield operand
        case ast.Constant(value=bool() as value):
            yield ast.Constant(not value)
        case ast.Constant(value=int() as value):
            yield from (ast.Constant(value + 1), ast.Constant(value - 1))
        case ast.Name(id=name) if name in NAMES:
            yield ast.Name(NAMES[name])
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and value.value is None):
            yield ast.Return(ast.Constant(None))
        case ast.Expr(value=ast.Call()):
            yield ast.Pass()
        case ast.Continue():
            yield ast.Break()


def _with(node: ast.expr | ast.stmt, **changes: object) -> ast.expr | ast.stmt:
    other = copy(node)
    for name, value in changes.items():
        setattr(other, name, value)
    return other
