"""Somebody who goes everywhere: each page, choice, click and file, without a browser, and keeps every byte that came.

He speaks Streamlit's own protocol, so that nothing is left out because it isn't drawn: what is in a closed popover, a
table's hidden columns or a chart's data was sent all the same.
"""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from types import TracebackType
from typing import Any, Self

from itsdangerous import URLSafeTimedSerializer
from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.Element_pb2 import Element
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from streamlit.web.server.starlette.starlette_app_utils import generate_xsrf_token_string
from websockets.sync.client import connect

PATIENCE_SECONDS = 60.0
LARGEST = 256 * 1024 * 1024
# A list is chosen from in so many ways at most, a table clicked on so many of its rows.
CHOICES, ROWS = 12, 6
# Where a walk would end itself, or change what is looked at.
LEFT_ALONE = ("sign-out", "stop-looking", "forget-", "read-again")
USER = "_streamlit_user"
# After these another run follows, or only a part has run.
GOES_ON = (ForwardMsg.FINISHED_EARLY_FOR_RERUN, ForwardMsg.FINISHED_FRAGMENT_RUN_SUCCESSFULLY)


@dataclass(frozen=True)
class Act:
    """Something that can be done on a page: what it is called, and the state of the widget that says so."""

    name: str
    widget: str
    kind: str
    value: Any


@dataclass
class Seen:
    """What came of a run: every frame, the elements in it, the pages that are offered, and what went wrong."""

    frames: list[bytes] = field(default_factory=list)
    elements: list[Element] = field(default_factory=list)
    pages: dict[str, str] = field(default_factory=dict)
    page: str = ""

    @property
    def exceptions(self) -> list[str]:
        return [one.exception.message for one in self.elements if one.WhichOneof("type") == "exception"]


def signed_in(email: str, secret: str, origin: str) -> str:
    """Return the cookie of a sign-in, as Streamlit would have set it."""
    claims = {"iss": "test", "sub": email, "iat": int(time.time()), "email": email, "email_verified": True, "is_logged_in": True}
    text = json.dumps(claims | {"origin": origin})
    return f"{USER}={URLSafeTimedSerializer(secret, salt=USER).dumps(text)}"


class Walker:
    """One tab. `cookie` is what the browser would send along."""

    def __init__(self, url: str, cookie: str = "") -> None:
        self._url, self._cookie = url, cookie
        self._known: dict[str, bytes] = {}
        self._session = self._script = ""
        self._asked = 0

    def __enter__(self) -> Self:
        # Streamlit believes a cookie only beside a word that no foreign page can read.
        word = generate_xsrf_token_string()
        cookie = "; ".join(filter(None, (f"_streamlit_xsrf={word}", self._cookie)))
        headers = {"Origin": self._url, "User-Agent": "Mozilla/5.0 (X11; Linux x86_64) Chrome/156", "Cookie": cookie}
        address = f"{self._url.replace('http', 'ws', 1)}/_stcore/stream"
        self._connection = connect(address, subprotocols=["streamlit", word], additional_headers=headers, max_size=LARGEST)  # type: ignore[list-item]
        self._socket = self._connection.__enter__()
        return self

    def __exit__(self, kind: type[BaseException] | None, fault: BaseException | None, trace: TracebackType | None) -> None:
        self._connection.__exit__(kind, fault, trace)

    def go(self, page: str, query: str = "", act: Act | None = None) -> Seen:
        """Open a page by its address, or do something on it."""
        self._drain()
        message = BackMsg()
        state = message.rerun_script
        state.query_string, state.page_name = query, "" if self._script else page
        state.page_script_hash = self._script_of(page)
        state.context_info.timezone, state.context_info.url = "Europe/Belgrade", f"{self._url}/{page}"
        if act:
            widget = state.widget_states.widgets.add(id=act.widget)
            if isinstance(act.value, list):
                getattr(widget, act.kind).data.extend(act.value)
            elif act.kind == "string_trigger_value":
                widget.string_trigger_value.data = act.value
            else:
                setattr(widget, act.kind, act.value)
        self._socket.send(message.SerializeToString())
        return self._listened()

    def taken(self, element: Element) -> bytes:
        """Take the file behind a download button, deferred or not."""
        return fetched(self.address_of(element), self._cookie)[1]

    def address_of(self, element: Element) -> str:
        """Return the address of a file, made if it wasn't yet."""
        button = element.download_button
        url = button.url
        if button.deferred_file_id:
            message = BackMsg()
            self._asked += 1
            ask = message.backend_operation_request
            ask.request_id, ask.session_id, ask.deferred_file.file_id = f"r{self._asked}", self._session, button.deferred_file_id
            self._socket.send(message.SerializeToString())
            answer = self._answer(ask.request_id)
            url = answer.backend_operation_response.deferred_file.url
            if not url:
                raise LookupError(answer.backend_operation_response.error_msg)
        return self._url + url

    def chunk(self, source: str, rows: int) -> bytes:
        """Fetch the rows of a long table."""
        message = BackMsg()
        self._asked += 1
        ask = message.backend_operation_request
        ask.request_id, ask.session_id = f"r{self._asked}", self._session
        ask.dataframe_chunk.source_id, ask.dataframe_chunk.offset, ask.dataframe_chunk.limit = source, 0, rows
        self._socket.send(message.SerializeToString())
        return bytes(self._answer(ask.request_id).SerializeToString())

    def _answer(self, request_id: str) -> ForwardMsg:
        while True:
            message = ForwardMsg.FromString(self._received())
            if message.WhichOneof("type") == "backend_operation_response" and message.backend_operation_response.request_id == request_id:
                return message

    def _script_of(self, page: str) -> str:
        return self._pages.get(page, "") if self._script else ""

    _pages: dict[str, str] = {}  # noqa: RUF012  # replaced, never changed

    def _listened(self) -> Seen:
        seen = Seen()
        while True:
            frame = self._received()
            seen.frames.append(frame)
            message = ForwardMsg.FromString(frame)
            kind = message.WhichOneof("type")
            if kind == "new_session":
                self._session = message.new_session.initialize.session_id or self._session
                seen.elements.clear()  # of a run that another one follows nothing stays on the page
            elif kind == "navigation":
                self._pages = {page.url_pathname: page.page_script_hash for page in message.navigation.app_pages}
                self._script = seen.page = message.navigation.page_script_hash
                seen.pages = dict(self._pages)
            elif kind == "delta" and message.delta.WhichOneof("type") == "new_element":
                seen.elements.append(message.delta.new_element)
            elif kind == "script_finished" and message.script_finished not in GOES_ON:
                return seen

    def _drain(self) -> None:
        """Leave behind what came while nobody listened: a page runs again by itself, too."""
        with suppress(TimeoutError):
            while True:
                self._socket.recv(0)

    def _received(self) -> bytes:
        frame = self._socket.recv(PATIENCE_SECONDS)
        return frame if isinstance(frame, bytes) else frame.encode()


