"""Analyses: one question per file, each a pure function. To add one: a file, a line here.

    analysis(model, inputs, *, edits=(), **options) -> Dataset

for all snapshots of the model, stacked; an analysis without ``edits`` is of the net as it is. Options are numbers or
words, and have defaults.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.analyses.reach import reach
from engine.analyses.recorded import recorded
from engine.analyses.surprise import surprise
from engine.analyses.weights import weights

if TYPE_CHECKING:
    import xarray as xr

ANALYSES: dict[str, Callable[..., xr.Dataset]] = {
    "reach": reach,
    "record": recorded,
    "weights": weights,
    "surprise": surprise,
}
