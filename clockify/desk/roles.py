"""Who somebody is in a workspace and what that lets him see: by what the secrets say, and by what Clockify made him.

`[access]` stands beside the list of who comes in (`signin`). What is written there and fits nobody, or several, gives no
rights: `problems_in` says so to admins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, ClassVar

from clockify.desk.signin import EMAIL, emails_of, small
from clockify.desk.viewer import NOBODY, Viewer
from clockify.directory import Directory, Kind
from clockify.errors import ClockifyError, ConfigurationError
from clockify.mirror.mirror import Mirror
from clockify.roles import Assigned, Person, Role

_MANAGED = ("people", "projects")


class NotAPerson(ClockifyError):
    """Who signed in may come in, and is nobody in the workspace."""

    advice: ClassVar[str] = "Ask whoever runs this dashboard to invite you to the workspace, or to name you in its settings."
    can_retry: ClassVar[bool] = False


class RightsChanged(ClockifyError):
    """What was offered with other rights than somebody has now was asked for."""

    advice: ClassVar[str] = "The page shows what is yours now."
    can_retry: ClassVar[bool] = False


@dataclass(frozen=True)
class Managed:
    """Whom and what the secrets let somebody manage, as it is written there: ids, names, or people's addresses."""

    people: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()


@dataclass(frozen=True)
class AccessRules:
    """What `[access]` says of roles. Addresses are in small letters."""

    admins: frozenset[str] = frozenset()
    managers: Mapping[str, Managed] = field(default_factory=dict)
    managers_see_money: bool = True
    members_see_money: bool = False


@dataclass(frozen=True)
class Rights:
    """What somebody may see in a workspace, and why: `person` is who he is there, None where nobody is or several are."""

    role: Role
    person: Person | None
    people: frozenset[str] | None
    projects: frozenset[str] = NOBODY
    sees_money: bool = True
    by_secrets: bool = False
    by_clockify: bool = False
    by_key: bool = False

    def of(self, viewer: Viewer) -> Viewer:
        """Return a viewer with these rights."""
        return replace(
            viewer,
            role=self.role,
            user_id=self.person.id if self.person else None,
            people=self.people,
            projects=self.projects,
            sees_money=self.sees_money,
            sees_cost=self.role is Role.ADMIN,
        )


def parse_access(access: Mapping[str, Any]) -> AccessRules:
    """Check what `[access]` says of roles; raise ConfigurationError naming the first setting that can't be used."""
    admins = emails_of(access, "admin_emails") | emails_of(access, "lead_emails")
    table = access.get("managers", {})
    if not isinstance(table, Mapping):
        raise ConfigurationError("managers under [access] must be a section that begins with [access.managers].")
    managers = {}
    for number, (address, entry) in enumerate(table.items(), 1):
        if not EMAIL.fullmatch(address) or small(address) in managers:
            raise ConfigurationError(
                f"Entry {number} of [access.managers] must begin with an address of its own, of the form lead@example.com."
            )
        managers[small(address)] = _managed(number, entry)
    return AccessRules(admins, managers, _flag(access, "managers_see_money", True), _flag(access, "members_see_money", False))


def before_lists(viewer: Viewer, rules: AccessRules) -> Viewer:
    """Return what somebody who signed in may see while nobody knows who he is in the workspace: nothing, unless he is an admin."""
    if small(viewer.email or "") in rules.admins:
        return Rights(Role.ADMIN, None, None, by_secrets=True).of(viewer)
    return Rights(Role.MEMBER, None, NOBODY, sees_money=False).of(viewer)


def viewer_in(viewer: Viewer, mirror: Mirror, rules: AccessRules) -> Viewer | None:
    """Return who somebody that signed in is in a workspace, by the address that he signed in with; None if he is nobody there.

    The lists must be there.
    """
    found = rights_of(viewer.email or "", mirror, rules)
    return found.of(viewer) if found else None


def viewer_of_own_key(viewer: Viewer, mirror: Mirror, rules: AccessRules) -> Viewer:
    """Return who somebody is through a key that he put into his session: its user, and what Clockify made that one.

    Who may not see the list of people is a member, and what the secrets say is of the installation's own people.
    """
    own = mirror.profile.user_id
    person = next((one for one in mirror.people() if one.id == own), None) or Person(own, mirror.profile.name, mirror.profile.email)
    return _rights(person, replace(rules, admins=NOBODY, managers={}), None).of(viewer)


def viewer_as(mirror: Mirror, rules: AccessRules, user_id: str) -> Viewer | None:
    """Return one of the active people as a viewer, for an admin who looks with his eyes; None if he is none of them."""
    person = next((one for one in mirror.people() if one.id == user_id and one.is_active), None)
    if person is None:
        return None
    name = person.name or person.email
    return _rights(person, rules, mirror).of(Viewer(name, person.email or None, may_connect=False, is_here=False, looks_as=name))


