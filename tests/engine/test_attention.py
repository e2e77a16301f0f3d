"""Attention against loops written out, PyTorch's own scaled dot product, and finite differences; padding weighs exactly 0."""

from __future__ import annotations

import math

import pytest
import torch
from torch import Tensor

from engine.attention import ATTENTIONS, weigh
from tests.engine.nets import random
from tests.engine.translated_by_hand import score as score_by_hand
from tests.engine.translated_by_hand import softmax

UNITS, SOURCE, TIME = 5, 4, 3


def own(name: str) -> dict[str, Tensor]:
    """Weights of its own, if it has any."""
    shapes = ATTENTIONS[name].shapes(UNITS)
    return {key: random(*shape, seed=place) for place, (key, shape) in enumerate(shapes.items())}


def states() -> tuple[Tensor, Tensor]:
    """Queries ``[time, 1, unit]`` and keys ``[1, source, unit]``."""
    return random(TIME, UNITS, seed=7)[:, None], random(SOURCE, UNITS, seed=8)[None]


@pytest.mark.parametrize("name", ATTENTIONS)
def test_scores_and_their_gradients_are_those_of_a_loop(name: str) -> None:
    weights = {key: value.requires_grad_() for key, value in own(name).items()}
    query, key = (each.requires_grad_() for each in states())
    found = ATTENTIONS[name].score(weights, query, key)
    by_name = {f"scores.{one}": value for one, value in weights.items()}
    rows = [
        [score_by_hand(by_name, name, query[t, 0], key[0, s]) for s in range(SOURCE)]
        for t in range(TIME)
    ]
    other = torch.stack([torch.stack(row) for row in rows])
    torch.testing.assert_close(found, other, rtol=1e-12, atol=1e-12)
    seed = random(TIME, SOURCE, seed=9)
    leaves = [query, key, *weights.values()]
    for one, two in zip(
        torch.autograd.grad((seed * found).sum(), leaves),
        torch.autograd.grad((seed * other).sum(), leaves),
        strict=True,
    ):
        torch.testing.assert_close(one, two, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("name", ATTENTIONS)
def test_gradients_of_the_weights_are_finite_differences(name: str) -> None:
    weights = own(name)
    query, key = states()

    def alpha(query: Tensor, key: Tensor, *values: Tensor) -> Tensor:
        given = dict(zip(weights, values, strict=True))
        return weigh(ATTENTIONS[name].score(given, query, key))

    leaves = [one.requires_grad_() for one in (query, key, *weights.values())]
    assert torch.autograd.gradcheck(alpha, leaves)


def test_scaled_attention_is_that_of_pytorch() -> None:
    query, key = random(2, 1, TIME, UNITS, seed=1), random(2, 1, SOURCE, UNITS, seed=2)
    inside = torch.tensor([[True] * 4, [True, True, False, False]])[:, None, None]
    scores = ATTENTIONS["scaled"].score({}, query.unsqueeze(-2), key.unsqueeze(-3))
    found = weigh(scores, inside) @ key
    theirs = torch.nn.functional.scaled_dot_product_attention(query, key, key, attn_mask=inside)
    torch.testing.assert_close(found, theirs, rtol=1e-12, atol=1e-12)


@pytest.mark.parametrize("scale", [1.0, 1e3])
def test_weights_are_the_softmax_over_what_is_inside_and_padding_has_exactly_none(
    scale: float,
) -> None:
    scores = (scale * random(2, TIME, SOURCE)).requires_grad_()
    lengths = torch.tensor([4, 2])
    inside = torch.arange(SOURCE) < lengths[:, None, None]
    found = weigh(scores, inside)
    assert bool((found[1, :, 2:] == 0).all())
    torch.testing.assert_close(found.sum(-1), torch.ones(2, TIME).double(), rtol=0, atol=1e-15)
    for trial, length in enumerate(lengths):
        for time in range(TIME):
            by_hand = torch.stack(softmax(list(scores[trial, time, :length])))
            torch.testing.assert_close(found[trial, time, :length], by_hand, rtol=0, atol=1e-12)
    (pull,) = torch.autograd.grad((found * random(2, TIME, SOURCE, seed=3)).sum(), scores)
    assert bool((pull[1, :, 2:] == 0).all()) and bool(pull.isfinite().all())


@pytest.mark.parametrize("name", ATTENTIONS)
def test_a_source_of_one_symbol_has_the_weight_one_and_pulls_at_no_score(name: str) -> None:
    query, key = states()
    key = key[:, :1].clone().requires_grad_()
    alpha = weigh(ATTENTIONS[name].score(own(name), query, key))
    assert bool((alpha == 1).all())
    (pull,) = torch.autograd.grad(alpha.sum(), key)
    assert bool((pull == 0).all())


def test_the_root_keeps_the_spread_of_scores_whatever_the_number_of_units() -> None:
    spread = {}
    for name in ("dot", "scaled"):
        query, key = random(2000, 256, seed=1), random(2000, 256, seed=2)
        spread[name] = float(ATTENTIONS[name].score({}, query, key).std())
    assert spread["dot"] == pytest.approx(math.sqrt(256), rel=0.1)
    assert spread["scaled"] == pytest.approx(1, rel=0.1)


@pytest.mark.parametrize("name", ATTENTIONS)
def test_an_attention_says_what_it_is(name: str) -> None:
    one = ATTENTIONS[name]
    assert one.name == name
    assert one.label and one.words and one.source
    assert one.equation and all(r"\bar h_s" in line for line in one.equation)
