"""Names: today's lists first, what a month's rows knew second, plain words for what is missing."""

from __future__ import annotations

import pytest

from clockify.directory import Directory, Kind, Project, directory_of, merged_names, row_names, told_apart

PROJECT = {
    "id": "p1",
    "name": "Portal",
    "color": "#9C27B0",
    "billable": True,
    "archived": True,
    "client": {"id": "c1", "name": "Acme"},
    "currency": {"id": "x", "code": "GBP"},
    "tasks": [{"id": "k1", "name": "Design"}],
}


def directory(**changes: object) -> Directory:
    lists: dict[str, object] = {
        "users": [{"id": "u1", "name": "Ana"}, {"id": "u2", "name": None, "email": "ben@example.test"}],
        "clients": [],
        "projects": [PROJECT, {"id": "p2", "name": "Internal", "client": {"id": "", "name": ""}}],
        "tags": [{"id": "t1", "name": "urgent"}],
        "default_currency": "EUR",
    }
    return directory_of(**(lists | changes))  # type: ignore[arg-type]


def test_names_by_kind() -> None:
    found = directory()
    assert found.label(Kind.USER, "u1") == "Ana"
    assert found.label(Kind.USER, "u2") == "ben@example.test"
    assert found.label(Kind.CLIENT, found.client_of("p1")) == "Acme"
    assert found.label(Kind.TASK, "k1") == "Design"
    assert found.label(Kind.TAG, "t1") == "urgent"
    assert "p1" in found.archived


def test_projects_of_one_name_bear_their_clients_where_nothing_else_tells_them_apart() -> None:
    clients = [{"id": "c1", "name": "Acme"}, {"id": "c2", "name": "Blue"}]
    both = [PROJECT | {"id": "p1", "clientId": "c1"}, PROJECT | {"id": "p2", "clientId": "c2", "client": {"id": "c2", "name": "Blue"}}]
    alone = PROJECT | {"id": "p3", "client": {"id": "", "name": ""}}
    found = directory(clients=clients, projects=[*both, alone, PROJECT | {"id": "p4", "name": "Internal"}])
    assert [found.full_label(Kind.PROJECT, one) for one in ("p1", "p2", "p3", "p4", "")] == [
        *("Portal · Acme", "Portal · Blue", "Portal · No client", "Internal", "No project")
    ]
    assert found.label(Kind.PROJECT, "p1") == "Portal"
    assert found.full_label(Kind.CLIENT, "c1") == "Acme"


def test_what_is_missing_has_a_name_of_its_own() -> None:
    found = directory()
    assert [found.label(kind, "") for kind in Kind] == ["No person", "No client", "No project", "No task", "Untagged"]
    assert found.client_of("p2") == ""
    assert found.client_of("nowhere") == ""
    assert found.label(Kind.PROJECT, "0123456789abcdef") == "Unknown project abcdef"
    assert found.label(Kind.USER, "0123456789abcdef") == "Unknown person abcdef"


@pytest.mark.parametrize("name", ["", "  ", "\u200b", " \u2028 "])
def test_a_name_that_cannot_be_seen_is_none(name: str) -> None:
    assert directory(tags=[{"id": "0123456789abcdef", "name": name}]).label(Kind.TAG, "0123456789abcdef") == "Unknown tag abcdef"


def test_what_is_known_of_a_project() -> None:
    assert directory().projects == {
        "p1": Project("p1", "Portal", "c1", "#9C27B0", "GBP", archived=True, billable=True),
        "p2": Project("p2", "Internal", "", "", "EUR", archived=False, billable=False),
    }


def test_a_project_says_its_currency_or_has_the_workspaces() -> None:
    assert directory().currencies == {"p1": "GBP", "p2": "EUR"}


def test_a_project_without_a_currency_has_its_clients() -> None:
    projects = [{"id": "p3", "name": "Alps", "clientId": "c2"}, {"id": "p4", "name": "Sea", "clientId": "c3"}]
    clients = [{"id": "c2", "name": "Berg", "currencyCode": "CHF"}, {"id": "c3", "name": "Meer", "currencyCode": None}]
    assert directory(projects=projects, clients=clients).currencies == {"p3": "CHF", "p4": "EUR"}


def test_a_month_knows_who_is_no_longer_listed_but_does_not_rename() -> None:
    rows = [
        {
            "userId": "u9",
            "userName": "Former",
            "projectId": "p9",
            "projectName": "Old",
            "projectColor": "#111111",
            "clientId": "c9",
            "clientName": "Gone Ltd",
            "taskId": None,
            "tags": [{"_id": "t9", "name": "old tag"}],
        },
        {"userId": "u1", "userName": "Ana before her wedding", "projectId": "p1", "projectName": "Portal (old name)", "clientId": "c7"},
    ]
    found = directory().with_names([row_names(rows)])
    assert found.label(Kind.USER, "u9") == "Former"
    assert found.label(Kind.CLIENT, found.client_of("p9")) == "Gone Ltd"
    assert found.color_of("p9") == "#111111"
    assert found.label(Kind.TAG, "t9") == "old tag"
    assert found.label(Kind.USER, "u1") == "Ana"
    assert found.label(Kind.PROJECT, "p1") == "Portal"
    assert found.client_of("p1") == "c1"
    assert found.projects["p9"] == Project("p9", "Old", "c9", "#111111", archived=False, billable=True)
    assert (found.archived, found.default_currency) == ({"p1"}, "EUR")


