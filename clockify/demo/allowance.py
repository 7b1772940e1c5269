"""How many requests are served in a rolling time."""

from collections import deque

from clockify.demo.refusals import too_many_requests


class Allowance:
    """Counts requests over a rolling time, over both hosts and the whole workspace; without `most` there is no limit."""

    def __init__(self, most: int | None, seconds: float, *, retry_after: bool) -> None:
        self.most, self.seconds, self.retry_after = most, seconds, retry_after
        self._served: deque[float] = deque()

    def take(self, now: float) -> None:
        """Count one request. Raises Refusal when the time is used up; a refused request counts nothing."""
        if self.most is None:
            return
        while self._served and self._served[0] <= now - self.seconds:
            self._served.popleft()
        if len(self._served) >= self.most:
            wait = int((self._served[0] if self._served else now) + self.seconds - now) + 1
            raise too_many_requests(wait if self.retry_after else None)
        self._served.append(now)
