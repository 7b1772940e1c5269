"""Logging time without a screen, over real HTTP: what is written, what the copies show at once, and what is said of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from clockify.demo import create_app, serve
from clockify.desk import writing
from clockify.desk.visit import Visit
from clockify.errors import EntryChanged, NotAccepted, WrittenAlready
from clockify.periods import Month
from clockify.writes import Act, Draft, State, Written
from tests.support import studio
from tests.support.databases import Place
from tests.support.edits import raw_rows, stored_rows
from tests.support.faults import Front
from tests.support.pens import NOVEMBER, at_a_desk, entry, lead_through, mirror_of, visit_of
from tests.support.studio import Clock

START = datetime(2026, 11, 17, 8, tzinfo=UTC)
LATER = timedelta(minutes=1)
HOUR = Draft(START, START + timedelta(hours=1), description="a talk")


@pytest.fixture
def place(tmp_path: Path) -> Place:
    return Place(None, tmp_path)


@pytest.fixture
def visit(front: Front, place: Place, clock: Clock) -> Iterator[Visit]:
    with at_a_desk(front, place, clock) as found:
        front.exchanges.clear()
        yield found


def new() -> str:
    return writing.new_id()


def asked(front: Front) -> list[str]:
    """Return which endpoints were asked since this was last called."""
    names = [one.endpoint for one in front.exchanges]
    front.exchanges.clear()
    return names


def is_as_clockify_has_it(visit: Visit, front: Front) -> bool:
    """Compare November row by row with a fresh read, and the running timers."""
    mirror = mirror_of(visit)
    state = mirror.states([NOVEMBER])[NOVEMBER]
    kept = stored_rows([mirror.entries(NOVEMBER, state.version)])
    timers = {one.id for one in front.behind.world.running}
    return (
        kept == raw_rows(front.behind, "2026-11-01", "2026-11-30", mirror.zone)
        and set(mirror.running(visit.desk.now() + LATER)["id"]) == timers
    )


def test_what_is_logged_is_there_at_once_and_costs_one_request(visit: Visit, front: Front) -> None:
    written = writing.log_time(visit, new(), HOUR)
    assert written.is_done and entry(front, written.entry_id).description == "a talk"
    assert asked(front) == ["create"]
    assert is_as_clockify_has_it(visit, front)
    assert mirror_of(visit).states([NOVEMBER])[NOVEMBER].verdict.is_pending, "its sums were not compared yet"


def test_every_field_arrives_and_comes_back(visit: Visit, front: Front) -> None:
    world = front.behind.world
    atlas = next(one for one in world.projects.values() if one.name == "Atlas")
    task, tags = world.add_task(atlas, "Draw"), (world.add_tag("red").id, world.add_tag("blue").id)
    draft = Draft(START, START + timedelta(minutes=90), atlas.id, task.id, tags, "  ❄ 'x'\n", True, "BREAK")
    written = writing.log_time(visit, new(), draft)
    made = entry(front, written.entry_id)
    assert (made.project_id, made.task_id, set(made.tag_ids), made.description, made.billable, made.type) == (
        *(atlas.id, task.id, set(tags), draft.description, True, "BREAK"),
    )
    rows = mirror_of(visit).entries(NOVEMBER, mirror_of(visit).states([NOVEMBER])[NOVEMBER].version)
    assert rows is not None
    (row,) = rows[rows["id"] == written.entry_id].to_dict("records")
    assert writing.draft_of(row) == Draft(draft.start, draft.end, atlas.id, task.id, made.tag_ids, draft.description, True, "BREAK")


def test_a_change_and_a_deletion_look_first_and_are_there_at_once(visit: Visit, front: Front) -> None:
    made = writing.log_time(visit, new(), HOUR)
    asked(front)
    longer = Draft(START, START + timedelta(hours=2), description="two")
    changed = writing.change_entry(visit, new(), made.entry_id, longer, HOUR)
    assert changed.is_done and asked(front) == ["entry", "update"]
    assert is_as_clockify_has_it(visit, front)
    gone = writing.delete_entry(visit, new(), made.entry_id, longer)
    assert gone.is_done and asked(front) == ["entry", "delete"]
    assert is_as_clockify_has_it(visit, front)


def test_an_entry_that_moves_to_another_month_is_in_that_one(visit: Visit, front: Front) -> None:
    mirror, october = mirror_of(visit), Month(2026, 10)
    assert mirror.wait(mirror.open_months([NOVEMBER, october]), 60)
    made = writing.log_time(visit, new(), HOUR)
    start = datetime(2026, 10, 31, 21, tzinfo=UTC)
    writing.change_entry(visit, new(), made.entry_id, Draft(start, start + timedelta(hours=1)), HOUR)
    states = mirror.states([NOVEMBER, october])
    kept = stored_rows([mirror.entries(month, state.version) for month, state in states.items()])
    assert kept == raw_rows(front.behind, "2026-10-01", "2026-11-30", mirror.zone)


def test_a_timer_starts_stops_and_ends_the_one_before_it(visit: Visit, front: Front, clock: Clock) -> None:
    first = writing.start_timer(visit, new(), Draft(clock(), description="one"))
    key = visit.access.running_read_at
    assert first.is_done and asked(front) == ["create"]
    assert list(visit.access.running(clock() + timedelta(minutes=1))["description"]) == ["one"]
    clock.pass_by(minutes=20)
    second = writing.start_timer(visit, new(), Draft(clock(), description="two"))
    assert second.is_done and asked(front) == ["create"]
    assert visit.access.running_read_at != key
    assert list(visit.access.running(clock() + timedelta(minutes=1))["description"]) == ["two"]
    assert is_as_clockify_has_it(visit, front), "the first one has ended at the second one's start, with nobody asked"
    clock.pass_by(minutes=5)
    running = visit.access.running(clock()).to_dict("records")[0]
    stopped = writing.stop_timer(visit, new(), second.entry_id, writing.draft_of(running, runs=True))
    assert stopped.is_done and asked(front) == ["entry", "stop"]
    assert entry(front, second.entry_id).seconds == 300
    assert is_as_clockify_has_it(visit, front)
    assert visit.access.running(clock()).empty


def test_a_running_timer_is_changed_and_discarded(visit: Visit, front: Front, clock: Clock) -> None:
    timer = writing.start_timer(visit, new(), Draft(clock()))
    renamed = Draft(clock() - timedelta(minutes=3), description="named")
    assert writing.change_entry(visit, new(), timer.entry_id, renamed, Draft(clock())).is_done
    assert entry(front, timer.entry_id) == Draft(renamed.start, description="named", type="REGULAR")
    assert is_as_clockify_has_it(visit, front)
    assert writing.delete_entry(visit, new(), timer.entry_id, renamed).is_done
    assert front.behind.world.running == [] and is_as_clockify_has_it(visit, front)


def test_a_read_of_the_timers_that_was_under_way_loses_none(visit: Visit, front: Front, clock: Clock) -> None:
    """The list is answered, then a timer is started, and only then does the answer arrive."""
    mirror, started = mirror_of(visit), list[Written]()

    def start(exchange: object) -> None:
        if getattr(exchange, "endpoint", "") == "in-progress":
            front.hooks.clear()
            started.append(writing.start_timer(visit, new(), Draft(clock())))

    front.hooks.append(start)
    job = mirror.ensure_lists(person=True)
    assert job and mirror.wait_for(job, 60) and not job.fault
    assert started[0].is_done
    assert is_as_clockify_has_it(visit, front)


UNDONE = ("create", "start", "change", "stop", "delete")


@pytest.mark.parametrize("what", UNDONE)
def test_what_was_done_can_be_taken_back(visit: Visit, front: Front, clock: Clock, what: str) -> None:
    made = writing.log_time(visit, new(), HOUR)
    timer = writing.start_timer(visit, new(), Draft(clock(), description="runs"))
    clock.pass_by(minutes=30)
    if what == "create":
        done = made
    elif what == "start":
        done = timer
    elif what == "change":
        done = writing.change_entry(visit, new(), made.entry_id, Draft(START, START + timedelta(hours=3)), HOUR)
    elif what == "stop":
        done = writing.stop_timer(visit, new(), timer.entry_id, Draft(clock(), description="runs"))
    else:
        done = writing.delete_entry(visit, new(), made.entry_id, HOUR)
    back = writing.undo(visit, new(), done)
    assert done.is_done and back.is_done
    entries = [entry(front, one.id) for one in front.behind.world.entries if one.start == START.timestamp()]
    hour = [Draft(HOUR.start, HOUR.end, description="a talk", type="REGULAR")]
    assert entries == ([] if what == "create" else hour)
    assert len(front.behind.world.running) == (0 if what == "start" else 1)
    assert is_as_clockify_has_it(visit, front)


def test_what_was_not_done_can_t_be_taken_back(visit: Visit, front: Front) -> None:
    front.fail("create", "400")
    with pytest.raises(ValueError, match="can't be taken back"):
        writing.undo(visit, new(), writing.log_time(visit, new(), HOUR))


def test_after_it_was_taken_back_the_same_may_be_done_again_at_once(visit: Visit) -> None:
    made = writing.log_time(visit, new(), HOUR)
    with pytest.raises(WrittenAlready):
        writing.log_time(visit, new(), HOUR)
    assert writing.undo(visit, new(), made).is_done
    assert writing.log_time(visit, new(), HOUR).is_done


def test_what_somebody_changed_meanwhile_is_not_overwritten_and_shows(visit: Visit, front: Front) -> None:
    made = writing.log_time(visit, new(), HOUR)
    asked(front)
    front.behind.world.edit_entry(made.entry_id, description="changed in Clockify", billable=True)
    for act in (
        lambda: writing.change_entry(visit, new(), made.entry_id, Draft(START, START + timedelta(hours=2)), HOUR),
        lambda: writing.delete_entry(visit, new(), made.entry_id, HOUR),
        lambda: writing.undo(visit, new(), made),
    ):
        with pytest.raises(
            EntryChanged, match=r"^Somebody changed this entry's description and billable meanwhile, so nothing was sent\.$"
        ):
            act()
        assert asked(front) == ["entry"]
    assert is_as_clockify_has_it(visit, front), "what is there now is shown"
    assert [one.state for one in writing.unsettled(visit)] == [State.REFUSED] * 3


def test_what_is_gone_is_said_to_be_gone_and_leaves_the_copy(visit: Visit, front: Front) -> None:
    made = writing.log_time(visit, new(), HOUR)
    front.behind.world.delete_entry(made.entry_id)
    with pytest.raises(EntryChanged, match="no longer in Clockify"):
        writing.delete_entry(visit, new(), made.entry_id, HOUR)
    assert is_as_clockify_has_it(visit, front)


def test_a_timer_that_was_stopped_elsewhere_is_said_to_be_stopped(visit: Visit, front: Front, clock: Clock) -> None:
    timer = writing.start_timer(visit, new(), Draft(clock()))
    clock.pass_by(minutes=5)
    seen = Draft(clock() - timedelta(minutes=5))
    writing.stop_timer(visit, new(), timer.entry_id, seen, clock() - timedelta(minutes=1))
    for act in (
        lambda: writing.stop_timer(visit, new(), timer.entry_id, Draft(seen.start, description="x"), clock()),
        lambda: writing.delete_entry(visit, new(), timer.entry_id, seen),
    ):
        with pytest.raises(EntryChanged, match="The timer was stopped meanwhile, so nothing was sent"):
            act()


def test_what_is_so_already_is_not_sent_once_more(visit: Visit, front: Front) -> None:
    made = writing.log_time(visit, new(), HOUR)
    front.behind.world.edit_entry(made.entry_id, description="better")
    asked(front)
    better = Draft(HOUR.start, HOUR.end, description="better")
    written = writing.change_entry(visit, new(), made.entry_id, better, HOUR)
    assert (written.state, written.reason, asked(front)) == (State.DONE, "It was so already, so nothing was sent.", ["entry"])
    assert is_as_clockify_has_it(visit, front)


def test_a_second_press_of_the_same_button_writes_nothing(visit: Visit, front: Front) -> None:
    id = new()
    first, second = (writing.log_time(visit, id, HOUR) for _ in range(2))
    assert first == second and first.is_done
    assert front.count("create") == 1


def test_on_free_what_finds_no_request_waits_and_is_sent_when_somebody_asks(
    front: Front, place: Place, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    with serve(create_app(front.behind.world, plan="FREE", clock=clock)) as server, Front(server) as free:
        lead_through(free, monkeypatch)
        with at_a_desk(free, place, clock) as visit:
            used = mirror_of(visit).requests_used()
            for number in range(30 - used):
                start = START + timedelta(minutes=number)
                assert writing.log_time(visit, new(), Draft(start, start + timedelta(minutes=1))).is_done
            at = writing.next_write_at(visit)
            assert at is not None and at > clock()
            free.exchanges.clear()
            waits = writing.log_time(visit, new(), HOUR)
            assert (waits.state, waits.retry_at, waits.reason) == (State.TO_SEND, at, "No request is free now, so nothing was sent.")
            assert [one.state for one in writing.unsettled(visit)] == [State.TO_SEND] and free.exchanges == []
            with pytest.raises(WrittenAlready):
                writing.log_time(visit, new(), HOUR)
            again = writing.send_again(visit, new(), waits)
            assert (again.state, again.retry_at) == (State.TO_SEND, at), "still none"
            clock.pass_by(minutes=61)
            assert writing.next_write_at(visit) is None
            assert [one.state for one in writing.unsettled(visit)] == [State.TO_SEND], "nothing is sent by itself"
            assert writing.send_again(visit, new(), again).is_done
            assert writing.unsettled(visit) == []
            with pytest.raises(WrittenAlready):
                writing.send_again(visit, new(), waits)
            assert free.count("create") == 1


def test_what_was_refused_is_sent_anew_or_set_aside(visit: Visit, front: Front) -> None:
    front.fail("create", "403")
    refused = writing.log_time(visit, new(), HOUR)
    assert refused.state is State.REFUSED and "Nothing was changed." in refused.reason
    assert writing.unsettled(visit) == [refused]
    front.heal()
    assert writing.send_again(visit, new(), refused).is_done
    assert writing.unsettled(visit) == []
    front.fail("create", "429 with Retry-After")
    later = Draft(START + timedelta(hours=2), START + timedelta(hours=3))
    limited = writing.log_time(visit, new(), later)
    assert limited.state is State.REFUSED and limited.retry_at == visit.desk.now() + timedelta(seconds=600)
    writing.dismiss(visit, limited)
    assert writing.unsettled(visit) == []


def test_custom_fields_and_type_survive_a_change_and_a_deletion_taken_back(visit: Visit, front: Front) -> None:
    """The demo has no custom fields: the reply is given some, and what is sent back is looked at."""
    made = writing.log_time(visit, new(), Draft(HOUR.start, HOUR.end, type="BREAK"))
    seen = Draft(HOUR.start, HOUR.end)
    field = {"customFieldId": "f1", "timeEntryId": made.entry_id, "value": "PO 7", "name": "PO", "type": "TXT"}
    front.rewrites["entry"] = lambda row: row | {"customFieldValues": [field]}
    asked_before = len(front.exchanges)
    changed = writing.change_entry(visit, new(), made.entry_id, Draft(HOUR.start, HOUR.end, description="x"), seen)
    put = next(one.body for one in front.exchanges[asked_before:] if one.endpoint == "update")
    assert changed.is_done and (put["customFields"], put["type"]) == ([{"customFieldId": "f1", "value": "PO 7"}], "BREAK")
    gone = writing.delete_entry(visit, new(), made.entry_id, Draft(HOUR.start, HOUR.end, description="x"))
    back = writing.undo(visit, new(), gone)
    post = front.exchanges[-1].body
    assert back.is_done and (post["customFields"], post["type"]) == ([{"customFieldId": "f1", "value": "PO 7"}], "BREAK")


def test_every_copy_of_the_process_shows_it_and_no_copy_more_than_its_key_sees(visit: Visit, front: Front) -> None:
    abroad, ben = visit_of(visit.desk, chosen="Asia/Tokyo"), visit_of(visit.desk, key=studio.MEMBER)
    front.exchanges.clear()
    mine = writing.log_time(visit, new(), HOUR)
    his = writing.log_time(ben, new(), Draft(HOUR.start, HOUR.end, description="Ben's"))
    assert asked(front) == ["create", "create"]
    assert len(visit.desk.mirrors_beside(mirror_of(abroad))) == 2
    for looks, known in ((visit, {mine.entry_id, his.entry_id}), (abroad, {mine.entry_id, his.entry_id}), (ben, {his.entry_id})):
        mirror = mirror_of(looks)
        rows = mirror.entries(NOVEMBER, mirror.states([NOVEMBER])[NOVEMBER].version, ["id"])
        assert rows is not None and set(rows["id"]) & {mine.entry_id, his.entry_id} == known


def test_time_may_be_logged_for_others_only_where_the_key_allows_it(visit: Visit, front: Front) -> None:
    own = writing.pen(visit)
    assert own is not None and len(own.others) == 2
    ben = next(one for one in front.behind.world.users.values() if one.name.startswith("Ben"))
    written = writing.log_time(visit, new(), HOUR, user_id=ben.id)
    assert written.is_done and front.behind.world.entry(written.entry_id).user_id == ben.id
    assert (written.write.user_id, written.write.by) == (ben.id, own.user_id)
    assert is_as_clockify_has_it(visit, front)
    with pytest.raises(NotAccepted, match="nobody logs time for that person"):
        writing.log_time(visit, new(), HOUR, user_id="somebody")
    with pytest.raises(NotAccepted):
        writing.delete_entry(visit, new(), written.entry_id, HOUR, user_id="somebody")
    # Without saying whose it is, an entry of another person's is left alone.
    refused = writing.delete_entry(visit, new(), written.entry_id, HOUR)
    assert (refused.state, refused.reason) == (State.REFUSED, "This entry is another person's, so nothing was sent.")


def test_the_start_of_a_draft_says_which_act_it_is(visit: Visit, clock: Clock) -> None:
    assert writing.log_time(visit, new(), Draft(clock())).write.act is Act.START
    assert writing.log_time(visit, new(), HOUR).write.act is Act.CREATE
