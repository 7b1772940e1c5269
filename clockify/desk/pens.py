"""With whose key somebody may write to Clockify: his own, in one way or another, and nobody else's unawares."""

from __future__ import annotations

from dataclasses import dataclass, replace

from clockify.api.client import Clockify
from clockify.desk.desk import Desk
from clockify.desk.visit import Visit
from clockify.errors import ClockifyError, ConfigurationError, NotesDamaged, NotesTooNew, NotFound
from clockify.mirror.account import Account, Profile
from clockify.settings import ApiKey

_NO_DATA = "Nothing is read from Clockify yet, so nothing can be logged."
_GUEST = "The demo is shared by everybody who looks at it, so only people at the machine it runs on log time in it."
_NEEDS_OWN = "To log time, put your own Clockify key into this session: in Settings, under “Your own key, to log time”."
_LOOKING = "You look as somebody else, so nothing is written meanwhile."
_ELSEWHERE = "The key that you put in to log time doesn't open this workspace."


@dataclass(frozen=True)
class Pen:
    """Whose key writes. `others`: for whom else it may; `is_own_key`: it was put into this session, and isn't the installation's."""

    user_id: str
    name: str
    others: tuple[str, ...] = ()
    is_own_key: bool = False


def pen(visit: Visit) -> Pen | None:
    """Return with whose key the viewer may write; None where with none, and `why_no_pen` says why."""
    held = _held(visit)
    return None if isinstance(held, str) else held[0]


def why_no_pen(visit: Visit) -> str:
    """Say why the viewer may not write; "" if he may."""
    held = _held(visit)
    return held if isinstance(held, str) else ""


def writing_with(visit: Visit) -> tuple[Pen, Clockify]:
    """Return the pen and the client that writes with it; ConfigurationError where there is none."""
    held = _held(visit)
    if isinstance(held, str) or visit.mirror is None:
        raise ConfigurationError(held if isinstance(held, str) else _NO_DATA)
    return held[0], visit.desk.writer(held[1], visit.mirror.workspace)


def take_pen(visit: Visit, key: ApiKey) -> tuple[Profile, str]:
    """Ask Clockify whose key it is and where it leads, once, and return that and the key's fingerprint.

    Raises AuthenticationError for an unknown key, ConfigurationError if it doesn't open the workspace on screen.
    """
    if visit.viewer.looks_as:
        raise ConfigurationError(_LOOKING)
    chosen = replace(visit.settings, key=key)
    fingerprint = visit.desk.fingerprint(chosen)
    account = visit.desk.account(chosen, fingerprint)
    account.open(verify=True, requests_per_hour=chosen.requests_per_hour)
    try:
        account.workspace(visit.access.workspace.id)
    except NotFound:
        raise ConfigurationError(_ELSEWHERE) from None
    return account.profile, fingerprint


def pen_profile(visit: Visit) -> Profile | None:
    """Return whose the key is that was put in to log time; None without one, or while that is not known."""
    if visit.pen_key is None:
        return None
    try:
        return _pen_account(visit, visit.pen_key).profile
    except ClockifyError:
        return None


def _held(visit: Visit) -> tuple[Pen, Account] | str:
    """Return the pen and its account, or why there is none."""
    if visit.mirror is None or visit.account is None or visit.fault:
        return _NO_DATA
    if visit.viewer.looks_as:
        return _LOOKING
    noted = visit.access.notes_fault
    if isinstance(noted, NotesDamaged | NotesTooNew):
        # Where nothing can be noted before it is sent, nothing is sent.
        return f"{noted} {noted.advice}"
    if visit.is_demo:
        return (_shown(visit, visit.account), visit.account) if visit.viewer.may_connect else _GUEST
    if visit.pen_key is not None:
        return _own(visit, visit.pen_key)
    if not _is_his(visit):
        return _NEEDS_OWN
    return _shown(visit, visit.account), visit.account


def _is_his(visit: Visit) -> bool:
    """Is the key that shows the data the viewer's own: pasted by him, of his address, or nobody signs in at this machine?"""
    if is_pasted(visit):
        return True
    profile = visit.account.profile if visit.account else None
    if profile is None or not visit.access.may_see(profile.user_id):
        return False
    if visit.viewer.user_id:
        return visit.viewer.user_id == profile.user_id
    if visit.viewer.email is None:
        # Where something in front decides who comes in, nobody here knows who it is.
        return visit.viewer.is_here
    return bool(profile.email) and visit.viewer.email.casefold() == profile.email.casefold()


def is_pasted(visit: Visit) -> bool:
    """Does this session look through a key that was pasted into it?"""
    return not visit.is_demo and visit.settings.key != visit.desk.settings.key


def _shown(visit: Visit, account: Account) -> Pen:
    """Return the pen of the key that shows the data: whoever may see the list of people may log for them."""
    profile = account.profile
    others = tuple(one for one in visit.access.active_people() if one != profile.user_id)
    return Pen(profile.user_id, profile.name, others, is_own_key=is_pasted(visit))


def _own(visit: Visit, key: ApiKey) -> tuple[Pen, Account] | str:
    """Return the pen of a key that was put in to log time, for its user alone."""
    try:
        account = _pen_account(visit, key)
        profile = account.profile
        # Its requests count among the workspace's from here on.
        account.workspace(visit.access.workspace.id)
    except NotFound:
        return _ELSEWHERE
    except ClockifyError as fault:
        return f"{fault} {fault.advice}"
    shown = visit.account.profile.user_id if visit.account else ""
    others = _shown(visit, account).others if shown == profile.user_id else ()
    return Pen(profile.user_id, profile.name, others, is_own_key=True), account


def _pen_account(visit: Visit, key: ApiKey) -> Account:
    desk: Desk = visit.desk
    chosen = replace(visit.settings, key=key)
    account = desk.account(chosen, visit.pen_fingerprint or desk.fingerprint(chosen))
    if not account.is_known:
        account.open(requests_per_hour=chosen.requests_per_hour)
    return account
