"""From Enter in the sentence field to the picture, warm, while two trainings run from the same tab.

Measured in the page: from the key's event to the frame in which the picture shows the new sentence. Every
sentence is another one, so that every answer is really computed.
"""

from __future__ import annotations

from statistics import median, quantiles

from playwright.sync_api import Page

from engine.tasks.fluent import NAMES
from tests.benchmarks.pages import explorer, watched
from tests.benchmarks.ratio import Figure

WARM = 3
BETWEEN = ("", "with Anna", "by the sea", "for years")
MORE = "speak fluent"

CLOCK = """() => document.addEventListener("keydown", (event) => {
  if (event.key === "Enter") window.began = performance.timeOrigin + performance.now();
}, true)"""
SHOWN = """(country) => when(() => {
  const cue = deep(".rows .column.cue")[0];
  return cue && cue.textContent.includes(country) && painted(deep(".rows .strip canvas")[0]);
}).then((ended) => ended - window.began)"""


def sentences() -> list[tuple[str, str]]:
    """(country, sentence): no two alike, and the country another one each time."""
    return [
        (country, " ".join(f"I grew up in {country} {words} so I {MORE}".split()))
        for words in BETWEEN
        for country in NAMES
    ]


def typing() -> list[Figure]:
    """The 95th percentile, over more than thirty sentences."""
    with explorer() as address, watched() as browser:
        with browser.page(f"{address}/?kind=own") as page:
            page.evaluate("() => when(idle)")
            page.evaluate(CLOCK)
            train_on(page)
            taken = [answered(page, *sentence) for sentence in sentences()][WARM:]
            running = page.get_by_text(" of 100000").count()
        note = f"{len(taken)} sentences, median {median(taken):.0f}, longest {max(taken):.0f} ms"
        return [
            Figure(
                "typed sentence to picture, p95", quantiles(taken, n=20)[-1], 400, True, " ms", note
            ),
            Figure("typed sentence: trainings that ran meanwhile", running, 2, False),
            browser.figure("typing"),
        ]


def train_on(page: Page) -> None:
    """Start two trainings that outlast the benchmark, and wait until both are under way."""
    page.locator(".st-key-train_cells").get_by_role("button", name="RNN", exact=True).click()
    steps = page.locator(".st-key-train_steps input")
    steps.fill("100000")
    steps.press("Tab")
    page.get_by_role("button", name="Train", exact=True).click()
    page.wait_for_function(
        "() => (document.body.innerText.match(/step \\d+ of 100000/g) || []).length === 2"
    )


def answered(page: Page, country: str, sentence: str) -> float:
    """Milliseconds from Enter to the picture."""
    box = page.locator(".st-key-text input")
    box.fill(sentence)
    box.press("Enter")
    taken = float(page.evaluate(SHOWN, country))
    page.evaluate("() => when(idle)")  # a person reads before the next one
    return taken
