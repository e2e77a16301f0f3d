"""Learned weights: each state says itself how much it counts, whatever is asked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from engine.attention import weigh
from engine.readouts.contract import Readout

if TYPE_CHECKING:
    from torch import Tensor

    from engine.readouts.contract import Weights


class LearnedWeights(Readout):
    r"""\alpha_{tk} = softmax_{k \le t}(u \cdot \tanh(W_a h_k + b_a)), y_t = W \sum_k \alpha_{tk} h_k + b.

    The score of a state is the same for every answer that reads it; only which states are there changes with t. As many
    units inside as a state has. With two directions h_k and so its score know what comes after k.
    """

    name = "weighted"
    label = "learned weights"
    words = "each answer is read from the states so far, by weights that each state earns itself"
    equation = (
        r"e_k = u \cdot \tanh(W_a h_k + b_a)",
        r"\alpha_{tk} = \frac{\exp e_k}{\sum_{j \le t} \exp e_j}",
        r"y_t = W \bar h_t + b, \quad \bar h_t = \sum_{k \le t} \alpha_{tk} h_k",
    )
    source = "Z. Yang et al., Hierarchical attention networks, 2016"
    pooled = "states"
    symbol = r"\bar h_t"

    def shapes(self, width: int, features: int) -> dict[str, tuple[int, ...]]:
        return {"matrix": (width, width), "bias": (width,), "score": (width,)}

    def weights(self, own: Weights, now: Tensor, states: Tensor, inside: Tensor) -> Tensor:
        # A vector of weights lies over trials and steps: [..., 1, 1, unit].
        bias, score = (own[name][..., None, None, :] for name in ("bias", "score"))
        inner = states @ own["matrix"][..., None, :, :].mT + bias
        return weigh((score * inner.tanh()).sum(-1).unsqueeze(-2), inside)
