"""Chromium, as Debian packages it, driven by playwright; it reaches loopback addresses and nothing else."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Error, Page, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MACOS = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1",
)


def chromium() -> str | None:
    """The path of an installed Chromium ($CHROMIUM first), or None."""
    found = os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, NAMES)), None)
    return found or (str(MACOS) if MACOS.exists() else None)


def noto_fonts() -> bool:
    """Whether Arabic and Persian are drawn with the right face."""
    if shutil.which("fc-list") is None:
        return False
    listed = subprocess.run(["fc-list", ":lang=fa", "family"], capture_output=True, text=True, check=False)
    return "Noto" in listed.stdout


@contextmanager
def launched(path: str) -> Iterator[Browser]:
    """A headless browser, closed at the end."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def page_of(browser: Browser, width: int = 1280, height: int = 900, **options: object) -> Iterator[Page]:
    """A page in a fresh profile; an error in one of its scripts is raised at the end."""
    context = browser.new_context(viewport={"width": width, "height": height}, **options)  # type: ignore[arg-type]
    errors: list[Error] = []
    page = context.new_page()
    page.on("pageerror", lambda error: errors.append(error))  # playwright marks what it is given: no builtin
    try:
        yield page
    finally:
        context.close()
    if errors:
        raise AssertionError(f"a script on the page failed: {errors[0]}")
