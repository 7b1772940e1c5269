"""What the buttons of Track do: each write under an id that its button has borne since it was drawn, and what became of it in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import datetime
from typing import Any

from clockify.app.cards.track import Track, described, length, span_words, tracking
from clockify.app.cards.track_filling import begin_anew
from clockify.app.cards.track_reading import faults_of
from clockify.app.shell.door import if_admitted
from clockify.app.shell.header import moment_words
from clockify.app.shell.tracking import Said, Tone
from clockify.app.shell.visit import told_later
from clockify.desk.visit import Visit
from clockify.desk.writing import delete_entry, draft_of, log_time, look_up, new_id, send_again, start_timer, stop_timer, undo, unsettled
from clockify.desk.writing import dismiss as dismiss_write
from clockify.errors import ClockifyError, EntryChanged, RateLimited, WrittenAlready
from clockify.render.formats import format_day
from clockify.render.markdown import escape_markdown
from clockify.writes import Act, Draft, State, Write, Written

Send = Callable[[Visit, str], Written]
DONE_WORDS = {Act.CREATE: "Logged", Act.START: "Started", Act.UPDATE: "Changed", Act.STOP: "Stopped", Act.DELETE: "Deleted"}
SAME_CLICK_SECONDS = 5.0
# What a workspace can force, and a timer is stopped without.
FORCED = ("project", "task", "description", "tags")


def id_of(what: str) -> str:
    """Return the id of a write that a button is drawn for: the same one until it has been sent."""
    ids = tracking().ids
    if what not in ids:
        ids[what] = new_id()
    return ids[what]


def carry_out(track: Track, place: str, one: str, send: Send) -> Written | None:
    """Send a write under its button's id, keep what became of it for `place`, and return it; None if nothing was sent.

    The same again within a moment is the second half of a double click, and means what the first one did.
    """
    mine = tracking()
    mine.redraw = True
    # Whatever becomes of it, the next press means another write.
    mine.ids = {what: known for what, known in mine.ids.items() if known != one}
    try:
        written = send(track.visit, one)
    except WrittenAlready as known:
        if _is_same_click(track, known.written):
            return known.written
        mine.said = Said(place, Tone.ASK, _twice_words(track, known.written))
        # Of what may be under way no press, however often, makes a second one: it is looked up, or dismissed, above.
        mine.twice = known.written.write.id if known.written.is_done else ""
        return None
    except EntryChanged as change:
        mine.is_outdated = place == "form"
        again = " Press the button once more to put yours in its place." if mine.is_outdated else ""
        mine.said, mine.asks = Said(place, Tone.FAULT, f"**Not done.** {escape_markdown(str(change))}{again}"), ("", "")
        _set_aside(track, [written for written in unsettled(track.visit) if written.write.id == one])
        return None
    except ClockifyError as fault:
        mine.said = Said(place, Tone.FAULT, fault_words(track, fault))
        return None
    mine.twice, mine.asks = "", ("", "")
    mine.said = Said(place, *result_words(track, written, place))
    if written.is_done:
        mine.last = written
    elif written.state is State.REFUSED and place != "form":
        # It is said where it was asked for, and nothing was changed: that is all there is to say.
        _set_aside(track, [written])
    return written


def _set_aside(track: Track, refused: Sequence[Written]) -> None:
    with told_later():
        for written in refused:
            dismiss_write(track.visit, written)


def result_words(track: Track, written: Written, place: str = "") -> tuple[Tone, str]:
    """Say what became of a write that was sent from a place of the page."""
    if written.is_done:
        return Tone.DONE, f"{DONE_WORDS[written.write.act]} {short_words(written.write)}"
    why = f"{escape_markdown(written.reason)}{_free_words(track, written.retry_at)}"
    if written.state is State.TO_SEND:
        where = (
            "What you typed stays here: press the button again then." if place == "form" else "It stands above, with a button to send it."
        )
        return Tone.ASK, f"**Not sent yet.** {why} {where}"
    if written.state in (State.REFUSED, State.NOT_DONE):
        return Tone.FAULT, f"**Not done.** {why}"
    return Tone.ASK, "**It isn't known whether Clockify has it.** It stands above: look it up before you send it again."


def _free_words(track: Track, moment: datetime | None) -> str:
    return f" The next request is free at {moment_words(moment, track.zone.key)}." if moment else ""


def write_words(track: Track, write: Write) -> str:
    """Name what a write is about: "**Design review** 1:00 · Thu 26 Nov, 11:00–12:00"."""
    draft = write.draft or write.before
    if draft is None:
        return "an entry"
    return f"{short_words(write)} :gray[· {format_day(track.local(draft.start).date())}, {span_words(track, draft.start, draft.end)}]"


def short_words(write: Write) -> str:
    """Name what a write is about by its words and its length: "**Design review** 1:00"."""
    draft = write.draft or write.before
    seconds = draft.seconds if draft else None
    size = "" if seconds is None else f" {length(seconds)}"
    return f"**{described(draft.description if draft else '')}**{size}"


def fault_words(track: Track, fault: ClockifyError) -> str:
    """Say why nothing was sent, and what to do."""
    when = _free_words(track, fault.retry_at) if isinstance(fault, RateLimited) else ""
    return f"**Not done.** {escape_markdown(str(fault))}{when} {escape_markdown(fault.advice)}"


def _is_same_click(track: Track, written: Written) -> bool:
    last = tracking().last
    known = written.settled_at or written.sent_at
    if last is None or known is None or last.write.id != written.write.id:
        return False
    return (track.visit.desk.now() - known).total_seconds() < SAME_CLICK_SECONDS


def _twice_words(track: Track, written: Written) -> str:
    what = write_words(track, written.write)
    if written.is_done:
        return f"You logged {what} a moment ago. Press once more if you mean it twice."
    if written.state is State.TO_SEND:
        return f"{what} waits already and was not sent yet. It stands above, with a button to send it."
    lost = f"{what} is on its way already, and it isn't known yet whether Clockify has it."
    return f"{lost} Look it up above, or dismiss it there, before you send it again."


# What buttons do; all of them are callbacks, and `one` is the id that the button was drawn with


@if_admitted
def start(track: Track, place: str, one: str, draft: Draft) -> None:
    """Start a timer like a draft, now; Clockify ends the one that runs."""
    now = whole(track.visit.desk.now())
    begun = Draft(now, None, draft.project_id, draft.task_id, draft.tag_ids, draft.description, draft.billable)
    again = bool(tracking().twice)
    if not _is_faulty(track, place, begun, None):
        carry_out(track, place, one, lambda visit, identifier: start_timer(visit, identifier, begun, again=again))


@if_admitted
def stop(track: Track, place: str, one: str) -> None:
    """Stop one's own timer now."""
    row, now = dict(track.running.iloc[0]), whole(track.visit.desk.now())
    before = draft_of(row, runs=True)
    if _is_faulty(track, place, replace(before, end=max(now, before.start)), FORCED):
        return
    carry_out(track, place, one, lambda visit, identifier: stop_timer(visit, identifier, str(row["id"]), before, now))


