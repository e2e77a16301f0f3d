"""Words of a chart where there is little room: no font too small, long titles in lines, legends that fit."""

from __future__ import annotations

import textwrap
from typing import Any

from explorer.fit.spec import COMPOSED, encodings

LETTER = 0.52
"""Mean width of a letter of Liberation Sans, in font sizes."""
PAGE_TEXT = 13.0
"""Points of the text on the page, for which charts choose the sizes of their marks."""
AROUND = 8.0
"""Font sizes that title, axis and legend take above and below a view, roughly."""
MARKS = ("point", "circle", "square")


def lift(spec: Any, least: float) -> None:
    """No font below `least`, wherever a chart sets one itself; its dots and lines grow and shrink with the text."""
    if isinstance(spec, list):
        for part in spec:
            lift(part, least)
    elif isinstance(spec, dict):
        for name, value in spec.items():
            is_font = name.lower().endswith("fontsize")
            is_font |= name == "size" and spec.get("type") == "text"
            if not isinstance(value, (int, float)):
                pass
            elif is_font:
                spec[name] = max(value, least)
            elif name == "strokeWidth" and "type" in spec:
                spec[name] = value * least / PAGE_TEXT
            elif name == "size" and spec.get("type") in MARKS:
                spec[name] = value * (least / PAGE_TEXT) ** 2
            if name not in ("datasets", "data"):
                lift(value, least)


def wrap(text: str, width: float, size: float, most: int = 4) -> list[str]:
    """Lines of at most `width` points, `most` of them."""
    letters = max(8, int(width / (size * LETTER)))
    return textwrap.wrap(text, letters, max_lines=most, placeholder=" …")


def wrap_titles(spec: dict[str, Any], width: float, size: float) -> None:
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
            wrap_titles(part, width / beside, size)


FEW_LINES = 25
"""Font sizes: in less height the labels at the left have one line each, and give way to each other."""


def short_labels(spec: dict[str, Any], width: float, height: float, size: float) -> None:
    """Titles of axes in lines that fit, and names at the left of a low chart that do not lie on each other."""
    for encoding in encodings(spec):
        for channel, room in (("x", 0.7 * width), ("y", 0.5 * height)):
            place = encoding.get(channel) or {}
            axis = place.get("axis")
            for owner in (axis, place):
                if isinstance(owner, dict) and isinstance(owner.get("title"), str):
                    owner["title"] = wrap(owner["title"], room, size)
            if channel != "y" or not isinstance(axis, dict):
                continue
            label = axis.get("labelExpr")
            if label is None and place.get("type") == "nominal":
                axis["labelExpr"] = "split(datum.label, ': ')"  # "LSTM: hidden state" in two lines
            if height < FEW_LINES * size:
                if isinstance(label, str):
                    axis["labelExpr"] = f"isArray({label}) ? ({label})[0] : {label}"
                axis["labelOverlap"], axis["labelSeparation"] = "greedy", -0.2 * size


def few_words(spec: dict[str, Any], width: float, size: float) -> None:
    """Legends that stand above or below a chart, made to fit its width: no wider than a column of their own needs."""
    for encoding in encodings(spec):
        for what in encoding.values():
            legend = what.get("legend") if isinstance(what, dict) else None
            if not isinstance(legend, dict) or legend.get("orient") not in ("top", "bottom"):
                continue
            if isinstance(length := legend.get("gradientLength"), (int, float)):
                legend["gradientLength"] = min(length, width / 3)
                continue
            names = what.get("scale", {}).get("domain") if what.get("scale") else None
            if isinstance(names, list) and all(isinstance(name, str) for name in names):
                room = max(len(name) for name in names) * LETTER * size + 2.5 * size
                legend["columns"] = max(1, min(len(names), int(0.97 * width / room)))
            legend["titleOrient"] = "top"


def natural_height(spec: dict[str, Any], size: float) -> float:
    """How high a chart is when its view is as many lines high as on the page; 0 when it does not say.

    Charts side by side count one below the other, as they stand where a picture may be long: in a narrow column.
    """
    if beside := spec.get("hconcat", ()):
        return sum(natural_height(part, size) for part in beside)
    height = spec.get("height")
    if not isinstance(height, (int, float)):
        return 0.0
    return (height / PAGE_TEXT + AROUND) * size