def rights_of(email: str, mirror: Mirror, rules: AccessRules) -> Rights | None:
    """Return what an address may see in a workspace; None if it is nobody's there and stands nowhere in the secrets.

    An address that two active people have is nobody's: one of them would see the other's time.
    """
    address = small(email)
    owners = [one for one in mirror.people() if one.is_active and address and small(one.email) == address]
    if len(owners) == 1:
        return _rights(owners[0], rules, mirror)
    if address in rules.admins:
        return Rights(Role.ADMIN, None, None, by_secrets=True)
    if address in rules.managers:
        people, projects = _listed(rules.managers[address], mirror)
        return Rights(Role.MANAGER, None, people, projects, rules.managers_see_money, by_secrets=True)
    return None


def everybody(mirror: Mirror, rules: AccessRules) -> list[Rights]:
    """Return what each of the active people may see, by name."""
    people = [one for one in mirror.people() if one.is_active]
    return [_rights(one, rules, mirror) for one in sorted(people, key=lambda one: (one.name.casefold(), one.id))]


def problems_in(rules: AccessRules, mirror: Mirror) -> list[str]:
    """Say in plain sentences what the secrets name that fits nobody, or several."""
    people = [one for one in mirror.people() if one.is_active]
    counts = {address: sum(small(one.email) == address for one in people) for address in (*rules.admins, *rules.managers)}
    found = [f"{address} is nobody's address in this workspace." for address, count in sorted(counts.items()) if not count]
    found += [f"{address} is the address of {count} people, so it is nobody's." for address, count in sorted(counts.items()) if count > 1]
    for address, managed in sorted(rules.managers.items()):
        for what, entries, known in (
            (_MANAGED[0], managed.people, _people_by_name(mirror)),
            (_MANAGED[1], managed.projects, _projects_by_name(mirror)),
        ):
            for entry in entries:
                fits = len(known.get(_key(entry), ()))
                if fits != 1:
                    found.append(f"{address}, {what}: “{entry}” fits {'none' if not fits else f'{fits}, so none: give an id'}.")
    return found


def _rights(person: Person, rules: AccessRules, mirror: Mirror | None) -> Rights:
    """Put together what the secrets and Clockify give a person; `mirror` knows those whom the secrets name."""
    address, assigned = small(person.email), person.assigned
    is_listed = bool(address) and address in rules.admins and _is_alone(person, mirror)
    # Whose key it is sees through it in Clockify what is shown here; that holds whatever Clockify says of roles, and if it says nothing.
    is_keys = mirror is not None and person.id == mirror.profile.user_id and _is_alone(person, mirror)
    if is_listed or assigned.is_admin or is_keys:
        return Rights(Role.ADMIN, person, None, by_secrets=is_listed, by_clockify=assigned.is_admin, by_key=is_keys)
    managed = rules.managers.get(address) if address and mirror and _is_alone(person, mirror) else None
    people, projects = _listed(managed, mirror) if managed and mirror else (NOBODY, NOBODY)
    is_manager = bool(managed or assigned.people or assigned.projects)
    return Rights(
        Role.MANAGER if is_manager else Role.MEMBER,
        person,
        people | assigned.people | {person.id},
        projects | assigned.projects,
        rules.managers_see_money if is_manager else rules.members_see_money,
        by_secrets=managed is not None,
        by_clockify=assigned != Assigned(),
    )


def _is_alone(person: Person, mirror: Mirror | None) -> bool:
    """Has no other active person the same address?"""
    others = mirror.people() if mirror else ()
    return not any(one.is_active and one.id != person.id and small(one.email) == small(person.email) for one in others)


def _listed(managed: Managed, mirror: Mirror) -> tuple[frozenset[str], frozenset[str]]:
    """Return the ids of the people and projects that the secrets name."""
    return _only_ones(managed.people, _people_by_name(mirror)), _only_ones(managed.projects, _projects_by_name(mirror))


def _only_ones(entries: Collection[str], known: Mapping[str, Collection[str]]) -> frozenset[str]:
    return frozenset(one for entry in entries if len(fits := known.get(_key(entry), ())) == 1 for one in fits)


def _people_by_name(mirror: Mirror) -> dict[str, set[str]]:
    return _by_name((name, one.id) for one in mirror.people() for name in (one.id, one.name, one.email))


def _projects_by_name(mirror: Mirror) -> dict[str, set[str]]:
    names: Directory = mirror.directory()
    kind = Kind.PROJECT
    return _by_name((name, one) for one in names.projects for name in (one, names.label(kind, one), names.full_label(kind, one)))


def _by_name(pairs: Iterable[tuple[str, str]]) -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for name, identifier in pairs:
        if name:
            found.setdefault(_key(name), set()).add(identifier)
    return found


def _key(text: str) -> str:
    return text.strip().casefold()


def _managed(number: int, entry: object) -> Managed:
    known = isinstance(entry, Mapping) and not set(entry) - set(_MANAGED)
    lists = [entry.get(name, []) for name in _MANAGED] if isinstance(entry, Mapping) else []
    if not known or not all(isinstance(one, list | tuple) and all(isinstance(text, str) and text.strip() for text in one) for one in lists):
        raise ConfigurationError(f'Entry {number} of [access.managers] must be of the form {{ people = ["…"], projects = ["…"] }}.')
    return Managed(*(tuple(one) for one in lists))


def _flag(access: Mapping[str, Any], name: str, usual: bool) -> bool:
    found = access.get(name, usual)
    if not isinstance(found, bool):
        raise ConfigurationError(f"{name} under [access] must be true or false.")
    return found
