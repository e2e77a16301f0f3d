"""What the page of gradients asks: every number again from a second source, and the limits of what is looked at."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import Any

import numpy as np
import pytest
import torch
import xarray as xr
from torch import Tensor

import engine
from engine.analyses.credited import credited
from engine.analyses.parts import evenly
from engine.analyses.pulls import pulls
from engine.analyses.shares_by_step import shares_by_step
from engine.analyses.spectra import spectra
from engine.cells import CELLS
from engine.run import Run
from engine.scores import loss_of
from engine.tasks import Trials
from tests.engine.nets import FEATURES, module, random, unequal, untrained

SHAPES = [(1, 1), (2, 1), (1, 2), (2, 2)]
PARTS = ("weight_ih", "weight_hh")


def trials_of(run: Run, count: int = 2, gap: int = 4) -> Trials:
    return run.experiment.task.test(np.random.default_rng(0), count, f"gap {gap}")


def copying(cell: str, **choices: Any) -> tuple[Run, Trials]:
    """A task with several losses in one trial."""
    run = untrained(cell, task={"name": "copy", "gap": 4}, **choices)
    return run, run.experiment.task.test(np.random.default_rng(0), 2, "gap 4")


# --- credit ---


@pytest.mark.parametrize("of", ["margin", "loss"])
@pytest.mark.parametrize("cell", CELLS)
def test_credit_of_all_snapshots_is_that_of_each(cell: str, of: Any) -> None:
    run = untrained(cell, layers=2, directions=2, snapshots=3)
    trials = unequal(run, 2, 4)
    found = credited(run, trials, of=of)
    assert found["credit"].dtype == np.float32 and found.attrs["left_out"] == 0
    assert found.attrs["state"] == CELLS[cell].state[-1]
    for number, snapshot in enumerate(run.snapshots):
        one = replace(run, snapshots=(snapshot,))
        wanted = engine.credit(one, trials, of=of, signal=CELLS[cell].state[-1])
        np.testing.assert_allclose(
            found["credit"].values[number], wanted.values[0], rtol=1e-4, atol=1e-7
        )
    np.testing.assert_array_equal(found["asked"], trials.targets >= 0)


def test_some_steps_of_credit_are_those_of_all() -> None:
    run = untrained("lstm", layers=2, directions=2)
    trials = unequal(run, 2, 4)
    whole = engine.credit(run, trials, signal="cell", reduce="none")
    some = engine.credit(
        run, trials, signal="cell", reduce="none", answer_steps=[5, 1], state_steps=[0, 3]
    )
    wanted = whole.isel(loss_time=[5, 1], state_time=[0, 3])
    np.testing.assert_allclose(some.values, wanted.values, rtol=1e-5, atol=1e-8)
    assert some["loss_time"].values.tolist() == [5, 1]
    with pytest.raises(ValueError, match=r"Steps lie between 0 and \d+; asked: \[99\]"):
        engine.credit(run, trials, answer_steps=[99])


@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_a_window_cuts_the_credit_where_torch_is_cut(cell: str) -> None:
    """Witness: torch.nn run piece after piece, with the state detached between the pieces."""
    net, x, window = module(cell), random(2, 7, FEATURES), 3
    pieces: list[Tensor] = []
    state: Any = None
    for start in range(0, 7, window):
        # every step by itself, so that its output is a leaf on the way
        for t in range(start, min(7, start + window)):
            out, state = net(x[:, t : t + 1], state)
            pieces.append(out)
        state = tuple(s.detach() for s in state) if isinstance(state, tuple) else state.detach()
    q = torch.cat(pieces, 1).square().sum(-1)
    found = engine.credit(
        net, x, of=lambda out: out.square().sum(-1), window=window, reduce="none"
    ).values[0, :, 0, 0]
    for t in range(7):
        first = t // window * window
        assert not found[:, t, :first].any(), "nothing passes the cut"
        own = torch.autograd.grad(q[:, t].sum(), pieces[t], retain_graph=True)[0][:, 0]
        np.testing.assert_allclose(found[:, t, t], own, rtol=1e-9, atol=1e-12)
    whole = engine.credit(net, x, of=lambda out: out.square().sum(-1), reduce="none").values[
        0, :, 0, 0
    ]
    for t in range(7):
        first = t // window * window
        np.testing.assert_allclose(found[:, t, first:], whole[:, t, first:], rtol=1e-9, atol=1e-12)
        assert t < window or np.abs(whole[:, t, :first]).max() > 1e-4


def test_long_and_many_are_looked_at_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    run = untrained("gru", snapshots=9)
    trials = trials_of(run)
    whole = credited(run, trials)
    here = sys.modules["engine.analyses.credited"]
    monkeypatch.setattr(here, "GRAPH", 1)
    xr.testing.assert_allclose(credited(run, trials), whole, rtol=1e-4, atol=1e-7)
    monkeypatch.setattr(here, "SECONDS", 1e-9)
    last = credited(run, trials)
    assert last["snapshot"].values.tolist() == [8] and last.attrs["left_out"] == 8
    monkeypatch.setattr(here, "MOST_ROWS", 3)
    rows = credited(run, trials)
    assert rows["loss_time"].values.tolist() == [0, 2, 5]
    np.testing.assert_allclose(
        rows["credit"], whole["credit"].isel(snapshot=[8], loss_time=[0, 2, 5]), rtol=1e-5
    )


def test_evenly_keeps_the_ends() -> None:
    assert evenly(5, 9) == [0, 1, 2, 3, 4]
    assert evenly(40, 2) == [0, 39] and evenly(40, 1) == [39]
    some = evenly(40, 7)
    assert len(some) == 7 and {some[0], some[-1]} == {0, 39}
    assert max(np.diff(some)) - min(np.diff(some)) <= 1


# --- pulls ---


@pytest.mark.parametrize("cell", CELLS)
def test_the_pulls_of_the_losses_add_up_to_the_recorded_gradient(cell: str) -> None:
    run, trials = copying(cell, layers=2, snapshots=2)
    recorded = engine.record(run, trials, every=True)
    name = CELLS[cell].state[-1]
    for time in (0, 5, trials.inputs.shape[1] - 1):
        found = pulls(run, trials, time=time, of="loss")
        asked = found["pull"].where(found["asked"], 0.0).sum("loss_time")
        wanted = recorded[f"gradient_loss_{name}"].isel(time=time)
        np.testing.assert_allclose(asked.values, wanted.values, rtol=1e-4, atol=1e-6)
        assert found["state_time"].item() == time


def test_a_pull_is_the_slope_of_the_margin() -> None:
    """By finite differences: one unit of the hidden state is moved by a patch of the recording."""
    run = untrained("gru")
    trials = trials_of(run, 1)
    found = pulls(run, trials, time=2)["pull"].values[0, 0, 0, 0, -1]
    state = engine.record(run, trials)["hidden"].values[0, 0, 0, 0, 2]

    def margin(unit: int, by: float) -> float:
        edit = engine.Clamp("hidden", float(state[unit]) + by, units=(unit,), times=(2,))
        return float(engine.record(run, trials, edits=[edit])["margin"].values[0, 0, -1])

    for unit in range(4):
        slope = (margin(unit, 1e-2) - margin(unit, -1e-2)) / 2e-2
        assert found[unit] == pytest.approx(slope, rel=2e-2, abs=2e-4)
    assert np.abs(found).max() > 1e-2


# --- shares ---


@pytest.mark.parametrize(("layers", "directions"), SHAPES)
@pytest.mark.parametrize("cell", CELLS)
def test_norms_of_shares_are_those_of_the_shares(cell: str, layers: int, directions: int) -> None:
    run = untrained(cell, layers=layers, directions=directions)
    trials = trials_of(run, 2)
    found = shares_by_step(run, trials)
    for trial in range(2):
        whole = engine.shares(run, trials.pick(slice(trial, trial + 1)))
        for layer in range(layers):
            for number, part in enumerate(PARTS):
                matrices = whole[f"{part}_l{layer}"].values[0]  # [direction, time, row, column]
                here = {"snapshot": 0, "trial": trial, "layer": layer, "part": number}
                by_step = np.linalg.norm(matrices, axis=(-1, -2))
                total = np.linalg.norm(matrices.sum(1), axis=(-1, -2))
                one = found.isel(here)
                np.testing.assert_allclose(one["by_step"], by_step, rtol=1e-4, atol=1e-7)
                np.testing.assert_allclose(one["total"], total, rtol=1e-4, atol=1e-7)
                # one loss, at the last step: the lag counts back from it
                np.testing.assert_allclose(one["by_lag"], by_step[:, ::-1], rtol=1e-4, atol=1e-7)


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("cell", ["rnn", "lstm", "gru"])
def test_shares_by_lag_take_every_loss_by_itself(cell: str, directions: int) -> None:
    run, trials = copying(cell, directions=directions)
    trials = trials.pick(slice(0, 1))
    time = trials.inputs.shape[1]
    asked = np.flatnonzero(trials.targets[0] >= 0)
    assert len(asked) > 3
    matrices: dict[str, np.ndarray] = {}
    for t in asked:

        def of(output: Tensor, t: int = int(t)) -> Tensor:
            loss = loss_of(output[None], torch.from_numpy(trials.targets))[0].nan_to_num()
            return loss * torch.nn.functional.one_hot(torch.tensor(t), time)

        own = engine.shares(run, trials, of=of)
        for part in PARTS:
            by_lag = matrices.setdefault(
                part, np.zeros((directions, time, *own[f"{part}_l0"].shape[3:]))
            )
            for k in range(time):
                by_lag[:, abs(int(t) - k)] += own[f"{part}_l0"].values[0, :, k]
    found = shares_by_step(run, trials)
    for number, part in enumerate(PARTS):
        wanted = np.linalg.norm(matrices[part], axis=(-1, -2))
        np.testing.assert_allclose(
            found["by_lag"].values[0, 0, 0, :, number], wanted, rtol=1e-4, atol=1e-7
        )


def test_a_window_leaves_no_share_beyond_the_cut() -> None:
    run = untrained("lstm")
    trials = trials_of(run, 1, gap=7)
    time = trials.inputs.shape[1]
    cut = shares_by_step(run, trials, window=4)["by_step"].values[0, 0, 0, 0]
    whole = shares_by_step(run, trials)["by_step"].values[0, 0, 0, 0]
    first = (time - 1) // 4 * 4
    assert not cut[:, :first].any() and whole[1, 1:first].min() > 0
    np.testing.assert_allclose(cut[:, first:], whole[:, first:], rtol=1e-5)


def test_shares_are_looked_at_in_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    run = untrained("rnn", snapshots=5)
    trials = trials_of(run)
    whole = shares_by_step(run, trials)
    here = sys.modules["engine.analyses.shares_by_step"]
    monkeypatch.setattr(here, "BYTES", 1)
    assert shares_by_step(run, trials).equals(whole)
    monkeypatch.setattr(here, "SECONDS", 1e-9)
    assert shares_by_step(run, trials).attrs["left_out"] == 4


# --- spectra ---


@pytest.mark.parametrize(("layers", "directions"), SHAPES)
@pytest.mark.parametrize("cell", CELLS)
def test_spectra_are_those_of_the_step_jacobians(cell: str, layers: int, directions: int) -> None:
    run = untrained(cell, layers=layers, directions=directions, snapshots=3)
    trials = trials_of(run)
    found = spectra(run, trials)
    assert found["snapshot"].values.tolist() == [0, 2]
    for number in (0, 1):
        one = replace(run, snapshots=(run.snapshots[(0, 2)[number]],))
        wanted = engine.jacobians(one, trials)
        here = found.isel(snapshot=[number])
        for mine, name in (
            ("singular_value", "singular_values"),
            ("product_norm", "product_norm"),
            ("bound", "bound"),
        ):
            np.testing.assert_allclose(here[mine], wanted[name], rtol=2e-4, atol=1e-6)
        matrices = wanted["jacobian"].values.astype(float)
        eigen = here["eigenvalue_real"].values + 1j * here["eigenvalue_imag"].values
        for power in (1, 2, 3):  # power sums: the order of eigenvalues means nothing
            traces = np.trace(np.linalg.matrix_power(matrices, power), axis1=-2, axis2=-1)
            np.testing.assert_allclose((eigen**power).sum(-1), traces, rtol=1e-3, atol=1e-5)


def test_spectra_are_of_the_first_snapshot_and_a_chosen_one() -> None:
    run = untrained("rnn", snapshots=3)
    trials = trials_of(run)
    whole, some = spectra(run, trials), spectra(run, trials, until=1)
    assert some["snapshot"].values.tolist() == [0, 1]
    assert some.isel(snapshot=[0]).equals(whole.isel(snapshot=[0]))
    assert spectra(run, trials, until=0)["snapshot"].values.tolist() == [0]
    later = replace(run, snapshots=run.snapshots[1:])
    with pytest.raises(ValueError, match=r"until = 0: the first snapshot is of step 1\."):
        spectra(later, trials, until=0)


def test_along_c_is_the_product_of_the_forget_gates() -> None:
    run = untrained("lstm")
    trials = trials_of(run)
    found = spectra(run, trials)["along"].sel(part="cell").values[0, :, 0, 0]  # [trial, span]
    forget = engine.record(run, trials)["forget"].values[0, :, 0, 0]  # [trial, time, unit]
    for span in range(forget.shape[1] + 1):
        kept = forget[:, forget.shape[1] - span :].prod(1).max(-1)
        np.testing.assert_allclose(found[:, span], kept, rtol=1e-5)


def test_along_h_never_leaves_h() -> None:
    """Numpy multiplies the blocks ∂h/∂h of the step Jacobians."""
    run = untrained("lstm", directions=2)
    trials = trials_of(run, 1)
    found = spectra(run, trials)["along"].sel(part="hidden").values[0, 0, 0]
    steps = engine.jacobians(run, trials)["jacobian"].values[0, 0, 0].astype(float)
    size = steps.shape[-1] // 2
    for direction in (0, 1):
        own = steps[direction][:, :size, :size]
        own = own if direction == 0 else own[::-1]
        product = np.eye(size)
        for span in range(len(own) + 1):
            if span:
                product = product @ own[len(own) - span]
            assert found[direction, span] == pytest.approx(
                np.linalg.norm(product, 2), rel=1e-3, abs=1e-9
            )


@pytest.mark.parametrize("cell", CELLS)
def test_eigenvalues_of_the_weights_block_by_block(cell: str) -> None:
    net = module(cell)
    found = spectra(net, random(1, 3, FEATURES))
    assert found["block"].values.tolist() == list(CELLS[cell].blocks)
    blocks = net.weight_hh_l0.detach().numpy().reshape(len(CELLS[cell].blocks), -1, net.hidden_size)
    mine = (found["weight_real"] + 1j * found["weight_imag"]).values[0, 0, 0]
    for power in (1, 2, 3, 4):
        traces = np.trace(np.linalg.matrix_power(blocks, power), axis1=-2, axis2=-1)
        np.testing.assert_allclose((mine**power).sum(-1), traces, atol=1e-5)


def test_too_much_is_thinned_and_far_too_much_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    run = untrained("gru")
    trials = trials_of(run)
    whole = spectra(run, trials)
    here = sys.modules["engine.analyses.spectra"]
    monkeypatch.setattr(sys.modules["engine.sweep"], "BYTES", 1)
    monkeypatch.setattr(here, "SECONDS", 1e-9)
    few = spectra(run, trials)
    assert few.sizes["eigen_time"] == 1 and few["span"].values.tolist() == [0, 6]
    np.testing.assert_allclose(few["product_norm"], whole["product_norm"].isel(span=[0, -1]))
    np.testing.assert_allclose(few["singular_value"], whole["singular_value"])
    monkeypatch.setattr(here, "LONGEST", 1e-9)
    with pytest.raises(ValueError, match=r"6 step Jacobians of 4 × 4 numbers would take about"):
        spectra(run, trials)


# --- refusals ---


def test_refusals() -> None:
    net, x = module("lstm"), random(1, 3, FEATURES)
    for analysis in (credited, pulls, shares_by_step):
        with pytest.raises(ValueError, match="needs a task: a plain module is asked nothing"):
            analysis(net, x)
    run = untrained("lstm")
    trials = trials_of(run)
    for bad in (credited, pulls):
        with pytest.raises(ValueError, match=r"of = 'answer': choose margin or loss\."):
            bad(run, trials, of="answer")
        with pytest.raises(ValueError, match="signal = 'update': the LSTM has"):
            bad(run, trials, signal="update")
    for windowed in (credited, shares_by_step):
        with pytest.raises(ValueError, match=r"window = -1"):
            windowed(run, trials, window=-1)
    with pytest.raises(ValueError, match="The inputs ask nothing, so there is no loss"):
        shares_by_step(run, np.ones((2, 3), np.int64))
    with pytest.raises(ValueError, match="Step Jacobians need trials of one length"):
        spectra(run, unequal(run, 2, 4))
