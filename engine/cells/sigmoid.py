"""σ RNN: the plain recurrence with the logistic function, whose slope is never above 1/4."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cells.contract import Cell, Signal

if TYPE_CHECKING:
    from torch import Tensor

    from engine.cells.contract import State, Tap, Weights


class SigmoidRnn(Cell):
    r"""h_t = \sigma(W_xh x_t + b_xh + W_hh h_{t-1} + b_hh)."""

    name = "sigmoid"
    label = "σ RNN"
    words = "RNN with the logistic function: its slope is never above 1/4"
    equation = (r"h_t = \sigma(W_{xh} x_t + b_{xh} + W_{hh} h_{t-1} + b_{hh})",)
    source = "J. L. Elman, Finding Structure in Time, 1990 (which used the logistic function)"
    signals = (Signal("hidden", "h_t", "hidden state", (0.0, 1.0)),)
    blocks = ("hidden",)
    module = "RNN"
    learning_rate = 0.01
    fused = False

    def step(self, weights: Weights, x: Tensor, state: State, tap: Tap) -> State:
        drive = x @ weights["weight_ih"].mT + weights["bias_ih"]
        recurrent = state["hidden"] @ weights["weight_hh"].mT + weights["bias_hh"]
        return {"hidden": tap("hidden", (drive + recurrent).sigmoid())}
