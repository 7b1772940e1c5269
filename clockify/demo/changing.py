"""What a change of the world does beside itself: one thread at a time, and nothing that was kept outlives it."""

from collections.abc import Callable
from functools import wraps
from typing import Any, TypeVar, cast

Method = TypeVar("Method", bound=Callable[..., Any])


def changing(method: Method) -> Method:
    """Let one thread at a time change the world; what was kept of it is forgotten with the change."""

    @wraps(method)
    def change(world: Any, *args: Any, **settings: Any) -> Any:
        with world.lock:
            result = method(world, *args, **settings)
            world.version += 1
            world.kept_answers.clear()
        return result

    return cast(Method, change)
