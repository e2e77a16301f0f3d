"""Somebody else's safetensors file, strictly: header first, and of the tensors only those that are wanted.

    u64 length of the header ≤ 1 MiB | header: JSON | tensors without gaps, in any order

Unlike our own files (`arrayfile`) it carries no checksum of ours, may hold types that numpy lacks,
and may be large: a word embedding beside the weights that are looked for is never read.

Layout: https://huggingface.co/docs/safetensors (format).
"""

from __future__ import annotations

import math
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

import numpy as np

from engine.arrayfile import MAX_HEADER, ArrayFileError
from engine.strictjson import JSONError, loads

MAX_TENSOR = 64 * 2**20
"""Bytes of one tensor that is read."""
MAX_DIMS = 8
_BITS = {
    **dict.fromkeys(("BOOL", "U8", "I8", "F8_E4M3", "F8_E5M2", "F8_E8M0"), 8),
    **dict.fromkeys(("U16", "I16", "F16", "BF16"), 16),
    **dict.fromkeys(("U32", "I32", "F32"), 32),
    **dict.fromkeys(("U64", "I64", "F64", "C64"), 64),
}
_FLOATS = {"F64": "<f8", "F32": "<f4", "F16": "<f2"}


@dataclass(frozen=True)
class Entry:
    """A tensor as the header has it; its bytes lie from `start` to `end` after the header."""

    dtype: str
    shape: tuple[int, ...]
    start: int
    end: int


class Tensors:
    """An open file: `entries` by name, `metadata`, and the numbers of one tensor on demand."""

    def __init__(
        self, file: IO[bytes], body: int, entries: dict[str, Entry], metadata: dict[str, str]
    ) -> None:
        self.entries, self.metadata = entries, metadata
        self._file, self._body = file, body

    def floats(self, name: str) -> np.ndarray:
        """The numbers of a tensor of floats, bfloat16 as float32. Raises ArrayFileError."""
        entry = self.entries[name]
        if entry.dtype not in (*_FLOATS, "BF16"):
            raise ArrayFileError(f"{name} holds {entry.dtype} numbers, and weights are floats")
        if entry.end - entry.start > MAX_TENSOR:
            raise ArrayFileError(f"{name} is larger than {MAX_TENSOR // 2**20} MB")
        self._file.seek(self._body + entry.start)
        data = self._file.read(entry.end - entry.start)
        if len(data) != entry.end - entry.start:
            raise ArrayFileError("it is cut short")
        if entry.dtype == "BF16":  # the upper half of a float32
            halves = np.frombuffer(data, "<u2").astype(np.uint32) << 16
            return halves.view(np.float32).reshape(entry.shape)
        return np.frombuffer(data, _FLOATS[entry.dtype]).reshape(entry.shape)


def front(path: Path) -> bytes:
    """The first eight bytes, or fewer. Raises ArrayFileError for a folder or a pipe, OSError."""
    if not stat.S_ISREG(path.stat().st_mode):  # before it is opened: a pipe would wait for a writer
        raise ArrayFileError("it is not a file")
    with path.open("rb") as file:
        return file.read(8)


@contextmanager
def tensors(path: Path) -> Iterator[Tensors]:
    """Open a safetensors file. Raises ArrayFileError with a phrase, OSError."""
    length = int.from_bytes(front(path), "little")
    if path.stat().st_size < 10 or length < 2 or length > MAX_HEADER:
        raise ArrayFileError("it does not start like one")
    with path.open("rb") as file:
        size = path.stat().st_size
        file.seek(8)
        text = file.read(length)
        if len(text) < length:
            raise ArrayFileError("it is cut short")
        entries, metadata = _header(text, size - 8 - length)
        yield Tensors(file, 8 + length, entries, metadata)


def _header(text: bytes, body: int) -> tuple[dict[str, Entry], dict[str, str]]:
    try:
        header = loads(text)
    except JSONError as error:
        raise ArrayFileError(f"its header is damaged ({error})") from None
    if not isinstance(header, dict):
        raise ArrayFileError("its header is damaged (it holds no names)")
    metadata = header.pop("__metadata__", {})
    if not isinstance(metadata, dict) or not all(isinstance(v, str) for v in metadata.values()):
        raise ArrayFileError("its header is damaged (its metadata is not text)")
    entries = {name: _entry(entry) for name, entry in header.items()}
    at = 0
    for entry in sorted(entries.values(), key=lambda entry: (entry.start, entry.end)):
        if entry.start != at:
            raise ArrayFileError("its tensors overlap or leave gaps")
        at = entry.end
    if at != body:
        raise ArrayFileError("it is cut short" if at > body else "it holds more than it says")
    return entries, metadata


def _entry(entry: Any) -> Entry:
    if not isinstance(entry, dict) or entry.keys() != {"dtype", "shape", "data_offsets"}:
        raise ArrayFileError("an entry of its header is damaged")
    dtype, shape, extent = entry["dtype"], entry["shape"], entry["data_offsets"]
    if not _counts(shape, MAX_DIMS) or not _counts(extent, 2) or len(extent) != 2:
        raise ArrayFileError("an entry of its header is damaged")
    length = extent[1] - extent[0]
    bits = _BITS.get(dtype, 0) if isinstance(dtype, str) else None
    # A type that we do not know is none that is read: of it only the length must make sense.
    if bits is None or length < 0 or (bits and length * 8 != math.prod(shape) * bits):
        raise ArrayFileError("an entry of its header is damaged")
    return Entry(dtype[:12], tuple(shape), extent[0], extent[1])


def _counts(value: Any, most: int) -> bool:
    return (
        isinstance(value, list)
        and len(value) <= most
        and all(type(item) is int and 0 <= item < 2**60 for item in value)
    )
