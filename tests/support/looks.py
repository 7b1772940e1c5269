"""What a page of AppTest shows, in the words of a person who looks at it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from time import monotonic, sleep
from typing import Any

from streamlit.testing.v1 import AppTest

from clockify.app.shell import resources

SECONDS = 30.0
NOTICES = ("error", "warning", "info", "success")


def figures(page: AppTest) -> dict[str, str]:
    """Return the cards: label → value."""
    return {metric.label: metric.value for metric in page.metric}


def notices(page: AppTest, *kinds: str) -> list[str]:
    """Return what stands in boxes, as it reads on the screen."""
    return [plain(box.value) for kind in kinds or NOTICES for box in page.get(kind)]


def buttons(page: AppTest) -> dict[str, Any]:
    """Return the buttons by their labels."""
    return {button.label: button for button in page.button}


def texts(page: AppTest) -> str:
    """Return all running text: titles, captions, Markdown, boxes, progress."""
    kinds = ("title", "caption", "markdown", *NOTICES)
    running = [plain(one.value) for kind in kinds for one in page.get(kind)]
    return "\n".join([*running, *(plain(one.proto.text) for one in page.get("progress"))])


def plain(markdown: str) -> str:
    """Take Markdown's signs away: "**a**\\_b" reads "a_b"."""
    without = re.sub(r":material/\w+: ?|\*\*", "", markdown)
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", without)


def everything(page: AppTest) -> str:
    """Return all that was sent to the browser, and the address it shows."""
    return "\n".join([*_sent(page._tree), repr(dict(page.query_params))])


def go_to(page: AppTest, name: str) -> AppTest:
    """Open another page."""
    return page.switch_page(f"pages/{name}.py").run()


def settle(page: AppTest) -> AppTest:
    """Let the work behind the page end, then look again."""
    jobs = resources.desk().jobs
    assert jobs.wait(list(jobs._jobs.values()), SECONDS)
    return page.run()


def wait_for(what: Callable[[], bool], otherwise: str = "it didn't happen") -> None:
    """Wait for what another thread is about to do."""
    end = monotonic() + SECONDS
    while not what():
        assert monotonic() < end, otherwise
        sleep(0.005)


def is_sound(page: AppTest) -> bool:
    """Is there neither a traceback nor a word of one?"""
    return not page.exception and "Traceback" not in everything(page)


def _sent(block: Any) -> Iterator[str]:
    yield str(getattr(block, "proto", ""))
    for child in getattr(block, "children", {}).values():
        yield from _sent(child)
