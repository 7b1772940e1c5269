"""What holds the world of a running app: it moves on, is made anew each day, lives, and answers requests."""

import threading
from collections.abc import Callable, Sequence
from datetime import date, datetime

from starlette.requests import Request

from clockify.demo.allowance import Allowance
from clockify.demo.hooks import Sender
from clockify.demo.life import Life, settle
from clockify.demo.refusals import Refusal, access_denied, no_such_route, wrong_method
from clockify.demo.request import Asked, Terms, reader_of
from clockify.demo.routes import Answer, Endpoint
from clockify.demo.world import World

Clock = Callable[[], datetime]
WorldSource = World | Callable[[datetime], World]
Methods = dict[str, Endpoint]


class Demo:
    """Holds the world of a running app and answers requests from it; `life` changes it, `sender` tells of what happens in it."""

    def __init__(
        self,
        source: WorldSource,
        terms: Terms,
        allowances: Sequence[Allowance],
        clock: Clock,
        others: Sequence[World] = (),
        *,
        sender: Sender | None = None,
        life: Life | None = None,
    ) -> None:
        self.source, self.terms, self.allowances, self.clock, self.others = source, terms, allowances, clock, tuple(others)
        self.sender, self.life = sender, life
        self._lock = threading.RLock()
        self._world: World | None = None
        self._day: date | None = None
        self._ends = threading.Event()
        self._pulse = threading.Thread(target=self._live, name="clockify-demo-life", daemon=True)

    @property
    def world(self) -> World:
        """Return the world as of now. A `World` stands still; a factory's moves on, and is made anew each local day, or lives on."""
        with self._lock:
            now, world = self.clock(), self._world
            if isinstance(self.source, World):
                return world if world is self.source else self._taken_on(self.source, now)
            if world is None or (not self.life and now.astimezone(world.zone).date() != self._day):
                world = self._taken_on(self.source(now), now)
                self._day = now.astimezone(world.zone).date()
            world.advance(now)
            return world

    def _taken_on(self, fresh: World, now: datetime) -> World:
        """Hold another world: let life have it, and have told what happens in it."""
        self._world = fresh
        if self.life:
            settle(fresh, now)
        if self.sender:
            sender = self.sender
            fresh.listeners.append(lambda happening: sender.note(fresh, happening))
        return fresh

    def start(self) -> None:
        """Begin to live and to send, if that was wanted."""
        if self.sender or self.life:
            _ = self.world
        if self.sender:
            self.sender.start()
        if self.life:
            self._pulse.start()

    def stop(self) -> None:
        """Live and send no more, and return once the threads have ended."""
        self._ends.set()
        if self._pulse.is_alive():
            self._pulse.join()
        if self.sender:
            self.sender.stop()

    def told(self) -> None:
        """Send what has happened until now: called once the reply to a request is out."""
        if self.sender:
            self.sender.post()

    def asked(self, request: Request) -> Asked:
        """Check the key, the allowances and the workspace of a request, in this order."""
        worlds = {world.id: world for world in (self.world, *self.others)}
        home = next(iter(worlds.values()))
        reader = reader_of(request, home)
        for allowance in self.allowances:
            allowance.take(self.clock().timestamp())
        world = worlds.get(request.path_params.get("workspace", home.id))
        if world is None:
            raise access_denied()
        if world is not home:
            reader = reader_of(request, world)
        return Asked(request, world, reader, self.terms, self.others)

    def answer(self, request: Request, methods: Methods) -> Answer:
        """Answer a request on a path that knows these methods, undisturbed by who else changes the world."""
        try:
            asked = self.asked(request)
            if not methods:
                raise no_such_route(request.url.path.removeprefix("/api/").removeprefix("/report/"))
            if request.method not in methods:
                raise wrong_method(request.method)
            with asked.world.lock:
                return methods[request.method](asked)
        except Refusal as refusal:
            return Answer(refusal.body, refusal.headers, refusal.status)

    def _live(self) -> None:
        life = self.life
        while life and not self._ends.wait(life.pause()):
            life.step(self.world, self.clock())
            self.told()
