"""Scrubbing on the real page: forty snapshots, four rows, one notch a frame, and nothing goes to the server."""

from __future__ import annotations

from statistics import median

from tests.benchmarks.pages import explorer, watched
from tests.benchmarks.ratio import Figure
from tests.explorer.test_rows_browser import scrub_frames, scrubber

ROUNDS, NOTCHES = 5, 240
ROWS = "rnn,lstm,gru,lstm-default"


def scrubbing() -> list[Figure]:
    """Frames a second, notches that were drawn, and WebSocket frames that were sent meanwhile."""
    with explorer() as address, watched() as browser:
        with browser.page(f"{address}/?rows={ROWS}") as page:
            page.evaluate("() => when(() => deep('.rows .strip canvas').length === 4 && idle())")
            snapshots = int(scrubber(page).get_attribute("max") or 0) + 1
            before = browser.sent
            found = [scrub_frames(page, NOTCHES) for _ in range(ROUNDS)]
            sent = browser.sent - before
        note = f"{snapshots} snapshots × 4 rows; a notch takes {median(f['work'] for f in found):.1f} ms of its frame"
        drawn = min(f["drawn"] for f in found) / NOTCHES
        return [
            Figure("scrubbing", median(f["frames"] for f in found), 50, False, " frames/s", note),
            Figure("scrubbing: share of notches drawn", drawn, 0.98, False),
            Figure("scrubbing: frames to the server", sent, 0),
            browser.figure("scrubbing"),
        ]
