"""Alignment: what looks where. Scores and weights of attention, what is written, and the states that they are made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from engine.attending import Attending
from engine.beam import check
from engine.pair_recorder import check_told, record_pair
from engine.run import Run
from engine.tasks.pairs import Pairs


def alignment(
    model: Run, inputs: Pairs, *, edits: Sequence[Attending] = (), told: int = 0, beam: int = 1
) -> xr.Dataset:
    """`engine.pair_recorder.record_pair` of all snapshots without the cells' signals, as float32.

    ``told=1``: told the right words; else on its own, with a beam of some width. Raises ValueError in one sentence.
    """
    check_told(told)
    check(beam)
    found = record_pair(
        model, inputs, edits=edits, told=bool(told), width=beam, every=True, signals=False
    )
    floats = [name for name, values in found.data_vars.items() if values.dtype.kind == "f"]
    return found.assign({name: found[name].astype(np.float32) for name in floats})
