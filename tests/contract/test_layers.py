"""The arrows between rooms: who may import whom, ours and others'."""

from __future__ import annotations

import ast
import re
import sys
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[2]
WORDS = {
    *("errors", "settings", "periods", "money", "sheets", "rows", "columns", "frames", "directory", "plans", "estimates", "engines"),
    *("writes", "clocks", "typed", "timing", "drafts", "locks", "limits", "clients", "branding", "logos", "svg", "roles", "links"),
    "deliveries",
}

# What each room may import: rooms of ours, then packages of others. The standard library is everybody's.
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "words": ({"words"}, {"pandas", "pyarrow", "sqlalchemy", "PIL"}),
    "api": ({"api", "words"}, {"requests", "urllib3", "orjson"}),
    "mirror": ({"mirror", "api", "words"}, {"pandas", "numpy", "pyarrow", "sqlalchemy"}),
    "records": ({"records", "words"}, {"sqlalchemy", "alembic", "tomli_w"}),
    "journal": ({"journal", "api", "mirror", "records", "words"}, set()),
    "reports": ({"reports", "words"}, {"pandas", "numpy"}),
    "render": ({"render", "reports", "words"}, {"pandas", "numpy", "pyarrow", "altair", "jinja2", "xlsxwriter", "typst", "vl_convert"}),
    "demo": ({"demo", "words"}, {"starlette", "uvicorn"}),
    "desk": ({"desk", "api", "mirror", "records", "journal", "reports", "demo", "words"}, {"pandas", "numpy", "pyarrow"}),
    "web": ({"web", "desk", "reports", "render", "words"}, {"starlette", "uvicorn", "pandas", "prometheus_client", "itsdangerous"}),
    "app": ({"app", "desk", "reports", "render", "words"}, {"streamlit", "pandas", "numpy", "pyarrow", "altair", "dotenv"}),
    "pages": ({"app", "reports", "render", "words"}, {"streamlit", "pandas"}),
    "door": ({"app", "words"}, {"streamlit"}),
    "entry": ({"app", "web", "desk", "words"}, {"streamlit", "starlette", "uvicorn"}),
}
# One file's own arrows beside its room's: what the desk is given when it is made.
ALSO = {"clockify/app/shell/resources.py": {"clockify.web.receiving"}}
# Which of the words may touch frames and columns, a database, or a picture.
SPECIAL_WORDS = {"frames.py": {"pandas", "pyarrow"}, "columns.py": {"pyarrow"}, "engines.py": {"sqlalchemy"}, "logos.py": {"PIL"}}


def room_of(path: Path) -> str:
    parts = path.relative_to(PROJECT).parts
    if parts[0] == "pages":
        return "pages"
    if parts[0] == "streamlit_app.py":
        return "door"
    if parts == ("clockify", "__main__.py"):
        return "entry"
    return parts[1] if len(parts) > 2 else "words"


def room_of_module(name: str) -> str:
    parts = name.split(".")
    return "words" if len(parts) < 2 or parts[1] in WORDS else parts[1]


