"""Lengths: how much of its test a net writes right, by length of the source, those beyond its training among them."""

from __future__ import annotations

import xarray as xr

from engine.bottleneck import LENGTHS
from engine.opened_pair import writing
from engine.pair_figures import by_length
from engine.run import Run
from engine.tasks.pairs import Pairs

TRIALS = 120
"""Test pairs of each length: half as many as of a shipped figure, so that the answer comes in seconds."""


def lengths(model: Run, inputs: Pairs, *, trials: int = TRIALS) -> xr.Dataset:
    """`engine.pair_figures.by_length` of the last snapshot, on pairs of its own; ``inputs`` are not looked at.

    Variables, shares ``(source_length)``: strings, symbols. Lengths are those at which the shipped nets of the task are tested.
    """
    found = by_length(model, LENGTHS[writing(model).task.name], trials)
    data = {name: ("source_length", list(getattr(found, name))) for name in ("strings", "symbols")}
    return xr.Dataset(data, {"source_length": list(found.lengths)}, {"trials": trials})
