"""Recordings on disk: an xarray.Dataset in one file, written whole, read without torch.

    metadata   what, schema, dataset (JSON: variables and coordinates with dims, attrs and kind), sha256
    arrays     v0, v1, …; text as UTF-8 bytes of equal width, one dim more than the variable has

A recording is a pure function of weights, inputs and edits. So its name is a content key, it can
always be thrown away and made again, and a folder of them has a cap: what was not looked at for
longest goes first. NaN is welcome in the data ("beyond this trial's length") and refused in the
attributes.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from engine.arrayfile import ArrayFileError, decode, encode
from engine.disk import write_file
from engine.strictjson import JSONError, dumps, loads

if TYPE_CHECKING:
    import xarray as xr

WHAT = "rnn-explorer recording"
SCHEMA = 1
MAX_FILE = 256 * 2**20
MAX_DIMS = 10
CAP = 512 * 2**20
"""Bytes that a folder of recordings may take."""


class RecordingError(ValueError):
    """The file cannot be read or written as a recording; the message is one sentence."""


def write(path: Path, dataset: xr.Dataset) -> None:
    """Write a dataset by rename; the same dataset gives the same bytes.

    Raises RecordingError when it holds what a file cannot, DiskError when the disk refuses. Not
    synced: what a power cut takes is made again.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    write_file(path, to_bytes(dataset), durable=False)


def read(path: Path) -> xr.Dataset:
    """The dataset of a file; its arrays are read-only. Raises RecordingError, or FileNotFoundError."""
    path = Path(path)
    return from_bytes(path.read_bytes(), path.name)


def arrays(path: Path) -> dict[str, np.ndarray]:
    """Variables and coordinates by name, bare: dims in the order they were written in, read-only.

    Needs no xarray, whose import (0.3 s) the first paint would wait for. Raises as `read` does.
    """
    path = Path(path)
    _, found = _contents(path.read_bytes(), path.name)
    return {name: values for name, (_, values) in found.items()}


def to_bytes(dataset: xr.Dataset) -> bytes:
    """The bytes of the file. Raises RecordingError."""
    arrays: dict[str, np.ndarray] = {}
    variables = []
    try:
        for name, variable in dataset.variables.items():
            values, kind = _packed(name, variable.values)
            variables.append(
                {
                    "name": name,
                    "coordinate": name in dataset.coords,
                    "dims": list(variable.dims),
                    "attrs": _attributes(name, variable.attrs),
                    "kind": kind,
                }
            )
            arrays[f"v{len(arrays)}"] = values
        layout = {"attrs": _attributes("the recording", dataset.attrs), "variables": variables}
        metadata = {"what": WHAT, "schema": str(SCHEMA), "dataset": dumps(layout)}
        return encode(arrays, metadata, max_file=MAX_FILE)
    except (ArrayFileError, TypeError, ValueError) as error:
        raise RecordingError(f"The recording cannot be written: {error}.") from None


def from_bytes(data: bytes, name: str = "The file") -> xr.Dataset:
    """The dataset in a file's bytes. Raises RecordingError."""
    import xarray as xr

    attrs, found = _contents(data, name)
    data_vars: dict[str, Any] = {}
    coords: dict[str, Any] = {}
    try:
        for variable, (entry, values) in found.items():
            group = coords if entry["coordinate"] else data_vars
            group[variable] = xr.Variable(entry["dims"], values, entry["attrs"])
        return xr.Dataset(data_vars, coords, attrs)
    except (ValueError, KeyError, TypeError) as error:
        raise RecordingError(f"{name} is not a recording: {error}.") from None


def touch(path: Path) -> None:
    """Say that a recording was looked at, so that it is among the last to go."""
    with suppress(OSError):
        os.utime(path)


def trim(folder: Path, cap: int = CAP) -> int:
    """Remove the recordings that were not looked at for longest until the folder holds at most
    `cap` bytes.

    Returns how many went. What a writer that died left aside counts like the rest.
    """
    found = []
    for path in folder.glob("*.safetensors*"):  # "*" also finds names that start with a dot
        with suppress(FileNotFoundError):  # another process may be trimming too
            info = path.stat()
            found.append((info.st_mtime, info.st_size, path))
    total = sum(size for _, size, _ in found)
    removed = 0
    for _, size, path in sorted(found):
        if total <= cap:
            break
        with suppress(OSError):  # in use by a reader on Windows: next time
            path.unlink()
            removed += 1
            total -= size
    return removed


def _contents(
    data: bytes, name: str
) -> tuple[dict[str, Any], dict[str, tuple[dict[str, Any], np.ndarray]]]:
    """(attributes, {variable: (its entry, its values)}). Raises RecordingError."""
    try:
        packed, metadata = decode(data, max_file=MAX_FILE, max_dims=MAX_DIMS)
        if metadata.get("what") != WHAT or metadata.get("schema") != str(SCHEMA):
            raise ArrayFileError(f"it is not of schema {SCHEMA}")
        layout = loads(metadata["dataset"])
        found = {}
        for index, entry in enumerate(layout["variables"]):
            values = _unpacked(packed[f"v{index}"], entry["kind"])
            values.flags.writeable = False
            found[entry["name"]] = entry, values
        return layout["attrs"], found
    except (ArrayFileError, JSONError, ValueError, KeyError, TypeError) as error:
        raise RecordingError(f"{name} is not a recording: {error}.") from None


def _packed(name: Any, values: np.ndarray) -> tuple[np.ndarray, str]:
    """The array as it lies in the file, and its kind: numbers or text."""
    if values.dtype.kind in "biuf":
        return values, "numbers"
    if values.dtype.kind == "O" and not all(isinstance(item, str) for item in values.flat):
        raise ArrayFileError(f"{name} holds neither numbers nor text")
    if values.dtype.kind not in "OUT":
        raise ArrayFileError(f"{name} holds {values.dtype} values, which have no place in a file")
    encoded = np.char.encode(values.astype(str), "utf-8")
    width = max(encoded.dtype.itemsize, 1)
    fixed = np.ascontiguousarray(encoded.astype(f"S{width}"))
    return np.frombuffer(fixed.tobytes(), np.uint8).reshape(*values.shape, width), "text"


def _unpacked(array: np.ndarray, kind: str) -> np.ndarray:
    if kind == "numbers":
        return array
    if kind != "text" or array.dtype != np.uint8 or array.ndim == 0 or array.shape[-1] == 0:
        raise ArrayFileError("its text is damaged")
    return np.char.decode(array.view(f"S{array.shape[-1]}")[..., 0], "utf-8")


def _attributes(name: Any, attrs: Mapping[Any, Any]) -> dict[str, Any]:
    plain = {str(key): _plain(value) for key, value in attrs.items()}
    try:
        dumps(plain)
    except (TypeError, ValueError):
        raise ArrayFileError(
            f"the attributes of {name} hold NaN or what JSON has no word for"
        ) from None
    return plain


def _plain(value: Any) -> Any:
    """numpy's numbers and arrays as Python's."""
    return value.tolist() if isinstance(value, np.generic | np.ndarray) else value
