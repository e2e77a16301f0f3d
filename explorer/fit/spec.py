"""A chart as a Vega-Lite spec, and the parts of one."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from typing import Any

COMPOSED = ("concat", "hconcat", "vconcat")
"""The parts of a Vega-Lite spec that hold other specs side by side."""


def specification(chart: Any) -> dict[str, Any]:
    """A chart (of Altair, or a Vega-Lite dict) as a dict of its own, without the page's theme."""
    if isinstance(chart, dict):
        return copy.deepcopy(chart)
    import altair

    altair.data_transformers.disable_max_rows()
    own = chart.config
    spec: dict[str, Any] = chart.to_dict(validate=False)
    # Altair has merged its enabled theme into the config; switching the theme off meanwhile would
    # switch it off for the other sessions of this process.
    spec["config"] = {} if own is altair.Undefined else own.to_dict()
    return spec


def stacked(spec: dict[str, Any]) -> dict[str, Any]:
    """Charts side by side, one below the other instead: for a place too narrow for them."""
    if "hconcat" not in spec:
        return spec
    rest = {name: part for name, part in spec.items() if name != "hconcat"}
    return {**rest, "vconcat": spec["hconcat"]}


def encodings(spec: Any) -> Iterator[dict[str, Any]]:
    """Every encoding in a spec, channel -> what it shows."""
    if isinstance(spec, dict):
        if isinstance(spec.get("encoding"), dict):
            yield spec["encoding"]
        for key in (*COMPOSED, "layer", "spec"):
            yield from encodings(spec.get(key))
    elif isinstance(spec, list):
        for part in spec:
            yield from encodings(part)


def merged(base: dict[str, Any], over: dict[str, Any]) -> dict[str, Any]:
    """`base` with `over` on top, table by table."""
    both = dict(base)
    for name, value in over.items():
        old = both.get(name)
        if isinstance(old, dict) and isinstance(value, dict):
            value = merged(old, value)
        both[name] = value
    return both
