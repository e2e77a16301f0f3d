"""∂margin/∂state of the encoder: all paths against autograd of the second implementation, the path of one step against differences."""

from __future__ import annotations

import sys
from functools import partial

import numpy as np
import pytest
import torch
import xarray as xr
from torch import Tensor

from engine.analyses import ANALYSES
from engine.attention_edits import Attend
from engine.experiment import Experiment
from engine.opened_pair import opened_pair
from engine.pair_recorder import record_pair
from engine.pair_writing import decode, encode
from engine.tasks.contract import UNASKED
from engine.tasks.pairs import Pairs
from tests.engine import pairnets
from tests.engine.translated_by_hand import Shape, Told, score, softmax, translate

LENGTHS = (4, 1, 3)
SINGLE = 2e-6
"""float32 is what is kept; the rest is float64 here."""


@pytest.fixture
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the analysis compute in float64, so that only its answer is rounded."""
    home = sys.modules["engine.analyses.source_credit"]
    monkeypatch.setattr(home, "opened_pair", partial(opened_pair, dtype=torch.float64))


def margin(output: Tensor, word: int) -> Tensor:
    """logit(word) − ln Σ exp(the others)."""
    others = torch.cat([output[:word], output[word + 1 :]])
    return output[word] - torch.logsumexp(others, 0)


def by_hand(
    chosen: Experiment, weights: dict[str, np.ndarray], source: list[int], fed: list[int]
) -> tuple[dict[str, Tensor], Shape, Told]:
    """The second implementation with weights that want gradients, so that everything lies in one graph."""
    own = {name: torch.from_numpy(w).double().requires_grad_() for name, w in weights.items()}
    shape = pairnets.shape(chosen)
    return own, shape, translate(own, shape, source, fed)


def straight(own: dict[str, Tensor], shape: Shape, told: Told, time: int, word: int) -> Tensor:
    """∂m_t/∂\\bar h_s ``[source, number]`` with h_t and all else held, by central differences."""
    hidden = told.hidden[time].detach()
    notes = torch.stack(told.annotations).detach()
    fixed = {name: value.detach() for name, value in own.items()}

    def at(values: Tensor) -> float:
        alpha = softmax([score(fixed, shape.attention, hidden, one) for one in values])
        context = torch.stack(alpha) @ values
        seen = torch.cat([hidden, context])
        return float(margin(fixed["readout.weight"] @ seen + fixed["readout.bias"], word))

    found = torch.zeros_like(notes)
    for place in np.ndindex(*notes.shape):
        step = torch.zeros_like(notes)
        step[place] = 1e-5
        found[place] = (at(notes + step) - at(notes - step)) / 2e-5
    return found


@pytest.mark.usefixtures("wide")
@pytest.mark.parametrize("told", [0, 1])
@pytest.mark.parametrize("attention", pairnets.ATTENDED)
@pytest.mark.parametrize(
    ("cell", "decoder", "layers", "both"),
    [("lstm", "same", 1, True), ("gru", "lstm", 2, True), ("sigmoid", "rnn", 2, False)],
)
def test_all_paths_are_autograds_and_the_straight_one_is_a_difference(
    cell: str, decoder: str, layers: int, both: bool, attention: str, told: int
) -> None:
    chosen = pairnets.experiment(
        cell=cell, decoder=decoder, layers=layers, bidirectional=both, attention=attention
    )
    run, drawn = pairnets.written(chosen, snapshots=2), pairnets.sources(*LENGTHS)
    found = ANALYSES["source_credit"](run, drawn, told=told)
    seen = record_pair(run, drawn, told=bool(told), every=True)
    for row, snapshot in enumerate(run.snapshots):
        for trial, length in enumerate(LENGTHS):
            steps = int(seen["written_length"][row, trial])
            fed = seen["fed"].values[row, trial, :steps].tolist()
            words = drawn.targets[trial] if told else seen["written"].values[row, trial]
            source = drawn.inputs[trial, :length].tolist()
            own, shape, one = by_hand(chosen, dict(snapshot.weights), source, fed)
            here = found.isel(snapshot=row, trial=trial)
            for time in range(steps):
                word = int(words[time])
                leaves = [
                    value
                    for way in range(shape.ways)
                    for value in one.signals["encoder", "hidden", layers - 1, way]
                ]
                pulls = torch.autograd.grad(
                    margin(one.outputs[time], word), leaves, retain_graph=True
                )
                sides = [torch.stack(pulls[way * length :][:length]) for way in range(shape.ways)]
                total = torch.cat(sides, -1)
                direct = torch.zeros_like(total)
                if attention != "none":
                    direct = straight(own, shape, one, time, word)
                else:
                    assert (here["direct"].values[time, :length] == 0).all()
                for name, wanted, close in (
                    ("total", total, SINGLE),
                    ("direct", direct, 1e-5),
                    ("recurrence", total - direct, 1e-5),
                ):
                    np.testing.assert_allclose(
                        here[name].values[time, :length],
                        wanted.norm(dim=-1),
                        rtol=close,
                        atol=1e-8,
                        err_msg=name,
                    )
            for name in ("total", "direct", "recurrence"):
                assert np.isnan(here[name].values[steps:]).all()
                assert np.isnan(here[name].values[:, length:]).all()


def test_the_straight_path_of_the_dot_product_is_its_closed_form(wide: None) -> None:
    r"""∂m/∂\bar h_s = α_s (w + h_t (\bar h_s − context)·w) with w = ∂m/∂context."""
    chosen = pairnets.experiment(attention="dot", bidirectional=True)
    run, drawn = pairnets.written(chosen), pairnets.sources(5)
    found = ANALYSES["source_credit"](run, drawn, told=1)["direct"].values[0, 0]
    fed = drawn.fed[0].tolist()
    own, _, told = by_hand(chosen, dict(run.snapshots[0].weights), drawn.inputs[0].tolist(), fed)
    for time, word in enumerate(drawn.targets[0].tolist()):
        pull = torch.autograd.grad(
            margin(told.outputs[time], word), told.context[time], retain_graph=True
        )[0]
        for source, note in enumerate(told.annotations):
            inner = (note - told.context[time]) @ pull
            closed = told.alpha[time][source] * (pull + told.hidden[time] * inner)
            assert found[time, source] == pytest.approx(closed.norm().item(), rel=SINGLE)
    assert own


def test_paths_add_up_as_vectors() -> None:
    """Norms obey the triangle; the vectors themselves add up."""
    run = pairnets.written(pairnets.experiment(attention="additive", bidirectional=True))
    found = ANALYSES["source_credit"](run, pairnets.sources(4))
    total, direct, others = (found[name] for name in ("total", "direct", "recurrence"))
    assert bool(((total <= direct + others + 1e-5) | total.isnull()).all())
    assert bool(((others <= total + direct + 1e-5) | total.isnull()).all())
    assert float(direct.max()) > 0 and float(others.max()) > 0


def test_words_that_are_fed_back_are_constants(wide: None) -> None:
    """On its own the gradient is that of a net which is told what it wrote: nothing flows through the choice of a word."""
    run = pairnets.written(pairnets.experiment(attention="dot", cell="gru"), snapshots=3)
    drawn = pairnets.sources(4, 4)
    for row in range(3):
        one = type(run)(run.experiment, (), run.snapshots[row : row + 1], {})
        free = ANALYSES["source_credit"](one, drawn)
        own = record_pair(one, drawn)["written"].values[0]
        as_written = Pairs(
            drawn.inputs, own, drawn.periods, drawn.lengths, (own != UNASKED).sum(-1)
        )
        told = ANALYSES["source_credit"](one, as_written, told=1)
        for name in ("total", "direct", "recurrence"):
            np.testing.assert_allclose(free[name], told[name], rtol=1e-5, atol=1e-9)


def test_a_changed_row_pulls_through_what_was_put_there(wide: None) -> None:
    run = pairnets.written(pairnets.experiment(attention="dot"))
    drawn = pairnets.sources(4)
    found = ANALYSES["source_credit"](run, drawn, told=1, edits=[Attend(time=1, source=2)])
    direct = found["direct"].values[0, 0, 1]
    assert direct[2] > 0 and direct[[0, 1, 3]].tolist() == [0, 0, 0]
    plain = ANALYSES["source_credit"](run, drawn, told=1)
    np.testing.assert_array_equal(
        plain["direct"].isel(time=[0, 2, 3, 4]), found["direct"].isel(time=[0, 2, 3, 4])
    )


@pytest.mark.parametrize("analysis", ["source_credit", "alignment"])
def test_changes_that_do_not_fit_are_refused(analysis: str) -> None:
    attending = pairnets.written(pairnets.experiment(attention="dot"))
    without = pairnets.written(pairnets.experiment())
    drawn = pairnets.sources(3)
    for edit in (
        Attend(time=6, source=0),
        Attend(time=0, source=3),
        Attend(time=0, source=0, trial=1),
    ):
        with pytest.raises(ValueError, match="must be below"):
            ANALYSES[analysis](attending, drawn, edits=[edit])
    with pytest.raises(ValueError, match="no attention to change"):
        ANALYSES[analysis](without, drawn, edits=[Attend(time=0, source=0)])
    for told in (2, -1, "yes", 0.5):
        with pytest.raises(ValueError, match=r"told = .*0 or 1"):
            ANALYSES[analysis](attending, drawn, told=told)


def test_nothing_that_wants_gradients_is_left_behind() -> None:
    run = pairnets.written(pairnets.experiment(attention="additive"))
    drawn = pairnets.sources(3)
    before = {name: value.copy() for name, value in run.snapshots[0].weights.items()}
    with torch.no_grad():  # whatever the caller's mode is
        found = ANALYSES["source_credit"](run, drawn)
    assert isinstance(found, xr.Dataset)
    assert all(type(value.values) is np.ndarray for value in found.variables.values())
    for name, value in run.snapshots[0].weights.items():
        np.testing.assert_array_equal(value, before[name])
    model = opened_pair(run)
    fed, decoded, written = decode(model, encode(model, drawn), drawn, (), False)
    assert not any(one.requires_grad for one in (fed, decoded.outputs, written))
