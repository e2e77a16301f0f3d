"""A run as one file: exact both ways, and whatever else is in the file gives one sentence."""

from __future__ import annotations

import hashlib
import json
import os
import random
import re
import tracemalloc
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from safetensors.numpy import load as library_load

from engine.arrayfile import ArrayFileError, decode, encode
from engine.experiment import Experiment
from engine.run import Run, Snapshot
from engine.runfile import RunFileError, from_bytes, load, save, to_bytes
from engine.shapes import weight_shapes
from engine.strictjson import JSONError, loads
from tests.engine.small import EXPERIMENT, run, snapshot

MUTATIONS = int(os.environ.get("MUTATIONS", "20000"))
MEMORY = 200 * 2**20


def same(one: Run, other: Run) -> bool:
    """Equal to the last bit."""
    return (
        (one.experiment, one.metrics, one.result) == (other.experiment, other.metrics, other.result)
        and [s.step for s in one.snapshots] == [s.step for s in other.snapshots]
        and [s.digest() for s in one.snapshots] == [s.digest() for s in other.snapshots]
    )


def sealed(data: bytes) -> bytes:
    """The bytes with the checksum that fits them, if they still have a place for it."""
    length = int.from_bytes(data[:8], "little")
    front, mark = data[: 8 + length], b'"sha256":"'
    at = front.find(mark) + len(mark)
    if length > len(data) or at < len(mark) or len(front) < at + 64:
        return data
    empty = front[:at] + b"0" * 64 + front[at + 64 :]
    digest = hashlib.sha256(empty + data[8 + length :]).hexdigest().encode()
    return front[:at] + digest + front[at + 64 :] + data[8 + length :]


def with_header(data: bytes, change: Callable[[dict], object]) -> bytes:
    """The file with another header, and the checksum that fits."""
    length = int.from_bytes(data[:8], "little")
    header = json.loads(data[8 : 8 + length])
    change(header)
    text = json.dumps(header, separators=(",", ":")).encode()
    return sealed(len(text).to_bytes(8, "little") + text + data[8 + length :])


def refused(data: bytes) -> str:
    """The sentence that refuses these bytes."""
    with pytest.raises(RunFileError) as caught:
        from_bytes(data, "upload")
    sentence = str(caught.value)
    assert sentence.startswith("upload is not a run: ")
    assert sentence.endswith(".")
    assert "\n" not in sentence
    assert "Traceback" not in sentence
    assert len(sentence) < 500
    return sentence


def test_a_run_comes_back_exactly(tmp_path: Path) -> None:
    save(run(), tmp_path / "a.safetensors")
    found = load(tmp_path / "a.safetensors")
    assert same(found, run())
    assert [type(record["step"]) for record in found.metrics] == [int] * 6
    assert [path.name for path in tmp_path.iterdir()] == ["a.safetensors"]


def test_the_same_run_gives_the_same_bytes() -> None:
    data = to_bytes(run())
    assert to_bytes(run()) == data
    assert to_bytes(from_bytes(data)) == data


def test_one_snapshot_of_a_run_can_be_handed_on() -> None:
    found = from_bytes(to_bytes(run().at(2)))
    assert [s.step for s in found.snapshots] == [2]
    with pytest.raises(ValueError, match=r"no snapshot at step 3; the run has: 0, 2, 5\."):
        run().at(3)


def test_any_safetensors_library_can_read_it() -> None:
    arrays = library_load(to_bytes(run()))
    for name in weight_shapes(EXPERIMENT):
        assert np.array_equal(arrays[f"weights/{name}"][1], snapshot(2).weights[name])


def test_arrays_are_read_only() -> None:
    weights = from_bytes(to_bytes(run())).snapshots[0].weights
    with pytest.raises(ValueError, match="read-only"):
        weights["readout.bias"][0] = 1


@pytest.mark.parametrize("cell", ["rnn", "sigmoid", "relu", "lstm", "gru"])
@pytest.mark.parametrize("layers", [1, 3])
@pytest.mark.parametrize("bidirectional", [False, True])
@pytest.mark.parametrize("task", ["fluent", "adding"])
def test_expected_shapes_are_those_of_the_net(
    cell: str, layers: int, bidirectional: bool, task: str
) -> None:
    import torch

    from engine.network import build

    network = {"cell": cell, "layers": layers, "bidirectional": bidirectional, "units": 3}
    experiment = Experiment.model_validate({"task": task, "network": network})
    net = build(experiment, torch.Generator())
    found = {name: tuple(value.shape) for name, value in net.state_dict().items()}
    assert list(weight_shapes(experiment).items()) == list(found.items())


def test_every_shortened_file_is_refused() -> None:
    data = to_bytes(run())
    for length in range(len(data)):
        refused(data[:length])
    refused(data + b"\0")


def test_every_changed_byte_is_found() -> None:
    data = to_bytes(run())
    for at in range(len(data)):
        refused(data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :])


