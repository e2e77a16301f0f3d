"""Analyses: one question per file, each a pure function. To add one: a file, a line here.

    analysis(model, inputs, *, edits=(), **options) -> Dataset

for all snapshots of the model, stacked; an analysis without ``edits`` is of the net as it is. Options are numbers or
words, and have defaults.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from engine.analyses.alignment import alignment
from engine.analyses.credited import credited
from engine.analyses.exchange import exchange
from engine.analyses.exchanges import exchanges
from engine.analyses.lengths import lengths
from engine.analyses.pair_weights import pair_weights
from engine.analyses.paths import paths
from engine.analyses.pulls import pulls
from engine.analyses.reach import reach
from engine.analyses.recorded import recorded
from engine.analyses.retention import retention
from engine.analyses.shares_by_step import shares_by_step
from engine.analyses.slopes import slopes
from engine.analyses.source_credit import source_credit
from engine.analyses.spectra import spectra
from engine.analyses.surprise import surprise
from engine.analyses.timing import timing
from engine.analyses.weights import weights

if TYPE_CHECKING:
    import xarray as xr

ANALYSES: dict[str, Callable[..., xr.Dataset]] = {
    "reach": reach,
    "record": recorded,
    "retention": retention,
    "slopes": slopes,
    "exchange": exchange,
    "exchanges": exchanges,
    "weights": weights,
    "surprise": surprise,
    "credit": credited,
    "spectra": spectra,
    "shares": shares_by_step,
    "pulls": pulls,
    "timing": timing,
    "paths": paths,
    "alignment": alignment,
    "source_credit": source_credit,
    "lengths": lengths,
    "pair_weights": pair_weights,
}
