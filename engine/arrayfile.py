"""Named arrays and a little text in one file: the safetensors layout, written and read by us alone.

    u64 length of the header | header: JSON | the arrays, one after the other, no gaps

The header maps each array's name to dtype, shape and extent, and "__metadata__" to text. Any
safetensors library can read our files. We read with our own parser, because the library takes 1.3
GB for a hostile header of 67 MB, and accepts changed data in silence: here every length is
checked before it is believed, and a SHA-256 covers every byte.

Layout: https://huggingface.co/docs/safetensors (format), the header's limits are ours.
"""

from __future__ import annotations

import hashlib
import math
import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from engine.strictjson import JSONError, dumps, loads

MAX_FILE = 64 * 2**20
MAX_HEADER = 2**20
DTYPES: dict[str, np.dtype[Any]] = {
    "F64": np.dtype("<f8"),
    "F32": np.dtype("<f4"),
    "F16": np.dtype("<f2"),
    "I64": np.dtype("<i8"),
    "I32": np.dtype("<i4"),
    "I16": np.dtype("<i2"),
    "I8": np.dtype("i1"),
    "U8": np.dtype("u1"),
    "BOOL": np.dtype("?"),
}
_WORDS = {dtype: word for word, dtype in DTYPES.items()}
_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9_./-]{0,127}")
_SHA = re.compile(r"[0-9a-f]{64}")
_NO_SHA = "0" * 64


class ArrayFileError(ValueError):
    """The bytes are not such a file, or not as they were written; the message is one phrase."""


def encode(
    arrays: Mapping[str, np.ndarray], metadata: Mapping[str, str], *, max_file: int = MAX_FILE
) -> bytes:
    """The file's bytes: the same input gives the same bytes, always. Raises ArrayFileError for what has no place."""
    header: dict[str, Any] = {"__metadata__": {**metadata, "sha256": _NO_SHA}}
    pieces: list[np.ndarray] = []
    at = 0
    for name, array in arrays.items():
        if not _NAME.fullmatch(name) or name == "__metadata__":
            raise ArrayFileError(f"an array cannot be called {name!r}")
        piece = np.asarray(array, order="C")
        piece = piece.astype(piece.dtype.newbyteorder("<"), copy=False)
        if piece.dtype not in _WORDS:
            raise ArrayFileError(
                f"{name} holds {piece.dtype} numbers, which have no place in a file"
            )
        extent = [at, at + piece.nbytes]
        header[name] = {
            "dtype": _WORDS[piece.dtype],
            "shape": list(piece.shape),
            "data_offsets": extent,
        }
        pieces.append(piece)
        at = extent[1]
    text = dumps(header).encode()
    text += b" " * (-len(text) % 8)  # the arrays start on a multiple of eight
    if len(text) > MAX_HEADER or 8 + len(text) + at > max_file:
        raise ArrayFileError(f"it would be larger than {max_file // 2**20} MB")
    front = len(text).to_bytes(8, "little") + text
    total = hashlib.sha256(front)
    for piece in pieces:
        total.update(piece.reshape(-1).data)
    # The metadata comes first in the header, so the last 64 zeros of its own value are found by their name.
    front = front.replace(
        f'"sha256":"{_NO_SHA}"'.encode(), f'"sha256":"{total.hexdigest()}"'.encode(), 1
    )
    return b"".join([front, *(piece.reshape(-1).data for piece in pieces)])


def decode(
    data: bytes, *, max_file: int = MAX_FILE, max_dims: int = 4
) -> tuple[dict[str, np.ndarray], dict[str, str]]:
    """(arrays, metadata) of the file's bytes; the arrays are read-only views of `data`, nothing
    is copied.

    Raises ArrayFileError: too long, cut short, changed, not this layout, or a name, dtype or
    shape out of bounds.
    """
    if len(data) > max_file:
        raise ArrayFileError(f"it is larger than {max_file // 2**20} MB")
    if len(data) < 10:
        raise ArrayFileError("it is too short")
    length = int.from_bytes(data[:8], "little")
    if length > MAX_HEADER:
        raise ArrayFileError("it does not start like one")
    start = 8 + length
    if start > len(data):
        raise ArrayFileError("it is cut short")
    header, metadata = _header(data[8:start])
    _check_sha(data, start, metadata)
    return _arrays(header, memoryview(data)[start:], max_dims), metadata


def _header(text: bytes) -> tuple[dict[str, Any], dict[str, str]]:
    try:
        header = loads(text)
    except JSONError as error:
        raise ArrayFileError(f"its header is damaged ({error})") from None
    metadata = header.pop("__metadata__", None) if isinstance(header, dict) else None
    if not isinstance(metadata, dict) or not all(
        isinstance(item, str) for item in metadata.values()
    ):
        raise ArrayFileError("its header does not say what it is")
    return header, metadata


def _check_sha(data: bytes, start: int, metadata: dict[str, str]) -> None:
    found = metadata.pop("sha256", "")
    mark = f'"sha256":"{found}"'.encode()
    front = data[:start]
    if not _SHA.fullmatch(found) or front.count(mark) != 1:
        raise ArrayFileError("it carries no checksum")
    total = hashlib.sha256(front.replace(mark, f'"sha256":"{_NO_SHA}"'.encode()))
    total.update(memoryview(data)[start:])
    if total.hexdigest() != found:
        raise ArrayFileError("its content has been changed or damaged")


def _arrays(header: dict[str, Any], body: memoryview, max_dims: int) -> dict[str, np.ndarray]:
    arrays = {}
    at = 0
    for name, entry in header.items():
        if not _NAME.fullmatch(name):
            raise ArrayFileError("an array has a name that is not allowed")
        if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
            raise ArrayFileError(f"the entry {name} is damaged")
        word, shape, extent = entry["dtype"], entry["shape"], entry["data_offsets"]
        dtype = DTYPES.get(word) if isinstance(word, str) else None
        if dtype is None:
            raise ArrayFileError(f"{name} holds numbers of a kind that is not allowed")
        if not _counts(shape) or len(shape) > max_dims:
            raise ArrayFileError(f"{name} has a shape that is not allowed")
        if not _counts(extent) or extent != [at, at + math.prod(shape) * dtype.itemsize]:
            raise ArrayFileError(f"{name} does not lie where it should")
        at = extent[1]
        if at > len(body):
            raise ArrayFileError("it is cut short")
        arrays[name] = np.frombuffer(body[extent[0] : at], dtype).reshape(shape)
    if at != len(body):
        raise ArrayFileError("it holds more than its header says")
    for name, array in arrays.items():
        if array.dtype == np.bool_ and array.view(np.uint8).max(initial=0) > 1:
            raise ArrayFileError(f"{name} holds numbers of a kind that is not allowed")
    return arrays


def _counts(value: Any) -> bool:
    """A list of whole numbers that address something: none negative, their product within reason even beside a 0."""
    if not isinstance(value, list) or not all(type(item) is int and item >= 0 for item in value):
        return False
    return len(value) < 16 and math.prod(max(item, 1) for item in value) < 2**60