def mutated(data: bytes, dice: random.Random) -> bytes:
    """Bytes changed, cut, doubled, or replaced by what parsers stumble over; often with a checksum that fits."""
    changed = bytearray(data)
    length = int.from_bytes(data[:8], "little")
    for _ in range(dice.choice((1, 1, 2, 5))):
        at = dice.randrange(len(changed)) if dice.random() < 0.5 else dice.randrange(8 + length)
        at = min(at, len(changed) - 1)
        match dice.randrange(6):
            case 0:
                changed[at] = dice.randrange(256)
            case 1:
                changed[at] ^= 1 << dice.randrange(8)
            case 2:
                del changed[at : at + dice.randrange(1, 40)]
            case 3:
                changed[at:at] = changed[at : at + dice.randrange(1, 40)]
            case 4:
                changed[at : at + 1] = dice.choice(TOKENS)
            case 5:
                changed[at : at + dice.randrange(8)] = str(dice.randrange(10**6)).encode()
        if len(changed) < 2:
            break
    if dice.random() < 0.5 and len(changed) > 8:  # a length that fits again
        length += len(changed) - len(data)
        changed[:8] = max(length, 0).to_bytes(8, "little")
    return sealed(bytes(changed)) if dice.random() < 0.7 else bytes(changed)


TOKENS = (
    *(
        b"NaN",
        b"-Infinity",
        b"1e999",
        b"[" * 50,
        b"{" * 50,
        b'"',
        b"\\",
        b"\\ud800",
        b"\xff",
        b"\0",
    ),
    *(
        b"null",
        b"true",
        b"-1",
        b"9" * 30,
        b'"a":1,"a":1',
        b"[]",
        b"{}",
        b",",
        b":",
        b"0",
        b"1.5",
        b"/../",
    ),
)


def test_mutated_files_give_a_run_or_a_sentence() -> None:
    data = to_bytes(run())
    dice = random.Random(20240607)
    read, said = 0, set()
    for _ in range(MUTATIONS):
        try:
            from_bytes(mutated(data, dice))
            read += 1
        except RunFileError as error:
            said.add(str(error))
    assert all(sentence.endswith(".") and "\n" not in sentence for sentence in said)
    assert read < MUTATIONS / 5  # most of them are no runs, and some differ only in a number


HOSTILE: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "a picture": lambda: b"\x89PNG\r\n\x1a\n" + bytes(100),
    "a zip file": lambda: b"PK\x03\x04" + bytes(100),
    "a pickle": lambda: b"\x80\x04\x95" + bytes(100),
    "a header of 67 MB": lambda: (67 * 2**20).to_bytes(8, "little") + b"[" * 2**20,
    "a deep header": lambda: (2**20).to_bytes(8, "little") + b"[" * 2**20,
    "a wide header": lambda: (2**20).to_bytes(8, "little") + b"[" + b"{}," * 349524 + b"{}]",
    "many arrays": lambda: many_arrays(),
    "64 MB of nothing": lambda: bytes(64 * 2**20),
    "65 MB": lambda: bytes(65 * 2**20),
    "a long number": lambda: (10**6).to_bytes(8, "little") + b"9" * 10**6,
}


def many_arrays() -> bytes:
    """A header that is full of empty arrays."""
    entry = {"dtype": "F32", "shape": [0], "data_offsets": [0, 0]}
    header = {"__metadata__": {"sha256": "0" * 64}} | {f"a{n}": entry for n in range(15_000)}
    text = json.dumps(header, separators=(",", ":")).encode()
    return sealed(len(text).to_bytes(8, "little") + text)


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_files_cost_little(name: str) -> None:
    data = HOSTILE[name]()
    tracemalloc.start()
    try:
        refused(data)
        assert tracemalloc.get_traced_memory()[1] < MEMORY
    finally:
        tracemalloc.stop()


CHANGES: dict[str, tuple[Callable[[dict], object], str]] = {
    "another kind": (
        lambda h: h["__metadata__"].update(what="a picture"),
        "some other kind of file",
    ),
    "a newer schema": (
        lambda h: h["__metadata__"].update(schema="2"),
        "schema 2, .* reads schema 1",
    ),
    "no schema": (lambda h: h["__metadata__"].update(schema="x"), "does not say its schema"),
    "no experiment": (lambda h: h["__metadata__"].pop("experiment"), "it is not JSON"),
    "too many units": (
        lambda h: h["__metadata__"].update(experiment='{"network":{"units":1000000}}'),
        "experiment is refused: network.units = 1000000",
    ),
    "another cell": (
        lambda h: h["__metadata__"].update(
            experiment=h["__metadata__"]["experiment"].replace("lstm", "gru")
        ),
        "have the shape",
    ),
    "an unknown outcome": (lambda h: h["__metadata__"].update(result='{"outcome":"x"}'), "outcome"),
    "a result with a list": (
        lambda h: h["__metadata__"].update(result='{"outcome":"finished","accuracy":[1]}'),
        "neither a number nor a word",
    ),
    "doubled columns": (
        lambda h: h["__metadata__"].update(columns='["step","step"]'),
        "something twice",
    ),
    "strange columns": (lambda h: h["__metadata__"].update(columns='["<b>"]'), "not allowed"),
    "another dtype": (lambda h: h["steps"].update(dtype="F64"), "no snapshots"),
    "an overlap": (lambda h: h["metrics"].update(data_offsets=[0, 8]), "not lie where it should"),
    "five dims": (lambda h: h["steps"].update(shape=[3, 1, 1, 1, 1]), "shape that is not allowed"),
    "a negative dim": (lambda h: h["steps"].update(shape=[-3]), "shape that is not allowed"),
    "a bad name": (lambda h: h.update({"../x": h.pop("metrics")}), "name that is not allowed"),
}


