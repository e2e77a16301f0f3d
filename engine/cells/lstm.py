"""LSTM: a cell state that is only ever scaled and added to, and three gates around it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cells.contract import Cell, Signal

if TYPE_CHECKING:
    from torch import Tensor

    from engine.cells.contract import State, Tap, Weights


class Lstm(Cell):
    r"""c_t = f_t ⊙ c_{t-1} + i_t ⊙ g_t,  h_t = o_t ⊙ tanh(c_t); gates in PyTorch's order i, f, g, o.

    The lecture notes call the input gate "store"; "update" is their word for the line that writes c_t.
    """

    name = "lstm"
    label = "LSTM"
    words = "forget, store, output: gates around a cell state that no matrix touches"
    equation = (
        r"i_t = \sigma(W_{xi} x_t + b_{xi} + W_{hi} h_{t-1} + b_{hi})",
        r"f_t = \sigma(W_{xf} x_t + b_{xf} + W_{hf} h_{t-1} + b_{hf})",
        r"g_t = \tanh(W_{xg} x_t + b_{xg} + W_{hg} h_{t-1} + b_{hg})",
        r"o_t = \sigma(W_{xo} x_t + b_{xo} + W_{ho} h_{t-1} + b_{ho})",
        r"c_t = f_t \odot c_{t-1} + i_t \odot g_t",
        r"h_t = o_t \odot \tanh(c_t)",
    )
    source = "S. Hochreiter, J. Schmidhuber, 1997; forget gate: F. Gers et al., 2000"
    signals = (
        Signal("forget", "f_t", "forget gate", (0.0, 1.0)),
        Signal("input_gate", "i_t", "input gate (store)", (0.0, 1.0)),
        Signal("candidate", "g_t", "candidate", (-1.0, 1.0)),
        Signal("output_gate", "o_t", "output gate", (0.0, 1.0)),
        Signal("cell", "c_t", "cell state", (None, None)),
        Signal("hidden", "h_t", "hidden state", (-1.0, 1.0)),
    )
    state = ("hidden", "cell")
    blocks = ("input_gate", "forget", "candidate", "output_gate")
    module = "LSTM"

    def step(self, weights: Weights, x: Tensor, state: State, tap: Tap) -> State:
        drive = x @ weights["weight_ih"].mT + weights["bias_ih"]
        recurrent = state["hidden"] @ weights["weight_hh"].mT + weights["bias_hh"]
        store, forget, candidate, output = (drive + recurrent).chunk(4, -1)
        f = tap("forget", forget.sigmoid())
        i = tap("input_gate", store.sigmoid())
        g = tap("candidate", candidate.tanh())
        o = tap("output_gate", output.sigmoid())
        c = tap("cell", f * state["cell"] + i * g)
        h = tap("hidden", o * c.tanh())
        return {"hidden": h, "cell": c}
