"""A change on Memory, warm: a gate is held, a memory is exchanged; from the button to the last pixel of the new pictures.

LSTM of T = 100, H = 64. No two changes are alike, so that every one is really computed.
"""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Page

from tests.benchmarks.lasting import lasted, option, p95, watch
from tests.benchmarks.pages import explorer, watched
from tests.benchmarks.ratio import Figure
from tests.benchmarks.runs import store_with

ROUNDS, WARM = 14, 2
LIMIT = 400
QUESTION = 2000
"""Milliseconds that any question may take: a map asks for the answer to more than a thousand exchanges."""
ADD, RESET = "Add this change", "Reset all"


def changes() -> list[Figure]:
    """The 95th percentile of changes, and of another map of exchanges."""
    with (
        store_with((100, 64)) as (store, [name]),
        explorer(store) as address,
        watched() as browser,
        browser.context() as context,
    ):
        page = context.new_page()
        page.goto(f"{address}/memory?run={name}")
        watch(page)
        page.get_by_role("tab", name="Change it").click()
        kinds: dict[str, Callable[[int], float]] = {
            "hold a gate": lambda n: held(page, n),
            "put a memory": lambda n: put(page, n),
        }
        taken = {}
        for kind, act in kinds.items():
            choose(page, kind)
            taken[kind] = [act(n) for n in range(ROUNDS + WARM)][WARM:]
        page.get_by_role("tab", name="Exchange").click()
        page.evaluate("() => when(idle)")
        maps = {"map": [another(page, n) for n in range(6)][1:]}
        return [
            p95("a change to the new picture, p95", taken, LIMIT),
            p95("another map of exchanges, p95", maps, QUESTION),
            browser.figure("changes"),
        ]


def choose(page: Page, kind: str) -> None:
    """The form for a kind of change."""
    word = {"hold a gate": "Hold a gate", "put a memory": "Put in another memory"}[kind]
    page.locator(".st-key-change_kind").get_by_text(word).click()
    page.evaluate("() => when(idle)")


def held(page: Page, number: int) -> float:
    """The forget gate at 0.9 over some steps."""
    box = page.locator(".st-key-change_steps input")
    box.fill(f"{number + 1}-60")
    return added(page)


def put(page: Page, number: int) -> float:
    """The memory of another trial at a step."""
    option(page, "change_time", f"{number + 30} ·").click()
    return added(page)


def added(page: Page) -> float:
    """Add the change that the form says, and take it back afterwards."""
    taken = lasted(page, page.get_by_role("button", name=ADD).click, RESET)
    page.get_by_role("button", name=RESET).click()
    page.evaluate("() => when(idle)")
    return taken


def another(page: Page, number: int) -> float:
    """The map for another trial."""
    return lasted(page, option(page, "exchange_source", f"trial {number + 3}").click)
