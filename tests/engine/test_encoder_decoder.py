"""The encoder–decoder against a second implementation without batch, padding or mask: values and gradients, float64, ≤ 1e-12."""

from __future__ import annotations

from functools import partial
from itertools import product
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from engine.building import build
from engine.experiment import Experiment, ValidationError, sentence
from engine.runfile import RunFileError, from_bytes, load, save, to_bytes
from engine.shapes import parameters, weight_shapes
from engine.tasks.contract import UNASKED
from engine.tasks.pairs import Pairs, join
from engine.trainer import train
from tests.engine import pairnets
from tests.engine.nets import random
from tests.engine.translated_by_hand import Told, translate

LENGTHS = (5, 1, 3)
CLOSE: dict[str, Any] = {"rtol": 1e-12, "atol": 1e-12}


def choices(attention: str, sides: tuple[str, str], stack: tuple[int, bool]) -> Experiment:
    """A net of some kind; every other one has a vector of a size of its own."""
    (cell, decoder), (layers, both) = sides, stack
    vector = pairnets.VECTOR if (layers + both) % 2 else None
    return pairnets.experiment(
        attention=attention, cell=cell, decoder=decoder, layers=layers, bidirectional=both, vector=vector
    )  # fmt: skip


def by_hand(chosen: Experiment, weights: dict[str, Tensor], drawn: Pairs, trial: int) -> Told:
    """One trial in the second implementation."""
    source = drawn.inputs[trial, : drawn.lengths[trial]].tolist()
    fed = drawn.fed[trial, : drawn.written[trial]].tolist()
    return translate(weights, pairnets.shape(chosen), source, fed)


EVERY = list(product(pairnets.ATTENDED, pairnets.SIDES, pairnets.STACKS))


@pytest.mark.parametrize(("attention", "sides", "stack"), EVERY)
def test_values_and_gradients_are_those_of_the_second_implementation(
    attention: str, sides: tuple[str, str], stack: tuple[int, bool]
) -> None:
    chosen = choices(attention, sides, stack)
    net, drawn = pairnets.net(chosen), pairnets.sources(*LENGTHS)
    outputs = net(*pairnets.parts(drawn))
    own = {
        name: value.detach().clone().requires_grad_() for name, value in net.state_dict().items()
    }
    told = [by_hand(chosen, own, drawn, trial) for trial in range(drawn.count)]
    seed = random(*outputs.shape, seed=11)
    one, two = outputs.new_zeros(()), outputs.new_zeros(())
    for trial, here in enumerate(told):
        steps = len(here.outputs)
        torch.testing.assert_close(outputs[trial, :steps], torch.stack(here.outputs), **CLOSE)
        one = one + (seed[trial, :steps] * outputs[trial, :steps]).sum()
        two = two + (seed[trial, :steps] * torch.stack(here.outputs)).sum()
    names = [name for name, _ in net.named_parameters()]
    first = torch.autograd.grad(one, list(net.parameters()))
    second = torch.autograd.grad(two, [own[name] for name in names])
    for name, left, right in zip(names, first, second, strict=True):
        torch.testing.assert_close(left, right, **CLOSE, msg=partial("{}: {}".format, name))
    # ... and what is looked into, step by step, is the same net.
    looked = pairnets.opened(chosen, net)
    encoded = looked.encode(*pairnets.parts(drawn)[:2])
    decoded = looked.decode(encoded, torch.from_numpy(drawn.fed))
    torch.testing.assert_close(decoded.outputs[0], outputs.detach(), **CLOSE)
    for trial, here in enumerate(told):
        length, steps = drawn.lengths[trial], len(here.outputs)
        annotations = encoded.annotations[0, trial]
        torch.testing.assert_close(annotations[:length], torch.stack(here.annotations), **CLOSE)
        assert bool((annotations[length:] == 0).all())
        torch.testing.assert_close(encoded.vector[0, trial], here.vector, **CLOSE)
        for (name, layer), value in here.begun.items():
            torch.testing.assert_close(encoded.start[name][0, trial, layer, 0], value, **CLOSE)
        torch.testing.assert_close(
            decoded.hidden[0, trial, :steps], torch.stack(here.hidden), **CLOSE
        )
        if attention == "none":
            assert decoded.scores is decoded.weights is decoded.context is None
            continue
        assert decoded.scores is not None and decoded.weights is not None
        assert decoded.context is not None
        for found, wanted in ((decoded.scores, here.scores), (decoded.weights, here.alpha)):
            rows = torch.stack([torch.stack(row) for row in wanted])
            torch.testing.assert_close(found[0, trial, :steps, :length], rows, **CLOSE)
        assert bool((decoded.weights[0, trial, :, length:] == 0).all())
        torch.testing.assert_close(
            decoded.context[0, trial, :steps], torch.stack(here.context), **CLOSE
        )


