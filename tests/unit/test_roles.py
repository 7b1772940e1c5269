"""Who somebody is in a workspace: the address that he signed in with, what Clockify made him, and what the secrets say."""

from __future__ import annotations

from typing import Any, cast

import pytest

from clockify.desk.roles import (
    AccessRules,
    before_lists,
    everybody,
    parse_access,
    problems_in,
    rights_of,
    viewer_as,
    viewer_in,
    viewer_of_own_key,
)
from clockify.desk.viewer import Viewer
from clockify.directory import Directory, Kind, Project
from clockify.errors import ConfigurationError
from clockify.mirror.account import Profile
from clockify.mirror.mirror import Mirror
from clockify.roles import Assigned, Person, Role, assigned_of, person_of

W, NOTHING = "workspace", frozenset[str]()
PEOPLE = (
    Person("u-olga", "Olga", "Olga@Example.com", assigned=Assigned(is_admin=True)),
    Person("u-tim", "Tim", "tim@example.com", assigned=Assigned(people=frozenset({"u-mia"}))),
    Person("u-pia", "Pia", "pia@example.com", assigned=Assigned(projects=frozenset({"p-shop"}))),
    Person("u-mia", "Mia", "mia@example.com"),
    Person("u-one", "Twin", "twin@example.com"),
    Person("u-two", "Twin", "TWIN@example.com", assigned=Assigned(is_admin=True)),
    Person("u-gone", "Gone", "gone@example.com", is_active=False, assigned=Assigned(is_admin=True)),
    Person("u-mute", "Mute", ""),
)
PROJECTS = {
    "p-shop": Project("p-shop", "Shop", "c-acme"),
    "p-site": Project("p-site", "Site", "c-acme"),
    "p-blue": Project("p-blue", "Site", "c-blue"),
}
NAMES = Directory(
    {
        Kind.USER: {},
        Kind.CLIENT: {"c-acme": "Acme", "c-blue": "Blue"},
        Kind.PROJECT: {one: project.name for one, project in PROJECTS.items()},
        Kind.TASK: {},
        Kind.TAG: {},
    },
    PROJECTS,
)


class Copy:
    """What roles ask of a mirror."""

    def __init__(self, people: tuple[Person, ...] = PEOPLE, own: str = "u-olga") -> None:
        self._people = people
        self.profile = Profile(own, "Own name", "own@example.com", "UTC", "MONDAY", W)

    def people(self) -> tuple[Person, ...]:
        return self._people

    def directory(self) -> Directory:
        return NAMES


COPY = cast(Mirror, Copy())
RULES = parse_access(
    {
        "admin_emails": ["Boss@Example.com"],
        "lead_emails": ["mia@example.com"],
        "managers": {
            "Tim@example.com": {"people": ["PIA@example.com"], "projects": ["Site · Blue"]},
            "outside@example.com": {"people": ["Mia", "u-tim", "Twin"], "projects": ["Shop", "Site", "p-none"]},
        },
    }
)
BARE = AccessRules()


def signed_in(email: str | None, rules: AccessRules = BARE) -> Viewer | None:
    return viewer_in(Viewer("Somebody", email, is_here=False), COPY, rules)


def test_a_member_is_himself_and_sees_no_money() -> None:
    assert signed_in("mia@example.com") == Viewer(
        "Somebody", "mia@example.com", frozenset({"u-mia"}), False, False, is_here=False, role=Role.MEMBER, user_id="u-mia"
    )


@pytest.mark.parametrize("email", ["MIA@EXAMPLE.COM", "mia@example.com", "Mia@Example.Com"])
def test_an_address_in_any_case_is_the_same(email: str) -> None:
    found = signed_in(email)
    assert found and found.user_id == "u-mia"


