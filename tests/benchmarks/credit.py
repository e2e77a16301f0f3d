"""Credit of all steps against one autograd pass per loss: LSTM, T = 100, H = 32, float64, one thread, forward inside."""

from __future__ import annotations

import torch
from torch import Tensor, nn

import engine
from engine.cells import CELLS
from engine.jacobian import swept_credit
from engine.network import layers_of
from engine.tape import Tape
from engine.unroll import unroll
from tests.benchmarks.ratio import Ratio, alternate

TIME, UNITS, ROUNDS = 100, 32, 9


def credit() -> list[Ratio]:
    """Two ratios: any net, and the sweep of step Jacobians for one layer. All three must agree to 1e-10."""
    torch.set_num_threads(1)
    dice = torch.Generator().manual_seed(0)
    module = nn.LSTM(UNITS, UNITS, batch_first=True).double()
    with torch.no_grad():
        for weight in module.parameters():
            weight.uniform_(-(UNITS**-0.5), UNITS**-0.5, generator=dice)
    inputs = torch.randn(1, TIME, UNITS, generator=dice, dtype=torch.float64)
    direction = torch.randn(UNITS, generator=dice, dtype=torch.float64)

    def of(outputs: Tensor) -> Tensor:
        return outputs @ direction

    def one_by_one() -> Tensor:
        weights = [
            [{k: v.detach() for k, v in way.items()} for way in ways] for ways in layers_of(module)
        ]
        tape = Tape(["hidden"])
        with torch.enable_grad():
            q = of(unroll(CELLS["lstm"], weights, inputs.clone().requires_grad_(), tap=tape))
        states = tape.series("hidden", 0, 0)
        rows = inputs.new_zeros(TIME, TIME)
        for t in range(TIME):
            found = torch.autograd.grad(q[0, t], states[: t + 1], retain_graph=True)
            rows[t, : t + 1] = torch.stack(found)[:, 0].norm(dim=-1)
        return rows

    def batched() -> Tensor:
        return torch.from_numpy(engine.credit(module, inputs, of=of).values[0, 0, 0, 0])

    def swept() -> Tensor:
        return torch.from_numpy(swept_credit(module, inputs, of=of).values[0, 0, 0, 0])

    wanted = one_by_one()
    for found in (batched(), swept()):
        difference = float((found - wanted).abs().max())
        if difference > 1e-10:
            raise AssertionError(f"The ways differ by {difference}.")
    return [
        Ratio(name, *alternate(ours, one_by_one, ROUNDS), limit=limit, at_most=False)
        for name, ours, limit in (
            ("credit, any net: one pass per loss / batched", batched, 6.0),
            ("credit, one layer: one pass per loss / Jacobian sweep", swept, 15.0),
        )
    ]
