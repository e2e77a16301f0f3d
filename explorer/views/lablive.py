"""What is under way, and how it ended: progress, curves as they grow, and the inside of a net at its newest snapshot."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import streamlit as st

from engine.experiment import Experiment
from explorer import cache, controls
from explorer.cache import FAULTS
from explorer.charts.words import percent, short
from explorer.jobs import supervisor
from explorer.lab.plans import name_of
from explorer.lessons import lab as text
from explorer.views import labcurves
from explorer.views.labcurves import Pictures
from explorer.views.underway import Mine, mine, progress, sift, trouble

EVERY = 1.0
"""Seconds between two looks."""


def under_way() -> None:
    """What this tab has in training or in the queue, and what ended since its last start."""
    own = mine()
    for why in own.refused:
        st.error(controls.plain(why))
    _ended(own)
    if own.running:
        watch()


@st.fragment(run_every=EVERY)
def watch() -> None:
    """Looks again every second; when a training ends, the whole page is drawn anew."""
    own = mine()
    if sift(own):
        st.rerun()
    names = _names(own.running)
    begun = {run_id: of for run_id, of in names.items() if own.told[run_id].records}
    pictures: Pictures = st.session_state.setdefault("lab_pictures", Pictures())
    probes = labcurves.ask(pictures, begun)
    with st.container(border=True, key="lab_live"):
        st.subheader(text.UNDER_WAY, anchor=False)
        for run_id, (_, name) in names.items():
            progress(run_id, own, name)
        if begun:
            labcurves.curves(pictures, own, begun)
            labcurves.inside(pictures, probes, begun)


def _names(ids: Sequence[str]) -> dict[str, tuple[Experiment, str]]:
    """The experiment of every run and a name that no other has."""
    found: dict[str, tuple[Experiment, str]] = {}
    taken: set[str] = set()
    for run_id in ids:
        try:
            info = cache.store().info(run_id)
        except FAULTS:
            continue  # removed in another tab
        if info.experiment is not None:
            name = first = name_of(info.experiment, info.label)
            for number in range(2, len(ids) + 1):
                if name in taken:
                    name = f"{first} ({number})"
            taken.add(name)
            found[run_id] = info.experiment, name
    return found


def _ended(own: Mine) -> None:
    """How the trainings of this tab ended, said until the next is started."""
    said = []
    for run_id in own.ended:
        try:
            experiment, result = cache.store().experiment(run_id), cache.store().result(run_id)
        except FAULTS as fault:
            said.append(str(fault))
            continue
        name = name_of(experiment, cache.store().info(run_id).label)
        if result.get("outcome") == "finished":
            said.append(f"{name}: {scored(result)}")
        else:
            said.append(f"{name}: {trouble(run_id, result)}")
    if said:
        st.info("  \n".join(controls.plain(one) for one in said) + text.IN_LIBRARY)


def scored(result: Mapping[str, Any]) -> str:
    """What a run reached, beside what a net without memory reaches."""
    by_loss = result.get("measure") == "loss"
    score, level = result.get("loss" if by_loss else "accuracy"), result.get("baseline")
    if score is None:
        return ""
    if by_loss:
        beside = "" if level is None else f" (no memory {short(level, fraction=False)})"
        return f"loss {short(score, fraction=False)}{beside}"
    return f"{percent(score)}{'' if level is None else f' (chance {percent(level)})'}"


def at_work(run_id: str) -> str:
    """Whether a run trains or waits, in words; empty when neither."""
    place = supervisor().place(run_id)
    return "" if place is None else "in training" if place == 0 else f"waiting, place {place}"
