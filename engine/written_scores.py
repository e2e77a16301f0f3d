"""How an encoder–decoder does on pairs: what it writes on its own, held against what is to be written."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch import Tensor, nn

from engine.costs import AT_ONCE
from engine.encoder_decoder import EncoderDecoder
from engine.evaluation import Scores
from engine.experiment import Experiment
from engine.opened_pair import OpenedPair
from engine.tasks.contract import UNASKED, Trials
from engine.writing import greedy

SYMBOLS = "symbols, "
"""Begins the name of the share of single symbols that are right; the condition itself counts whole strings."""


@torch.no_grad()
def evaluate_written(
    net: EncoderDecoder, experiment: Experiment, tests: Mapping[str, Trials]
) -> Scores:
    """Of every condition the share of strings that are written right to the end, and of their single symbols; the loss, of the
    first, is the cross-entropy when told the right words."""
    stacked = {name: value.detach().unsqueeze(0) for name, value in net.state_dict().items()}
    model = OpenedPair(experiment, stacked, (0,))
    strings: dict[str, float] = {}
    symbols: dict[str, float] = {}
    for name, pairs in tests.items():
        right = written_right(model, pairs)[0]
        asked = torch.from_numpy(pairs.targets) != UNASKED
        strings[name] = (right | ~asked).all(-1).double().mean().item()
        symbols[SYMBOLS + name] = right[asked].double().mean().item()
    first = next(iter(tests))
    return Scores(strings[first], _told_loss(net, tests[first]), strings | symbols)


def _told_loss(net: EncoderDecoder, pairs: Trials) -> float:
    """Mean cross-entropy when told the right words, in nats, over as many pairs at once as there is room for."""
    each = pairs.targets.shape[1] * pairs.inputs.shape[1] * net.decoder.hidden_size
    rows = max(1, AT_ONCE // each) if net.attention else pairs.count
    total, count = 0.0, 0
    for start in range(0, pairs.count, rows):
        outputs, targets = net.asked(pairs.pick(slice(start, start + rows)))
        total += nn.functional.cross_entropy(outputs, targets).item() * len(targets)
        count += len(targets)
    return total / count


def written_right(model: OpenedPair, pairs: Trials) -> Tensor:
    """Which steps the net writes right on its own, bool ``[snapshot, trial, time]``: False beyond what is to be written."""
    lengths = torch.from_numpy(pairs.lengths)
    encoded = model.encode(torch.from_numpy(pairs.inputs), lengths)
    targets = torch.from_numpy(pairs.targets)
    written = greedy(model, encoded, targets.shape[1])
    missing = targets.shape[1] - written.shape[-1]
    written = nn.functional.pad(written, (0, missing), value=UNASKED)
    return (written == targets) & (targets != UNASKED)
