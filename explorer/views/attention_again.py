"""Train the nets of the bottleneck again: a small form, what is under way, and how it ended."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import streamlit as st

from engine.attention import ATTENTIONS
from engine.bottleneck import PAIRS
from engine.experiment import WITHOUT, Experiment, ValidationError, sentence
from engine.store import refused
from engine.tasks.translation import LONGEST, Translation
from explorer import cache, controls
from explorer.attention import bottleneck
from explorer.cache import FAULTS
from explorer.charts.words import percent
from explorer.lab import generated
from explorer.lab.plans import name_of, takes
from explorer.lessons import bottleneck as text
from explorer.views.underway import mine, progress, sift, start, trouble


def section(task: str) -> None:
    """The form, and below it what trains now."""
    st.subheader(text.TRAIN, anchor="train-again")
    st.caption(text.TRAIN_LEAD)
    _form(task)
    for why in mine().refused:
        st.error(controls.plain(why))
    _ended()
    if mine().running:
        _watch()


@st.fragment
def _form(task: str) -> None:
    """The choices and what they will take; changing one reruns no more than this."""
    mine()  # so that the button's callback finds it
    trained = PAIRS[task][0].experiment.task
    assert isinstance(trained, Translation)
    longest = trained.gap
    least = trained.least
    with st.container(border=True, key="again"):
        with st.container(horizontal=True, vertical_alignment="bottom"):
            st.selectbox(
                text.ATTENTION,
                [WITHOUT, *ATTENTIONS],
                format_func=_label,
                key="again_attention",
                width=190,
            )
            st.number_input(
                text.VECTOR,
                1,
                2048,
                None,
                help=text.VECTOR_HELP,
                placeholder="as the decoder",
                key="again_vector",
                width=190,
            )
            most = longest if task == "dates" else LONGEST
            st.number_input(
                f"{text.LONGEST} ({trained.parts})",
                least,
                most,
                longest,
                key=f"again_gap {task}",
                width=190,
            )
            st.number_input("Seed", 0, generated.LARGEST, 5, key="again_seed", width=110)
            made, wrong = experiments(task, st.session_state.to_dict())
            pressed = st.button(
                "Train",
                type="primary",
                key="again_go",
                on_click=_begin,
                args=(task,),
                disabled=not made,
            )
        st.caption(controls.plain(takes(made, wrong)))
    if pressed:
        st.rerun()  # the whole page: what is under way stands below


def experiments(task: str, state: Mapping[str, Any]) -> tuple[list[Experiment], list[str]]:
    """The experiment that the form says, or a sentence why it cannot be."""
    network = {"attention": state["again_attention"], "vector": state["again_vector"]}
    choices = {"network": network, "task": {"gap": state[f"again_gap {task}"]}}
    try:
        made = bottleneck.experiment(task, choices, state["again_seed"])
    except ValidationError as fault:
        return [], [sentence(fault)]
    return ([], [why]) if (why := refused(made)) else ([made], [])


def _begin(task: str) -> None:
    """Write the run into the store and hand it to the workers; a callback, so that no other click cuts it off."""
    state = st.session_state.to_dict()
    start(state["trainings"], *experiments(task, state))


@st.fragment(run_every=0.5)
def _watch() -> None:
    """Progress of this tab's trainings; when one ends, the page is drawn with it."""
    own = mine()
    ended = sift(own)
    for run_id in own.running:
        progress(run_id, own, _name(run_id))
    if ended:
        st.rerun()


def _ended() -> None:
    """How the trainings of this tab ended, said once and kept until the next is started."""
    said = []
    for run_id in mine().ended:
        try:
            result, name = cache.store().result(run_id), _name(run_id)
        except FAULTS as fault:
            said.append(str(fault))
            continue
        if result.get("outcome") == "finished":
            said.append(text.ENDED.format(net=name, right=percent(result["accuracy"])))
        else:
            said.append(text.FAILED.format(net=name, why=trouble(run_id, result)))
    if said:
        st.info("  \n".join(controls.plain(one) for one in said))


def _name(run_id: str) -> str:
    return name_of(cache.store().experiment(run_id))


def _label(name: str) -> str:
    return ATTENTIONS[name].label if name in ATTENTIONS else text.NO_ATTENTION
