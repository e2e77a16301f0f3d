"""Between torch.nn's modules and `Module` values: out of a person's module, and back into one that can be looked into."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import numpy as np

from engine.cells import CELLS
from engine.plainmodule import Module, ModuleError, made

if TYPE_CHECKING:
    from collections.abc import Sequence

    from torch import nn

_MODES = {"RNN_TANH": "rnn", "RNN_RELU": "relu", "LSTM": "lstm", "GRU": "gru"}


def from_torch(
    module: Any,
    inputs: Any,
    tokens: Sequence[Sequence[str]] = (),
    *,
    name: str = "",
    note: str = "",
) -> Module:
    """The value of an nn.RNN, nn.LSTM or nn.GRU with inputs ``[trial, time, input]`` (one trial may lack that dim).

    ``batch_first`` plays no part: it is how the module is fed, not what it computes. Weights and inputs are kept as
    float32. This imports no torch: the module brings it along. Raises ModuleError in one sentence.
    """
    kind = _MODES.get(str(getattr(module, "mode", "")))
    if kind is None or not hasattr(module, "state_dict"):
        raise ModuleError(
            f"This is a {type(module).__name__}; wanted an nn.RNN, an nn.LSTM or an nn.GRU."
        )
    if getattr(module, "proj_size", 0):
        raise ModuleError(f"proj_size = {module.proj_size}: projected LSTMs cannot be opened.")
    if module.dropout and module.num_layers > 1 and module.training:
        raise ModuleError(f"dropout = {module.dropout}: call .eval() on the module first.")
    # By attribute: a parametrised weight (weight_norm …) has another name in the state_dict.
    ways = ("", "_reverse") if module.bidirectional else ("",)
    parts = ("weight_ih", "weight_hh", *(("bias_ih", "bias_hh") if module.bias else ()))
    weights = {
        f"{part}_l{layer}{way}": _array(getattr(module, f"{part}_l{layer}{way}"), part)
        for layer in range(module.num_layers)
        for way in ways
        for part in parts
    }
    x = _array(inputs, "inputs")
    return made(kind, weights, x[None] if x.ndim == 2 else x, tokens, name=name, note=note)


def to_torch(module: Module) -> nn.RNN | nn.LSTM | nn.GRU:
    """torch.nn's module with these weights, in float32."""
    import torch

    from engine.network import recurrent_module

    with torch.device("meta"):
        net = recurrent_module(
            CELLS[module.kind], module.features, module.units, module.layers, module.bidirectional
        ).float()
    net.to_empty(device="cpu")
    with torch.no_grad():
        for name, array in module.weights.items():
            getattr(net, name).copy_(torch.from_numpy(array.copy()))
    return cast("nn.RNN | nn.LSTM | nn.GRU", net.eval())


def _array(values: Any, what: str) -> np.ndarray:
    """A tensor (on any device, of any float type) or an array, as numpy has it."""
    try:
        if hasattr(values, "detach"):
            values = values.detach().cpu()
            if values.is_floating_point():
                values = values.double()  # numpy has no bfloat16
            values = values.numpy()
        return np.asarray(values)
    except (TypeError, ValueError, RuntimeError, NotImplementedError):
        raise ModuleError(
            f"{what} must be a dense tensor or an array of real numbers; this is a {type(values).__name__}."
        ) from None
