"""What a person sets: environment, `.env` or Streamlit secrets, as one checked value.

Reading those places is the app's work; here a mapping becomes `Settings` or an error
that names the setting.
"""

from __future__ import annotations

import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from clockify.errors import ConfigurationError
from clockify.sheets import CsvForm

API_URL = "https://api.clockify.me/api/v1"
REPORTS_URL = "https://reports.api.clockify.me/v1"
WEBHOOKS_PATH = "/webhooks/clockify"
LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})

SETTINGS = (
    "CLOCKIFY_API_KEY",
    "CLOCKIFY_WORKSPACE_ID",
    "CLOCKIFY_API_URL",
    "CLOCKIFY_REPORTS_URL",
    "CLOCKIFY_TIME_ZONE",
    "CLOCKIFY_REQUESTS_PER_HOUR",
    "DATABASE_URL",
    "CLOCKIFY_DEMO",
    "CLOCKIFY_OPEN",
    "CLOCKIFY_CSV",
    "CLOCKIFY_PUBLIC_URL",
    "CLOCKIFY_WEBHOOK_TOKENS",
    "CLOCKIFY_LOG_LEVEL",
    "CLOCKIFY_DEMO_LIFE",
)
LOG_LEVELS = ("debug", "info", "warning", "error")

# Clockify's have 32 characters; nobody tries out one of sixteen.
SHORTEST_TOKEN = 16

_HEADER_VALUE = re.compile(r"[\x21-\x7e]+")
_TRUE = frozenset({"1", "true", "yes", "on"})
_FALSE = frozenset({"", "0", "false", "no", "off"})


class Secret:
    """A text that is compared and nothing else: no text form shows it."""

    __slots__ = ("_value",)

    def __init__(self, text: str) -> None:
        self._value = text.encode()

    def matches(self, given: str) -> bool:
        """Tell whether a given text is it, in a time that doesn't depend on how much of it is right."""
        return hmac.compare_digest(self._value, given.encode())

    def __repr__(self) -> str:
        return "Secret(…)"

    __str__ = __repr__

    def __reduce__(self) -> str:
        raise TypeError("a secret is not written anywhere")


class ApiKey:
    """A Clockify key that can be sent, compared and nothing else: no text form shows it."""

    __slots__ = ("_value",)

    def __init__(self, text: str) -> None:
        """Take a pasted key; raise ConfigurationError if it can't be a header value."""
        value = text.strip()
        if not _HEADER_VALUE.fullmatch(value):
            raise ConfigurationError("The API key is empty or has characters that no key has (spaces, line breaks, accents).")
        self._value = value

    def reveal(self) -> str:
        """Return the key itself, for the one header it is meant for."""
        return self._value

    def __repr__(self) -> str:
        return "ApiKey(…)"

    __str__ = __repr__

    def __eq__(self, other: object) -> bool:
        return isinstance(other, ApiKey) and other._value == self._value

    def __hash__(self) -> int:
        return hash(self._value)

    def __reduce__(self) -> str:
        raise TypeError("an API key is not written anywhere")


@dataclass(frozen=True)
class Settings:
    """Everything the app needs to know before its first request."""

    key: ApiKey | None = None
    workspace_id: str | None = None
    api_url: str = API_URL
    reports_url: str = REPORTS_URL
    time_zone: str | None = None
    requests_per_hour: int | None = None
    database_url: str | None = field(default=None, repr=False)
    demo: bool = False
    open_to_all: bool = False
    csv: CsvForm | None = None
    public_url: str | None = None
    webhook_tokens: tuple[Secret, ...] = field(default=(), repr=False)
    log_level: str = "info"
    demo_life: bool = True

    @property
    def is_demo(self) -> bool:
        """Is the demo workspace shown, by choice or for want of a key?"""
        return self.demo or self.key is None


