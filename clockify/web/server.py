"""What `python -m clockify` serves beside the dashboard's pages, and what stands around all of it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from starlette.routing import Route
from starlette.types import ASGIApp, Scope

from clockify.desk.desk import Desk
from clockify.errors import ConfigurationError
from clockify.settings import Settings
from clockify.web.clients import client_routes
from clockify.web.files import FileGuard
from clockify.web.health import health_routes
from clockify.web.hooks import hook_routes
from clockify.web.safety import Address, Safety, content_policy


def own_routes(desk: Callable[[], Desk]) -> list[Route]:
    """Return every address that isn't a page of the dashboard; they come before Streamlit's."""
    deliveries = hook_routes(desk, lambda: desk().settings.webhook_tokens)
    return [*deliveries, *health_routes(desk), *client_routes(desk)]


def guarded(
    app: ASGIApp, settings: Callable[[], Settings], host: str, page: str, is_of_session: Callable[[str, Mapping[str, str]], bool]
) -> ASGIApp:
    """Put what guards every answer around an app; `page` is the HTML in which Streamlit's pages run."""

    def address() -> Address | None:
        try:
            return Address(settings().public_url, host)
        except ConfigurationError:
            return None

    def is_https(scope: Scope) -> bool:
        found = address()
        return found is not None and found.is_https(scope)

    return Safety(FileGuard(app, is_of_session, is_https), address, content_policy(page))
