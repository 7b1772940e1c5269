"""The card of Settings for how the team looks: what is typed is kept, what can't be right is said, and nobody sees it who may not."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Callable

import pytest
from streamlit.testing.v1 import AppTest

from clockify.app.shell import door, resources
from clockify.branding import Branding
from clockify.desk.viewer import Viewer
from clockify.records.store import Records
from tests.support import studio
from tests.support.house import House
from tests.support.looks import buttons, go_to, is_sound, notices, settle, texts
from tests.support.pictures import png

AppOf = Callable[..., AppTest]
DRAWING = b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><script>evil()</script><path d="M0 0h9v9z"/></svg>'


@pytest.fixture
def house(housed: Callable[..., House]) -> House:
    return housed()


@pytest.fixture
def page(house: House, app_of: AppOf) -> AppTest:
    return settings_of(app_of, house)


def settings_of(app_of: AppOf, house: House) -> AppTest:
    return go_to(settle(app_of(house.front, studio.KEY).run()), "settings")


def records() -> Records:
    return resources.desk().notebook(demo=False).records


def kept(house: House) -> Branding:
    return records().notes(house.world.id).branding


def field(page: AppTest, sort: str, name: str) -> object:
    return next(one for one in page.get(sort) if (one.key or "").startswith(f"branding-{name}-"))


def put(page: AppTest, sort: str, name: str, value: object) -> AppTest:
    return field(page, sort, name).set_value(value).run()  # type: ignore[attr-defined, no-any-return]


def upload(page: AppTest, content: bytes, name: str = "logo.png") -> AppTest:
    return put(page, "file_uploader", "logo", (name, content, "image/png"))


def save(page: AppTest) -> AppTest:
    return page.button(key="branding-save").click().run()


def test_what_is_typed_is_kept_with_who_and_can_be_taken_back(page: AppTest, house: House) -> None:
    put(page, "text_input", "name", " Ölund & Søn ")
    put(page, "text_area", "address", "Gate 5 \r\n0150 Oslo\n\n")
    put(page, "checkbox", "own", True)
    put(page, "color_picker", "accent", "#1B4D89")
    assert "Its contrast with white is 8.50 : 1" in texts(page)
    save(upload(page, png(30, 20)))
    assert is_sound(page)
    assert notices(page, "success") == ["Saved."]
    assert kept(house) == Branding("Ölund & Søn", "Gate 5\n0150 Oslo", png(30, 20), "png", "#1b4d89")
    (change,) = records().history(house.world.id)
    assert (change.kind, change.added) == ("branding", (kept(house),))
    history = next(one for one in page.get("button_group") if one.key == "noted").set_value("History").run()
    assert history.dataframe[-1].value["What"].tolist() == ["Branding"]
    assert history.dataframe[-1].value["After"].tolist() == ["Ölund & Søn, Gate 5, 0150 Oslo, a logo (png), #1b4d89"]
    history.button(key="noted-undo").click().run()
    assert kept(house) == Branding()
    assert field(page, "text_input", "name").value == ""  # type: ignore[attr-defined]


def test_a_pale_colour_is_told_with_its_contrast_and_a_darker_one_is_taken(page: AppTest, house: House) -> None:
    put(page, "checkbox", "own", True)
    put(page, "color_picker", "accent", "#ffcc00")
    assert "Its contrast with white is 1.51 : 1; to be read it takes 4.5 : 1." in texts(page)
    save(page)
    (said,) = notices(page, "error")
    assert "1.51" in said
    assert kept(house) == Branding()
    (offered,) = [label for label in buttons(page) if label.startswith("Use #")]
    page.button(key="branding-darker").click().run()
    assert "to be read it takes 4.5 : 1" in texts(page) and "branding-darker" not in {one.key for one in page.button}
    save(page)
    assert kept(house) == Branding(accent=offered.removeprefix("Use "))


def test_a_logo_is_shown_before_it_is_saved_and_what_is_left_out_is_named(page: AppTest, house: House) -> None:
    upload(page, DRAWING, "logo.svg")
    assert is_sound(page)
    assert "Left out, for it doesn't draw or isn't safe: script." in texts(page)
    (shown,) = [one.body for one in page.get("html") if "The logo" in one.body]
    assert b64encode(b"evil")[:4].decode() not in shown and "data:image/svg+xml;base64," in shown
    assert kept(house) == Branding()
    save(page)
    logo = kept(house).logo
    assert logo is not None and b"evil" not in logo and b"<path" in logo
    put(page, "checkbox", "without", True)
    save(page)
    assert kept(house) == Branding()


def test_a_file_that_is_no_logo_is_told_and_what_was_there_stays(page: AppTest, house: House) -> None:
    save(upload(page, png(30, 20)))
    upload(page, b"GIF89a")
    assert "This is neither a PNG nor an SVG." in texts(page)
    save(page)
    assert notices(page, "error") == ["This is neither a PNG nor an SVG."]
    assert kept(house).logo == png(30, 20)


def test_two_who_change_it_at_once_dont_overwrite_each_other(house: House, app_of: AppOf) -> None:
    mine, theirs = (settings_of(app_of, house) for _ in range(2))
    put(theirs, "text_input", "name", "Theirs")
    save(put(mine, "text_input", "name", "Mine"))
    save(theirs)
    (said,) = notices(theirs, "error")
    assert said.startswith("Somebody else changed this meanwhile.")
    assert kept(house).name == "Mine"
    assert field(theirs, "text_input", "name").value == "Mine"  # type: ignore[attr-defined]


def test_saving_what_is_there_is_no_change(page: AppTest, house: House) -> None:
    save(page)
    assert is_sound(page)
    assert records().history(house.world.id) == []


@pytest.mark.parametrize("terms", [{"sees_money": False}, {"people": frozenset({"nobody"})}])
def test_who_may_not_write_has_no_card(house: House, app_of: AppOf, monkeypatch: pytest.MonkeyPatch, terms: dict[str, object]) -> None:
    settings_of(app_of, house)
    monkeypatch.setattr(door, "admit", lambda _: Viewer("Ben", **terms))  # type: ignore[arg-type]
    page = settings_of(app_of, house)
    assert "branding-save" not in {one.key for one in page.button}
    assert not [one for one in page.get("file_uploader") if "branding" in (one.key or "")]
