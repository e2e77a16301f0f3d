"""What clicks in the library do: take in, rename, remove, have back, change, train again.

All are callbacks: they come before the script, and look into the session once, as a whole, so that a click on
something else does not cut them off. What goes wrong is a sentence in `Shown`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

import streamlit as st

from engine import runfile
from explorer import cache
from explorer.cache import FAULTS
from explorer.jobs import supervisor
from explorer.lessons import lab as text


@dataclass
class Shown:
    """What this tab did last in the library; one object in the session, changed in place."""

    removed: list[str] = field(default_factory=list)
    """Ids of the runs that the last click removed."""
    said: str = ""
    wrong: str = ""
    uploads: int = 0
    """Files taken in so far: a new number empties the upload field."""


def take_in() -> None:
    """A callback: the file is read by our own strict parser, and what is wrong is one sentence."""
    state = st.session_state.to_dict()
    shown: Shown = state["lab_shown"]
    file = state.get(f"lab_file_{shown.uploads}")
    if file is None:
        return
    shown.uploads += 1
    _clear(shown)
    name = re.sub(r"\.safetensors$", "", Path(file.name).name)
    try:
        run = runfile.from_bytes(file.getvalue(), "The file")
        run_id = cache.store().add(run, name)
        shown.said = text.UPLOADED.format(name=cache.store().info(run_id).label or run_id)
    except FAULTS as fault:
        shown.wrong = str(fault)


def rename(run_id: str) -> None:
    state = st.session_state.to_dict()
    shown: Shown = state["lab_shown"]
    _clear(shown)
    try:
        cache.store().rename(run_id, state[f"lab_label_{run_id}"])
    except FAULTS as fault:
        shown.wrong = str(fault)


def remove(runs: tuple[tuple[str, str], ...]) -> None:
    """Into the trash; a run that is under way is left where it is."""
    shown: Shown = st.session_state.to_dict()["lab_shown"]
    _clear(shown)
    names = []
    for run_id, name in runs:
        try:
            if supervisor().place(run_id) is not None:
                shown.wrong = text.STILL.format(name=name)
                continue
            cache.store().discard(run_id)
        except FAULTS as fault:
            shown.wrong = str(fault)
        else:
            shown.removed.append(run_id)
            names.append(name)
    if names:
        shown.said = text.REMOVED.format(names=", ".join(names))


def have_back(ids: Sequence[str]) -> None:
    """Put removed runs back where they were; a callback."""
    shown: Shown = st.session_state.to_dict()["lab_shown"]
    _clear(shown)
    for run_id in ids:
        try:
            cache.store().restore(run_id)
        except FAULTS as fault:
            shown.wrong = str(fault)


def change(run_id: str, name: str) -> None:
    """Fill the form with a run's choices, and show it."""
    state = st.session_state.to_dict()
    try:
        state["lab"].fill(cache.store().experiment(run_id), name)
    except FAULTS as fault:
        state["lab_shown"].wrong = str(fault)
    else:
        st.session_state["lab_section"] = text.TRAIN


def again(run_id: str) -> None:
    state = st.session_state.to_dict()
    try:
        supervisor().train(run_id)
    except FAULTS as fault:
        state["lab_shown"].wrong = str(fault)
    else:
        state["trainings"].running.append(run_id)


def _clear(shown: Shown) -> None:
    shown.said, shown.wrong = "", ""
    shown.removed.clear()
