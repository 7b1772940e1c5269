"""Random writes with a fault at every point of them, and what the world says of each afterwards."""

from __future__ import annotations

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

from clockify.demo.entities import Entry
from clockify.desk import writing
from clockify.desk.desk import Desk
from clockify.desk.visit import Visit
from clockify.errors import ClockifyError, WrittenAlready
from clockify.journal.journal import Journal
from clockify.writes import Act, Draft, State, Written
from tests.support.databases import Place
from tests.support.edits import raw_rows, stored_rows
from tests.support.faults import CUT, FAULTS, Exchange, Front
from tests.support.pens import NOVEMBER, SECONDS, mirror_of, settings_for, visit_of
from tests.support.studio import Clock

ENDPOINT = {Act.CREATE: "create", Act.START: "create", Act.UPDATE: "update", Act.DELETE: "delete", Act.STOP: "stop"}
FIRST = datetime(2026, 11, 2, 6, tzinfo=UTC)
PRESSES = ("once", "once", "once", "the same button twice", "two buttons at once", "two desks at once", "two at once, both meant")
DEATHS = ("", "", "", "noted", "left", "answered")
# When nothing of it can have come to Clockify.
NEVER_SENT = {State.TO_SEND, State.REFUSED, State.NOT_DONE}


class Killed(BaseException):
    """The process is gone."""


class Dying:
    """The journal's rows, until a moment at which the process is killed."""

    def __init__(self, writes: Any, death: str) -> None:
        self._writes, self._death = writes, death

    def __getattr__(self, name: str) -> Any:
        return getattr(self._writes, name)

    def note(self, *given: Any, **terms: Any) -> Any:
        found = self._writes.note(*given, **terms)
        self._die_if("noted")
        return found

    def leave(self, *given: Any) -> Any:
        found = self._writes.leave(*given)
        self._die_if("left")
        return found

    def settle(self, *given: Any, **terms: Any) -> Any:
        self._die_if("answered")
        return self._writes.settle(*given, **terms)

    def _die_if(self, moment: str) -> None:
        if self._death == moment:
            raise Killed


@dataclass
class Case:
    """One run: what is meant, what goes wrong, what came of it."""

    act: Act
    press: str
    fault: str
    lookup_fault: str
    death: str
    meddles: bool
    alike: bool
    user_id: str
    entry_id: str = ""
    draft: Draft | None = None
    before: Draft | None = None
    ids: list[str] = field(default_factory=list)
    told: list[Written] = field(default_factory=list)