@pytest.mark.parametrize(
    "email",
    [
        "nobody@example.com",
        "gone@example.com",  # who is not active any more, whatever he was
        "twin@example.com",  # two have it
        "",  # nor is who has none the one whose address is empty
        None,
        "mıa@example.com",  # another letter, whose capital is the same
        "mia@example.com ",
    ],
)
def test_who_is_not_one_active_person_is_nobody(email: str | None) -> None:
    assert signed_in(email) is None


def test_clockifys_roles_say_what_somebody_manages() -> None:
    olga, tim, pia = (signed_in(f"{name}@example.com") for name in ("olga", "tim", "pia"))
    assert olga and tim and pia
    assert (olga.role, olga.people, olga.sees_money, olga.sees_cost, olga.may_note) == (Role.ADMIN, None, True, True, True)
    assert (tim.role, tim.people, tim.projects) == (Role.MANAGER, {"u-tim", "u-mia"}, NOTHING)
    assert (pia.role, pia.people, pia.projects) == (Role.MANAGER, {"u-pia"}, {"p-shop"})
    assert {(one.sees_money, one.sees_cost, one.may_note) for one in (tim, pia)} == {(True, False, False)}


def test_the_secrets_add_to_them_and_name_people_and_projects_in_several_ways() -> None:
    tim = signed_in("tim@example.com", RULES)
    assert tim and (tim.people, tim.projects) == ({"u-tim", "u-mia", "u-pia"}, {"p-blue"})
    outside = signed_in("outside@example.com", RULES)
    assert outside and (outside.role, outside.user_id) == (Role.MANAGER, None)
    assert (outside.people, outside.projects) == ({"u-mia", "u-tim"}, {"p-shop"}), "what two bear is nobody's"


def test_admins_of_the_secrets_need_be_nobody_in_clockify() -> None:
    boss, mia = signed_in("BOSS@example.com", RULES), signed_in("mia@example.com", RULES)
    assert boss and (boss.role, boss.user_id, boss.sees_all, boss.sees_cost) == (Role.ADMIN, None, True, True)
    assert mia and (mia.role, mia.user_id, mia.sees_all) == (Role.ADMIN, "u-mia", True), "lead_emails go on working"


def test_money_goes_by_the_settings() -> None:
    rules = AccessRules(managers_see_money=False, members_see_money=True)
    tim, mia = signed_in("tim@example.com", rules), signed_in("mia@example.com", rules)
    assert tim and mia and (tim.sees_money, tim.sees_cost, mia.sees_money, mia.sees_cost) == (False, False, True, False)


def test_before_the_lists_are_there_nobody_but_an_admin_of_the_secrets_sees_anything() -> None:
    nobody, boss = (before_lists(Viewer("x", email), RULES) for email in ("olga@example.com", "boss@EXAMPLE.com"))
    assert (nobody.people, nobody.projects, nobody.sees_money, nobody.sees_cost, nobody.may_note) == (NOTHING, NOTHING, False, False, False)
    assert (boss.role, boss.sees_all, boss.may_note) == (Role.ADMIN, True, True)


def test_through_a_key_of_ones_own_one_is_its_user_whatever_the_secrets_say() -> None:
    boss = Viewer("Boss", "boss@example.com")
    found = [viewer_of_own_key(boss, cast(Mirror, Copy(own=own)), RULES) for own in ("u-olga", "u-mia", "u-tim")]
    assert [one.role for one in found] == [Role.ADMIN, Role.MEMBER, Role.MANAGER]
    assert [one.people for one in found] == [None, {"u-mia"}, {"u-tim", "u-mia"}]
    refused = viewer_of_own_key(boss, cast(Mirror, Copy((Person("u-mia", "Mia", "boss@example.com"),), own="u-mia")), RULES)
    assert (refused.role, refused.people) == (Role.MEMBER, {"u-mia"})


