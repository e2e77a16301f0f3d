"""How a picture travels to the browser: a JSON header and one block of float32, in one byte string.

    u32 little endian: header length | header (JSON, UTF-8, blanks to a multiple of 4) | float32

Bytes rather than a DataFrame: importing pandas (0.4 s) is not needed before the first paint, and an
offline page can carry the same bytes.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterable, Mapping
from typing import Any

import numpy as np


def framed(header: Mapping[str, Any], blocks: Iterable[Any]) -> bytes:
    """Header and arrays as bytes. Errors: ValueError for a NaN in the header (arrays may hold some)."""
    said = json.dumps(header, ensure_ascii=False, allow_nan=False).encode()
    said += b" " * (-len(said) % 4)
    floats = [np.ascontiguousarray(block, dtype="<f4").tobytes() for block in blocks]
    return b"".join([struct.pack("<I", len(said)), said, *floats])


def unpack(packed: bytes) -> tuple[dict[str, Any], np.ndarray]:
    """The header and the floats [value], for tests and for whoever reads a stored picture."""
    (length,) = struct.unpack_from("<I", packed)
    header = json.loads(packed[4 : 4 + length])
    return header, np.frombuffer(packed, dtype="<f4", offset=4 + length)