class Runs:
    """Runs cases against a front, at two desks on one database; a desk whose process was killed is set up anew."""

    def __init__(self, front: Front, place: Place, clock: Clock, seed: int) -> None:
        self.front, self.place, self.clock, self.dice = front, place, clock, Random(seed)
        self.desks = [Desk(settings_for(front, place), place.folder, clock) for _ in range(2)]
        self.visits = [visit_of(desk) for desk in self.desks]
        self.seen: Counter[tuple[str, ...]] = Counter()
        self.number = 0

    def close(self) -> None:
        for desk in self.desks:
            desk.close()

    @property
    def world(self) -> Any:
        return self.front.behind.world

    def run(self) -> Case:
        """Run one random case to its end and check everything that is promised of it."""
        self.number += 1
        case = self._case()
        made_before = {one.id for one in self._all()}
        self._break(case)
        self._press(case)
        self._check_told(case, made_before)
        late = case.fault == "late" and self.front.count(ENDPOINT[case.act]) > 0
        self.front.heal()
        if late:
            assert self.front.came.wait(20)
        self._look_again(case)
        self._check_settled(case, made_before)
        self._try_again(case, made_before)
        if self._is_done_by_another(case):
            # Nobody has told the copy what somebody did in Clockify: Refresh does.
            mirror = mirror_of(self.visits[0])
            assert mirror.wait(mirror.open_months([NOVEMBER], person=True), SECONDS)
        self.check_copies()
        self.seen[case.act, case.press, case.fault, case.death] += 1
        return case

    # What happens

    def _case(self) -> Case:
        act = self.dice.choice(list(Act))
        fault = self.dice.choice(["", "", *FAULTS, CUT])
        press, death = self.dice.choice(PRESSES), self.dice.choice(DEATHS)
        case = Case(
            act,
            press if not death else "once",
            fault,
            self.dice.choice(["", "", "", "500", "timeout", "cut JSON", "403"]),
            death,
            act is Act.UPDATE and self.dice.random() < 0.2,
            act is Act.CREATE and self.dice.random() < 0.2,
            self._user_id(),
        )
        start = FIRST + timedelta(minutes=self.number)
        wanted = Draft(start, start + timedelta(minutes=30), description=f"run {self.number}")
        if act is Act.CREATE:
            case.draft = wanted
            if case.alike:
                # Somebody logged just that in Clockify's own app, and the copy knows.
                assert writing.log_time(self.visits[0], writing.new_id(), wanted).is_done
                self.clock.pass_by(minutes=2)
        elif act is Act.START:
            case.draft = Draft(self.clock(), description=f"run {self.number}")
        elif act is Act.STOP:
            case.before = Draft(self.clock(), description=f"run {self.number}")
            case.entry_id = writing.start_timer(self.visits[0], writing.new_id(), case.before).entry_id
        else:
            case.before = wanted
            case.entry_id = writing.log_time(self.visits[0], writing.new_id(), wanted).entry_id
            longer = wanted.end and wanted.end + timedelta(hours=1)
            case.draft = Draft(start, longer, description=f"changed {self.number}") if act is Act.UPDATE else None
        self.clock.pass_by(seconds=61)
        self.front.exchanges.clear()
        return case

    def _break(self, case: Case) -> None:
        endpoint = ENDPOINT[case.act]
        if case.fault:
            self.front.fail(endpoint, case.fault)
        if case.lookup_fault:
            was_sent = lambda _: self.front.count(endpoint) > 0  # noqa: E731
            for one in ("time-entries", "entry"):
                self.front.fail(one, case.lookup_fault, was_sent, beside=True)
        if case.meddles:
            self.front.hooks.append(lambda exchange: self._meddle(case, exchange))
        if case.death:
            self._journal(0)._writes = Dying(self._journal(0)._writes, case.death)  # type: ignore[assignment]

    def _meddle(self, case: Case, exchange: Exchange) -> None:
        """Change the entry in Clockify after the write was stored and before anybody looks."""
        if exchange.endpoint == "update":
            self.world.edit_entry(case.entry_id, description=f"meddled {self.number}")

    def _press(self, case: Case) -> None:
        one, other = writing.new_id(), writing.new_id()
        pressed = {
            "once": [(0, one)],
            "the same button twice": [(0, one), (0, one)],
            "two buttons at once": [(0, one), (0, other)],
        }.get(case.press, [(0, one), (1, other)])
        case.ids = list(dict.fromkeys(id for _, id in pressed))
        barrier = threading.Barrier(len(pressed))

        def press(which: tuple[int, str]) -> None:
            barrier.wait(20)
            with suppress(WrittenAlready, Killed, ClockifyError):
                case.told.append(self._write(case, self.visits[which[0]], which[1]))

        with ThreadPoolExecutor(len(pressed)) as pool:
            list(pool.map(press, pressed))
        self.front.hooks.clear()
        if case.death:
            self.desks[0].close()
            self.desks[0] = Desk(settings_for(self.front, self.place), self.place.folder, self.clock)
            self.visits[0] = visit_of(self.desks[0], reads=False)

    def _write(self, case: Case, visit: Visit, id: str) -> Written:
        again = self._are_two_meant(case)
        if case.act is Act.CREATE and case.draft:
            return writing.log_time(visit, id, case.draft, again=again)
        if case.act is Act.START and case.draft:
            return writing.start_timer(visit, id, case.draft, again=again)
        if case.act is Act.UPDATE and case.draft and case.before:
            return writing.change_entry(visit, id, case.entry_id, case.draft, case.before)
        if case.act is Act.STOP and case.before:
            return writing.stop_timer(visit, id, case.entry_id, case.before)
        assert case.before
        return writing.delete_entry(visit, id, case.entry_id, case.before)

    def _look_again(self, case: Case) -> None:
        """Open the page at once, and again some minutes later."""
        for minutes in (self.dice.choice((0, 1)), 3):
            self.clock.pass_by(minutes=minutes)
            for written in writing.unsettled(self.visits[0]):
                if written.state in (State.SENT, State.UNKNOWN):
                    writing.look_up(self.visits[0], written)

    def _try_again(self, case: Case, made_before: set[str]) -> None:
        """Let a person send anew what was not done: then it is there, once."""
        tried = [one for one in self._known(case) if one.state in NEVER_SENT]
        if len(case.ids) == 1 and tried and not self._is_done_by_another(case):
            again = writing.send_again(self.visits[1], writing.new_id(), tried[0])
            assert again.is_done, (case, again)
            assert self._effects(case, made_before) == 1, case
        for written in writing.unsettled(self.visits[0]):
            writing.dismiss(self.visits[0], written)
        if case.act is Act.START:
            for timer in list(self.world.running):
                self.clock.pass_by(minutes=1)
                writing.delete_entry(self.visits[0], writing.new_id(), timer.id, _seen(timer, runs=True))

    # What must hold

    def _check_told(self, case: Case, made_before: set[str]) -> None:
        """What is said at once is true at once."""
        effects = self._effects(case, made_before)
        for written in case.told:
            assert written.state is State.DONE or written.reason or written.state is State.SENT, (case, written)
            if written.state in (State.REFUSED, State.TO_SEND, State.NOT_DONE) and len(case.ids) == 1:
                assert effects == 0, (case, written)
            if written.is_done:
                assert effects >= 1, (case, written)
        if not self._are_two_meant(case):
            assert effects <= 1, case

    def _check_settled(self, case: Case, made_before: set[str]) -> None:
        """Each is named rightly, none twice, none lost."""
        effects, known = self._effects(case, made_before), self._known(case)
        done = [one for one in known if one.is_done]
        if case.meddles and any(one.state is State.UNKNOWN for one in known):
            assert "somebody changed it" in "".join(one.reason for one in known)
            return
        assert all(one.state.is_settled or one.state is State.TO_SEND for one in known), (case, known)
        if case.act in (Act.CREATE, Act.START):
            assert len(done) == effects <= (2 if self._are_two_meant(case) else 1), (case, known, effects)
            assert len({one.entry_id for one in done}) == len(done)
            assert all(self._is_there(one.entry_id) for one in done)
        else:
            assert bool(done) == bool(effects), (case, known, effects)

    def check_copies(self) -> None:
        """Compare the copy row by row with a fresh read, and the timers."""
        for visit in self.visits:
            mirror = mirror_of(visit)
            state = mirror.states([NOVEMBER])[NOVEMBER]
            fresh = raw_rows(self.front.behind, "2026-11-01", "2026-11-30", mirror.zone)
            assert stored_rows([mirror.entries(NOVEMBER, state.version)]) == fresh
            mirror._lists.look()
            timers = {one.id for one in self.world.running}
            assert set(mirror.running(self.clock() + timedelta(minutes=1))["id"]) == timers

    # What the world says

    def _effects(self, case: Case, made_before: set[str]) -> int:
        """Count what was meant and is so in the world."""
        if case.act in (Act.CREATE, Act.START):
            return sum(one.id not in made_before for one in self._all())
        if case.act is Act.DELETE:
            return int(not self._is_there(case.entry_id))
        if case.act is Act.STOP:
            return int(self.world.timer(case.entry_id) is None)
        # What was meddled with was changed before.
        return int(self.world.entry(case.entry_id).description in (f"changed {self.number}", f"meddled {self.number}"))

    def _known(self, case: Case) -> list[Written]:
        latest = writing._journal(self.visits[1]).latest(self.world.id, case.user_id, 20)
        return [one for one in latest if one.write.id in case.ids]

    def _is_done_by_another(self, case: Case) -> bool:
        return case.meddles and self.world.entry(case.entry_id).description.startswith("meddled")

    def _is_there(self, entry_id: str) -> bool:
        return any(one.id == entry_id for one in self._all())

    def _all(self) -> list[Entry]:
        return [*self.world.entries, *self.world.running]

    def _are_two_meant(self, case: Case) -> bool:
        return case.press == "two at once, both meant" and case.act is Act.CREATE

    def _user_id(self) -> str:
        return self.visits[0].access.profile.user_id

    def _journal(self, place: int) -> Journal:
        return writing._journal(self.visits[place])


def _seen(timer: Entry, *, runs: bool) -> Draft:
    start = datetime.fromtimestamp(timer.start, UTC)
    end = None if runs else start + timedelta(seconds=timer.seconds)
    return Draft(start, end, timer.project_id or "", description=timer.description, billable=timer.billable)
