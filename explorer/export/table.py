"""The numbers of a chart as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

from explorer.fit import COMPOSED, specification


def table(chart: Any, caption: str = "") -> bytes:
    """The data of a chart as CSV (UTF-8, comma, header), the caption in a column `source`.

    A chart with several data sets gives all their rows, and a column `dataset` tells them apart.
    """
    spec = specification(chart)
    sets = [rows for rows in spec.get("datasets", {}).values() if isinstance(rows, list)]
    sets += [view["data"]["values"] for view in _all(spec) if "values" in view.get("data", {})]
    sets = [[line for row in rows for line in _lines(row)] for rows in sets]
    columns = list(dict.fromkeys(name for rows in sets for row in rows for name in row))
    several = ["dataset"] if len(sets) > 1 else []
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(several + columns + (["source"] if caption else []))
    for number, rows in enumerate(sets, start=1):
        for row in rows:
            values = [_cell(row.get(name)) for name in columns]
            writer.writerow([number][: len(several)] + values + ([caption] if caption else []))
    return text.getvalue().encode()


def _cell(value: Any) -> Any:
    """A spreadsheet runs text that begins like a formula; a quote in front makes it text again."""
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return value


def _lines(row: dict[str, Any]) -> list[dict[str, Any]]:
    """A record as it is; one that holds a matrix (of a heat map drawn as an image), cell by cell."""
    if not isinstance(cells := row.get("cells"), dict):
        return [row]
    beside = {name: row[name] for name in ("direction",) if name in row}
    return [
        {**beside, "row": name, "column": column, "value": value, "r": r, "c": c}
        for r, (name, line) in enumerate(zip(cells["rows"], cells["values"], strict=True))
        for c, (column, value) in enumerate(zip(cells["columns"], line, strict=True))
    ]


def _all(spec: Any) -> Iterator[dict[str, Any]]:
    """Every spec inside a spec, itself included, that says something about data."""
    if isinstance(spec, dict):
        if isinstance(spec.get("data"), dict):
            yield spec
        for name in (*COMPOSED, "layer", "spec"):
            yield from _all(spec.get(name))
    elif isinstance(spec, list):
        for part in spec:
            yield from _all(part)
