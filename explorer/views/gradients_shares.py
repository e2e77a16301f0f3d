"""Which steps the weights learn from: shares of their gradient by step, and by distance from the loss."""

from __future__ import annotations

import streamlit as st

from explorer.charts.shares_lag import NEAR, nearest
from explorer.charts.words import percent
from explorer.lessons import gradients as text
from explorer.views import look
from explorer.views.gradients_parts import chart
from explorer.views.look import Look, now


def section(looked: Look) -> None:
    """Two charts, and the bias to the short term as a number."""
    st.markdown(text.SHARE_LEAD)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        part = (
            st.segmented_control(
                text.MATRIX,
                list(text.MATRICES),
                default=next(iter(text.MATRICES)),
                format_func=text.MATRICES.__getitem__,
                key="shares part",
                required=True,
            )
            or "weight_hh"
        )
        step = look.training_step(looked)
    looked = now(looked)
    recording = look.ask(looked, "shares")
    if recording is None:
        return
    for direction in looked.directions:
        place = {**looked.place, "direction": direction}
        found = nearest(recording, part=part, step=step, **place)
        said = [
            text.NEAREST.format(near=NEAR, share=percent(share), state=state)
            for state, share in found.items()
        ]
        st.markdown(look.of_direction(looked, direction) + "; ".join(said).capitalize() + ".")
    left, right = st.columns(2, gap="large")
    with left:
        chart(looked, "shares_step", recording, scrubs=True, part=part)
    with right:
        chart(looked, "shares_lag", recording, scrubs=True, part=part)
    st.caption(text.NORMS)
    if left_out := recording.attrs["left_out"]:
        st.caption(text.LEFT_OUT.format(left_out=left_out, all=len(looked.steps)))
