"""A module as a value and as one file: the same function comes back, and nothing spoilt is believed."""

from __future__ import annotations

import random as chance
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import engine
from engine import modules
from engine.arrayfile import decode, encode
from engine.disk import DiskError
from engine.experiment import Network
from engine.modulefile import from_bytes, name_of, to_bytes
from engine.modulenet import from_torch, to_torch
from engine.plainmodule import MAX_LAYERS, MAX_UNITS, Module, ModuleError, made, shapes
from engine.questions import Question
from engine.rundir import StoreError
from engine.store import RUN_ID, Store

KINDS: dict[str, Any] = {
    "rnn": lambda **more: nn.RNN(3, 5, **more),
    "relu": lambda **more: nn.RNN(3, 5, nonlinearity="relu", **more),
    "lstm": lambda **more: nn.LSTM(3, 5, **more),
    "gru": lambda **more: nn.GRU(3, 5, **more),
}
SIZES: tuple[dict[str, Any], ...] = (
    {},
    {"num_layers": 2, "bidirectional": True},
    {"bias": False, "batch_first": True},
    {"num_layers": 3},
)


def inputs(*shape: int, seed: int = 0) -> np.ndarray:
    return np.random.default_rng(seed).standard_normal(shape or (2, 6, 3)).astype(np.float32)


def id_of(module: Module) -> str:
    return name_of(to_bytes(module))


def value(**more: Any) -> Module:
    torch.manual_seed(0)
    return from_torch(nn.LSTM(3, 5), inputs(), **more)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("sizes", SIZES, ids=str)
def test_the_module_that_comes_back_computes_the_same_as_torch(
    kind: str, sizes: dict[str, Any]
) -> None:
    torch.manual_seed(1)
    module = KINDS[kind](**sizes)
    for weight in module.parameters():
        weight.data.mul_(2)  # so that they bend
    found = from_bytes(to_bytes(from_torch(module, inputs())))
    assert (found.kind, found.units, found.features) == (kind, 5, 3)
    assert found.layers == module.num_layers and found.bidirectional == module.bidirectional
    x = torch.from_numpy(inputs())
    with torch.no_grad():  # the witness: the person's own module, fed as it wants to be fed
        wanted = module(x if module.batch_first else x.transpose(0, 1))[0]
        wanted = wanted if module.batch_first else wanted.transpose(0, 1)
        assert torch.allclose(to_torch(found)(x)[0], wanted, atol=1e-6)
    recording = engine.record(to_torch(found), found.inputs.copy())
    assert np.allclose(recording["output"][0], wanted, atol=1e-6)


@pytest.mark.parametrize("kind", KINDS)
def test_names_and_shapes_are_those_of_torch(kind: str) -> None:
    for layers, both in ((1, False), (3, False), (2, True)):
        module = KINDS[kind](num_layers=layers, bidirectional=both)
        expected = {name: tuple(w.shape) for name, w in module.state_dict().items()}
        assert shapes(kind, 3, 5, layers, 1 + both) == expected


@pytest.mark.parametrize("dtype", [torch.float16, torch.bfloat16, torch.float32, torch.float64])
def test_every_float_type_opens_and_half_precision_is_kept_exactly(dtype: torch.dtype) -> None:
    module = nn.GRU(3, 5).to(dtype)
    found = from_torch(module, torch.from_numpy(inputs()).to(dtype))
    assert {array.dtype for array in found.weights.values()} == {np.dtype(np.float32)}
    weight = module.state_dict()["weight_hh_l0"].to(torch.float32)
    assert np.array_equal(found.weights["weight_hh_l0"], weight.numpy())


def test_a_parametrised_module_opens_with_the_weights_that_it_uses() -> None:
    module: Any = nn.LSTM(3, 5)
    nn.utils.parametrizations.weight_norm(module, "weight_hh_l0")
    assert "weight_hh_l0" not in module.state_dict()
    found = from_torch(module, inputs())
    assert np.array_equal(found.weights["weight_hh_l0"], module.weight_hh_l0.detach())


def test_the_same_module_has_the_same_id_and_every_change_another_one() -> None:
    ids = [
        id_of(value()),
        id_of(value(name="mine")),
        id_of(value(note="of Tuesday")),
        id_of(value(tokens=[list("abcdef")] * 2)),
        id_of(from_torch(nn.LSTM(3, 5), inputs())),
        id_of(made("lstm", value().weights, inputs(seed=1))),
    ]
    assert ids[0] == id_of(value())
    assert len(set(ids)) == len(ids)
    for name in ids:
        assert Question(run=name, drawn=None).run == name  # a question may ask about it
        assert modules.is_module(name) and not RUN_ID.fullmatch(name)


