"""A Chromium for the browser tests: found, or obtained, or the tests fail and say what was tried.

`conftest.py` imports the fixtures: `chromium` (path), `browser` (one for all tests), `new_page`
(one context per call) and `page`. No test may ask anything from outside: the browser resolves no
name but 127.0.0.1, every request is looked at, and one to elsewhere fails the test that made it.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, Playwright, sync_playwright
from playwright.sync_api import Error as PlaywrightError

ENVIRONMENT = "CHROMIUM"
NAMES = ("chromium-headless-shell", "chromium", "chromium-browser", "google-chrome", "chrome")
NPM_PACKAGE = "@sparticuz/chromium@153.0.0"
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--enable-unsafe-swiftshader",
    "--disable-background-networking",
    "--disable-component-update",
    # Nothing outside can be reached, whatever a page asks for.
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)
INSIDE = ("127.0.0.1", "localhost")


def find_chromium(playwright: Playwright) -> str:
    """The path of a Chromium that starts. Errors: RuntimeError naming every way that failed."""
    tried = []
    ways: tuple[tuple[str, Callable[[], str | None]], ...] = (
        (f"the environment variable {ENVIRONMENT}", lambda: os.environ.get(ENVIRONMENT)),
        ("on the PATH: " + ", ".join(NAMES), _on_path),
        ("Playwright's own", lambda: playwright.chromium.executable_path),
        ("playwright install chromium", lambda: _by_playwright(playwright)),
        ("apt-get install chromium-headless-shell", _by_apt),
        (f"npm {NPM_PACKAGE}", _by_npm),
    )
    for name, way in ways:
        try:
            path = way()
            if path and Path(path).exists():
                # A download may lack system libraries: only a start tells.
                launch(playwright, path).close()
                return path
            tried.append(f"{name}: not there")
        except (OSError, subprocess.SubprocessError, PlaywrightError) as error:
            tried.append(f"{name}: {error}")
    raise RuntimeError("no Chromium for the browser tests. Tried: " + "; ".join(tried))


def _run(*command: str, **options: Any) -> str:
    done = subprocess.run(
        command, check=True, capture_output=True, text=True, timeout=600, **options
    )
    return done.stdout


def launch(playwright: Playwright, path: str) -> Browser:
    """A browser with the flags that keep it from reaching anything outside."""
    return playwright.chromium.launch(executable_path=path, args=list(FLAGS))


def _on_path() -> str | None:
    return next((path for name in NAMES if (path := shutil.which(name))), None)


def _by_playwright(playwright: Playwright) -> str:
    _run(sys.executable, "-m", "playwright", "install", "chromium")
    return playwright.chromium.executable_path


def _by_apt() -> str | None:
    if not shutil.which("apt-get") or getattr(os, "geteuid", lambda: -1)() != 0:
        return None
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ("apt-get", "install", "-y", "--no-install-recommends", "chromium-headless-shell")
    _run("apt-get", "update", env=quiet)
    _run(*install, env=quiet)
    return shutil.which("chromium-headless-shell")


def _by_npm() -> str | None:
    fits = sys.platform == "linux" and platform.machine() == "x86_64"
    if not fits or not shutil.which("npm") or not shutil.which("node"):
        return None
    folder = Path(tempfile.gettempdir()) / "chromium-for-tests"
    folder.mkdir(exist_ok=True)
    _run("npm", "install", "--no-audit", "--no-fund", "--prefix", str(folder), NPM_PACKAGE)
    ask = (
        "import('@sparticuz/chromium')"
        ".then(async it => console.log(await it.default.executablePath()))"
    )
    return _run("node", "--input-type=module", "-e", ask, cwd=folder).strip() or None


def is_outside(url: str) -> bool:
    """True when a request would leave this machine."""
    parts = urlsplit(url)
    return parts.scheme not in ("data", "blob", "about") and parts.hostname not in INSIDE


@pytest.fixture(scope="session")
def _playwright() -> Iterator[Playwright]:
    with sync_playwright() as playwright:
        yield playwright


@pytest.fixture(scope="session")
def chromium(_playwright: Playwright) -> str:
    """The path of a Chromium; without one every browser test fails."""
    return find_chromium(_playwright)


@pytest.fixture(scope="session")
def browser(_playwright: Playwright, chromium: str) -> Iterator[Browser]:
    """One browser for all tests."""
    started = launch(_playwright, chromium)
    yield started
    started.close()


@pytest.fixture
def outside_requests() -> list[str]:
    """The addresses outside this machine that the test's pages asked for: must stay empty."""
    return []


@pytest.fixture
def new_page(browser: Browser, outside_requests: list[str]) -> Iterator[Callable[..., Page]]:
    """`new_page(width=1280, height=800, **options of a context)`: a page that is watched.

    At the end of the test: no outside request, and no uncaught error in a page.
    """
    contexts = []
    errors: list[str] = []

    def note(url: str) -> None:
        if is_outside(url):
            outside_requests.append(url)

    def make(width: int = 1280, height: int = 800, **options: Any) -> Page:
        context = browser.new_context(viewport={"width": width, "height": height}, **options)
        contexts.append(context)
        context.on("request", lambda request: note(request.url))
        page = context.new_page()
        page.on("websocket", lambda socket: note(socket.url.replace("ws", "http", 1)))
        page.on("pageerror", lambda error: errors.append(str(error)))
        return page

    yield make
    for context in contexts:
        context.close()
    assert outside_requests == []
    assert errors == []


@pytest.fixture
def page(new_page: Callable[..., Page]) -> Page:
    """One page, 1280 by 800, light."""
    return new_page()
