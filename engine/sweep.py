"""One walk back through the step Jacobians of a layer: their values, and what becomes of their product."""

from __future__ import annotations

from dataclasses import dataclass, field

import torch
from torch import Tensor

from engine.cells import Cell
from engine.jacobian import product_norm, step_jacobians
from engine.unroll import Weights

BYTES = 64 * 2**20
"""What the step Jacobians that are held at once may take."""


@dataclass
class Sweep:
    """One walk back through the steps of a layer and direction, from its last step to its first."""

    cell: Cell
    weights: Weights
    x: Tensor
    before: Tensor
    backwards: bool
    singular: dict[int, Tensor] = field(default_factory=dict)
    eigen: dict[int, Tensor] = field(default_factory=dict)
    norms: list[Tensor] = field(default_factory=list)
    bounds: list[Tensor] = field(default_factory=list)
    along: list[Tensor] = field(default_factory=list)

    def run(self, eigen_times: list[int], spans: set[int]) -> None:
        """Take every step; Jacobians are made for a few steps at a time."""
        time, state = self.before.shape[-2:]
        order = list(range(time)) if self.backwards else list(range(time))[::-1]
        count = len(self.cell.state)
        product = torch.eye(state, dtype=torch.float64).expand(*self.before.shape[:2], -1, -1)
        size = state // count
        paths = product[..., :size, :size].unsqueeze(-3).expand(-1, -1, count, -1, -1)
        bound = product.new_ones(product.shape[:2])
        self._keep(product, bound, paths)
        together = max(1, BYTES // (8 * state**2 * self.x.shape[1]))
        for first in range(0, time, together):
            some = order[first : first + together]
            steps = step_jacobians(
                self.cell, self.weights, self.x[:, :, some], self.before[:, :, some]
            )
            if not bool(steps.isfinite().all()):
                raise ValueError(
                    "The step Jacobians are not finite: the weights are too large, or no numbers."
                )
            for number, t in enumerate(some):
                step = steps[:, :, number]
                self.singular[t] = torch.linalg.svdvals(step)
                if t in eigen_times:
                    self.eigen[t] = torch.linalg.eigvals(step)
                product = product @ step
                own = [
                    step[..., i * size : (i + 1) * size, i * size : (i + 1) * size]
                    for i in range(count)
                ]
                paths = paths @ torch.stack(own, -3)
                bound = bound * self.singular[t][..., 0]
                if first + number + 1 in spans:
                    self._keep(product, bound, paths)

    def _keep(self, product: Tensor, bound: Tensor, paths: Tensor) -> None:
        self.norms.append(product_norm(product))
        self.bounds.append(bound)
        self.along.append(product_norm(paths))

    def results(self) -> dict[str, Tensor]:
        """What was found, ``[snapshot, trial, …]``."""
        eigen = torch.stack([self.eigen[t] for t in sorted(self.eigen)], 2)
        return {
            "singular_value": torch.stack([self.singular[t] for t in sorted(self.singular)], 2),
            "product_norm": torch.stack(self.norms, -1),
            "bound": torch.stack(self.bounds, -1),
            "along": torch.stack(self.along, -1),
            **parts_of("eigenvalue", eigen),
        }


def parts_of(name: str, values: Tensor) -> dict[str, Tensor]:
    """Files hold real numbers."""
    return {f"{name}_real": values.real, f"{name}_imag": values.imag}
