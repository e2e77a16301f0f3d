"""What the benchmarks of the page need: a server in a fresh process, a browser that is watched, clocks inside the page.

Times are read in the page (`performance`), because a question sent from Python to the browser and
back takes as long as what is measured.
"""

from __future__ import annotations

import os
import re
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, Page, WebSocket, sync_playwright

from tests.benchmarks.ratio import Figure
from tests.browser import find_chromium, is_outside, launch

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 120.0
"""Seconds that anything may take before the benchmark fails."""

DEEP = """
window.deep = (selector, root = document) => {
  const found = [...root.querySelectorAll(selector)];
  for (const one of root.querySelectorAll("*"))
    if (one.shadowRoot) found.push(...window.deep(selector, one.shadowRoot));
  return found;
};
window.painted = (canvas) => {
  if (!canvas || !canvas.width || !canvas.height) return false;
  const row = canvas.getContext("2d").getImageData(0, canvas.height >> 1, canvas.width, 1).data;
  return row.some((value, index) => index % 4 === 3 && value > 0);
};
window.idle = () =>
  document.querySelector("[data-testid=stApp]").dataset.testScriptState === "notRunning";
window.when = (holds) => new Promise((done, fail) => {
  const end = performance.now() + 120e3;
  const look = () => {
    if (holds()) done(performance.timeOrigin + performance.now());
    else if (performance.now() > end) fail(new Error(`still not: ${holds}`));
    else requestAnimationFrame(look);
  };
  look();
});
"""
"""In every page: `deep` also looks into shadow roots; `painted` wants pixels; `idle`: no script runs; `when` looks at every frame."""


class Watched:
    """A browser whose pages are watched: `outside` are the addresses elsewhere that were asked for."""

    def __init__(self, browser: Browser) -> None:
        self.browser = browser
        self.outside: list[str] = []
        self.requests = 0
        self.sent = 0  # WebSocket frames to the server

    @contextmanager
    def context(self, width: int = 1280, height: int = 800) -> Iterator[BrowserContext]:
        """A context with nothing in its cache."""
        context = self.browser.new_context(viewport={"width": width, "height": height})
        context.set_default_timeout(1e3 * PATIENCE)
        context.add_init_script(DEEP)
        context.on("request", lambda request: self._note(request.url))
        context.on("page", self._watch)
        try:
            yield context
        finally:
            context.close()

    @contextmanager
    def page(self, address: str) -> Iterator[Page]:
        """A page with painted rows."""
        with self.context() as context:
            page = context.new_page()
            page.goto(address)
            page.evaluate("() => when(() => painted(deep('.rows .strip canvas')[0]))")
            yield page

    def figure(self, name: str) -> Figure:
        """The claim that nothing outside was asked for, with how much was asked for in all."""
        note = f"of {self.requests} requests" + "".join(f" {url}" for url in self.outside[:3])
        return Figure(f"{name}: outside requests", len(self.outside), 0, note=note)

    def _watch(self, page: Page) -> None:
        def opened(socket: WebSocket) -> None:
            self._note(socket.url.replace("ws", "http", 1))
            socket.on("framesent", lambda frame: self._count())

        page.on("websocket", opened)

    def _count(self) -> None:
        self.sent += 1

    def _note(self, url: str) -> None:
        self.requests += 1
        if is_outside(url):
            self.outside.append(url)


@contextmanager
def watched() -> Iterator[Watched]:
    """One browser for a benchmark."""
    with sync_playwright() as playwright:
        browser = launch(playwright, find_chromium(playwright))
        try:
            yield Watched(browser)
        finally:
            browser.close()


@contextmanager
def process(*command: str) -> Iterator[subprocess.Popen[str]]:
    """`python …` from the repository's root, ended afterwards."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    started = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield started
    finally:
        started.terminate()
        with suppress(subprocess.TimeoutExpired):
            started.wait(timeout=20)
        started.kill()
        started.communicate()


@contextmanager
def explorer(store: Path | None = None) -> Iterator[str]:
    """The address of a fresh server with a store of its own, or with this one."""
    with tempfile.TemporaryDirectory() as empty:
        folder = str(store or empty)
        command = ("-m", "explorer", "--no-browser", "--port", str(free_port()), "--store", folder)
        with process(*command) as server:
            assert server.stdout is not None
            for line in server.stdout:
                if found := re.search(r"http://127\.0\.0\.1:\d+", line):
                    break
            else:
                raise AssertionError("the server said no address")
            threading.Thread(target=server.stdout.read, daemon=True).start()
            yield found[0]


def free_port() -> int:
    """A port that nobody has now."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return int(taken.getsockname()[1])


def visit(page: Page, port: int) -> None:
    """Open the page as soon as somebody listens at the port."""
    ended = time.monotonic() + PATIENCE
    while True:
        try:
            socket.create_connection(("127.0.0.1", port)).close()
            break
        except OSError:
            if time.monotonic() > ended:
                raise
            threading.Event().wait(0.005)
    page.goto(f"http://127.0.0.1:{port}", wait_until="commit")
