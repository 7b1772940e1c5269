"""What a page owes whoever looks at it when something failed: words, advice, a Retry, and never the key."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from streamlit.testing.v1 import AppTest

from tests.support.house import House
from tests.support.looks import buttons, everything, notices, wait_for


@dataclass(frozen=True)
class Says:
    """What a page must say of a fault: what happened, what to do, and whether trying again can help."""

    happened: str
    advice: str
    retry: bool


SAYS = {
    "401": Says("Clockify doesn't know this API key", "Copy the key again from Clockify", False),
    "403": Says("This API key may not see that", "Ask a workspace admin for the right", False),
    "404": Says("Clockify has no such thing in this workspace", "Check CLOCKIFY_WORKSPACE_ID", False),
    "429": Says("Clockify takes no more requests for now", "Wait", True),
    "429 with Retry-After": Says("Clockify takes no more requests for now. The next request is free in 10 minutes", "Wait", True),
    "500": Says("Clockify failed on its side (status 500)", "Try again in a few minutes", True),
    "timeout": Says("Clockify did not answer within", "Check the network connection, then try again", True),
    "dropped": Says("The connection to Clockify failed or was dropped", "Check the network connection, then try again", True),
    "cut JSON": Says("it is cut off or isn't JSON", "Try again", True),
    "cut off": Says("Clockify's reply was cut off on the way", "Check the network connection, then try again", True),
    "redirect": Says("The address of the API leads elsewhere; the key was not sent there", "Check CLOCKIFY_API_URL", False),
}
REFUSABLE = ("users", "projects", "tags", "in-progress")


def is_quiet(endpoint: str, kind: str) -> bool:
    """Is there another road to the same figures, so that nothing needs to be said?"""
    return kind == "403" and endpoint in REFUSABLE


def check_words(page: AppTest, endpoint: str, kind: str) -> None:
    says = SAYS[kind]
    said = "\n".join(notices(page))
    if is_quiet(endpoint, kind):
        assert not notices(page, "error", "warning")
    elif (endpoint, kind) == ("detailed", "403"):
        assert "Clockify refuses reports to this key" in said
        assert "verifies the sums" in said or "what they brought before stays" in said
    else:
        assert says.happened in said
        assert says.advice in said
        assert ("Retry" in buttons(page)) is says.retry


def check_secrecy(page: AppTest, house: House, folder: Path, log: str, key: str) -> None:
    wait_for(lambda: any(one.key == key for one in house.front.exchanges), "nothing was sent, so nothing is proven")
    assert not house.front.elsewhere, "somebody followed a redirect"
    # The part of it that no encoding changes.
    inner = key[key.index("0815") :]
    stored = b"".join(one.read_bytes() for one in folder.glob("app.sqlite*"))
    assert stored
    assert inner.encode() not in stored
    assert "Traceback" not in log
    for place in (everything(page), log, *(one.path for one in house.front.exchanges)):
        assert inner not in place
