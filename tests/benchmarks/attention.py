"""The Attention page on a source of 40 symbols, 41 steps of writing, 40 snapshots: scrubbing, and a weight overwritten.

The net has learned for a moment only: long enough to write to the end of the string, far from writing it right. Every overwrite is
of another row, so that every one is really decoded.
"""

from __future__ import annotations

from playwright.sync_api import Page

from engine.experiment import Experiment
from explorer.lessons import attention as text
from explorer.lessons.workbench import RESET
from tests.benchmarks.film import CLOCK, scrubbed
from tests.benchmarks.lasting import lasted, p95, watch
from tests.benchmarks.pages import explorer, watched
from tests.benchmarks.ratio import Figure
from tests.benchmarks.runs import SNAPSHOTS, stored

SOURCE, STEPS = 40, 41
ROUNDS, WARM = 14, 2
LIMIT = 400
ANEW = "() => { window.sent = 0; window.changed = Date.now(); }"
"""Before a click: what is waited for afterwards is what it brings about."""
FILM = "() => when(() => painted(deep('.film .panel canvas')[0]))"
TRAINED = Experiment.model_validate(
    {
        "task": {"name": "reversal", "gap": SOURCE, "shortest_gap": SOURCE},
        "network": {"attention": "dot", "bidirectional": True, "units": 24, "embedding": 16},
        "training": {"steps": 200, "snapshots": SNAPSHOTS, "batch": 32, "learning_rate": 0.01},
    }
)


def attention() -> list[Figure]:
    """Frames a second while the training is scrubbed, and from the button to the last pixel of what is written anew."""
    with (
        stored(TRAINED) as (store, [name]),
        explorer(store) as address,
        watched() as browser,
        browser.context() as context,
    ):
        page = context.new_page()
        page.goto(f"{address}/attention?pair={name}")
        page.evaluate(FILM)
        watch(page)
        taken = {"all weight on one place": [overwritten(page, n) for n in range(ROUNDS + WARM)]}
        taken = {kind: times[WARM:] for kind, times in taken.items()}
        page.evaluate(CLOCK)
        before = browser.sent
        return [
            *scrubbed(page, "training", "attention"),
            Figure("attention: frames to the server", browser.sent - before, 0),
            p95("a weight overwritten to the new output, p95", taken, LIMIT),
            browser.figure("attention"),
        ]


def overwritten(page: Page, number: int) -> float:
    """Choose a cell in another row, and put all the weight there; then take it back."""
    box = page.evaluate(
        "() => { const panel = deep('.film .panel canvas')[0]; panel.scrollIntoView({block: 'center'});"
        " const b = panel.getBoundingClientRect(); return [b.left, b.top, b.width, b.height]; }"
    )
    left, top, width, height = box
    row, column = 2 * number + 1, (7 * number + 3) % SOURCE
    page.evaluate(ANEW)
    page.mouse.click(left + width * (column + 0.5) / SOURCE, top + height * (row + 0.5) / STEPS)
    page.evaluate("() => rest(() => true)")  # the chosen place is drawn everywhere
    taken = lasted(page, page.get_by_role("button", name=text.ALL_HERE).click, text.OLD)
    page.evaluate(ANEW)
    page.get_by_role("button", name=RESET, exact=True).click()
    page.evaluate("() => rest(() => true)")  # what is taken back moves what stands above it
    return taken
