"""The axes of a heat map: cell n lies from n − ½ to n + ½, and its name stands at n."""

from __future__ import annotations

import json
from collections.abc import Collection, Sequence
from typing import Any

import altair as alt

from explorer.charts.nets import NEUTRAL

ACROSS = 80
"""Letters that stand side by side below a picture; with more of them the words are turned upright."""
FEW = 3
"""Words that lie far enough apart wherever they stand."""
LETTERS = 12
"""Letters of a row's or column's name that are shown."""


def framed(
    frame: tuple[int | None, int | None],
    shape: tuple[int, ...],
    base: alt.Chart,
    box: dict[str, Any],
) -> alt.Chart:
    """A rectangle without filling round a cell, a row or a column."""
    spans = [
        (-0.5, size - 0.5) if at is None else (at - 0.5, at + 0.5)
        for at, size in zip(frame, shape, strict=True)
    ]
    (top, bottom), (left, right) = spans
    once = (
        alt.Chart(base.data)
        .transform_aggregate(count="count()")
        .transform_calculate(x0=str(left), x1=str(right), y0=str(top), y1=str(bottom))
    )
    return once.mark_rect(filled=False, stroke=NEUTRAL, strokeWidth=1.5, tooltip=None).encode(**box)


def places(count: int, down: bool = False) -> alt.Scale:
    ends = [-0.5, count - 0.5]
    return alt.Scale(domain=ends, nice=False, zero=False, reverse=down)


def axis(
    names: Sequence[str | int], title: str, silent: Collection[int], *, across: bool
) -> alt.Axis:
    """A tick for each name; many words stand upright below the picture, many numbers are thinned."""
    words = not all(str(name).isdigit() for name in names)
    shown = [
        "" if words and i in silent else name if len(name) <= LETTERS else name[: LETTERS - 1] + "…"
        for i, name in enumerate(map(str, names))
    ]
    written = [place for place, name in enumerate(shown) if name]
    crowded = len(written) > FEW and sum(len(name) + 2 for name in shown) > ACROSS
    upright = across and words and crowded
    return alt.Axis(
        title=title,
        **({"values": written} if words else {"tickMinStep": 1, "tickCount": 10}),
        labelExpr=f"{json.dumps(shown)}[datum.value]",
        labelAngle=-90 if upright else 0,
        grid=False,
        labelOverlap="greedy",
    )
