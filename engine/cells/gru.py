"""GRU: one state, a gate that mixes old and new, and a gate that hides the old from the new."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.cells.contract import Cell, Signal

if TYPE_CHECKING:
    from torch import Tensor

    from engine.cells.contract import State, Tap, Weights


class Gru(Cell):
    r"""h_t = (1 - z_t) ⊙ n_t + z_t ⊙ h_{t-1}; gates in PyTorch's order r, z, n.

    As PyTorch runs it: z keeps the *old* state (the lecture notes write the opposite role), and r acts
    after the hidden matrix, with a bias b_hn of its own.
    """

    name = "gru"
    label = "GRU"
    words = "reset and update: one state, mixed from old and new"
    equation = (
        r"r_t = \sigma(W_{xr} x_t + b_{xr} + W_{hr} h_{t-1} + b_{hr})",
        r"z_t = \sigma(W_{xz} x_t + b_{xz} + W_{hz} h_{t-1} + b_{hz})",
        r"n_t = \tanh(W_{xn} x_t + b_{xn} + r_t \odot (W_{hn} h_{t-1} + b_{hn}))",
        r"h_t = (1 - z_t) \odot n_t + z_t \odot h_{t-1}",
    )
    source = "K. Cho et al., 2014; reset after the matrix, as in cuDNN and PyTorch"
    signals = (
        Signal("reset", "r_t", "reset gate", (0.0, 1.0)),
        Signal("update", "z_t", "update gate (1 keeps the old state)", (0.0, 1.0)),
        Signal("candidate", "n_t", "candidate", (-1.0, 1.0)),
        Signal("hidden", "h_t", "hidden state", (-1.0, 1.0)),
    )
    blocks = ("reset", "update", "candidate")
    module = "GRU"

    def step(self, weights: Weights, x: Tensor, state: State, tap: Tap) -> State:
        drive = x @ weights["weight_ih"].mT + weights["bias_ih"]
        recurrent = state["hidden"] @ weights["weight_hh"].mT + weights["bias_hh"]
        drive_r, drive_z, drive_n = drive.chunk(3, -1)
        old_r, old_z, old_n = recurrent.chunk(3, -1)
        r = tap("reset", (drive_r + old_r).sigmoid())
        z = tap("update", (drive_z + old_z).sigmoid())
        n = tap("candidate", (drive_n + r * old_n).tanh())
        return {"hidden": tap("hidden", (1 - z) * n + z * state["hidden"])}
