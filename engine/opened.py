"""A model opened for looking inside: a run's snapshots, or any plain nn.RNN, nn.LSTM, nn.GRU.

Weights of several snapshots are stacked in a leading dim, so that one pass through the step serves all.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor, nn

from engine.cells import CELLS, Cell
from engine.experiment import Experiment
from engine.network import PARTS, layers_of
from engine.pooling import read, weights
from engine.readouts import READOUTS, Readout
from engine.run import Run
from engine.tasks import Trials

Inputs = Trials | Tensor | np.ndarray | str
"""Trials, token numbers ``[trial, time]``, numbers ``[trial, time, feature]``, or a sentence to type."""
Model = Run | nn.RNN | nn.LSTM | nn.GRU


@dataclass(frozen=True)
class Ends:
    """A read-out with its weights, a snapshot dim in front: own by name, the linear layer's weight and bias."""

    readout: Readout
    own: dict[str, Tensor]
    weight: Tensor
    bias: Tensor


@dataclass(frozen=True)
class Opened:
    """What every look inside needs.

    layers: weights by layer and direction, each with a leading snapshot dim (biases ``[snapshot, 1, rows]``)
    inputs: what the first layer reads ``[snapshot, trial, time, feature]``
    ends: how outputs are read from the states; None for a plain module, whose outputs are its top hidden states
    """

    cell: Cell
    layers: list[list[dict[str, Tensor]]]
    inputs: Tensor
    lengths: Tensor
    targets: Tensor | None
    ends: Ends | None
    snapshots: tuple[int, ...]
    answers: tuple[str, ...] | None
    experiment: Experiment | None
    periods: np.ndarray | None = None

    @property
    def units(self) -> int:
        """Units per layer and direction."""
        return self.layers[0][0]["weight_hh"].shape[-1]

    @property
    def pools(self) -> bool:
        """Whether an answer is read from several steps, by weights over them."""
        return self.ends is not None and bool(self.ends.readout.pooled)

    def read(
        self,
        hidden: Tensor,
        *,
        inputs: Tensor | None = None,
        trials: Sequence[int] | Tensor | None = None,
        steps: Tensor | None = None,
    ) -> Tensor:
        """Outputs ``[snapshot, trial, time, answer]`` of top hidden states ``[snapshot, trial, time, direction * unit]``.

        All steps of the states must be there, since a read-out may pool them; steps ``[trial, step]`` or ``[1, step]``: at which
        answers are wanted. inputs: what the first layer read, where it is not the model's own tensor; trials: which of the
        model's trials stand in the states.
        """
        if self.ends is None:
            return hidden
        x, lengths = self.inputs if inputs is None else inputs, self.lengths
        if trials is not None and self.pools:
            x, lengths = x[:, trials], lengths[trials]
        parts = read(self.ends.readout, self.ends.own, hidden, x, lengths, steps)
        return parts @ self.ends.weight.mT.unsqueeze(1) + self.ends.bias[:, None, None]

    def attention(self, hidden: Tensor, steps: Tensor | None = None) -> Tensor:
        """Weights over the steps ``[snapshot, trial, time, source_time]`` of a read-out that pools; steps as of `read`."""
        if self.ends is None or not self.pools:
            raise ValueError(
                "Each answer is read from its own step: there are no weights over the steps."
            )
        found = weights(self.ends.readout, self.ends.own, hidden, self.lengths, steps)
        return found.expand(*hidden.shape[:2], *found.shape[-2:])


def opened(
    model: Model,
    inputs: Inputs,
    *,
    every: bool = False,
    dtype: torch.dtype | None = None,
) -> Opened:
    """Open a model on inputs. A run gives its last snapshot, or with ``every`` all of them stacked.

    Raises TypeError or ValueError, in one sentence, for what cannot be opened.
    """
    if isinstance(model, Run):
        return _run(model, inputs, every, dtype or torch.float32)
    if isinstance(model, nn.RNN | nn.LSTM | nn.GRU):
        return _module(model, inputs)
    raise TypeError(
        f"A model is a Run, an nn.RNN, an nn.LSTM or an nn.GRU; this is a {type(model).__name__}."
    )


