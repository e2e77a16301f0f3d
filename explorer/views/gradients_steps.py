"""The factors of back-propagation: one step back, many steps back, along c and along h, in the complex plane."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.charts import CHARTS
from explorer.lessons import gradients as text
from explorer.views import look
from explorer.views.gradients_parts import chart
from explorer.views.look import Look, now


def section(looked: Look) -> None:
    """Before training at the left, at the chosen step at the right."""
    st.markdown(text.STEP_LEAD)
    step = look.training_step(looked)
    looked = now(looked)
    options = {} if looked.net.task is None else {"until": step}
    recording = look.ask(looked, "spectra", **options)
    if recording is None:
        return
    _both(looked, "singular_values", recording)
    left, right = st.columns(2, gap="large")
    with left:
        chart(looked, "products", recording)
    with right:
        if len(looked.cell.state) > 1:
            chart(looked, "along", recording)
        else:
            st.caption(text.ONE_WAY.format(cell=looked.cell.label))
    st.subheader(text.PLANES)
    place = {name: looked.place[name] for name in ("layer", "direction")}
    _both(looked, "weight_eigenvalues", recording, place=place)
    if len(looked.cell.blocks) > 1:
        st.caption(text.INSIDE_GATES)
    _both(looked, "eigenvalues", recording, say=False)
    st.caption(text.ONLY_RECURRENCE)


def _both(
    looked: Look,
    name: str,
    recording: Any,
    place: dict[str, int] | None = None,
    say: bool = True,
) -> None:
    """A chart before training and at the chosen step, side by side; how to read it once."""
    first, step = looked.steps[0], looked.step
    shown = [first] if step == first else [first, step]
    for column, at in zip(st.columns(2, gap="large"), shown, strict=False):
        with column:
            key = f"{name} {'first' if at == first else 'chosen'}"
            chart(looked, name, recording, at=at, place=place, key=key, say=False)
    if say:
        st.caption(CHARTS[name].how_to_read)
