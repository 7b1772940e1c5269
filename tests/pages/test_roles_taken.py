"""What a page offered before a role was taken away: its commands do nothing any more, and its files are not made."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest
from streamlit.testing.v1.element_tree import ElementTree

from clockify.app.shell import door
from clockify.app.shell.session import KEY as SESSION
from clockify.desk.signin import NotAdmitted
from tests.pages.test_branding import kept, put
from tests.pages.test_roles import signed_in as sign_in
from tests.pages.test_roles import user
from tests.support.house import House
from tests.support.looks import go_to, is_sound, notices, settle

AppOf = Callable[..., AppTest]
EVERYBODY = {"allowed_domains": ["example.test"]}


@pytest.fixture
def house(housed: Callable[..., House]) -> House:
    return housed()


@pytest.fixture
def boss(house: House, app_of: AppOf) -> AppTest:
    """Mia, whom the secrets make an admin, has written down how the team looks, and may take that back."""
    page = go_to(sign_in(house, app_of, "mia@example.test", admin_emails=["mia@example.test"]), "settings")
    put(settle(page), "text_input", "name", "Mia's own").button(key="branding-save").click().run()
    assert kept(house).name == "Mia's own"
    return next(one for one in page.get("button_group") if one.key == "noted").set_value("History").run()


def demote(page: AppTest, **access: Any) -> None:
    page.secrets["access"] = EVERYBODY | access


def test_while_the_role_is_there_the_command_is_done(boss: AppTest, house: House) -> None:
    boss.button(key="noted-undo").click().run()
    assert kept(house).name == ""


def test_a_click_that_comes_after_the_role_went_does_nothing(boss: AppTest, house: House) -> None:
    demote(boss)
    boss.button(key="noted-undo").click().run()
    assert is_sound(boss) and kept(house).name == "Mia's own"
    assert "What you may see or do here has changed" in "\n".join(notices(boss))


@pytest.mark.parametrize("looks", [False, True], ids=["no admin any more", "an admin with other eyes"])
def test_a_button_that_the_tab_had_before_does_nothing_either(
    boss: AppTest, house: House, monkeypatch: pytest.MonkeyPatch, looks: bool
) -> None:
    """Streamlit keeps every command that a tab was ever offered, and does it if the tab says that it was clicked."""
    button = boss.button(key="noted-undo").proto.id
    if looks:
        boss.session_state[SESSION].looks_as = user(house, "Ben").id
    else:
        demote(boss)
    boss.run()
    assert "noted-undo" not in {one.key for one in boss.button}
    click(boss, button, monkeypatch)
    assert is_sound(boss) and kept(house).name == "Mia's own"


def test_a_file_that_was_offered_before_is_not_made(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch) -> None:
    offered: list[Callable[[], bytes]] = []
    guard = door.behind_the_door
    monkeypatch.setattr("clockify.app.cards.downloads.behind_the_door", lambda make: offered.append(guard(make)) or offered[-1])
    managed = {"mia@example.test": {"people": ["Ben Okafor"]}}
    page = sign_in(house, app_of, "mia@example.test", managers=managed)
    monkeypatch.setattr(door, "secrets_section", lambda section: page.secrets.get(section))
    monkeypatch.setattr(door, "caller", door.caller)
    made = offered[0]
    assert made()
    demote(page)
    with pytest.raises(NotAdmitted):
        made()


def click(page: AppTest, widget: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Say that something was clicked, whether it is on the page or not."""
    said = ElementTree.get_widget_states

    def with_click(tree: ElementTree) -> Any:
        states = said(tree)
        states.widgets.add(id=widget, trigger_value=True)
        return states

    monkeypatch.setattr(ElementTree, "get_widget_states", with_click)
    page.run()
    monkeypatch.setattr(ElementTree, "get_widget_states", said)
