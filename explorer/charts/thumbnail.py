"""The learning curve of a run as a small picture in a list: an image address, no chart library."""

from __future__ import annotations

import math
from base64 import b64encode
from collections.abc import Sequence

from explorer import theme

SIZE = (150, 44)
_EDGE = 4


def thumbnail(
    points: Sequence[tuple[float, float]],
    *,
    cell: str,
    level: float | None = None,
    by_loss: bool = False,
    last: float | None = None,
) -> str:
    """A `data:` address of an SVG: score (0…1 up; a loss from 0 to its largest) over training steps 0…last.

    points: (step, score). level: dotted, what a net without memory reaches. Grey where there is nothing yet.
    """
    known = [(step, score) for step, score in points if math.isfinite(step + score)]
    width, height = SIZE
    most = max([last or 1.0, 1.0, *(step for step, _ in known)])
    top = max([level or 0.0, 1e-9, *(score for _, score in known)]) if by_loss else 1.0

    def place(step: float, score: float) -> str:
        x = _EDGE + (width - 2 * _EDGE) * step / most
        y = height - _EDGE - (height - 2 * _EDGE) * min(max(score / top, 0.0), 1.0)
        return f"{x:.1f},{y:.1f}"

    quiet = theme.INK["light"].quiet
    parts = [f'<path d="M{place(0, 0)} {place(most, 0)}" stroke="{quiet}" stroke-opacity=".45"/>']
    if level is not None:
        ends = f"M{place(0, level)} {place(most, level)}"
        parts.append(f'<path d="{ends}" stroke="{quiet}" stroke-dasharray="2 3"/>')
    if known:
        line = " ".join(place(*point) for point in known)
        colour = theme.CELLS.get(cell, quiet)
        parts.append(
            f'<polyline points="{line}" fill="none" stroke="{colour}" stroke-width="2.2" stroke-linejoin="round"/>'
        )
        x, _, y = place(*known[-1]).partition(",")
        parts.append(f'<circle cx="{x}" cy="{y}" r="2.6" fill="{colour}"/>')
    svg = (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{width}" height="{height}" '
        f'viewBox="0 0 {width} {height}">{"".join(parts)}</svg>'
    )
    return f"data:image/svg+xml;base64,{b64encode(svg.encode()).decode()}"
