"""Recurrence at T = 100, H = 64, 40 snapshots: choose a unit, a signal, a run; from the event to the last pixel.

And to open a run of T = 200, H = 128, 40 snapshots whose recording was never made: from the address to the painted
film, with a server and a worker that are warm, and what it takes a second time.
"""

from __future__ import annotations

from collections.abc import Callable
from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.lasting import lasted, option, p95, watch
from tests.benchmarks.pages import Watched, explorer, watched
from tests.benchmarks.ratio import Figure
from tests.benchmarks.runs import store_with

ROUNDS, WARM = 14, 2
LIMIT, OPENED = 250, 1.5
FILM = "() => when(() => painted(deep('.film .panel canvas')[0]))"
BEGAN = "() => performance.timeOrigin"


def interactions() -> list[Figure]:
    """The 95th percentile over all of them, once everything that is shown has been recorded."""
    with (
        store_with((100, 64), (100, 64)) as (store, runs),
        explorer(store) as address,
        watched() as browser,
        browser.context() as context,
    ):
        page = context.new_page()
        page.goto(f"{address}/recurrence?run={runs[0]}")
        page.evaluate(FILM)
        watch(page)
        kinds: dict[str, Callable[[int], float]] = {
            "unit": lambda n: unit(page, 2 + n),
            "cell of the film": lambda n: cell(page, n),
            "signal": lambda n: signal(page, n),
            "signals of the film": lambda n: panel(page),
            "run": lambda n: run(page, n),
        }
        taken = {kind: [act(n) for n in range(ROUNDS + WARM)][WARM:] for kind, act in kinds.items()}
        return [p95("interaction on Recurrence, p95", taken, LIMIT), browser.figure("workbench")]


def unit(page: Page, number: int) -> float:
    """Another unit, by its number."""
    box = page.locator(".st-key-unit_shown input")
    box.fill(str(number))
    return lasted(page, lambda: box.press("Enter"), f"Unit {number} at step")


def cell(page: Page, number: int) -> float:
    """Another time step, by a click into the film."""
    box = page.evaluate(
        "() => { const b = deep('.film .panel canvas')[0].getBoundingClientRect();"
        " return [b.left, b.top, b.width, b.height]; }"
    )
    left, top, width, height = box
    step = 10 + 5 * number
    x = left + width * (step + 0.5) / 100
    before = page.get_by_role("heading", name="Unit").inner_text()
    return lasted(page, lambda: page.mouse.click(x, top + height / 2), gone=before)


def signal(page: Page, number: int) -> float:
    """Another signal to be written out."""
    name = ("forget gate", "candidate", "output gate", "cell state")[number % 4]
    return lasted(page, option(page, "signal_shown", name).click)


def panel(page: Page) -> float:
    """A panel of the film more, or one less."""
    pills = page.locator(".st-key-signals-lstm")
    return lasted(page, pills.get_by_role("button", name="forget gate").click)


def run(page: Page, number: int) -> float:
    """The other run; the page opened on the first."""
    return lasted(page, option(page, "run", f"my LSTM {2 - number % 2}").click)


def opening() -> list[Figure]:
    """Seconds from the address to the film; each run is opened for the first time, in a new tab."""
    with (
        store_with(*[(200, 128)] * 4) as (store, [other, *runs]),
        explorer(store) as address,
        watched() as browser,
    ):
        opened(browser, address, other)
        first = [opened(browser, address, run) for run in runs]
        again = [opened(browser, address, run) for run in runs]
        note = f"each: {', '.join(f'{s:.2f}' for s in first)}; again: {median(again):.2f} s"
        return [
            Figure("a run of T = 200, H = 128 opened", median(first), OPENED, True, " s", note),
            browser.figure("opening"),
        ]


def opened(browser: Watched, address: str, run: str) -> float:
    """From the navigation to a painted film, in a browser that has Streamlit's files."""
    with browser.context() as context:
        page = context.new_page()
        page.goto(f"{address}/lab")
        page.evaluate("() => when(idle)")
        page.goto(f"{address}/recurrence?run={run}", wait_until="commit")
        return (float(page.evaluate(FILM)) - float(page.evaluate(BEGAN))) / 1e3
