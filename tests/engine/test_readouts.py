"""Every read-out against plain loops over the steps: values, weights and gradients, several layers, both directions, padding."""

from __future__ import annotations

import math
from collections.abc import Iterator
from functools import partial
from itertools import product
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor

import engine
from engine import gradients, jacobian, recorder
from engine.analyses import ANALYSES
from engine.analyses.reach import reach
from engine.analyses.shares_by_step import shares_by_step
from engine.analyses.surprise import surprise
from engine.attention import ATTENTIONS
from engine.edits import Patch
from engine.estimate import answering, estimate
from engine.evaluation import asked
from engine.experiment import Experiment
from engine.explained import explained
from engine.network import Net
from engine.opened import opened
from engine.pooling import inside
from engine.readouts import READOUTS
from engine.run import Run
from engine.scores import loss_of
from engine.shapes import weight_shapes
from engine.tasks import TASKS, Trials
from tests.engine.nets import random, unequal, untrained

WITHIN: dict[str, Any] = {"rtol": 0, "atol": 1e-12}
POOLED = [name for name, readout in READOUTS.items() if readout.pooled]
SHAPES = [("rnn", 1, 1), ("lstm", 2, 1), ("gru", 1, 2), ("sigmoid", 2, 2)]


@pytest.fixture(autouse=True)
def _in_float64(monkeypatch: pytest.MonkeyPatch) -> None:
    """The stored weights are float32; the witnesses need more digits."""
    for where in (gradients, recorder, jacobian):
        monkeypatch.setattr(where, "opened", partial(opened, dtype=torch.float64))


def run_of(readout: str, cell: str = "lstm", layers: int = 1, directions: int = 1) -> Run:
    return untrained(cell, layers=layers, directions=directions, snapshots=2, readout=readout)


def net_of(run: Run) -> Net:
    """The last snapshot as the net that is trained, in float64."""
    net = Net(run.experiment)
    kept = run.snapshots[-1].weights.items()
    net.load_state_dict({name: torch.from_numpy(value) for name, value in kept})
    return net.double()


def by_hand(net: Net, readout: str, tokens: np.ndarray) -> Iterator[tuple[Tensor, list[Tensor]]]:
    """Outputs and weights of one trial without padding, step after step and number after number."""
    assert net.embedding is not None
    x = net.embedding.weight[tokens]
    h = net.hidden(torch.from_numpy(tokens)[None])[0]
    matrix, bias = net.readout.weight, net.readout.bias
    own = dict(net.weighing.items())
    for t in range(len(tokens)):
        steps = range(t + 1)
        if readout == "weighted":
            inner = [torch.tanh(own["matrix"] @ h[k] + own["bias"]) for k in steps]
            scores = [sum((own["score"][i] * one[i] for i in range(len(one))), torch.zeros(())) for one in inner]  # fmt: skip
        elif readout == "attention":
            steps = range(max(1, t))
            root = math.sqrt(h.shape[1])
            scores = [sum(h[t, i] * h[k, i] for i in range(h.shape[1])) / root for k in steps]
        else:
            scores = [torch.zeros((), dtype=h.dtype) for _ in steps]
        whole = sum(torch.exp(score) for score in scores)
        alpha = [torch.exp(score) / whole for score in scores]
        values = x if readout == "embeddings" else h
        pooled = torch.stack([alpha[k] * values[k] for k in steps]).sum(0)
        if readout == "state":
            read = h[t]
        else:
            read = torch.cat([h[t], pooled]) if readout == "attention" else pooled
        yield matrix @ read + bias, alpha


