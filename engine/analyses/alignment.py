"""Alignment: what looks where. Scores and weights of attention, what is written, and the states that they are made of."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import xarray as xr

from engine.analyses.pair_parts import fitting
from engine.attention_edits import Attending
from engine.beam import check
from engine.pair_recorder import record_pair
from engine.pair_writing import check_told
from engine.run import Run
from engine.tasks.pairs import Pairs


def alignment(
    model: Run, inputs: Pairs, *, edits: Sequence[Attending] = (), told: int = 0, beam: int = 1
) -> xr.Dataset:
    """`engine.pair_recorder.record_pair` of all snapshots without the cells' signals, as float32.

    ``told=1``: told the right words; else on its own, with a beam of some width. Of a net and a source that are both large, snapshots
    are left out evenly (`engine.analyses.pair_parts`); attrs: how many were ``left_out``. Raises ValueError in one sentence.
    """
    check_told(told)
    check(beam)
    part = fitting(model, inputs)
    found = record_pair(
        part, inputs, edits=edits, told=bool(told), width=beam, every=True, signals=False
    )
    floats = [name for name, values in found.data_vars.items() if values.dtype.kind == "f"]
    found = found.assign({name: found[name].astype(np.float32) for name in floats})
    return found.assign_attrs(left_out=len(model.snapshots) - len(part.snapshots))
