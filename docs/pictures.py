"""Take the pictures in the documentation: of the made-up shop, in Chromium."""

import datetime as dt
import shutil
import sys
import tempfile
import threading
from pathlib import Path

from playwright.sync_api import Page, sync_playwright
from waitress.server import create_server

from db.engine import open_reader, open_writer
from pipeline.refreshing.refresh import Request, refresh
from portal.app import create_app
from portal.settings import Settings

DOCS = Path(__file__).parent
SWITCHES = [
    "--no-sandbox", "--use-angle=swiftshader", "--enable-unsafe-swiftshader",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
    "--no-first-run",
]  # fmt: skip
PAGES = {"today": "/", "risk": "/risk", "segments": "/segments"}
"""Pages as the README shows them."""
FIGURES = {
    "revenue": ("/", "today-months"),
    "profile": ("/segments", "segments-profile"),
    "clustering": ("/clustering", "clustering-silhouette"),
}
"""Figures as the steps show them: the page, or its tab, and the card."""
WAIT_MS = 4_000


def main() -> int:
    """Refresh the made-up shop, serve it and photograph it."""
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        sys.stderr.write("pictures: there is no Chromium on this machine; nothing was taken.\n")
        return 4
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/portal.db"
        refresh(open_writer(url), Request(), clock=lambda: dt.datetime.now(dt.UTC))
        server = create_server(create_app(open_reader(url), Settings(db=url)).server, port=0)
        threading.Thread(target=server.run, daemon=True).start()
        with sync_playwright() as playwright:
            browser = playwright.chromium.launch(executable_path=chromium, args=SWITCHES)
            _photograph(
                browser.new_page(viewport={"width": 1440, "height": 900}, color_scheme="light"),
                f"http://127.0.0.1:{server.effective_port}",
            )
            browser.close()
        server.close()
    return 0


def _photograph(page: Page, address: str) -> None:
    figures = DOCS / "figures"
    figures.mkdir(exist_ok=True)
    for name, path in PAGES.items():
        _open(page, address + path)
        page.screenshot(path=DOCS / f"{name}.png")
    for name, (path, card) in FIGURES.items():
        _open(page, address + path)
        page.locator(f'section[data-card="{card}"]').screenshot(path=figures / f"{name}.png")


def _open(page: Page, address: str) -> None:
    page.goto("about:blank")  # a tab of the page that is open would not be laid out anew
    page.goto(address)
    page.wait_for_timeout(WAIT_MS)


if __name__ == "__main__":
    sys.exit(main())
