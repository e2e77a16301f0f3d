"""Writing on one's own, word after word and with a beam: by hand, by exhaustive search, and told what was written."""

from __future__ import annotations

import math
from itertools import product

import pytest
import torch
from torch import Tensor

from engine.attention_edits import Attend
from engine.beam import WIDEST, beam
from engine.opened_pair import Encoded, OpenedPair, opened_pair
from engine.pair_recorder import record_pair
from engine.tasks.contract import UNASKED
from engine.writing import ENDS, fed_back, greedy
from tests.engine import pairnets
from tests.engine.translated_by_hand import Shape, on_its_own, translate

CLOSE = {"rtol": 1e-12, "atol": 1e-12}


def eager(seed: int, **network: object) -> tuple[OpenedPair, dict[str, Tensor], Shape]:
    """A net whose words depend on all that it read, and its weights by name."""
    chosen = pairnets.experiment(**{"attention": "dot", **network})
    net = pairnets.net(chosen, seed)
    with torch.no_grad():
        for part in (net.fed.weight, net.readout.weight):
            part.mul_(3)
    own = {name: value.detach().clone() for name, value in net.state_dict().items()}
    return pairnets.opened(chosen, net), own, pairnets.shape(chosen)


def of_three_words(seed: int, **network: object) -> tuple[OpenedPair, dict[str, Tensor], Shape]:
    """The same with the end and two words, so that all strings can be tried."""
    model, own, shape = eager(seed, **network)
    own["fed.weight"] = own["fed.weight"][:4]
    for name in ("readout.weight", "readout.bias"):
        own[name] = own[name][:3]
    stacked = {name: value[None] for name, value in own.items()}
    return OpenedPair(model.experiment, stacked, (0,)), own, shape


def read(model: OpenedPair, source: list[int]) -> Encoded:
    """One source, read."""
    return model.encode(torch.tensor([source]), torch.tensor([len(source)]))


def log_probability(
    own: dict[str, Tensor], shape: Shape, source: list[int], words: tuple[int, ...]
) -> float:
    """ln p of a string, told its own words, by hand."""
    told = translate(own, shape, source, [0, *(word + 1 for word in words[:-1])])
    logs = [one - torch.logsumexp(one, 0) for one in told.outputs]
    return float(sum(step[word] for step, word in zip(logs, words, strict=True)))


@pytest.mark.parametrize("attention", pairnets.ATTENDED)
@pytest.mark.parametrize("sides", [("lstm", "gru"), ("sigmoid", "lstm"), ("gru", "same")])
def test_greedy_is_that_of_the_second_implementation(
    attention: str, sides: tuple[str, str]
) -> None:
    cell, decoder = sides
    model, own, shape = eager(
        2, attention=attention, cell=cell, decoder=decoder, layers=2, bidirectional=True
    )
    drawn = pairnets.sources(4, 1, 3, 4, 2, seed=5)
    inputs, lengths, _ = pairnets.parts(drawn)
    found = greedy(model, model.encode(inputs, lengths), 7)[0]
    for trial in range(drawn.count):
        words = on_its_own(own, shape, inputs[trial, : lengths[trial]].tolist(), 7)
        assert found[trial].tolist() == words + [UNASKED] * (found.shape[1] - len(words))


def test_nothing_stands_beyond_the_end_and_no_more_is_written_than_may_be() -> None:
    experiment = of_three_words(1)[0].experiment
    nets = [of_three_words(seed)[0].stacked for seed in range(12)]
    stacked = {name: torch.cat([one[name] for one in nets]) for name in nets[0]}
    model = OpenedPair(experiment, stacked, tuple(range(12)))
    found = greedy(model, read(model, [3, 1, 2]), 5)
    ended = 0
    for row in found[:, 0].tolist():
        if ENDS in row:
            ended += 1
            at = row.index(ENDS)
            assert set(row[at + 1 :]) <= {UNASKED} and UNASKED not in row[:at]
        else:
            assert len(row) == 5 and UNASKED not in row
    assert 0 < ended < 12  # both happen


def test_what_is_fed_back_is_the_start_and_then_what_was_written() -> None:
    written = torch.tensor([[[3, 1, ENDS, UNASKED, UNASKED]]])
    assert fed_back(written).tolist() == [[[0, 4, 2, 1, 0]]]


@pytest.mark.parametrize("seed", range(5))
def test_what_it_writes_is_what_it_finds_likeliest_when_told_what_it_wrote(seed: int) -> None:
    model, _, _ = eager(seed, attention="additive", cell="gru")
    drawn = pairnets.sources(3, 4, seed=seed)
    inputs, lengths, _ = pairnets.parts(drawn)
    encoded = model.encode(inputs, lengths)
    written = greedy(model, encoded, 6)
    again = model.decode(encoded, fed_back(written)).outputs.argmax(-1)
    assert torch.equal(again.masked_fill(written == UNASKED, UNASKED), written)