def parse_settings(values: Mapping[str, str]) -> Settings:
    """Check the settings of `SETTINGS` in `values`; others are ignored, blank ones count as unset.

    Raises ConfigurationError naming the first setting that can't be used; a key's
    text is never in the message.
    """
    texts = {name: values[name].strip() for name in SETTINGS if str(values.get(name, "")).strip()}
    return Settings(
        key=_key(texts.get("CLOCKIFY_API_KEY")),
        workspace_id=texts.get("CLOCKIFY_WORKSPACE_ID"),
        api_url=_base_url("CLOCKIFY_API_URL", texts.get("CLOCKIFY_API_URL", API_URL)),
        reports_url=_base_url("CLOCKIFY_REPORTS_URL", texts.get("CLOCKIFY_REPORTS_URL", REPORTS_URL)),
        time_zone=_zone(texts.get("CLOCKIFY_TIME_ZONE")),
        requests_per_hour=_count(texts.get("CLOCKIFY_REQUESTS_PER_HOUR")),
        database_url=texts.get("DATABASE_URL"),
        demo=_flag("CLOCKIFY_DEMO", texts),
        open_to_all=_flag("CLOCKIFY_OPEN", texts),
        csv=_csv(texts.get("CLOCKIFY_CSV")),
        public_url=_public_url(texts.get("CLOCKIFY_PUBLIC_URL")),
        webhook_tokens=_tokens(texts.get("CLOCKIFY_WEBHOOK_TOKENS")),
        log_level=_log_level(texts.get("CLOCKIFY_LOG_LEVEL")),
        demo_life=_flag("CLOCKIFY_DEMO_LIFE", {"CLOCKIFY_DEMO_LIFE": "1", **texts}),
    )


def is_loopback(host: str | None) -> bool:
    """Tell whether a host name or address is this machine itself."""
    return (host or "").strip("[]").casefold() in LOOPBACK


def _base_url(name: str, text: str) -> str:
    """Return the address without its last slash; a key travels over https or stays on this machine."""
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname, parts.port
    except ValueError:
        host = None
    if not host or parts.username or parts.query or parts.fragment:
        raise ConfigurationError(f"{name} is not a plain web address like {API_URL}.")
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise ConfigurationError(f"{name} must begin with https://, or the key would travel in the open.")
    return text.rstrip("/")


def _key(text: str | None) -> ApiKey | None:
    """Return the key; its error names the setting, where a pasted key's speaks of the key alone."""
    if text is None:
        return None
    try:
        return ApiKey(text)
    except ConfigurationError as fault:
        raise ConfigurationError(f"CLOCKIFY_API_KEY can't be used. {fault}") from None


def _zone(text: str | None) -> str | None:
    if text is None:
        return None
    try:
        ZoneInfo(text)
    except (KeyError, ValueError, OSError):
        raise ConfigurationError("CLOCKIFY_TIME_ZONE is not a time zone name like Europe/Berlin.") from None
    return text


def _count(text: str | None) -> int | None:
    if text is None:
        return None
    if not text.isascii() or not text.isdigit() or int(text) < 1:
        raise ConfigurationError("CLOCKIFY_REQUESTS_PER_HOUR must be a whole number from 1.")
    return int(text)


def _csv(text: str | None) -> CsvForm | None:
    if text is None:
        return None
    try:
        return CsvForm(text.casefold())
    except ValueError:
        raise ConfigurationError("CLOCKIFY_CSV must be comma or semicolon.") from None


def _public_url(text: str | None) -> str | None:
    """Return the address under which people reach the app, without its last slash: "https://dashboard.example.com"."""
    if text is None:
        return None
    address = _base_url("CLOCKIFY_PUBLIC_URL", text)
    if urlsplit(address).path:
        raise ConfigurationError("CLOCKIFY_PUBLIC_URL must be a name without a path, like https://dashboard.example.com.")
    return address


def _tokens(text: str | None) -> tuple[Secret, ...]:
    """Return the webhooks' own tokens, which are separated by commas; one that could be guessed is an error."""
    found = [one.strip() for one in (text or "").split(",") if one.strip()]
    for number, one in enumerate(found, 1):
        if len(one) < SHORTEST_TOKEN or not _HEADER_VALUE.fullmatch(one):
            raise ConfigurationError(
                f"Token {number} of CLOCKIFY_WEBHOOK_TOKENS can't be one: Clockify shows one beside each webhook, of at least "
                f"{SHORTEST_TOKEN} characters, without spaces."
            )
    return tuple(map(Secret, found))


def _log_level(text: str | None) -> str:
    level = (text or "info").casefold()
    if level not in LOG_LEVELS:
        raise ConfigurationError(f"CLOCKIFY_LOG_LEVEL must be one of {', '.join(LOG_LEVELS)}.")
    return level


def _flag(name: str, texts: Mapping[str, str]) -> bool:
    text = texts.get(name, "").casefold()
    if text not in _TRUE | _FALSE:
        raise ConfigurationError(f"{name} must be 1 or 0.")
    return text in _TRUE
