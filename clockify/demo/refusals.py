"""What Clockify answers when it says no, as exceptions that carry the reply."""


class Refusal(Exception):
    """An error reply: a status and Clockify's `{"message", "code"}` body."""

    def __init__(self, status: int, code: int, message: str, headers: dict[str, str] | None = None) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message
        self.headers = headers or {}

    @property
    def body(self) -> dict[str, str | int]:
        """Return the JSON body."""
        return {"message": self.message, "code": self.code}


def no_single_key() -> Refusal:
    """Refuse a request with no key, or with more than one kind of it."""
    return Refusal(401, 1000, "Multiple or none auth tokens present")


def unknown_key() -> Refusal:
    """Refuse a key that nobody has."""
    return Refusal(401, 4003, "Api key does not exist")


def bad_addon_token() -> Refusal:
    """Refuse an add-on token: the demo knows none."""
    return Refusal(401, 4017, "Token is not valid")


def access_denied() -> Refusal:
    """Refuse what the key's role does not allow."""
    return Refusal(403, 501, "Access Denied")


def foreign(what: str) -> Refusal:
    """Refuse an id that is missing or belongs elsewhere: 400, not 404."""
    return Refusal(400, 501, f"{what} doesn't belong to Workspace")


def invalid(message: str) -> Refusal:
    """Refuse a body that makes no sense."""
    return Refusal(400, 501, message)


def malformed() -> Refusal:
    """Refuse a body that is no JSON, or has a value of the wrong kind in it."""
    return Refusal(400, 3000, "Malformed request body")


def nothing_runs() -> Refusal:
    """Refuse to stop a timer where none runs; only the status was ever captured, so the body is a guess."""
    return Refusal(404, 501, "There is no running time entry")


def ends_too_early(start: str, end: str) -> Refusal:
    """Refuse an end before the start; like Clockify, the message echoes both."""
    return Refusal(400, 501, f"Start datetime {start} is greater than end datetime {end}.")


def unreadable(parameter: str, kind: str, value: str) -> Refusal:
    """Refuse a query value of the wrong kind; like Clockify, the message echoes what came in."""
    return Refusal(400, 3000, f"Method parameter '{parameter}': Invalid {kind} value [{value}]")


def no_such_route(path: str) -> Refusal:
    """Refuse a path that nothing serves."""
    return Refusal(404, 3000, f"No static resource {path}.")


def wrong_method(method: str) -> Refusal:
    """Refuse a method that the path does not know."""
    return Refusal(405, 3000, f"Request method '{method}' is not supported")


def too_many_requests(retry_after: int | None) -> Refusal:
    """Refuse a request over the hourly allowance; the body was never captured, so this one is a guess."""
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    return Refusal(429, 429, "Too many requests. Please try again later", headers)
