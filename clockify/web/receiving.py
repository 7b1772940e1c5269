"""What hears the embedded demo's webhooks: the same address that Clockify's come to, for one token of this process."""

from __future__ import annotations

from starlette.applications import Starlette

from clockify.desk.desk import Desk
from clockify.settings import Secret
from clockify.web.hooks import hook_routes


def receiver(desk: Desk, token: Secret) -> Starlette:
    """Return the app that takes the demo's deliveries for a desk."""
    return Starlette(routes=hook_routes(lambda: desk, lambda: [token], demo=True))