def imports_of(source: str) -> list[str]:
    """Return every module that a source text imports, wherever in it."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, "imports are absolute"
            module = node.module or ""
            # `from clockify import periods` names the module in its list.
            found += [f"{module}.{alias.name}" for alias in node.names] if module == "clockify" else [module]
    return found


def wrong_imports(room: str, source: str) -> list[str]:
    ours, others = ALLOWED[room]
    wrong = []
    for name in imports_of(source):
        top = name.split(".")[0]
        if top in ("clockify", "pages", "tests", "streamlit_app"):
            if top != "clockify" or room_of_module(name) not in ours:
                wrong.append(name)
        elif top not in sys.stdlib_module_names and top not in others:
            wrong.append(name)
    return wrong


FILES = sorted([*(PROJECT / "clockify").rglob("*.py"), *(PROJECT / "pages").glob("*.py"), PROJECT / "streamlit_app.py"])


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_imports_follow_the_arrows(path: Path) -> None:
    also = ALSO.get(path.relative_to(PROJECT).as_posix(), set())
    wrong = wrong_imports(room_of(path), path.read_text(encoding="utf8"))
    assert set(wrong) == also  # one that isn't used any more goes


@pytest.mark.parametrize(
    ("room", "source"),
    [
        ("reports", "import requests"),
        ("render", "import streamlit as st"),
        ("api", "import pandas as pd"),
        ("api", "from clockify.mirror.store import Store"),
        ("mirror", "from clockify.desk import visit"),
        ("mirror", "from clockify.records.store import Records"),
        ("records", "from clockify.mirror import tables"),
        ("records", "import pandas"),
        ("records", "from clockify.journal.journal import Journal"),
        ("mirror", "from clockify.journal.journal import Journal"),
        ("journal", "import sqlalchemy"),
        ("journal", "import requests"),
        ("journal", "from clockify.desk.visit import Visit"),
        ("app", "from clockify.journal.journal import Journal"),
        ("pages", "from clockify.mirror.mirror import Mirror"),
        ("pages", "def late():\n    from clockify.demo import serve"),
        ("words", "from clockify import reports"),
        ("demo", "import pandas"),
        ("app", "import sqlalchemy"),
        ("app", "from clockify.mirror.mirror import Mirror"),
        ("desk", "import streamlit as st"),
        ("web", "import streamlit as st"),
        ("web", "from clockify.mirror.mirror import Mirror"),
        ("desk", "from clockify.web.hooks import routes"),
        ("app", "from clockify.web.hooks import routes"),
        ("desk", "from clockify.render.formats import format_hours"),
        ("pages", "from clockify.desk.view import View"),
    ],
)
def test_a_wrong_arrow_is_seen(room: str, source: str) -> None:
    assert wrong_imports(room, source) != []


def test_every_room_is_known() -> None:
    rooms = {path.name for path in (PROJECT / "clockify").iterdir() if (path / "__init__.py").exists()}
    assert rooms <= ALLOWED.keys()
    modules = {path.stem for path in (PROJECT / "clockify").glob("*.py")} - {"__init__", "__main__"}
    assert modules == WORDS


def test_words_touch_frames_columns_databases_and_pictures_in_their_own_files_alone() -> None:
    for path in (PROJECT / "clockify").glob("*.py"):
        tops = {name.split(".")[0] for name in imports_of(path.read_text(encoding="utf8"))}
        assert tops & {"pandas", "pyarrow", "sqlalchemy", "PIL"} <= SPECIAL_WORDS.get(path.name, set()), path.name


def test_pages_are_thin() -> None:
    for path in (PROJECT / "pages").glob("*.py"):
        assert len(path.read_text(encoding="utf8").splitlines()) < 90, path.name
    assert len((PROJECT / "streamlit_app.py").read_text(encoding="utf8").splitlines()) <= 60


def test_a_session_holds_widgets_and_one_typed_object() -> None:
    loose = re.compile(r"""session_state(\.\w+\(|\[)\s*f?["']_""")
    assert [str(path.relative_to(PROJECT)) for path in FILES if loose.search(path.read_text(encoding="utf8"))] == []
    assert loose.search('st.session_state["_page"]') and loose.search('st.session_state.pop("_go", None)')


LONGEST_FILE, LONGEST_FUNCTION = 300, 40


@pytest.mark.parametrize("path", FILES, ids=lambda path: str(path.relative_to(PROJECT)))
def test_rooms_are_small(path: Path) -> None:
    source = path.read_text(encoding="utf8")
    assert len(source.splitlines()) <= LONGEST_FILE
    functions = [node for node in ast.walk(ast.parse(source)) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)]
    assert {node.name for node in functions if (node.end_lineno or 0) - node.lineno + 1 > LONGEST_FUNCTION} == set()


def reached_for(source: str) -> set[str]:
    """Return the attributes and names that a source text uses."""
    nodes = list(ast.walk(ast.parse(source)))
    return {node.attr for node in nodes if isinstance(node, ast.Attribute)} | {node.id for node in nodes if isinstance(node, ast.Name)}


CARDS = sorted([*(PROJECT / "clockify" / "app" / "cards").glob("*.py"), *(PROJECT / "pages").glob("*.py")])


@pytest.mark.parametrize("path", CARDS, ids=lambda path: path.name)
def test_cards_get_at_data_through_access_alone(path: Path) -> None:
    """What a viewer may not see is taken away in `Access`: nobody goes past it to the mirror, the caches or its own parts."""
    assert reached_for(path.read_text(encoding="utf8")) & {"mirror", "_mirror", "_viewer", "_caches", "caches", "store", "account"} == set()


def test_what_is_made_draws_nothing() -> None:
    """A card's `make_…` gives a plain value: it is kept for others, and files are made of it in threads without a session."""
    for path in CARDS:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf8"))):
            if isinstance(node, ast.FunctionDef) and node.name.startswith("make_"):
                assert "st" not in reached_for(ast.unparse(node)), f"{path.name}: {node.name}"


def test_no_module_is_named_after_one_of_the_standard_library() -> None:
    found = {path.stem for path in (PROJECT / "clockify").rglob("*.py")} & sys.stdlib_module_names
    assert found <= {"__main__"}
