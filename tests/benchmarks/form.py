"""Three cells at gap 40, trained from the form of the page: from the click to three finished rows of the picture."""

from __future__ import annotations

from statistics import median

from tests.benchmarks.pages import explorer, watched
from tests.benchmarks.ratio import Figure

ROUNDS = 3
NAMES = ["my RNN", "my LSTM", "my GRU"]
CLOCK = """() => document.addEventListener("click", () => {
  window.began = performance.timeOrigin + performance.now();
}, { capture: true, once: true })"""
DONE = """(names) => when(() => {
  const rows = deep(".st-key-rows .rows .row, .rows .row").filter((row) => painted(row.querySelector("canvas")));
  return names.every((name) => rows.some((row) => (row.ariaLabel || "").startsWith(name)));
}).then((ended) => (ended - window.began) / 1e3)"""


def form() -> list[Figure]:
    """Seconds, each time with a fresh server whose workers are as warm as a reader's first half minute leaves them."""
    taken = []
    with watched() as browser:
        for _ in range(ROUNDS):
            with explorer() as address, browser.page(address) as page:
                page.evaluate("() => when(idle)")
                page.evaluate(CLOCK)
                page.get_by_role("button", name="Train", exact=True).click()
                taken.append(float(page.evaluate(DONE, NAMES)))
        outside = browser.figure("form")
    note = "each: " + ", ".join(f"{seconds:.1f}" for seconds in taken)
    return [
        Figure("three cells trained from the form", median(taken), 20, True, " s", note),
        outside,
    ]
