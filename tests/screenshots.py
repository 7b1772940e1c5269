"""Take pictures of every page: `python -m tests.screenshots FOLDER`, or those that the README shows: `--readme`.

The app runs as the README says, on the demo workspace, so that figures and the moment of
verification are those of the day on which the pictures are taken.
"""

from __future__ import annotations

import argparse
import io
import sys
import tempfile
from pathlib import Path

import numpy as np
from PIL import Image
from playwright.sync_api import Browser, sync_playwright

from tests.screenshots_of_states import take_states
from tests.support.browsing import Sight
from tests.support.servers import CHROMIUM_FLAGS, AppServer, find_chromium

README_FOLDER = Path(__file__).parent / "screenshots"
# Name, page, width, dark, and how much of its top is shown: up to between two rows of the table.
README = (
    ("overview-light", "overview", 1280, False, 946),
    ("overview-dark", "overview", 1280, True, 946),
    ("phone", "detailed", 390, False, 844),
    ("people", "team", 1280, False, 880),
    ("projects", "projects", 1280, False, 990),
    ("track", "track", 1280, False, 1040),
    ("client", "client", 1280, False, 980),
)
PAGES = {name: f"/{name}" for name in ("detailed", "weekly", "billable", "team", "projects", "track", "settings")}
PAGES |= {"overview": "/", "client": "/client?period=last-month"}
# What is drawn last on a page: when it stands there, so does everything above it.
LAST = {
    "overview": ".st-key-summary-table table",
    "detailed": ".st-key-entries-table table",
    "weekly": ".st-key-week-table table",
    "billable": ".st-key-billable-table table",
    "team": ".st-key-week-done [data-testid=stDataFrame]",
    "projects": ".st-key-forecast-record",
    "track": ".st-key-running-now",
    "client": ".st-key-client-notes",
    "settings": ".st-key-notes [data-testid=stDataFrame]",
}
CHARTS = ".st-key-bars [aria-roledescription=bar]"
SIZES = {1280: 800, 390: 844}
SURFACES = 32  # so many of the most used colours are kept, however near to each other
APART = 8  # in any channel; in a letter or a dot nobody sees less
FULL_HEIGHT = "Math.ceil(document.querySelector('[data-testid=stMain]').scrollHeight)"


def main() -> None:
    wanted = _parser().parse_args()
    path = find_chromium()
    if path is None:
        sys.exit("no Chromium found (Debian: apt-get install chromium), or set CHROMIUM to its path")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)
        if wanted.states is not None:
            take_states(browser, wanted.folder or README_FOLDER, wanted.states)
        else:
            take_pages(browser, wanted)
        browser.close()


def take_pages(browser: Browser, wanted: argparse.Namespace) -> None:
    """Take pictures of the pages, in the good state."""
    with tempfile.TemporaryDirectory() as folder, AppServer(Path(folder), "", {}) as app:
        # Streamlit gives the first visitor of a process a sidebar 14 px wider than it was told.
        picture(browser, app.url, "overview", width=1280, dark=False)
        if wanted.folder:
            take_all(browser, app.url, wanted.folder)
        if wanted.readme:
            take_for_readme(browser, app.url)


def take_all(browser: Browser, address: str, folder: Path) -> None:
    """Write each page, light and dark, wide and as on a phone, in its full height."""
    folder.mkdir(parents=True, exist_ok=True)
    for name in PAGES:
        for width in SIZES:
            for dark in (False, True):
                file = folder / f"{name}-{'dark' if dark else 'light'}-{width}.png"
                file.write_bytes(picture(browser, address, name, width=width, dark=dark))
                print(file)


def take_for_readme(browser: Browser, address: str) -> None:
    """Write the tops of the pages that the README shows."""
    README_FOLDER.mkdir(exist_ok=True)
    for name, page, width, dark, height in README:
        image = Image.open(io.BytesIO(picture(browser, address, page, width=width, dark=dark)))
        top = image.convert("RGB").crop((0, 0, image.width, height))
        file = README_FOLDER / f"{name}.png"
        in_few_colors(top).save(file, optimize=True)
        print(file, f"{file.stat().st_size / 1000:.0f} kB")


def in_few_colors(image: Image.Image) -> Image.Image:
    """Paint an image in at most 256 of its own colours: its surfaces, and the most used ones that are `APART`.

    A third of the size. Pillow's own ways tint the large pale surfaces, or lose the small coloured dots.
    """
    pixels = np.asarray(image)
    colors, places, counts = np.unique(pixels.reshape(-1, 3), axis=0, return_inverse=True, return_counts=True)
    signed = colors.astype(int)
    chosen: list[int] = []
    for place in np.argsort(-counts):
        distances = np.abs(signed[chosen] - signed[place]).max(axis=1, initial=0)
        if len(chosen) < SURFACES or (len(chosen) < 256 and (distances >= APART).all()):
            chosen.append(int(place))
    nearest = ((signed[:, None] - signed[chosen]) ** 2).sum(axis=2).argmin(axis=1)
    painted = Image.fromarray(nearest[places].reshape(pixels.shape[:2]).astype(np.uint8)).convert("P")
    painted.putpalette(colors[chosen].ravel().tolist())
    return painted


def picture(browser: Browser, address: str, name: str, *, width: int, dark: bool) -> bytes:
    """Return a page as PNG, as high as it is, at least one screen."""
    with Sight(browser, address, width=width, height=SIZES[width], dark=dark) as sight:
        page = sight.open(PAGES[name])
        if name == "client":
            sight.under("client-offered", "button").first.click()
        page.wait_for_selector(LAST[name])
        if name == "overview":
            page.wait_for_selector(CHARTS)
        height = max(int(page.evaluate(FULL_HEIGHT)), SIZES[width])
        page.set_viewport_size({"width": width, "height": height})
        sight.settled()
        page.mouse.move(0, 0)
        page.wait_for_timeout(800)  # charts follow a new size with a delay of their own
        return page.screenshot(animations="disabled", caret="hide")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.screenshots", description=__doc__)
    parser.add_argument("folder", type=Path, nargs="?", help="where to put a picture of each page in each form")
    parser.add_argument("--readme", action="store_true", help="make the pictures of the README anew")
    parser.add_argument("--states", nargs="*", metavar="NAME", help="take the states instead of the pages: all, or those named")
    return parser


if __name__ == "__main__":
    main()
