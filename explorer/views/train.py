"""Train it yourself: really trains in worker processes, and puts the result into the same rows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.cells import CELLS
from engine.disk import DiskError
from engine.experiment import Experiment, Network, Training, ValidationError, sentence
from engine.frozen import Frozen
from engine.starts import STARTS
from engine.store import StoreError
from engine.tasks.fluent import Fluent
from explorer import cache, controls
from explorer.cache import FAULTS
from explorer.components.rows import Row, rows
from explorer.jobs import JobError, supervisor
from explorer.lessons import france as text
from explorer.picture import Asked, own_net, picture, row_of

RECOMMENDED = "recommended"
"""The start that the shipped rows have: chrono for the LSTM, PyTorch's for the others."""
MINE, ENDED, FRESH = "trainings", "ended", "fresh"
"""In the session: ids of this tab's trainings under way; ended since the last start; not yet a row."""


def section(asked: Asked | None) -> None:
    """The form, and below it what is training now."""
    st.header(text.TRAIN, anchor="train")
    st.caption(text.TRAIN_LEAD)
    with st.form("train", border=True):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            cells = st.pills(
                "Cells",
                list(CELLS),
                selection_mode="multi",
                default=["rnn", "lstm", "gru"],
                format_func=lambda name: CELLS[name].label,
                key="train_cells",
            )
            starts = [RECOMMENDED, *STARTS]
            start = st.selectbox(
                "Start", starts, format_func=_start_words, key="train_start", width=220
            )
        with st.container(horizontal=True, vertical_alignment="bottom"):
            gap = _number("Gap, up to (words)", Fluent, "gap", 40, "train_gap")
            units = _number("Units", Network, "units", 32, "train_units")
            steps = _number("Training steps", Training, "steps", 700, "train_steps")
            seed = st.number_input("Seed", 0, 2**53 - 1, 0, key="train_seed", width=130)
            pressed = st.form_submit_button("Train", type="primary", key="train_go")
    if pressed:
        st.session_state.pop(ENDED, None)
        begin(experiments(cells, start, gap, units, steps, seed))
    ended_notes()
    if st.session_state.get(MINE):
        watch(asked)


def experiments(
    cells: list[str], start: str, gap: int, units: int, steps: int, seed: int
) -> list[Experiment]:
    """One experiment per cell; a sentence on the page for a choice that cannot be."""
    if not cells:
        st.error("Choose at least one cell to train.")
    made = []
    for cell in cells:
        own = ("chrono" if cell == "lstm" else "default") if start == RECOMMENDED else start
        try:
            made.append(
                Experiment(
                    task=Fluent(gap=gap),
                    network=Network(cell=cell, units=units, start=own),
                    training=Training(steps=steps, learning_rate=CELLS[cell].learning_rate),
                    seed=seed,
                )
            )
        except ValidationError as fault:
            st.error(controls.plain(sentence(fault)))
    return made


def begin(wanted: list[Experiment]) -> None:
    """Write the runs into the store and hand them to the workers."""
    for experiment in wanted:
        try:
            run_id = cache.store().create(experiment)
            st.session_state.setdefault(MINE, []).append(run_id)
            supervisor().train(run_id)
        except (StoreError, DiskError, JobError) as fault:
            st.error(controls.plain(str(fault)))


@st.fragment(run_every=0.5)
def watch(asked: Asked | None) -> None:
    """Progress of this tab's trainings; when one ends, it goes into the rows above."""
    ended = [run_id for run_id in st.session_state[MINE] if progress(run_id)]
    live(asked, [run_id for run_id in st.session_state[MINE] if run_id not in ended])
    if ended:
        st.session_state[MINE] = [run for run in st.session_state[MINE] if run not in ended]
        st.session_state[ENDED] = st.session_state.get(ENDED, []) + ended
        st.session_state[FRESH] = st.session_state.get(FRESH, []) + ended
        st.rerun()


def just_ended() -> list[str]:
    """The trainings that ended since this was last asked: the page adds them to its rows."""
    fresh: list[str] = st.session_state.pop(FRESH, [])
    return fresh


def progress(run_id: str) -> bool:
    """One training: its step, loss, accuracy and seconds left, and a way to cancel. Whether it has ended."""
    stored = cache.store()
    try:
        experiment, result = stored.experiment(run_id), stored.result(run_id)
        records = stored.metrics(run_id)
    except StoreError as fault:
        st.error(controls.plain(str(fault)))
        return True
    if result:
        return True
    if trouble := supervisor().trouble(run_id):
        st.error(controls.plain(trouble))
        return True
    with st.container(horizontal=True, vertical_alignment="center"):
        steps = experiment.training.steps
        done = records[-1]["step"] if records else 0
        st.progress(done / steps, text=status(experiment, records, supervisor().place(run_id)))
        if st.button("Cancel", key=f"cancel {run_id}", icon=":material/stop:"):
            try:
                supervisor().cancel(run_id)
            except JobError as fault:
                st.error(controls.plain(str(fault)))
    return stored.state(run_id) == "cancelled"  # before a worker had it


def status(experiment: Experiment, records: Sequence[Mapping[str, Any]], place: int | None) -> str:
    """The line above a progress bar."""
    label = CELLS[experiment.network.cell].label
    if not records:
        return f"{label}: waiting, place {place} in the queue" if place else f"{label}: starting …"
    last, steps = records[-1], experiment.training.steps
    parts = [f"{label}: step {last['step']} of {steps}"]
    for name, digits in (("loss", "{:.3g}"), ("accuracy", "{:.0%}")):
        known = [record[name] for record in records if record.get(name) is not None]
        parts += [f"{name} {digits.format(known[-1])}"] if known else []
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
                net = own_net(run_id, len(drawn) + 1, cache.store().experiment(run_id), {})
                drawn.append(row_of(net, cache.answer(run_id, asked.texts), asked))
        except FAULTS:
            continue  # the next look, half a second later, has a newer snapshot
    if drawn:
        rows(picture(drawn, asked), key="live")


def ended_notes() -> None:
    """How the trainings of this tab ended, said once and kept until the next is started."""
    for run_id in st.session_state.get(ENDED, []):
        try:
            experiment, result = cache.store().experiment(run_id), cache.store().result(run_id)
        except StoreError as fault:
            st.error(controls.plain(str(fault)))
            continue
        label = CELLS[experiment.network.cell].label
        if result.get("outcome") == "finished":
            accuracy, baseline = result["accuracy"], result["baseline"]
            st.success(
                f"{label}, gap up to {experiment.task.gap}: {accuracy:.0%} right at gap "
                f"{experiment.task.tested} (chance {baseline:.0%}). It is a row of the picture now."
            )
        else:
            word = result.get("outcome", "cancelled")
            st.info(controls.plain(f"{label}: {word}. {result.get('reason', '')}"))


def _number(label: str, model: type[Frozen], field: str, value: int, key: str) -> int:
    """A number input whose limits are those of a field."""
    found: dict[str, float] = {}
    for limit in model.model_fields[field].metadata:
        found |= {name: getattr(limit, name) for name in ("ge", "le") if hasattr(limit, name)}
    low, high = int(found["ge"]), int(found["le"])
    return int(st.number_input(label, low, high, value, key=key, width=150))


def _start_words(name: str) -> str:
    return STARTS[name].words if name in STARTS else RECOMMENDED