@pytest.mark.parametrize(("cell", "layers", "directions"), SHAPES)
@pytest.mark.parametrize("readout", READOUTS)
def test_values_weights_and_gradients(
    readout: str, cell: str, layers: int, directions: int
) -> None:
    run = run_of(readout, cell, layers, directions)
    trials = unequal(run, 1, 4, each=2)
    net, lengths = net_of(run), torch.from_numpy(trials.lengths)
    recording = engine.record(run, trials).isel(snapshot=-1)
    output = net(torch.from_numpy(trials.inputs), lengths)
    pull = random(*output.shape, seed=3)
    wanted = torch.zeros((), dtype=torch.float64)
    for trial, length in enumerate(trials.lengths):
        found = list(by_hand(net, readout, trials.inputs[trial, :length]))
        outputs = torch.stack([one for one, _ in found])
        wanted = wanted + (outputs * pull[trial, :length]).sum()
        numbers = outputs.detach().numpy()
        np.testing.assert_allclose(output[trial, :length].detach().numpy(), numbers, **WITHIN)
        np.testing.assert_allclose(recording["output"].values[trial, :length], numbers, **WITHIN)
        if readout == "state":
            continue
        for t, (_, alpha) in enumerate(found):
            row = recording["attention"].values[trial, t]
            expected = [float(a.detach()) for a in alpha]
            np.testing.assert_allclose(row[: len(alpha)], expected, **WITHIN)
            assert not row[len(alpha) :].any() and row.sum() == pytest.approx(1, abs=1e-12)
        assert np.isnan(recording["attention"].values[trial, length:]).all()
    assert ("attention" in recording) == (readout != "state")
    within = torch.arange(output.shape[1]) < lengths[:, None]
    total = (output * pull * within[..., None]).sum()
    given = list(net.parameters())
    mine, theirs = (
        torch.autograd.grad(one, given, materialize_grads=True) for one in (total, wanted)
    )
    for one, other in zip(mine, theirs, strict=True):
        np.testing.assert_allclose(one.numpy(), other.numpy(), **WITHIN)
    moved = [name for (name, _), one in zip(net.named_parameters(), mine, strict=True) if one.any()]
    assert any(name.startswith("recurrent") for name in moved) == (readout != "embeddings")
    assert all(name in moved for name in weight_shapes(run.experiment) if "weighing" in name)


@pytest.mark.parametrize("readout", POOLED)
def test_recorded_dims_and_every_snapshot(readout: str) -> None:
    run = run_of(readout, "gru", 2, 2)
    trials = unequal(run, 2, 5)
    stacked = engine.record(run, trials, every=True)
    assert stacked["attention"].dims == ("snapshot", "trial", "time", "source_time")
    assert stacked.sizes["snapshot"] == 2
    for place, snapshot in enumerate(run.snapshots):
        alone = engine.record(Run(run.experiment, (), (snapshot,), {}), trials)
        for name in ("attention", "output"):
            np.testing.assert_allclose(stacked[name].values[place], alone[name].values[0], **WITHIN)


def test_the_score_is_that_of_scaled_attention() -> None:
    states = random(2, 3, 5, 4)
    found = READOUTS["attention"].weights({}, states, states, inside(5))
    scores = ATTENTIONS["scaled"].score({}, states.unsqueeze(-2), states.unsqueeze(-3))
    for t in range(1, 5):
        wanted = scores[..., t, :t].softmax(-1)
        np.testing.assert_allclose(found[..., t, :t].numpy(), wanted.numpy(), **WITHIN)
        assert not found[..., t, t:].any()


@pytest.mark.parametrize("readout", READOUTS)
def test_what_is_trained_is_read_at_the_asked_steps(readout: str) -> None:
    run = run_of(readout, "lstm", 1, 2)
    net, trials = net_of(run), unequal(run, 1, 4)
    outputs, targets = asked(net, trials)
    whole = net(torch.from_numpy(trials.inputs), torch.from_numpy(trials.lengths))
    mask = torch.from_numpy(trials.targets) >= 0
    np.testing.assert_allclose(outputs.detach().numpy(), whole[mask].detach().numpy(), **WITHIN)
    assert targets.tolist() == trials.targets[trials.targets >= 0].tolist()


@pytest.mark.parametrize("readout", READOUTS)
def test_nothing_later_counts_where_a_net_reads_one_way(readout: str) -> None:
    run = run_of(readout)
    net, trials = net_of(run), run.experiment.task.test(np.random.default_rng(0), 3, "gap 4")
    tokens = torch.from_numpy(trials.inputs)
    changed = tokens.clone()
    changed[:, 3:] = 1 + changed[:, 3:] % 5
    assert torch.equal(net(tokens)[:, :3], net(changed)[:, :3])
    assert not torch.equal(net(tokens)[:, 3:], net(changed)[:, 3:])


