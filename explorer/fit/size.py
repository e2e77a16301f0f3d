"""The views of a spec resized until its drawing fills a place."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from explorer.fit.spec import COMPOSED

_UNSEEN = re.compile(r'<(?:path|rect|line)\b[^>]* opacity="0"[^>]*/>')
"""Marks that only the pointer finds: on paper they would be most of the file."""


class Drawing(NamedTuple):
    """SVG text, its size in points, and how far the chart's views were resized for it."""

    svg: str
    width: float
    height: float
    scale: tuple[float, float] | None = None


def _views(spec: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The specs that own a plotting area; a layered chart is one of them, with all its layers."""
    parts = [part for name in COMPOSED for part in spec.get(name, ())]
    if isinstance(spec.get("spec"), dict):
        parts.append(spec["spec"])
    for part in parts:
        yield from _views(part)
    if not parts:
        yield spec


def _resize(spec: dict[str, Any], factors: dict[str, float]) -> None:
    """Scale every view's width and height, or its step per category."""
    for view in _views(spec):
        for side, usual in (("width", 400.0), ("height", 300.0)):
            size = view.get(side)
            if isinstance(size, dict):
                view[side] = {**size, "step": max(1.0, size.get("step", 20) * factors[side])}
            else:
                number = size if isinstance(size, (int, float)) else usual
                view[side] = max(10.0, number * factors[side])
                _tell(view, side, view[side])


def _tell(spec: Any, side: str, size: float) -> None:
    """Write the size into the expressions that ask for it: beside other views they would not know it."""
    if isinstance(spec, dict):
        for name, value in spec.items():
            if name == "expr" and isinstance(value, str):
                spec[name] = re.sub(rf"(?<![.\w]){side}\b", f"{size:.2f}", value)
            elif name not in ("datasets", "data"):
                _tell(value, side, size)
    elif isinstance(spec, list):
        for part in spec:
            _tell(part, side, size)


def _draw(spec: dict[str, Any]) -> Drawing:
    """Vega-Lite -> SVG. Nothing is fetched: the data must lie inside the spec."""
    import vl_convert

    svg = _UNSEEN.sub("", vl_convert.vegalite_to_svg(spec, allowed_base_urls=[]))
    size = re.search(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"', svg)
    if size is None:
        raise ValueError("The chart could not be drawn: its SVG has no size.")
    return Drawing(svg, float(size[1]), float(size[2]))


def fit(
    spec: dict[str, Any], width: float, height: float, start: tuple[float, float] | None
) -> Drawing:
    """Resize the views until the drawing fills width × height; its fonts stay as they are.

    Axes, titles and legends keep their size, so a side of the drawing is nearly a + b·(scale of
    the views): the secant finds the scale in two or three drawings, and in one from a good start.
    """
    goal = {"width": width, "height": height}
    scale = dict(zip(goal, start or (1.0, 1.0), strict=True))
    slope: dict[str, float] = {}
    last: tuple[dict[str, float], Drawing] | None = None
    drawing = _resized(spec, scale)
    for _ in range(6):
        size = {"width": drawing.width, "height": drawing.height}
        if all(0.97 * goal[side] <= size[side] <= goal[side] for side in goal):
            break
        if last is not None:
            for side, now in size.items():
                moved = scale[side] - last[0][side]
                if abs(moved) > 1e-6:
                    # a headline wider than the views hides their growth: no slope near 0
                    grown = (now - getattr(last[1], side)) / moved
                    slope[side] = max(grown, 0.3 * now / scale[side])
        last = (dict(scale), drawing)
        for side, now in size.items():
            change = (0.99 * goal[side] - now) / slope.get(side, now / scale[side])
            scale[side] = max(0.1, scale[side] + change)
        drawing = _resized(spec, scale)
    return drawing._replace(scale=(scale["width"], scale["height"]))


def _resized(spec: dict[str, Any], scale: dict[str, float]) -> Drawing:
    trial = copy.deepcopy(spec)
    _resize(trial, scale)
    return _draw(trial)
