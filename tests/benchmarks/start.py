"""From the command to the picture: our rows in pixels, against the title of an empty Streamlit page.

Both sides are fresh processes with a fresh store and an empty browser cache, in the same browser. The
address is opened as soon as somebody listens there; the end is the frame in which the page itself
sees the pixels, or the title.
"""

from __future__ import annotations

import tempfile
import time
from pathlib import Path

from tests.benchmarks.pages import Watched, free_port, process, visit, watched
from tests.benchmarks.ratio import Figure, Ratio, taken

ROUNDS = 7
PIXELS = "() => when(() => painted(deep('.rows .strip canvas')[0]))"
TITLE = "() => when(() => { const it = document.querySelector('h1'); return it && it.offsetHeight > 0; })"


def start() -> list[Ratio | Figure]:
    """The ratio, and that the server holds no torch."""
    loaded: set[str] = set()
    with tempfile.TemporaryDirectory() as folder, watched() as browser:
        empty = Path(folder, "empty.py")
        empty.write_text('import streamlit as st\n\nst.title("Empty")\n')

        def ours() -> float:
            store = tempfile.mkdtemp(dir=folder)
            port = free_port()
            command = ("-m", "explorer", "--no-browser", "--port", str(port), "--store", store)
            return opened(browser, command, port, PIXELS, loaded)

        def other() -> float:
            port = free_port()
            options = (
                "--server.headless=true",
                "--browser.gatherUsageStats=false",
                "--server.address=127.0.0.1",
                f"--server.port={port}",
            )
            return opened(browser, ("-m", "streamlit", "run", str(empty), *options), port, TITLE)

        times = taken(ours, other, ROUNDS)
        outside = browser.figure("start")
    torch = [name for name in loaded if "torch" in name]
    return [
        Ratio("command to painted rows / empty Streamlit page", *times, limit=1.6),
        Figure(
            "torch in the server when the rows are painted", len(torch), 0, note=" ".join(torch)
        ),
        outside,
    ]


def opened(
    browser: Watched,
    command: tuple[str, ...],
    port: int,
    shown: str,
    loaded: set[str] | None = None,
) -> float:
    """Seconds from the command to the frame in which `shown` holds; `loaded` gets the server's libraries."""
    with browser.context() as context:
        page = context.new_page()
        began = time.time()
        with process(*command) as server:
            visit(page, port)
            ended = page.evaluate(shown) / 1e3
            if loaded is not None:
                loaded |= libraries(server.pid)
    return ended - began


def libraries(pid: int) -> set[str]:
    """The names of the files that a process has mapped as code. Errors: OSError where there is no /proc."""
    lines = Path(f"/proc/{pid}/maps").read_text().splitlines()
    return {Path(line.split()[-1]).name for line in lines if " r-xp " in line and "/" in line}
