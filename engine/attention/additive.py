"""Additive: a small net of one layer says how well the two states fit."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.attention.contract import Attention

if TYPE_CHECKING:
    from torch import Tensor

    from engine.attention.contract import Weights


class Additive(Attention):
    r"""e_{ts} = v \cdot \tanh(W_q h_t + W_k \bar h_s), with as many units inside as a state has."""

    name = "additive"
    label = "additive"
    words = "a small net of its own scores the two states"
    equation = (r"e_{ts} = v \cdot \tanh(W_q h_t + W_k \bar h_s)",)
    source = "D. Bahdanau, K. Cho, Y. Bengio, 2015"

    def shapes(self, units: int) -> dict[str, tuple[int, ...]]:
        return {"query": (units, units), "key": (units, units), "score": (units,)}

    def score(self, weights: Weights, query: Tensor, key: Tensor) -> Tensor:
        inner = query @ weights["query"].mT + key @ weights["key"].mT
        return (weights["score"] * inner.tanh()).sum(-1)