@pytest.mark.parametrize("readout", READOUTS)
def test_credit_is_direct_and_through_the_recurrence(readout: str) -> None:
    """total_tk = Σ_{j ≥ k} direct_tj · A_j ⋯ A_{k+1}: the direct way to a later state, and from there back by step Jacobians."""
    run = run_of(readout, "gru")
    trials = run.experiment.task.test(np.random.default_rng(0), 2, "gap 3")
    parts = {
        path: engine.credit(run, trials, reduce="none", path=path).values[0, :, 0, 0]
        for path in ("total", "direct", "recurrence")
    }
    np.testing.assert_allclose(parts["total"], parts["direct"] + parts["recurrence"], **WITHIN)
    steps = engine.jacobians(run, trials)["jacobian"].values[0, :, 0, 0]  # [trial, time, to, from]
    trial_count, time = parts["total"].shape[:2]
    for trial, t, k in product(range(trial_count), range(time), range(time)):
        wanted = np.zeros(parts["total"].shape[-1])
        for j in range(k, time):
            row = parts["direct"][trial, t, j]
            for step in range(j, k, -1):
                row = row @ steps[trial, step]
            wanted += row
        np.testing.assert_allclose(parts["total"][trial, t, k], wanted, **WITHIN)
    off = [parts["direct"][:, t, k] for t in range(time) for k in range(t)]
    assert bool(np.any(off)) == (readout not in ("state", "embeddings"))
    assert bool(parts["total"].any()) == (readout != "embeddings")


@pytest.mark.parametrize("readout", READOUTS)
def test_credit_stacked_and_in_layers_adds_up(readout: str) -> None:
    run = run_of(readout, "lstm", 2, 2)
    trials = unequal(run, 1, 3)
    total, direct, rest = (
        engine.credit(run, trials, reduce="none", every=True, signal="cell", path=path).values
        for path in ("total", "direct", "recurrence")
    )
    np.testing.assert_allclose(total, direct + rest, **WITHIN)
    with pytest.raises(ValueError, match="path = 'all': choose total, direct, recurrence"):
        engine.credit(run, trials, path="all")  # type: ignore[arg-type]


@pytest.mark.parametrize("readout", READOUTS)
def test_shares_add_up(readout: str) -> None:
    run = run_of(readout, "gru", 2, 2)
    trials = unequal(run, 1, 3)
    net = net_of(run)
    output = net(torch.from_numpy(trials.inputs), torch.from_numpy(trials.lengths))
    loss_of(output, torch.from_numpy(trials.targets)).nansum().backward()
    found = engine.shares(run, trials)
    for layer, way, part in product(range(2), range(2), ("weight_ih", "weight_hh", "bias_hh")):
        share = found[f"{part}_l{layer}"].sum("time").values[0, way]
        grad = getattr(net.recurrent, f"{part}_l{layer}{'_reverse' if way else ''}").grad
        wanted = np.zeros_like(share) if grad is None else grad.numpy()
        np.testing.assert_allclose(share, wanted, **WITHIN)


@pytest.mark.parametrize("readout", READOUTS)
def test_shares_by_step_have_autograds_norm(readout: str) -> None:
    run = run_of(readout, "lstm")
    trials = run.experiment.task.test(np.random.default_rng(0), 1, "gap 4")
    found = shares_by_step(run, trials).isel(snapshot=-1)
    net = net_of(run)
    loss_of(net(torch.from_numpy(trials.inputs)), torch.from_numpy(trials.targets)).nansum().backward()  # fmt: skip
    for place, part in enumerate(("weight_ih", "weight_hh")):
        grad = getattr(net.recurrent, f"{part}_l0").grad
        wanted = 0.0 if grad is None else float(grad.norm())
        assert float(found["total"][0, 0, 0, place]) == pytest.approx(wanted, rel=1e-4)


