"""Names in Markdown: what people called things is shown as they wrote it, and never obeyed."""

from __future__ import annotations

import re

# Streamlit reads some signs after Markdown is parsed, where a backslash no longer
# protects: they are parted by a word joiner, which has no width.
JOINER = "\N{WORD JOINER}"

_SPACE = re.compile(r"[\s\x00-\x1f\x7f-\x9f]+")
_TURNING = re.compile("[\u202a-\u202e\u2066-\u2069]")  # would turn the text after the name around
_PARTED = re.compile(
    r"(?<=:)(?=[a-z+\-_/])"  # :material/x: :streamlit: :smile: https://
    r"|(?<=[<>~=\-])(?=[<>=\-])"  # -> <- <-> -- >= <= ~=
    r"|(?<=www)(?=\.)|(?<=\w)(?=@\w)",  # addresses that would become links
    re.IGNORECASE,
)
_PUNCTUATION = re.compile(r"([!-/:-@\[-`{-~])")


def one_line(text: str) -> str:
    """Return text on one line, without control characters and without signs that turn the writing direction around.

    For what shows text as it is: options of widgets, charts.
    """
    return _SPACE.sub(" ", _TURNING.sub("", str(text))).strip()


def escape_markdown(text: str) -> str:
    """Return text that Streamlit's Markdown shows literally, on one line.

    For labels, captions, alerts, metrics and cells of `st.table`, exactly once; not for
    options of a selectbox, `st.text`, `st.dataframe` or charts, which show text as it is.
    """
    return _PUNCTUATION.sub(r"\\\1", _PARTED.sub(JOINER, one_line(text)))
