"""A run as one file, to hand on: a safetensors layout with the experiment, the metrics and every
snapshot in it.

    metadata   what, schema, experiment (JSON), result (JSON), columns (JSON), sha256
    steps      int64 [snapshot]
    weights/…  [snapshot, …], one array for each weight of the net
    metrics    float64 [record, column], NaN where a record has no such field

Nothing in the file is executed or believed: it is read by our own strict parser (`arrayfile`,
`strictjson`), its experiment passes the same validation as the form, and its weights must have
the shapes which that experiment gives. No pickle, no zip, ≤ 64 MB.
"""

from __future__ import annotations

import re
import stat
from pathlib import Path
from typing import Any

import numpy as np

from engine.arrayfile import MAX_FILE, ArrayFileError, decode, encode
from engine.disk import DiskError, write_file
from engine.experiment import Experiment, ValidationError, sentence
from engine.metrics import check, from_table, to_table
from engine.run import Run, Snapshot, check_result
from engine.shapes import weight_shapes
from engine.strictjson import JSONError, dumps, finite, loads

WHAT = "rnn-explorer run"
SCHEMA = 1


class RunFileError(ValueError):
    """The file cannot be read or written as a run; the message is one sentence."""


def save(run: Run, path: str | Path) -> None:
    """Write a run to one file, by rename; the same run gives the same bytes. Raises RunFileError."""
    data = to_bytes(run)
    try:
        write_file(Path(path), data)
    except DiskError as error:
        raise RunFileError(str(error)) from None


def load(path: str | Path) -> Run:
    """Read a run from one file; the arrays are read-only. Raises RunFileError, and nothing else."""
    path = Path(path)
    try:
        info = path.stat()
        if not stat.S_ISREG(info.st_mode):
            raise RunFileError(f"{path.name} is not a file.")
        if info.st_size > MAX_FILE:
            raise RunFileError(
                f"{path.name} is not a run: it is larger than {MAX_FILE // 2**20} MB."
            )
        with path.open("rb") as file:
            data = file.read(MAX_FILE + 1)
    except FileNotFoundError:
        raise RunFileError(f"There is no file {path.name}.") from None
    except (OSError, ValueError) as error:  # ValueError: a zero byte in the name
        if isinstance(error, RunFileError):
            raise
        raise RunFileError(f"{path.name} cannot be read.") from None
    return from_bytes(data, path.name)


def to_bytes(run: Run) -> bytes:
    """The bytes of the file (for a download). Raises RunFileError."""
    try:
        _check_snapshots(run.experiment, run.snapshots)
        columns, table = to_table(run.metrics)
        result = finite(dict(run.result))
        _check_result(result)
        arrays = {"steps": np.array([snapshot.step for snapshot in run.snapshots], np.int64)}
        for name in weight_shapes(run.experiment):
            arrays[f"weights/{name}"] = np.stack([s.weights[name] for s in run.snapshots])
        arrays["metrics"] = table
        metadata = {
            "what": WHAT,
            "schema": str(SCHEMA),
            "experiment": run.experiment.model_dump_json(),
            "result": dumps(result),
            "columns": dumps(columns),
        }
        return encode(arrays, metadata)
    except (ArrayFileError, ValueError, TypeError) as error:
        raise RunFileError(f"The run cannot be written to a file: {error}.") from None


def from_bytes(data: bytes, name: str = "The file") -> Run:
    """The run in a file's bytes (of an upload). Raises RunFileError, and nothing else."""
    try:
        arrays, metadata = decode(data)
        _check_schema(metadata)
        try:
            experiment = Experiment.model_validate(loads(metadata.get("experiment", "")))
        except ValidationError as error:
            raise ArrayFileError(
                f"its experiment is refused: {sentence(error).rstrip('.')}"
            ) from None
        result = loads(metadata.get("result", ""))
        _check_result(result)
        columns, table = loads(metadata.get("columns", "")), arrays.pop("metrics", np.zeros(0))
        check(columns, table)
        return Run(experiment, from_table(columns, table), _snapshots(experiment, arrays), result)
    except (ArrayFileError, JSONError, ValueError) as error:
        raise RunFileError(f"{name} is not a run: {error}.") from None


def _check_schema(metadata: dict[str, str]) -> None:
    if metadata.get("what") != WHAT:
        raise ArrayFileError("it is some other kind of file")
    found = metadata.get("schema", "")
    if not re.fullmatch(r"[0-9]{1,6}", found):
        raise ArrayFileError("it does not say its schema")
    if int(found) > SCHEMA:
        raise ArrayFileError(
            f"it has schema {found}, and this program reads schema {SCHEMA}: it needs a newer one"
        )
    if int(found) < max(1, SCHEMA - 1):
        raise ArrayFileError(f"it has schema {found}, which is too old for this program")


def _snapshots(experiment: Experiment, arrays: dict[str, np.ndarray]) -> tuple[Snapshot, ...]:
    steps = arrays.pop("steps", np.zeros(0))
    if steps.dtype != np.int64 or steps.ndim != 1 or not len(steps):
        raise ArrayFileError("it has no snapshots")
    if not all(
        name.startswith("weights/") and len(a) == len(steps) for name, a in arrays.items() if a.ndim
    ):
        raise ArrayFileError("its snapshots are damaged")
    named = {name.removeprefix("weights/"): array for name, array in arrays.items()}
    found = {name: (array.dtype, array.shape[1:]) for name, array in named.items()}
    _check_shapes(experiment, found)
    snapshots = tuple(
        Snapshot(step, {name: array[index] for name, array in named.items()})
        for index, step in enumerate(steps.tolist())
    )
    _check_snapshots(experiment, snapshots)
    return snapshots


def _check_snapshots(experiment: Experiment, snapshots: tuple[Snapshot, ...]) -> None:
    if not snapshots:
        raise ArrayFileError("it has no snapshots")
    before = -1
    for snapshot in snapshots:
        if not before < snapshot.step < 2**31:
            raise ArrayFileError("its snapshots are not in the order of their steps")
        before = snapshot.step
        weights = snapshot.weights
        _check_shapes(
            experiment, {name: (array.dtype, array.shape) for name, array in weights.items()}
        )
        if not all(np.isfinite(array).all() for array in weights.values()):
            raise ArrayFileError(
                f"its snapshot at step {snapshot.step} holds numbers that are not finite"
            )


def _check_shapes(
    experiment: Experiment, found: dict[str, tuple[np.dtype, tuple[int, ...]]]
) -> None:
    expected = weight_shapes(experiment)
    if found.keys() != expected.keys():
        raise ArrayFileError("its weights are not those of its experiment")
    for name, (dtype, shape) in found.items():
        if dtype not in (np.float32, np.float64):
            raise ArrayFileError(f"its weights {name} are not floating-point numbers")
        if shape != expected[name]:
            raise ArrayFileError(f"its weights {name} have the shape {shape}, not {expected[name]}")


def _check_result(result: Any) -> None:
    """Raises ArrayFileError unless it says how a training ended, or nothing yet."""
    try:
        check_result(result)
    except ValueError as error:
        raise ArrayFileError(str(error)) from None