@pytest.mark.parametrize("attention", pairnets.ATTENDED)
@pytest.mark.parametrize("sides", [("lstm", "same"), ("gru", "rnn")])
def test_gradients_are_finite_differences(attention: str, sides: tuple[str, str]) -> None:
    chosen = choices(attention, sides, (1, True))
    net, drawn = pairnets.net(chosen), pairnets.sources(2, 1)
    inside = torch.from_numpy(drawn.targets != UNASKED)
    names = [name for name, _ in net.named_parameters() if name != "embedding.weight"]

    def outputs(*values: Tensor) -> Tensor:
        given = dict(zip(names, values, strict=True))
        return torch.func.functional_call(net, given, pairnets.parts(drawn))[inside]

    own = dict(net.named_parameters())
    leaves = [own[name].detach().clone().requires_grad_() for name in names]
    assert torch.autograd.gradcheck(outputs, leaves, fast_mode=True)


@pytest.mark.parametrize("attention", pairnets.ATTENDED)
@pytest.mark.parametrize("cell", ["lstm", "gru", "relu", "sigmoid"])
def test_growing_padding_changes_nothing_and_pulls_at_nothing(attention: str, cell: str) -> None:
    chosen = choices(attention, (cell, "same"), (2, True))
    net, drawn = pairnets.net(chosen), pairnets.sources(4, 1, 3)
    drawn.inputs[drawn.inputs > 11] = 3  # symbol 12 is for the padding
    inputs, lengths, fed = pairnets.parts(drawn)
    longer = nn.functional.pad(inputs, (0, 7))
    longer[torch.arange(longer.shape[1]) >= lengths[:, None]] = 12
    before, after = net(inputs, lengths, fed), net(longer, lengths, fed)
    torch.testing.assert_close(before, after, **CLOSE)
    (pull,) = torch.autograd.grad(after.square().sum(), net.embedding.weight)
    assert bool((pull[12] == 0).all())
    assert bool((pull[1:12] != 0).any())
    looked = pairnets.opened(chosen, net)
    stepped = [looked.encode(one, lengths) for one in (inputs, longer)]
    width = inputs.shape[1]
    assert torch.equal(stepped[0].annotations, stepped[1].annotations[:, :, :width])
    assert torch.equal(stepped[0].vector, stepped[1].vector)
    alone = net(inputs[1:2, :1], lengths[1:2], fed[1:2])
    torch.testing.assert_close(alone[0], before[1], **CLOSE)


def test_several_snapshots_in_one_pass_are_each_their_own_net() -> None:
    chosen = choices("additive", ("lstm", "gru"), (2, True))
    nets = [pairnets.net(chosen, seed) for seed in range(3)]
    drawn = pairnets.sources(3, 2)
    looked = pairnets.opened(chosen, *nets)
    inputs, lengths, fed = pairnets.parts(drawn)
    decoded = looked.decode(looked.encode(inputs, lengths), fed)
    for row, net in enumerate(nets):
        torch.testing.assert_close(
            decoded.outputs[row], net(inputs, lengths, fed).detach(), **CLOSE
        )


