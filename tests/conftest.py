"""For all tests: one thread for torch, and the browser's fixtures."""

from __future__ import annotations

import os

# Before anything imports torch, here and in the processes that tests start: as in the workers.
os.environ["OMP_NUM_THREADS"] = "1"
os.environ["MKL_NUM_THREADS"] = "1"

from tests.browser import _playwright, browser, chromium, new_page, outside_requests, page

__all__ = ["_playwright", "browser", "chromium", "new_page", "outside_requests", "page"]
