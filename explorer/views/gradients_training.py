"""Exploding gradients and the clip, and truncated back-propagation: what training itself does to the gradient."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine import shipped
from engine.comparisons import COMPARISONS
from explorer import cache
from explorer.charts import CHARTS
from explorer.charts.clipping import clipped_share
from explorer.charts.words import percent, short
from explorer.lessons import gradients as text
from explorer.views import draw, look
from explorer.views.gradients_parts import chart
from explorer.views.look import Look, now

WINDOWS = (5, 10, 20, 30, 40)


def exploding(looked: Look) -> None:
    """The prepared pair, what clipping does not cure, and the net that is looked at."""
    st.markdown(text.EXPLODE_LEAD)
    try:
        _pair(looked)
        st.subheader(text.NO_CURE_TITLE)
        st.markdown(text.NO_CURE)
        _not_cured()
    except (*cache.FAULTS, KeyError):
        st.info(text.NOT_YET)
    st.subheader(text.OWN)
    if looked.net.experiment is None:
        st.caption(text.NO_NORMS)
        return
    metrics = metrics_of(looked.net.name)
    clip = looked.net.experiment.training.clip
    options = {"cell": looked.cell.name, "clip": clip, "title": looked.net.label}
    draw.chart(
        looked,
        "clipping",
        (len(metrics),),
        lambda mode="light", step=None: draw.charted("clipping")(metrics, **options),
        key="own clipping",
    )


def metrics_of(name: str) -> Sequence[Mapping[str, Any]]:
    """The records of every training step: of a shipped net, or of one in the store."""
    run = shipped.shipped_run(name)
    return cache.store().metrics(name) if run is None else run.metrics


def _pair(looked: Look) -> None:
    """The same training twice: on the left without the clip."""
    variants = COMPARISONS["exploding"].variants[::-1]
    longest = max(variant.net.experiment.training.steps for variant in variants)
    for column, variant in zip(st.columns(2, gap="large"), variants, strict=True):
        run = shipped.shipped_run(variant.net.name)
        assert run is not None  # a net of a comparison has its run
        clip, steps = run.experiment.training.clip, run.result["steps"]
        title = text.NO_CLIP if clip is None else text.WITH_CLIP.format(clip=clip)
        broke = run.result["outcome"] != "finished"
        options = {
            "cell": run.experiment.network.cell,
            "clip": clip,
            "ended": text.ENDED if broke else "",
            "longest": longest,
            "title": f"{variant.net.label.partition(',')[0]}, {title}",
        }
        with column:
            draw.chart(
                looked,
                "clipping",
                (variant.net.name,),
                lambda mode="light", step=None, run=run, options=options: draw.charted("clipping")(
                    run.metrics, **options
                ),
                key=f"clipping {variant.net.name}",
                say=False,
            )
            accuracy = percent(run.result["accuracy"])
            st.markdown(
                text.BROKE.format(steps=steps)
                if broke
                else text.FINISHED.format(steps=steps, accuracy=accuracy)
            )
    st.caption(CHARTS["clipping"].how_to_read)
    cell = variants[0].net.experiment.network.cell
    runs = {variant.label: metrics_of(variant.net.name) for variant in variants[::-1]}
    draw.chart(
        looked,
        "losses",
        tuple(runs),
        lambda mode="light", step=None: draw.charted("losses")(runs, cell=cell),
    )


def _not_cured() -> None:
    """Norms were cut, and still little arrives: a row for each net."""
    rows = []
    found = shipped.figures()
    for variant in COMPARISONS["vanishing"].variants:
        of, name = found[variant.net.name], variant.net.name
        cells = (
            variant.label,
            percent(clipped_share(metrics_of(name))),
            *(short(of[when][of["seed"]]) for when in ("reach_before", "reach_after")),
            ", ".join(percent(accuracy) for accuracy in of["accuracies"]),
        )
        rows.append(dict(zip(text.TABLE_CLIP, cells, strict=True)))
    st.table(rows)


def truncated(looked: Look) -> None:
    """The cut in the pictures of the net that is looked at, and what nets learn that were trained with one."""
    st.markdown(text.CUT_LEAD)
    experiment = looked.net.experiment
    if experiment is not None and experiment.network.bidirectional:
        st.info(text.BOTH_WAYS)
    else:
        _cut(looked)
    st.subheader(text.LEARNED)
    try:
        _windows()
        st.caption(text.WHY_LEARNED)
    except (*cache.FAULTS, KeyError):
        st.info(text.NOT_YET)


def _cut(looked: Look) -> None:
    length = len(looked.words)
    experiment = looked.net.experiment
    trained = None if experiment is None else experiment.training.window
    options = [window for window in sorted({*WINDOWS, trained or WINDOWS[1]}) if window < length]
    with st.container(horizontal=True, vertical_alignment="bottom"):
        window = st.select_slider(
            text.WINDOW,
            [*options, 0],
            value=trained if trained in options else (options or [0])[min(1, len(options) - 1)],
            format_func=lambda steps: str(steps) if steps else text.WHOLE,
            key="window",
        )
        look.training_step(looked)
    looked = now(looked)
    given = {"window": window} if window else {}
    credit = look.ask(looked, "credit", of="loss", **given)
    shares = look.ask(looked, "shares", **given)
    if credit is None or shares is None:
        return
    of = (window,)
    left, right = st.columns(2, gap="large")
    with left:
        chart(looked, "credit", credit, scrubs=True, of=of, key="cut credit")
    with right:
        chart(looked, "shares_step", shares, scrubs=True, of=of, key="cut shares")
    st.caption(text.CUT_NOTE)


def _windows() -> None:
    found = shipped.figures()
    rows = []
    for variant in COMPARISONS["window"].variants:
        accuracies = found[variant.net.name]["accuracies"]
        cells = (variant.label, ", ".join(percent(accuracy) for accuracy in accuracies))
        rows.append(dict(zip(text.TABLE_WINDOW, cells, strict=True)))
    st.table(rows)
