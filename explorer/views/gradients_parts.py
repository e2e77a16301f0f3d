"""What the tabs about gradients share: a chart of one recording at the chosen place and training step."""

from __future__ import annotations

from typing import Any

from explorer.views import draw
from explorer.views.look import Look

SIGNED = ("credit",)
"""Charts that ask for the page's mode."""


def chart(
    looked: Look,
    name: str,
    recording: Any,
    *,
    at: int | None = None,
    place: dict[str, int] | None = None,
    scrubs: bool = False,
    of: tuple[Any, ...] = (),
    key: str = "",
    say: bool = True,
    **options: Any,
) -> None:
    """A chart of the registry, of every direction that is drawn, at the chosen training step or always ``at`` one.

    scrubs: whether the recording holds all snapshots, so that it can be exported moving. of: what the recording was
    asked with; options: those of the chart.
    """
    where = looked.place if place is None else place
    chosen = looked.step if at is None else at

    def make(direction: int, mode: Any = "light", step: int | None = None) -> Any:
        shown = chosen if step is None or at is not None else step
        moded = {"mode": mode} if name in SIGNED else {}
        there = {**where, "direction": direction}
        return draw.charted(name)(recording, step=shown, **there, **moded, **options)

    decides = (
        looked.asked.texts,
        str(looked.asked.drawn),
        chosen,
        *where.values(),
        *of,
        *options.items(),
    )
    steps = tuple(int(step) for step in recording["snapshot"].values) if scrubs else ()
    draw.chart(looked, name, decides, make, key=key, say=say, steps=steps, directed=True)
