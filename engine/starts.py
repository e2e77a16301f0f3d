"""Starts: how the recurrent weights begin. A start is a named choice, not part of the equation.

A start works in place on the weights of one layer and direction, in torch.nn's layout, and draws from the
given generator only. "Bias" always means the *effective* bias: PyTorch adds two vectors, bias_ih + bias_hh.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from engine.cells import Cell

if TYPE_CHECKING:
    from torch import Generator, Tensor

    Weights = Mapping[str, Tensor]


@dataclass(frozen=True)
class Setting:
    """What a start may depend on: the cell, the bias b, the longest training sequence T, the dice."""

    cell: Cell
    bias: float
    longest: int
    generator: Generator


@dataclass(frozen=True)
class Start:
    """A named initialisation: words, equation, the cells it is for, and what it does to the weights."""

    name: str
    words: str
    equation: str
    source: str
    cells: tuple[str, ...]
    apply: Callable[[Weights, Setting], None]


def default(weights: Weights, setting: Setting) -> None:
    """PyTorch's own: every number uniform in ±1/√H."""
    bound = weights["weight_hh"].shape[-1] ** -0.5
    for value in weights.values():
        value.uniform_(-bound, bound, generator=setting.generator)


def identity(weights: Weights, setting: Setting) -> None:
    """IRNN: W_hh = 1, biases 0, input weights normal with deviation 0.001."""
    default(weights, setting)
    weights["weight_ih"].normal_(0, 0.001, generator=setting.generator)
    weights["weight_hh"].zero_().fill_diagonal_(1.0)
    _no_bias(weights)


def orthogonal(weights: Weights, setting: Setting) -> None:
    """Every H x H block of W_hh orthogonal (all singular values 1), biases 0."""
    from torch.nn.init import orthogonal_

    default(weights, setting)
    for block in weights["weight_hh"].chunk(len(setting.cell.blocks)):
        orthogonal_(block, generator=setting.generator)
    _no_bias(weights)


def forget_bias(weights: Weights, setting: Setting) -> None:
    """PyTorch's start with the effective forget bias set to b: f starts near σ(b)."""
    default(weights, setting)
    _set_bias(weights, setting.cell, "forget", setting.bias)


def chrono(weights: Weights, setting: Setting) -> None:
    """Forget biases ln u, u uniform in [1, T - 1]; input biases their negatives: time scales up to T."""
    default(weights, setting)
    forget = _rows(weights["bias_ih"], setting.cell, "forget")
    times = forget.clone().uniform_(
        1.0, max(setting.longest - 1.0, 1.0), generator=setting.generator
    )
    _set_bias(weights, setting.cell, "forget", times.log())
    _set_bias(weights, setting.cell, "input_gate", -times.log())


def update_bias(weights: Weights, setting: Setting) -> None:
    """PyTorch's start with the effective update bias set to b: z starts near σ(b) and keeps the old state."""
    default(weights, setting)
    _set_bias(weights, setting.cell, "update", setting.bias)


def _rows(stacked: Tensor, cell: Cell, signal: str) -> Tensor:
    """The rows of one gate in PyTorch's stacked layout."""
    return stacked.chunk(len(cell.blocks))[cell.blocks.index(signal)]


def _set_bias(weights: Weights, cell: Cell, signal: str, value: float | Tensor) -> None:
    _rows(weights["bias_ih"], cell, signal).zero_().add_(value)
    _rows(weights["bias_hh"], cell, signal).zero_()


def _no_bias(weights: Weights) -> None:
    weights["bias_ih"].zero_()
    weights["bias_hh"].zero_()


PLAIN = ("rnn", "sigmoid", "relu")
ALL = (*PLAIN, "lstm", "gru")

STARTS: dict[str, Start] = {
    start.name: start
    for start in (
        Start(
            "default",
            "usual (PyTorch’s)",
            r"W, b \sim U(-1/\sqrt{H}, 1/\sqrt{H})",
            "PyTorch",
            ALL,
            default,
        ),
        Start(
            "identity",
            "identity (IRNN)",
            r"W_{hh} = I,\ b = 0,\ W_{xh} \sim N(0, 0.001^2)",
            "Q. V. Le et al., 2015",
            PLAIN,
            identity,
        ),
        Start(
            "orthogonal",
            "orthogonal",
            r"W_{hh}^\top W_{hh} = I,\ b = 0",
            "A. Saxe et al., 2014",
            ALL,
            orthogonal,
        ),
        Start(
            "forget",
            "forget bias b",
            r"b_f = b",
            "F. Gers et al., 2000; R. Jozefowicz et al., 2015",
            ("lstm",),
            forget_bias,
        ),
        Start(
            "chrono",
            "chrono",
            r"b_f = \ln u,\ b_i = -b_f,\ u \sim U(1, T-1)",
            "C. Tallec, Y. Ollivier, 2018",
            ("lstm",),
            chrono,
        ),
        Start(
            "update",
            "update bias b",
            r"b_z = b",
            "after C. Tallec, Y. Ollivier, 2018",
            ("gru",),
            update_bias,
        ),
    )
}
