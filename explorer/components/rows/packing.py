"""How the rows travel to the browser: a JSON header and one block of float32, in one byte string.

    u32 little endian: header length | header (JSON, UTF-8, blanks to a multiple of 4) | float32

The floats stand row after row; within a row each measure [snapshot, time] in the header's order,
then the answers [snapshot, answer], then, with a swap, the answers after it.
Bytes rather than a DataFrame: importing pandas (0.4 s) is not needed before the first paint, and an
offline page can carry the same bytes.
"""

from __future__ import annotations

import json
import struct
from dataclasses import asdict
from typing import Any

import numpy as np

from explorer.components.rows.data import Row, RowsData


def pack(data: RowsData) -> bytes:
    """The bytes for the browser. Errors: ValueError for a NaN outside of the arrays."""
    header = json.dumps(_header(data), ensure_ascii=False, allow_nan=False).encode()
    header += b" " * (-len(header) % 4)
    blocks = [block for row in data.rows for block in _blocks(row, data)]
    floats = b"".join(np.ascontiguousarray(block, dtype="<f4").tobytes() for block in blocks)
    return struct.pack("<I", len(header)) + header + floats


def unpack(packed: bytes) -> tuple[dict[str, Any], np.ndarray]:
    """The header and the floats [value], for tests and for whoever reads a stored picture."""
    (length,) = struct.unpack_from("<I", packed)
    header = json.loads(packed[4 : 4 + length])
    return header, np.frombuffer(packed, dtype="<f4", offset=4 + length)


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
