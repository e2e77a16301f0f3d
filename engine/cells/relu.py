"""ReLU RNN: rectified units, whose slope is 0 or 1."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cells.contract import Cell, Signal

if TYPE_CHECKING:
    from torch import Tensor

    from engine.cells.contract import State, Tap, Weights


class ReluRnn(Cell):
    r"""h_t = \mathrm{ReLU}(W_xh x_t + b_xh + W_hh h_{t-1} + b_hh)."""

    name = "relu"
    label = "ReLU RNN"
    words = "RNN with rectified units: the slope is 0 or 1"
    equation = (r"h_t = \mathrm{ReLU}(W_{xh} x_t + b_{xh} + W_{hh} h_{t-1} + b_{hh})",)
    source = "Q. V. Le et al., A Simple Way to Initialize … Rectified Linear Units, 2015"
    signals = (Signal("hidden", "h_t", "hidden state", (0.0, None)),)
    blocks = ("hidden",)
    module = "RNN"
    learning_rate = 0.01
    nonlinearity = "relu"

    def step(self, weights: Weights, x: Tensor, state: State, tap: Tap) -> State:
        drive = x @ weights["weight_ih"].mT + weights["bias_ih"]
        recurrent = state["hidden"] @ weights["weight_hh"].mT + weights["bias_hh"]
        return {"hidden": tap("hidden", (drive + recurrent).relu())}
