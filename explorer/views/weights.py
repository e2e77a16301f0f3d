"""The matrices of the net as pictures: the same at every step."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine.shapes import parameters
from explorer.lessons import recurrence as text
from explorer.views import draw, look
from explorer.views.look import Look


def section(here: Look) -> None:
    """What each word adds to a gate, W_hh by gate, W_hy, and their singular values."""
    found = look.ask(here, "weights", step=here.step)
    if found is None:
        return
    st.markdown(_count(here, found))
    gates = list(here.cell.blocks)
    words = look.signal_words(here.cell)
    layer = here.address.layer
    of = (here.step, layer)
    first = "words" if "word_weights" in found and not layer else "input"
    gate = gates[0]
    if len(gates) > 1:
        gate = st.segmented_control(
            text.GATE, gates, format_func=words.__getitem__, default=gates[0], key="gate", required=True
        ) or gates[0]  # fmt: skip
    time = here.time if first == "words" else None
    column = int(found["picked"].values[here.trial, here.time]) if time is not None else None

    def drawn(matrix: str, gate: str = "", time: int | None = None) -> Any:
        def make(direction: int = 0, mode: Any = "light", step: int | None = None) -> Any:
            place = {"trial": here.trial, "layer": layer, "direction": direction}
            options = {"matrix": matrix, "gate": gate, "time": time}
            return draw.charted("weights")(found, mode=mode, **options, **place)

        return make

    of_words = (*of, first, gate, column)
    draw.chart(here, "weights", of_words, drawn(first, gate, time), first, directed=True)
    if time is not None:
        st.caption(text.PICKED)
    for pair in (gates[:2], gates[2:]):
        for column_, gate in zip(st.columns(2), pair, strict=False):
            with column_:
                draw.chart(
                    here,
                    "weights",
                    (*of, gate),
                    drawn("recurrent", gate),
                    f"W_hh {gate}",
                    say=False,
                    directed=True,
                )
    left, right = st.columns(2)
    with left:
        draw.chart(
            here,
            "singular",
            of,
            lambda direction, mode="light", step=None: draw.charted("singular")(
                found, layer=layer, direction=direction
            ),
            directed=True,
        )
    if "readout_weights" in found:
        with right:
            draw.chart(here, "weights", of, drawn("readout"), "W_hy")


def _count(here: Look, found: Any) -> str:
    """The number of parameters beside T."""
    experiment = here.net.experiment
    gaps = ""
    if experiment is None:
        names = ("input_weights", "recurrent_weights", "input_bias", "recurrent_bias")
        many = sum(int(found[name].notnull().sum()) for name in names)
    else:
        many = parameters(experiment)
        gaps = text.GAPS.format(shortest=experiment.task.shortest, longest=experiment.task.gap)
    return text.WEIGHTS.format(parameters=f"{many:,}", length=len(here.words), gaps=gaps)
