"""The mean of what was read: a bag of words, in which order plays no part."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.readouts.contract import Readout, evenly

if TYPE_CHECKING:
    from torch import Tensor

    from engine.readouts.contract import Weights


class MeanOfEmbeddings(Readout):
    r"""y_t = W \frac{1}{t} \sum_{k \le t} x_k + b with the embeddings x_k; where inputs are numbers, they themselves.

    The recurrence runs and is not read: its weights get no gradient and stay as they began, in one direction or two.
    An unknown word counts as a zero.
    """

    name = "embeddings"
    label = "mean of the words"
    words = "each answer is read from the mean of the words so far; the recurrence is not used"
    equation = (r"\bar x_t = \frac{1}{t} \sum_{k \le t} x_k", r"y_t = W \bar x_t + b")
    source = "M. Iyyer et al., Deep unordered composition, 2015"
    pooled = "inputs"
    symbol = r"\bar x_t"

    def weights(self, own: Weights, now: Tensor, states: Tensor, inside: Tensor) -> Tensor:
        return evenly(states, inside)