def test_steps_one_by_one_are_the_same_as_all_at_once() -> None:
    chosen = choices("scaled", ("gru", "lstm"), (2, True))
    looked, drawn = pairnets.opened(chosen, pairnets.net(chosen)), pairnets.sources(4, 2)
    inputs, lengths, fed = pairnets.parts(drawn)
    encoded = looked.encode(inputs, lengths)
    whole = looked.decode(encoded, fed)
    state = encoded.start
    for time in range(fed.shape[1]):
        step = looked.decode(encoded, fed[:, time : time + 1], start=state, first=time)
        state = step.last
        torch.testing.assert_close(step.outputs[:, :, 0], whole.outputs[:, :, time], **CLOSE)
    for name, value in whole.last.items():
        torch.testing.assert_close(state[name], value, **CLOSE)


def test_the_loss_is_that_of_the_right_words_and_of_nothing_else() -> None:
    chosen = choices("dot", ("lstm", "same"), (1, True))
    net, drawn = pairnets.net(chosen), pairnets.sources(*LENGTHS)
    outputs, targets = net.asked(drawn)
    own = dict(net.state_dict())
    wanted, words = [], []
    for trial in range(drawn.count):
        wanted += by_hand(chosen, own, drawn, trial).outputs
        source = drawn.inputs[trial, : drawn.lengths[trial]].tolist()
        words += [*source[::-1], 0]
    torch.testing.assert_close(outputs.detach(), torch.stack(wanted), **CLOSE)
    assert targets.tolist() == words


@pytest.mark.parametrize("seed", range(60))
def test_the_shapes_are_those_of_the_net_and_every_weight_is_drawn(seed: int) -> None:
    rng = np.random.default_rng(seed)

    def one(*values: object) -> object:
        return values[rng.integers(len(values))]

    cells = ("rnn", "sigmoid", "relu", "lstm", "gru")
    chosen = pairnets.experiment(
        cell=one(*cells), decoder=one("same", *cells), attention=one(*pairnets.ATTENDED),
        units=one(1, 2, 7), layers=one(1, 2, 4), bidirectional=one(True, False),
        embedding=one(1, 3), vector=one(None, 1, 9),
    )  # fmt: skip
    net = build(chosen, torch.Generator().manual_seed(seed))
    found = {name: tuple(value.shape) for name, value in net.state_dict().items()}
    assert found == weight_shapes(chosen)
    assert parameters(chosen) == sum(value.numel() for value in net.parameters())
    assert all(bool(value.isfinite().all()) for value in net.parameters())
    again = build(chosen, torch.Generator().manual_seed(seed))
    for name, value in again.state_dict().items():
        assert torch.equal(value, net.state_dict()[name])


def small(**network: object) -> Experiment:
    """A training of a fraction of a second."""
    return Experiment.model_validate(
        {
            "task": {"name": "reversal", "gap": 4},
            "network": {"units": 4, "embedding": 3, "attention": "additive", **network},
            "training": {"steps": 6, "snapshots": 3, "batch": 4},
        }
    )


def test_the_same_seed_trains_to_the_same_bits_and_goes_through_a_file(tmp_path: Path) -> None:
    chosen = small(bidirectional=True, decoder="gru", vector=2)
    run, again = train(chosen), train(chosen)
    other = train(chosen.model_copy(update={"seed": 1}))
    digests = [[one.digest() for one in each.snapshots] for each in (run, again, other)]
    assert digests[0] == digests[1] != digests[2]
    save(run, tmp_path / "run")
    stored = load(tmp_path / "run")
    assert stored.experiment == chosen
    assert [one.digest() for one in stored.snapshots] == digests[0]
    assert stored.metrics == run.metrics and stored.result == run.result
    assert to_bytes(stored) == (tmp_path / "run").read_bytes()
    assert run.result["outcome"] == "finished"
    assert set(run.result["by_condition"]) == {"every length", "symbols, every length"}


def test_training_leaves_global_random_state_alone() -> None:
    torch.manual_seed(5)
    before = torch.get_rng_state()
    train(small())
    assert torch.equal(before, torch.get_rng_state())


