"""Another country on the first page: from the chosen option to the picture, and to the end of the whole rerun."""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Page

from engine.tasks.fluent import NAMES
from tests.benchmarks.pages import explorer, watched
from tests.benchmarks.ratio import Figure

LIMIT = 150
CLOCK = """() => document.addEventListener("click", () => {
  window.began = performance.timeOrigin + performance.now();
}, true)"""
SHOWN = """(country) => when(() => {
  const cue = deep(".rows .column.cue")[0];
  return cue && cue.textContent.includes(country) && painted(deep(".rows .strip canvas")[0]);
}).then(async (ended) => [ended - window.began, await when(idle) - window.began])"""


def country() -> list[Figure]:
    """Median milliseconds over all other countries; the answers to all of them are shipped."""
    with explorer() as address, watched() as browser:
        with browser.page(address) as page:
            page.evaluate("() => when(idle)")
            page.evaluate(CLOCK)
            names = [*NAMES[1:], NAMES[0]]
            found = [chosen(page, name) for name in names * 2][2:]
        rows, whole = ([pair[place] for pair in found] for place in (0, 1))
        note = f"longest {max(rows):.0f}; the charts below too: median {median(whole):.0f} ms"
        return [
            Figure("another country to picture", median(rows), LIMIT, True, " ms", note),
            browser.figure("country"),
        ]


def chosen(page: Page, name: str) -> tuple[float, float]:
    """Milliseconds from the click on the option to the picture, and to the end of the rerun."""
    page.locator(".st-key-country").get_by_role("combobox").click()
    page.get_by_role("option", name=name, exact=True).click()
    shown, ended = page.evaluate(SHOWN, name)
    return float(shown), float(ended)
