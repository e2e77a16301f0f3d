"""Train it yourself: really trains in worker processes, and puts the result into the same rows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

import streamlit as st

from engine.cells import CELLS
from engine.experiment import Experiment
from engine.run import OUTCOMES
from explorer import cache, controls
from explorer.cache import FAULTS
from explorer.charts.words import percent
from explorer.components.rows import Row, rows
from explorer.jobs import JobError, supervisor
from explorer.lessons import france as text
from explorer.picture import Asked, own_net, picture, row_of
from explorer.views.form import Mine, Told, form, mine


def section(asked: Asked | None) -> None:
    """The form, and below it what is training now."""
    st.header(text.TRAIN, anchor="train")
    st.caption(text.TRAIN_LEAD)
    form()
    for why in mine().refused:
        st.error(controls.plain(why))
    ended_notes()
    if mine().running:
        watch(asked)


@st.fragment(run_every=0.5)
def watch(asked: Asked | None) -> None:
    """Progress of this tab's trainings; when one ends, it goes into the rows above."""
    own = mine()
    ended = [run_id for run_id in own.running if progress(run_id, own)]
    live(asked, [run_id for run_id in own.running if run_id not in ended])
    if ended:
        own.running = [run_id for run_id in own.running if run_id not in ended]
        own.ended += ended
        own.fresh += ended
        st.rerun()


def just_ended() -> list[str]:
    """The trainings that ended and are no row yet; whoever makes them rows empties this list."""
    return mine().fresh


def progress(run_id: str, own: Mine) -> bool:
    """One training: its step, loss, accuracy and seconds left, and a way to cancel. Whether it has ended."""
    stored = cache.store()
    told = own.told.setdefault(run_id, Told())
    try:
        experiment, state = stored.experiment(run_id), stored.state(run_id)
        tail = stored.tail(run_id, told.end)
    except FAULTS:
        return True  # its note says why
    if state in OUTCOMES or supervisor().trouble(run_id):
        return True
    told.end = tail.end
    for record in tail.records:
        told.last |= record
    with st.container(horizontal=True, vertical_alignment="center"):
        steps = experiment.training.steps
        share = min(1.0, told.last.get("step", 0) / steps)
        st.progress(share, text=status(experiment, told.last, supervisor().place(run_id)))
        if st.button("Cancel", key=f"cancel {run_id}", icon=":material/stop:"):
            try:
                supervisor().cancel(run_id)
            except JobError as fault:
                st.error(controls.plain(str(fault)))
    return False


def status(experiment: Experiment, last: Mapping[str, Any], place: int | None) -> str:
    """The line above a progress bar."""
    label = CELLS[experiment.network.cell].label
    if not last:
        return f"{label}: waiting, place {place} in the queue" if place else f"{label}: starting …"
    steps = experiment.training.steps
    parts = [f"{label}: step {last['step']} of {steps}"]
    # Both as tested: a batch is all near or all far, so its own loss jumps from step to step.
    parts += [f"loss {last['test_loss']:.2f}"] if "test_loss" in last else []
    parts += [f"accuracy {percent(last['accuracy'])}"] if "accuracy" in last else []
    if last["step"] and last.get("seconds"):
        left = last["seconds"] / last["step"] * (steps - last["step"])
        parts.append(f"{left:.0f} s left")
    return " · ".join(parts)


def live(asked: Asked | None, running: list[str]) -> None:
    """The rows of the nets that are training, as of their newest snapshot."""
    if asked is None:
        return
    drawn: list[Row] = []
    for run_id in running:
        try:
            if cache.store().steps(run_id):
                net = own_net(run_id, 0, cache.store().experiment(run_id), {})
                net = replace(net, label=f"{CELLS[net.experiment.network.cell].label} now")
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
        label = CELLS[experiment.network.cell].label
        if result.get("outcome") == "finished":
            chance = percent(result["baseline"])
            right = f"{percent(result['accuracy'])} right at gap {experiment.task.tested}"
            said.append(controls.plain(f"{label} {right}"))
        else:
            trouble = supervisor().trouble(run_id) or "cancelled"  # before a worker had it
            why = result.get("reason") or result.get("outcome") or trouble
            st.info(controls.plain(f"{label}: {why[:1].lower()}{why[1:]}"))
    if said:
        st.info(text.ENDED.format(nets=" · ".join(said), chance=chance))
