"""What every recurrent cell is: a pure step that names its values, and a table of those values.

The step uses tensor methods only, so this package needs no torch; pages read the tables from it.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from torch import Tensor

    State = Mapping[str, Tensor]
    Weights = Mapping[str, Tensor]
    Tap = Callable[[str, Tensor], Tensor]


@dataclass(frozen=True)
class Signal:
    """A named value of a cell.

    symbol: as in the equation (LaTeX); words: as on a slide;
    range: what the value can be, ``(None, None)`` where it has no bounds; dims: beside trial and time.
    """

    name: str
    symbol: str
    words: str
    range: tuple[float | None, float | None]
    dims: tuple[str, ...] = ("unit",)


class Cell(ABC):
    """One equation: ``step(weights, x, state, tap) -> state``.

    ``weights`` has weight_ih ``[…, rows, feature]``, weight_hh ``[…, rows, unit]``, bias_ih and bias_hh
    ``[…, rows]``, in torch.nn's layout; with a leading snapshot dim the biases are ``[snapshot, 1, rows]``.
    Every named value passes through ``tap``; what it returns is what the next line uses.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    words: ClassVar[str]
    equation: ClassVar[tuple[str, ...]]
    source: ClassVar[str]
    signals: ClassVar[tuple[Signal, ...]]
    state: ClassVar[tuple[str, ...]] = ("hidden",)
    blocks: ClassVar[tuple[str, ...]]
    """Signals by block of rows of the stacked weights, in PyTorch's order."""
    module: ClassVar[Literal["RNN", "LSTM", "GRU"]]
    """The class of torch.nn that holds the weights."""
    nonlinearity: ClassVar[str | None] = None
    learning_rate: ClassVar[float] = 0.02
    """Adam's rate on the far sentence: 0.02 solves it soonest for the gated cells. The plain ones solve it at
    none of 0.003 … 0.02, and keep the customary 0.01 (at gap 5, 0.005 does better)."""
    fused: ClassVar[bool] = True
    """Whether torch.nn computes this very function; if not, it trains through the step."""

    @abstractmethod
    def step(self, weights: Weights, x: Tensor, state: State, tap: Tap) -> State:
        """One step: x ``[…, trial, feature]``, state values ``[…, trial, unit]``."""

    def signal(self, name: str) -> Signal:
        """A signal by name."""
        return {signal.name: signal for signal in self.signals}[name]
