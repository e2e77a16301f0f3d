"""Saturation, what is left after the gap, and the slopes that were met: three tabs of the memory page."""

from __future__ import annotations

from typing import Any

import streamlit as st

from explorer.lessons import memory as text
from explorer.views import look, memory_gates
from explorer.views.look import Look
from explorer.views.memory_parts import chart


def saturation(looked: Look) -> None:
    """One dot per unit and gate."""
    if not memory_gates.gated(looked):
        st.info(text.NONE_SHUT.format(cell=looked.cell.label))
        return
    place: dict[str, Any] = looked.place
    recording = look.ask(looked, "record")
    if recording is not None:
        chart("saturation", looked, recording, steps=looked.steps, **place)


def retention(looked: Look) -> None:
    """What 0.9 leaves after the gap, and every unit's half-life."""
    from explorer.charts import retention as drawn

    if not memory_gates.gated(looked):
        st.info(text.NONE_KEEPS.format(cell=looked.cell.label))
        return
    recording = look.ask(looked, "retention")
    if recording is None:
        return
    place: dict[str, Any] = looked.place
    for direction in looked.directions:
        kept = drawn.kept(recording, step=looked.step, **{**place, "direction": direction})
        st.markdown(look.of_direction(looked, direction) + text.LEFT.format(**vars(kept)))
    left, right = st.columns(2, gap="large")
    with left:
        chart("retention", looked, recording, steps=looked.steps, **place)
    with right:
        chart("half_life", looked, recording, steps=looked.steps, **place)
    st.caption(text.ONE_PATH)


def slopes(looked: Look) -> None:
    """σ′ and tanh′ where they were really met."""
    recording = look.ask(looked, "slopes", step=looked.step)
    if recording is not None:
        place: dict[str, Any] = looked.place
        chart("slopes", looked, recording, **place)
        st.caption(text.FACTORS)
