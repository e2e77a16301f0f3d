"""Somebody's state_dict: what is in it is found by names and shapes, and what is not a plain module is refused.

The files are written by the safetensors library, as people do; the hostile ones by hand.
"""

from __future__ import annotations

import json
import os
import random as chance
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from engine import npyfile, statedict
from engine.modulenet import to_torch
from engine.npyfile import NpyError
from engine.plainmodule import ModuleError, made

SIZES: tuple[dict[str, Any], ...] = (
    {},
    {"num_layers": 2, "bidirectional": True},
    {"bias": False},
)
CLASSES: dict[str, tuple[Any, str]] = {
    "rnn": (nn.RNN, "tanh"),
    "relu": (nn.RNN, "relu"),
    "lstm": (nn.LSTM, ""),
    "gru": (nn.GRU, ""),
}


def module_of(kind: str, **sizes: Any) -> Any:
    made, nonlinearity = CLASSES[kind]
    torch.manual_seed(0)
    return made(3, 5, **sizes, **({"nonlinearity": nonlinearity} if nonlinearity else {}))


def file_of(folder: Path, tensors: dict[str, torch.Tensor], name: str = "m.safetensors") -> Path:
    save_file({key: value.contiguous().clone() for key, value in tensors.items()}, folder / name)
    return folder / name


@pytest.mark.parametrize("kind", CLASSES)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
@pytest.mark.parametrize("prefix", ["", "encoder.lstm.", "module._orig_mod.rnn."])
def test_kind_sizes_layers_and_directions_are_found(
    kind: str, sizes: dict[str, Any], prefix: str, tmp_path: Path
) -> None:
    module = module_of(kind, **sizes)
    tensors = {prefix + name: value for name, value in module.state_dict().items()}
    tensors["embedding.weight"] = torch.zeros(7, 3)
    found = statedict.read(file_of(tmp_path, tensors), nonlinearity=CLASSES[kind][1])
    assert (found.kind, found.prefix, found.ignored) == (kind, prefix, ("embedding.weight",))
    x = np.random.default_rng(0).standard_normal((2, 6, 3))
    net = to_torch(made(found.kind, found.weights, x))
    assert type(net) is type(module) and net.num_layers == module.num_layers
    y = torch.from_numpy(x).float()
    with torch.no_grad():
        wanted = module(y.transpose(0, 1))[0].transpose(0, 1)
        assert torch.allclose(net(y)[0], wanted, atol=1e-6)


@pytest.mark.parametrize("dtype", [torch.float64, torch.float16, torch.bfloat16])
def test_other_float_types_are_read(dtype: torch.dtype, tmp_path: Path) -> None:
    module = module_of("gru").to(dtype)
    found = statedict.read(file_of(tmp_path, module.state_dict()))
    assert found.double == (dtype == torch.float64)
    for name, weight in module.state_dict().items():
        assert np.array_equal(found.weights[name], weight.double().numpy())


def test_the_weights_of_a_single_cell_open_as_one_layer(tmp_path: Path) -> None:
    cell = nn.LSTMCell(3, 5)
    found = statedict.read(file_of(tmp_path, cell.state_dict()))
    x = torch.randn(1, 3)
    with torch.no_grad():
        net = to_torch(made(found.kind, found.weights, x.numpy()[None]))
        assert torch.allclose(net(x[None])[0][0, 0], cell(x)[0][0], atol=1e-6)


def test_of_several_nets_one_must_be_chosen(tmp_path: Path) -> None:
    both = {f"encoder.{n}": w for n, w in module_of("lstm").state_dict().items()}
    both |= {f"decoder.{n}": w for n, w in module_of("gru").state_dict().items()}
    path = file_of(tmp_path, both)
    with pytest.raises(ModuleError, match=r"2 recurrent nets: .* --prefix, of '.*coder.', '"):
        statedict.read(path)
    assert statedict.read(path, prefix="decoder").kind == "gru"
    assert statedict.read(path, prefix="encoder.").kind == "lstm"
    with pytest.raises(ModuleError, match="no recurrent net under that prefix; it has"):
        statedict.read(path, prefix="other")


def zeros(*shape: int) -> torch.Tensor:
    return torch.zeros(shape)


