"""Scaled dot product: the dot product over the root of the number of units, so that more units score no higher."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.attention.contract import Attention

if TYPE_CHECKING:
    from torch import Tensor

    from engine.attention.contract import Weights


class Scaled(Attention):
    r"""e_{ts} = h_t \cdot \bar h_s / \sqrt{n} for states of n units, without weights of its own."""

    name = "scaled"
    label = "scaled dot product"
    words = "the product of the two states, over the root of their size"
    equation = (r"e_{ts} = h_t \cdot \bar h_s \,/\, \sqrt{n}",)
    source = "A. Vaswani et al., 2017"

    def score(self, weights: Weights, query: Tensor, key: Tensor) -> Tensor:
        return (query * key).sum(-1) * query.shape[-1] ** -0.5