def test_an_admin_looks_as_any_active_person_and_changes_nothing() -> None:
    olga, mia = viewer_as(COPY, BARE, "u-olga"), viewer_as(COPY, BARE, "u-mia")
    assert olga and mia and (olga.looks_as, mia.looks_as) == ("Olga", "Mia")
    assert (olga.role, olga.may_note, olga.may_connect) == (Role.ADMIN, False, False)
    assert (mia.role, mia.people, mia.user_id) == (Role.MEMBER, {"u-mia"}, "u-mia")
    assert viewer_as(COPY, BARE, "u-gone") is None
    assert viewer_as(COPY, BARE, "") is None


def test_the_list_of_everybody_says_from_where_each_role_is() -> None:
    found = {one.person.id: (one.role, one.by_secrets, one.by_clockify) for one in everybody(COPY, RULES) if one.person}
    assert found == {
        "u-olga": (Role.ADMIN, False, True),
        "u-tim": (Role.MANAGER, True, True),
        "u-pia": (Role.MANAGER, False, True),
        "u-mia": (Role.ADMIN, True, False),
        "u-one": (Role.MEMBER, False, False),
        "u-two": (Role.ADMIN, False, True),
        "u-mute": (Role.MEMBER, False, False),
    }
    assert problems_in(RULES, COPY) == [
        "boss@example.com is nobody's address in this workspace.",
        "outside@example.com is nobody's address in this workspace.",
        "outside@example.com, people: “Twin” fits 2, so none: give an id.",
        "outside@example.com, projects: “Site” fits 2, so none: give an id.",
        "outside@example.com, projects: “p-none” fits none.",
    ]
    assert problems_in(parse_access({"admin_emails": ["twin@example.com"]}), COPY) == [
        "twin@example.com is the address of 2 people, so it is nobody's."
    ]


def test_two_people_of_one_address_have_no_rights_by_it() -> None:
    rules = parse_access({"managers": {"twin@example.com": {"people": ["u-mia"]}}})
    one = viewer_as(COPY, rules, "u-one")
    assert one and (one.role, one.people) == (Role.MEMBER, {"u-one"})
    found = rights_of("twin@example.com", COPY, rules)
    assert found and (found.person, found.people) == (None, {"u-mia"}), "who signs in with it is neither of them"


ROLES: dict[str, tuple[object, Assigned]] = {
    "a name with what it is of": ([{"role": "PROJECT_MANAGER", "entityId": "p"}], Assigned(projects=frozenset("p"))),
    "an object with a name": ([{"role": {"id": "1", "name": "Project manager"}, "entityId": "p"}], Assigned(projects=frozenset("p"))),
    "a name of its own": ([{"name": "Team Manager", "entities": [{"id": "a"}, {"id": "b"}]}], Assigned(people=frozenset("ab"))),
    "entities within": ([{"role": {"name": "TEAM_MANAGER", "entities": ["a"]}}], Assigned(people=frozenset("a"))),
    "several": ([{"role": "TEAM_MANAGER", "entityId": "a"}, {"role": "TEAM_MANAGER", "entityId": "b"}], Assigned(people=frozenset("ab"))),
    "an admin": ([{"role": "WORKSPACE_ADMIN"}], Assigned(True)),
    "an owner of this one": ([{"role": {"name": "Owner"}, "entityId": W, "userId": "u", "workspaceId": W}], Assigned(True)),
    "a bare name": (["WORKSPACE_ADMIN"], Assigned(True)),
    "an admin of another workspace": ([{"role": "WORKSPACE_ADMIN", "workspaceId": "other"}], Assigned()),
    "an owner of something else": ([{"role": "OWNER", "entityId": "p"}], Assigned()),
    "another person's": ([{"role": "OWNER", "userId": "else"}], Assigned()),
    "an owner of what can't be read": ([{"role": "OWNER", "entityId": 7}, {"role": "OWNER", "entity": {"key": W}}], Assigned()),
    "a manager of some that can't": ([{"role": "TEAM_MANAGER", "entities": ["a", {}, None, 7, ""]}], Assigned(people=frozenset("a"))),
    "an owner of nothing named": ([{"role": "OWNER", "entityId": None, "entity": "", "entities": []}], Assigned(True)),
    "a manager of nothing": ([{"role": "PROJECT_MANAGER"}], Assigned()),
    "an unknown role": ([{"role": "SUPER_ADMIN", "entityId": "p"}], Assigned()),
    "a role that ends alike": ([{"role": "NOT AN OWNER"}], Assigned()),
    "what is no role": ([None, 7, {}, {"role": None}, {"role": 7}, [], {"role": {"role": {}}}], Assigned()),
    "none": (None, Assigned()),
    "a text": ("OWNER", Assigned()),
    "an object": ({"role": "OWNER"}, Assigned()),
}


