"""A test's own page: a Python file, served by Streamlit on a free port, without the explorer around it."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
SETTINGS = (
    "server.port=0",
    "server.address=127.0.0.1",
    "server.headless=true",
    "server.fileWatcherType=none",
    "browser.gatherUsageStats=false",
)


@contextmanager
def served(file: str) -> Iterator[str]:
    """The address of a page. Errors: AssertionError with what the server said."""
    options = [f"--{setting}" for setting in SETTINGS]
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    server = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", file, *options],
        cwd=ROOT,
        env=environment,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert server.stdout is not None
    said: list[str] = []
    for line in server.stdout:
        said.append(line)
        if "URL: http" in line:
            break
    try:
        assert "URL: http" in "".join(said[-1:]), "".join(said)
        threading.Thread(target=server.stdout.read, daemon=True).start()
        yield said[-1].split("URL: ")[1].strip()
    finally:
        server.terminate()
        server.wait(timeout=10)
        server.stdout.close()
