"""Dot product: the more alike two states are, the higher the score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.attention.contract import Attention

if TYPE_CHECKING:
    from torch import Tensor

    from engine.attention.contract import Weights


class Dot(Attention):
    r"""e_{ts} = h_t \cdot \bar h_s, without weights of its own."""

    name = "dot"
    label = "dot product"
    words = "the score is the product of the two states"
    equation = (r"e_{ts} = h_t \cdot \bar h_s",)
    source = "M.-T. Luong, H. Pham, C. D. Manning, 2015"

    def score(self, weights: Weights, query: Tensor, key: Tensor) -> Tensor:
        return (query * key).sum(-1)