@pytest.mark.parametrize("name", CHANGES)
def test_what_is_wrong_is_said(name: str) -> None:
    change, said = CHANGES[name]
    assert re.search(said, refused(with_header(to_bytes(run()), change)))


def test_numbers_that_are_none_stay_out() -> None:
    wild = dict(snapshot(0).weights)
    wild["readout.bias"] = np.full_like(wild["readout.bias"], np.nan)
    with pytest.raises(RunFileError, match="step 0 holds numbers that are not finite"):
        to_bytes(replace(run(), snapshots=(Snapshot(0, wild),)))
    odd = to_bytes(replace(run(), metrics=({"step": 0, "loss": float("inf"), "norm": None},)))
    assert from_bytes(odd).metrics == ({"step": 0},)


def test_runs_that_make_no_sense_are_not_written(tmp_path: Path) -> None:
    for broken, said in (
        (replace(run(), snapshots=()), "no snapshots"),
        (replace(run(), snapshots=run().snapshots[::-1]), "order of their steps"),
        (replace(run(), metrics=run().metrics[::-1]), "order of their steps"),
        (replace(run(), result={"outcome": "won"}), "no outcome"),
    ):
        with pytest.raises(RunFileError, match=said):
            save(broken, tmp_path / "run.safetensors")
    assert not list(tmp_path.iterdir())


def test_paths_that_hold_no_run(tmp_path: Path) -> None:
    big = tmp_path / "big"
    with big.open("wb") as file:
        file.truncate(65 * 2**20)
    for path, said in (
        (tmp_path / "none", "There is no file none."),
        (tmp_path, f"{tmp_path.name} is not a file."),
        (big, "big is not a run: it is larger than 64 MB."),
        (f"{tmp_path}/a\0b", "cannot be read."),
    ):
        with pytest.raises(RunFileError, match=said):
            load(path)
    with pytest.raises(RunFileError, match="could not be saved"):
        save(run(), tmp_path / "nowhere" / "a")


def test_too_large_runs_are_not_written() -> None:
    large = Experiment.model_validate({"network": {"units": 512, "layers": 4, "embedding": 1}})
    with pytest.raises(RunFileError, match="larger than 64 MB"):
        to_bytes(Run(large, (), (snapshot(0, large), snapshot(1, large), snapshot(2, large)), {}))


def test_arrays_of_every_kind_come_back() -> None:
    arrays = {
        "f8": np.array([[1.5, np.nan]]),
        "f2": np.ones((2, 0, 3), np.float16),
        "i1": np.array(-3, np.int8),
        "big": np.arange(3, dtype=">i4"),
        "bool": np.array([True, False]),
        "column": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    }
    found, words = decode(encode(arrays, {"a": 'say "sha256":"'}))
    assert words == {"a": 'say "sha256":"'}
    for name, array in arrays.items():
        np.testing.assert_array_equal(found[name], array)
    for name in ("", "a b", "__metadata__", "/x", "é"):
        with pytest.raises(ArrayFileError):
            encode({name: np.zeros(1)}, {})
    with pytest.raises(ArrayFileError):
        encode({"a": np.zeros(1, complex)}, {})


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        "NaN",
        "[Infinity]",
        "1e999",
        "-1e999",
        '{"a":1,"a":2}',
        "9" * 20,
        "[" * 9 + "]" * 9,
        '"\\ud800"',
        b"\xff",
        "1 2",
        '{"a" 1}',
        "[1,]",
        '"\n"',
        "\ufeff1",
        "[" * 10**6,
    ],
)
def test_json_that_is_not_ours(text: str | bytes) -> None:
    with pytest.raises(JSONError):
        loads(text)


def test_json_that_is_ours() -> None:
    assert loads('{"a":[1,-2.5e3,"é[[[[[[[[[[{\\"",null,true]}') == {
        "a": [1, -2500.0, 'é[[[[[[[[[[{"', None, True]
    }
    assert loads("[" * 8 + "]" * 8)