def fetched(url: str, cookie: str = "") -> tuple[int, bytes]:
    """Return the status and body of a plain GET."""
    try:
        with urllib.request.urlopen(urllib.request.Request(url, headers={"Cookie": cookie}), timeout=PATIENCE_SECONDS) as reply:
            return reply.status, reply.read()
    except urllib.error.HTTPError as refused:
        return refused.code, refused.read()


def acts_of(elements: list[Element]) -> Iterator[Act]:
    """Say all that can be done with what a run has drawn."""
    for element in elements:
        kind = element.WhichOneof("type")
        widget = getattr(element, kind) if kind else None
        if widget is None or getattr(widget, "disabled", False) is True or not getattr(widget, "id", "") or _is_left_alone(widget.id):
            continue
        maker = _MAKERS.get(kind or "")
        if maker:
            yield from maker(widget)


def _is_left_alone(widget_id: str) -> bool:
    key = widget_id.rpartition("-")[0] + widget_id
    return any(f"-{name}" in key or key.endswith(name) for name in LEFT_ALONE)


def _pressed(widget: Any) -> Iterator[Act]:
    yield Act(f"press {widget.label}", widget.id, "trigger_value", True)


def _turned(widget: Any) -> Iterator[Act]:
    yield Act(f"turn {widget.label}", widget.id, "bool_value", not widget.default)


def _one_chosen(widget: Any) -> Iterator[Act]:
    for option in widget.options[:CHOICES]:
        yield Act(f"{widget.label}: {option}", widget.id, "string_value", option)


def _several_chosen(widget: Any) -> Iterator[Act]:
    for option in widget.options[:CHOICES]:
        yield Act(f"{widget.label}: {option}", widget.id, "string_array_value", [option])


def _grouped(widget: Any) -> Iterator[Act]:
    for option in widget.options[:CHOICES]:
        yield Act(f"{widget.label}: {option.content}", widget.id, "string_array_value", [option.content])


def _from_menu(widget: Any) -> Iterator[Act]:
    for option in widget.options[:CHOICES]:
        text = getattr(option, "label", "") or str(option)
        yield Act(f"{widget.label}: {text}", widget.id, "string_trigger_value", text)


def _searched(widget: Any) -> Iterator[Act]:
    yield Act(f"type into {widget.label}", widget.id, "string_value", "a")


def _charted(widget: Any) -> Iterator[Act]:
    """Click on parts of a chart, those that exist and those that only a forger would name."""
    spec = json.loads(widget.spec)
    for point in _points(spec)[:ROWS]:
        yield Act(f"click on {point}", widget.id, "string_value", json.dumps({"selection": {"pick": [point]}}))


def _points(spec: Any) -> list[dict[str, Any]]:
    """Return the rows of a spec's inline data that have an id or a start."""
    found: list[dict[str, Any]] = []
    if isinstance(spec, dict):
        for key, value in spec.items():
            if key in ("values", "datasets") or isinstance(value, dict | list):
                found += _points(value)
        if "start" in spec or "id" in spec:
            found.append({name: spec[name] for name in ("start", "id") if name in spec})
    elif isinstance(spec, list):
        for one in spec:
            found += _points(one)
    return found


def _clicked(widget: Any) -> Iterator[Act]:
    """Click on rows of a table, its last columns too, open its folds, and click where no row is."""
    if widget.component_name.rpartition(".")[2] != "table_clicks":
        return
    asked = json.loads(widget.json or widget.mixed.json or "{}")
    trigger = f"$$STREAMLIT_INTERNAL_KEY_{widget.id}__events"
    for row in [*range(min(len(asked.get("rows", ())), ROWS)), len(asked.get("rows", ())) + 7]:
        for column in (None, *((1, 2) if asked.get("cells") else ())):
            value = {"row": row, "column": column, "turned": False}
            yield Act(f"click on row {row}", trigger, "json_trigger_value", json.dumps([{"event": "picked", "value": value}]))
    if any(one is not None for one in asked.get("folds", ())):
        value = {"row": 0, "column": None, "turned": True}
        yield Act("open the first", trigger, "json_trigger_value", json.dumps([{"event": "picked", "value": value}]))


_MAKERS = {
    "button": _pressed,
    "checkbox": _turned,
    "selectbox": _one_chosen,
    "radio": _one_chosen,
    "multiselect": _several_chosen,
    "button_group": _grouped,
    "menu_button": _from_menu,
    "text_input": _searched,
    "vega_lite_chart": _charted,
    "bidi_component": _clicked,
}
