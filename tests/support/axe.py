"""axe-core, as the package `axe-playwright-python` brings it, and what it finds on a page that isn't Streamlit's own."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

PACKAGE = "axe_playwright_python"
RUN = """() => axe.run(document, {resultTypes: ['violations']}).then(found => found.violations.flatMap(one => one.nodes.map(node => ({
    rule: one.id, impact: one.impact, target: node.target.flat().join(' '), html: node.html.slice(0, 300),
    why: node.failureSummary, excused: %s.filter(([rule, selector]) => rule === one.id && node.target.length === 1
        && document.querySelector(node.target[0])?.closest(selector)).length > 0,
}))))"""

# Streamlit's own (1.67), each by rule and by the element that it stands in; nothing of ours is drawn there.
STREAMLITS = (
    # The sparkline of `st.metric` has a layer for the point under the mouse, named only once there is one.
    ("svg-img-alt", "[data-testid=stMetric] [class*=_highlighted_points_marks]"),
    # The list of the menu holds the sections' headings and lists beside its items.
    ("list", "[data-testid=stSidebarNav]"),
    ("listitem", "[data-testid=stSidebarNav]"),
    # The place to drop a file is declared to be mere decoration and has a name all the same; its button is named, too.
    ("presentation-role-conflict", "[data-testid=stFileUploader]"),
    # The label of a control that is switched off is pale, and not tied to it by `for`: WCAG 1.4.3 leaves inactive parts out.
    ("color-contrast", "[data-testid=stSelectbox]:has(input:disabled) [data-testid=stWidgetLabel]"),
)


def axe_source() -> str:
    """Return axe's script; the test is skipped where it isn't installed."""
    found = find_spec(PACKAGE)
    folder = Path(next(iter(found.submodule_search_locations))) if found and found.submodule_search_locations else None
    if folder is None:
        pytest.skip("axe-core isn't installed: pip install -e '.[test]' brings it with axe-playwright-python")
    return (folder / "axe.min.js").read_text(encoding="utf8")


def violations(page: Any, source: str) -> list[dict[str, str]]:
    """Return what axe finds on a page as it stands, but for Streamlit's own."""
    page.evaluate(source)
    excused = [list(one) for one in STREAMLITS]
    return [one for one in page.evaluate(RUN % excused) if not one["excused"]]