@pytest.mark.parametrize("seed", range(6))
def test_a_beam_of_one_is_greedy(seed: int) -> None:
    for model, _, _ in (eager(seed), of_three_words(seed, cell="gru", layers=2)):
        encoded = read(model, [2, 7, 1])
        (one,) = beam(model, encoded, 5, 1)
        assert list(one.words) == greedy(model, encoded, 5)[0, 0].tolist()


@pytest.mark.parametrize("attention", ["none", "dot"])
@pytest.mark.parametrize("seed", range(6))
def test_a_beam_as_wide_as_there_are_strings_finds_the_best_of_them(
    seed: int, attention: str
) -> None:
    model, own, shape = of_three_words(seed, attention=attention)
    source, most = [4, 1, 9], 3
    strings = [
        (*words, ENDS) for length in range(most) for words in product((1, 2), repeat=length)
    ] + list(product((1, 2), repeat=most))
    assert len(strings) == 15 <= WIDEST
    tried = {words: log_probability(own, shape, source, words) for words in strings}
    found = beam(model, read(model, source), most, 15)
    assert {one.words for one in found} == set(strings)
    order = sorted(tried, key=lambda words: -tried[words])
    assert [one.words for one in found] == order
    for one in found:
        assert one.log_probability == pytest.approx(tried[one.words], rel=1e-12, abs=1e-12)
    total = sum(math.exp(one.log_probability) for one in found)
    assert total == pytest.approx(1, abs=1e-12)  # every string, once


@pytest.mark.parametrize("seed", range(8))
def test_of_a_beam_each_probability_is_that_of_its_own_words_and_none_is_worse_than_greedy(
    seed: int,
) -> None:
    model, own, shape = eager(seed, cell="gru", decoder="lstm")
    source = [5, 2, 8, 8]
    encoded = read(model, source)
    found = beam(model, encoded, 6, 4)
    assert len(found) == len({one.words for one in found}) == 4
    for one in found:
        wanted = log_probability(own, shape, source, one.words)
        assert one.log_probability == pytest.approx(wanted, rel=1e-12, abs=1e-12)
        assert ENDS not in one.words[:-1]
    likeliest = [one.log_probability for one in found]
    assert likeliest == sorted(likeliest, reverse=True)


def test_a_beam_writes_with_the_changed_attention() -> None:
    model, own, shape = of_three_words(3)
    encoded = read(model, [4, 1, 9])
    edit = Attend(time=1, source=2, weight=1.0, trial=7)

    def change(time: int, alpha: list[Tensor]) -> list[Tensor]:
        ends = [torch.zeros_like(alpha[0])] * 2 + [torch.ones_like(alpha[0])]
        return ends if time == 1 else alpha

    for one in beam(model, encoded, 3, 15, [edit]):
        told = translate(own, shape, [4, 1, 9], [0, *(w + 1 for w in one.words[:-1])], change)
        logs = [step - torch.logsumexp(step, 0) for step in told.outputs]
        wanted = float(sum(step[word] for step, word in zip(logs, one.words, strict=True)))
        assert one.log_probability == pytest.approx(wanted, rel=1e-12, abs=1e-12)


@pytest.mark.parametrize("width", [0, -1, WIDEST + 1, 2.5, "two", 10**9])
def test_what_is_no_width_is_refused(width: object) -> None:
    model, _, _ = eager(0)
    with pytest.raises(ValueError, match=r"beam = .*1 to 16"):
        beam(model, read(model, [1, 2]), 3, width)  # type: ignore[arg-type]


def test_a_beam_is_of_one_source() -> None:
    model, _, _ = eager(0)
    encoded = model.encode(torch.tensor([[1, 2], [2, 1]]), torch.tensor([2, 2]))
    with pytest.raises(ValueError, match="one trial"):
        beam(model, encoded, 3, 2)


@pytest.mark.parametrize("seed", range(12))
def test_what_is_recorded_of_a_beam_is_its_best_string_to_the_last_word(seed: int) -> None:
    """Where the best string ends, another word may be likelier at that step, and only lead to worse strings."""
    run = pairnets.written(pairnets.experiment(attention="dot"), seed=seed)
    drawn = pairnets.sources(3, seed=seed)
    model = opened_pair(run)
    for width in (2, 8):
        best = beam(model, read(model, drawn.inputs[0].tolist()), model.task.limit(3), width)[0]
        found = record_pair(run, drawn, width=width)
        words = found["written"].values[0, 0].tolist()
        assert tuple(word for word in words if word >= 0) == best.words
        steps = found["probability"].values[0, 0, : len(best.words)]
        assert torch.tensor(steps).log().sum().item() == pytest.approx(
            best.log_probability, rel=1e-5
        )
