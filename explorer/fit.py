"""A chart drawn as large as fits a place, while no text in it is smaller than the place allows.

Vega-Lite draws a chart as large as its views, its axes and legends come on top. Here it is the other
way round: the size of the whole is given, and the views are resized until the drawing fills it.
"""

from __future__ import annotations

import copy
import re
import textwrap
from collections.abc import Iterator
from typing import Any, NamedTuple

from explorer import theme

LETTER = 0.52
"""Mean width of a letter of Liberation Sans, in font sizes."""

COMPOSED = ("concat", "hconcat", "vconcat")
"""The parts of a Vega-Lite spec that hold other specs side by side."""


class Drawing(NamedTuple):
    """SVG text, and its size in points."""

    svg: str
    width: float
    height: float


def specification(chart: Any) -> dict[str, Any]:
    """A chart (of Altair, or a Vega-Lite dict) as a dict of its own, without the page's theme."""
    if isinstance(chart, dict):
        return copy.deepcopy(chart)
    import altair

    altair.data_transformers.disable_max_rows()
    own = chart.config
    spec: dict[str, Any] = chart.to_dict()
    # Altair has merged its enabled theme into the config; switching the theme off meanwhile would
    # switch it off for the other sessions of this process.
    spec["config"] = {} if own is altair.Undefined else own.to_dict()
    return spec


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


def _lift(spec: Any, least: float) -> None:
    """No font below `least`, wherever a chart sets one itself."""
    if isinstance(spec, list):
        for part in spec:
            _lift(part, least)
    elif isinstance(spec, dict):
        for name, value in spec.items():
            is_font = name.lower().endswith("fontsize")
            is_font |= name == "size" and spec.get("type") == "text"
            if is_font and isinstance(value, (int, float)):
                spec[name] = max(value, least)
            elif name not in ("datasets", "data"):
                _lift(value, least)


def wrap(text: str, width: float, size: float, most: int = 4) -> list[str]:
    """Lines of at most `width` points, `most` of them."""
    letters = max(8, int(width / (size * LETTER)))
    return textwrap.wrap(text, letters, max_lines=most, placeholder=" …")


def _wrap_titles(spec: dict[str, Any], width: float, size: float) -> None:
    """Vega-Lite does not break lines: a long headline would push the chart out of the picture."""
    title: Any = spec.get("title")
    title = {"text": title} if isinstance(title, str) else title
    if isinstance(title, dict):
        for name, scale in (("text", 1.2 * 1.12), ("subtitle", 1.0)):  # the text is bold
            if isinstance(title.get(name), str):
                title[name] = wrap(title[name], width, size * scale)
        spec["title"] = title
    for name in (*COMPOSED, "layer"):
        parts = spec.get(name, ())
        beside = len(parts) if name == "hconcat" else spec.get("columns", 1)
        for part in parts:
            _wrap_titles(part, width / beside, size)


def _merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`base` with `over` on top, table by table."""
    both = dict(base)
    for name, value in over.items():
        old = both.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            value = _merged(old, value)
        both[name] = value
    return both


def _draw(spec: dict[str, Any]) -> Drawing:
    """Vega-Lite -> SVG. Nothing is fetched: the data must lie inside the spec."""
    import vl_convert

    svg = vl_convert.vegalite_to_svg(spec, allowed_base_urls=[])
    size = re.search(r'<svg[^>]*? width="([\d.]+)" height="([\d.]+)"', svg)
    if size is None:
        raise ValueError("The chart could not be drawn: its SVG has no size.")
    return Drawing(svg, float(size[1]), float(size[2]))


def _fit(spec: dict[str, Any], width: float, height: float) -> Drawing:
    """Resize the views until the drawing fills width × height; its fonts stay as they are.

    Axes, titles and legends keep their size, so a side of the drawing is nearly a + b·(scale of
    the views): the secant finds the scale in two or three drawings.
    """
    goal = {"width": width, "height": height}
    scale = {"width": 1.0, "height": 1.0}
    slope: dict[str, float] = {}
    last: tuple[dict[str, float], Drawing] | None = None
    drawing = _draw(spec)
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
        trial = copy.deepcopy(spec)
        _resize(trial, scale)
        drawing = _draw(trial)
    return drawing


def drawing(
    chart: Any,
    width: float,
    height: float,
    text: float,
    mode: theme.Mode = "light",
) -> Drawing:
    """The chart as large as fits width × height points, no text below `text` points.

    Raises ValueError when it cannot be drawn.
    """
    spec = specification(chart)
    config = theme.chart_config(text, mode)
    if width < 30 * text:  # beside a legend little would be left
        config["legend"] |= {"orient": "bottom", "columns": 3}
    spec["config"] = _merged(config, spec.get("config", {}))
    spec.pop("background", None)
    spec["padding"] = 0
    _lift(spec, text)
    _wrap_titles(spec, width, text)
    _resize(spec, {"width": 1.0, "height": 1.0})
    return _fit(spec, width, height)
