"""The net that reads one sequence and writes another: encoder -> one vector -> decoder, with attention or without."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from engine.attention import ATTENTIONS, Attention, weigh
from engine.cells import CELLS
from engine.experiment import Experiment
from engine.network import layers_of, recurrent_module
from engine.stack import fused, joined, parted
from engine.starts import STARTS, Setting
from engine.tasks.contract import UNASKED, Trials
from engine.tasks.pairs import Pairs


class EncoderDecoder(nn.Module):
    r"""Reads sources ``[trial, source_time]`` and, told what was written before, says what comes next.

    Encoder: \bar h_s, from the embedded source, in one direction or both (then side by side).
    Vector: v = W_v [last states of all its layers and directions] + b_v; all that a net without attention has of the source.
    Decoder: starts at h_0 = tanh(W_h v + b_h) (an LSTM also at c_0 = W_c v + b_c), reads the word that was written before, and has
    as many units as \bar h_s. Attention: α_ts = softmax_s score(h_t, \bar h_s), context_t = Σ_s α_ts \bar h_s.
    Output: y_t = W_y [h_t; context_t] + b_y, without attention W_y h_t + b_y. The context does not enter the next step.
    Sources: I. Sutskever et al., 2014; K. Cho et al., 2014; attention: D. Bahdanau et al., 2015, M.-T. Luong et al., 2015.
    """

    def __init__(self, experiment: Experiment) -> None:
        super().__init__()
        task, network = experiment.task, experiment.network
        self.cell, self.decoder_cell = CELLS[network.cell], CELLS[network.decoder_cell]
        self.attention = ATTENTIONS.get(network.attention)
        width = network.width
        self.embedding = nn.Embedding(len(task.vocabulary), network.embedding, padding_idx=0)
        self.fed = nn.Embedding(len(task.answers) + 1, network.embedding)
        sizes = network.layers, network.bidirectional
        self.encoder = recurrent_module(self.cell, network.embedding, network.units, *sizes)
        states = len(self.cell.state) * network.layers * width
        self.vector = nn.Linear(states, network.vector_size)
        self.start = nn.Linear(
            network.vector_size, len(self.decoder_cell.state) * network.layers * width
        )
        self.decoder = recurrent_module(
            self.decoder_cell, network.embedding, width, network.layers, False
        )
        shapes = self.attention.shapes(width) if self.attention else {}
        self.scores = nn.ParameterDict(
            {name: nn.Parameter(torch.empty(shape)) for name, shape in shapes.items()}
        )
        self.readout = nn.Linear(width * (2 if self.attention else 1), len(task.answers))

    def forward(self, inputs: Tensor, lengths: Tensor, fed: Tensor) -> Tensor:
        """Outputs ``[trial, time, answer]`` of a decoder that reads ``fed`` ``[trial, time]``: 0 for the start, answer + 1."""
        annotations, last = fused(self.cell, self.encoder, self.embedding(inputs), lengths)
        values = self.start(self.vector(joined(last)))
        start = started(values, self.decoder_cell.state, self.decoder.num_layers)
        hidden, _ = fused(self.decoder_cell, self.decoder, self.fed(fed), None, start)
        if self.attention is None:
            return self.readout(hidden)
        inside = torch.arange(inputs.shape[1]) < lengths[:, None, None]  # [trial, 1, source]
        _, alpha = attend(self.attention, dict(self.scores), hidden, annotations, inside)
        return self.readout(torch.cat([hidden, alpha @ annotations], -1))

    def asked(self, pairs: Trials) -> tuple[Tensor, Tensor]:
        """Outputs ``[asked, answer]`` when told the right words, and targets ``[asked]``."""
        assert isinstance(pairs, Pairs)  # a task that writes draws nothing else
        targets = torch.from_numpy(pairs.targets)
        outputs = self(
            *(torch.from_numpy(part) for part in (pairs.inputs, pairs.lengths, pairs.fed))
        )
        mask = targets != UNASKED
        return outputs[mask], targets[mask]


def started(values: Tensor, names: tuple[str, ...], layers: int) -> dict[str, Tensor]:
    """The decoder's start states by name ``[…, trial, layer, direction, unit]``: a bounded hidden state, and what else there is."""
    states = parted(values, names, layers, 1)
    return states | {"hidden": states["hidden"].tanh()}


def attend(
    attention: Attention,
    weights: Mapping[str, Tensor],
    hidden: Tensor,
    annotations: Tensor,
    inside: Tensor,
) -> tuple[Tensor, Tensor]:
    """Scores and weights ``[…, trial, time, source]`` of hidden states ``[…, trial, time, unit]`` over what the encoder said
    ``[…, trial, source, unit]``; inside ``[trial, 1, source]`` says what is no padding."""
    scores = attention.score(weights, hidden.unsqueeze(-2), annotations.unsqueeze(-3))
    return scores, weigh(scores, inside)


def build(experiment: Experiment, generator: torch.Generator) -> EncoderDecoder:
    """A net at its start. Every number comes from ``generator``; global random state is left alone."""
    with torch.device("meta"):  # so that torch.nn draws nothing by itself
        net = EncoderDecoder(experiment).float()  # whatever torch's default type is
    net.to_empty(device="cpu")
    network = experiment.network
    longest = experiment.task.length(experiment.task.gap)
    with torch.no_grad():
        for table in (net.embedding, net.fed):
            table.weight.normal_(generator=generator)
        net.embedding.weight[0] = 0
        for cell, module in ((net.cell, net.encoder), (net.decoder_cell, net.decoder)):
            for directions in layers_of(module):
                for weights in directions:
                    setting = Setting(cell, network.bias, longest, generator)
                    STARTS[network.start].apply(weights, setting)
        for linear in (net.vector, net.start, net.readout):
            bound = linear.in_features**-0.5
            for value in linear.parameters():
                value.uniform_(-bound, bound, generator=generator)
        for value in net.scores.values():
            bound = value.shape[-1] ** -0.5
            value.uniform_(-bound, bound, generator=generator)
    return net
