"""Below the rows: reach against distance, accuracy against gap, and how the nets learned. Each can be read alone."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import Any

import streamlit as st

from engine.shipped import gaps, seeds
from explorer import cache, controls, firstpaint, picture
from explorer.charts import CHARTS
from explorer.lessons import france as text
from explorer.picture import Asked, Net
from explorer.views import draw


def section(asked: Asked | None, nets: Sequence[Net]) -> None:
    """Three charts of the nets that the rows show; nothing where there is no row."""
    from explorer import theme

    if not nets:
        return
    st.header(text.WHY)
    firstpaint.let_paint()
    theme.enable()
    shipped = [net for net in nets if net.name in picture.FIRST]
    beside = st.columns((asked is not None) + bool(shipped) or 1, gap="large")
    if asked is not None:
        with beside[0]:
            of = (asked.texts, asked.shown)
            steps = {step for net in nets for step in cache.steps(net.name)}
            _chart("distance", partial(_distance, asked, nets), nets, of, steps)
    with beside[-1]:
        _chart("gaps", lambda: _gaps(shipped), shipped)
    _chart("learning", lambda: _learning(nets), nets)


def _chart(
    name: str,
    make: Callable[..., Any],
    nets: Sequence[Net],
    of: tuple[Any, ...] = (),
    steps: Iterable[int] = (),
) -> None:
    """A chart, how to read it, and its downloads; a fault is a sentence in its place.

    of: what decides the chart beside the nets and the theme; the same is not made twice. steps: the training
    steps that it can be drawn at.
    """
    if not nets:
        return
    decides = (st.context.theme.type, *((net.name, net.label) for net in nets), *of)
    try:
        cache.chart(name, decides, lambda: draw.readable(make()))
    except cache.FAULTS as fault:
        st.error(controls.plain(str(fault)))
        return
    with st.container(horizontal=True, vertical_alignment="center"):
        st.caption(CHARTS[name].how_to_read, width="stretch")
        controls.drawer(name, make, picture.caption(nets, None), steps=steps)


def _distance(asked: Asked, nets: Sequence[Net], step: int | None = None) -> Any:
    sentence = asked.sentence
    cue = picture.cue_of(sentence)
    return CHARTS["distance"].draw(
        {drawn(net): cache.answer(net.name, asked.texts) for net in nets},
        trial=asked.shown,
        step=step,
        cue=cue,
        word="" if cue is None else sentence.words[cue],
    )


def _gaps(nets: Sequence[Net]) -> Any:
    baseline = seeds()[nets[0].name]["baseline"]
    return CHARTS["gaps"].draw(gaps(), {net.name: drawn(net) for net in nets}, baseline=baseline)


def _learning(nets: Sequence[Net]) -> Any:
    metrics = {drawn(net): cache.scores(net.name) for net in nets}
    return CHARTS["learning"].draw(metrics, picture.TASK)


def drawn(net: Net) -> Any:
    """The net as charts name it; the chart library is imported with the first of them."""
    from explorer.charts import nets

    return nets.Net(net.label, net.network.cell, net.hollow)
