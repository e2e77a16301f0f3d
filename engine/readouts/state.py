"""The state of now: each step reads its own state, and whatever lies further back must have been kept in it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.readouts.contract import Readout

if TYPE_CHECKING:
    from torch import Tensor

    from engine.readouts.contract import Weights


class OwnState(Readout):
    r"""y_t = W h_t + b. With two directions: the backward half of h_t has read everything after t."""

    name = "state"
    label = "the state"
    words = "each answer is read from the state of its own step"
    equation = (r"y_t = W h_t + b",)
    source = "J. L. Elman, Finding structure in time, 1990"
    pooled = ""
    beside = True
    symbol = "h_t"

    def weights(self, own: Weights, now: Tensor, states: Tensor, inside: Tensor) -> Tensor:
        """Nothing is pooled, so there are no weights."""
        raise ValueError("The read-out “state” has no weights over the steps.")
