"""What every read-out is: weights over the steps read so far. The sum, the linear layer and the lengths are the same for all.

Tensor methods only, so that this package needs no torch; `engine.pooling` puts the parts together.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Mapping
from typing import TYPE_CHECKING, ClassVar, Literal

if TYPE_CHECKING:
    from torch import Tensor

    Weights = Mapping[str, Tensor]


class Readout(ABC):
    """One equation: y_t = W r_t + b with r_t = Σ_{k ≤ t} α_tk v_k, where v is what is pooled; α is what `weights` makes.

    An answer is read at every step from the steps so far, in the order of the sentence, as everywhere in the engine.
    With two directions h_k is both halves, [forwards; backwards], and the backward half of h_k has read everything from the
    trial's end back to k: then "so far" limits which states are read, not what they know, and with "state" too the
    answer of step t has seen the whole sentence.

    A read-out's own weights lie beside the linear layer's; values have leading dims (snapshot), so that the same function
    serves training and looking inside.
    """

    name: ClassVar[str]
    label: ClassVar[str]
    words: ClassVar[str]
    equation: ClassVar[tuple[str, ...]]
    source: ClassVar[str]
    pooled: ClassVar[Literal["", "states", "inputs"]]
    """What is pooled over the steps: hidden states, what was read, or (empty) nothing."""
    beside: ClassVar[bool] = False
    """Whether the state of now stands beside what was pooled."""
    symbol: ClassVar[str]
    """What is pooled, or the state itself (LaTeX)."""

    def width(self, width: int, features: int) -> int:
        """Numbers that the linear layer reads, for states of ``width`` and inputs of ``features`` numbers."""
        return width * self.beside + {"": 0, "states": width, "inputs": features}[self.pooled]

    def shapes(self, width: int, features: int) -> dict[str, tuple[int, ...]]:
        """Names and shapes of its own weights; the last dim of each is what a number is made of."""
        return {}

    @abstractmethod
    def weights(self, own: Weights, now: Tensor, states: Tensor, inside: Tensor) -> Tensor:
        """α ``[…, trial, time, source_time]``: rows add up to 1, exactly 0 where ``inside`` says False.

        own: its weights ``[…, rows, columns]`` or ``[…, rows]`` with the leading dims of the states; now: states of the
        answering steps ``[…, trial, time, unit]``; states ``[…, trial, source_time, unit]``; inside
        ``[trial, time, source_time]``: which steps count, at least one in each row. Dims that are the same for all may be left
        out in front or be 1.
        """


def evenly(states: Tensor, inside: Tensor) -> Tensor:
    """The same weight for every step that counts: α_tk = 1 / (number of True in row t of ``inside``), in the states' type."""
    counted = inside.to(states.dtype)
    return counted / counted.sum(-1, keepdim=True)
