"""The first paint goes first: what is imported before it, and what waits until the browser has it.

One interpreter runs one thread at a time. While it imports, it answers no request, and the browser
still fetches a hundred small files of Streamlit's. So the first page's own modules are imported
beside that, in short turns, and the chart library only when the browser has stopped asking.
"""

from __future__ import annotations

import gc
import importlib
import inspect
import sys
import threading
import time
from contextlib import suppress

from starlette.types import ASGIApp, Receive, Scope, Send

MODULES = ("engine.shipped", "explorer.cache", "explorer.views.link", "explorer.views.train")
"""What the first run of the script imports until the rows are sent."""
FIRST_USED = (
    "numpy.random",
    "numpy.char",
    "PIL.Image",
    "streamlit.emojis",
    "streamlit.material_icon_names",
)
"""What numpy and Streamlit put off until then; a name that is there no more is left out."""
TURN = 0.0005
"""Seconds after which the importing thread lets another one go on; Python's own 0.005 delay every file."""
QUIET, PATIENCE = 0.2, 2.0
"""Seconds without a request that mean the browser has all it needs for the rows; longest wait for them."""

_latest: float | None = None
_waited = threading.Event()
_settled: set[str] = set()


class Requests:
    """Notes when the browser last asked for something."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        global _latest
        _latest = time.monotonic()
        await self.app(scope, receive, send)


def warm() -> None:
    """Import the page's modules in a thread, beside the requests."""
    _importing.start()


def warmed() -> None:
    """Wait for that thread, so that no two threads import the same modules at once."""
    if _importing.is_alive():
        _importing.join()


def _import() -> None:
    usual = sys.getswitchinterval()
    sys.setswitchinterval(TURN)
    try:
        for name in MODULES:
            importlib.import_module(name)
        for name in FIRST_USED:
            with suppress(ImportError):
                importlib.import_module(name)
        inspect.stack()  # Streamlit asks for it once, and Python then looks at every module's file
    finally:
        sys.setswitchinterval(usual)
        gc.enable()


_importing = threading.Thread(target=_import, name="warm imports", daemon=True)


def hurry() -> None:
    """No garbage collection while starting: imports make no garbage, and a fifth of their time went there."""
    gc.disable()


def let_paint() -> None:
    """Once per server: wait until the browser has fetched what it draws the rows with.

    Returns at once where no browser ever asked, as in tests of the views.
    """
    if _waited.is_set():
        return
    _waited.set()
    end = time.monotonic() + PATIENCE
    while _latest is not None:
        now = time.monotonic()
        left = min(_latest + QUIET, end) - now
        if left <= 0:
            return
        time.sleep(left)


def settle(page: str) -> None:
    """After the first drawing of a page: what it imported need never be collected again.

    Streamlit runs a full garbage collection after every script run; over the modules alone that
    takes tens of milliseconds, which every click waits for. Frozen objects are not visited.
    """
    if page not in _settled:
        _settled.add(page)
        gc.collect()
        gc.freeze()
