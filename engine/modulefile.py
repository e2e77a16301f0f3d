"""A `Module` as one file, and its name by content. No torch.

    metadata   what, schema, module (JSON: kind, name, note), sha256
    weights/…  float32, torch.nn's names and shapes; a module without biases has zeros there
    inputs     float32 [trial, time, input]
    tokens     uint8, UTF-8 JSON: the words beside the steps, [trial][time]; absent where there are none

Like a run file it is read by our own strict parser, and nothing in it is believed: sizes are found
from the weights, which must have exactly the shapes that torch.nn gives such a module.
"""

from __future__ import annotations

import base64
import hashlib
from typing import Any

import numpy as np

from engine.arrayfile import ArrayFileError, decode, encode
from engine.plainmodule import Module, ModuleError, made
from engine.strictjson import JSONError, dumps, loads

WHAT = "rnn-explorer module"
SCHEMA = 1


def name_of(data: bytes) -> str:
    """The id of a module from the bytes of its file."""
    digest = hashlib.sha256(data).digest()[:13]
    return f"module-{base64.b32encode(digest).decode().lower()[:20]}"


def to_bytes(module: Module) -> bytes:
    """The bytes of the file: the same module gives the same bytes. Raises ModuleError."""
    arrays = {f"weights/{name}": array for name, array in module.weights.items()}
    arrays["inputs"] = module.inputs
    if module.tokens:
        arrays["tokens"] = np.frombuffer(dumps(module.tokens).encode(), np.uint8)
    about = {"kind": module.kind, "name": module.name, "note": module.note}
    try:
        return encode(arrays, {"what": WHAT, "schema": str(SCHEMA), "module": dumps(about)})
    except ArrayFileError as error:
        raise ModuleError(f"The module cannot be written to a file: {error}.") from None


def from_bytes(data: bytes, name: str = "The file") -> Module:
    """The module in a file's bytes. Raises ModuleError, and nothing else."""
    try:
        arrays, metadata = decode(data)
        if metadata.get("what") != WHAT:
            raise ArrayFileError("it is some other kind of file")
        if metadata.get("schema") != str(SCHEMA):
            raise ArrayFileError(f"it is not of schema {SCHEMA}, the one that this program reads")
        about = loads(metadata.get("module", ""))
        if (
            not isinstance(about, dict)
            or about.keys() != {"kind", "name", "note"}
            or not all(isinstance(value, str) for value in about.values())
        ):
            raise ArrayFileError("it does not say what module it is")
        tokens = _tokens(arrays.pop("tokens", None))
        inputs = arrays.pop("inputs", np.zeros(0))
        weights = {key.removeprefix("weights/"): array for key, array in arrays.items()}
        if len(weights) < len(arrays) or not all(key.startswith("weights/") for key in arrays):
            raise ArrayFileError("it holds arrays that are none of a module")
        return made(about["kind"], weights, inputs, tokens, name=about["name"], note=about["note"])
    except (ArrayFileError, JSONError) as error:
        raise ModuleError(f"{name} is not a module: {error}.") from None


def _tokens(packed: np.ndarray | None) -> Any:
    if packed is None:
        return ()
    if packed.dtype != np.uint8 or packed.ndim != 1:
        raise ArrayFileError("its words are damaged")
    found = loads(packed.tobytes())
    if not isinstance(found, list) or not all(isinstance(row, list) for row in found):
        raise ArrayFileError("its words are damaged")
    return found
