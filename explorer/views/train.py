"""Train it yourself: really trains in worker processes, and puts the result into the same rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import streamlit as st

from engine.cells import CELLS
from explorer import cache, controls
from explorer.cache import FAULTS
from explorer.charts.words import percent
from explorer.components.rows import Row, rows
from explorer.lessons import france as text
from explorer.picture import TASK, Asked, own_net, picture, row_of
from explorer.views.form import form
from explorer.views.underway import mine, progress, sift, trouble


def section(asked: Asked | None) -> None:
    """The form, and below it what is training now."""
    st.header(text.TRAIN, anchor="train")
    st.caption(text.TRAIN_LEAD)
    form()
    for why in mine().refused:
        st.error(controls.plain(why))
    ended_notes()
    if _of_this_page(mine().running):
        watch(asked)


@st.fragment(run_every=0.5)
def watch(asked: Asked | None) -> None:
    """Progress of this tab's trainings; when one ends, it goes into the rows above."""
    own = mine()
    ended = sift(own)
    running = _of_this_page(own.running)
    for run_id in running:
        progress(run_id, own)
    live(asked, running)
    if ended:
        st.rerun()


def _of_this_page(running: Sequence[str]) -> list[str]:
    """Trainings whose nets become rows here; the others are watched where they were started."""
    found = []
    for run_id in running:
        try:
            of = cache.store().experiment(run_id).task.name
        except FAULTS:
            of = TASK.name  # its line says what is wrong
        if of == TASK.name:
            found.append(run_id)
    return found


def just_ended() -> list[str]:
    """The trainings that ended and are no row yet; whoever makes them rows empties this list."""
    return mine().fresh


def live(asked: Asked | None, running: list[str]) -> None:
    """The rows of the nets that are training, as of their newest snapshot."""
    if asked is None:
        return
    drawn: list[Row] = []
    for run_id in running:
        try:
            if cache.store().steps(run_id):
                net = own_net(run_id, 0, cache.store().experiment(run_id), {})
                net = replace(net, label=f"{CELLS[net.network.cell].label} now")
                drawn.append(row_of(net, cache.answer_arrays(run_id, asked.texts), asked))
        except FAULTS:
            continue  # the next look, half a second later, has a newer snapshot
    if drawn:
        rows(picture(drawn, asked), key="live")


def ended_notes() -> None:
    """How the trainings of this tab ended, said once and kept until the next is started."""
    said, chance = [], ""
    for run_id in mine().ended:
        try:
            experiment, result = cache.store().experiment(run_id), cache.store().result(run_id)
        except FAULTS as fault:
            st.error(controls.plain(str(fault)))
            continue
        if experiment.task.name != TASK.name:
            continue  # of the lab: no sentence of this page can be asked of it
        label = CELLS[experiment.network.cell].label
        if result.get("outcome") == "finished":
            chance = percent(result["baseline"])
            right = f"{percent(result['accuracy'])} right at gap {experiment.task.tested}"
            said.append(controls.plain(f"{label} {right}"))
        else:
            st.info(controls.plain(f"{label}: {trouble(run_id, result)}"))
    if said:
        st.info(text.ENDED.format(nets=" · ".join(said), chance=chance))
