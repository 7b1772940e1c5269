"""One request's parameters, body and reader, checked on the way in."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, TypeVar

from starlette.requests import Request

from clockify.demo.clocks import parse_wall
from clockify.demo.entities import Entry, User
from clockify.demo.keys import Role
from clockify.demo.refusals import access_denied, bad_addon_token, foreign, invalid, malformed, no_single_key, unknown_key, unreadable
from clockify.demo.replies import Writer
from clockify.demo.world import World

T = TypeVar("T")
DEFAULT_PAGE_SIZE = 50
MAX_PAGE_SIZE = 5000
_PAID_PLANS = ("TRIAL", "BASIC", "STANDARD", "PRO", "ENTERPRISE", "BUNDLE", "SPECIAL", "SELF_HOSTED")


@dataclass(frozen=True, slots=True)
class Terms:
    """What the workspace's plan allows, and the knobs of the demo."""

    plan: str | None
    page_cap: int
    list_page_cap: int | None = None
    refused_page_size: int | None = None

    @property
    def is_free(self) -> bool:
        """Tell whether the plan's limits are those of FREE: null and unknown ones too."""
        return not (self.plan or "").startswith(_PAID_PLANS)

    def check_page_size(self, size: int) -> None:
        """Raise Refusal for a page larger than is accepted at all."""
        if self.refused_page_size is not None and size > self.refused_page_size:
            raise invalid(f"Page size must be less or equal to {self.refused_page_size}")


def reader_of(request: Request, world: World) -> User:
    """Return whose key came with a request. Raises Refusal unless exactly one known key did."""
    keys = request.headers.getlist("x-api-key")
    tokens = request.headers.getlist("x-addon-token")
    bearer = request.headers.get("authorization", "").lower().startswith("bearer")
    if len(keys) + len(tokens) != 1 or bearer:
        raise no_single_key()
    if tokens:
        raise bad_addon_token()
    user = world.users.get(world.keys.get(keys[0], ""))
    if user is None or user.status == "DELETED":
        raise unknown_key()
    return user


@dataclass(frozen=True, slots=True)
class Asked:
    """A request whose key is known: what it may see and what it asked for."""

    request: Request
    world: World
    user: User
    terms: Terms
    others: tuple[World, ...] = ()

    @property
    def role(self) -> Role:
        """Return the reader's role."""
        return self.user.role

    @property
    def sees_money(self) -> bool:
        """Tell whether rates and amounts are shown to this key."""
        return self.role == "OWNER"

    @property
    def writer(self) -> Writer:
        """Return what writes entities for this reader."""
        return Writer(self.world, self.sees_money)

    def part(self, name: str) -> str:
        """Return a part of the path."""
        return str(self.request.path_params[name])

    def text(self, name: str) -> str:
        """Return a query parameter, or "" without it."""
        return self.request.query_params.get(name, "")

    def flag(self, name: str) -> bool | None:
        """Return a yes-or-no parameter, or None without it. Raises Refusal for anything else."""
        value = self.request.query_params.get(name)
        if value is None:
            return None
        if value.lower() not in ("true", "false"):
            raise unreadable(name, "boolean", value)
        return value.lower() == "true"

    def number(self, name: str, default: int) -> int:
        """Return a positive whole number. Raises Refusal for anything else."""
        value = self.request.query_params.get(name)
        if value is None:
            return default
        if not value.isascii() or not value.isdigit() or int(value) < 1:
            raise unreadable(name, "number", value)
        return int(value)

    def wall(self, name: str) -> datetime | None:
        """Return a timestamp as a wall clock, or None without it. Raises Refusal for anything else."""
        value = self.request.query_params.get(name)
        if not value:
            return None
        try:
            return parse_wall(value)
        except ValueError:
            raise unreadable(name, "timestamp", value) from None

    def page(self, rows: Sequence[T], size: int = DEFAULT_PAGE_SIZE, most: int = MAX_PAGE_SIZE) -> tuple[list[T], bool]:
        """Return the rows of the page asked for, and whether it is the last one."""
        size = min(self.number("page-size", size), most)
        end = self.number("page", 1) * size
        return list(rows[end - size : end]), end >= len(rows)

    def entry_page(self, rows: Sequence[T], size: int = DEFAULT_PAGE_SIZE, most: int = MAX_PAGE_SIZE) -> tuple[list[T], bool]:
        """Return a page as `page` does, never longer than the demo's cap for lists of entries."""
        return self.page(rows, size, min(most, self.terms.list_page_cap or most))

    def body(self) -> dict[str, Any]:
        """Return the JSON object that was sent. Raises Refusal for anything else."""
        try:
            sent = json.loads(self.request.scope["clockify.body"])
        except (ValueError, RecursionError):
            sent = None
        if not isinstance(sent, dict):
            raise malformed()
        return sent

    def entry(self) -> tuple[Entry, bool]:
        """Return the entry that the path names and whether it is a running timer. Raises Refusal where this key may not."""
        entry_id = self.part("entry")
        timer = self.world.timer(entry_id)
        try:
            entry = timer or self.world.entry(entry_id)
        except KeyError:
            raise foreign("Time entry") from None
        if self.role == "MEMBER" and entry.user_id != self.user.id:
            raise access_denied()
        return entry, timer is not None

    def find(self, where: dict[str, T], key: str, what: str) -> T:
        """Return one entity. Raises Refusal (400, not 404) for an id that is not there."""
        if key not in where:
            raise foreign(what)
        return where[key]

    def person(self, user_id: str) -> User:
        """Return somebody whose list of entries this key may read. Raises Refusal otherwise."""
        if self.role == "MEMBER" and user_id != self.user.id:
            raise access_denied()
        user = self.find(self.world.users, user_id, "User")
        if user.status == "DELETED":
            raise foreign("User")
        return user
