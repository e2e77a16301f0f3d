"""Plain RNN (tanh): the new hidden state is a squashed sum of the input and the old state."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cells.contract import Cell, Signal

if TYPE_CHECKING:
    from torch import Tensor

    from engine.cells.contract import State, Tap, Weights


class Rnn(Cell):
    r"""h_t = \tanh(W_xh x_t + b_xh + W_hh h_{t-1} + b_hh)."""

    name = "rnn"
    label = "RNN"
    words = "tanh RNN: the new hidden state is a squashed sum of input and old state"
    equation = (r"h_t = \tanh(W_{xh} x_t + b_{xh} + W_{hh} h_{t-1} + b_{hh})",)
    source = "J. L. Elman, Finding Structure in Time, 1990"
    signals = (Signal("hidden", "h_t", "hidden state", (-1.0, 1.0)),)
    blocks = ("hidden",)
    module = "RNN"
    learning_rate = 0.01
    nonlinearity = "tanh"

    def step(self, weights: Weights, x: Tensor, state: State, tap: Tap) -> State:
        drive = x @ weights["weight_ih"].mT + weights["bias_ih"]
        recurrent = state["hidden"] @ weights["weight_hh"].mT + weights["bias_hh"]
        return {"hidden": tap("hidden", (drive + recurrent).tanh())}
