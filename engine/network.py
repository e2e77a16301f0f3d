"""The net that is trained: embedding -> recurrent layers -> read-out. torch.nn owns the weights."""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn.utils import rnn

from engine.cells import CELLS, Cell
from engine.experiment import Experiment
from engine.pooling import read
from engine.readouts import READOUTS
from engine.starts import STARTS, Setting
from engine.unroll import unroll

PARTS = ("weight_ih", "weight_hh", "bias_ih", "bias_hh")


class Net(nn.Module):
    """Tokens ``[trial, time]`` (or numbers ``[trial, time, feature]``) to outputs ``[trial, time, answer]``."""

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        task, network = experiment.task, experiment.network
        self.cell = CELLS[network.cell]
        words = len(task.vocabulary)
        # Token 0 is the unknown word: its embedding stays zero.
        self.embedding = nn.Embedding(words, network.embedding, padding_idx=0) if words else None
        features = network.embedding if words else task.features
        self.recurrent = recurrent_module(
            self.cell, features, network.units, network.layers, network.bidirectional
        )
        width = network.units * (2 if network.bidirectional else 1)
        self.reading = READOUTS[network.readout]
        # What the read-out weighs the steps with; most have nothing of their own.
        own = self.reading.shapes(width, features).items()
        self.weighing = nn.ParameterDict({name: nn.Parameter(torch.empty(s)) for name, s in own})
        self.readout = nn.Linear(self.reading.width(width, features), max(1, len(task.answers)))

    def embed(self, inputs: Tensor) -> Tensor:
        """What the recurrent layers read: ``[trial, time, feature]``."""
        return inputs if self.embedding is None else self.embedding(inputs)

    def hidden(self, inputs: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Top hidden states ``[trial, time, direction * unit]``: fused by torch.nn where it can.

        lengths ``[trial]``: the reverse direction starts at each trial's own end, and what lies beyond is 0; None where all
        trials fill their array.
        """
        x = self.embed(inputs)
        if not self.cell.fused:
            return unroll(self.cell, layers_of(self.recurrent), x, lengths=lengths)
        if lengths is None or bool((lengths == x.shape[1]).all()):
            return self.recurrent(x)[0]
        packed = rnn.pack_padded_sequence(x, lengths, batch_first=True, enforce_sorted=False)
        found = self.recurrent(packed)[0]
        return rnn.pad_packed_sequence(found, batch_first=True, total_length=x.shape[1])[0]

    def read(
        self,
        hidden: Tensor,
        inputs: Tensor,
        lengths: Tensor | None = None,
        steps: Tensor | None = None,
    ) -> Tensor:
        """What the linear layer reads, of top hidden states and the inputs they came from: as `engine.pooling.read`."""
        x = self.embed(inputs) if self.reading.pooled == "inputs" else hidden
        return read(self.reading, dict(self.weighing.items()), hidden, x, lengths, steps)

    def forward(self, inputs: Tensor, lengths: Tensor | None = None) -> Tensor:
        """Outputs at every step; of trials that end earlier, nothing counts beyond ``lengths`` ``[trial]``."""
        return self.readout(self.read(self.hidden(inputs, lengths), inputs, lengths))


def recurrent_module(
    cell: Cell, features: int, units: int, layers: int, bidirectional: bool
) -> nn.RNNBase:
    """The module of torch.nn that holds a cell's weights."""
    options = {} if cell.nonlinearity is None else {"nonlinearity": cell.nonlinearity}
    return getattr(nn, cell.module)(
        features, units, layers, batch_first=True, bidirectional=bidirectional, **options
    )


def layers_of(module: nn.RNNBase) -> list[list[dict[str, Tensor]]]:
    """Weights of a torch.nn module by layer and direction; a module without biases gets zeros."""

    def part(layer: int, suffix: str, name: str) -> Tensor:
        if name.startswith("bias") and not module.bias:
            weight = getattr(module, f"weight_hh_l{layer}{suffix}")
            return weight.new_zeros(weight.shape[0])
        return getattr(module, f"{name}_l{layer}{suffix}")

    suffixes = ("", "_reverse") if module.bidirectional else ("",)
    return [
        [{name: part(layer, suffix, name) for name in PARTS} for suffix in suffixes]
        for layer in range(module.num_layers)
    ]


def build(experiment: Experiment, generator: torch.Generator) -> Net:
    """A net at its start. Every number comes from ``generator``; global random state is left alone."""
    with torch.device("meta"):  # so that torch.nn draws nothing by itself
        net = Net(experiment).float()  # whatever torch's default type is
    net.to_empty(device="cpu")
    network = experiment.network
    longest = experiment.task.length(experiment.task.gap)
    setting = Setting(net.cell, network.bias, longest, generator)
    with torch.no_grad():
        if net.embedding is not None:
            net.embedding.weight.normal_(generator=generator)
            net.embedding.weight[0] = 0
        for directions in layers_of(net.recurrent):
            for weights in directions:
                STARTS[network.start].apply(weights, setting)
        for part in (net.weighing, net.readout):
            values = list(part.parameters())
            bound = values[0].shape[-1] ** -0.5 if values else 0.0
            for value in values:
                value.uniform_(-bound, bound, generator=generator)
    return net
