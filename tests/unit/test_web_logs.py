"""A log line is JSON, and nothing of a key, a name or an address is in it, whoever wrote it and whatever failed."""

from __future__ import annotations

import errno
import json
import logging
import subprocess
import sys
from pathlib import Path

import pytest

from clockify.errors import ServerError
from clockify.web.logs import JsonLine, told
from tests.support.servers import PROJECT

KEY = "SECRET-k3y/7\"\n{'x': '%s'}"


def line_of(name: str, text: str, *args: object, fault: BaseException | None = None, path: str = __file__) -> dict[str, object]:
    exc_info = (type(fault), fault, fault.__traceback__) if fault else None
    record = logging.LogRecord(name, logging.WARNING, path, 7, text, args, exc_info)
    written = JsonLine().format(record)
    assert "\n" not in written
    found: dict[str, object] = json.loads(written)
    return found


def raised(kind: type[BaseException] = ValueError, cause: BaseException | None = None) -> BaseException:
    try:
        raise kind(KEY) from cause
    except BaseException as fault:  # noqa: BLE001
        return fault


def test_our_lines_are_filled_in() -> None:
    line = line_of("clockify.mirror.jobs", "%s: %d of %s", "2026-11", 3, "mirror.sqlite")
    assert (line["text"], line["level"], line["logger"]) == ("2026-11: 3 of mirror.sqlite", "warning", "clockify.mirror.jobs")


def test_a_fault_among_our_own_words_is_its_type() -> None:
    assert line_of("clockify.desk", "failed (%s)", ServerError(KEY, status=500))["text"] == "failed (ServerError)"


def test_a_text_that_cant_be_filled_in_breaks_nothing() -> None:
    assert line_of("clockify.desk", "%d", KEY)["text"] == "%d"


def test_a_librarys_line_is_what_stands_in_its_source() -> None:
    assert line_of("urllib3.connectionpool", "pool %s is full", KEY)["text"] == "pool %s is full"
    assert "text" not in line_of("urllib3.connectionpool", f"pool {KEY} is full")
    assert "text" not in line_of("clockifyd", f"pool {KEY} is full")
    # Neither a part of what is put together, nor one of what is longer.
    assert "text" not in line_of("urllib3", "! is full"[1:])
    assert "text" not in line_of("urllib3", "pool %s is full"[:6])


def test_a_text_that_stands_on_two_lines_of_its_source_is_one() -> None:
    text = (
        "Nothing is to be seen here, and this sentence is so long that no tool that orders source text ever puts both of its "
        "halves on one line: it would be longer than lines may be."
    )
    assert line_of("streamlit", text)["text"] == text


def test_of_a_fault_types_and_places_are_written_and_no_text() -> None:
    line = line_of("clockify.desk", "a beat failed", fault=raised(RuntimeError, raised(KeyError)))
    assert line["fault"] == ["RuntimeError", "KeyError"]
    (place,) = line["trace"]  # type: ignore[misc]
    assert place.startswith("test_web_logs.py:")
    assert place.endswith(" raised")
    assert "SECRET" not in json.dumps(line)


def test_a_fault_that_is_given_for_a_text_is_told_alike() -> None:
    line = line_of("uvicorn.error", OSError(errno.EADDRINUSE, KEY, KEY))  # type: ignore[arg-type]
    assert (line["fault"], line["errno"]) == (["OSError"], "EADDRINUSE")
    assert "text" not in line
    assert "SECRET" not in json.dumps(line)


def test_the_members_of_a_group_are_named() -> None:
    assert told(ExceptionGroup(KEY, [ValueError(KEY), OSError(KEY)]))["fault"] == ["ExceptionGroup", "ValueError", "OSError"]


