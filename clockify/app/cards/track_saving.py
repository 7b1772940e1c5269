"""What the buttons of the form do: send what it says, once; take a repair; answer a question; leave it."""

from __future__ import annotations

from functools import partial

from clockify.app.cards.track import Track, caught_up, tracking
from clockify.app.cards.track_filling import begin_anew, clock, keep, put
from clockify.app.cards.track_reading import Reading, read
from clockify.app.cards.track_writing import carry_out, let_go
from clockify.app.shell.door import if_admitted
from clockify.app.shell.tracking import Said, Tone
from clockify.desk.visit import Visit
from clockify.desk.writing import change_entry, log_time, send_again
from clockify.errors import WrittenAlready
from clockify.timing import Span
from clockify.writes import Draft, State, Written

CHANGED = "What is logged there has changed meanwhile. Look at the time once more, then press the button again."


@if_admitted
def save(track: Track, one: str) -> None:
    """Log the entry or save its changes, if nothing is wrong with it, and nothing is asked that hadn't been read."""
    mine = tracking()
    seen, reading, mine.is_tried, mine.said = _reading(track), _reading(caught_up(track)), True, None
    if seen != reading:
        # What another tab, or somebody else, has written meanwhile moves a length alone, or lies beneath it.
        mine.said, mine.redraw = Said("form", Tone.ASK, CHANGED), True
    asked = {warning.sentence for warning in reading.warnings}
    if reading.draft is None or reading.faults or reading.question or reading.draft != seen.draft or not asked <= set(mine.shown):
        return
    written = carry_out(track, "form", one, partial(_send, track, reading.draft, again=bool(mine.twice)))
    if written and written.is_done:
        let_go(track)
        begin_anew(track, mine.fields["day"])
    elif written:
        # The form holds one thing: what was refused before would else stand above, with a button that logs it a second time.
        let_go(track)
        mine.pending = written


@if_admitted
def take_repair(track: Track, number: int) -> None:
    """Cut the entry so that it overlaps with nothing."""
    repairs = _reading(track).repairs
    if number < len(repairs):
        put(_cut_to(track, repairs[number].span))


@if_admitted
def answer(key: str) -> None:
    """Say which of two times is meant."""
    tracking().choice = key


@if_admitted
def cancel(track: Track) -> None:
    """Leave the entry as it is, and put back what stood in the form before."""
    tracking().said, tracking().redraw = None, True
    let_go(track)
    begin_anew(track)


def _reading(track: Track) -> Reading:
    mine = tracking()
    return read(track, keep(), mine.editing, mine.choice)


def _send(track: Track, draft: Draft, visit: Visit, one: str, *, again: bool) -> Written:
    mine = tracking()
    person = str(mine.fields["person"] or track.me)
    try:
        if mine.editing:
            return change_entry(visit, one, mine.editing.entry_id, draft, mine.editing.before)
        return log_time(visit, one, draft, user_id=None if person == track.me else person, again=again)
    except WrittenAlready as known:
        if known.written.state is not State.TO_SEND:
            raise
        # It could not leave before, and this is the button that sends it: as it stands here by now, tags and all.
        return send_again(visit, one, known.written, draft)


def _cut_to(track: Track, span: Span) -> dict[str, object]:
    start, end = track.local(span.start), track.local(span.end)
    return {"day": start.date(), "when": f"{clock(start)}-{clock(end)}", "start": "", "end": ""}
