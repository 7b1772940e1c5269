from __future__ import annotations

from collections.abc import Callable

from streamlit.testing.v1 import AppTest

from tests.support.looks import go_to, is_sound, settle, texts, figures


def test_try(demo_app: AppTest) -> None:
    page = settle(go_to(demo_app.run(), "projects"))
    for one in page.exception:
        print(one)
    assert is_sound(page)
    print(texts(page))
    print(figures(page))
    for table in page.table:
        print(table.value.to_string())
