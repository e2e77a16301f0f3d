"""Recordings on disk come back exactly, and a folder of them keeps its cap."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import xarray as xr

from engine.recordings import RecordingError, arrays, from_bytes, read, to_bytes, touch, trim, write

ROOT = Path(__file__).resolve().parents[2]


def recording() -> xr.Dataset:
    """Everything that a recording may hold."""
    rng = np.random.default_rng(0)
    dims = ("snapshot", "trial", "layer", "direction", "time", "unit")
    hidden = rng.standard_normal((2, 3, 1, 2, 4, 5)).astype(np.float32)
    hidden[:, 1, :, :, 2:] = np.nan
    return xr.Dataset(
        {
            "hidden": (dims, hidden, {"symbol": "h_t", "range": [-1.0, 1.0], "bounds": None}),
            "right": ("trial", [True, False, True]),
            "count": ((), 3),
            "empty": (("trial", "nothing"), np.zeros((3, 0))),
        },
        {
            "snapshot": [0, 700],
            "word": (("trial", "time"), [["I", "grew", "", "café"]] * 3),
            "trial": ["France", "日本", "x" * 40],
            "length": ("trial", np.array([4, 2, 4], np.int16)),
            "label": "one",
        },
        {"experiment": '{"seed":0}', "n": 3, "nested": {"a": [1, 2.5, "b"]}},
    )


def test_a_recording_comes_back_exactly(tmp_path: Path) -> None:
    path = tmp_path / "deeper" / "key.safetensors"
    write(path, recording())
    found = read(path)
    xr.testing.assert_identical(found, recording())
    for name, variable in recording().variables.items():
        assert found[name].dtype == variable.dtype
        assert found[name].dims == variable.dims
    assert list(found.variables) == list(recording().variables)
    assert found.sel(trial="日本", snapshot=700).hidden.dims == recording().hidden.dims[2:]


def test_the_same_recording_gives_the_same_bytes() -> None:
    data = to_bytes(recording())
    assert to_bytes(recording()) == data == to_bytes(from_bytes(data))


def test_arrays_are_read_only() -> None:
    found = from_bytes(to_bytes(recording()))
    for name in set(found.variables) - set(found.indexes):  # an index cannot be assigned to anyway
        assert not found[name].values.flags.writeable
    with pytest.raises(ValueError, match=r"read-only|is a view"):
        found["hidden"][0, 0, 0, 0, 0, 0] = 1


def test_numbers_of_numpy_become_plain() -> None:
    attrs = {"a": np.float32(0.5), "b": np.int64(2), "c": np.arange(2), "d": (1, 2)}
    found = from_bytes(to_bytes(xr.Dataset(attrs=attrs)))
    assert found.attrs == {"a": 0.5, "b": 2, "c": [0, 1], "d": [1, 2]}


@pytest.mark.parametrize(
    ("dataset", "said"),
    [
        (xr.Dataset(attrs={"loss": float("nan")}), "the attributes of the recording hold NaN"),
        (xr.Dataset({"a": ((), 1, {"x": float("inf")})}), "the attributes of a hold NaN"),
        (xr.Dataset(attrs={"net": object()}), "JSON has no word for"),
        (xr.Dataset({"a": ("x", np.array([1, "b"], object))}), "a holds neither numbers nor text"),
        (xr.Dataset({"a": ("x", np.zeros(2, complex))}), "a holds complex128 values"),
        (xr.Dataset({"a": ("x", np.zeros(2, "M8[ns]"))}), "a holds datetime64"),
    ],
)
def test_what_has_no_place_is_refused(tmp_path: Path, dataset: xr.Dataset, said: str) -> None:
    with pytest.raises(RecordingError, match=said):
        write(tmp_path / "a.safetensors", dataset)
    assert not list(tmp_path.iterdir())


def test_every_changed_byte_is_found() -> None:
    data = to_bytes(recording())
    for at in range(len(data)):
        with pytest.raises(RecordingError, match=r"^The file is not a recording: .*\.$"):
            from_bytes(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])
    for length in range(0, len(data), 11):
        with pytest.raises(RecordingError):
            from_bytes(data[:length])


def test_the_least_looked_at_goes_first(tmp_path: Path) -> None:
    size = len(to_bytes(recording()))
    for age, name in enumerate("abcd"):
        write(tmp_path / f"{name}.safetensors", recording())
        os.utime(tmp_path / f"{name}.safetensors", (1000 - age, 1000 - age))
    (tmp_path / ".d.safetensors.77-left").write_bytes(bytes(size))
    os.utime(tmp_path / ".d.safetensors.77-left", (1, 1))
    (tmp_path / "notes.txt").write_text("not ours")
    assert trim(tmp_path, 5 * size) == 0
    touch(tmp_path / "d.safetensors")
    assert trim(tmp_path, 2 * size) == 3
    assert sorted(path.name for path in tmp_path.iterdir()) == [
        "a.safetensors",
        "d.safetensors",
        "notes.txt",
    ]
    assert trim(tmp_path / "none") == 0
    touch(tmp_path / "none")


def test_reading_needs_no_torch(tmp_path: Path) -> None:
    write(tmp_path / "a.safetensors", recording())
    code = (
        "import sys; from pathlib import Path; from engine.recordings import read;"
        f"print(dict(read(Path({str(tmp_path / 'a.safetensors')!r})).sizes), 'torch' in sys.modules)"
    )
    found = subprocess.run(
        [sys.executable, "-W", "error", "-c", code], cwd=ROOT, capture_output=True, text=True
    )
    assert found.stdout.strip() == f"{dict(recording().sizes)} False", found.stderr


def test_bare_arrays_are_those_of_the_dataset(tmp_path: Path) -> None:
    dataset = xr.Dataset({"reach": (("trial", "time"), [[0.5, np.nan]])}, {"answer": ["French"]})
    write(tmp_path / "one.safetensors", dataset)
    found = arrays(tmp_path / "one.safetensors")
    assert set(found) == {"reach", "answer"}
    np.testing.assert_array_equal(found["reach"], dataset["reach"].values)
    assert found["answer"].tolist() == ["French"]
    assert not found["reach"].flags.writeable