@pytest.mark.parametrize("wrong", [np.nan, np.inf, -np.inf])
def test_weights_that_are_no_numbers_are_no_run(wrong: float, tmp_path: Path) -> None:
    run = pairnets.written(pairnets.experiment(attention="additive"))
    whole = to_bytes(run)
    name = "scores.query"
    value = run.snapshots[0].weights[name]
    at = whole.index(value.tobytes())
    spoilt = bytearray(whole)
    spoilt[at : at + 4] = np.float32(wrong).tobytes()
    with pytest.raises(RunFileError):
        from_bytes(bytes(spoilt))
    run.snapshots[0].weights[name][0, 0] = wrong
    with pytest.raises(RunFileError):
        save(run, tmp_path / "run")
    assert not list(tmp_path.iterdir())


REFUSED = (
    ({"task": "fluent", "network": {"attention": "dot"}}, ("network.attention", "'dot'", "fluent")),
    ({"task": "copy", "network": {"decoder": "gru"}}, ("network.decoder", "'gru'", "copy")),
    ({"task": "recall", "network": {"vector": 3}}, ("network.vector", "3", "recall")),
    ({"task": "reversal", "training": {"window": 5}}, ("training.window = 5", "reversal")),
    ({"task": "reversal", "network": {"readout": "mean"}}, ("network.readout", "'mean'", "reversal")),
    ({"task": "reversal", "network": {"attention": "hard"}}, ("network.attention", "'hard'", "none, dot, additive, scaled")),
    ({"task": "reversal", "network": {"decoder": "perceptron"}}, ("network.decoder", "'perceptron'", "lstm")),
    ({"task": "reversal", "network": {"vector": 0}}, ("network.vector = 0", "1")),
    ({"task": "reversal", "network": {"vector": 2049}}, ("network.vector = 2049", "2048")),
    ({"task": "reversal", "network": {"start": "chrono", "decoder": "gru", "cell": "lstm"}}, ("network.start = 'chrono'", "not for gru")),
    ({"task": {"name": "reversal", "gap": 65}}, ("task.gap = 65", "64")),
    ({"task": {"name": "reversal", "gap": 1}}, ("task.gap = 1", "2")),
    ({"task": {"name": "reversal", "test_gap": 65}}, ("task.test_gap = 65", "64")),
    ({"task": {"name": "reversal", "gap": 5, "shortest_gap": 6}}, ("task.shortest_gap = 6", "5")),
)  # fmt: skip


@pytest.mark.parametrize(("wanted", "said"), REFUSED)
def test_what_such_a_net_cannot_be_is_refused_with_field_value_and_limit(
    wanted: dict, said: tuple[str, ...]
) -> None:
    with pytest.raises(ValidationError) as caught:
        Experiment.model_validate(wanted)
    told = sentence(caught.value)
    assert all(part in told for part in said), told
    assert told.count("\n") == 0 and told.endswith(".")


def test_what_has_no_decoder_is_written_as_it_was_before() -> None:
    plain = Experiment.model_validate({"task": "fluent"}).model_dump(mode="json")["network"]
    assert not {"attention", "decoder", "vector"} & set(plain)
    chosen = small(vector=2, decoder="gru")
    assert Experiment.model_validate_json(chosen.model_dump_json()) == chosen


def test_joined_pairs_are_padded_where_nothing_is_read_and_nothing_is_asked() -> None:
    one, two = pairnets.sources(2), pairnets.sources(4, 1, seed=1)
    both = join(one, two)
    assert both.inputs.shape == (3, 4) and both.targets.shape == (3, 5)
    assert both.inputs[0].tolist() == [*one.inputs[0].tolist(), 0, 0]
    assert both.targets[0].tolist() == [*one.targets[0].tolist(), UNASKED, UNASKED]
    assert both.fed[0].tolist() == [0, *(one.targets[0, :3] + 1).tolist(), 0][:5]
