"""No key, a bad one, another one, and settings that can't be used: what the pages say, and the way out."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, everything, figures, go_to, is_sound, notices, settle, texts

AppOf = Callable[..., AppTest]
Housed = Callable[..., House]


@pytest.mark.parametrize("name", ["overview", "billable", "settings"])
def test_without_a_key_every_page_says_that_it_is_the_demo(demo_app: AppTest, name: str) -> None:
    page = go_to(demo_app.run(), name)
    assert is_sound(page)
    assert "Demo workspace" in texts(page)


def test_settings_shows_how_to_connect(demo_app: AppTest, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CLOCKIFY_OPEN", "1")
    page = go_to(demo_app.run(), "settings")
    assert "CLOCKIFY_API_KEY=" in texts(page)
    assert [field.label for field in page.text_input] == ["Clockify API key", "Name"], "of the key, and of the team"


class TestPastingAKey:
    @pytest.fixture
    def page(self, housed: Housed, app_of: AppOf) -> AppTest:
        """Settings of an installation without a key of its own, whose Clockify is the studio."""
        page = app_of(housed().front, "", CLOCKIFY_OPEN="1").run()
        assert "Demo workspace" in texts(page)
        return go_to(page, "settings")

    def paste(self, page: AppTest, key: str) -> AppTest:
        page.text_input[0].set_value(key)
        return buttons(page)["Use this key"].click().run()

    def test_a_right_one_shows_its_workspace(self, page: AppTest) -> None:
        self.paste(page, f" {studio.KEY}\n")
        assert is_sound(page)
        assert "Tiny studio" in texts(page)
        assert "pasted into this session" in texts(page)
        assert figures(go_to(page, "overview")) == studio.NOVEMBER
        assert "Demo workspace" not in texts(page)
        assert studio.KEY[studio.KEY.index("0815") :] not in everything(page)

    def test_a_wrong_one_shows_the_error_and_can_be_forgotten(self, page: AppTest) -> None:
        self.paste(page, "nobody-has-this-key")
        assert is_sound(page)
        (said,) = notices(page)
        assert "Clockify doesn't know this API key. Copy the key again from Clockify" in said
        assert "nobody-has-this-key" not in everything(page)
        go_to(page, "overview")
        assert figures(page) == {}
        assert "Clockify doesn't know this API key" in texts(page)
        buttons(page)["Forget the pasted key"].click().run()
        assert "Demo workspace" in texts(page)
        assert not notices(page)

    def test_after_a_wrong_one_another_can_be_pasted_at_once(self, page: AppTest) -> None:
        self.paste(page, "nobody-has-this-key")
        self.paste(page, studio.KEY)
        assert not notices(page)
        assert "Tiny studio" in texts(page)

    def test_what_no_key_can_be_is_refused_at_once(self, page: AppTest) -> None:
        self.paste(page, "two words")
        (said,) = notices(page)
        assert "characters that no key has" in said
        assert "two words" not in everything(page)

    def test_it_can_be_forgotten(self, page: AppTest) -> None:
        self.paste(page, studio.KEY)
        buttons(page)["Forget the key"].click().run()
        assert "Demo workspace" in texts(page)


def test_another_key_can_be_pasted_over_a_bad_one_of_the_installation(housed: Housed, app_of: AppOf) -> None:
    page = app_of(housed().front, "nobody-has-this-key").run()
    assert "Clockify doesn't know this API key" in texts(page)
    assert [link.proto.label for link in page.get("page_link")] == ["Open Settings"]
    go_to(page, "settings")
    page.text_input[0].set_value(studio.KEY)
    buttons(page)["Use this key"].click().run()
    assert figures(go_to(page, "overview")) == studio.NOVEMBER


def test_a_key_that_was_revoked_leaves_the_old_figures_and_leads_to_settings(housed: Housed, app_of: AppOf) -> None:
    house = housed()
    page = app_of(house.front, studio.KEY).run()
    house.clock.pass_by(hours=3)
    del house.world.keys[studio.KEY]
    settle(page.run())
    assert figures(page) == studio.NOVEMBER
    said = "\n".join(notices(page))
    assert "last checked 3 h ago. Clockify doesn't know this API key. Copy the key again" in said
    assert [link.proto.label for link in page.get("page_link")] == ["Open Settings"]
    assert "Retry" not in buttons(page)


def test_a_workspace_that_the_key_does_not_open_can_be_replaced_in_settings(housed: Housed, app_of: AppOf) -> None:
    page = app_of(housed().front, studio.KEY, CLOCKIFY_WORKSPACE_ID="0" * 24).run()
    assert figures(page) == {}
    assert "does not lead to the workspace that was asked for. Check CLOCKIFY_WORKSPACE_ID" in texts(page)
    go_to(page, "settings")
    assert is_sound(page)
    next(one for one in page.selectbox if one.key == "workspace-instead").set_value("Tiny studio").run()
    assert figures(go_to(page, "overview")) == studio.NOVEMBER


# Settings that can't be used


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("CLOCKIFY_API_URL", "http://evil.example/api/v1"),
        ("CLOCKIFY_REPORTS_URL", "http://evil.example/v1"),
        ("CLOCKIFY_TIME_ZONE", "Middle/Earth"),
        ("CLOCKIFY_API_KEY", "a key with spaces"),
        ("CLOCKIFY_REQUESTS_PER_HOUR", "many"),
        ("DATABASE_URL", "postgresql://user:s3cret@:port/no"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named(housed: Housed, app_of: AppOf, name: str, value: str) -> None:
    page = app_of(housed().front, studio.KEY, **{name: value}).run()
    assert is_sound(page)
    assert figures(page) == {}
    (said,) = notices(page)
    assert "A setting can't be used." in said
    assert name in said
    assert "the setting and start the app again" in texts(page)
    assert value not in everything(page)
    assert "s3cret" not in everything(page)


def test_a_database_that_is_not_there_is_said(housed: Housed, app_of: AppOf) -> None:
    page = app_of(housed().front, studio.KEY, DATABASE_URL="postgresql://nobody:s3cret@127.0.0.1:9/none").run()
    assert is_sound(page)
    (said,) = notices(page)
    assert "The local copy can't be used." in said
    assert "DATABASE_URL is running" in said
    assert "s3cret" not in everything(page)
    assert "Retry" in buttons(page)