LSTM = {name: zeros(*w.shape) for name, w in nn.LSTM(3, 5).state_dict().items()}
REFUSED: dict[str, tuple[dict[str, torch.Tensor], str]] = {
    "an RNN that does not say its nonlinearity": (
        dict(nn.RNN(3, 5).state_dict()),
        "--nonlinearity tanh or --nonlinearity relu",
    ),
    "a projection": (dict(nn.LSTM(3, 5, proj_size=2).state_dict()), "proj_size"),
    "a linear layer": (dict(nn.Linear(3, 5).state_dict()), "no nn.RNN, nn.LSTM or nn.GRU"),
    "nothing": ({}, "no nn.RNN, nn.LSTM or nn.GRU"),
    "two rows a unit": (
        {"weight_ih_l0": zeros(10, 3), "weight_hh_l0": zeros(10, 5)},
        "an RNN has 1, a GRU 3 and an LSTM 4 rows a unit",
    ),
    "rows that disagree": (LSTM | {"weight_ih_l0": zeros(15, 3)}, "weight_ih_l0 has 15 rows"),
    "one dim": (LSTM | {"weight_hh_l0": zeros(20)}, "must be matrices"),
    "no units": (
        {"weight_ih_l0": zeros(0, 3), "weight_hh_l0": zeros(0, 0)},
        "must be matrices",
    ),
    "a bias lost": (
        {name: w for name, w in LSTM.items() if name != "bias_hh_l0"},
        "lacks bias_hh_l0",
    ),
    "a layer lost": (LSTM | {"weight_ih_l2": zeros(20, 5)}, "lacks weight_ih_l1"),
    "a direction lost": (LSTM | {"weight_hh_l0_reverse": zeros(20, 5)}, "_l0_reverse"),
    "ten layers": (LSTM | {"weight_ih_l9": zeros(20, 5)}, "10 layers are too many"),
    "whole numbers": (LSTM | {"bias_ih_l0": zeros(20).long()}, "holds I64 numbers"),
    "a cell beside a layer": (LSTM | {"weight_hh": zeros(20, 5)}, "twice"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_plain_module_is_refused_in_one_sentence(name: str, tmp_path: Path) -> None:
    tensors, said = REFUSED[name]
    with pytest.raises(ModuleError, match=said) as refusal:
        statedict.read(file_of(tmp_path, tensors))
    assert str(refusal.value).endswith(".") and "\n" not in str(refusal.value)


def test_a_nonlinearity_is_refused_for_what_has_none(tmp_path: Path) -> None:
    with pytest.raises(ModuleError, match="holds an LSTM, and --nonlinearity"):
        statedict.read(file_of(tmp_path, LSTM), nonlinearity="relu")


def written(path: Path, header: Any, body: bytes = b"") -> Path:
    text = header if isinstance(header, bytes) else json.dumps(header).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + body)
    return path


def entry(dtype: Any = "F32", shape: Any = (1,), extent: Any = (0, 4)) -> dict[str, Any]:
    return {"dtype": dtype, "shape": shape, "data_offsets": extent}


HOSTILE: dict[str, tuple[Any, bytes]] = {
    "deep": (b"[" * 5000, b""),
    "no JSON": (b"{'a': 1}", b""),
    "twice": (b'{"a":1,"a":2}', b""),
    "NaN": (b'{"a":NaN}', b""),
    "a list": ([], b""),
    "metadata of numbers": ({"__metadata__": {"a": 1}}, b""),
    "an entry of text": ({"weight_ih_l0": "x"}, b""),
    "more in an entry": ({"w": entry() | {"x": 1}}, bytes(4)),
    "a huge shape": ({"w": entry(shape=[2**40, 2**40])}, bytes(4)),
    "a negative shape": ({"w": entry(shape=[-1])}, bytes(4)),
    "a shape of floats": ({"w": entry(shape=[1.0])}, bytes(4)),
    "a shape of booleans": ({"w": entry(shape=[True])}, bytes(4)),
    "a type that is a list": ({"w": entry(dtype=["F32"])}, bytes(4)),
    "backwards": ({"w": entry(extent=[4, 0])}, bytes(4)),
    "beyond the end": ({"w": entry(extent=[0, 4])}, b""),
    "a gap": ({"w": entry(extent=[4, 8])}, bytes(8)),
    "an overlap": ({"w": entry(), "v": entry()}, bytes(4)),
    "more than it says": ({"w": entry()}, bytes(5)),
    "one extent": ({"w": entry(extent=[0])}, bytes(4)),
    "a hundred dims": ({"w": entry(shape=[1] * 100)}, bytes(4)),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_header_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(ModuleError, match="cannot be read as safetensors"):
        statedict.read(written(tmp_path / "h.safetensors", *HOSTILE[name]))


def test_a_header_longer_than_its_limit_is_not_read(tmp_path: Path) -> None:
    path = tmp_path / "long.safetensors"
    with path.open("wb") as file:
        file.write((2**62).to_bytes(8, "little"))
        file.truncate(2**33)  # 8 GB that take no room
    with pytest.raises(ModuleError, match="does not start like one"):
        statedict.read(path)


def test_a_name_that_would_move_the_cursor_is_shown_plainly(tmp_path: Path) -> None:
    evil = {f"\x1b[2J\n.{n}": w for n, w in LSTM.items()} | {f"b.{n}": w for n, w in LSTM.items()}
    with pytest.raises(ModuleError) as refusal:
        statedict.read(file_of(tmp_path, evil))
    assert str(refusal.value).isprintable()


def test_what_is_no_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "loop").symlink_to(tmp_path / "loop")
    for name, said in {"none": "There is no file none", "pipe": "not a file"}.items():
        with pytest.raises(ModuleError, match=said):
            statedict.read(tmp_path / name)
    for path in (tmp_path, tmp_path / "loop"):
        with pytest.raises(ModuleError, match="cannot be read"):
            statedict.read(path)


def test_no_mutated_file_breaks_the_reader(tmp_path: Path) -> None:
    good = file_of(tmp_path, module_of("lstm").state_dict()).read_bytes()
    header = 8 + int.from_bytes(good[:8], "little")
    dice, path = chance.Random(1), tmp_path / "mutated.safetensors"
    read = 0
    for _ in range(2000):
        data = bytearray(good)
        for _ in range(dice.randint(1, 3)):
            at = dice.randrange(header)
            if dice.randrange(2):
                data[at] = dice.randrange(256)
            else:
                del data[at : at + dice.randint(1, 30)]
        path.write_bytes(data)
        try:
            made("lstm", statedict.read(path).weights, np.zeros((1, 2, 3)))
            read += 1
        except ModuleError as refusal:
            assert str(refusal).isprintable()
    assert read < 200  # a changed name of the metadata, and little else


def test_arrays_are_read_as_numpy_reads_them(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    for array in (
        np.arange(24.0).reshape(2, 3, 4),
        np.asfortranarray(np.arange(6, dtype=np.int16).reshape(2, 3)),
        np.arange(5, dtype=">f4"),
        np.zeros((0, 3)),
    ):
        np.save(path, array)
        found = npyfile.read(path)
        assert found.dtype == array.dtype and np.array_equal(found, np.load(path))


def npy(header: str, body: bytes = b"", version: bytes = b"\x01\x00") -> bytes:
    return b"\x93NUMPY" + version + len(header).to_bytes(2, "little") + header.encode() + body


ARRAYS: dict[str, tuple[bytes, str]] = {
    "text": (b"hello", "not a .npy file"),
    "empty": (b"", "not a .npy file"),
    "a call": (npy("{'descr': __import__('os').abort(), 'shape': ()}"), "header is damaged"),
    "an object": (
        npy("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", bytes(8)),
        "inputs are numbers",
    ),
    "complex": (
        npy("{'descr': '<c8', 'fortran_order': False, 'shape': (1,)}", bytes(8)),
        "inputs are numbers",
    ),
    "a record": (
        npy("{'descr': [('a', '<f4')], 'fortran_order': False, 'shape': (1,)}", bytes(4)),
        "inputs are numbers",
    ),
    "huge": (
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (1000000, 1000000)}", bytes(4)),
        "not as long as its header says",
    ),
    "negative": (
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (-1, -1)}", bytes(4)),
        "shape that is not allowed",
    ),
    "deep": (npy("(" * 9000), "header is damaged"),
    "version 3": (npy("{}", version=b"\x03\x00"), "version that is not read"),
    "cut": (
        npy("{'descr': '<f4', 'fortran_order': False, 'shape': (2,)}", bytes(4)),
        "not as long",
    ),
}


@pytest.mark.parametrize("name", ARRAYS)
def test_an_array_that_is_none_is_refused(name: str, tmp_path: Path) -> None:
    data, said = ARRAYS[name]
    path = tmp_path / "x.npy"
    path.write_bytes(data)
    with pytest.raises(NpyError, match=said):
        npyfile.read(path)


def test_a_pickled_array_is_never_loaded(tmp_path: Path) -> None:
    path = tmp_path / "x.npy"
    np.save(path, np.array([{"a": 1}], object), allow_pickle=True)
    with pytest.raises(NpyError, match="inputs are numbers"):
        npyfile.read(path)


def test_what_is_no_array_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with (tmp_path / "large").open("wb") as file:
        file.truncate(2**33)
    for name, said in {
        "pipe": "is not a file",
        "none": "There is no file",
        "large": "larger than 64 MB",
        ".": "is not a file",
    }.items():
        with pytest.raises(NpyError, match=said):
            npyfile.read(tmp_path / name)
