"""The training slider of Memory while two trainings run, against the same slider while none does: from the
message to the server (which the page holds back until the keys are quiet) to the last pixel of what it draws.

The trainings are those of the page: two workers of a supervisor, as nice to others as they always are. Blocks with and
without them take turns in one run; a ratio is of neighbouring blocks.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

from playwright.sync_api import Page

from explorer.jobs import Supervisor
from tests.benchmarks.lasting import lasted, watch
from tests.benchmarks.pages import explorer, watched
from tests.benchmarks.ratio import Ratio
from tests.benchmarks.runs import experiment, store_with
from tests.patience import until

BLOCKS, MOVES = 3, 10
LIMIT = 2.0


def slider() -> list[Ratio]:
    """The ratio of the medians, block by block."""
    idle, busy = [], []
    with (
        store_with((100, 64)) as (store, [name]),
        TemporaryDirectory() as other,
        explorer(store) as address,
        watched() as browser,
        browser.context() as context,
    ):
        page = context.new_page()
        page.goto(f"{address}/memory?run={name}")
        watch(page)
        moved(page)
        for _ in range(BLOCKS):
            idle.append(moved(page))
            with two_trainings(Path(other)):
                busy.append(moved(page))
    return [
        Ratio("slider: while two trainings run / idle", tuple(busy), tuple(idle), limit=LIMIT),
    ]


@contextmanager
def two_trainings(folder: Path) -> Iterator[None]:
    """Two trainings that outlast a block, both under way."""
    supervisor = Supervisor(folder)
    try:
        store = supervisor.store
        long = experiment(50, 32, steps=20_000, snapshots=2, batch=64)
        two = [store.create(long) for _ in range(2)]
        for run in two:
            supervisor.train(run)
        until(lambda: all(len(store.metrics(run)) > 2 for run in two))
        yield
        if any(store.result(run) for run in two):
            raise AssertionError("A training ended before the block did.")
    finally:
        supervisor.close()


def moved(page: Page) -> float:
    """Median seconds of a block of moves, one notch each, there and back."""
    handle = page.locator(".film .scrubber input").first
    taken = []
    for number in range(MOVES):
        key = "ArrowLeft" if number < MOVES // 2 else "ArrowRight"
        taken.append(lasted(page, lambda: handle.press(key), since="sent"))  # noqa: B023
    return median(taken) / 1e3
