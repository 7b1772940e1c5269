"""A viewer without a browser: it speaks Streamlit's own protocol, and is cheap enough for many of them on one machine."""

from __future__ import annotations

import time
from dataclasses import dataclass
from ssl import SSLContext
from types import TracebackType
from typing import Self

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import connect

PATIENCE_SECONDS = 120.0
LARGEST = 256 * 1024 * 1024


@dataclass(frozen=True)
class Answer:
    """What a click led to: seconds until the script had ended, bytes over the wire, and how many messages they were."""

    seconds: float
    received: int
    messages: int


class Viewer:
    """One tab, on one page; what the server may leave out since the tab has it, it leaves out."""

    def __init__(self, url: str, page: str = "", *, tls: SSLContext | None = None) -> None:
        self._address = f"{url.replace('http', 'ws', 1)}/_stcore/stream"
        self._origin, self._page, self._tls = url, page, tls
        self._held: dict[str, None] = {}
        self._script = ""

    def __enter__(self) -> Self:
        headers = {"Origin": self._origin, "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/156"}
        # A browser waits longer than the ten seconds that are usual here.
        self._connection = connect(
            self._address,
            subprotocols=["streamlit"],  # type: ignore[list-item]
            additional_headers=headers,
            max_size=LARGEST,
            ssl=self._tls,
            open_timeout=PATIENCE_SECONDS,
        )
        self._socket = self._connection.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.__exit__(kind, fault, trace)

    def show(self, query: str) -> Answer:
        """Run the script with an address, as a link or a click on a filter does."""
        message = BackMsg()
        state = message.rerun_script
        state.query_string = query
        state.page_script_hash = self._script
        state.cached_message_hashes.extend(self._held)
        state.context_info.timezone, state.context_info.url = "Europe/Belgrade", f"{self._origin}/{self._page}"
        began = time.perf_counter()
        self._socket.send(message.SerializeToString())
        received = messages = 0
        while True:
            frame = self._socket.recv(PATIENCE_SECONDS)
            received, messages = received + len(frame), messages + 1
            if self._ends(frame if isinstance(frame, bytes) else frame.encode()):
                return Answer(time.perf_counter() - began, received, messages)

    def _ends(self, frame: bytes) -> bool:
        message = ForwardMsg.FromString(frame)
        if message.metadata.cacheable and message.hash:
            self._held[message.hash] = None
        if message.WhichOneof("type") == "navigation":
            scripts = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
            self._script = scripts.get(self._page, message.navigation.page_script_hash)
        # A page that runs again by itself, or goes to another one, ends one script and begins the next.
        return message.WhichOneof("type") == "script_finished" and message.script_finished != ForwardMsg.FINISHED_EARLY_FOR_RERUN
