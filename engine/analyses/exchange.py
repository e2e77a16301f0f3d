"""Exchange: at which step, and in how many units, does the memory of one trial turn the answer of another?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np
import torch
import xarray as xr
from torch import Tensor

from engine.analyses.parts import one_by_one, stacked
from engine.opened import Inputs, Model, Opened, opened
from engine.scores import margin_of
from engine.unroll import Place, unroll

GROUPS = ("most", "blocks")
COUNT = 8
"""Blocks of units, beside the rows of one state alone."""
SIZES = (1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512)
"""Units in the rows of "most": from few to all, closer where it matters."""
BUDGET = 64 * 2**20
"""Bytes of hidden states that are held at once: longer maps are unrolled in parts."""


@dataclass(frozen=True)
class Group:
    """Some units, by state: which of them are exchanged ``[layer, direction, unit]``."""

    name: str
    where: dict[str, np.ndarray]


def exchange(
    model: Model, inputs: Inputs, *, source: int = 0, target: int = 1, groups: str = "most"
) -> xr.Dataset:
    """Put the memory of trial ``source`` into trial ``target`` after step t, group by group, and read the answer.

        state_t[target, units] := state_t[source, units]

    One unroll answers all pairs of (group, step): the target stands in it once for each of them. ``groups``: "most"
    takes the units in which the two memories differ most (mean |Δ state| over the steps, of the state that carries
    the news), more of them from row to row; "blocks" takes an eighth at a time, in order of index. Units count over
    all layers and directions. Where the cell has two states there are also the rows of each of them alone; a changed
    c_t goes into h_t = o_t ⊙ tanh(c_t) of the same step. A read-out that pools steps still reads the target's own states
    before t: then the answer may stay although the whole memory was exchanged.

    Variables: margin ``(snapshot, group, time)``, m = logit(source's answer) - logsumexp(the others) at the target's
    last asked step, in nats, > 0 where it has more than half of the probability, NaN where not both trials have the
    step; answer, the number of the net's answer, -1 there; flipped, whether that is the source's, and was not
    without exchange; unchanged and unchanged_answer ``(snapshot, trial)``, margin and answer of every trial as it is,
    at its last asked step. Raises ValueError in one sentence for trials that cannot be exchanged.
    """
    if groups not in GROUPS:
        raise ValueError(f"groups = {groups!r}: choose one of {', '.join(GROUPS)}.")
    return stacked([_map(one, inputs, source, target, groups) for one in one_by_one(model)])


def _map(model: Model, inputs: Inputs, source: int, target: int, groups: str) -> xr.Dataset:
    net = opened(model, inputs)
    asked = asked_answers(net, (source, target))
    steps = int(min(net.lengths[source], net.lengths[target]))
    last, wanted = asked[target][0], asked[source][1]
    chosen = list(_groups(net, source, target, groups))
    shape = (len(chosen), net.inputs.shape[2])
    margin, answer = np.full(shape, np.nan, np.float32), np.full(shape, -1, np.int16)
    for times in _parts(net, steps, len(chosen)):
        outputs = _unrolled(net, (source, target), chosen, times, last)
        found = margin_of(outputs, torch.full((outputs.shape[1], 1), wanted))
        here = slice(times.start, times.stop)
        margin[:, here] = found.reshape(len(times), len(chosen)).T.numpy()
        answer[:, here] = outputs.argmax(-1).reshape(len(times), len(chosen)).T.numpy()
    plain = _plain(net)
    unchanged = margin_of(plain, torch.full((plain.shape[1], 1), wanted))[:, :, 0]
    before = plain.argmax(-1)[:, :, 0]  # [1, trial]
    flipped = (answer == wanted) & (int(before[0, target]) != wanted)
    answers = net.answers or ()
    return xr.Dataset(
        {
            "margin": (("snapshot", "group", "time"), margin[None]),
            "answer": (("snapshot", "group", "time"), answer[None]),
            "flipped": (("snapshot", "group", "time"), flipped[None]),
            "unchanged": (("snapshot", "trial"), unchanged.numpy().astype(np.float32)),
            "unchanged_answer": (("snapshot", "trial"), before.numpy().astype(np.int16)),
        },
        {
            "snapshot": list(net.snapshots),
            "group": [group.name for group in chosen],
            "time": np.arange(shape[1]),
        },
        {
            "cell": net.cell.name,
            "source": source,
            "target": target,
            "source_number": wanted,
            "source_answer": answers[wanted],
            "target_answer": answers[asked[target][1]],
            "groups": groups,
        },
    )


def asked_answers(net: Opened, trials: tuple[int, ...]) -> dict[int, tuple[int, int]]:
    """Last asked step and right answer of some trials. Raises ValueError where there are none to tell apart."""
    count = net.inputs.shape[1]
    for trial in trials:
        if not 0 <= trial < count:
            raise ValueError(
                f"trial {trial}: there are {count} trials, and an exchange takes two of them."
            )
    if net.targets is None or not net.answers or net.targets.is_floating_point():
        raise ValueError(
            "An exchange is seen in the answer, so it needs a task with named answers."
        )
    found = {}
    for trial in trials:
        steps = torch.nonzero(net.targets[trial] >= 0)
        if not len(steps):
            raise ValueError(f"Nothing is asked in trial {trial}, so no answer can follow.")
        last = int(steps[-1])
        found[trial] = last, int(net.targets[trial, last])
    if len(trials) == 2 and len({answer for _, answer in found.values()}) < 2:
        raise ValueError("The two trials have the same right answer: nothing could flip.")
    return found


def _groups(net: Opened, source: int, target: int, groups: str) -> Iterator[Group]:
    """From all units down to few, then (cells with two states) each state alone."""
    shape = (len(net.layers), len(net.layers[0]), net.units)
    total = int(np.prod(shape))
    order = np.arange(total) if groups == "blocks" else _by_difference(net, source, target)

    def of(units: np.ndarray) -> np.ndarray:
        where = np.zeros(total, bool)
        where[units] = True
        return where.reshape(shape)

    everything = of(order)
    nothing = ~everything
    yield Group(
        f"all {total} units" if total > 1 else "1 unit", dict.fromkeys(net.cell.state, everything)
    )
    if groups == "most":
        for size in reversed([size for size in SIZES if size < total]):
            name = f"{size} units" if size > 1 else "1 unit"
            yield Group(name, dict.fromkeys(net.cell.state, of(order[:size])))
    else:
        edges = sorted({round(total * part / COUNT) for part in range(1, COUNT + 1)} - {0})
        for start, end in zip([0, *edges], edges, strict=False):
            name = f"units {start + 1}\N{EN DASH}{end}" if end - start > 1 else f"unit {end}"
            yield Group(name, dict.fromkeys(net.cell.state, of(order[start:end])))
    if len(net.cell.state) > 1:
        for state in net.cell.state:
            alone = {name: everything if name == state else nothing for name in net.cell.state}
            yield Group(f"{net.cell.signal(state).words} alone", alone)


@torch.no_grad()
def _by_difference(net: Opened, source: int, target: int) -> np.ndarray:
    """Flat numbers of the units, first where the memories of the two trials differ most."""
    memory = net.cell.state[-1]
    pair = [source, target]
    shape = (len(net.layers), len(net.layers[0]), net.units)
    total = np.zeros(shape)

    def tap(name: str, value: Tensor, place: Place) -> Tensor:
        if name == memory and place.time >= 0:
            apart = (value[0, 0] - value[0, 1]).abs().numpy()
            total[place.layer, place.direction] += apart
        return value

    unroll(net.cell, net.layers, net.inputs[:, pair], lengths=net.lengths[pair], tap=tap)
    return np.argsort(-total.ravel(), kind="stable")


def _parts(net: Opened, steps: int, groups: int) -> Iterator[range]:
    """Steps that are exchanged in one unroll."""
    width = net.units * len(net.layers[0]) * net.inputs.shape[2]
    together = max(1, BUDGET // (4 * width * groups))
    for first in range(0, steps, together):
        yield range(first, min(first + together, steps))


@torch.no_grad()
def _plain(net: Opened) -> Tensor:
    """Outputs ``[1, trial, 1, answer]`` of all trials as they are, at the last step at which something is asked."""
    hidden = unroll(net.cell, net.layers, net.inputs, lengths=net.lengths)
    last = net.lengths - 1
    if net.targets is not None:
        asked = (net.targets >= 0) * torch.arange(1, net.targets.shape[1] + 1)
        last = torch.where(asked.any(1), asked.amax(1) - 1, last)
    return net.read(hidden, steps=last.unsqueeze(-1))


@torch.no_grad()
def _unrolled(
    net: Opened, pair: tuple[int, int], groups: list[Group], times: range, last: int
) -> Tensor:
    """Outputs at one step ``[1, (time, group), 1, answer]`` of the target; as it is, where nothing is exchanged."""
    rows = len(groups) * len(times) or 1
    masks = {
        name: torch.from_numpy(np.stack([group.where[name] for group in groups], 2))
        for name in net.cell.state
        if groups
    }  # [layer, direction, group, unit]

    def tap(name: str, value: Tensor, place: Place) -> Tensor:
        if name not in masks or place.time not in times:
            return value
        first = 1 + (place.time - times.start) * len(groups)
        here = slice(first, first + len(groups))
        mask = masks[name][place.layer, place.direction]
        changed = value.clone()
        changed[:, here] = torch.where(mask, value[:, :1], value[:, here])
        return changed

    trials = [pair[0], *[pair[1]] * rows]
    hidden = unroll(
        net.cell, net.layers, net.inputs[:, trials], lengths=net.lengths[trials], tap=tap
    )
    return net.read(hidden[:, 1:], trials=trials[1:], steps=torch.full((1, 1), last))
