"""How the rows travel to the browser.

The floats stand row after row; within a row each measure [snapshot, time] in the header's order,
then the answers [snapshot, answer], then, with a swap, the answers after it.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from explorer.components.rows.data import Row, RowsData
from explorer.components.shared.packing import framed


def pack(data: RowsData) -> bytes:
    """The bytes for the browser. Errors: ValueError for a NaN outside of the arrays."""
    return framed(_header(data), (block for row in data.rows for block in _blocks(row, data)))


def _blocks(row: Row, data: RowsData) -> list[Any]:
    blocks = [row.measures[measure.key] for measure in data.measures] + [row.answers]
    return [*blocks, row.answers_swapped] if data.swap else blocks


def _header(data: RowsData) -> dict[str, Any]:
    return {
        "tokens": [asdict(token) for token in data.tokens],
        "cue": data.cue,
        "answers": list(data.answers),
        "right": data.right,
        "swap": asdict(data.swap) if data.swap else None,
        "measures": [asdict(measure) for measure in data.measures],
        "start_step": data.start_step,
        "start_measure": data.start_measure,
        "question": data.question,
        "empty": data.empty,
        "rows": [
            {
                "key": row.key,
                "label": row.label,
                "detail": row.detail,
                "color": row.color,
                "hollow": row.hollow,
                "steps": [int(step) for step in row.steps],
                "solved": asdict(row.solved) if row.solved else None,
            }
            for row in data.rows
        ],
    }
