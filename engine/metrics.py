"""Records of a training (`metrics`) as one table of numbers and back, exactly.

A record is flat but for one level (`by_condition`), and has no empty fields; in the table, a
field that a record does not have is NaN. So a number that is not finite has no place in a record.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np

MAX_RECORDS, MAX_COLUMNS = 100_002, 32
_COLUMN = re.compile(r"[a-z_]{1,40}(/[^/\x00-\x1f]{1,80})?")


def plain(record: Mapping[str, Any]) -> dict[str, Any]:
    """The record without what is no number: NaN, infinity and None are left out."""
    kept: dict[str, Any] = {}
    for name, value in record.items():
        if isinstance(value, Mapping):
            kept[name] = plain(value)
        elif isinstance(value, int | float | np.number) and math.isfinite(value):
            kept[name] = int(value) if name == "step" else float(value)
    return kept


def to_table(records: Iterable[Mapping[str, Any]]) -> tuple[list[str], np.ndarray]:
    """(columns, float64 [record, column]); columns in the order in which they first appear.

    Raises ValueError with a phrase when the records are not records of a training.
    """
    rows = [dict(_flat(record)) for record in records]
    columns = list(dict.fromkeys(name for row in rows for name in row))
    table = np.full((len(rows), len(columns)), np.nan)
    place = {name: index for index, name in enumerate(columns)}
    for index, row in enumerate(rows):
        for name, value in row.items():
            table[index, place[name]] = value
    check(columns, table)
    return columns, table


def from_table(columns: list[str], table: np.ndarray) -> tuple[dict[str, Any], ...]:
    """The records of a checked table."""
    names = [name.split("/", 1) for name in columns]
    records = []
    for row in table.tolist():
        record: dict[str, Any] = {}
        for path, value in zip(names, row, strict=True):
            if value != value:  # NaN: the record does not have this field
                continue
            if len(path) == 2:
                record.setdefault(path[0], {})[path[1]] = value
            else:
                record[path[0]] = int(value) if path[0] == "step" else value
        records.append(record)
    return tuple(records)


def check(columns: Any, table: np.ndarray) -> None:
    """Raises ValueError with a phrase unless columns and table are those of a training."""
    if not isinstance(columns, list) or not all(isinstance(name, str) for name in columns):
        raise ValueError("its metrics are damaged")
    groups = {name.split("/", 1)[0] for name in columns if "/" in name}
    if len(set(columns)) < len(columns) or groups & set(columns):
        raise ValueError("its metrics name something twice")
    if not all(_COLUMN.fullmatch(name) for name in columns):
        raise ValueError("its metrics have a name that is not allowed")
    if table.dtype != np.float64 or table.ndim != 2 or table.shape[1] != len(columns):
        raise ValueError("its metrics are damaged")
    if len(table) > MAX_RECORDS or len(columns) > MAX_COLUMNS:
        raise ValueError(
            f"it has more than {MAX_RECORDS} records or {MAX_COLUMNS} kinds of metrics"
        )
    if np.isinf(table).any():
        raise ValueError("its metrics hold a number that is too large")
    if len(table):
        steps = table[:, columns.index("step")] if "step" in columns else np.array([np.nan])
        whole = np.all((steps == np.floor(steps)) & (steps >= 0) & (steps < 2**31))
        if not whole or not np.all(np.diff(steps) > 0):
            raise ValueError("its metrics are not in the order of their steps")


def _flat(record: Mapping[str, Any]) -> Iterable[tuple[str, float]]:
    for name, value in plain(record).items():
        if isinstance(value, Mapping):
            yield from ((f"{name}/{part}", number) for part, number in value.items())
        else:
            yield name, value
