"""How long a page works on something: from the person's event to the last pixel that it changed.

The end is the last change of the document's elements and text or of any canvas, before the server rests and nothing has
changed for a while. That is later than the picture a person waited for, and never earlier.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from statistics import median, quantiles
from typing import Literal

from playwright.sync_api import Locator, Page, TimeoutError

from tests.benchmarks.ratio import Figure

QUIET = 250
"""Milliseconds without a change that mean it is over."""

WATCH = f"""() => {{
  const now = () => performance.timeOrigin + performance.now();
  for (const type of ["click", "keydown", "pointerup"])
    document.addEventListener(type, () => {{ window.began = now(); }}, true);
  const send = WebSocket.prototype.send;
  WebSocket.prototype.send = function (...given) {{
    window.sent = now();
    return send.apply(this, given);
  }};
  const touch = () => {{ window.changed = now(); }};
  new MutationObserver(touch).observe(document.body,
    {{ subtree: true, childList: true, characterData: true }});
  for (const name of ["fillRect", "drawImage", "fill", "stroke", "fillText", "putImageData"]) {{
    const usual = CanvasRenderingContext2D.prototype[name];
    CanvasRenderingContext2D.prototype[name] = function (...given) {{
      touch();
      return usual.apply(this, given);
    }};
  }}
  const last = () => Math.max(window.changed, window.sent);
  window.rest = (holds) => when(() => window.sent && idle() && holds() && now() - last() > {QUIET}).then(last);
}}"""


def watch(page: Page) -> None:
    """Once per page, before anything is measured."""
    page.evaluate("() => when(idle)")
    page.evaluate(WATCH)


def lasted(
    page: Page,
    act: Callable[[], object],
    text: str = "",
    gone: str = "",
    since: Literal["began", "sent"] = "began",
) -> float:
    """Milliseconds from the last event of ``act`` to the last pixel; the page then has ``text``, and no longer ``gone``.

    since "sent": from the message to the server, for what the page itself holds back for a while.
    """
    page.evaluate("() => { window.sent = 0; window.changed = Date.now(); }")
    act()
    holds = """([text, gone, since]) => rest(() => {
      const said = document.body.innerText;
      return said.includes(text) && !(gone && said.includes(gone));
    }).then((ended) => ended - window[since])"""
    return float(page.evaluate(holds, [text, gone, since]))


def option(page: Page, key: str, name: str) -> Locator:
    """An option of a select box that is open now; a box that closed by a late rerun is opened again."""
    found = page.get_by_role("option").filter(has_text=name).first
    for _ in range(20):
        box = page.locator(f".st-key-{key}").get_by_role("combobox")
        box.click()
        box.fill(name)  # a long list is only drawn in part
        with suppress(TimeoutError):
            found.wait_for(state="visible", timeout=3000)
            return found
    raise AssertionError(f"The box {key} has no option {name}.")


def p95(name: str, taken: dict[str, list[float]], limit: float) -> Figure:
    """The 95th percentile over all kinds of a thing, with the medians of each."""
    every = [time for times in taken.values() for time in times]
    notes = [f"{kind} {median(times):.0f}" for kind, times in taken.items()]
    note = f"{len(every)} times, longest {max(every):.0f}; medians: {', '.join(notes)} ms"
    return Figure(name, quantiles(every, n=20)[-1], limit, True, " ms", note)
