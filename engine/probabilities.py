"""Probabilities out of logits, in NumPy: for recordings, which hold no tensors."""

from __future__ import annotations

import numpy as np


def probabilities(logits: np.ndarray) -> np.ndarray:
    """p_k = exp(y_k) / Σ_j exp(y_j) over the last dim, in float64; the largest logit is taken off first, so that nothing overflows."""
    powers = np.exp(logits.astype(np.float64) - logits.max(-1, keepdims=True))
    return powers / powers.sum(-1, keepdims=True)
