"""Read-outs for classification: the measured table, and what each of the four looks at in one review."""

from __future__ import annotations

from typing import Any

import streamlit as st

from engine import shipped
from engine.experiment import Experiment
from engine.questions import Drawn, drawn_from, trials_of
from engine.readout_nets import PLACES, REFERENCE, REVIEWS, SHOWN_PLACE, TAUGHT
from engine.readouts import READOUTS
from engine.tasks.contract import UNASKED, Trials
from engine.tasks.evidence import BLAME, NOT, PRAISE, Evidence
from explorer import cache, controls, export
from explorer.attention import bottleneck, reviewed
from explorer.charts import CHARTS
from explorer.charts.words import percent
from explorer.lessons import readouts as text
from explorer.picture import Asked
from explorer.views import look
from explorer.views.plain_chart import chart

TRIALS = 8
"""Drawn reviews to choose from."""


def section() -> None:
    """The table, and below it one review."""
    st.markdown(text.LEAD)
    _table()
    st.subheader(text.LOOK, anchor="one-review")
    _review()


def _table() -> None:
    found = shipped.classified()
    first = REVIEWS[TAUGHT[0], SHOWN_PLACE].experiment

    def make() -> Any:
        positional, named = reviewed.table_inputs()
        return CHARTS["readouts_table"].draw(*positional, **named)

    chart("readouts_table", (), make, caption(first))
    gated = (
        f"{percent(found['nets'][net.name]['accuracies'][0])} {place}"
        for place, net in REFERENCE.items()
    )
    mixed = found["nets"][REVIEWS["state", "anywhere"].name]
    said = (
        text.ANY_ORDER.format(bag=percent(found["ceilings"]["bag"])),
        text.MIXED.format(early=bottleneck.spread(mixed["elsewhere"]["early"])),
        text.GATED.format(reached=", ".join(gated)),
    )
    st.markdown(" ".join(said))


@st.fragment
def _review() -> None:
    """One review through the four shipped nets; choosing another reruns no more than this."""
    task = REVIEWS[TAUGHT[0], SHOWN_PLACE].experiment.task
    assert isinstance(task, Evidence)
    found = _chosen(task)
    if found is None:
        return
    asked, trials, words, trained = found
    if (trials.targets == UNASKED).all():
        st.info(text.UNASKED)
        return
    reads = []
    for readout in TAUGHT:
        net = REVIEWS[readout, SHOWN_PLACE]
        try:
            recording = cache.ask(
                net.name, asked, "record", step=_step(net.name, trained), gradients=1
            )
        except cache.FAULTS as fault:
            st.error(controls.plain(f"{READOUTS[readout].label}: {fault}"))
            return
        reads.append(reviewed.read(recording, readout))
    right = task.answers[int(trials.targets.max())]
    settling = (*PRAISE, *BLAME, NOT)
    places = reviewed.evidence(trials, words, settling)
    experiment = REVIEWS[TAUGHT[-1], SHOWN_PLACE].experiment

    def make() -> Any:
        return CHARTS["reviewed"].draw(
            reads, words, evidence=places, right=right, cell=experiment.network.cell
        )

    chart("reviewed", (asked, trained), make, caption(experiment))
    st.caption(f"{text.SHOWN} {text.NO_STATES}")


def _chosen(task: Evidence) -> tuple[Asked, Trials, tuple[str, ...], bool] | None:
    """The controls of the review, and what they choose; None, and a sentence, where there is nothing to read."""
    with st.container(horizontal=True, vertical_alignment="bottom"):
        kind = st.segmented_control(
            text.REVIEW, text.KINDS, default=text.DRAWN, key="review kind", required=True
        )
        if kind == text.OWN:
            typed = st.text_input(text.TYPED, text.TYPED_AT_FIRST, key="review text", width=560)
        else:
            place = st.selectbox(text.PLACE, PLACES, key="review place", width=150)
            trial = st.selectbox(
                text.TRIAL,
                range(TRIALS),
                format_func=lambda n: str(n + 1),
                key="review trial",
                width=90,
            )
        when = st.segmented_control(
            text.WHEN,
            list(text.TIMES),
            default=True,
            format_func=text.TIMES.__getitem__,
            key="review when",
            required=True,
        )
    trained = bool(when)
    if kind != text.OWN:
        drawn = Drawn(condition=place, count=TRIALS, only=trial)
        trials = drawn_from(task, drawn)
        return Asked(drawn=drawn), trials, task.wording(trials, 0), trained
    try:
        sentence = task.read(typed)
    except ValueError as fault:
        st.info(controls.plain(str(fault)))
        return None
    look.say_unknown(sentence.words, sentence.known)
    return Asked((typed,)), trials_of(task, (typed,)), sentence.words, trained


def _step(name: str, trained: bool) -> int:
    """The training step of the first or the last snapshot."""
    return cache.steps(name)[-1 if trained else 0]


def caption(experiment: Experiment) -> str:
    """Where a picture of such nets comes from."""
    return export.caption(cell=experiment.network.cell, task=experiment.task.name)
