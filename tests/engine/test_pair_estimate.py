"""What a training of an encoder–decoder will take: it grows with everything it depends on, and the absurd is refused."""

from __future__ import annotations

from typing import Any

import pytest
import torch

from engine import costs
from engine.attention import ATTENTIONS
from engine.building import build
from engine.cells import CELLS
from engine.encoder_decoder import EncoderDecoder
from engine.estimate import estimate, refusal
from engine.experiment import Experiment
from engine.tasks import TASKS
from engine.tasks.translation import Translation
from engine.written_scores import evaluate_written
from tests.engine import pairnets

PLAIN: dict[str, dict[str, Any]] = {
    "task": {"name": "reversal", "gap": 12},
    "network": {"units": 16, "embedding": 8, "attention": "dot"},
    "training": {"steps": 200, "snapshots": 10, "batch": 32},
}


def of(**changes: dict[str, Any]) -> Experiment:
    """The plain one with some choices changed."""
    return Experiment.model_validate(
        {part: {**choice, **changes.get(part, {})} for part, choice in PLAIN.items()}
    )


@pytest.mark.parametrize(
    "more",
    [
        {"network": {"units": 128}},
        {"network": {"layers": 4}},
        {"network": {"bidirectional": True}},
        {"network": {"attention": "additive"}},
        {"network": {"cell": "sigmoid", "decoder": "lstm"}},
        {"network": {"vector": 2048}},
        {"training": {"batch": 512}},
        {"training": {"steps": 2000}},
        {"training": {"snapshots": 100}},
        {"task": {"gap": 64, "shortest_gap": 64}},
        {"task": {"test_gap": 64}},
    ],
)
def test_it_grows_with_everything_it_depends_on(more: dict[str, dict[str, Any]]) -> None:
    plain, found = estimate(of()), estimate(of(**more))
    assert found.seconds > plain.seconds
    assert found.memory >= plain.memory or "cell" in more.get("network", {})


def test_attention_costs_what_it_must_by_the_square_of_the_length() -> None:
    lengths = (16, 32, 64)
    long = {"training": {"batch": 1024, "steps": 1, "snapshots": 2}}
    costs_of = []
    for length in lengths:
        task = {"gap": length, "shortest_gap": length}
        dot = estimate(of(task=task, **long)).memory
        none = estimate(of(task=task, network={"attention": "none"}, **long)).memory
        costs_of.append(dot - none)
    for length, cost in zip(lengths, costs_of, strict=True):
        assert cost == pytest.approx(4 * 3 * 1024 * length * (length + 1) * 16, rel=0.02)


def test_every_cell_and_attention_is_measured() -> None:
    assert set(costs.CALL) == set(CELLS)
    assert set(costs.SCORED) == set(costs.KEPT) == {"none", *ATTENTIONS}


def test_the_suggested_ones_are_trained_and_the_absurd_ones_are_refused() -> None:
    for name, kind in TASKS.items():
        if issubclass(kind, Translation):
            usual = Experiment.model_validate({"task": name, **kind.suggested})
            assert refusal(usual) == ""
            assert estimate(usual).seconds < 300
    for attention in ("none", *ATTENTIONS):
        network = {"units": 512, "layers": 4, "bidirectional": True, "attention": attention}
        long = {"gap": 64, "shortest_gap": 64}
        assert "2 GB is the limit" in refusal(
            of(task=long, network=network, training={"batch": 1024})
        )
    assert "15 minutes is the limit" in refusal(
        of(task={"gap": 64, "shortest_gap": 64}, training={"steps": 100_000})
    )


def test_a_test_in_parts_is_the_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    chosen = pairnets.experiment(attention="additive")
    net = build(chosen, torch.Generator().manual_seed(0))
    assert isinstance(net, EncoderDecoder)
    tests = {"some": pairnets.sources(5, 2, 4, 1, 3)}
    whole = evaluate_written(net, chosen, tests)
    monkeypatch.setattr("engine.written_scores.AT_ONCE", 200)  # two pairs at a time
    parts = evaluate_written(net, chosen, tests)
    assert parts.test_loss == pytest.approx(whole.test_loss, rel=1e-6)
    assert parts.by_condition == whole.by_condition
    direct = torch.nn.functional.cross_entropy(*net.asked(tests["some"])).item()
    assert whole.test_loss == direct  # to the last bit
