"""The mean of the states: every step so far counts the same."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.readouts.contract import Readout, evenly

if TYPE_CHECKING:
    from torch import Tensor

    from engine.readouts.contract import Weights


class MeanOfStates(Readout):
    r"""y_t = W \frac{1}{t} \sum_{k \le t} h_k + b: the weights are lower triangular, 1/t in row t.

    The answer reaches every state directly, but with 1/t of its strength. With two directions the backward half of each h_k
    has read everything after k.
    """

    name = "mean"
    label = "mean of the states"
    words = "each answer is read from the mean of the states so far"
    equation = (r"\bar h_t = \frac{1}{t} \sum_{k \le t} h_k", r"y_t = W \bar h_t + b")
    source = "after M. Iyyer et al., Deep unordered composition, 2015, who average words"
    pooled = "states"
    symbol = r"\bar h_t"

    def weights(self, own: Weights, now: Tensor, states: Tensor, inside: Tensor) -> Tensor:
        return evenly(states, inside)
