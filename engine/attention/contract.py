"""What every attention is: a score of a query against each key. Softmax, padding and context are the same for all.

The score uses tensor methods only, as a cell's step does, so that it also runs on numbers that remember how they were made.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar

if TYPE_CHECKING:
    from torch import Tensor

    Weights = Mapping[str, Tensor]


class Attention(ABC):
    """One equation: ``score(weights, query, key)``; the weights are α = softmax over the source, the context Σ_s α_s h̄_s.

    query ``[…, unit]`` is the decoder's hidden state h_t, key ``[…, unit]`` the encoder's h̄_s; the two broadcast against
    each other, and the score has no unit dim: queries ``[…, time, 1, unit]`` and keys ``[…, 1, source, unit]`` give
    ``[…, time, source]``.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    words: ClassVar[str]
    equation: ClassVar[tuple[str, ...]]
    source: ClassVar[str]

    def shapes(self, units: int) -> dict[str, tuple[int, ...]]:
        """Names and shapes of its own weights, for queries and keys of so many units."""
        return {}

    @abstractmethod
    def score(self, weights: Weights, query: Tensor, key: Tensor) -> Tensor:
        """How well each key fits the query."""


def weigh(scores: Tensor, inside: Tensor | None = None) -> Tensor:
    """α_ts = exp(e_ts) / Σ_s' exp(e_ts') over the source ``[…, time, source]``; exactly 0 where ``inside`` says False.

    inside: broadcasts against the scores; each row must have a place inside.
    """
    if inside is not None:
        scores = scores.masked_fill(~inside, float("-inf"))
    return scores.softmax(-1)