def test_places_are_named_from_their_package_on() -> None:
    for path, short in [
        ("/home/ana.oelund/app/clockify/desk/bell.py", "clockify/desk/bell.py:7"),
        ("/home/ana.oelund/app/.venv/lib/python3.12/site-packages/streamlit/web/server.py", "streamlit/web/server.py:7"),
        ("/usr/lib/python3.12/threading.py", "python3.12/threading.py:7"),
        ("/usr/lib/python3.12/http/server.py", "python3.12/http/server.py:7"),
        ("/home/clockify/clockify/__main__.py", "clockify/__main__.py:7"),
        ("/home/ana/streamlit_app.py", "streamlit_app.py:7"),
        ("<string>", "<string>:7"),
    ]:
        assert line_of("any", KEY, path=path)["place"] == short


PROVOKED = """
import asyncio, gc, logging, sys, threading, warnings
import streamlit
from streamlit.logger import get_logger
from clockify.web.logs import log_to_stdout

early = get_logger("streamlit.early")
log_to_stdout(LEVEL)
KEY = sys.stdin.read()

class Failing:
    def __del__(self): raise ValueError(KEY)

async def forgotten():
    async def fail(): raise OSError(KEY)
    task = asyncio.create_task(fail())
    await asyncio.sleep(0.01)
    del task
    gc.collect()

early.error("Uncaught app execution", exc_info=ValueError(KEY))
get_logger("streamlit.late").warning(f"late {KEY}")
logging.getLogger("uvicorn.access").info('%s - "%s %s"', KEY, "GET", f"/c/{KEY}")
logging.getLogger("uvicorn.error").error("Exception in ASGI application\\n", exc_info=ValueError(KEY))
logging.getLogger("urllib3").debug("GET %s", KEY)
logging.getLogger("clockify.x").info("ours %s", ValueError(KEY))
logging.getLogger("alembic").info("chatter")
logging.getLogger("clockify.x").error("%s %s", KEY[:0])
print_nothing = Failing()
del print_nothing
warnings.warn(KEY)
thread = threading.Thread(target=lambda: int(KEY))
thread.start(); thread.join()
asyncio.run(forgotten())
raise RuntimeError(KEY)
"""


@pytest.mark.parametrize("level", ["debug", "info", "warning"])
def test_not_a_byte_of_a_secret_is_written_whatever_fails(level: str) -> None:
    program = PROVOKED.replace("LEVEL", repr(level))
    done = subprocess.run([sys.executable, "-c", program], cwd=PROJECT, input=KEY.encode(), capture_output=True, timeout=60)
    assert done.stderr == b""
    assert b"SECRET" not in done.stdout
    assert b"k3y" not in done.stdout
    lines = [json.loads(line) for line in done.stdout.splitlines()]
    loud = [line["logger"] for line in lines if line["level"] in ("warning", "error", "critical")]
    for name in ["streamlit.early", "streamlit.late", "uvicorn.error", "asyncio", "clockify.x"]:
        assert name in loud, name
    # The destructor, the warning, the thread and the end itself.
    assert loud.count("clockify.web.logs") == 4
    assert any(line["level"] == "info" for line in lines) is (level != "warning")
    assert ("alembic" in {line["logger"] for line in lines}) is (level == "debug")
    assert "uvicorn.access" not in {line["logger"] for line in lines}
    assert [line["fault"] for line in lines if line.get("text") == "a fault that nobody caught"] == [
        ["ValueError"],
        ["ValueError"],
        ["RuntimeError"],
    ]
    assert done.returncode == 1


def test_every_line_of_ours_is_a_text_with_places_and_carries_no_fault_of_others() -> None:
    """An f-string in a log call would go past what looks through its arguments."""
    calls = []
    for path in Path(PROJECT, "clockify").rglob("*.py"):
        for number, text in enumerate(path.read_text(encoding="utf8").splitlines(), 1):
            if "log." in text and any(f"log.{level}(" in text for level in ("debug", "info", "warning", "error", "exception", "critical")):
                calls.append((path.name, number, text.strip()))
    assert len(calls) > 10
    assert [call for call in calls if 'f"' in call[2] or "f'" in call[2]] == []
