"""An encoder–decoder opened for looking inside: its snapshots stacked, read step by step, so that every value can be seen and changed.

The same weights as `engine.encoder_decoder`, through the cells' own steps; a test holds the two together.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from torch import Tensor

from engine.attention import ATTENTIONS, Attention
from engine.attention_edits import Attending
from engine.cells import CELLS, Cell
from engine.encoder_decoder import attend, started
from engine.experiment import Experiment
from engine.network import PARTS
from engine.opened import Model
from engine.run import Run
from engine.stack import joined, stepped
from engine.tasks.translation import Translation
from engine.unroll import Place, Tap, keep


@dataclass(frozen=True)
class Encoded:
    """What was read: annotations \\bar h_s ``[snapshot, trial, source, unit]``, the one vector ``[snapshot, trial, number]``, the
    decoder's start states by name ``[snapshot, trial, layer, direction, unit]``, and where there is no padding ``[trial, 1, source]``."""

    annotations: Tensor
    vector: Tensor
    start: Mapping[str, Tensor]
    inside: Tensor


@dataclass(frozen=True)
class Decoded:
    """What was written with: hidden ``[snapshot, trial, time, unit]``, outputs ``[…, answer]``, the states after the last step, and
    with attention scores, weights ``[snapshot, trial, time, source]`` and context ``[…, unit]``."""

    hidden: Tensor
    outputs: Tensor
    last: Mapping[str, Tensor]
    scores: Tensor | None = None
    weights: Tensor | None = None
    context: Tensor | None = None


@dataclass(frozen=True)
class OpenedPair:
    """Weights by name with a leading snapshot dim, and what the experiment says of them."""

    experiment: Experiment
    stacked: Mapping[str, Tensor]
    snapshots: tuple[int, ...]

    @property
    def task(self) -> Translation:
        """What it reads and writes."""
        task = self.experiment.task
        assert isinstance(task, Translation)  # `opened_pair` has seen to it
        return task

    @property
    def cell(self) -> Cell:
        """The encoder's cell."""
        return CELLS[self.experiment.network.cell]

    @property
    def decoder_cell(self) -> Cell:
        """The decoder's cell."""
        return CELLS[self.experiment.network.decoder_cell]

    @property
    def attention(self) -> Attention | None:
        """How it attends; None: it does not."""
        return ATTENTIONS.get(self.experiment.network.attention)

    def encode(self, inputs: Tensor, lengths: Tensor, tap: Tap = keep) -> Encoded:
        """Read sources ``[trial, source]`` of some lengths ``[trial]``; the tap sees the encoder's values."""
        read = self.stacked["embedding.weight"][:, inputs]
        layers = self._layers("encoder", self.experiment.network.bidirectional)
        annotations, last = stepped(self.cell, layers, read, lengths, None, tap)
        vector = self._linear("vector", joined(last))
        values = self._linear("start", vector)
        start = started(values, self.decoder_cell.state, self.experiment.network.layers)
        inside = torch.arange(inputs.shape[1]) < lengths[:, None, None]
        return Encoded(annotations, vector, start, inside)

    def decode(
        self,
        encoded: Encoded,
        fed: Tensor,
        *,
        start: Mapping[str, Tensor] | None = None,
        first: int = 0,
        changes: Sequence[Attending] = (),
        tap: Tap = keep,
    ) -> Decoded:
        """Write on from ``start`` (the encoder's, where none is given), told ``fed`` ``[snapshot, trial, time]`` or ``[trial, time]``.

        first: the time of the first of these steps, by which changes of the attention know theirs. They act after the softmax.
        """
        fed = fed.expand(len(self.snapshots), *fed.shape[-2:])
        own = torch.arange(len(self.snapshots))[:, None, None]
        read = self.stacked["fed.weight"][own, fed]
        begun = encoded.start if start is None else start

        def later(name: str, value: Tensor, place: Place) -> Tensor:
            time = place.time if place.time < 0 else place.time + first
            return tap(name, value, place._replace(time=time))

        hidden, last = stepped(
            self.decoder_cell, self._layers("decoder", False), read, None, begun, later
        )
        if self.attention is None:
            return Decoded(hidden, self._linear("readout", hidden), last)
        scores, weights = attend(
            self.attention, self._scores(), hidden, encoded.annotations, encoded.inside
        )
        for change in changes:
            if first <= change.time < first + fed.shape[-1]:
                weights = change.changed(weights, change.time - first, encoded.inside)
        context = weights @ encoded.annotations
        outputs = self._linear("readout", torch.cat([hidden, context], -1))
        return Decoded(hidden, outputs, last, scores, weights, context)

    def _linear(self, name: str, values: Tensor) -> Tensor:
        weight, bias = self.stacked[f"{name}.weight"], self.stacked[f"{name}.bias"]
        between = (slice(None), *[None] * (values.ndim - 3))
        return values @ weight.mT[between] + bias[(*between, None)]

    def _layers(self, part: str, both: bool) -> list[list[dict[str, Tensor]]]:
        suffixes = ("", "_reverse") if both else ("",)

        def own(name: str) -> Tensor:
            value = self.stacked[f"{part}.{name}"]
            return value.unsqueeze(1) if name.startswith("bias") else value

        return [
            [{kind: own(f"{kind}_l{layer}{suffix}") for kind in PARTS} for suffix in suffixes]
            for layer in range(self.experiment.network.layers)
        ]

    def _scores(self) -> dict[str, Tensor]:
        """The attention's own weights; they broadcast against ``[snapshot, trial, time, source, unit]``."""
        found = {
            name.removeprefix("scores."): value
            for name, value in self.stacked.items()
            if name.startswith("scores.")
        }
        return {
            name: value[(slice(None), *[None] * (5 - value.ndim))] for name, value in found.items()
        }


def opened_pair(
    run: Model, *, every: bool = False, dtype: torch.dtype = torch.float32
) -> OpenedPair:
    """A run's last snapshot, or with ``every`` all of them stacked. Raises ValueError for what writes nothing."""
    experiment = writing(run)
    assert isinstance(run, Run)
    if not run.snapshots:
        raise ValueError("The run has no snapshot yet.")
    chosen = run.snapshots if every else run.snapshots[-1:]
    stacked = {
        name: torch.from_numpy(np.stack([one.weights[name] for one in chosen])).to(dtype)
        for name in chosen[0].weights
    }
    return OpenedPair(experiment, stacked, tuple(one.step for one in chosen))


def writing(model: Model) -> Experiment:
    """The experiment of a run that writes. Raises ValueError for another one, and for a plain module."""
    if not isinstance(model, Run):
        raise ValueError(
            "A plain module came without a task: it has no decoder, and writes nothing."
        )
    if not isinstance(model.experiment.task, Translation):
        raise ValueError(
            f"The task {model.experiment.task.name} has no decoder: it writes nothing."
        )
    return model.experiment