@pytest.mark.parametrize("readout", [name for name in READOUTS if name != "embeddings"])
def test_reach_is_the_recorded_gradient(readout: str) -> None:
    run = run_of(readout)
    trials = unequal(run, 1, 3)
    found = reach(run, trials)["reach"].values[-1]
    recorded = engine.record(run, trials)["gradient_margin_cell"].values[0, :, 0, 0]
    norms = np.linalg.norm(recorded, axis=-1)
    for trial, length in enumerate(trials.lengths):
        wanted = norms[trial, :length] / norms[trial, length - 1]
        np.testing.assert_allclose(found[trial, :length], wanted, rtol=2e-4)


def test_where_no_state_is_read_none_has_a_reach() -> None:
    run = run_of("embeddings")
    with pytest.raises(ValueError, match=r"network\.readout = 'embeddings': no state"):
        reach(run, unequal(run, 1))


@pytest.mark.parametrize("readout", READOUTS)
def test_exchange_is_a_patch(readout: str) -> None:
    run = run_of(readout, "gru")
    trials = unequal(run, 3, each=4)
    pair = [0, int(np.flatnonzero(trials.targets[:, -1] != trials.targets[0, -1])[0])]
    trials = trials.pick(np.array(pair))
    found = ANALYSES["exchange"](run, trials).isel(snapshot=-1, group=0)
    wanted = int(trials.targets[0, -1])
    for time in range(trials.inputs.shape[1]):
        edit = Patch("hidden", source=0, trial=1, time=time)
        output = engine.record(run, trials, edits=[edit])["output"].values[0, 1, -1]
        others = np.delete(output, wanted)
        margin = output[wanted] - np.log(np.exp(others).sum())
        assert float(found["margin"][time]) == pytest.approx(margin, abs=1e-5)
    plain = engine.record(run, trials)["output"].values[0, :, -1].argmax(-1)
    assert found["unchanged_answer"].values.tolist() == plain.tolist()


@pytest.mark.parametrize("readout", READOUTS)
def test_exchanges_leave_the_net_as_it_is_on_the_diagonal(readout: str) -> None:
    run = run_of(readout)
    trials = unequal(run, 1, 3, each=3)
    found = ANALYSES["exchanges"](run, trials, time=2).isel(snapshot=-1, part=0)
    last = trials.lengths - 1
    for source, target in product(range(trials.count), repeat=2):
        if trials.targets[source, last[source]] == trials.targets[target, last[target]]:
            continue
        edits = [Patch(name, source=source, trial=target, time=2) for name in ("cell", "hidden")]
        output = engine.record(run, trials, edits=edits)["output"].values[0, target, last[target]]
        assert int(found["answer"][source, target]) == output.argmax()


@pytest.mark.parametrize("readout", READOUTS)
def test_surprise_is_the_recorded_loss(readout: str) -> None:
    run = run_of(readout, "lstm", 2, 2)
    trials = unequal(run, 1, 3)
    found = surprise(run, trials)["surprise"].values[-1]
    loss = engine.record(run, trials)["loss"].values[0]
    asked_here = trials.targets >= 0
    np.testing.assert_allclose(found[asked_here], loss[asked_here], rtol=1e-5)


@pytest.mark.parametrize("readout", POOLED)
def test_products_of_step_jacobians_do_not_claim_to_be_the_credit(readout: str) -> None:
    run = run_of(readout, "gru")
    trials = run.experiment.task.test(np.random.default_rng(0), 2, "gap 3")
    with pytest.raises(ValueError, match="only where each answer is read from its own step"):
        jacobian.swept_credit(run, trials)


@pytest.mark.parametrize("directions", [1, 2])
@pytest.mark.parametrize("readout", READOUTS)
def test_the_arithmetic_of_an_answer_is_the_recorded_output(readout: str, directions: int) -> None:
    run = run_of(readout, "gru", 2, directions)
    trials = unequal(run, 1, 4)
    recording = ANALYSES["record"](run, trials)
    weights = ANALYSES["weights"](run, trials)
    for trial, length in enumerate(trials.lengths):
        for time in range(length):
            answer = explained(recording, weights, trial=trial, time=time).answer
            assert answer is not None
            output = recording["output"].values[-1, trial, time]
            assert answer.logit.value == pytest.approx(output.max(), abs=1e-5)
            own = np.exp(output - np.logaddexp.reduce(output)).max()
            assert answer.probability == pytest.approx(own, abs=1e-5)
    kept = {name for name in weights if str(name).startswith("weighing")}
    assert kept == {f"weighing_{name}" for name in READOUTS[readout].shapes(1, 1)}