def _run(run: Run, inputs: Inputs, every: bool, dtype: torch.dtype) -> Opened:
    if not run.snapshots:
        raise ValueError("The run has no snapshot yet.")
    chosen = run.snapshots if every else run.snapshots[-1:]
    stacked = {
        name: torch.from_numpy(np.stack([s.weights[name] for s in chosen])).to(dtype)
        for name in chosen[0].weights
    }
    network, task = run.experiment.network, run.experiment.task
    suffixes = ("", "_reverse") if network.bidirectional else ("",)
    layers = [
        [
            {part: _rows(stacked[f"recurrent.{part}_l{layer}{suffix}"], part) for part in PARTS}
            for suffix in suffixes
        ]
        for layer in range(network.layers)
    ]
    if isinstance(inputs, str):
        inputs = task.read(inputs).trials
    values = _numbers(inputs.inputs if isinstance(inputs, Trials) else inputs)
    if "embedding.weight" in stacked:
        highest = len(task.vocabulary)
        if values.is_floating_point() or values.dtype == torch.bool or values.ndim != 2:
            raise ValueError("Inputs of this run are token numbers [trial, time].")
        if values.numel() and not 0 <= int(values.min()) <= int(values.max()) < highest:
            raise ValueError(f"Token numbers of this run lie between 0 and {highest - 1}.")
        x = stacked["embedding.weight"][:, values]
    else:
        if values.ndim != 3 or values.shape[-1] != task.features:
            raise ValueError(f"Inputs of this run are numbers [trial, time, {task.features}].")
        x = values.to(dtype).expand(len(chosen), *values.shape)
    _check_steps(x)
    lengths, targets = torch.full((x.shape[1],), x.shape[2]), None
    if isinstance(inputs, Trials):
        lengths = torch.from_numpy(inputs.lengths)
        targets = checked_targets(inputs.targets, values.shape[:2], task.answers)
    own = {
        name.removeprefix("weighing."): value
        for name, value in stacked.items()
        if name.startswith("weighing.")
    }
    readout = READOUTS[network.readout]
    ends = Ends(readout, own, stacked["readout.weight"], stacked["readout.bias"])
    return Opened(
        CELLS[network.cell],
        layers,
        x,
        lengths,
        targets,
        ends,
        tuple(s.step for s in chosen),
        task.answers,
        run.experiment,
        inputs.periods if isinstance(inputs, Trials) else None,
    )


def _module(module: nn.RNN | nn.LSTM | nn.GRU, inputs: Inputs) -> Opened:
    if module.proj_size:
        raise ValueError(f"proj_size = {module.proj_size}: projected LSTMs cannot be opened.")
    if module.dropout and module.num_layers > 1 and module.training:
        raise ValueError(f"dropout = {module.dropout}: call .eval() on the module first.")
    if isinstance(inputs, Trials | str):
        raise TypeError("Inputs of a plain module are a tensor [trial, time, input].")
    weights = layers_of(module)
    # On the CPU, and never in half precision, which numpy only partly has.
    wide = torch.promote_types(weights[0][0]["weight_hh"].dtype, torch.float32)
    x = _numbers(inputs).to("cpu", wide)
    if x.ndim != 3 or x.shape[-1] != module.input_size:
        raise ValueError(
            f"Inputs have shape {list(x.shape)}; wanted [trial, time, {module.input_size}]."
        )
    _check_steps(x[None])
    kind = {"RNN_TANH": "rnn", "RNN_RELU": "relu", "LSTM": "lstm", "GRU": "gru"}[module.mode]
    return Opened(
        CELLS[kind],
        [
            [
                {part: _rows(w[part].detach()[None].to("cpu", wide), part) for part in PARTS}
                for w in directions
            ]
            for directions in weights
        ],
        x[None],
        torch.full((x.shape[0],), x.shape[1]),
        None,
        None,
        (0,),
        None,
        None,
    )


def checked_targets(
    targets: Tensor | np.ndarray, shape: Sequence[int], answers: Sequence[str]
) -> Tensor:
    """Targets ``[trial, time]`` that fit: answer numbers, -1 where nothing is asked; or numbers, NaN there."""
    given = torch.as_tensor(targets)
    if list(given.shape) != list(shape):
        raise ValueError(f"targets have shape {list(given.shape)}; wanted {list(shape)}.")
    if not answers:
        return given.to(torch.float32)
    if given.is_floating_point() or (given.numel() and int(given.max()) >= len(answers)):
        raise ValueError(f"targets are answer numbers 0 to {len(answers) - 1}, or -1 for none.")
    return given


def _numbers(inputs: Tensor | np.ndarray) -> Tensor:
    """Inputs as a tensor of finite numbers."""
    try:
        values = torch.as_tensor(inputs).detach()
    except (TypeError, ValueError, RuntimeError):
        raise TypeError(
            f"Inputs are a tensor or an array; this is a {type(inputs).__name__}."
        ) from None
    if values.layout != torch.strided or values.is_complex():
        raise TypeError("Inputs are a dense tensor of real numbers.")
    if not bool(values.isfinite().all()):
        raise ValueError("Inputs hold a number that is not finite.")
    return values.clone() if values.is_inference() else values  # such a tensor takes no gradient


def _check_steps(x: Tensor) -> None:
    if not x.shape[2]:
        raise ValueError("Inputs have no time step.")


def _rows(stacked: Tensor, part: str) -> Tensor:
    """Weights ``[snapshot, rows, columns]`` as they are, biases as ``[snapshot, 1, rows]``."""
    return stacked.unsqueeze(1) if part.startswith("bias") else stacked
