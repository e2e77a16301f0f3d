"""The same chart several times, as one Vega-Lite spec: small pictures in a grid, with one legend."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from explorer import theme
from explorer.export.figure import take_title
from explorer.fit import COMPOSED, encodings, specification, stacked

_WHOLE = (
    "$schema",
    "config",
    "datasets",
    "params",
    "autosize",
    "background",
    "padding",
    "usermeta",
)
"""What a spec says once, for all of its views."""
WIDE = 1.5
"""A chart wider than this many times its height stands on a slide in two rows of two; others in a row of four."""
TALL = 3.0
"""How much higher a column of four is than a single picture."""


def paper_of(form: theme.Form) -> theme.Paper:
    """The place of a strip: a whole slide, as half of one has no room for four, or a tall paper column."""
    if form != "column":
        return theme.PAPER["slide"]
    across, down = theme.PAPER[form].inches
    return theme.Paper((across, TALL * down), theme.PAPER[form].text)


def four(named: Sequence[tuple[str, Any]], paper: theme.Paper) -> dict[str, Any]:
    """Charts of the same kind with a name for each, as one chart; the title is said once.

    Legends and scales of colour are shared, as the charts are the same but for their data. Titles of
    axes stand at the left and at the bottom only. What has two charts side by side stands in a column of its own.
    """
    specs = [stacked(specification(chart)) for _, chart in named]
    across, down = paper.inches
    columns = 1 if across < down else 2 if _wide(specs[0]) else 4
    whole: dict[str, Any] = {"datasets": {}, "config": specs[0].get("config", {})}
    titles = [take_title(spec) for spec in specs]
    if titles[0]:
        whole["title"] = titles[0]
    _same_legends(specs)
    params: dict[str, dict[str, Any]] = {}
    parts = []
    for number, ((name, _), spec) in enumerate(zip(named, specs, strict=True)):
        whole["datasets"] |= spec.get("datasets", {})
        for param in spec.get("params", ()):
            kept = params.setdefault(param["name"], {**param})
            if "views" in param:
                views = [f"{view}-{number}" for view in param["views"]]
                kept["views"] = views if kept["views"] == param["views"] else kept["views"] + views
        for view in _named(spec):
            view["name"] = f"{view['name']}-{number}"
        if number % columns:
            _no_title(spec, "y")
        if number + columns < len(specs):
            _no_title(spec, "x")
        part = {key: value for key, value in spec.items() if key not in _WHOLE}
        parts.append({**part, "title": {"text": name, "fontWeight": "normal"}})
    if params:
        whole["params"] = list(params.values())
    return {**whole, "concat": parts, "columns": columns, "spacing": 10}


def _named(spec: Any) -> Iterator[dict[str, Any]]:
    """Every view with a name of its own."""
    if isinstance(spec, dict):
        if isinstance(spec.get("name"), str):
            yield spec
        for key in (*COMPOSED, "layer", "spec"):
            yield from _named(spec.get(key))
    elif isinstance(spec, list):
        for part in spec:
            yield from _named(part)


def _wide(spec: dict[str, Any]) -> bool:
    """Whether a chart says that it is much wider than high, as a sentence is."""
    width, height = spec.get("width"), spec.get("height")
    if isinstance(width, (int, float)) and isinstance(height, (int, float)):
        return width > WIDE * height
    return False


def _no_title(spec: dict[str, Any], channel: str) -> None:
    for encoding in encodings(spec):
        place = encoding.get(channel)
        if isinstance(place, dict) and place.get("axis", {}) is not None and "value" not in place:
            place.pop("title", None)
            place["axis"] = {**place.get("axis", {}), "title": None}


def _same_legends(specs: Sequence[dict[str, Any]]) -> None:
    """A legend whose words differ would be named by all of them, one after another: by the longest."""
    found: dict[tuple[str, str], list[dict[str, Any]]] = {}
    for spec in specs:
        for encoding in encodings(spec):
            for channel, what in encoding.items():
                legend = what.get("legend") if isinstance(what, dict) else None
                if isinstance(legend, dict) and isinstance(legend.get("title"), str):
                    found.setdefault((channel, str(what.get("field"))), []).append(legend)
    for legends in found.values():
        longest = max((legend["title"] for legend in legends), key=len)
        for legend in legends:
            legend["title"] = longest