def test_words_and_names_become_one_printable_line() -> None:
    found = value(
        tokens=[["a\nb", "\x1b[31m", "<b>", "é", "", "x" * 100]] * 2, name=" my\t[net](x)\0 "
    )
    assert found.tokens[0] == ("a b", "[31m", "<b>", "é", "", "x" * 64)
    assert found.name == "my net x"
    assert from_bytes(to_bytes(found)).tokens == found.tokens
    [one] = from_torch(nn.LSTM(3, 5), inputs(1, 3, 3), ["I", "grew", "up"]).tokens
    assert one == ("I", "grew", "up")
    assert from_torch(nn.LSTM(3, 5), inputs(4, 3)).inputs.shape == (1, 4, 3)


LSTM = nn.LSTM(3, 5)
REFUSED: dict[str, tuple[Any, str]] = {
    "no module": (lambda: from_torch(nn.Linear(3, 3), inputs()), "This is a Linear"),
    "a string": (lambda: from_torch("lstm", inputs()), "This is a str"),
    "a cell": (lambda: from_torch(nn.LSTMCell(3, 5), inputs()), "This is a LSTMCell"),
    "projected": (lambda: from_torch(nn.LSTM(3, 5, proj_size=2), inputs()), "proj_size = 2"),
    "dropout": (lambda: from_torch(nn.LSTM(3, 5, 2, dropout=0.5), inputs()), r"\.eval\(\)"),
    "other features": (lambda: from_torch(LSTM, inputs(2, 6, 4)), r"wanted \[trial, time, 3\]"),
    "four dims": (lambda: from_torch(LSTM, inputs(1, 2, 6, 3)), r"wanted \[trial, time, 3\]"),
    "no step": (lambda: from_torch(LSTM, inputs(2, 0, 3)), r"wanted \[trial, time, 3\]"),
    "no trial": (lambda: from_torch(LSTM, inputs(0, 2, 3)), r"wanted \[trial, time, 3\]"),
    "too long": (lambda: from_torch(LSTM, inputs(1, 2001, 3)), "2001 time steps are too many"),
    "too many": (lambda: from_torch(LSTM, inputs(65, 2, 3)), "65 trials are too many"),
    "words": (lambda: from_torch(LSTM, [["a"]]), "inputs does not hold numbers"),
    "complex": (lambda: from_torch(LSTM, inputs() + 1j), "inputs does not hold numbers"),
    "sparse": (lambda: from_torch(LSTM, torch.eye(3).to_sparse()), "inputs must be a dense"),
    "NaN": (lambda: from_torch(LSTM, inputs() * np.nan), "inputs holds a number that is not"),
    "1e300": (lambda: from_torch(LSTM, inputs().astype(float) * 1e300), "too large for float32"),
    "few trials": (lambda: value(tokens=[["a"]]), "Tokens are lists of words"),
    "ragged words": (lambda: value(tokens=[["a"] * 6, ["a"]]), "Tokens must be 2 x 6 words"),
    "strings": (lambda: value(tokens=["abcdef"] * 2), "Tokens are lists of words"),
    "a number": (lambda: value(tokens=7), "Tokens are lists of words"),
    "numbers for words": (lambda: value(tokens=[[1] * 6] * 2), "Tokens are words"),
    "one string": (lambda: value(tokens="abcdef"), "Tokens are lists of words"),
    "units": (lambda: from_torch(nn.RNN(1, 513), inputs(1, 2, 1)), "513 units are too many"),
    "layers": (lambda: from_torch(nn.RNN(1, 2, 5), inputs(1, 2, 1)), "5 layers are too many"),
    "states": (lambda: from_torch(nn.RNN(1, 512), inputs(64, 200, 1)), "2097152 is the limit"),
    "kind": (lambda: made("mamba", value().weights, inputs()), "choose one of rnn, relu"),
    "empty": (lambda: made("lstm", {}, inputs()), "no matrix weight_hh_l0"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_opened_is_refused_in_one_sentence(name: str) -> None:
    make, said = REFUSED[name]
    with pytest.raises(ModuleError, match=said) as refusal:
        make()
    assert str(refusal.value).endswith(".") and "\n" not in str(refusal.value)


def test_weights_that_do_not_belong_are_named() -> None:
    good = value().weights
    for change, said in (
        ({"weight_hr_l0": np.zeros((2, 5))}, "weight_hr_l0 does not belong"),
        ({"bias_ih_l0": np.zeros(3)}, r"bias_ih_l0 has the shape \[3\]; in this nn.LSTM .* \[20\]"),
        ({"weight_ih_l1": np.zeros((20, 5))}, "weight_ih_l1 does not belong"),
        ({"weight_hh_l0": np.zeros((20, 0))}, "no matrix weight_hh_l0"),
        ({"weight_ih_l0": np.full((20, 3), np.inf)}, "weight_ih_l0 holds a number"),
    ):
        with pytest.raises(ModuleError, match=said):
            made("lstm", good | change, inputs())
    with pytest.raises(ModuleError, match=r"weight_ih_l0 .* in this nn.GRU"):
        made("gru", good, inputs())
    lacking = {name: array for name, array in good.items() if name != "bias_hh_l0"}
    with pytest.raises(ModuleError, match="bias_hh_l0 is missing"):
        made("lstm", lacking, inputs())


def test_the_limits_are_those_of_the_form() -> None:
    least = {"units": MAX_UNITS, "layers": MAX_LAYERS}
    assert Network.model_validate(least)
    for name in least:
        with pytest.raises(ValueError):
            Network.model_validate(least | {name: least[name] + 1})


def test_no_mutated_file_is_believed_or_breaks_the_reader() -> None:
    good = to_bytes(value(tokens=[list("abcdef")] * 2))
    dice = chance.Random(0)
    for _ in range(3000):
        data = bytearray(good)
        for _ in range(dice.randint(1, 4)):
            at = dice.randrange(len(data))
            match dice.randrange(3):
                case 0:
                    data[at] ^= 1 << dice.randrange(8)
                case 1:
                    del data[at : at + dice.randint(1, 40)]
                case 2:
                    data[at:at] = dice.randbytes(dice.randint(1, 9))
        if bytes(data) != good:
            with pytest.raises(ModuleError):
                from_bytes(bytes(data))


def test_a_file_with_a_good_checksum_and_bad_content_is_refused() -> None:
    arrays, metadata = decode(to_bytes(value(tokens=[list("abcdef")] * 2)))
    spoilt: dict[str, tuple[dict[str, Any], dict[str, str]]] = {
        "some other kind": ({}, {"what": "rnn-explorer run"}),
        "not of schema": ({}, {"schema": "2"}),
        "what module": ({}, {"module": '{"kind":"lstm"}'}),
        "its header|JSON|Expecting|nested": ({}, {"module": "[" * 99}),
        "none of a module": ({"other": np.zeros(3)}, {}),
        "words are damaged": ({"tokens": np.zeros(3)}, {}),
        "JSON": ({"tokens": np.frombuffer(b"not json", np.uint8)}, {}),
        "Tokens": ({"tokens": np.frombuffer(b'[["a"]]', np.uint8)}, {}),
        "Inputs have the shape": ({"inputs": np.zeros(3, np.float32)}, {}),
        "choose one of": ({}, {"module": '{"kind":"../x","name":"","note":""}'}),
    }
    for said, (array, text) in spoilt.items():
        with pytest.raises(ModuleError, match=said):
            from_bytes(encode(arrays | array, metadata | text))


def test_the_store_keeps_a_module_once_and_lists_and_removes_it(tmp_path: Path) -> None:
    store = Store(tmp_path)
    assert modules.names(store) == []
    first, second = modules.add(store, value()), modules.add(store, value(name="other"))
    assert modules.add(store, value()) == first
    assert sorted(modules.names(store)) == sorted([first, second])
    found = modules.load(store, first)
    assert id_of(found) == first and np.array_equal(found.inputs, value().inputs)
    modules.remove(store, first)
    assert modules.names(store) == [second]
    for act in (modules.load, modules.remove):
        with pytest.raises(StoreError, match="There is no module"):
            act(store, first)


def test_a_damaged_or_exchanged_file_of_the_store_is_found_out(tmp_path: Path) -> None:
    store = Store(tmp_path)
    name, other = modules.add(store, value()), modules.add(store, value(name="other"))
    path = tmp_path / "modules" / f"{name}.safetensors"
    path.write_bytes((tmp_path / "modules" / f"{other}.safetensors").read_bytes())
    with pytest.raises(StoreError, match="changed or damaged"):
        modules.load(store, name)
    assert modules.add(store, value()) == name  # brought again, it is whole again
    assert modules.load(store, name).name == ""


@pytest.mark.parametrize(
    "name", ["../../etc/passwd", "module-", "module-" + "a" * 21, "module-../aaaaaaaaaaaaaaaaa", ""]
)
def test_no_name_but_an_id_becomes_a_path(name: str, tmp_path: Path) -> None:
    for act in (modules.load, modules.remove):
        with pytest.raises(StoreError, match="not the id of a module"):
            act(Store(tmp_path), name)


def test_a_store_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    (tmp_path / "modules").write_text("a file where the folder belongs")
    with pytest.raises(DiskError, match="the module could not be saved"):
        modules.add(Store(tmp_path), value())
