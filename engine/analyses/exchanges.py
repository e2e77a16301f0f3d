"""Exchanges: the memory of every trial into every other, at one step: how often does the answer follow the memory?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import torch
import xarray as xr
from torch import Tensor

from engine.analyses.exchange import BUDGET, asked_answers
from engine.analyses.parts import one_by_one, stacked
from engine.opened import Inputs, Model, Opened, opened
from engine.tasks.contract import CUE, FILLER
from engine.unroll import Place, unroll

WHOLE = "whole state"


def exchanges(model: Model, inputs: Inputs, *, time: int = -1) -> xr.Dataset:
    """Exchange at one step t for all ordered pairs of trials with different right answers, whole and part by part.

        state_t[target] := state_t[source]

    ``time``: the step; -1: the middle of the gap of the shortest trial. Parts are the whole state and, where the cell
    has two states, each of them alone. A read-out that pools steps still reads the target's own states before t.

    Variables: answer ``(snapshot, part, source, target)``, the number of the net's answer in the target after the
    exchange, -1 where there is no such pair; follows, stays, other ``(snapshot, part)``, the shares of the pairs in which
    that is the right answer of the source, of the target, or neither; right ``(snapshot)``, the share of trials that
    the net answers rightly as they are. Coordinates source and target: the trials' right answers in words.
    Raises ValueError in one sentence.
    """
    return stacked([_pairs(one, inputs, time) for one in one_by_one(model)])


def _pairs(model: Model, inputs: Inputs, time: int) -> xr.Dataset:
    net = opened(model, inputs)
    trials = tuple(range(net.inputs.shape[1]))
    asked = asked_answers(net, trials)
    shortest = int(net.lengths.min())
    at = middle(net) if time < 0 else time
    if at >= shortest:
        raise ValueError(f"time = {at}: the shortest trial has {shortest} steps.")
    last = torch.tensor([asked[trial][0] for trial in trials])
    wanted = np.array([asked[trial][1] for trial in trials])
    parts: dict[str, Sequence[str]] = {WHOLE: net.cell.state}
    if len(net.cell.state) > 1:
        parts |= {f"{net.cell.signal(state).words} alone": (state,) for state in net.cell.state}
    answer = np.stack([_answers(net, at, states, last) for states in parts.values()])
    differ = wanted[:, None] != wanted[None, :]  # [source, target]
    if not differ.any():
        raise ValueError("All trials have the same right answer: no answer could follow.")
    follows = ((answer == wanted[:, None]) & differ).sum((1, 2)) / differ.sum()
    stays = ((answer == wanted[None, :]) & differ).sum((1, 2)) / differ.sum()
    plain = np.diagonal(answer[0])  # a trial that is given its own memory is as it was
    words = [(net.answers or ())[number] for number in wanted]
    shares = {"follows": follows, "stays": stays, "other": 1 - follows - stays}
    return xr.Dataset(
        {
            "answer": (
                ("snapshot", "part", "source", "target"),
                np.where(differ, answer, -1)[None].astype(np.int16),
            ),
            **{
                name: (("snapshot", "part"), values[None].astype(np.float32))
                for name, values in shares.items()
            },
            "right": (("snapshot",), np.array([(plain == wanted).mean()], np.float32)),
        },
        {
            "snapshot": list(net.snapshots),
            "part": list(parts),
            "source": words,
            "target": words,
        },
        {"cell": net.cell.name, "time": at, "pairs": int(differ.sum())},
    )


def middle(net: Opened) -> int:
    """The step in the middle of the gap of the shortest trial: of its filler after the cue, or of all its steps."""
    trial = int(net.lengths.argmin())
    length = int(net.lengths[trial])
    if net.periods is None:
        return length // 2
    periods = net.periods[trial, :length]
    cues = np.flatnonzero(periods == CUE)
    filler = np.flatnonzero(periods == FILLER)
    gap = filler[filler > (cues[-1] if len(cues) else -1)]
    return int(gap[(len(gap) - 1) // 2]) if len(gap) else length // 2


@torch.no_grad()
def _answers(net: Opened, at: int, states: Sequence[str], last: Tensor) -> np.ndarray:
    """The net's answers ``[source, target]`` when those states are exchanged."""
    count = net.inputs.shape[1]
    length = net.inputs.shape[2]
    together = max(1, BUDGET // (4 * net.units * len(net.layers[0]) * length * count))
    found = []
    for first in range(0, count, together):
        sources = torch.arange(first, min(first + together, count))
        targets = torch.arange(count).repeat(len(sources))
        rows = torch.cat([torch.arange(count), targets])
        given = sources.repeat_interleave(count)

        def tap(name: str, value: Tensor, place: Place, given: Tensor = given) -> Tensor:
            if name not in states or place.time != at:
                return value
            return torch.cat([value[:, :count], value[:, given]], 1)

        hidden = unroll(
            net.cell, net.layers, net.inputs[:, rows], lengths=net.lengths[rows], tap=tap
        )
        answers = net.read(hidden[:, count:], trials=targets, steps=last[targets].unsqueeze(-1))
        found.append(answers[0, :, 0].argmax(-1).reshape(len(sources), count))
    return torch.cat(found).numpy()


def shares(recording: xr.Dataset) -> Mapping[str, float]:
    """Of the last snapshot: part -> share of pairs in which the answer follows the memory."""
    last = recording["follows"].isel(snapshot=-1)
    return {str(part): float(last.sel(part=part)) for part in recording["part"].values}