@if_admitted
def delete(track: Track, place: str, one: str, row: dict[str, Any], before: Draft) -> None:
    """Delete an entry, or discard the timer."""
    carry_out(track, place, one, lambda visit, identifier: delete_entry(visit, identifier, str(row["id"]), before))


@if_admitted
def copy(track: Track, one: str, draft: Draft) -> None:
    """Log an entry like another."""
    again = bool(tracking().twice)
    carry_out(track, "week", one, lambda visit, identifier: log_time(visit, identifier, draft, again=again))


@if_admitted
def take_back(track: Track, one: str) -> None:
    """Undo what was done last."""
    last = tracking().last
    if last:
        carry_out(track, "week", one, lambda visit, identifier: undo(visit, identifier, last))


@if_admitted
def ask_clockify(track: Track, written: Written) -> None:
    """Look up what became of a write."""
    found = carry_out(track, "unsettled", "", lambda visit, _: look_up(visit, written))
    _settle_form(track, written, found)


@if_admitted
def send_anew(track: Track, one: str, written: Written) -> None:
    """Send once more what was not done."""
    found = carry_out(track, "unsettled", one, lambda visit, identifier: send_again(visit, identifier, written))
    _settle_form(track, written, found)


@if_admitted
def dismiss(track: Track, written: Written) -> None:
    """Speak of a write no more."""
    _set_aside(track, [written])


@if_admitted
def ask(entry_id: str, what: str) -> None:
    """Have an entry's line ask about what is about to be done; "" to ask nothing."""
    tracking().asks = (entry_id, what)


def _is_faulty(track: Track, place: str, draft: Draft, names: tuple[str, ...] | None) -> bool:
    """Say what Clockify would refuse of the fields named, or of any; where nothing is wrong, nothing is said."""
    wrong = [fault.sentence for fault in faults_of(track, draft) if names is None or fault.field in names]
    if wrong:
        how = " Use Change, then stop it." if draft.end else ""
        tracking().said = Said(place, Tone.FAULT, f"**Not done.** {escape_markdown(' '.join(wrong))}{how}")
    return bool(wrong)


def let_go(track: Track) -> None:
    """Speak no more of the form's last sending, if nothing came of it."""
    pending, tracking().pending = tracking().pending, None
    if pending and pending.state in (State.REFUSED, State.NOT_DONE):
        _set_aside(track, [pending])


def _settle_form(track: Track, before: Written, found: Written | None) -> None:
    """Empty the form, if what it sent is in Clockify after all."""
    pending = tracking().pending
    if found and found.is_done and pending and pending.write.id == before.write.id:
        tracking().pending = None
        begin_anew(track)


def whole(moment: datetime) -> datetime:
    """Return a moment in whole seconds."""
    return moment.replace(microsecond=0)
