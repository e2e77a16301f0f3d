"""Changes of attention: they act after the softmax, the rest keeps its proportions, and what follows is what the net makes of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
import torch
from pydantic import TypeAdapter, ValidationError
from torch import Tensor

from engine.attention_edits import Attend, Attending, AttendRow, check
from engine.frozen import sentence
from engine.opened_pair import OpenedPair
from engine.pair_recorder import record_pair
from engine.tasks.translation import as_pairs
from engine.trainer import train
from engine.writing import greedy
from tests.engine import pairnets
from tests.engine.nets import random
from tests.engine.translated_by_hand import Change, on_its_own, translate

CLOSE: dict[str, Any] = {"rtol": 0, "atol": 1e-12}


def rows(*lengths: int, seed: int = 0) -> tuple[Tensor, Tensor]:
    """Weights ``[snapshot, trial, time, source]`` over sources of these lengths, and where there is no padding."""
    inside = torch.arange(max(lengths)) < torch.tensor(lengths)[:, None, None]
    scores = random(2, len(lengths), 3, max(lengths), seed=seed)
    return scores.masked_fill(~inside, -torch.inf).softmax(-1), inside


def after(first: Change, second: Change) -> Change:
    """Both changes, one after the other."""
    return lambda now, alpha: second(now, first(now, alpha))


def attend(time: int, source: int, weight: float) -> Change:
    """`Attend` by hand: one weight, the rest in proportion, or evenly where it is nothing."""

    def change(now: int, alpha: list[Tensor]) -> list[Tensor]:
        if now != time:
            return alpha
        others = [float(a) for place, a in enumerate(alpha) if place != source]
        if not others:
            return [torch.ones_like(alpha[0])]
        total = sum(others)
        left = 1 - weight
        shared = [left * a / total if total else left / len(others) for a in others]
        shared.insert(source, weight)
        return list(torch.tensor(shared, dtype=alpha[0].dtype).unbind())

    return change


@pytest.mark.parametrize("weight", [0.0, 0.25, 1.0])
@pytest.mark.parametrize("source", [0, 1])
def test_one_weight_is_set_and_the_rest_keeps_its_proportions(weight: float, source: int) -> None:
    before, inside = rows(4, 2)
    after = Attend(time=1, source=source, weight=weight).changed(before, 1, inside)
    assert bool((after[:, :, 1, source] == weight).all())
    torch.testing.assert_close(after.sum(-1), torch.ones(2, 2, 3).double(), **CLOSE)
    assert bool((after[:, 1, :, 2:] == 0).all())
    assert torch.equal(after[:, :, [0, 2]], before[:, :, [0, 2]])
    change = attend(1, source, weight)
    for snapshot in range(2):
        for trial, length in enumerate((4, 2)):
            by_hand = change(1, list(before[snapshot, trial, 1, :length]))
            torch.testing.assert_close(
                after[snapshot, trial, 1, :length], torch.stack(by_hand), **CLOSE
            )


@pytest.mark.parametrize("dtype", [torch.float32, torch.float64])
@pytest.mark.parametrize("tiny", [0.0, 1e-44, 1e-35, 1e-20])
def test_a_rest_of_nothing_or_of_nearly_nothing_is_still_one_in_all(
    dtype: torch.dtype, tiny: float
) -> None:
    before = torch.zeros(1, 2, 1, 4, dtype=dtype)
    before[..., 0] = 1
    before[0, 0, 0, 1] = tiny
    inside = torch.arange(4) < torch.tensor([4, 3])[:, None, None]
    after = Attend(time=0, source=0, weight=0.4).changed(before, 0, inside)[0, :, 0]
    shared = [0.4, 0.2, 0.2, 0.2] if tiny == 0 or before[0, 0, 0, 1] == 0 else [0.4, 0.6, 0, 0]
    torch.testing.assert_close(after[0], torch.tensor(shared, dtype=dtype))
    torch.testing.assert_close(after[1], torch.tensor([0.4, 0.3, 0.3, 0], dtype=dtype))


@pytest.mark.parametrize("weight", [0.0, 0.3, 1.0])
def test_a_source_of_one_symbol_keeps_its_one_beside_longer_ones(weight: float) -> None:
    before, inside = rows(3, 1)
    after = Attend(time=0, source=0, weight=weight).changed(before, 0, inside)
    assert after[0, 1, 0].tolist() == [1, 0, 0]
    assert bool((after[:, 0, 0, 0] == weight).all())
    alone, inside = rows(1)
    assert bool((Attend(time=0, source=0, weight=weight).changed(alone, 0, inside) == 1).all())


def test_a_row_is_what_it_says() -> None:
    before, inside = rows(3, 3)
    after = AttendRow(time=2, weights=(0.5, 0.25, 0.25), trial=1).changed(before, 2, inside)
    assert after[0, 1, 2].tolist() == [0.5, 0.25, 0.25]
    assert torch.equal(after[:, 0], before[:, 0])
    assert torch.equal(after[:, 1, :2], before[:, 1, :2])


def looked() -> tuple[OpenedPair, Callable[[list[int], int, Change], list[int]]]:
    """A net to look into, and how it writes on its own by hand."""
    chosen = pairnets.experiment(attention="dot", bidirectional=True)
    net = pairnets.net(chosen)
    with torch.no_grad():
        net.readout.weight.mul_(4)  # so that the context decides
        net.fed.weight.mul_(6)  # ... and the word before
    own = {name: value.detach() for name, value in net.state_dict().items()}

    def by_hand(source: list[int], most: int, change: Change) -> list[int]:
        return on_its_own(own, pairnets.shape(chosen), source, most, change)

    return pairnets.opened(chosen, net), by_hand


@pytest.mark.parametrize("attention", ["dot", "additive", "scaled"])
def test_a_changed_net_told_the_words_is_that_of_the_second_implementation(attention: str) -> None:
    chosen = pairnets.experiment(attention=attention, cell="gru", decoder="lstm", layers=2)
    net, drawn = pairnets.net(chosen), pairnets.sources(4, 2)
    own = dict(net.state_dict())
    model = pairnets.opened(chosen, net)
    inputs, lengths, fed = pairnets.parts(drawn)
    edits = [Attend(time=1, source=1, weight=0.7), Attend(time=2, source=0, weight=0.1)]
    plain = model.decode(model.encode(inputs, lengths), fed)
    found = model.decode(model.encode(inputs, lengths), fed, changes=edits)
    assert found.weights is not None and found.scores is not None and plain.scores is not None
    for trial in range(2):
        source = drawn.inputs[trial, : drawn.lengths[trial]].tolist()
        one, two = attend(1, 1, 0.7), attend(2, 0, 0.1)
        steps = int(drawn.written[trial])
        told = translate(
            own, pairnets.shape(chosen), source, fed[trial, :steps].tolist(),
            after(one, two),
        )  # fmt: skip
        torch.testing.assert_close(
            found.outputs[0, trial, :steps], torch.stack(told.outputs), **CLOSE
        )
        alpha = torch.stack([torch.stack(row) for row in told.alpha])
        torch.testing.assert_close(found.weights[0, trial, :steps, : len(source)], alpha, **CLOSE)
    # Told, the words do not follow: only the changed steps are others.
    assert torch.equal(found.hidden, plain.hidden) and torch.equal(found.scores, plain.scores)
    same = (found.outputs == plain.outputs).all(-1)
    assert same[0].tolist() == [[True, False, False, True, True]] * 2


def test_on_its_own_the_later_words_follow_the_changed_one() -> None:
    model, by_hand = looked()
    drawn = pairnets.sources(5, 5, 3, 3, 3, 2, seed=3)
    inputs, lengths, _ = pairnets.parts(drawn)
    encoded = model.encode(inputs, lengths)
    plain = greedy(model, encoded, 6)
    follows = 0
    for time in range(3):
        for source in range(2):
            changed = greedy(model, encoded, 6, [Attend(time=time, source=source)])
            width = min(changed.shape[-1], plain.shape[-1])
            assert torch.equal(changed[..., : min(time, width)], plain[..., : min(time, width)])
            for trial in range(drawn.count):
                words = drawn.inputs[trial, : drawn.lengths[trial]].tolist()
                wanted = by_hand(words, 6, attend(time, source, 1.0))
                found = [word for word in changed[0, trial].tolist() if word >= 0]
                assert found == wanted
                before = [word for word in plain[0, trial].tolist() if word >= 0]
                follows += found[time + 1 :] != before[time + 1 :] and len(found) > time + 1
    assert follows > 3  # it does happen


@pytest.mark.parametrize("told", [False, True])
def test_a_change_of_one_trial_leaves_the_others_and_the_steps_before_bit_for_bit(
    told: bool,
) -> None:
    run = pairnets.written(pairnets.experiment(attention="additive"), snapshots=2)
    drawn = pairnets.sources(4, 3, 4)
    plain = record_pair(run, drawn, told=told, every=True)
    edits = [Attend(time=2, source=1, weight=0.9, trial=0)]
    changed = record_pair(run, drawn, edits=edits, told=told, every=True)
    assert plain.isel(trial=[1, 2]).identical(changed.isel(trial=[1, 2]))
    one, two = plain.isel(trial=[0]), changed.isel(trial=[0])
    assert (
        one.isel(time=slice(0, 2))
        .drop_vars("written_length")
        .identical(two.isel(time=slice(0, 2)).drop_vars("written_length"))
    )
    assert np.float32(0.9) == two["attention"].values[:, 0, 2, 1].tolist()[0]
    assert not one["output"].isel(time=2).equals(two["output"].isel(time=2))
    np.testing.assert_array_equal(one["score"].isel(time=2), two["score"].isel(time=2))
    sums = two["attention"].isel(time=slice(0, 3)).sum("source_time").values
    np.testing.assert_allclose(sums, 1, atol=1e-6)


def test_the_edited_row_is_what_is_recorded_and_what_the_context_is_made_of() -> None:
    run = pairnets.written(pairnets.experiment(attention="dot"))
    drawn = pairnets.sources(3)
    found = record_pair(run, drawn, edits=[AttendRow(time=1, weights=(0, 0.5, 0.5))], told=True)
    assert found["attention"].values[0, 0, 1].tolist() == [0, 0.5, 0.5]
    notes = found["annotation"].values[0, 0]
    np.testing.assert_allclose(
        found["context"].values[0, 0, 1], (notes[1] + notes[2]) / 2, atol=1e-6
    )


REFUSED: tuple[tuple[Attending, tuple[str, ...]], ...] = (
    (Attend(time=5, source=0), ("attend.time = 5", "5")),
    (Attend(time=0, source=3), ("attend.source = 3", "below 2")),
    (Attend(time=0, source=3, trial=1), ("attend.source = 3", "below 2")),
    (Attend(time=0, source=0, trial=2), ("attend.trial = 2", "below 2")),
    (AttendRow(time=9, weights=(1,)), ("attend_row.time = 9", "below 5")),
    (AttendRow(time=0, weights=(1,)), ("attend_row.weights has 1 ", "the source has 2")),
    (AttendRow(time=0, weights=(0, 0, 0, 1)), ("attend_row.weights has 4 ", "the source has 2")),
    (AttendRow(time=0, weights=(0, 0, 0, 1), trial=1), ("attend_row.weights has 4 ", "has 2")),
)


@pytest.mark.parametrize(("edit", "said"), REFUSED)
def test_what_is_not_there_is_not_changed(edit: Attending, said: tuple[str, ...]) -> None:
    with pytest.raises(ValueError) as caught:
        check([edit], steps=[7, 5], lengths=[4, 2])
    assert all(part in str(caught.value) for part in said)
    run = pairnets.written(pairnets.experiment(attention="dot"))
    with pytest.raises(ValueError, match=r"attend"):
        record_pair(run, pairnets.sources(4, 2), edits=[edit])


def test_a_net_without_attention_has_none_to_change() -> None:
    run = pairnets.written(pairnets.experiment())
    with pytest.raises(ValueError, match="no attention to change"):
        record_pair(run, pairnets.sources(2), edits=[Attend(time=0, source=0)])


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"kind": "attend", "time": -1, "source": 0}, "time = -1"),
        ({"kind": "attend", "time": 0, "source": 0, "weight": 1.1}, "weight = 1.1"),
        ({"kind": "attend", "time": 0, "source": 0, "weight": float("nan")}, "weight = nan"),
        ({"kind": "attend_row", "time": 0, "weights": [0.5, 0.4]}, "1 in all; these are 0.9"),
        ({"kind": "attend_row", "time": 0, "weights": [1.5, -0.5]}, "weights.0 = 1.5"),
        ({"kind": "attend_row", "time": 0, "weights": []}, "weights = []"),
        ({"kind": "attend_row", "time": 0, "weights": [0.0] * 64 + [1.0]}, "64"),
    ],
)
def test_a_change_that_is_none_is_refused(given: dict, said: str) -> None:
    kind: type[Attend] | type[AttendRow] = Attend if given["kind"] == "attend" else AttendRow
    with pytest.raises(ValidationError) as caught:
        kind.model_validate(given)
    assert said in sentence(caught.value)


def test_a_change_is_a_value() -> None:
    one: TypeAdapter[Attending] = TypeAdapter(Attending)
    for edit in (Attend(time=1, source=2, trial=3), AttendRow(time=0, weights=(0.5, 0.5))):
        assert one.validate_json(one.dump_json(edit)) == edit
        assert hash(edit) == hash(edit.model_copy())


@pytest.mark.training
def test_overwriting_attention_moves_the_output_to_the_forced_source() -> None:
    """The claim of the page, on a net that was really trained: 200 random overwrites of one weight with 1."""
    chosen = {
        "task": "reversal",
        "network": {"units": 24, "embedding": 16, "bidirectional": True, "attention": "dot"},
        "training": {"learning_rate": 0.01, "steps": 1500},
    }
    run = train(type(pairnets.experiment()).model_validate(chosen))
    rng = np.random.default_rng(1)
    moved = 0
    for _ in range(200):
        task = run.experiment.task
        drawn = as_pairs(task, task.test(rng, 1, f"length {rng.integers(3, 13)}"))
        source, time = rng.integers(0, drawn.lengths[0], 2).tolist()
        found = record_pair(run, drawn, edits=[Attend(time=time, source=source)], signals=False)
        moved += int(found["written"].values[0, 0, time] == drawn.inputs[0, source])
    assert moved >= 0.95 * 200
