"""By what a CSV's cells are separated, and for whom."""

from __future__ import annotations

import pytest

from clockify.sheets import CsvForm


@pytest.mark.parametrize(
    "locale", ["de", "de-DE", "de-AT", "sr", "sr-Latn-RS", "fr-FR", "it-IT", "es-ES", "es-AR", "nl-BE", "pl-PL", "cs-CZ", "pt-BR", "nb-NO"]
)
def test_where_a_comma_is_decimal_cells_are_separated_by_semicolons(locale: str) -> None:
    assert CsvForm.of_locale(locale) is CsvForm.SEMICOLON


@pytest.mark.parametrize("locale", [None, "", "en-US", "en-GB", "ja-JP", "zh-Hans-CN", "de-CH", "it-CH", "es-MX", "es-419", "xx"])
def test_elsewhere_by_commas(locale: str | None) -> None:
    assert CsvForm.of_locale(locale) is CsvForm.COMMA


def test_figures_have_the_forms_own_decimal_sign_and_no_thousands() -> None:
    assert CsvForm.SEMICOLON.figures(["1234567.25", "-0.5", "7", "1:15:00", "12.50%", ""]) == [
        *("1234567,25", "-0,5", "7", "1:15:00", "12,50%", ""),
    ]
    assert CsvForm.COMMA.figures(["1234567.25", "7"]) == ["1234567.25", "7"]
