"""Two directions against one: a blank in the middle, whose answer needs what comes after it."""

from __future__ import annotations

from typing import Any

import numpy as np
import streamlit as st

from engine import shipped
from engine.readout_nets import BLANKS
from engine.tasks.blank import BLANK, Blank
from engine.tasks.contract import UNASKED
from explorer import cache, controls
from explorer.attention import bottleneck, reviewed
from explorer.charts import CHARTS
from explorer.charts.words import percent
from explorer.lessons import readouts as text
from explorer.picture import Asked
from explorer.views import look
from explorer.views.attention_readouts import caption
from explorer.views.plain_chart import chart


def section() -> None:
    """What five seeds came to, against the computed ceiling; and one sentence."""
    found = shipped.classified()
    st.markdown(text.BLANK_LEAD)
    both, forwards = (found["nets"][net.name]["accuracies"] for net in BLANKS)
    st.markdown(
        text.CEILING.format(
            both=bottleneck.spread(both),
            forwards=bottleneck.spread(forwards),
            ceiling=percent(found["ceilings"]["one_direction"]),
        )
    )
    _sentence()


@st.fragment
def _sentence() -> None:
    """A typed sentence, and what both nets put into its blank."""
    task = BLANKS[0].experiment.task
    assert isinstance(task, Blank)
    typed = st.text_input(text.SENTENCE, text.BLANK_TYPED, key="blank text", width=640)
    try:
        sentence = task.read(typed)
    except ValueError as fault:
        st.info(controls.plain(str(fault)))
        return
    look.say_unknown(sentence.words, sentence.known)
    st.markdown(controls.plain(" ".join(sentence.words)))
    place, right = _asked(sentence.trials.targets[0], sentence.words)
    if right == UNASKED:
        st.caption(text.BLANK_UNASKED)
    shares = {}
    for net in BLANKS:
        try:
            step = cache.steps(net.name)[-1]
            recording = cache.ask(net.name, Asked((typed,)), "record", step=step)
        except cache.FAULTS as fault:
            st.error(controls.plain(f"{net.label}: {fault}"))
            return
        shares[net.name] = reviewed.shares(recording, place)

    def make() -> Any:
        from explorer.charts.nets import Net as Drawn

        drawn = {
            Drawn(text.NAMES[net.name], net.experiment.network.cell, twin): shares[net.name]
            for twin, net in enumerate(BLANKS)
        }
        named = "" if right == UNASKED else task.answers[right]
        return CHARTS["gap_answers"].draw(drawn, task.answers, right=named)

    chart("gap_answers", (typed,), make, caption(BLANKS[0].experiment))


def _asked(targets: np.ndarray, words: tuple[str, ...]) -> tuple[int, int]:
    """Where the blank stands, and the number of the right answer (UNASKED where that is not known)."""
    place = words.index(BLANK)
    return place, int(targets[place])
