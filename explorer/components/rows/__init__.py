"""One sentence, one row of coloured cells per trained net, and its training to scrub through.

    from explorer.components.rows import Row, RowsData, Token, rows
    chosen = rows(RowsData(tokens=…, cue=4, answers=…, right=3, rows=(Row(…), Row(…))), key="rows")
    chosen.step       # the training step at which the scrubber was last released, or None

The browser gets every snapshot once and scrubs without the server. It sends a value only when the
scrubber is released, play is stopped or the measure is switched (never per notch), so that the
choice can go into the link. The position belongs to the browser: it is kept as a *training step*
when other data arrive (another country, one more row), and stays at the end when it was there.
`RowsData.start_step` is used at the first paint and whenever the page *changes* it afterwards.

What is drawn: colour = log10(value) on inferno, fixed from 1e-8 to 1 for every row; a value below
1e-8 is hatched (printed "<1e-8"), a NaN stays blank. At step s each row shows its newest snapshot
that is not newer than s. Reach is the one of the sentence as written; `answers_swapped` holds the
answers after the cue was replaced.

Dimensions: measures [snapshot, time], answers [snapshot, answer] (probabilities 0…1), steps in
optimiser steps. Files: `data.py` what a picture needs, `packing.py` how it travels, `js/` and
`rows.css` what draws it.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

import streamlit as st

from explorer.components import shared
from explorer.components.rows.data import (
    LOSS_GRADIENT,
    REACH,
    Measure,
    Row,
    RowsData,
    Solved,
    Swap,
    Token,
)
from explorer.components.rows.packing import pack
from explorer.theme import REACH_FLOOR, REACH_STOPS

__all__ = [
    "LOSS_GRADIENT",
    "REACH",
    "Chosen",
    "Measure",
    "Row",
    "RowsData",
    "Solved",
    "Swap",
    "Token",
    "rows",
    "script",
    "style",
]

_FOLDER = Path(__file__).parent

SCRIPTS = (
    "numbers.js",
    "colours.js",
    "payload.js",
    "strip.js",
    "answers.js",
    "seeds.js",
    "row.js",
    "sentence.js",
    "readout.js",
    "legend.js",
    "view.js",
)


def script() -> str:
    """The whole JavaScript module, as text (also for an offline page)."""
    stops = json.dumps([list(stop) for stop in REACH_STOPS])
    scale = f"const STOPS = {stops};\nconst FLOOR = {REACH_FLOOR};\n"
    return shared.script(scale, _FOLDER / "js", SCRIPTS)


def style() -> str:
    """The style sheet, as text (also for an offline page)."""
    return shared.style(_FOLDER / "rows.css")


_mount = st.components.v2.component("rows", css=style(), js=script())


@dataclass(frozen=True)
class Chosen:
    """What the reader chose in the picture: None where nothing was touched yet."""

    step: int | None
    measure: str | None


def rows(data: RowsData, *, key: str) -> Chosen:
    """Draw the rows and return the reader's last choice.

    `key` must stay the same while the data change, or the position in training is lost.
    """
    packed = pack(data)
    state = _mount(key=key, data=packed, on_step_change=_nothing, on_measure_change=_nothing)
    return Chosen(_step(state.get("step"), data), _measure(state.get("measure"), data))


def _nothing() -> None:
    """Streamlit keeps a state value only when it has a callback."""


def _step(value: object, data: RowsData) -> int | None:
    # What a browser sends is checked: it may end up in a link.
    known = isinstance(value, int) and any(value in row.steps for row in data.rows)
    return value if isinstance(value, int) and known else None


def _measure(value: object, data: RowsData) -> str | None:
    return next((measure.key for measure in data.measures if measure.key == value), None)
