"""A file that somebody brings: what it is, is found by its content, and the same one is taken in once."""

from __future__ import annotations

import pickle
import random as chance
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import save_file
from torch import nn

from engine import modulefile, modules, runfile, shipped
from engine.modulenet import from_torch
from engine.npyfile import NpyError
from engine.opening import TIME, Given, keep_run, take
from engine.plainmodule import ModuleError
from engine.questions import weights_digest
from engine.runfile import RunFileError
from engine.store import Store, StoreError
from engine.trainer import train
from tests.engine.nets import small
from tests.engine.small import run as small_run


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "store")


@pytest.fixture
def dict_file(tmp_path: Path) -> Path:
    torch.manual_seed(0)
    net = nn.Sequential()
    net.add_module("embedding", nn.Embedding(9, 3))
    net.add_module("lstm", nn.LSTM(3, 5, 2))
    save_file(net.state_dict(), tmp_path / "mine.safetensors")
    return tmp_path / "mine.safetensors"


def test_a_run_file_is_taken_in_once_and_marked_as_imported(store: Store, tmp_path: Path) -> None:
    run = small_run()
    path = tmp_path / "anything.dat"
    runfile.save(run, path)
    taken = take(path, store)
    info = store.info(taken.name)
    assert info.imported and info.label == "anything" and info.state == "finished"
    assert weights_digest(store.load(taken.name)) == weights_digest(run)
    again = take(path, store)
    assert again.name == taken.name and len(store.runs()) == 1
    assert "it was here already" in again.said[0]
    other = replace(run, experiment=run.experiment.model_copy(update={"seed": 7}))
    runfile.save(other, path)
    assert take(path, store).name != taken.name


def test_a_run_of_the_store_that_comes_back_as_a_file_is_the_same_run(
    store: Store, tmp_path: Path
) -> None:
    run = train(small())
    name = store.add(run)
    runfile.save(store.load(name), tmp_path / "r.safetensors")
    assert take(tmp_path / "r.safetensors", store).name == name


def test_a_shipped_run_is_not_taken_in_a_second_time(store: Store) -> None:
    assert take(shipped.RUNS / "gru.safetensors", store).name == "gru"
    assert store.runs() == []


def test_a_run_with_nothing_to_look_at_is_refused(store: Store) -> None:
    with pytest.raises(StoreError, match="no snapshot"):
        keep_run(replace(small_run(), snapshots=()), store)
    for result in ({}, {"outcome": "failed"}):
        with pytest.raises(StoreError, match=r"cannot be looked at: its outcome is (none|failed)"):
            keep_run(replace(small_run(), result=result), store)
    assert store.runs() == []


def test_a_module_file_is_taken_in_once(store: Store, tmp_path: Path) -> None:
    value = from_torch(nn.GRU(3, 5), torch.zeros(2, 4, 3))
    path = tmp_path / "m.safetensors"
    path.write_bytes(modulefile.to_bytes(value))
    assert take(path, store).name == take(path, store).name
    assert modules.names(store) == [modulefile.name_of(path.read_bytes())]


def test_a_state_dict_opens_on_random_inputs_of_a_seed_that_is_said(
    store: Store, dict_file: Path
) -> None:
    taken = take(dict_file, store)
    module = modules.load(store, taken.name)
    assert (module.kind, module.layers, module.units, module.name) == ("lstm", 2, 5, "mine")
    assert np.array_equal(
        module.inputs, np.random.default_rng(0).standard_normal((1, TIME, 3), np.float32)
    )
    said = " ".join(taken.said)
    assert "random normal numbers of seed 0, not data" in said and module.note in said.lower()
    assert "Left aside: embedding.weight." in said
    assert "nn.LSTM: 3 inputs, 5 units, 2 layers" in said
    assert take(dict_file, store).name == taken.name
    other = take(dict_file, store, Given(seed=1, trials=3, time=7))
    assert modules.load(store, other.name).inputs.shape == (3, 7, 3)


def test_inputs_and_words_come_from_files(store: Store, dict_file: Path, tmp_path: Path) -> None:
    values = np.random.default_rng(1).standard_normal((2, 4, 3))
    np.save(tmp_path / "x.npy", values)
    (tmp_path / "x.txt").write_text("I grew up here\n\nyou did so too\n", "utf-8")
    given = Given(inputs=tmp_path / "x.npy", tokens=tmp_path / "x.txt")
    module = modules.load(store, take(dict_file, store, given).name)
    assert np.array_equal(module.inputs, values.astype(np.float32))
    assert module.wording(1) == ("you", "did", "so", "too")
    assert module.note == "inputs from x.npy"
    np.save(tmp_path / "x.npy", values[0])
    one = take(dict_file, store, Given(inputs=tmp_path / "x.npy"))
    assert modules.load(store, one.name).wording(0) == ("1", "2", "3", "4")


