"""Questions to a plain module: the same analyses as of a run, on its own inputs; what needs a task says so."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import nn

import engine
from engine import modules
from engine.analyses import ANALYSES
from engine.answering import answer
from engine.edits import Clamp
from engine.modulenet import from_torch
from engine.questions import OF_PAIRS, Drawn, Question
from engine.store import Store, StoreError

NEEDS_A_TASK = {
    *("reach", "exchange", "exchanges", "surprise", "shares", "pulls", "timing", "paths"),
    *OF_PAIRS,
}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path)


def brought(store: Store, module: Any, **more: Any) -> tuple[str, torch.Tensor]:
    x = torch.from_numpy(np.random.default_rng(0).standard_normal((2, 7, 3), np.float32))
    return modules.add(store, from_torch(module, x, **more)), x


def test_a_recording_is_that_of_the_module_in_a_notebook(store: Store) -> None:
    torch.manual_seed(0)
    module = nn.LSTM(3, 5, 2, bidirectional=True)
    words = [list("abcdefg"), list("ABCDEFG")]
    name, x = brought(store, module, tokens=words)
    found = answer(Question(run=name, analysis="record"), store)
    wanted = engine.record(module, x)
    for signal in ("hidden", "cell", "forget", "initial_cell", "input"):
        assert found[signal].dims == wanted[signal].dims
        np.testing.assert_allclose(found[signal], wanted[signal], atol=1e-6)
    assert found["word"].values.tolist() == words and bool(found["known"].all())
    assert found["length"].values.tolist() == [7, 7] and found["snapshot"].values.tolist() == [0]
    assert found.attrs["run"] == name and found.attrs["cell"] == "lstm"
    assert not {"margin", "loss", "answer", "experiment"} & {*found.variables, *found.attrs}


def test_steps_without_words_are_numbered(store: Store) -> None:
    name, _ = brought(store, nn.GRU(3, 5))
    found = answer(Question(run=name, analysis="record"), store)
    assert found["word"].values[1].tolist() == list("1234567")


def test_a_change_of_a_module_is_recorded(store: Store) -> None:
    torch.manual_seed(0)
    module = nn.LSTM(3, 5)
    name, x = brought(store, module)
    edits = (Clamp(signal="forget", value=0.9, units=(1,)),)
    found = answer(Question(run=name, analysis="record", edits=edits), store)
    assert np.allclose(found["forget"].values[..., 1], 0.9)
    np.testing.assert_allclose(found["cell"], engine.record(module, x, edits=edits)["cell"], 1e-5)


@pytest.mark.parametrize("kind", [nn.RNN, nn.LSTM, nn.GRU])
def test_credit_of_the_outputs_is_what_autograd_says(kind: Any, store: Store) -> None:
    torch.manual_seed(0)
    module = kind(3, 5)
    name, x = brought(store, module)
    options = (("of", "outputs"), ("signal", "hidden"))
    found = answer(Question(run=name, analysis="credit", options=options), store)["credit"]
    # The witness: torch.nn itself, cut at step k, the rest of the sequence as a function of the state there.
    for k in (0, 3):
        with torch.no_grad():
            _, state = module(x[0, : k + 1])
        hidden = (state[0] if kind is nn.LSTM else state).clone().requires_grad_()
        rest, _ = module(x[0, k + 1 :], (hidden, state[1]) if kind is nn.LSTM else hidden)
        for t in (k + 1, 6):
            (wanted,) = torch.autograd.grad(rest[t - k - 1].sum(), hidden, retain_graph=True)
            got = float(found.sel(loss_time=t).values[0, 0, 0, 0, k])
            assert got == pytest.approx(float(wanted.norm()), rel=1e-4)
    assert float(found.sel(loss_time=6).values[0, 0, 0, 0, 6]) == pytest.approx(5**0.5, rel=1e-6)


@pytest.mark.parametrize("analysis", ANALYSES)
def test_an_analysis_answers_or_says_in_a_sentence_what_it_needs(
    analysis: str, store: Store
) -> None:
    for module in (nn.LSTM(3, 5), nn.GRU(3, 5, 2), nn.RNN(3, 5, 2, bidirectional=True)):
        name, _ = brought(store, module)
        options = (("of", "outputs"),) if analysis == "credit" else ()
        question = Question(run=name, analysis=analysis, options=options)
        if analysis in NEEDS_A_TASK:
            with pytest.raises(ValueError, match=r"task|experiment|decoder") as refusal:
                answer(question, store)
            assert str(refusal.value).endswith(".")
        elif analysis == "retention" and isinstance(module, nn.RNN):
            with pytest.raises(ValueError, match="no gate"):
                answer(question, store)
        else:
            assert answer(question, store).sizes["snapshot"] == 1


def test_a_module_is_asked_about_nothing_but_its_own_inputs(store: Store) -> None:
    name, _ = brought(store, nn.LSTM(3, 5))
    for asked in ({"texts": ("I grew up in France",)}, {"drawn": Drawn()}):
        with pytest.raises(ValueError, match="its own inputs"):
            answer(Question(run=name, analysis="record", **asked), store)
    with pytest.raises(ValueError, match="margin or loss"):
        answer(
            Question(run="rnn", analysis="credit", drawn=Drawn(), options=(("of", "outputs"),)),
            store,
        )
    with pytest.raises(StoreError, match="There is no module"):
        answer(Question(run="module-" + "a" * 20, analysis="record"), store)