@pytest.mark.parametrize("case", ROLES)
def test_roles_are_read_leniently_and_what_is_not_understood_gives_no_rights(case: str) -> None:
    roles, expected = ROLES[case]
    assert assigned_of(roles, "u", W) == expected


def test_a_person_may_have_neither_name_nor_status_nor_address() -> None:
    assert person_of({"id": "u", "name": None, "email": None, "status": None}, W) == Person("u", "", "")
    assert person_of({"id": "u", "name": None, "email": "a@b.test", "status": "DELETED"}, W) == Person(
        "u", "a@b.test", "a@b.test", is_active=False
    )


BAD: dict[str, tuple[dict[str, Any], str]] = {
    "an address that is none": ({"admin_emails": ["secret"]}, "Entry 1 of admin_emails"),
    "an older one": ({"lead_emails": "secret@x.test"}, "lead_emails under"),
    "a list of managers": ({"managers": ["secret@x.test"]}, "managers under"),
    "a manager without an address": ({"managers": {"secret": {}}}, "Entry 1 of"),
    "one manager twice": ({"managers": {"secret@x.test": {}, "SECRET@x.test": {}}}, "Entry 2 of"),
    "a manager of a text": ({"managers": {"secret@x.test": "secret"}}, "Entry 1 of"),
    "a manager of one text": ({"managers": {"secret@x.test": {"people": "secret"}}}, "Entry 1 of"),
    "a manager of numbers": ({"managers": {"secret@x.test": {"projects": [7]}}}, "Entry 1 of"),
    "a manager of nothing known": ({"managers": {"secret@x.test": {"clients": ["secret"]}}}, "Entry 1 of"),
    "an empty name": ({"managers": {"secret@x.test": {"people": [" "]}}}, "Entry 1 of"),
    "money by a word": ({"managers_see_money": "secret"}, "managers_see_money"),
    "money by a number": ({"members_see_money": 1}, "members_see_money"),
}


@pytest.mark.parametrize("case", BAD)
def test_what_cant_be_used_is_named_and_never_repeated(case: str) -> None:
    access, word = BAD[case]
    with pytest.raises(ConfigurationError) as caught:
        parse_access(access)
    assert word in str(caught.value)
    assert "secret" not in str(caught.value).lower()


def test_whose_key_it_is_sees_all_that_it_sees_whatever_clockify_says_of_roles() -> None:
    quiet = tuple(Person(one.id, one.name, one.email) for one in PEOPLE[:4])
    for key, admin in (("u-olga", "u-olga"), ("u-mia", "u-mia")):
        roles = {one.person.id: (one.role, one.by_key) for one in everybody(cast(Mirror, Copy(quiet, key)), BARE) if one.person}
        assert roles == {one.id: (Role.ADMIN, True) if one.id == admin else (Role.MEMBER, False) for one in quiet}


def test_an_address_that_two_have_is_not_the_keys() -> None:
    shared = (Person("u-one", "Twin", "twin@example.com"), Person("u-two", "Twin", "TWIN@example.com"))
    assert {one.role for one in everybody(cast(Mirror, Copy(shared, "u-two")), BARE)} == {Role.MEMBER}
    assert rights_of("twin@example.com", cast(Mirror, Copy(shared, "u-two")), BARE) is None