def test_what_does_not_go_together_is_refused(
    store: Store, dict_file: Path, tmp_path: Path
) -> None:
    np.save(tmp_path / "x.npy", np.zeros((2, 4, 9)))
    (tmp_path / "x.txt").write_bytes(b"\xff\xfe")
    runfile.save(small_run(), tmp_path / "run.safetensors")
    for given, said in (
        (Given(inputs=tmp_path / "x.npy"), r"wanted \[trial, time, 3\]"),
        (Given(inputs=tmp_path / "x.npy", seed=1), "--seed is for random inputs"),
        (Given(tokens=tmp_path / "x.txt"), "not UTF-8"),
        (Given(tokens=tmp_path), "not a text file"),
        (Given(tokens=tmp_path / "no.txt"), "not a text file"),
        (Given(nonlinearity="relu"), "a choice of an nn.RNN"),
        (Given(prefix="gru"), "it has 'lstm.'"),
        (Given(time=2001), "2001 time steps are too many"),
        (Given(time=0), "0 time steps are too few"),
        (Given(trials=65), "65 trials are too many"),
    ):
        with pytest.raises(ModuleError, match=said):
            take(dict_file, store, given)
    with pytest.raises(NpyError, match="There is no file"):
        take(dict_file, store, Given(inputs=tmp_path / "no.npy"))
    with pytest.raises(ModuleError, match=r"brings all it needs: --prefix, --time"):
        take(tmp_path / "run.safetensors", store, Given(time=3, prefix="a"))
    assert modules.names(store) == [] and store.runs() == []


def test_other_kinds_of_file_are_named_and_never_opened(store: Store, tmp_path: Path) -> None:
    class Bomb:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return Path.touch, (tmp_path / "exploded",)  # type: ignore[return-value]

    (tmp_path / "a.safetensors").write_bytes(pickle.dumps(Bomb()))
    torch.save(nn.LSTM(3, 5).state_dict(), tmp_path / "b.safetensors")
    np.save(tmp_path / "c.npy", np.zeros(3))
    (tmp_path / "d.safetensors").write_text("hello, hello, hello")
    (tmp_path / "e.safetensors").write_bytes(b"")
    for name, said in {
        "a.safetensors": "it is a pickle, and opening one can run a program: save it with",
        "b.safetensors": "it is an archive, as torch.save makes them: save it with",
        "c.npy": "belongs behind --inputs",
        "d.safetensors": "cannot be read as safetensors",
        "e.safetensors": "cannot be read as safetensors",
        "f.safetensors": "There is no file",
        ".": "not a file",
    }.items():
        with pytest.raises(ModuleError, match=said):
            take(tmp_path / name, store)
    assert not (tmp_path / "exploded").exists()


def test_a_damaged_file_of_ours_says_so(store: Store, tmp_path: Path) -> None:
    path = tmp_path / "r.safetensors"
    for good, error in (
        (runfile.to_bytes(small_run()), RunFileError),
        (modulefile.to_bytes(from_torch(nn.GRU(3, 5), torch.zeros(1, 4, 3))), ModuleError),
    ):
        data = bytearray(good)
        data[-3] ^= 1
        path.write_bytes(data)
        with pytest.raises(error, match="changed or damaged"):
            take(path, store)


def test_a_name_of_a_file_becomes_letters(store: Store, dict_file: Path) -> None:
    evil = dict_file.with_name("![x](http:--e.com) <b>.safetensors")
    dict_file.rename(evil)
    assert modules.load(store, take(evil, store).name).name == "x http --e.com b"


def test_a_store_full_of_other_runs_is_looked_through(store: Store) -> None:
    names = [keep_run(train(small(seed=seed)), store).name for seed in range(3)]
    assert len(set(names)) == 3
    assert keep_run(store.load(names[1]), store).name == names[1]


def test_every_sentence_about_a_mutated_file_is_one(store: Store, dict_file: Path) -> None:
    good, dice = dict_file.read_bytes(), chance.Random(0)
    path = dict_file.with_name("x")
    for _ in range(500):
        data = bytearray(good)
        at = dice.randrange(8 + int.from_bytes(good[:8], "little"))
        data[at : at + dice.randrange(3)] = dice.randbytes(dice.randrange(3))
        path.write_bytes(data)
        try:
            take(path, store)
        except (ModuleError, RunFileError) as refusal:
            assert str(refusal).endswith(".") and "\n" not in str(refusal)


def test_a_header_whose_length_begins_like_a_pickle_is_no_pickle(
    store: Store, dict_file: Path
) -> None:
    data = dict_file.read_bytes()
    length = int.from_bytes(data[:8], "little")
    padded = 0x680  # "\x80\x06": the header may be filled up with spaces
    assert length < padded
    body = data[8 : 8 + length] + b" " * (padded - length) + data[8 + length :]
    dict_file.write_bytes(padded.to_bytes(8, "little") + body)
    assert modules.is_module(take(dict_file, store).name)
