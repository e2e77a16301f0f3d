"""A chart drawn as large as fits a place, while no text in it is smaller than the place allows.

Vega-Lite draws a chart as large as its views, its axes and legends come on top. Here it is the other
way round: the size of the whole is given, and the views are resized until the drawing fills it.
"""

from __future__ import annotations

from typing import Any

from explorer import theme
from explorer.fit.size import Drawing, fit
from explorer.fit.spec import COMPOSED, encodings, merged, specification, stacked
from explorer.fit.text import (
    LETTER,
    few_words,
    lift,
    natural_height,
    short_labels,
    wrap,
    wrap_titles,
)

__all__ = [
    "COMPOSED",
    "LETTER",
    "Drawing",
    "drawing",
    "encodings",
    "natural_height",
    "specification",
    "stacked",
    "wrap",
]

NARROW = 30
"""Font sizes: in less width legends stand below a chart, one under the other."""


def drawing(
    chart: Any,
    width: float,
    height: float,
    text: float,
    mode: theme.Mode = "light",
    scale: tuple[float, float] | None = None,
) -> Drawing:
    """The chart as large as fits width × height points, no text below `text` points.

    scale: that of another drawing of the same chart, to begin with. Raises ValueError when it cannot
    be drawn.
    """
    spec = specification(chart)
    config = theme.chart_config(text, mode)
    if width < NARROW * text:
        spec = stacked(spec)
    beside, above = (len(spec.get(name, "x")) for name in ("hconcat", "vconcat"))
    if width / beside < NARROW * text:  # beside a legend little would be left
        upright = {side: {"direction": "vertical"} for side in ("top", "bottom")}
        config["legend"] |= {"orient": "bottom", "columns": 3, "layout": upright}
        few_words(spec, width / beside, text)
        short_labels(spec, width / beside, height / above, text)
    spec["config"] = merged(config, spec.get("config", {}))
    spec.pop("background", None)
    spec["padding"] = 0
    lift(spec, text)
    wrap_titles(spec, width, text)
    return fit(spec, width, height, scale)
