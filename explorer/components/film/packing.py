"""How a film travels to the browser: the panels' values stand one after the other, [snapshot, row, column]."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import numpy as np

from explorer.components.film.data import FilmData, Panel
from explorer.components.shared.packing import framed


def pack(data: FilmData, name: str = "") -> bytes:
    """The bytes for the browser. Errors: ValueError for a NaN outside of the arrays.

    name: of a picture that is told its place by `place`; without one the place travels in the bytes.
    """
    header = _header(data) | ({"name": name} if name else {"place": place(data)})
    return framed(header, (panel.values for panel in data.panels))


def place(data: FilmData, name: str = "") -> dict[str, Any]:
    """Where a film is to stand; small, so that another place is not paid for with all the data."""
    cursor = list(data.cursor) if data.cursor else None
    return {"of": name, "step": data.start_step, "cursor": cursor}


def _header(data: FilmData) -> dict[str, Any]:
    return {
        "tokens": [asdict(token) for token in data.columns],
        "cue": None,
        "swap": None,
        "steps": [int(step) for step in data.steps],
        "graph": data.graph,
        "square": data.square,
        "carried": list(data.carried),
        "start": data.start,
        "directions": list(data.directions),
        "lanes": list(data.lanes),
        "column_title": data.column_title,
        "row_title": data.row_title,
        "empty": data.empty,
        "panels": [_panel(panel, data) for panel in data.panels],
    }


def _panel(panel: Panel, data: FilmData) -> dict[str, Any]:
    low, high = panel.limits
    values = np.asarray(panel.values, np.float32)
    beyond = bool((values < np.float32(low)).any()), bool((values > np.float32(high)).any())
    return {
        "beyond": beyond,
        "key": panel.key,
        "label": panel.label,
        "detail": panel.detail,
        "measure": panel.measure or panel.label,
        "symbol": panel.symbol,
        "color": panel.color,
        "scale": panel.scale,
        "limits": [float(limit) for limit in panel.limits],
        "direction": panel.direction,
        "rows": list(panel.rows),
        "names": None if panel.names is None else [list(names) for names in panel.names],
        "row_title": data.row_title if panel.row_title is None else panel.row_title,
        "order": [int(row) for row in data.order_of(panel)],
        "steps": [int(step) for step in panel.steps or data.steps],
    }
