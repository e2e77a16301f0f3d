"""Scrubbing a film of T = 200, H = 128, 40 snapshots, four panels and the graph: time and training, one move a frame."""

from __future__ import annotations

from statistics import median

from playwright.sync_api import Page

from tests.benchmarks.pages import watched
from tests.benchmarks.ratio import Figure
from tests.served import served

ROUNDS, MOVES = 5, 200
PAGE = "tests/explorer/test_film_browser.py"

CLOCK = """() => {
window.scrub = (move, said, moves) => new Promise(done => {
  let n = 0, drawn = 0, work = 0, before = said();
  const began = performance.now();
  const tick = () => {
    if (n > 0 && said() !== before) drawn += 1;
    before = said();
    if (n === moves) return done({frames: 1000 * n / (performance.now() - began), drawn, work: work / n});
    n += 1;
    let started;  // asked for before and after the picture asks: the drawing lies between
    requestAnimationFrame(() => { started = performance.now(); });
    move(n);
    requestAnimationFrame(() => {
      deep(".film .which")[0].getBoundingClientRect();
      work += performance.now() - started;
      tick();
    });
  };
  tick();
});
}"""
TRAINING = """moves => {
  const range = deep(".film .scrubber input")[0], last = Number(range.max);
  return scrub(n => {
    const there = n % (2 * last);
    range.value = there <= last ? there : 2 * last - there;
    range.dispatchEvent(new Event("input"));
  }, () => deep(".film .step")[0].textContent, moves);
}"""
TIME = """moves => {
  const panel = deep(".film .panel canvas")[0], box = panel.getBoundingClientRect();
  return scrub(n => panel.dispatchEvent(new PointerEvent("pointermove", {
    clientX: box.left + box.width * ((n * 0.0051) % 1), clientY: box.top + box.height / 2,
    bubbles: true, composed: true,
  })), () => deep(".film .which")[0].textContent, moves);
}"""

MOVES_OF = {"training": TRAINING, "time": TIME}


def film() -> list[Figure]:
    """Frames a second, moves that were drawn, and WebSocket frames that were sent meanwhile."""
    with served(PAGE) as address, watched() as browser, browser.context() as context:
        page = context.new_page()
        page.goto(f"{address}/?big=200&rows=128")
        page.evaluate("() => when(() => painted(deep('.film .panel canvas')[0]) && idle())")
        page.evaluate(CLOCK)
        before = browser.sent
        found = [figure for name in MOVES_OF for figure in scrubbed(page, name)]
        sent = browser.sent - before
        return [
            *found,
            Figure("film: frames to the server", sent, 0),
            browser.figure("film"),
        ]


def scrubbed(page: Page, name: str, of: str = "film") -> list[Figure]:
    """Scrubbing through "training" or "time" of the first film of a page that has the `CLOCK`."""
    rounds = [page.evaluate(MOVES_OF[name], MOVES) for _ in range(ROUNDS)]
    note = f"a move takes {median(r['work'] for r in rounds):.1f} ms of its frame"
    drawn = min(r["drawn"] for r in rounds) / MOVES
    frames = median(r["frames"] for r in rounds)
    return [
        Figure(f"{of}: scrubbing {name}", frames, 50, False, " frames/s", note),
        Figure(f"{of}: scrubbing {name}, share of moves drawn", drawn, 0.98, False),
    ]