@pytest.mark.parametrize("name", ANALYSES)
@pytest.mark.parametrize("readout", POOLED)
def test_every_analysis_answers_or_refuses_in_a_sentence(readout: str, name: str) -> None:
    run = run_of(readout)
    trials = unequal(run, 3, each=8)
    try:
        found = ANALYSES[name](run, trials)
    except ValueError as error:
        assert str(error).endswith(".") and "\n" not in str(error)
    else:
        assert found.sizes


@pytest.mark.parametrize("readout", READOUTS)
def test_a_choice_of_before_is_written_as_before(readout: str) -> None:
    experiment = Experiment.model_validate({"network": {"readout": readout}})
    text = experiment.model_dump_json()
    assert ("readout" in text) == (readout != "state")
    assert Experiment.model_validate_json(text) == experiment
    names = {name: tuple(value.shape) for name, value in Net(experiment).state_dict().items()}
    assert names == weight_shapes(experiment)


def test_refusals() -> None:
    with pytest.raises(ValueError, match="no such read-out; choose one of state, mean"):
        Experiment.model_validate({"network": {"readout": "last"}})
    for name in ("reversal",):
        assert name in TASKS
        with pytest.raises(ValueError, match=f"'mean' is not for the task {name}"):
            Experiment.model_validate({"task": name, "network": {"readout": "mean"}})
    run = run_of("state")
    model = opened(run, unequal(run, 1))
    with pytest.raises(ValueError, match="no weights over the steps"):
        model.attention(torch.zeros(1, 1, 1, 4))


def test_what_it_takes_grows_with_the_steps_that_ask() -> None:
    def choices(task: str, readout: str, gap: int) -> Experiment:
        chosen = {"task": {"name": task, "gap": gap}, "network": {"readout": readout}}
        return Experiment.model_validate(chosen)

    assert answering(choices("fluent", "state", 40)) == 0
    assert answering(choices("fluent", "attention", 40)) == 1
    assert answering(choices("copy", "attention", 40)) == 60  # every step
    for task in ("fluent", "copy"):
        plain, weighed = (estimate(choices(task, one, 500)) for one in ("state", "weighted"))
        assert plain.seconds < weighed.seconds and plain.memory < weighed.memory
        assert plain.snapshots < weighed.snapshots


@pytest.mark.training
@pytest.mark.parametrize("readout", ["weighted", "attention"])
@pytest.mark.parametrize("seed", [0, 1, 2])
def test_a_plain_rnn_solves_the_far_sentence_when_distance_is_one_step(
    readout: str, seed: int
) -> None:
    chosen = {"cell": "rnn", "readout": readout}
    experiment = Experiment.model_validate(
        {"network": chosen, "training": {"learning_rate": 0.01}, "seed": seed}
    )
    run = engine.train(experiment)
    net = Net(experiment)
    kept = run.snapshots[-1].weights.items()
    net.load_state_dict({name: torch.from_numpy(value) for name, value in kept})

    def accuracy(condition: str) -> float:
        trials: Trials = experiment.task.test(np.random.default_rng(7), 200, condition)
        outputs, targets = asked(net, trials)
        return float((outputs.argmax(-1) == targets).double().mean())

    assert accuracy("gap 40") >= 0.99 and accuracy("gap 80") >= 0.99 and accuracy("near") >= 0.99


@pytest.mark.training
def test_without_it_the_plain_rnn_stays_at_chance() -> None:
    experiment = Experiment.model_validate(
        {"network": {"cell": "rnn"}, "training": {"learning_rate": 0.01}}
    )
    assert engine.train(experiment).result["accuracy"] <= 0.25
