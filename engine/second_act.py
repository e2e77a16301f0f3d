"""The second act of the first page: the plain RNN once more, with attention over its own states. Values only, no torch.

    y_T = W [h_T; c_T] + b,   c_T = Σ_{k < T} α_Tk h_k

Everything but the read-out is as in the row "rnn": cell, start, rate, sentences, steps. From the answer back to the country
the recurrence has T − k steps, gap + 4 of them; attention has 1.
"""

from __future__ import annotations

import json
from functools import lru_cache
from typing import Any

from engine.experiment import Network
from engine.shipped import ASSETS, ROWS, Row

FILE = ASSETS / "second_act.json"
NET = Row("rnn-attention", "RNN + attention", Network(cell="rnn", readout="attention"))
"""The net of the second act."""
BESIDE = ("rnn", "lstm")
"""The rows of the first page that stand beside it."""
NETS: tuple[Row, ...] = (*(row for row in ROWS if row.name in BESIDE), NET)

TESTED_GAPS = (0, 10, 20, 30, 40, 60, 80, 120, 160, 320, 640)
"""Gaps at which all are tested, in words; they are trained with gaps of 20 to 40."""
PATH_GAPS = tuple(gap for gap in TESTED_GAPS if gap <= 160)
"""Gaps at which the paths back to the country are measured."""


@lru_cache(maxsize=1)
def figures() -> dict[str, Any]:
    """By name of a net, lists over five seeds:

    accuracies (by gap), near (accuracy on near pairs), swapped (by gap: the share of sentences whose answer follows when another
    country takes the place of the first); seed (the median one, which is shipped), baseline, experiment (of seed 0). Of the
    net with attention also, by gap: weight (of attention on the country, and on_next of the word behind it), only_two (accuracy when
    the answer looks at those two alone) and without_two (at all but them), direct, later and recurrence (reach of the country by path: direct, later and chain of
    `engine.analyses.paths`; 0 where one sentence has less than float32 can hold). Measured by ``python -m engine.shipping_second_act``.
    """
    return json.loads(FILE.read_text())
