"""Trainings of one tab, on whichever page: started by a callback, watched by a fragment, found again after a reload."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import streamlit as st

from engine.cells import CELLS
from engine.disk import DiskError
from engine.experiment import Experiment
from engine.run import OUTCOMES
from engine.store import StoreError
from explorer import cache, controls
from explorer.cache import FAULTS
from explorer.charts.words import percent
from explorer.jobs import JobError, supervisor
from explorer.lab.plans import thinned


@dataclass
class Mine:
    """The trainings of one tab, as ids of runs.

    One object in the session that is changed in place: Streamlit may cut a script at every look into the session,
    and no training may be lost between two of them.
    """

    running: list[str] = field(default_factory=list)
    ended: list[str] = field(default_factory=list)
    """Ended since the last start."""
    fresh: list[str] = field(default_factory=list)
    """Ended, and not yet rows of the first page's picture."""
    refused: list[str] = field(default_factory=list)
    """Why something was not started at the last start: sentences."""
    told: dict[str, Told] = field(default_factory=dict)


@dataclass
class Told:
    """What a training has told so far, and the byte of its log at which to read on."""

    end: int = 0
    last: dict[str, Any] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)


def mine() -> Mine:
    """The trainings of this tab. A new tab, and so a reloaded one, takes up those that are under way."""
    if "trainings" not in st.session_state:
        st.session_state["trainings"] = Mine(running=supervisor().under_way())
    found: Mine = st.session_state["trainings"]
    return found


def start(own: Mine, wanted: Sequence[Experiment], refused: list[str]) -> None:
    """Write runs into the store and hand them to the workers; says nothing to Streamlit, so that nothing cuts it off."""
    own.refused, own.ended = list(refused), []
    for experiment in wanted:
        try:
            run_id = cache.store().create(experiment)
            supervisor().train(run_id)
        except (StoreError, DiskError, JobError) as fault:
            own.refused.append(str(fault))
        else:
            own.running.append(run_id)


def sift(own: Mine) -> bool:
    """Look at every training of this tab; those that have ended are put with the ended. Whether there are such."""
    ended = [run_id for run_id in own.running if _ended(run_id, own)]
    own.running = [run_id for run_id in own.running if run_id not in ended]
    own.ended += ended
    own.fresh += ended
    return bool(ended)


def _ended(run_id: str, own: Mine) -> bool:
    """Read on in the log of a training; whether it has ended, or nobody works on it any more."""
    stored, told = cache.store(), own.told.setdefault(run_id, Told())
    try:
        state, tail = stored.state(run_id), stored.tail(run_id, told.end)
    except FAULTS:
        return True  # its note says why
    if tail.end < told.end:  # its worker died, and another begins anew
        told.records.clear()
        told.last.clear()
    told.end = tail.end
    told.records += tail.records
    thinned(told.records)
    for record in tail.records:
        told.last |= record
    return state in OUTCOMES or bool(supervisor().trouble(run_id))


def progress(run_id: str, own: Mine, name: str = "") -> None:
    """One training: its step, loss, accuracy and seconds left, and a way to cancel."""
    try:
        experiment = cache.store().experiment(run_id)
    except FAULTS as fault:
        st.error(controls.plain(str(fault)))
        return
    last = own.told.setdefault(run_id, Told()).last
    with st.container(horizontal=True, vertical_alignment="center"):
        steps = experiment.training.steps
        share = min(1.0, last.get("step", 0) / steps)
        said = status(experiment, last, supervisor().place(run_id), name)
        st.progress(share, text=controls.plain(said))
        st.button(
            "Cancel",
            key=f"cancel {run_id}",
            icon=":material/stop:",
            on_click=cancel,
            args=(run_id,),
        )


def cancel(run_id: str) -> None:
    """End a training, or take it out of the queue; a callback, for the reason that `start` gives."""
    own: Mine = st.session_state.to_dict()["trainings"]
    try:
        supervisor().cancel(run_id)
    except JobError as fault:
        own.refused.append(str(fault))


def status(
    experiment: Experiment, last: Mapping[str, Any], place: int | None, name: str = ""
) -> str:
    """The line above a progress bar."""
    label = name or CELLS[experiment.network.cell].label
    if not last:
        return f"{label}: waiting, place {place} in the queue" if place else f"{label}: starting …"
    steps = experiment.training.steps
    parts = [f"{label}: step {last['step']} of {steps}"]
    # Both as tested: a batch is all near or all far, so its own loss jumps from step to step.
    parts += [f"test loss {last['test_loss']:.2f}"] if "test_loss" in last else []
    parts += [f"accuracy {percent(last['accuracy'])}"] if "accuracy" in last else []
    if last["step"] and last.get("seconds"):
        left = last["seconds"] / last["step"] * (steps - last["step"])
        parts.append(f"{left:.0f} s left")
    return " · ".join(parts)


def trouble(run_id: str, result: Mapping[str, Any]) -> str:
    """Why a training that did not finish ended: a sentence without a capital."""
    why = result.get("reason") or result.get("outcome") or supervisor().trouble(run_id)
    why = why or "cancelled"  # before a worker had it
    return str(why[:1].lower() + why[1:])
