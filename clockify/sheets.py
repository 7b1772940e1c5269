"""How a CSV is written for a spreadsheet: what separates its cells, and how a decimal is written."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum

# Languages that write 1,25, after CLDR; there a spreadsheet separates cells by semicolons.
_DECIMAL_COMMA = (
    "af az be bg bs ca cs da de el es et eu fi fo fr gl hr hu hy id is it ka kk ky lb lt lv mk nb nl nn no"
    " pl pt ro ru sk sl sq sr sv tk tr uk uz vi"
)
# Regions in which a language of theirs writes 1.25 nevertheless.
_DECIMAL_POINT = "de-CH de-LI it-CH es-419 es-DO es-GT es-HN es-MX es-NI es-PA es-PE es-PR es-SV es-US"


class CsvForm(StrEnum):
    """Comma and point, or semicolon and comma: what spreadsheets of a country open by a double click."""

    COMMA = "comma"
    SEMICOLON = "semicolon"

    @property
    def separator(self) -> str:
        """What stands between two cells."""
        return "," if self is CsvForm.COMMA else ";"

    @property
    def label(self) -> str:
        """The name in lists."""
        return "Comma and point" if self is CsvForm.COMMA else "Semicolon and comma"

    def figures(self, texts: Iterable[str]) -> list[str]:
        """Write figures that have a decimal point, or none, in this form."""
        return list(texts) if self is CsvForm.COMMA else [text.replace(".", ",") for text in texts]

    @classmethod
    def of_locale(cls, locale: str | None) -> CsvForm:
        """Return the form of a browser's locale ("de-AT", "sr-Latn-RS"); comma and point if it says nothing."""
        language, *further = (locale or "").split("-")
        points = any(f"{language}-{part}" in _DECIMAL_POINT.split() for part in further)
        return cls.SEMICOLON if language in _DECIMAL_COMMA.split() and not points else cls.COMMA
