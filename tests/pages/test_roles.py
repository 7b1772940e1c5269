"""Who signs in sees what his role allows: pages, figures, names and files; an admin may look with anybody's eyes.

The studio of `tests/support/studio.py`: Ana owns it, Ben is a member, Mia manages what a test lets her.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door
from clockify.app.shell.navigation import PAGES
from clockify.app.shell.session import KEY as SESSION
from clockify.demo.entities import User
from clockify.desk.signin import caller_of
from tests.pages.test_door import ADA, AUTH
from tests.pages.test_viewer import text_of
from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, everything, figures, go_to, is_sound, notices, settle, texts
from tests.support.nightly import at_night
from tests.support.taken import Taken

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]
BEN = {"Tracked": "4.5 h", "Billable": "4.5 h", "Amount": "–", "Average per day": "0.4 h"}
# 2:00 of Ana and 1:30 of Ben on Atlas.
ATLAS = {"Tracked": "3.5 h", "Billable": "3.5 h", "Amount": "€350", "Average per day": "0.3 h"}
OTHERS = ("Ana Kov", "Mia", "ana@", "mia@", "Internal", "Acme")


@pytest.fixture
def house(housed: Housed) -> House:
    return housed()


def user(house: House, name: str) -> User:
    return next(one for one in house.world.users.values() if str(one.name).startswith(name))


def appoint(house: House, name: str, *roles: tuple[str, str]) -> None:
    one = user(house, name)
    house.world.users[one.id] = replace(one, manages=roles)


def project(house: House, name: str) -> str:
    return next(one.id for one in house.world.projects.values() if one.name == name)


def signed_in(house: House, app_of: AppOf, email: str, key: str = studio.KEY, **access: Any) -> AppTest:
    """Open the overview as who signed in with an address."""
    page = app_of(house.front, key, CLOCKIFY_OPEN="")
    page.secrets.update({"auth": AUTH, "access": {"allowed_domains": ["example.test"], **access}})
    page.user = ADA | {"email": email}
    assert is_sound(settle(page.run()))
    return page


def offered(page: AppTest) -> set[str]:
    return set(page.session_state[SESSION].pages)


def press(page: AppTest, key: str) -> AppTest:
    return page.button(key=key).click().run()


def close_projects(house: House) -> None:
    """Let Atlas and Internal be Ana's alone: a name is somebody's by rights then, and not because everybody may log on it."""
    for one in list(house.world.projects.values()):
        if one.name in ("Atlas", "Internal"):
            house.world.edit(one, public=False, members=frozenset({user(house, "Ana").id}))


def test_an_owner_sees_all_and_a_member_his_own_time(house: House, app_of: AppOf) -> None:
    owner = signed_in(house, app_of, "ANA@example.test")
    assert (figures(owner), offered(owner)) == (studio.NOVEMBER, set(PAGES))
    close_projects(house)
    house.clock.pass_by(hours=2)
    settle(owner.run())
    ben = signed_in(house, app_of, "ben@example.test")
    assert (figures(ben), offered(ben)) == (BEN, {"overview", "detailed", "weekly", "track", "settings"})
    for name in ("overview", "detailed", "weekly", "track", "settings"):
        go_to(ben, name)
        assert is_sound(settle(ben)), name
        # He worked on Atlas, and so knows it and its client; on Internal in September.
        assert not [word for word in OTHERS if word in everything(ben) and word not in ("Acme", "Internal")], name
    assert {one.key for one in ben.button} >= {"sign-out"}
    assert not {"months", "account", "plan", "notes"} & {getattr(one.proto, "id", "") for one in ben.main}
    assert "Months on this machine" not in texts(ben) and "Connection" not in texts(ben)
    assert "Clockify API key" in texts(ben) + str([one.label for one in ben.text_input]) and ".env" not in texts(ben), "that file isn't his"
    go_to(owner, "settings")
    assert ".env" in texts(owner)


def test_where_a_rate_can_be_written_down_is_told_to_who_may(house: House, app_of: AppOf) -> None:
    extra, start = house.world.add_project("Extra"), datetime(2026, 11, 4, 9, tzinfo=UTC)
    house.world.add_entry(user(house, "Ana"), start, start + timedelta(hours=2), project=extra, description="extra")
    appoint(house, "Mia", ("PROJECT_MANAGER", extra.id))
    said = {}
    for who in ("ana", "mia"):
        page = signed_in(house, app_of, f"{who}@example.test")
        go_to(page, "billable")
        said[who] = next(warning.value for warning in page.warning if "have no rate" in warning.value)
    assert said["ana"].endswith("or write one down in Settings.")
    assert said["mia"].endswith("for the project, task or person.")


def test_a_page_that_isnt_ones_own_is_not_there(house: House, app_of: AppOf) -> None:
    page = signed_in(house, app_of, "ben@example.test")
    for name in ("billable", "team", "projects", "client"):
        with pytest.raises(ValueError, match="Could not find a navigation page"):
            page.switch_page(f"pages/{name}.py")


def test_a_project_manager_sees_everybody_on_his_projects_and_nothing_beside(house: House, app_of: AppOf) -> None:
    appoint(house, "Mia", ("PROJECT_MANAGER", project(house, "Atlas")))
    close_projects(house)
    page = signed_in(house, app_of, "mia@example.test")
    assert figures(page) == ATLAS
    assert offered(page) == set(PAGES) - {"client"}
    for name in sorted(offered(page)):
        go_to(page, name)
        assert is_sound(settle(page)), name
        assert not [word for word in ("Internal", "ana@", "ben@") if word in everything(page)], name
    assert sorted(page.session_state[SESSION].listed.names["project"].values()) == ["Atlas", "Borealis"], "Borealis is public"


@pytest.mark.parametrize("money", [True, at_night(False, id="no-money")])
def test_a_team_manager_of_the_secrets_sees_all_of_his_people(house: House, app_of: AppOf, money: bool) -> None:
    managers = {"MIA@example.test": {"people": ["Ben Okafor"]}}
    page = signed_in(house, app_of, "mia@example.test", managers=managers, managers_see_money=money)
    found = figures(page)
    assert found["Tracked"] == "4.5 h"
    shown = found["Amount"] + texts(page)
    assert ("240" in shown and "150" in shown) if money else (found["Amount"], "240" in shown) == ("–", False)
    assert ("billable" in offered(page)) is money
    assert "projects" not in offered(page) and "team" in offered(page)
    assert is_sound(settle(go_to(page, "team")))
    assert not [word for word in ("Ana Kov", "ana@") if word in everything(page)]


def test_who_may_come_in_and_is_nobody_here_is_told_so_and_sees_nothing(house: House, app_of: AppOf) -> None:
    page = signed_in(house, app_of, "eve@example.test")
    assert offered(page) == {"overview", "settings"}
    for name in ("overview", "settings"):
        go_to(page, name)
        assert "your address is nobody's in this Clockify workspace" in notices(page)[0]
        assert not figures(page)
        assert not [word for word in ("Tiny studio", "Ana", "Ben", "Atlas", "Borealis") if word in everything(page)]
    assert "Use this key" in buttons(page), "with a key of one's own one sees one's own workspace"


def test_a_role_that_is_taken_away_is_gone_at_the_next_look(house: House, app_of: AppOf) -> None:
    page = signed_in(house, app_of, "mia@example.test", admin_emails=["mia@example.test"])
    assert figures(page) == studio.NOVEMBER
    page.secrets["access"] = {"allowed_domains": ["example.test"]}
    page.run()
    assert is_sound(page) and figures(page).get("Tracked") != "7.0 h"
    assert offered(page) == {"overview", "detailed", "weekly", "track", "settings"}
    house.world.users[user(house, "Mia").id] = replace(user(house, "Mia"), role="OWNER")
    house.clock.pass_by(hours=2)
    owner = signed_in(house, app_of, "mia@example.test")
    assert figures(settle(owner.run())) == studio.NOVEMBER
    house.world.users[user(house, "Mia").id] = replace(user(house, "Mia"), role="MEMBER")
    house.clock.pass_by(hours=2)
    settle(owner.run())
    assert offered(settle(owner)) == {"overview", "detailed", "weekly", "track", "settings"}


def test_through_a_key_of_ones_own_one_is_what_its_user_is(house: House, app_of: AppOf) -> None:
    page = go_to(signed_in(house, app_of, "ben@example.test"), "settings")
    page.text_input(key="pasted-key").set_value(studio.KEY)
    buttons(page)["Use this key"].click().run()
    assert is_sound(settle(page)) and offered(page) == set(PAGES), "Ana's, who owns the workspace"
    boss = go_to(signed_in(house, app_of, "mia@example.test", admin_emails=["mia@example.test"]), "settings")
    boss.text_input(key="pasted-key").set_value(studio.MEMBER)
    buttons(boss)["Use this key"].click().run()
    assert is_sound(settle(boss)) and "team" not in offered(boss), "a member's key shows a member's time"
    assert figures(settle(go_to(boss, "overview")))["Tracked"] == "4.5 h"


def test_an_admin_looks_with_somebody_elses_eyes_and_changes_nothing(house: House, app_of: AppOf) -> None:
    page = go_to(signed_in(house, app_of, "ana@example.test", managers={"who@example.test": {"people": ["Bob"]}}), "settings")
    card = next(one.value for one in page.dataframe if "Role from" in one.value)
    assert [tuple(row) for row in card[["Person", "Role", "All time of", "Money", "Role from"]].to_numpy()] == [
        ("Ana Kovač", "admin", "everybody", "with cost", "Clockify, key"),
        ("Ben Okafor", "member", "own", "no", "–"),
        ("Mia Berg", "member", "own", "no", "–"),
    ]
    said = "\n".join(notices(page))
    assert "example.test is nobody's address" in said and "“Bob” fits none" in said
    assert list(page.selectbox(key="look-person").options) == ["Ben Okafor", "Mia Berg"], "he need not look as himself"
    page.selectbox(key="look-person").set_value(user(house, "Ben").id).run()
    press(page, "look-start")
    assert is_sound(page) and "You look as Ben Okafor, who is a member" in texts(page)
    assert not {"sign-out", "forget-key", "look-start"} & {one.key for one in page.button} and not page.text_input
    assert figures(settle(go_to(page, "overview"))) == BEN
    assert offered(page) == {"overview", "detailed", "weekly", "track", "settings"}
    go_to(page, "track")
    assert is_sound(settle(page)) and "You look as somebody else, so nothing is written meanwhile." in texts(page)
    assert not [one.key for one in page.button if one.key in ("track-save", "timer-start") and not one.disabled]
    press(page, "look-stop")
    assert figures(settle(go_to(page, "overview"))) == studio.NOVEMBER
    assert "You look as" not in texts(page)


def test_who_is_no_admin_any_more_looks_as_himself(house: House, app_of: AppOf) -> None:
    page = signed_in(house, app_of, "mia@example.test", admin_emails=["mia@example.test"])
    page.session_state[SESSION].looks_as = user(house, "Ben").id
    assert figures(page.run()) == BEN
    page.secrets["access"] = {"allowed_domains": ["example.test"]}
    page.run()
    assert "You look as" not in texts(page) and page.session_state[SESSION].looks_as == ""
    assert "Ben" not in texts(page)


def test_nothing_of_the_workspace_is_shown_before_its_lists_are_there(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    from clockify.app.shell import visit

    monkeypatch.setattr(visit, "LISTS_PATIENCE_SECONDS", 0.0)
    with house.front.hold("users", lambda _: True):
        page = app_of(house.front, studio.KEY, CLOCKIFY_OPEN="")
        page.secrets.update({"auth": AUTH, "access": {"allowed_domains": ["example.test"]}})
        page.user = ADA | {"email": "ana@example.test"}
        page.run()
        assert "People and projects are still being read." in "\n".join(notices(page))
        viewer = page.session_state[SESSION].looking.viewer
        assert (viewer.people, viewer.sees_money, viewer.may_note) == (frozenset(), False, False), "who he is nobody knows yet"
        assert not [word for word in ("Tiny studio", "Ana Kov", "Atlas") if word in everything(page)]
    assert is_sound(settle(page))


# What of the studio is nobody's but Ana's or Ben's, once Atlas and Internal are closed: names, and sums of everybody.
OF_OTHERS = {
    "ben": ("Ana Kov", "Mia", "ana@", "mia@", "secret of Ana", "7.00", "7.0 h", "€", "200.00", "350.00"),
    "mia": ("Internal", "Borealis work", "secret of Ana", "7.00", "7.0 h", "240.00", "cost"),
}


@pytest.mark.nightly
@pytest.mark.parametrize("who", OF_OTHERS)
@pytest.mark.parametrize(
    "params", [{}, {"rounding": "up-15", "compare": "previous"}, {"compare": "last-year", "group-by": "Person"}], ids=str
)
def test_no_page_and_no_file_has_anything_of_others(
    house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch, who: str, params: dict[str, str]
) -> None:
    appoint(house, "Mia", ("PROJECT_MANAGER", project(house, "Atlas")))
    (short,) = [one for one in house.world.entries if one.seconds == 30 * 60]
    house.world.edit_entry(short.id, description="secret of Ana")
    (long,) = [one for one in house.world.entries if one.seconds == 180 * 60]
    house.world.edit_entry(long.id, description="Borealis work")
    internal = house.world.projects[project(house, "Internal")]
    house.world.add_running(user(house, "Ana"), studio.NOON - timedelta(hours=1), project=internal, description="secret of Ana's timer")
    close_projects(house)
    page = signed_in(house, app_of, f"{who}@example.test")
    taken = Taken(monkeypatch)
    monkeypatch.setattr(door, "secrets_section", lambda section: page.secrets.get(section))
    monkeypatch.setattr(door, "caller", lambda: caller_of(page.user, needs_no_sign_in=False))
    count = 0
    for name in sorted(offered(page) - {"settings"}):
        for key, value in (params | {"week": "2026-11-04"} if name == "weekly" else params).items():
            page.query_params[key] = value
        assert is_sound(settle(go_to(page, name))), name
        cells = "\n".join(table.value.astype("str").to_csv() for table in (*page.table, *page.dataframe))
        files = taken.files()
        count += len(files)
        found = {name: everything(page) + cells} | {key: text_of(key, file) for key, file in files.items()}
        assert not [(where, word) for where, text in found.items() for word in OF_OTHERS[who] if word in text]
    assert count >= 15