def test_a_name_that_is_empty_in_one_row_is_taken_from_another() -> None:
    silent, saying = {"userId": "u1", "userName": None}, {"userId": "u1", "userName": "Ana"}
    assert row_names([silent, saying])[Kind.USER] == row_names([saying, silent])[Kind.USER] == {"u1": "Ana"}
    assert row_names([silent])[Kind.USER] == {"u1": ""}


def test_names_of_hydrated_rows() -> None:
    project = {"id": "p1", "name": "Portal", "color": "#112233", "clientId": "c1", "clientName": "Acme"}
    row = {
        "userId": "u1",
        "user": {"id": "u1", "name": "Ana"},
        "project": project,
        "task": {"id": "k1", "name": "Design"},
        "tags": [{"id": "t1"}],
    }
    assert row_names([row]) == {
        "user": {"u1": "Ana"},
        "client": {"c1": "Acme"},
        "project": {"p1": "Portal"},
        "task": {"k1": "Design"},
        "tag": {"t1": ""},
        "project_facts": {"p1": ["c1", "#112233"]},
    }


def test_names_of_odd_rows_are_no_failure() -> None:
    odd = {"userId": ["u1"], "userName": {}, "projectId": {}, "project": 5, "taskId": True, "tags": [[]], "clientId": "c1", "clientName": 7}
    names = row_names([None, "row", odd])  # type: ignore[list-item]
    assert (names[Kind.USER], names[Kind.TASK], names[Kind.TAG], names[Kind.CLIENT]) == ({}, {}, {}, {"c1": "7"})


def test_names_of_many_pages_are_those_of_all_their_rows() -> None:
    first = {"userId": "u1", "userName": "", "projectId": "p1", "projectName": "Portal", "clientId": "c1", "projectColor": "#111111"}
    second = {"userId": "u1", "userName": "Ana", "projectId": "p1", "projectName": "Later", "tags": [{"_id": "t1", "name": "urgent"}]}
    assert merged_names([row_names([first]), row_names([second])]) == row_names([first, second])
    assert merged_names([row_names([first]), row_names([second])])[Kind.USER] == {"u1": "Ana"}
    assert merged_names([]) == row_names([])


@pytest.mark.parametrize(
    ("labels", "taken", "expected"),
    [
        ({}, (), {}),
        ({"id-000001": "Ana", "id-000002": "Ben"}, (), {"id-000001": "Ana", "id-000002": "Ben"}),
        ({"id-000001": "Ana", "id-000002": "Ana"}, (), {"id-000001": "Ana · 000001", "id-000002": "Ana · 000002"}),
        ({"id-000001": "Everyone", "id-000002": "Ben"}, ("Everyone",), {"id-000001": "Everyone · 000001", "id-000002": "Ben"}),
        # Ids that end alike are shown whole.
        ({"a-000001": "Ana", "b-000001": "Ana"}, (), {"a-000001": "Ana · 000001 · a-000001", "b-000001": "Ana · 000001 · b-000001"}),
        # A name that looks like what another is told apart by.
        (
            {"id-000001": "Ana", "id-000002": "Ana", "c": "Ana · 000001"},
            (),
            {"id-000001": "Ana · 000001 · id-000001", "id-000002": "Ana · 000002", "c": "Ana · 000001 · c"},
        ),
    ],
)
def test_the_same_name_is_told_apart_by_ids(labels: dict[str, str], taken: tuple[str, ...], expected: dict[str, str]) -> None:
    told = told_apart(labels, taken)
    assert told == expected
    assert list(told) == list(labels)
    assert len({*told.values(), *taken}) == len(told) + len(taken)


def test_time_is_logged_on_what_is_neither_archived_nor_done_nor_gone_by_name() -> None:
    tasks = [{"id": "k2", "name": "testing"}, {"id": "k1", "name": "Design"}, {"id": "k3", "name": "Old", "status": "DONE"}]
    known = directory_of(
        users=[],
        clients=[],
        projects=[
            {"id": "p1", "name": "website", "billable": True, "tasks": tasks},
            {"id": "p2", "name": "App", "billable": False},
            {"id": "p3", "name": "Ended", "billable": True, "archived": True, "tasks": [{"id": "k4", "name": "Poster"}]},
        ],
        tags=[{"id": "t2", "name": "remote"}, {"id": "t1", "name": "Fax", "archived": True}],
        default_currency="EUR",
    ).with_names([{Kind.PROJECT: {"p9": "Deleted"}, Kind.TAG: {"t9": "Deleted"}, "project_facts": {"p9": ["", ""]}}])
    assert known.current_projects() == ["p2", "p1"]
    assert [known.current_tasks(one) for one in ("p1", "p2", "p3", "p9", "")] == [["k1", "k2"], [], [], [], []]
    assert known.current_tags() == ["t2"]
    assert [known.is_billable(one) for one in ("p1", "p2", "gone", "")] == [True, False, False, False]
